package apimodel

import (
	_ "embed" // for limits.json
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ../../sandbox/simaws/modelgen -models $BOTOCORE_DATA -out limits.json

//go:embed limits.json
var generated []byte

// Limit is a model's limit on one input. A bound that is zero does not exist.
type Limit struct {
	// Path of the Pulumi property, as policies/prop reads it: "healthCheck[].interval".
	Path string `json:"path"`
	// Member is the API's name for it.
	Member string `json:"member"`
	// Min and Max bound the characters of a string, the value of a number, or the elements of a
	// list.
	Min float64 `json:"min,omitempty"`
	Max float64 `json:"max,omitempty"`
	// Items says that the bounds are for the number of elements of a list.
	Items bool `json:"items,omitempty"`
	// Pattern has to match the whole string. Enum lists the allowed strings.
	Pattern string   `json:"pattern,omitempty"`
	Enum    []string `json:"enum,omitempty"`

	whole *regexp.Regexp
}

// Type is a resource type with the operation that creates it.
type Type struct {
	// Operation such as iam.CreateRole, and the error Code with which its service refuses an
	// input.
	Operation string  `json:"operation"`
	Code      string  `json:"code"`
	Limits    []Limit `json:"limits"`
}

// File is the file that the generator writes.
type File struct {
	// Source names the models and their version.
	Source string          `json:"source"`
	Types  map[string]Type `json:"types"`
}

var read = sync.OnceValue(func() File { return Read(generated) })

// Read parses a file of the generator. It panics if it cannot: the text is part of the program.
func Read(text []byte) File {
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		panic("limits of AWS's models: " + err.Error())
	}
	for _, t := range f.Types {
		for i := range t.Limits {
			if p := t.Limits[i].Pattern; p != "" {
				t.Limits[i].whole = regexp.MustCompile(`\A(?:` + p + `)\z`)
			}
		}
	}
	return f
}

// Source names the models and their version.
func Source() string { return read().Source }

// Of returns the limits of a resource type, by its Pulumi token. A type without a known model
// has none.
func Of(token string) Type { return read().Types[token] }

// Tokens returns every resource type with limits.
func Tokens() []string {
	var tokens []string
	for token := range read().Types {
		tokens = append(tokens, token)
	}
	slices.Sort(tokens)
	return tokens
}

// Text says how a string breaks the limit, in AWS's words, or "". AWS's own message repeats the
// value, which may be secret; this one does not.
func (l Limit) Text(value string) string {
	length := float64(len([]rune(value)))
	switch {
	case l.Items:
		return ""
	case l.Enum != nil && !slices.Contains(l.Enum, value):
		return l.refusal("enum value set: [%s]", strings.Join(l.Enum, ", "))
	case l.Max != 0 && length > l.Max:
		return l.refusal("length less than or equal to %v", l.Max)
	case length < l.Min:
		return l.refusal("length greater than or equal to %v", l.Min)
	case l.whole != nil && !l.whole.MatchString(value):
		return l.refusal("regular expression pattern: %s", l.Pattern)
	default:
		return ""
	}
}

// Number says how a number breaks the limit, in AWS's words, or "".
func (l Limit) Number(value float64) string {
	switch {
	case l.Items || l.Enum != nil || l.whole != nil:
		return ""
	case l.Max != 0 && value > l.Max:
		return l.refusal("value less than or equal to %v", l.Max)
	case value < l.Min:
		return l.refusal("value greater than or equal to %v", l.Min)
	default:
		return ""
	}
}

// Count says how the number of elements breaks the limit, in AWS's words, or "".
func (l Limit) Count(elements int) string {
	switch {
	case !l.Items:
		return ""
	case l.Max != 0 && float64(elements) > l.Max:
		return l.refusal("length less than or equal to %v", l.Max)
	case float64(elements) < l.Min:
		return l.refusal("length greater than or equal to %v", l.Min)
	default:
		return ""
	}
}

func (l Limit) refusal(format string, args ...any) string {
	verb := "have "
	if strings.HasPrefix(format, "enum") || strings.HasPrefix(format, "regular") {
		verb = "satisfy "
	}
	return fmt.Sprintf("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must ", l.Member) +
		verb + fmt.Sprintf(format, args...)
}
