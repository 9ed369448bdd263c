package release

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"aws-webapp/internal/awsdata/images"
)

// repository is an ECR repository.
type repository struct {
	// url without tag and digest, host of the registry, region and name.
	url, host, account, region, name string
}

func parseRepository(url string) (repository, error) {
	named, err := images.Parse(url)
	registry, private := named.ECR()
	if err != nil || !private || named.Name() != url {
		return repository{}, fmt.Errorf("found the repository %q, allowed is an ECR repository without tag, such as "+
			"123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book: correct it", url)
	}
	return repository{
		url: url, host: named.Registry, account: registry.Account, region: registry.Region, name: named.Repository,
	}, nil
}

// image is the result of an image build. The digest identifies the image that was tested, even if its tags move.
type image struct {
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
	Commit     string `json:"commit"`
}

// reference names the image for good.
func (i image) reference() string { return i.Repository + "@" + i.Digest }

func (i image) validate() error {
	if _, err := parseRepository(i.Repository); err != nil {
		return err
	}
	// ECR has no other digests: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html
	if _, err := images.Parse(i.reference()); err != nil || !strings.HasPrefix(i.Digest, "sha256:") {
		return fmt.Errorf("found the digest %q, allowed is sha256: and 64 hex digits: build the image again", i.Digest)
	}
	return nil
}

func (i image) write(file string) error {
	encoded, _ := json.MarshalIndent(i, "", "  ") // texts always have a JSON form
	return os.WriteFile(file, append(encoded, '\n'), 0o600)
}

func readImage(file string) (image, error) {
	var found image
	content, err := os.ReadFile(file) //nolint:gosec // the file that the user names
	if err != nil {
		return found, fmt.Errorf("read the image: %w", err)
	}
	if err := json.Unmarshal(content, &found); err != nil {
		return found, fmt.Errorf("read the image from %s: %w", file, err)
	}
	if err := found.validate(); err != nil {
		return found, fmt.Errorf("%s: %w", file, err)
	}
	return found, nil
}
