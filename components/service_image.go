package components

import (
	"fmt"
	"regexp"
)

// ecrImagePattern takes a private ECR image reference apart: the account, the region and
// the repository, on the registry's usual, FIPS and dual-stack host names.
var ecrImagePattern = regexp.MustCompile(
	`^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/([a-z0-9._/-]+?)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]+)?$`)

// ecrRepositoryARN returns the repository of an image in a private ECR registry, perhaps of
// another account. Other registries need no AWS permissions.
func ecrRepositoryARN(partition, image string) (arn string, ok bool) {
	parts := ecrImagePattern.FindStringSubmatch(image)
	if parts == nil {
		return "", false
	}
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition, parts[2], parts[1], parts[3]), true
}
