package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/images"
)

// UsageError is an invalid request.
type UsageError struct{ error }

// Unwrap returns the cause.
func (e UsageError) Unwrap() error { return e.error }

// image is an image with the digests under which tasks may report it.
type image struct {
	// text as requested; empty if only a task definition was.
	text string
	// digest of the manifest, or of the index of several platforms.
	digest string
	// accepted lists the digest and, for an index, those of its platforms: AWS documents that a
	// task reports the digest of the manifest.
	accepted []string
}

// runs reports whether a digest that a task reports belongs to the image.
func (i image) runs(digest string) bool { return slices.Contains(i.accepted, digest) }

// resolveImage finds the digest of the requested image.
func (v *Verifier) resolveImage(ctx context.Context) (image, error) {
	text := v.Request.Image
	if text == "" {
		return image{}, nil
	}
	named, err := images.Parse(text)
	if err != nil {
		return image{}, UsageError{fmt.Errorf("--image: found %q, which is not an image reference (%w): "+
			"write it like REPOSITORY@sha256:DIGEST", text, err)}
	}
	found := image{text: text, digest: named.Digest}
	registry, ok := named.ECR()
	if !ok {
		// ECS only reports digests of images from ECR.
		return image{}, UsageError{fmt.Errorf("--image: found %q, which is not in a private ECR registry: "+
			"ECS reports the digest of no other image; copy it into ECR, or compare with --task-definition", text)}
	}
	id := ecrtypes.ImageIdentifier{ImageTag: aws.String(cmp.Or(named.Tag, "latest"))}
	if found.digest != "" {
		found.accepted = []string{found.digest}
		id = ecrtypes.ImageIdentifier{ImageDigest: aws.String(found.digest)}
	}
	return v.lookUp(ctx, v.Clients.ECR(registry.Region), registry.Account, named.Repository, id, found)
}

// lookUp asks the registry for the digests of an image. An image given by digest can also be
// compared without an answer.
func (v *Verifier) lookUp(
	ctx context.Context, client *ecr.Client, account, repository string, id ecrtypes.ImageIdentifier, found image,
) (image, error) {
	known := found.digest != ""
	details, err := client.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId: aws.String(account), RepositoryName: aws.String(repository), ImageIds: []ecrtypes.ImageIdentifier{id},
	})
	switch code := awsapi.Code(err); {
	case code == "ImageNotFoundException" || code == "RepositoryNotFoundException":
		return image{},
			UsageError{fmt.Errorf("--image: found %q, which ECR does not hold (%s): push it first, or correct the reference",
				found.text, code)}
	case err != nil && known:
		fmt.Fprintf(v.Progress, "%7s  comparing with %s alone: %s\n",
			"0s", images.ShortDigest(found.digest), awsapi.Reason(err))
		return found, nil
	case err != nil:
		return image{}, fmt.Errorf("find the digest of %s: %w", found.text, err)
	case len(details.ImageDetails) == 0:
		return image{}, fmt.Errorf("find the digest of %s: ECR answered with no image", found.text)
	}
	detail := details.ImageDetails[0]
	found.digest = aws.ToString(detail.ImageDigest)
	found.accepted = []string{found.digest}
	if !isIndex(aws.ToString(detail.ImageManifestMediaType)) {
		return found, nil
	}
	platforms, err := client.BatchGetImage(ctx, &ecr.BatchGetImageInput{
		RegistryId: aws.String(account), RepositoryName: aws.String(repository),
		ImageIds: []ecrtypes.ImageIdentifier{{ImageDigest: aws.String(found.digest)}},
	})
	if err != nil {
		return image{}, fmt.Errorf("read the platforms of %s: %w", found.text, err)
	}
	for _, one := range platforms.Images {
		var index struct {
			Manifests []struct {
				Digest string `json:"digest"`
			} `json:"manifests"`
		}
		if err := json.Unmarshal([]byte(aws.ToString(one.ImageManifest)), &index); err != nil {
			return image{}, fmt.Errorf("read the platforms of %s: %w", found.text, err)
		}
		for _, manifest := range index.Manifests {
			found.accepted = append(found.accepted, manifest.Digest)
		}
	}
	return found, nil
}

// isIndex reports whether a manifest lists others, one for each platform.
func isIndex(mediaType string) bool {
	return strings.Contains(mediaType, "image.index") || strings.Contains(mediaType, "manifest.list")
}

// pinned returns the digest in an image reference, or "" if it has none.
func pinned(image string) string {
	_, digest, _ := strings.Cut(image, "@")
	return digest
}
