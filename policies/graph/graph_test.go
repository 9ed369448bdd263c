package graph_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/graph"
)

func TestCanonical(t *testing.T) {
	for name, want := range map[string]string{
		"aws:alb/listener:Listener":                              "aws:lb/listener:Listener",
		"aws:s3/bucketVersioning:BucketVersioning":               "aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:s3/bucketLogging:BucketLogging":                     "aws:s3/bucketLoggingV2:BucketLoggingV2",
		"aws:s3/bucketVersioningV2:BucketVersioningV2":           "aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:s3/bucket:Bucket":                                   "aws:s3/bucket:Bucket",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
	} {
		assert.Equal(t, want, graph.Canonical(name))
	}
}
