package moto

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// longestName is more than any name or ARN has that a call is about. What is longer, such as a
// policy document, is content.
const longestName = 256

// random are the parts of names that AWS, moto or Pulumi make up anew each time. A record has
// zeros for their characters, so that equal deployments have equal records.
var random = regexp.MustCompile(strings.Join([]string{
	`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`, // UUIDs
	`-[0-9a-f]{7,}\b`,                   // vpc-0a1b..., and the suffix of Pulumi's names
	`\b[0-9a-f]{16,}\b`,                 // ids in ARNs of load balancers, digests
	`:secret:[\w/!-]+-[A-Za-z0-9]{6}\b`, // ARNs of secrets end in six characters
	`\b[0-9]{17,}\b`,                    // times
}, "|"))

// madeUp is what becomes zeros of a random part.
var madeUp = regexp.MustCompile(`[0-9a-fA-F]`)

// Record lists the calls by operation and what they are about: names, ARNs, tags and all other
// short texts among their parameters, without numbers, switches and documents. It is for a file
// that is kept: sorted, each line once, the same for each deployment of the same stack.
func Record(calls []Call) ([]byte, error) {
	lines := map[string]bool{}
	for _, call := range calls {
		about := subject(call.Parameters)
		if about == nil {
			about = map[string]any{}
		}
		parameters, err := json.Marshal(about)
		if err != nil {
			return nil, fmt.Errorf("record %s %s: %w", call.Service, call.Operation, err)
		}
		lines[fmt.Sprintf("%s:%s %s\n", call.Service, call.Operation, parameters)] = true
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(lines)), "")), nil
}

// subject returns what a record keeps of a parameter, or nil.
func subject(value any) any {
	switch value := value.(type) {
	case string:
		if len(value) > longestName || strings.HasPrefix(strings.TrimSpace(value), "{") {
			return nil
		}
		return random.ReplaceAllStringFunc(value, withoutRandom)
	case []any:
		kept := make([]any, 0, len(value))
		for _, element := range value {
			if name := subject(element); name != nil {
				kept = append(kept, name)
			}
		}
		if len(kept) > 0 {
			return kept
		}
	case map[string]any:
		kept := map[string]any{}
		for key, element := range value {
			if name := subject(element); name != nil {
				kept[key] = name
			}
		}
		if len(kept) > 0 {
			return kept
		}
	}
	return nil
}

func withoutRandom(part string) string {
	if strings.HasPrefix(part, ":secret:") {
		return part[:len(part)-6] + "000000"
	}
	return madeUp.ReplaceAllString(part, "0")
}
