package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func registryProgram(pullers ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewRegistry(ctx, "registry", &RegistryArgs{
			Scope: testScope, Name: "visitor-book", KeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/1"),
			PullAccountIDs: pullers, KeepImages: 50, KeepReleases: 30, UntaggedDays: 7,
		})
		return err
	}
}

func TestRegistryKeepsTagsAndScansImages(t *testing.T) {
	rec := previewed(t, registryProgram("222222222222", "111111111111", "222222222222"))
	rec.keepsContract(t, registryType, "registry", map[string]any{
		"url": "123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book",
		"arn": "arn:aws:ecr:us-east-1:123456789012:repository/visitor-book",
	})
	repository := rec.one(t, "aws:ecr/repository:Repository", "registry")
	assert.Equal(t, "IMMUTABLE", repository.inputs["imageTagMutability"])
	assert.Equal(t, map[string]any{"scanOnPush": true}, repository.inputs["imageScanningConfiguration"])
	assert.Equal(t, []any{map[string]any{
		"encryptionType": "KMS", "kmsKey": "arn:aws:kms:us-east-1:123456789012:key/1",
	}}, repository.inputs["encryptionConfigurations"])
	assert.Equal(t, false, repository.inputs["forceDelete"])

	pull := rec.one(t, "aws:ecr/repositoryPolicy:RepositoryPolicy", "registry").policy(t, "policy").sid(t, "WorkloadsPull")
	assert.Equal(t, map[string]any{
		"Effect":    "Allow",
		"Action":    []any{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		"Principal": map[string]any{"AWS": []any{"arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"}},
	}, pull)
}

// Images that are or were in production must outlive a hundred builds.
func TestRegistryKeepsReleasesApartFromBuilds(t *testing.T) {
	type rule struct {
		RulePriority int
		Selection    map[string]any
		Action       map[string]string
	}
	var policy struct{ Rules []rule }
	text := deployed(t, registryProgram()).one(t, "aws:ecr/lifecyclePolicy:LifecyclePolicy",
		"registry").inputs["policy"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &policy))
	expire := map[string]string{"type": "expire"}
	assert.Equal(t, []rule{
		{1, map[string]any{
			"tagStatus": "tagged", "tagPrefixList": []any{"release-"}, "countType": "imageCountMoreThan",
			"countNumber": 30.0,
		}, expire},
		{
			2,
			map[string]any{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7.0},
			expire,
		},
		{3, map[string]any{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50.0}, expire},
	}, policy.Rules)
}

func TestRegistryWithoutOtherAccounts(t *testing.T) {
	assert.Empty(t, deployed(t, registryProgram()).names("aws:ecr/repositoryPolicy:RepositoryPolicy"))
}
