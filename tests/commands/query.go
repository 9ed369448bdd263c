package commands

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/jmespath/go-jmespath"
)

// text is what every text of a reply in testdata/aws.json says.
const text = "text"

// literal is a raw text of JMESPath, as in [?State=='FAILED']:
// https://jmespath.org/specification.html#raw-string-literals
var literal = regexp.MustCompile(`'([^']*)'`)

// CheckQuery evaluates the expression of --query on a reply that has every field of the operation's model. A field that
// is misspelt, or stands in the wrong place, gives null or nothing there.
func CheckQuery(operation, expression string) error {
	reply, found := operations().Replies[operation]
	if !found {
		return fmt.Errorf("testdata/aws.json has no reply of %s: BOTOCORE_DATA=... go test ./tests/commands -update",
			operation)
	}
	// A filter finds something, too: every list has an element whose texts all are what the filter asks for. Two others
	// let sort_by() compare.
	texts := []string{text, text}
	for _, asked := range literal.FindAllStringSubmatch(expression, -1) {
		texts = append(texts, asked[1])
	}
	result, err := jmespath.Search(expression, filled(reply, text, texts))
	if err != nil {
		return fmt.Errorf("aws %s --query %q: %w", operation, expression, err)
	}
	if lacks(result) {
		found, err := json.Marshal(result)
		if err != nil {
			return err
		}
		return fmt.Errorf("aws %s --query %q: a reply that has every field gives %s: AWS's model has no such field there",
			operation, expression, found)
	}
	return nil
}

// filled returns a value of a reply whose texts say one of them, with an element for each of all in every list.
func filled(value any, one string, all []string) any {
	switch value := value.(type) {
	case []any:
		var list []any
		for _, each := range all {
			for _, element := range value {
				list = append(list, filled(element, each, all))
			}
		}
		return list
	case map[string]any:
		members := map[string]any{}
		for name, member := range value {
			members[name] = filled(member, one, all)
		}
		return members
	case string:
		return one
	default:
		return value
	}
}

func lacks(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return len(value) == 0 || slices.ContainsFunc(value, lacks)
	case map[string]any:
		for _, member := range value {
			if lacks(member) {
				return true
			}
		}
	}
	return false
}
