package difference

import (
	"cmp"
	"regexp"

	"github.com/distribution/reference"

	"aws-webapp/policies/prop"
)

// Image is a reference to a container image, in parts; missing parts are empty.
type Image struct {
	// Registry, such as docker.io, and Repository in it.
	Registry, Repository string
	// Tag and Digest.
	Tag, Digest string
}

// ParseImage splits a reference as Docker does: without a registry it means Docker Hub.
func ParseImage(v prop.Value) (Image, bool) {
	text, ok := v.Text()
	if !ok || v.Secret() {
		return Image{}, false
	}
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return Image{}, false
	}
	i := Image{Registry: reference.Domain(named), Repository: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		i.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		i.Digest = digested.Digest().String()
	}
	return i, true
}

// String returns the whole reference.
func (i Image) String() string {
	text := i.Registry + "/" + i.Repository
	if i.Tag != "" {
		text += ":" + i.Tag
	}
	if i.Digest != "" {
		text += "@" + i.Digest
	}
	return text
}

// registryPattern matches an ECR registry's address:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
var registryPattern = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)

// Account returns the AWS account whose registry has the image; "" if it is not in ECR.
func (i Image) Account() string {
	if parts := registryPattern.FindStringSubmatch(i.Registry); parts != nil {
		return parts[1]
	}
	return ""
}

// betweenImages shows the part of a reference that differs. The part that stays the same is in
// the name of the entry.
func betweenImages(old, now prop.Value) []Entry {
	before, ok := ParseImage(old)
	after, okToo := ParseImage(now)
	if !ok || !okToo {
		return between("image", old, now)
	}
	if before == after {
		return nil
	}
	if before.Registry == after.Registry && before.Repository == after.Repository {
		name := "image " + before.Registry + "/" + before.Repository
		return differing(
			Entry{
				Name: name + " tag",
				Old:  before.Tag,
				New:  after.Tag,
			},
			Entry{Name: name + " digest", Old: before.Digest, New: after.Digest},
		)
	}
	return differing(
		Entry{Name: "image registry", Old: before.Registry, New: after.Registry},
		Entry{Name: "image repository", Old: before.Repository, New: after.Repository},
		Entry{Name: "image tag", Old: before.Tag, New: after.Tag},
		Entry{Name: "image digest", Old: before.Digest, New: after.Digest},
	)
}

func differing(entries ...Entry) []Entry {
	var found []Entry
	for _, e := range entries {
		if e.Old != e.New {
			e.Old, e.New = cmp.Or(e.Old, "nothing"), cmp.Or(e.New, "nothing")
			found = append(found, e)
		}
	}
	return found
}
