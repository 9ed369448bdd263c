package sarif

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Run holds the findings of one tool about one stack.
type Run struct {
	// Tool and its Version, which may be empty.
	Tool, Version string
	// Category distinguishes runs about one commit, such as policies/prod.
	Category string
	Rules    []Rule
	Results  []Result
}

// Rule is a kind of result.
type Rule struct {
	// ID is the same in every report.
	ID string
	// Title is a sentence without full stop; Risk, Help and Markdown may be empty.
	Title, Risk, Help, Markdown string
	// URL of the documentation, and the Level of results by default: error, warning, note or none. Both may be empty.
	URL, Level string
	// Severity is critical, high, medium or low; code scanning sorts by it.
	Severity string
	// Tags of which code scanning takes 20.
	Tags []string
}

// Result is one finding about a resource of a stack.
type Result struct {
	// Rule is the ID of one of the run's rules.
	Rule string
	// Level is error, warning, note or none.
	Level   string
	Message string
	// Stack that it is about, and the logical Name and the URN of the resource, both empty for the stack as a whole.
	Stack, Name, URN string
	// Detail distinguishes results of one rule about one resource; empty if there is only one.
	Detail string
	// Waived is the reason why the result is accepted; empty if it is not.
	Waived string
}

// mostTags is the number of tags that code scanning accepts for a rule.
const mostTags = 20

// scores are the CVSS-like numbers by which code scanning sorts.
var scores = map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}

// object is a JSON object.
type object = map[string]any

// Encode writes the runs. A resource has no line in the program: the place of a result is the first line of the stack's
// file, and the resource is a logical location.
func Encode(runs ...Run) ([]byte, error) {
	log := object{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": []object{}}
	for _, r := range runs {
		encoded, err := r.encode()
		if err != nil {
			return nil, err
		}
		log["runs"] = append(log["runs"].([]object), encoded)
	}
	content, err := json.MarshalIndent(log, "", "  ")
	return append(content, '\n'), err
}

func (r Run) encode() (object, error) {
	rules, results, index := []object{}, []object{}, map[string]int{}
	for i, rule := range r.Rules {
		index[rule.ID] = i
		rules = append(rules, rule.encode())
	}
	for _, result := range r.Results {
		at, known := index[result.Rule]
		if !known {
			return nil, fmt.Errorf("SARIF: a result is of the rule %s, which the run of %s does not have", result.Rule, r.Tool)
		}
		encoded := result.encode()
		encoded["ruleIndex"] = at
		results = append(results, encoded)
	}
	driver := object{"name": r.Tool, "rules": rules}
	set(driver, "semanticVersion", r.Version)
	return object{
		"tool": object{"driver": driver}, "automationDetails": object{"id": r.Category + "/"}, "results": results,
	}, nil
}

func (r Rule) encode() object {
	rule := object{
		"id": r.ID, "name": r.ID, "shortDescription": object{"text": r.Title + "."},
		"properties": object{
			"tags":              append([]string{}, r.Tags[:min(len(r.Tags), mostTags)]...),
			"security-severity": scores[r.Severity], "precision": "very-high",
		},
	}
	if r.Risk != "" {
		rule["fullDescription"] = object{"text": r.Risk + "."}
	}
	if r.Help != "" {
		rule["help"] = object{"text": r.Help, "markdown": r.Markdown}
	}
	if r.Level != "" {
		rule["defaultConfiguration"] = object{"level": r.Level}
	}
	set(rule, "helpUri", r.URL)
	return rule
}

func (r Result) encode() object {
	place := object{"physicalLocation": object{
		"artifactLocation": object{"uri": "Pulumi." + r.Stack + ".yaml"}, "region": object{"startLine": 1},
	}}
	if r.URN != "" {
		place["logicalLocations"] = []object{{"name": r.Name, "fullyQualifiedName": r.URN, "kind": "resource"}}
	}
	result := object{
		"ruleId": r.Rule, "level": r.Level, "message": object{"text": r.Message}, "locations": []object{place},
		// Code scanning tells results apart by the hash of their line alone. All results of a stack are on one line, so
		// that the hash is of what they are about instead.
		"partialFingerprints": object{"primaryLocationLineHash": r.fingerprint()},
	}
	if r.Waived != "" {
		result["suppressions"] = []object{{"kind": "external", "status": "accepted", "justification": r.Waived}}
	}
	return result
}

func (r Result) fingerprint() string {
	about := r.Rule + "\n" + r.URN
	if r.URN == "" {
		about += r.Stack
	}
	if r.Detail != "" {
		about += "\n" + r.Detail
	}
	sum := sha256.Sum256([]byte(about))
	return hex.EncodeToString(sum[:]) + ":1"
}

// set adds a text that is not empty.
func set(to object, key, text string) {
	if text != "" {
		to[key] = text
	}
}
