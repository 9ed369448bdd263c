package config

import (
	"regexp"
	"strings"

	"github.com/distribution/reference"
)

func isImage(text string) bool {
	_, err := reference.ParseNormalizedNamed(text)
	return err == nil
}

// floatingVersion matches a tag such as 1, v1 or 1.27, which moves with every smaller release.
var floatingVersion = regexp.MustCompile(`^v?[0-9]{1,3}(\.[0-9]{1,3})?$`)

// mutableTag says why an image can be another one tomorrow; "" if it cannot. A tag without a
// digit (latest, main, stable-alpine, prod) names no version.
func mutableTag(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	if _, pinned := named.(reference.Digested); pinned {
		return ""
	}
	tagged, hasTag := named.(reference.Tagged)
	switch {
	case !hasTag:
		return "an image without tag and digest, that is latest"
	case !strings.ContainsAny(tagged.Tag(), "0123456789"), floatingVersion.MatchString(tagged.Tag()):
		return "the moving tag " + quote(tagged.Tag())
	default:
		return ""
	}
}

var ecrHost = regexp.MustCompile(`^\d{12}\.dkr[.-]ecr(-fips)?\.`)

// inECR reports whether an image is in a private ECR registry of any region.
func inECR(image string) bool {
	named, err := reference.ParseNormalizedNamed(image)
	return err == nil && ecrHost.MatchString(reference.Domain(named))
}

// inRegistry reports whether an image is in an ECR registry of a region, which the endpoints of
// that region reach.
func inRegistry(image, region string) bool {
	named, err := reference.ParseNormalizedNamed(image)
	return err == nil && strings.Contains(reference.Domain(named), ".dkr.ecr."+region+".amazonaws.com")
}
