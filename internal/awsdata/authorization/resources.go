package authorization

import (
	"path"
	"regexp"
	"strings"
)

// Matching returns the actions of one service that a name with * and ? in it stands for, sorted by name; the name may
// be in any case. It is empty if the data has none.
func Matching(pattern string) []*Action {
	service, name, _ := strings.Cut(strings.ToLower(pattern), ":")
	var found []*Action
	for _, a := range Actions(service) {
		_, known, _ := strings.Cut(strings.ToLower(a.Name), ":")
		if same, err := path.Match(name, known); err == nil && same {
			found = append(found, a)
		}
	}
	return found
}

// variable is ${Name} in the pattern of an ARN, after [regexp.QuoteMeta].
var variable = regexp.MustCompile(`\\\$\\\{(\w+)\\\}`)

// Fits reports whether an ARN, in which * and ? may stand for any text, names resources of the type, and whether it
// names all of them rather than some.
func (r Resource) Fits(arn string) (fits, every bool) {
	expression := variable.ReplaceAllStringFunc(regexp.QuoteMeta(r.ARN), func(text string) string {
		switch variable.FindStringSubmatch(text)[1] {
		case "Partition", "Region", "Account":
			return "[^:]+"
		case "BucketName", "TableName":
			return "([^:/]+)" // what follows a slash is another type: objects, indexes, streams
		default:
			return "(.+)"
		}
	})
	found := regexp.MustCompile("^" + expression + "$").FindStringSubmatch(arn)
	if found == nil {
		return false, false
	}
	return true, len(found) > 1 && strings.Trim(found[1], "*?/:") == ""
}
