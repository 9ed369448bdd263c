package moto

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// random matches the parts of names that AWS, moto or Pulumi make up anew each time. A record
// has zeros for their characters, so that equal deployments have equal records.
var random = regexp.MustCompile(strings.Join([]string{
	`-?\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`, // UUIDs
	`-[0-9a-f]{7,}\b`,                   // vpc-0a1b..., and the suffix of Pulumi's names
	`\b[0-9a-f]{16,}\b`,                 // ids in ARNs of load balancers, digests
	`:secret:[\w/!-]+-[A-Za-z0-9]{6}\b`, // ARNs of secrets end in six characters
	`\b[a-z0-9]{24,}\b`,                 // ids of scalable targets
	`127\.0\.0\.1:[0-9]+`,               // the server itself
}, "|"))

// madeUp matches the characters of a random part that become zeros.
var madeUp = regexp.MustCompile(`[0-9a-zA-Z]`)

// aside matches the names of parameters that are computed from others, or only tell one call from
// another.
var aside = regexp.MustCompile(`^(ContentMD5|Checksum.*|.*Token|CreatorRequestId|CallerReference)$`)

// Record lists the calls by operation, with the parameters by which permissions are judged: names
// and other short texts, ARNs wherever they are, and tags. The result is for a golden file:
// sorted, each line once, the same for each deployment of the same stack.
func Record(calls []Call) ([]byte, error) {
	lines := map[string]bool{}
	for _, call := range calls {
		subject := map[string]any{}
		for name, value := range call.Parameters {
			if kept := about(value, isFlat(value) || isTags(name)); kept != nil && !aside.MatchString(name) {
				subject[name] = kept
			}
		}
		parameters, err := json.Marshal(subject)
		if err != nil {
			return nil, fmt.Errorf("record %s %s: %w", call.Service, call.Operation, err)
		}
		lines[fmt.Sprintf("%s:%s %s\n", call.Service, call.Operation, parameters)] = true
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(lines)), "")), nil
}

// about returns the part of a value that a record keeps, or nil: only ARNs, or all short texts.
func about(value any, all bool) any {
	switch value := value.(type) {
	case string:
		prose := strings.ContainsAny(value, " \n{")
		if !prose && (all || strings.HasPrefix(value, "arn:")) {
			return random.ReplaceAllStringFunc(value, withoutRandom)
		}
	case []any:
		kept := make([]any, 0, len(value))
		for _, element := range value {
			if part := about(element, all); part != nil {
				kept = append(kept, part)
			}
		}
		slices.SortFunc(kept, inOrder) // the provider sends tags in any order
		if len(kept) > 0 {
			return kept
		}
	case map[string]any:
		kept := map[string]any{}
		for name, element := range value {
			if part := about(element, all || isTags(name)); part != nil {
				kept[name] = part
			}
		}
		if len(kept) > 0 {
			return kept
		}
	}
	return nil
}

// isFlat reports whether a parameter is a string or a list of strings.
func isFlat(value any) bool {
	if list, ok := value.([]any); ok && len(list) > 0 {
		return isFlat(list[0])
	}
	_, ok := value.(string)
	return ok
}

func isTags(name string) bool { return strings.Contains(strings.ToLower(name), "tag") }

func inOrder(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

func withoutRandom(part string) string {
	switch {
	case strings.Contains(part, Account):
		return part // -123456789012 looks like a suffix
	case strings.HasPrefix(part, "127."):
		return "127.0.0.1"
	case strings.HasPrefix(part, ":secret:"):
		named := part[:len(part)-6]
		return random.ReplaceAllStringFunc(named, withoutRandom) + "000000"
	}
	return madeUp.ReplaceAllString(part, "0")
}
