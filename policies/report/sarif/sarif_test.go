package sarif_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/report/sarif"
)

func encoded(t *testing.T, runs ...sarif.Run) map[string]any {
	t.Helper()
	content, err := sarif.Encode(runs...)
	require.NoError(t, err)
	var log map[string]any
	require.NoError(t, json.Unmarshal(content, &log))
	return log
}

type (
	object = map[string]any
	list   = []any
)

func TestEncode(t *testing.T) {
	tags := strings.Fields("a b c d e f g h i j k l m n o p q r s t u v")
	log := encoded(t, sarif.Run{
		Tool: "tool", Version: "1.0.0", Category: "policies/prod",
		Rules: []sarif.Rule{{ID: "bare", Title: "Bare"}, {
			ID: "open", Title: "It is closed", Risk: "It is open", Help: "Close it.", Markdown: "**Close** it.",
			URL: "https://example.com", Level: "error", Severity: "high", Tags: tags,
		}},
		Results: []sarif.Result{
			{Rule: "open", Level: "error", Message: "A is open.", Stack: "prod", Name: "a", URN: "urn:a", Waived: "for now"},
			{Rule: "bare", Level: "note", Message: "The stack is bare.", Stack: "prod"},
		},
	})
	runs := log["runs"].(list)
	run := runs[0].(object)
	for _, result := range run["results"].(list) {
		delete(result.(object), "partialFingerprints")
	}
	place := object{"artifactLocation": object{"uri": "Pulumi.prod.yaml"}, "region": object{"startLine": 1.0}}
	twenty := list{}
	for _, tag := range tags[:20] {
		twenty = append(twenty, tag)
	}
	assert.Equal(t, object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": list{object{
			"automationDetails": object{"id": "policies/prod/"},
			"tool": object{"driver": object{
				"name": "tool", "semanticVersion": "1.0.0", "rules": list{
					object{
						"id": "bare", "name": "bare", "shortDescription": object{"text": "Bare."},
						"properties": object{"tags": list{}, "security-severity": "", "precision": "very-high"},
					},
					object{
						"id": "open", "name": "open", "shortDescription": object{"text": "It is closed."},
						"fullDescription": object{"text": "It is open."}, "helpUri": "https://example.com",
						"help":                 object{"text": "Close it.", "markdown": "**Close** it."},
						"defaultConfiguration": object{"level": "error"},
						"properties":           object{"tags": twenty, "security-severity": "8.0", "precision": "very-high"},
					},
				},
			}},
			"results": list{
				object{
					"ruleId": "open", "ruleIndex": 1.0, "level": "error", "message": object{"text": "A is open."},
					"locations": list{object{
						"physicalLocation": place,
						"logicalLocations": list{object{"name": "a", "fullyQualifiedName": "urn:a", "kind": "resource"}},
					}},
					"suppressions": list{object{"kind": "external", "status": "accepted", "justification": "for now"}},
				},
				object{
					"ruleId": "bare", "ruleIndex": 0.0, "level": "note", "message": object{"text": "The stack is bare."},
					"locations": list{object{"physicalLocation": place}},
				},
			},
		}},
	}, log)
	assert.Equal(t, object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": list{},
	}, encoded(t))
	empty := encoded(t, sarif.Run{Tool: "tool"})["runs"].(list)[0].(object)
	assert.Equal(t, list{}, empty["results"])
	assert.Equal(t, object{"driver": object{"name": "tool", "rules": list{}}}, empty["tool"])

	_, err := sarif.Encode(sarif.Run{Tool: "tool", Results: []sarif.Result{{Rule: "none"}}})
	assert.EqualError(t, err, "SARIF: a result is of the rule none, which the run of tool does not have")
}

func TestSeverities(t *testing.T) {
	for severity, score := range map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"} {
		run := encoded(t, sarif.Run{Rules: []sarif.Rule{{ID: "x", Severity: severity}}})["runs"].(list)[0].(object)
		rule := run["tool"].(object)["driver"].(object)["rules"].(list)[0].(object)
		assert.Equal(t, score, rule["properties"].(object)["security-severity"])
	}
}

// One violation is one alert, however it is worded; others are other alerts.
func TestFingerprints(t *testing.T) {
	hash := func(r sarif.Result) string {
		run := sarif.Run{Rules: []sarif.Rule{{ID: "x"}, {ID: "y"}}, Results: []sarif.Result{r}}
		result := encoded(t, run)["runs"].(list)[0].(object)["results"].(list)[0].(object)
		return result["partialFingerprints"].(object)["primaryLocationLineHash"].(string)
	}
	one := sarif.Result{Rule: "x", URN: "urn:a", Stack: "prod", Message: "A", Level: "error"}
	again := one
	again.Message, again.Level = "B", "note"
	assert.Equal(t, hash(one), hash(again))
	assert.Regexp(t, `^[0-9a-f]{64}:1$`, hash(one))
	seen := map[string]bool{hash(one): true}
	for _, other := range []sarif.Result{
		{Rule: "y", URN: "urn:a", Stack: "prod"},
		{Rule: "x", URN: "urn:b", Stack: "prod"},
		{Rule: "x", Stack: "prod"},
		{Rule: "x", Stack: "staging"},
		{Rule: "x", URN: "urn:a", Stack: "prod", Detail: "A"},
		{Rule: "x", URN: "urn:a", Stack: "prod", Detail: "B"},
	} {
		assert.False(t, seen[hash(other)], "%+v", other)
		seen[hash(other)] = true
	}
}
