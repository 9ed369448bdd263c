package engines_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/engines"
)

func TestMemory(t *testing.T) {
	for class, gib := range map[string]float64{
		"db.t3.micro": 1, "db.t3.small": 2, "db.t4g.medium": 4, "db.t3.2xlarge": 32, "db.m6g.large": 8, "db.m7i.4xlarge": 64,
		"db.r6g.large": 16, "db.r5.24xlarge": 768, "db.r4.large": 15.25, "db.x2g.xlarge": 64, "db.x2idn.16xlarge": 1024,
		"db.x2iedn.xlarge": 128, "db.x1e.2xlarge": 244, "db.z1d.xlarge": 32, "db.c6gd.xlarge": 8, "db.new.large": 8,
	} {
		assert.EqualValues(t, gib*1024, engines.MemoryMiB(class), class)
	}
}

// The connections that others have counted.
func TestMaxConnections(t *testing.T) {
	for class, counted := range map[string]int{
		"db.t2.small": 198, "db.t2.medium": 413, "db.t2.large": 856, "db.r4.large": 1660,
	} {
		got := engines.MaxConnections(class)
		assert.LessOrEqual(t, got, counted, class)
		assert.Greater(t, float64(got), 0.96*float64(counted), class)
	}
	assert.Equal(t, 5000, engines.MaxConnections("db.r6g.16xlarge"))
}
