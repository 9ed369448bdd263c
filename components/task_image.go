package components

import (
	"fmt"

	"aws-webapp/internal/awsdata/images"
)

// ecrRepositoryARN returns the repository of an image in a private ECR registry, perhaps of
// another account. Other registries need no AWS permissions.
func ecrRepositoryARN(partition, image string) (arn string, ok bool) {
	found, err := images.Parse(image)
	if err != nil {
		return "", false
	}
	registry, ok := found.ECR()
	if !ok {
		return "", false
	}
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s",
		partition, registry.Region, registry.Account, found.Repository), true
}
