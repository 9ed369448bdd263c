package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/policies/evidence"
)

// The part of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool       `json:"tool"`
		Automation sarifAutomation `json:"automationDetails"`
		Results    []sarifResult   `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"semanticVersion"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Name       string         `json:"name"`
		Short      sarifText      `json:"shortDescription"`
		Full       sarifText      `json:"fullDescription"`
		Help       sarifHelp      `json:"help"`
		HelpURI    string         `json:"helpUri,omitempty"`
		Default    sarifLevel     `json:"defaultConfiguration"`
		Properties map[string]any `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name          string `json:"name"`
		QualifiedName string `json:"fullyQualifiedName"`
		Kind          string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
)

// mostTags is how many tags code scanning accepts of a rule; the help text has all ids.
const mostTags = 20

// securitySeverity is the CVSS-like score by which code scanning sorts.
var securitySeverity = map[string]string{"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}

// SARIF renders the violations and doubts for code scanning, one SARIF run per stack. A
// resource has no line in the program: the place is the stack's file, and the resource is
// a logical location. Waived violations are suppressed results.
func SARIF(runs []evidence.Run) ([]byte, error) {
	log := sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{},
	}
	for _, run := range runs {
		log.Runs = append(log.Runs, sarifOf(run))
	}
	content, err := json.MarshalIndent(log, "", "  ")
	return append(content, '\n'), err
}

func sarifOf(run evidence.Run) sarifRun {
	s := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "aws-webapp policies", Version: run.PackVersion, Rules: []sarifRule{}}},
		Automation: sarifAutomation{ID: "policies/" + run.Stack + "/"},
		Results:    []sarifResult{},
	}
	index := map[string]int{}
	for i, c := range run.Controls {
		index[c.Name] = i
		s.Tool.Driver.Rules = append(s.Tool.Driver.Rules, sarifRuleOf(c))
	}
	for _, j := range run.Judgements {
		if status := StatusOf(j); status != Passed && status != Disabled {
			s.Results = append(s.Results, sarifResultOf(run, j, index[j.Control]))
		}
	}
	return s
}

func sarifRuleOf(c evidence.Control) sarifRule {
	tags, listed := []string{"security", c.Subject}, ""
	for _, framework := range frameworksOf(c) {
		ids := claims(c, framework)
		tags = append(tags, ids...)
		listed += fmt.Sprintf("\n\n%s: %s.", framework, strings.Join(ids, ", "))
	}
	if c.Beyond != "" {
		listed += "\n\nBeyond it, of the ids marked part: " + c.Beyond + "."
	}
	return sarifRule{
		ID: c.Name, Name: c.Name, Short: sarifText{c.Title + "."}, Full: sarifText{c.Risk + "."},
		Help: sarifHelp{
			Text:     fmt.Sprintf("Risk: %s. Fix: %s.", c.Risk, c.Fix),
			Markdown: fmt.Sprintf("**Risk:** %s.\n\n**Fix:** %s.%s", c.Risk, c.Fix, listed),
		},
		HelpURI: c.URL, Default: sarifLevel{sarifLevels[c.Level]},
		Properties: map[string]any{"tags": tags[:min(len(tags), mostTags)], "security-severity": securitySeverity[c.Severity], "precision": "very-high"},
	}
}

var sarifLevels = map[string]string{
	"mandatory": "error", "remediate": "error", "advisory": "warning", "disabled": "none",
}

func sarifResultOf(run evidence.Run, j evidence.Judgement, rule int) sarifResult {
	level := sarifLevels[j.Level]
	if j.Verdict == "unknown" {
		level = "note"
	}
	sum := sha256.Sum256([]byte(j.Control + "\n" + j.URN))
	result := sarifResult{
		RuleID: j.Control, RuleIndex: rule, Level: level, Message: sarifText{text(j)},
		Locations: []sarifLocation{{
			Physical: sarifPhysical{sarifArtifact{"Pulumi." + run.Stack + ".yaml"}, sarifRegion{1}},
			Logical:  []sarifLogical{{Name: nameOf(j.URN), QualifiedName: j.URN, Kind: "resource"}},
		}},
		// Code scanning tells results apart by the hash of their line alone. All results of a stack
		// are on the same line, so that the hash is of the control and the resource instead.
		Fingerprints: map[string]string{"primaryLocationLineHash": hex.EncodeToString(sum[:]) + ":1"},
	}
	if w := j.Waiver; w != nil {
		result.Suppressions = []sarifSuppression{{
			Kind: "external", Status: "accepted",
			Justification: fmt.Sprintf("%s (%s, %s, until %s)", w.Reason, w.Owner, w.Ticket, w.Expires),
		}}
	}
	return result
}

// frameworksOf are a control's frameworks in order.
func frameworksOf(c evidence.Control) []string {
	names := make([]string, 0, len(c.Frameworks))
	for name := range c.Frameworks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
