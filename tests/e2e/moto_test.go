//go:build e2e

package e2e

import (
	"context"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	s3client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// gaps are the calls that moto does not answer as AWS does, and server.py makes it.
var gaps = map[string]func(context.Context, awssdk.Config) error{
	"application_autoscaling_tags": func(ctx context.Context, config awssdk.Config) error {
		_, err := applicationautoscaling.NewFromConfig(config).ListTagsForResource(ctx,
			&applicationautoscaling.ListTagsForResourceInput{
				ResourceARN: awssdk.String("arn:aws:application-autoscaling:us-east-1:" + moto.Account + ":scalable-target/1"),
			})
		return err
	},
	"cloudtrail_logging_by_arn": func(ctx context.Context, config awssdk.Config) error {
		bucket := awssdk.String("trail")
		storage := s3client.NewFromConfig(config, func(o *s3client.Options) { o.UsePathStyle = true })
		if _, err := storage.CreateBucket(ctx, &s3client.CreateBucketInput{Bucket: bucket}); err != nil {
			return err
		}
		client := cloudtrail.NewFromConfig(config)
		trail, err := client.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: awssdk.String("audit"), S3BucketName: bucket})
		if err != nil {
			return err
		}
		_, err = client.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: trail.TrailARN})
		return err
	},
}

func TestGapsAreFilled(t *testing.T) {
	for name, call := range gaps {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, call(t.Context(), startMoto(t).config()))
		})
	}
}

// TestGapsAreNeeded fails when a newer moto answers by itself.
func TestGapsAreNeeded(t *testing.T) {
	for name, call := range gaps {
		t.Run(name, func(t *testing.T) {
			assert.Error(t, call(t.Context(), startMoto(t, moto.Plain()).config()), "moto fills this gap itself now: remove it from server.py")
		})
	}
}

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

// TestKeptServerRemembers is what lets one command look at what an earlier one deployed.
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
