package images

import (
	"regexp"
	"strings"

	"github.com/distribution/reference"
)

// Reference to a container image, in parts. What it does not say is empty.
type Reference struct {
	// Registry is the host, such as docker.io, and Repository the path in it.
	Registry, Repository string
	// Tag and Digest.
	Tag, Digest string
}

// Parse takes a reference apart as Docker does: without a registry it is one of Docker Hub's.
func Parse(text string) (Reference, error) {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return Reference{}, err
	}
	r := Reference{Registry: reference.Domain(named), Repository: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		r.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		r.Digest = digested.Digest().String()
	}
	return r, nil
}

// Name is the reference without tag and digest.
func (r Reference) Name() string { return r.Registry + "/" + r.Repository }

// String is the whole reference.
func (r Reference) String() string {
	text := r.Name()
	if r.Tag != "" {
		text += ":" + r.Tag
	}
	if r.Digest != "" {
		text += "@" + r.Digest
	}
	return text
}

// ECR is a private registry of Amazon ECR: that of an account in a region.
type ECR struct {
	Account, Region string
	// Usual is false for the names with FIPS or IPv6, which no interface endpoint answers to.
	Usual bool
}

// ecr are the hosts of a registry. AWS documents that PrivateLink does not carry the dual-stack ones (on.aws).
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var ecr = regexp.MustCompile(`^([0-9]{12})\.dkr([.-])ecr(-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$`)

// ECR is the registry that the image is in, if it is in a private one of Amazon ECR.
func (r Reference) ECR() (registry ECR, ok bool) {
	parts := ecr.FindStringSubmatch(r.Registry)
	if parts == nil {
		return ECR{}, false
	}
	usual := parts[2] == "." && parts[3] == "" && !strings.HasSuffix(r.Registry, ".on.aws")
	return ECR{Account: parts[1], Region: parts[4], Usual: usual}, true
}

// shownDigest is as much of a digest as people compare.
const shownDigest = len("sha256:") + 12

// ShortDigest is the beginning of a digest.
func ShortDigest(digest string) string { return digest[:min(len(digest), shownDigest)] }

// Short shows an image, of whatever form, without its registry and with a short digest.
func Short(text string) string {
	name, digest, pinned := strings.Cut(text, "@")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if !pinned {
		return name
	}
	return name + "@" + ShortDigest(digest)
}
