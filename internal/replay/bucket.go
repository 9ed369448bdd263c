package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"aws-webapp/internal/awsapi"
)

// objects returns the keys of what Lambda wrote to the bucket for a function.
func (r *Replayer) objects(ctx context.Context, bucket, function string) ([]string, error) {
	name := function[strings.LastIndex(function, ":")+1:] // of an ARN, too
	// Lambda developer guide, "Capturing records of Lambda asynchronous invocations".
	prefix := "aws/lambda/async/" + name + "/"
	pages := s3.NewListObjectsV2Paginator(r.S3, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	found, err := awsapi.All(ctx, pages, func(page *s3.ListObjectsV2Output) []types.Object { return page.Contents })
	if err != nil {
		return nil, fmt.Errorf("list %s/%s: %w", bucket, prefix, err)
	}
	keys := make([]string, len(found))
	for i, one := range found {
		keys[i] = aws.ToString(one.Key)
	}
	return keys, nil
}

// restore invokes the function with every event that Lambda wrote to the bucket, and deletes those
// that it accepted: their logs are then in the domain or in the queue.
func (r *Replayer) restore(ctx context.Context, bucket, function string) error {
	keys, err := r.objects(ctx, bucket, function)
	if err != nil {
		return err
	}
	events := 0
	for _, key := range keys {
		got, err := r.restoreOne(ctx, bucket, key, function)
		if err != nil {
			return err
		}
		events += got
	}
	r.say("the bucket is empty: %d events out of %d objects are in the domain or in the queue", events, len(keys))
	return nil
}

func (r *Replayer) restoreOne(ctx context.Context, bucket, key, function string) (events int, err error) {
	object, err := r.S3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", key, err)
	}
	var record struct {
		RequestPayload json.RawMessage `json:"requestPayload"`
	}
	err = json.NewDecoder(object.Body).Decode(&record)
	if err = errors.Join(err, object.Body.Close()); err != nil {
		return 0, leftf("read %s: %w", key, err)
	}
	if len(record.RequestPayload) == 0 {
		return 0, leftf("%s has no requestPayload: found no record of an asynchronous invocation; remove it", key)
	}
	var answer struct {
		Events int `json:"events"`
	}
	if err := r.call(ctx, function, record.RequestPayload, &answer); err != nil {
		return 0, fmt.Errorf("%s stays in the bucket: %w", key, err)
	}
	if _, err := r.S3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return 0, fmt.Errorf("delete %s: %w", key, err)
	}
	return answer.Events, nil
}
