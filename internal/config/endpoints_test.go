package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// PrivateLink does not carry the names of a registry with IPv6, and those with FIPS are other names:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
func TestEndpointsReachTheUsualNamesOfARegistryAlone(t *testing.T) {
	for image, want := range map[string]bool{
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1":      true,
		"123456789012.dkr.ecr.us-west-2.amazonaws.com/web:1":      false,
		"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/web:1": false,
		"123456789012.dkr-ecr.us-east-1.on.aws/web:1":             false,
		"a.dkr.ecr.us-east-1.amazonaws.com.example/web:1":         false,
		"nginx:1.27.3": false,
		"No Image":     false,
	} {
		assert.Equal(t, want, inRegistry(image, "us-east-1"), image)
	}
}

// A registry that keeps its layers in S3 fails with 403 behind an endpoint that does not allow its bucket.
func TestReadableBuckets(t *testing.T) {
	const inECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.0.0"
	images := func(names ...string) (services []Service) {
		for _, name := range names {
			services = append(services, Service{Container: Container{Image: name}})
		}
		return services
	}
	for name, test := range map[string]struct {
		configured []string
		services   []Service
		want       []string
	}{
		"images in ECR": {services: images(
			inECR, "123456789012.dkr-ecr.eu-west-1.on.aws/web:1.0.0",
			"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/web@sha256:"+
				"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		)},
		"Docker Hub":           {nil, images(inECR, "nginx:1.27.3"), []string{"*"}},
		"Kubernetes' registry": {nil, images("registry.k8s.io/pause:3.9.0"), []string{"*"}},
		"the version before is elsewhere": {
			nil, []Service{{Container: Container{Image: inECR}, Previous: Previous{Image: "quay.io/a/b:1.0.0"}}}, []string{"*"},
		},
		"a name that looks like ECR":  {nil, images("dkr.ecr.example.com/web:1.0.0"), []string{"*"}},
		"the buckets are known":       {[]string{"packages"}, images("nginx:1.27.3"), []string{"packages"}},
		"buckets beside those of ECR": {[]string{"packages"}, images(inECR), []string{"packages"}},
		"any bucket, on request":      {[]string{"*"}, images(inECR), []string{"*"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{Network: Network{ReadableBuckets: test.configured}, Services: test.services}
			assert.Equal(t, test.want, c.ReadableBuckets())
		})
	}
}
