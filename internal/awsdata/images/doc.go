// Package images reads references to container images, and says which private registry of Amazon ECR they are in.
package images
