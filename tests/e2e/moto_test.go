//go:build e2e

package e2e

import (
	"context"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	s3client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

func TestResetEmptiesTheCloud(t *testing.T) {
	cloud := startMoto(t)
	client := s3client.NewFromConfig(cloud.config(), func(o *s3client.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(t.Context(), &s3client.CreateBucketInput{Bucket: awssdk.String("store")})
	require.NoError(t, err)
	require.NoError(t, cloud.server.Reset(t.Context()))
	buckets, err := client.ListBuckets(t.Context(), &s3client.ListBucketsInput{})
	require.NoError(t, err)
	assert.Empty(t, buckets.Buckets)
}

// TestKeptServerRemembers: one command can look at what an earlier one deployed.
func TestKeptServerRemembers(t *testing.T) {
	dir := t.TempDir()
	first, err := moto.Keep(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, moto.Stop(context.Background(), dir)) })
	client := s3client.NewFromConfig(cloud{server: first}.config(), func(o *s3client.Options) { o.UsePathStyle = true })
	_, err = client.CreateBucket(t.Context(), &s3client.CreateBucketInput{Bucket: awssdk.String("store")})
	require.NoError(t, err)
	require.NoError(t, first.Close())

	again, err := moto.Keep(t.Context(), dir)
	require.NoError(t, err)
	assert.False(t, again.Fresh())
	buckets, err := client.ListBuckets(t.Context(), &s3client.ListBucketsInput{})
	require.NoError(t, err)
	assert.Len(t, buckets.Buckets, 1)

	require.NoError(t, moto.Stop(t.Context(), dir))
	_, err = client.ListBuckets(t.Context(), &s3client.ListBucketsInput{})
	assert.Error(t, err)
}
