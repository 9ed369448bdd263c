package engines_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/engines"
)

func TestBaselinePercent(t *testing.T) {
	for class, want := range map[string]int{
		"db.t4g.micro": 10, "db.t3.small": 20, "db.t4g.medium": 20, "db.t3.large": 30, "db.t4g.2xlarge": 40,
		"db.m7g.large": 0, "db.r6g.large": 0, "db.x2g.large": 0,
	} {
		assert.Equal(t, want, engines.BaselinePercent(class), class)
	}
}
