package config

import (
	"regexp"
	"strings"
)

// longestName leaves room for what follows project and stack in physical names.
const longestName = 40

var (
	stackNamePattern   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	projectNamePattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

// reservedPrefixes lists beginnings of names that AWS reserves: for load balancers
// (CreateLoadBalancer) and for buckets (S3 User Guide, "General purpose bucket naming rules").
var reservedPrefixes = []string{"internal-", "sthree-", "amzn-s3-demo-"}

// CheckNames checks the names of project and stack, with which every physical name begins: RDS,
// S3, OpenSearch Service and load balancers all have to accept them. The error is an [Errors].
func CheckNames(project, stack string) error {
	const inProjectFile = "rename it in Pulumi.yaml"
	var errs Errors
	refuse := func(what, found, allowed, fix string) {
		errs = append(errs, &Error{Key: "name of the " + what, Found: quote(found), Allowed: allowed, Fix: fix})
	}
	if !projectNamePattern.MatchString(project) || len(project) > longestName {
		refuse("project", project, "up to 40 of a-z, 0-9 and single inner hyphens, a letter first", inProjectFile)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(project+"-", prefix) {
			refuse("project", project, "a name that does not begin with "+prefix+", which AWS keeps for itself", inProjectFile)
		}
	}
	if !stackNamePattern.MatchString(stack) || len(stack) > longestName {
		refuse("stack", stack, "up to 40 of a-z, 0-9 and single inner hyphens", "choose another name, such as "+better(stack))
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// better returns the nearest valid name.
func better(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	name = strings.Join(parts, "-")
	if name = strings.TrimRight(name[:min(len(name), longestName)], "-"); name == "" {
		return "staging"
	}
	return name
}
