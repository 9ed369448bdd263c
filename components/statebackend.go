package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const stateBackendType = "aws-webapp:delivery:StateBackend"

const (
	stateRole = "state"
	// lockFolder is the folder in which Pulumi's backend keeps a file for each running update.
	// With versioning every update leaves a deleted lock behind.
	lockFolder = ".pulumi/locks/"
	// lockVersionDays is the minimum in S3.
	lockVersionDays = 1
)

// StateBackendArgs describe [StateBackend].
type StateBackendArgs struct {
	// Scope of the stack.
	Scope Scope
	// KeyARN is the KMS key of the bucket and of the secrets in the states.
	KeyARN pulumi.StringInput
	// LogBucket, by name, receives the bucket's access log, once the resources of LogBucketReady
	// exist.
	LogBucket      string
	LogBucketReady []pulumi.Resource
	// NoncurrentVersionDays that a replaced state can be brought back.
	NoncurrentVersionDays int
	// Users lists the roles of other accounts with the stacks whose states they may read and
	// write. Roles of this account have access through their policies.
	Users []StateUser
	// ForceDestroy lets destroy empty the bucket.
	ForceDestroy bool
	// Protect makes Pulumi refuse to delete the bucket.
	Protect bool
}

// StateUser holds the roles of another account that use the state of one stack.
type StateUser struct {
	// AccountID has 12 digits.
	AccountID string
	// Stack by its name.
	Stack string
	// ReaderARNs of the roles that preview, WriterARNs of those that deploy. They need not
	// exist yet.
	ReaderARNs, WriterARNs []string
}

// StateBackend is the bucket in which Pulumi keeps the states of all stacks of the project. It
// is versioned, so a state can be brought back, and only replaced versions ever expire.
type StateBackend struct {
	pulumi.ResourceState

	// Bucket by name.
	Bucket string
	// URL for pulumi login.
	URL string
	// SecretsProvider for pulumi stack init: the key by its ARN, since an alias means
	// another key in another account.
	SecretsProvider pulumi.StringOutput

	args StateBackendArgs
}

// StateBucketName returns the physical name of a delivery stack's state bucket.
func StateBucketName(scope Scope) string { return scope.BucketName(stateRole) }

// NewStateBackend makes [StateBackend].
func NewStateBackend(
	ctx *pulumi.Context, name string, args *StateBackendArgs, opts ...pulumi.ResourceOption,
) (*StateBackend, error) {
	s := &StateBackend{args: given(args)}
	s.Bucket = StateBucketName(s.args.Scope)
	s.URL = fmt.Sprintf("s3://%s?region=%s", s.Bucket, s.args.Scope.Region)
	s.SecretsProvider = pulumi.Sprintf("awskms:///%s?region=%s", s.args.KeyARN, s.args.Scope.Region)
	return construct(ctx, name, s, opts, construction{
		kind: "state backend", token: stateBackendType, wrong: check(s.args),
		steps: []step{
			{"create bucket", s.createBucket},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"bucket":          pulumi.String(s.Bucket),
				"url":             pulumi.String(s.URL),
				"secretsProvider": s.SecretsProvider,
			}
		},
	})
}

func (s *StateBackend) createBucket(ctx *pulumi.Context, name string) error {
	arn := s.args.Scope.BucketARN(s.Bucket)
	policy := append(tlsOnly(arn), keyOnly(arn, s.args.KeyARN)...)
	for _, user := range s.args.Users {
		policy = append(policy, s.letIn(arn, user)...)
	}
	_, err := newBucket(ctx, s, bucketSpec{
		logical:      name,
		name:         s.Bucket,
		keyARN:       s.args.KeyARN,
		forceDestroy: s.args.ForceDestroy,
		protect:      s.args.Protect,
		lifecycle: []lifecycleRule{
			abortUploads(), expireVersionsBelow(lockFolder, lockVersionDays), expireVersions(s.args.NoncurrentVersionDays),
		},
		policy:         policy,
		logBucket:      s.args.LogBucket,
		logBucketReady: s.args.LogBucketReady,
	})
	return err
}

// letIn gives roles of another account the access that [stateStatements] gives roles of this
// one.
func (s *StateBackend) letIn(bucketARN string, user StateUser) []statement {
	scope := s.args.Scope
	account := map[string]any{"AWS": scope.in(user.AccountID).rootARN()}
	var statements []statement
	for _, group := range []struct {
		does  string
		roles []string
		write bool
	}{{"Read", user.ReaderARNs, false}, {"Write", user.WriterARNs, true}} {
		if len(group.roles) == 0 {
			continue
		}
		only := AccountRoles{RoleARNs: group.roles}.alone()
		for i, allowed := range stateStatements(bucketARN, scope.Project, []string{user.Stack}, group.write) {
			allowed.Sid = fmt.Sprintf("%s%sOf%s%d", group.does, sidOf(user.Stack), user.AccountID, i+1)
			allowed.Principal = account
			allowed.Condition = only
			statements = append(statements, allowed)
		}
	}
	return statements
}

// sidOf returns a name for use in a statement's Sid, which may only have letters and digits.
func sidOf(name string) string { return strings.ReplaceAll(name, "-", "") }

// stateStatements allows reading the files of some stacks, and writing them for roles that
// deploy. Pulumi's backend lists the bucket, reads .pulumi/meta.yaml, and keeps <stack>.json
// for each stack with its copies, backups, history and locks.
func stateStatements(bucketARN, project string, stacks []string, write bool) []statement {
	var files []string
	for _, stack := range stacks {
		files = append(files, stateFiles(bucketARN, project, stack)...)
	}
	statements := []statement{
		{Sid: "ListStates", Effect: "Allow", Action: []string{"s3:GetBucketLocation", "s3:ListBucket"}, Resource: bucketARN},
		{
			Sid: "ReadStates", Effect: "Allow", Action: "s3:GetObject",
			Resource: append([]string{bucketARN + "/.pulumi/meta.yaml"}, files...),
		},
	}
	if write {
		statements = append(statements, statement{
			Sid: "WriteStates", Effect: "Allow", Action: []string{"s3:DeleteObject", "s3:PutObject"}, Resource: files,
		})
	}
	return statements
}

// stateFiles returns patterns of the files in which the backend keeps a stack of a project.
func stateFiles(bucketARN, project, stack string) []string {
	var files []string
	for _, folder := range []string{"stacks", "backups", "history", "locks/organization"} {
		path := fmt.Sprintf("%s/.pulumi/%s/%s/%s", bucketARN, folder, project, stack)
		if folder == "stacks" {
			// <stack>.json, its copies and its tags.
			files = append(files, path+".*")
			continue
		}
		files = append(files, path+"/*")
	}
	return files
}
