package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const accessLogsType = "aws-webapp:storage:AccessLogs"

// AccessLogsArgs describe [AccessLogs].
type AccessLogsArgs struct {
	// Scope of the stack.
	Scope Scope
	// Sources are the buckets of this account, by name, that write their access logs here.
	Sources []string
	// Days that logs are kept.
	Days int
	// NoncurrentVersionDays that a replaced or deleted log can be brought back.
	NoncurrentVersionDays int
	// ForceDestroy lets destroy empty the bucket.
	ForceDestroy bool
}

// AccessLogs is the bucket that takes the access logs of others.
type AccessLogs struct {
	pulumi.ResourceState

	// Bucket by name.
	Bucket string
	// BucketReady is what must be there before the bucket is used.
	BucketReady []pulumi.Resource

	args AccessLogsArgs
}

// NewAccessLogs makes [AccessLogs].
func NewAccessLogs(ctx *pulumi.Context, name string, args *AccessLogsArgs, opts ...pulumi.ResourceOption) (*AccessLogs, error) {
	a := &AccessLogs{}
	if args != nil {
		a.args = *args
	}
	if err := check(a.args); err != nil {
		return nil, fmt.Errorf("access logs %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(accessLogsType, name, a, opts...); err != nil {
		return nil, fmt.Errorf("access logs %q: register: %w", name, err)
	}
	a.Bucket = a.args.Scope.BucketName(logsRole)
	if err := a.createBucket(ctx, name); err != nil {
		return nil, fmt.Errorf("access logs %q: create bucket: %w", name, err)
	}
	if err := ctx.RegisterResourceOutputs(a, pulumi.Map{"bucket": pulumi.String(a.Bucket)}); err != nil {
		return nil, fmt.Errorf("access logs %q: register outputs: %w", name, err)
	}
	return a, nil
}

// createBucket leaves out a KMS key, with which S3 does not deliver logs, and an access log
// of its own, which would never come to rest.
func (a *AccessLogs) createBucket(ctx *pulumi.Context, name string) (err error) {
	scope := a.args.Scope
	arn := scope.BucketARN(a.Bucket)
	sources := make([]string, len(a.args.Sources))
	for i, source := range a.args.Sources {
		sources[i] = scope.BucketARN(source)
	}
	a.BucketReady, err = newBucket(ctx, a, bucketSpec{
		logical:      name,
		name:         a.Bucket,
		forceDestroy: a.args.ForceDestroy,
		lifecycle:    []lifecycleRule{abortUploads(), expireVersions(a.args.NoncurrentVersionDays), expireObjects(a.args.Days)},
		policy:       append(append(tlsOnly(arn), ownKeyOnly(arn)...), accessLogDelivery(scope, arn, sources)),
	})
	return err
}
