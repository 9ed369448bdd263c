package preflight

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// stored is an image in ECR.
type stored struct {
	client              *ecr.Client
	account, repository string
	id                  ecrtypes.ImageIdentifier
}

// checkImages asks ECR whether it has the images of services and jobs for their architecture: a service
// without its image never becomes stable, and pulumi up keeps waiting for it.
func (p *Preflight) checkImages(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, unit := range p.Config.Units() {
		findings = append(findings, p.checkImage(ctx, unit, unit.Image, unit.Key+".image", "image of "+unit.Name))
	}
	for i := range p.Config.Services {
		service := &p.Config.Services[i]
		unit := config.Unit{Name: service.Name, Key: fmt.Sprintf("services[%d]", i), Container: &service.Container}
		for j := range service.Sidecars {
			sidecar := &service.Sidecars[j]
			findings = append(findings, p.checkImage(ctx, unit, sidecar.Image,
				fmt.Sprintf("%s.sidecars[%d].image", unit.Key, j), "image of "+sidecar.Name+" beside "+service.Name))
		}
	}
	return findings, nil
}

// checkImage looks for the image of one of a service's containers, which a key of the stack file names.
func (p *Preflight) checkImage(ctx context.Context, service config.Unit, named, key, check string) outcome.Finding {
	finding := outcome.Finding{
		Check: check, Status: outcome.Blocked, Needed: images.Short(named) + " for " + platformOf(service),
	}
	image, inECR := p.stored(named)
	if !inECR {
		finding.Status, finding.Found = outcome.Unchecked, "not in a private ECR registry"
		return finding
	}
	platforms, err := image.platforms(ctx)
	switch code := awsapi.Code(err); {
	case code == "RepositoryNotFoundException":
		finding.Found = "no repository " + image.repository
		finding.Fix = "deploy the delivery stack, or create the repository, and push an image"
	case code == "ImageNotFoundException":
		finding.Found = "the repository has no such image"
		finding.Fix = "push the image, or correct " + key
	case err != nil:
		return unchecked(finding.Check, err)
	case len(platforms) == 0:
		finding.Status, finding.Found = outcome.Warning, "found, for an unknown platform"
		finding.Fix = "make sure that it is built for " + platformOf(service)
	case !slices.Contains(platforms, platformOf(service)):
		finding.Found = "found, for " + strings.Join(platforms, ", ")
		finding.Fix = "build it for " + platformOf(service) + ", or change " + service.Key + ".architecture"
	default:
		finding.Status, finding.Found = outcome.OK, "found, for "+strings.Join(platforms, ", ")
	}
	return finding
}

// platformOf returns a service's or job's platform as images name it.
func platformOf(service config.Unit) string {
	if service.Architecture == config.ARM64 {
		return "linux/arm64"
	}
	return "linux/amd64"
}

func (p *Preflight) stored(image string) (stored, bool) {
	named, err := images.Parse(image)
	if err != nil {
		return stored{}, false
	}
	registry, ok := named.ECR()
	if !ok {
		return stored{}, false
	}
	found := stored{client: p.ecr(registry.Region), account: registry.Account, repository: named.Repository}
	found.id = ecrtypes.ImageIdentifier{ImageTag: aws.String(cmp.Or(named.Tag, "latest"))}
	if named.Digest != "" {
		found.id = ecrtypes.ImageIdentifier{ImageDigest: aws.String(named.Digest)}
	}
	return found, true
}

// manifest holds the parts of an image manifest, or of an index of manifests, that are used.
type manifest struct {
	Config    struct{ Digest string }
	Manifests []struct {
		Platform struct{ OS, Architecture string }
	}
}

// platforms returns the platforms that the image is built for; none if they are not known.
func (s stored) platforms(ctx context.Context) ([]string, error) {
	if _, err := s.client.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId: aws.String(s.account), RepositoryName: aws.String(s.repository), ImageIds: []ecrtypes.ImageIdentifier{
			s.id,
		},
	}); err != nil {
		return nil, err
	}
	got, err := s.client.BatchGetImage(ctx, &ecr.BatchGetImageInput{
		RegistryId: aws.String(s.account), RepositoryName: aws.String(s.repository), ImageIds: []ecrtypes.ImageIdentifier{
			s.id,
		},
	})
	if err != nil {
		return nil, err
	}
	var platforms []string
	for _, one := range got.Images {
		var content manifest
		if err := json.Unmarshal([]byte(aws.ToString(one.ImageManifest)), &content); err != nil {
			return nil, fmt.Errorf("read the image's manifest: %w", err)
		}
		for _, entry := range content.Manifests {
			// An index lists attestations of builds under an unknown platform.
			if entry.Platform.OS != "" && entry.Platform.OS != "unknown" {
				platforms = append(platforms, entry.Platform.OS+"/"+entry.Platform.Architecture)
			}
		}
		if content.Config.Digest != "" {
			platform, err := s.builtFor(ctx, content.Config.Digest)
			if err != nil {
				return nil, err
			}
			if platform != "" {
				platforms = append(platforms, platform)
			}
		}
	}
	return platforms, nil
}

// mostConfig bounds the size of an image's configuration, usually some kilobytes.
const mostConfig = 1 << 20

// builtFor reads the platform from an image's configuration, which ECR keeps like a layer.
func (s stored) builtFor(ctx context.Context, digest string) (string, error) {
	layer, err := s.client.GetDownloadUrlForLayer(ctx, &ecr.GetDownloadUrlForLayerInput{
		RegistryId: aws.String(s.account), RepositoryName: aws.String(s.repository), LayerDigest: aws.String(digest),
	})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, aws.ToString(layer.DownloadUrl), nil)
	if err != nil {
		return "", nil
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		// The address contains a signature, which must not appear in messages.
		return "", nil
	}
	defer func() { _ = response.Body.Close() }()
	var built struct{ OS, Architecture string }
	if response.StatusCode != http.StatusOK ||
		json.NewDecoder(io.LimitReader(response.Body, mostConfig)).Decode(&built) != nil || built.OS == "" {
		return "", nil
	}
	return built.OS + "/" + built.Architecture, nil
}
