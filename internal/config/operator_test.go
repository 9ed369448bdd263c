package config

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/endoflife"
)

// psql and pg_dump are those of the database's major version.
func TestTheOperatorsImageFollowsTheDatabase(t *testing.T) {
	for version, tag := range map[string]string{
		"17": "17.10", "17.4": "17.10", "16": "16.14", "14.22": "14.23", "18": "18.4",
		"13": "14.23", "19": "18.4", // no image of its own
	} {
		c := Defaults()
		c.Database.EngineVersion = version
		assert.Equal(t, "public.ecr.aws/docker/library/postgres:"+tag+"-bookworm", c.OperatorImage(), version)
		c.Operator.Image = "own"
		assert.Equal(t, "own", c.OperatorImage())
	}
	for _, one := range operatorImages {
		assert.Empty(t, mutableTag("postgres:"+one.tag), "prod refuses its own default")
	}
	// A version that AWS supports without a fee has an image of its own.
	for major := operatorImages[0].major; ; major++ {
		_, known := endoflife.Of(endoflife.PostgreSQL, strconv.Itoa(major))
		if !known {
			assert.Greater(t, major, operatorImages[len(operatorImages)-1].major)
			break
		}
		assert.True(t, slices.ContainsFunc(operatorImages, func(one operatorImage) bool {
			return one.major == major
		}), "AWS makes PostgreSQL %d: add its image", major)
	}
}
