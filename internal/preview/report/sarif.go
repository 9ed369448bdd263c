package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"aws-webapp/internal/preview/risk"
)

// The part of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		Automation sarifID       `json:"automationDetails"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Short      sarifText      `json:"shortDescription"`
		Properties map[string]any `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifID struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]any    `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
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
)

// securitySeverity is the score by which code scanning sorts.
var securitySeverity = map[risk.Level]string{risk.Critical: "9.5", risk.High: "8.0", risk.Medium: "5.5", risk.Low: "3.0"}

var sarifLevels = map[risk.Level]string{risk.Critical: "error", risk.High: "warning", risk.Medium: "note", risk.Low: "none"}

// SARIF renders the findings and the violated policies for code scanning. A resource has no
// line in the program: the place is the stack's file, and the resource is a logical location.
func SARIF(r *Report) ([]byte, error) {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "aws-webapp report", Rules: []sarifRule{}}},
		Automation: sarifID{string(r.Kind) + "/" + r.Stack + "/"}, Results: []sarifResult{},
	}
	index := map[string]int{}
	rule := func(id, title string, level risk.Level) int {
		if _, seen := index[id]; !seen {
			index[id] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
				ID: id, Short: sarifText{title + "."}, Properties: map[string]any{"tags": []string{"security"}, "security-severity": securitySeverity[level]},
			})
		}
		return index[id]
	}
	for _, c := range r.Changes {
		for _, f := range c.Findings {
			id := "preview/" + string(f.Class) + "/" + f.Level.String()
			run.Results = append(run.Results, r.sarifResult(id, rule(id, f.Class.Title()+", "+f.Level.String(), f.Level), f.Level, c.Name+" "+f.Message, c.Name, c.URN))
		}
	}
	for _, v := range r.Violations {
		level := risk.Medium
		if v.Mandatory() {
			level = risk.Critical
		}
		// The policy's name is the rule in every report, so that code scanning shows one rule for it.
		id := v.Policy
		at := rule(id, "Policy "+v.Policy+" violated", level)
		if len(v.URNs) == 0 {
			run.Results = append(run.Results, r.sarifResult(id, at, level, v.Message, "", ""))
		}
		for i, resource := range v.URNs {
			run.Results = append(run.Results, r.sarifResult(id, at, level, v.Message, v.Resources[i], resource))
		}
	}
	content, err := json.MarshalIndent(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	}, "", "  ")
	return append(content, '\n'), err
}

func (r *Report) sarifResult(id string, rule int, level risk.Level, message, name, urn string) sarifResult {
	sum := sha256.Sum256([]byte(id + "\n" + r.Stack + "\n" + urn + "\n" + message))
	location := sarifLocation{Physical: sarifPhysical{sarifArtifact{"Pulumi." + r.Stack + ".yaml"}, sarifRegion{1}}}
	if urn != "" {
		location.Logical = []sarifLogical{{Name: name, QualifiedName: urn, Kind: "resource"}}
	}
	return sarifResult{
		RuleID: id, RuleIndex: rule, Level: sarifLevels[level], Message: sarifText{message}, Locations: []sarifLocation{location},
		Fingerprints: map[string]string{"change/v1": hex.EncodeToString(sum[:])}, Properties: map[string]any{"risk": level.String()},
	}
}

// JSON renders the report for programs.
func JSON(r *Report) ([]byte, error) {
	content, err := json.MarshalIndent(r, "", "  ")
	return append(content, '\n'), err
}

// Fails says whether the report has a change of at least the level. None never fails.
func Fails(r *Report, level risk.Level) bool {
	return level > risk.None && slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Level >= level })
}
