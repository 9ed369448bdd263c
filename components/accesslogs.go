package components

import (
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
	a := &AccessLogs{args: given(args)}
	a.Bucket = a.args.Scope.BucketName(logsRole)
	return construct(ctx, name, a, opts, construction{
		kind: "access logs", token: accessLogsType, wrong: check(a.args),
		steps: []step{
			{"create bucket", a.createBucket},
		},
		outputs: func() pulumi.Map { return pulumi.Map{"bucket": pulumi.String(a.Bucket)} },
	})
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
