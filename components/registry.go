package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const registryType = "aws-webapp:delivery:Registry"

// ReleaseTagPrefix is the prefix of the tags of images that went to production. The lifecycle
// keeps them separately from images that were only built.
const ReleaseTagPrefix = "release-"

// RegistryArgs describe [Registry].
type RegistryArgs struct {
	// Scope of the stack.
	Scope Scope
	// Name of the repository.
	Name string
	// KeyARN is the KMS key of the images. Changing it replaces the repository.
	KeyARN pulumi.StringInput
	// PullAccountIDs lists the other accounts that may pull.
	PullAccountIDs []string
	// KeepImages is the number of builds to keep.
	KeepImages int
	// KeepReleases is the number of released images to keep, besides the builds.
	KeepReleases int
	// UntaggedDays after which an image without a tag is deleted.
	UntaggedDays int
	// ForceDelete lets destroy delete the images.
	ForceDelete bool
}

// Registry is the ECR repository of the application. A tag names one image for good. Images are
// scanned when they are pushed, and expire when there are enough newer ones.
type Registry struct {
	pulumi.ResourceState

	// URL of the repository, to which :tag or @digest is appended.
	URL string
	// ARN of the repository.
	ARN string

	args       RegistryArgs
	repository *ecr.Repository
}

// NewRegistry makes [Registry].
func NewRegistry(
	ctx *pulumi.Context, name string, args *RegistryArgs, opts ...pulumi.ResourceOption,
) (*Registry, error) {
	r := &Registry{args: given(args)}
	r.ARN = r.args.Scope.ARN("ecr", "repository/"+r.args.Name)
	r.URL = fmt.Sprintf("%s/%s", r.args.Scope.registryHost(), r.args.Name)
	return construct(ctx, name, r, opts, construction{
		kind: "registry", token: registryType, wrong: check(r.args),
		steps: []step{
			{"create repository", r.createRepository},
			{"create lifecycle", r.createLifecycle},
			{"create policy", r.createPolicy},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{"url": pulumi.String(r.URL), "arn": pulumi.String(r.ARN)}
		},
	})
}

func (r *Registry) createRepository(ctx *pulumi.Context, name string) (err error) {
	r.repository, err = ecr.NewRepository(ctx, name, &ecr.RepositoryArgs{
		Name:               pulumi.String(r.args.Name),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{
			ecr.RepositoryEncryptionConfigurationArgs{EncryptionType: pulumi.String("KMS"), KmsKey: r.args.KeyARN},
		},
		ForceDelete: pulumi.Bool(r.args.ForceDelete),
		Tags:        named(r.args.Name),
	}, pulumi.Parent(r), pulumi.DeleteBeforeReplace(true))
	return err
}

// createLifecycle keeps builds from pushing out releases: a rule does not expire an image that matches a
// rule of higher priority. A change replaces the policy. ECR identifies it only by the repository: if the
// old one were deleted second, the new one would be gone, too (pulumi/pulumi-aws#2075).
func (r *Registry) createLifecycle(ctx *pulumi.Context, name string) error {
	_, err := ecr.NewLifecyclePolicy(ctx, name, &ecr.LifecyclePolicyArgs{
		Repository: r.repository.Name,
		Policy: pulumi.JSONMarshal(map[string]any{"rules": []map[string]any{
			{
				"rulePriority": 1,
				"description":  "Keep what went to production, for rollbacks",
				"selection": map[string]any{
					"tagStatus": "tagged", "tagPrefixList": []string{ReleaseTagPrefix},
					"countType": "imageCountMoreThan", "countNumber": r.args.KeepReleases,
				},
				"action": map[string]any{"type": "expire"},
			},
			{
				"rulePriority": 2,
				"description":  "Delete what lost its tag",
				"selection": map[string]any{
					"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": r.args.UntaggedDays,
				},
				"action": map[string]any{"type": "expire"},
			},
			{
				"rulePriority": 3,
				"description":  "Keep the newest builds",
				"selection": map[string]any{
					"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": r.args.KeepImages,
				},
				"action": map[string]any{"type": "expire"},
			},
		}}),
	}, pulumi.Parent(r), pulumi.DeleteBeforeReplace(true))
	return err
}

// createPolicy lets other accounts pull; roles of this account do so by their policies. ECR
// decrypts with its own grant: pulling needs no permission for the key.
func (r *Registry) createPolicy(ctx *pulumi.Context, name string) error {
	if len(r.args.PullAccountIDs) == 0 {
		return nil
	}
	accounts := slices.Compact(slices.Sorted(slices.Values(r.args.PullAccountIDs)))
	principals := make([]string, len(accounts))
	for i, account := range accounts {
		principals[i] = r.args.Scope.in(account).rootARN()
	}
	_, err := ecr.NewRepositoryPolicy(ctx, name, &ecr.RepositoryPolicyArgs{
		Repository: r.repository.Name,
		Policy: policyDocument(statement{
			Sid:       "WorkloadsPull",
			Effect:    "Allow",
			Principal: map[string]any{"AWS": principals},
			Action:    imagePullActions,
		}),
	}, pulumi.Parent(r))
	return err
}

// registryHost returns the host name of the account's registry.
func (s Scope) registryHost() string {
	suffix := "amazonaws.com"
	if s.Partition == "aws-cn" {
		suffix += ".cn"
	}
	return fmt.Sprintf("%s.dkr.ecr.%s.%s", s.AccountID, s.Region, suffix)
}
