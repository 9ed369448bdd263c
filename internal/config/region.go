package config

import (
	"regexp"
	"strings"
)

// regionPattern is the pattern by which the AWS SDKs recognize a region of the partition aws
// (partitions.json in botocore 1.43, the same rules as in the Go SDK's
// internal/endpoints/awsrulesfn).
var regionPattern = regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[1-9][0-9]?$`)

func isRegion(text string) bool { return regionPattern.MatchString(text) }

// whyNoRegion names the partition of a region in another partition; otherwise it returns "".
func whyNoRegion(text string) string {
	for _, partition := range []struct{ prefix, name string }{
		{"cn-", "AWS in China (aws-cn)"},
		{"us-gov-", "AWS GovCloud (aws-us-gov)"},
		{"us-iso", "an isolated partition"},
		{"eu-iso", "an isolated partition"},
		{"eusc-", "the AWS European Sovereign Cloud (aws-eusc)"},
	} {
		if strings.HasPrefix(text, partition.prefix) {
			return "it is of " + partition.name + ", which the program does not support"
		}
	}
	return ""
}

// repositoryPattern matches a host and a path of two parts or more.
var repositoryPattern = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._-]+){2,}$`)

// isRepository checks for an address without https:// that AWS accepts as a tag's value.
func isRepository(text string) bool {
	return len(text) <= 256 && repositoryPattern.MatchString(text) && !strings.HasSuffix(text, ".git")
}
