package traffic

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// matches reports whether every condition of a rule holds: one of its values must match. Hosts
// are compared ignoring case, paths are case-sensitive (Elastic Load Balancing, "Condition
// types for listener rules").
func matches(rule resource.PropertyMap, request Request) bool {
	for _, condition := range prop.Values(rule, "conditions[]") {
		hosts := prop.Texts(condition.ObjectValue(), "hostHeader.values[]")
		paths := prop.Texts(condition.ObjectValue(), "pathPattern.values[]")
		if len(hosts) > 0 && !oneMatches(hosts, request.Host, true) ||
			len(paths) > 0 && !oneMatches(paths, request.Path, false) ||
			// Requests of the simulation have no headers.
			len(prop.Texts(condition.ObjectValue(), "httpHeader.values[]")) > 0 {
			return false
		}
	}
	return true
}

func oneMatches(patterns []string, text string, anyCase bool) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if anyCase {
			pattern, text = strings.ToLower(pattern), strings.ToLower(text)
		}
		return like(pattern, text)
	})
}

// like compares text with a pattern in which * stands for any text and ? for one character.
func like(pattern, text string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	matched, err := regexp.MatchString("^(?s:"+expression+")$", text)
	return err == nil && matched
}
