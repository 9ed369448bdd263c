package config

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/images"
)

func isImage(text string) bool {
	_, err := images.Parse(text)
	return err == nil
}

// floatingVersion matches a tag such as 1, v1 or 1.27, which moves with every smaller release.
var floatingVersion = regexp.MustCompile(`^v?[0-9]{1,3}(\.[0-9]{1,3})?$`)

// mutableTag says why an image can be another one tomorrow; "" if it cannot. A tag without a
// digit (latest, main, stable-alpine, prod) names no version.
func mutableTag(image string) string {
	found, err := images.Parse(image)
	switch {
	case err != nil, found.Digest != "":
		return ""
	case found.Tag == "":
		return "an image without tag and digest, that is latest"
	case !strings.ContainsAny(found.Tag, "0123456789"), floatingVersion.MatchString(found.Tag):
		return "the moving tag " + quote(found.Tag)
	default:
		return ""
	}
}

// registryOf is the private registry of ECR that an image is in; the zero value for another registry.
func registryOf(image string) images.ECR {
	found, err := images.Parse(image)
	if err != nil {
		return images.ECR{}
	}
	registry, _ := found.ECR()
	return registry
}

// inECR reports whether an image is in a private ECR registry of any region.
func inECR(image string) bool { return registryOf(image).Account != "" }

// inRegistry reports whether an image is in an ECR registry of a region, which the endpoints of
// that region reach.
func inRegistry(image, region string) bool {
	registry := registryOf(image)
	return registry.Usual && registry.Region == region
}
