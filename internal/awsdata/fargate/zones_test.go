package fargate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/fargate"
)

func TestRuns(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string]bool{
		"use1-az3": true, "apne1-az1": true, "apne1-az3": false, "usw1-az2": false, "cnn1-az3": false, "": true,
	} {
		assert.Equal(t, want, fargate.Runs(zone), zone)
	}
}
