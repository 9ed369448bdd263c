package release

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"aws-webapp/internal/awsapi"
)

// releaseTagPrefix is components.ReleaseTagPrefix: the repository keeps these apart.
const releaseTagPrefix = "release-"

// shortDigest is the number of characters of a digest that a tag repeats.
const shortDigest = 12

// openRegistry opens the registry that images lie in, with the build's own rights. Tests put theirs in its place.
var openRegistry = func(ctx context.Context, region string) (aws.Config, error) {
	return awsapi.OpenToChange(ctx, region, awsapi.Profile{}, "ecr:PutImage")
}

// tagRelease gives the image a second tag. The same image may have been released before.
func tagRelease(t *tools, released image) error {
	in, err := parseRepository(released.Repository)
	if err != nil {
		return err
	}
	cfg, err := openRegistry(t.ctx, in.region)
	if err != nil {
		return err
	}
	registry := ecr.NewFromConfig(cfg)
	found, err := registry.BatchGetImage(t.ctx, &ecr.BatchGetImageInput{
		RegistryId: aws.String(in.account), RepositoryName: aws.String(in.name),
		ImageIds: []types.ImageIdentifier{{ImageDigest: aws.String(released.Digest)}},
	})
	if err != nil {
		return fmt.Errorf("read the manifest of %s: %w", released.reference(), err)
	}
	if len(found.Images) == 0 {
		return fmt.Errorf("found no image %s to tag as released: it was deleted in the meantime", released.reference())
	}
	tag := releaseTagPrefix + strings.TrimPrefix(released.Digest, "sha256:")[:shortDigest]
	_, err = registry.PutImage(t.ctx, &ecr.PutImageInput{
		RegistryId: aws.String(in.account), RepositoryName: aws.String(in.name), ImageTag: aws.String(tag),
		ImageManifest: found.Images[0].ImageManifest, ImageManifestMediaType: found.Images[0].ImageManifestMediaType,
	})
	if there := new(types.ImageAlreadyExistsException); err != nil && !errors.As(err, &there) {
		return fmt.Errorf("tag %s as %s: %w", released.reference(), tag, err)
	}
	fmt.Fprintln(t.out, "released as:", tag)
	return nil
}
