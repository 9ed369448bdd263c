package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const storageType = "aws-webapp:storage:Storage"

// The roles of the buckets, part of their names.
const (
	applicationRole = "application"
	logsRole        = "logs"
	artifactsRole   = "artifacts"
)

// ServerAccessLogPrefix is the folder of the log bucket for the access logs of buckets. S3
// appends account, region, bucket and date.
const ServerAccessLogPrefix = "s3-access"

// StorageArgs describe [Storage].
type StorageArgs struct {
	// Scope of the stack.
	Scope Scope
	// DataKeyARN is the KMS key of the application's and the artifacts' objects.
	DataKeyARN pulumi.StringInput
	// ForceDestroy lets destroy empty the buckets.
	ForceDestroy bool
	// Protect makes Pulumi refuse to delete the application bucket.
	Protect bool
	// NoncurrentVersionDays that a replaced or deleted object can be brought back.
	NoncurrentVersionDays int
	// InfrequentAccessDays after which application objects move to Standard-IA, which is cheaper
	// to keep and more expensive to read; 0 for never.
	InfrequentAccessDays int
	// AccessLogDays that logs are kept.
	AccessLogDays int
	// ArtifactDays that build artifacts are kept.
	ArtifactDays int
	// AccessLogSources lists further buckets of this account, by name, that write their access
	// logs to the log bucket.
	AccessLogSources []string
}

// Storage holds the stack's buckets: one for the application, one for build artifacts, and one
// for the access logs of both and of load balancers. The names are computed, so other policies
// can name the buckets at preview.
type Storage struct {
	pulumi.ResourceState

	// ApplicationBucket, LogBucket and ArtifactBucket by name.
	ApplicationBucket, LogBucket, ArtifactBucket string
	// ApplicationBucketARN, LogBucketARN and ArtifactBucketARN of the same.
	ApplicationBucketARN, LogBucketARN, ArtifactBucketARN string
	// ApplicationBucketReady, LogBucketReady and ArtifactBucketReady list the resources that must
	// exist before anything writes to the bucket: AWS tests whether it may write logs when a load
	// balancer is created.
	ApplicationBucketReady, LogBucketReady, ArtifactBucketReady []pulumi.Resource

	args StorageArgs
}

// NewStorage makes [Storage].
func NewStorage(ctx *pulumi.Context, name string, args *StorageArgs, opts ...pulumi.ResourceOption) (*Storage, error) {
	s := &Storage{args: given(args)}
	s.nameBuckets()
	return construct(ctx, name, s, opts, construction{
		kind: "storage", token: storageType, wrong: check(s.args),
		steps: []step{
			{"create log bucket", s.createLogBucket},
			{"create application bucket", s.createApplicationBucket},
			{"create artifact bucket", s.createArtifactBucket},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"applicationBucket":    pulumi.String(s.ApplicationBucket),
				"applicationBucketArn": pulumi.String(s.ApplicationBucketARN),
				"logBucket":            pulumi.String(s.LogBucket),
				"logBucketArn":         pulumi.String(s.LogBucketARN),
				"artifactBucket":       pulumi.String(s.ArtifactBucket),
				"artifactBucketArn":    pulumi.String(s.ArtifactBucketARN),
			}
		},
	})
}

func (s *Storage) nameBuckets() {
	scope := s.args.Scope
	s.ApplicationBucket = scope.BucketName(applicationRole)
	s.LogBucket = scope.BucketName(logsRole)
	s.ArtifactBucket = scope.BucketName(artifactsRole)
	s.ApplicationBucketARN = scope.BucketARN(s.ApplicationBucket)
	s.LogBucketARN = scope.BucketARN(s.LogBucket)
	s.ArtifactBucketARN = scope.BucketARN(s.ArtifactBucket)
}

func (s *Storage) createApplicationBucket(ctx *pulumi.Context, name string) (err error) {
	lifecycle := []lifecycleRule{abortUploads(), expireVersions(s.args.NoncurrentVersionDays)}
	if s.args.InfrequentAccessDays > 0 {
		lifecycle = append(lifecycle, infrequentAccess(s.args.InfrequentAccessDays))
	}
	s.ApplicationBucketReady, err = newBucket(ctx, s, bucketSpec{
		logical:        name + "-" + applicationRole,
		name:           s.ApplicationBucket,
		keyARN:         s.args.DataKeyARN,
		forceDestroy:   s.args.ForceDestroy,
		protect:        s.args.Protect,
		lifecycle:      lifecycle,
		policy:         append(tlsOnly(s.ApplicationBucketARN), keyOnly(s.ApplicationBucketARN, s.args.DataKeyARN)...),
		logBucket:      s.LogBucket,
		logBucketReady: s.LogBucketReady,
	})
	return err
}

func (s *Storage) createArtifactBucket(ctx *pulumi.Context, name string) (err error) {
	s.ArtifactBucketReady, err = newBucket(ctx, s, bucketSpec{
		logical:      name + "-" + artifactsRole,
		name:         s.ArtifactBucket,
		keyARN:       s.args.DataKeyARN,
		forceDestroy: s.args.ForceDestroy,
		lifecycle: []lifecycleRule{
			abortUploads(), expireVersions(s.args.NoncurrentVersionDays),
			expireObjects(s.args.ArtifactDays),
		},
		policy:         append(tlsOnly(s.ArtifactBucketARN), keyOnly(s.ArtifactBucketARN, s.args.DataKeyARN)...),
		logBucket:      s.LogBucket,
		logBucketReady: s.LogBucketReady,
	})
	return err
}

// createLogBucket sets no KMS key, because load balancers cannot write with one, and no access
// log, which would log its own delivery for ever.
func (s *Storage) createLogBucket(ctx *pulumi.Context, name string) (err error) {
	s.LogBucketReady, err = newBucket(ctx, s, bucketSpec{
		logical:      name + "-" + logsRole,
		name:         s.LogBucket,
		forceDestroy: s.args.ForceDestroy,
		lifecycle: []lifecycleRule{
			abortUploads(), expireVersions(s.args.NoncurrentVersionDays),
			expireObjects(s.args.AccessLogDays),
		},
		policy: append(append(tlsOnly(s.LogBucketARN), ownKeyOnly(s.LogBucketARN)...), s.logDelivery()...),
	})
	return err
}
