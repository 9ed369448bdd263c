package images_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/images"
)

const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func TestParse(t *testing.T) {
	for text, want := range map[string]images.Reference{
		"nginx":                   {Registry: "docker.io", Repository: "library/nginx"},
		"quay.io/a/b:1.0":         {Registry: "quay.io", Repository: "a/b", Tag: "1.0"},
		"localhost:5000/a:1":      {Registry: "localhost:5000", Repository: "a", Tag: "1"},
		"quay.io/a:1.0@" + digest: {Registry: "quay.io", Repository: "a", Tag: "1.0", Digest: digest},
		"quay.io/a@" + digest:     {Registry: "quay.io", Repository: "a", Digest: digest},
	} {
		found, err := images.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, found)
		again, err := images.Parse(found.String())
		require.NoError(t, err, text)
		assert.Equal(t, want, again)
		assert.Equal(t, want.Registry+"/"+want.Repository, found.Name())
	}
	for _, text := range []string{
		"", "quay.io/A", "quay.io/a@latest", "quay.io/a@sha256:9f86", "quay.io/a:", "quay.io/*:1", `a","Resource":"*`,
	} {
		_, err := images.Parse(text)
		assert.Error(t, err, text)
	}
}

func TestECR(t *testing.T) {
	for host, want := range map[string]images.ECR{
		"123456789012.dkr.ecr.us-east-1.amazonaws.com":          {"123456789012", "us-east-1", true},
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn":      {"123456789012", "cn-north-1", true},
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": {"123456789012", "us-gov-west-1", false},
		"123456789012.dkr-ecr.us-east-1.on.aws":                 {"123456789012", "us-east-1", false},
		"123456789012.dkr-ecr-fips.us-east-1.on.aws":            {"123456789012", "us-east-1", false},
		"public.ecr.aws":                        {},
		"docker.io":                             {},
		"12345.dkr.ecr.us-east-1.amazonaws.com": {},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example": {},
		"123456789012.dkr.ecr.us-east-1.amazonaws.com:443":          {},
	} {
		found, ok := images.Reference{Registry: host}.ECR()
		assert.Equal(t, want, found, host)
		assert.Equal(t, want.Account != "", ok, host)
	}
}

func TestShort(t *testing.T) {
	for text, want := range map[string]string{
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web@" + digest: "web@sha256:9f86d081884c",
		"quay.io/web:1@sha256:a": "web:1@sha256:a",
		"web":                    "web",
	} {
		assert.Equal(t, want, images.Short(text))
	}
	assert.Equal(t, "sha256:9f86d081884c", images.ShortDigest(digest))
	assert.Equal(t, "sha256:00", images.ShortDigest("sha256:00"))
}
