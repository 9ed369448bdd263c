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
	// Sources lists the buckets of this account, by name, that write their access logs here.
	Sources []string
	// Days that logs are kept.
	Days int
	// NoncurrentVersionDays that a replaced or deleted log can be brought back.
	NoncurrentVersionDays int
	// ForceDestroy lets destroy empty the bucket.
	ForceDestroy bool
}

// AccessLogs is the bucket that receives the access logs of other buckets.
type AccessLogs struct {
	pulumi.ResourceState

	// Bucket by name.
	Bucket string
	// BucketReady lists the resources that must exist before anything writes to the bucket.
	BucketReady []pulumi.Resource

	args AccessLogsArgs
}

// NewAccessLogs makes [AccessLogs].
func NewAccessLogs(
	ctx *pulumi.Context, name string, args *AccessLogsArgs, opts ...pulumi.ResourceOption,
) (*AccessLogs, error) {
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

// createBucket sets no KMS key, because S3 cannot deliver logs with one, and no access log,
// which would log its own delivery for ever.
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
		lifecycle: []lifecycleRule{
			abortUploads(), expireVersions(a.args.NoncurrentVersionDays),
			expireObjects(a.args.Days),
		},
		policy: append(append(tlsOnly(arn), ownKeyOnly(arn)...), accessLogDelivery(scope, arn, sources)),
	})
	return err
}
