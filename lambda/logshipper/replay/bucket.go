package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// restore invokes the function with every event that Lambda wrote to the bucket, and deletes those
// that it accepted: their logs are then in the domain or in the queue.
func restore(
	ctx context.Context, store *s3.Client, client *lambda.Client, bucket, function string, out io.Writer,
) error {
	name := function[strings.LastIndex(function, ":")+1:] // of an ARN, too
	// Lambda developer guide, "Capturing records of Lambda asynchronous invocations".
	prefix := "aws/lambda/async/" + name + "/"
	events, restored := 0, 0
	pages := s3.NewListObjectsV2Paginator(store, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list %s/%s: %w", bucket, prefix, err)
		}
		for _, object := range page.Contents {
			got, err := restoreOne(ctx, store, client, bucket, aws.ToString(object.Key), function)
			if err != nil {
				return err
			}
			events += got
			restored++
		}
	}
	fmt.Fprintf(out, "the bucket is empty: %d events out of %d objects are in the domain or in the queue\n",
		events, restored)
	return nil
}

func restoreOne(
	ctx context.Context, store *s3.Client, client *lambda.Client, bucket, key, function string,
) (events int, err error) {
	object, err := store.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", key, err)
	}
	var record struct {
		RequestPayload json.RawMessage `json:"requestPayload"`
	}
	err = json.NewDecoder(object.Body).Decode(&record)
	if err = errors.Join(err, object.Body.Close()); err != nil {
		return 0, fmt.Errorf("read %s: %w", key, err)
	}
	if len(record.RequestPayload) == 0 {
		return 0, fmt.Errorf("%s has no requestPayload: found no record of an asynchronous invocation; remove it", key)
	}
	var answer struct {
		Events int `json:"events"`
	}
	if err := call(ctx, client, function, record.RequestPayload, &answer); err != nil {
		return 0, fmt.Errorf("%s stays in the bucket: %w", key, err)
	}
	if _, err := store.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return 0, fmt.Errorf("delete %s: %w", key, err)
	}
	return answer.Events, nil
}
