package report_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/evidence"
	"aws-webapp/policies/report"
)

const urn = "urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::"

// prod returns a run with one control for every status.
func prod() evidence.Run {
	w := evidence.Waiver{
		Control: "waived", Resource: urn + "*", Reason: "until the launch", Owner: "platform", Ticket: "PLAT-7",
		Expires: "2027-01-31", Used: true,
	}
	row := func(name, level string, judged int) evidence.Control {
		return evidence.Control{
			Name: name, Subject: "RDS", Title: "Title of " + name, Risk: "Data is lost", Fix: "set it",
			URL:      "https://example.com/" + name,
			Severity: "high", Level: level, Scope: "resource", Judged: judged,
			Frameworks: map[string][]string{"Checkov": {"CKV_AWS_11", "CKV_AWS_2"}},
		}
	}
	return evidence.Run{
		Project: "aws-webapp", Stack: "prod", Environment: "prod", PackVersion: "1.0.0",
		Time: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC),
		Controls: []evidence.Control{
			row("failed", "mandatory", 2), row("warned", "advisory", 1), row("waived", "mandatory", 1),
			row("unknown", "mandatory", 1),
			row("passed", "remediate", 1), row("off", "disabled", 0), row("idle", "mandatory", 0),
			row("skipped", "mandatory", 1),
		},
		Judgements: []evidence.Judgement{
			{Control: "failed", URN: urn + "a", Verdict: "pass", Level: "mandatory"},
			{Control: "failed", URN: urn + "<script>b</script>", Verdict: "fail", Level: "mandatory", Reasons: []string{
				"database b & c is open", "and more",
			}},
			{Control: "warned", URN: urn + "a", Verdict: "fail", Level: "advisory", Reasons: []string{"a"}},
			{Control: "waived", URN: urn + "a", Verdict: "fail", Level: "advisory", Reasons: []string{"a"}, Waiver: &w},
			{Control: "unknown", URN: urn + "a", Verdict: "unknown", Level: "advisory", Reasons: []string{"a"}},
			{Control: "passed", URN: urn + "a", Verdict: "pass", Level: "remediate"},
		},
		Waivers: []evidence.Waiver{w},
	}
}

func staging() evidence.Run {
	run := prod()
	run.Stack, run.Environment, run.Preview = "staging", "staging", true
	run.Judgements = run.Judgements[:1]
	run.Waivers = nil
	return run
}

func TestStatusOfEveryControl(t *testing.T) {
	want := map[string]report.Status{
		"failed": report.Failed, "warned": report.Warning, "waived": report.Waived, "unknown": report.Unknown,
		"passed": report.Passed,
		"off":    report.Disabled, "idle": report.NotJudged, "skipped": report.Passed,
	}
	run := prod()
	for _, c := range run.Controls {
		assert.Equal(t, want[c.Name], report.ControlStatus(run, c), c.Name)
	}
	assert.Equal(t, map[report.Status]int{
		report.Failed: 1, report.Warning: 1, report.Waived: 1, report.Unknown: 1, report.Passed: 2, report.Disabled: 1,
		report.NotJudged: 1,
	}, report.Summary(run))
	assert.False(t, report.Compliant([]evidence.Run{staging(), run}))
	assert.True(t, report.Compliant([]evidence.Run{staging()}))
}

func TestSARIF(t *testing.T) {
	content, err := report.SARIF([]evidence.Run{prod(), staging()})
	require.NoError(t, err)
	var log struct {
		Version string `json:"version"`
		Runs    []struct {
			AutomationDetails struct{ ID string }
			Tool              struct {
				Driver struct {
					Rules []struct {
						ID         string
						Properties map[string]any
					}
				}
			}
			Results []struct {
				RuleID              string
				RuleIndex           int
				Level               string
				Message             struct{ Text string }
				Suppressions        []struct{ Justification string }
				PartialFingerprints map[string]string
				Locations           []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					LogicalLocations []struct{ FullyQualifiedName string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &log))
	assert.Equal(t, "2.1.0", log.Version)
	require.Len(t, log.Runs, 2)
	assert.Equal(t, "policies/prod/", log.Runs[0].AutomationDetails.ID)
	assert.Equal(t, "policies/staging/", log.Runs[1].AutomationDetails.ID)
	assert.Empty(t, log.Runs[1].Results)
	assert.Len(t, log.Runs[0].Tool.Driver.Rules, 8)
	assert.Equal(t, "8.0", log.Runs[0].Tool.Driver.Rules[0].Properties["security-severity"])
	results := log.Runs[0].Results
	require.Len(t, results, 4)
	var levels []string
	seen := map[string]bool{}
	for _, r := range results {
		levels = append(levels, r.RuleID+" "+r.Level)
		assert.Equal(t, r.RuleID, log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID)
		assert.False(t, seen[r.PartialFingerprints["primaryLocationLineHash"]], "fingerprints tell results apart")
		seen[r.PartialFingerprints["primaryLocationLineHash"]] = true
	}
	assert.Equal(t, []string{"failed error", "warned warning", "waived warning", "unknown note"}, levels)
	assert.Equal(t, "Database b & c is open. And more.", results[0].Message.Text)
	assert.Equal(t, "Pulumi.prod.yaml", results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI)
	assert.Equal(t, urn+"<script>b</script>", results[0].Locations[0].LogicalLocations[0].FullyQualifiedName)
	assert.Empty(t, results[1].Suppressions)
	require.Len(t, results[2].Suppressions, 1)
	assert.Equal(t, "until the launch (platform, PLAT-7, until 2027-01-31)", results[2].Suppressions[0].Justification)
}

// If a file breaks these rules, code scanning rejects it or mixes up its results.
func TestSARIFKeepsTheLimitsOfCodeScanning(t *testing.T) {
	run := prod()
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("4.%d", i))
	}
	run.Controls[0].Frameworks = map[string][]string{"CIS": many}
	content, err := report.SARIF([]evidence.Run{run})
	require.NoError(t, err)
	var log struct {
		Schema string `json:"$schema"`
		Runs   []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct {
						ShortDescription, FullDescription struct{ Text string }
						Help                              struct{ Text, Markdown string }
						Properties                        struct{ Tags []string }
					}
				}
			}
			Results []struct {
				RuleID              string
				Level               string
				Message             struct{ Text string }
				PartialFingerprints map[string]string
				Locations           []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &log))
	assert.Contains(t, log.Schema, "sarif-2.1.0")
	assert.NotEmpty(t, log.Runs[0].Tool.Driver.Name)
	const longest, mostTags = 1024, 20
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		assert.NotEmpty(t, rule.Help.Text)
		for _, text := range []string{rule.ShortDescription.Text, rule.FullDescription.Text} {
			assert.NotEmpty(t, text)
			assert.LessOrEqual(t, len(text), longest)
		}
		assert.LessOrEqual(t, len(rule.Properties.Tags), mostTags)
	}
	assert.Contains(t, log.Runs[0].Tool.Driver.Rules[0].Help.Markdown, "4.29",
		"the help has the ids that the tags have no room for")
	require.NotEmpty(t, log.Runs[0].Results)
	for _, result := range log.Runs[0].Results {
		assert.NotEmpty(t, result.RuleID)
		assert.NotEmpty(t, result.Message.Text)
		assert.Contains(t, []string{"none", "note", "warning", "error"}, result.Level)
		assert.Regexp(t, `^[0-9a-f]{64}:1$`, result.PartialFingerprints["primaryLocationLineHash"])
		require.Len(t, result.Locations, 1)
		place := result.Locations[0].PhysicalLocation
		assert.False(t, filepath.IsAbs(place.ArtifactLocation.URI), "the place is relative to the repository")
		assert.Positive(t, place.Region.StartLine)
	}
}

func TestJUnit(t *testing.T) {
	content, err := report.JUnit([]evidence.Run{prod(), staging()})
	require.NoError(t, err)
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Class   string `xml:"classname,attr"`
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
				Skipped *struct {
					Message string `xml:"message,attr"`
				} `xml:"skipped"`
				Output string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(content, &suites))
	assert.Equal(t, []int{7, 1, 2}, []int{suites.Tests, suites.Failures, suites.Skipped})
	require.Len(t, suites.Suites, 2)
	cases := suites.Suites[0].Cases
	assert.Equal(t, "failed", cases[1].Class)
	assert.Equal(t, "<script>b</script>", cases[1].Name)
	assert.Equal(t, "Database b & c is open. And more.", cases[1].Failure.Message)
	assert.Equal(t, "A.", cases[2].Output)
	assert.Equal(t, "waived until 2027-01-31 (platform, PLAT-7): until the launch", cases[3].Skipped.Message)
	assert.Nil(t, cases[5].Failure)
}

func TestJSONHasTheRunsAndWhatTheyAmountTo(t *testing.T) {
	content, err := report.JSON([]evidence.Run{prod()})
	require.NoError(t, err)
	var r struct {
		Compliant bool
		Runs      []struct {
			evidence.Run
			Summary  map[string]int
			Statuses map[string]string
		}
	}
	require.NoError(t, json.Unmarshal(content, &r))
	assert.False(t, r.Compliant)
	require.Len(t, r.Runs, 1)
	assert.Equal(t, prod(), r.Runs[0].Run)
	assert.Equal(t, 1, r.Runs[0].Summary["not judged"])
	assert.Equal(t, "waived", r.Runs[0].Statuses["waived"])
}

var loads = regexp.MustCompile(
	`(?i)<(script[^>]|link|img|iframe|object)\b|@import|url\(|\son\w+=|fetch|XMLHttpRequest|https?://[^"<]*"[^<>]*\.js`)

func TestHTMLIsSelfContainedAndEscaped(t *testing.T) {
	content, err := report.HTML([]evidence.Run{prod(), staging()})
	require.NoError(t, err)
	page := string(content)
	assert.NotRegexp(t, loads, page)
	assert.Contains(t, page, "&lt;script&gt;b&lt;/script&gt;")
	assert.Contains(t, page, "Mandatory controls have failed.")
	assert.Contains(t, page, "Waived until 2027-01-31 by platform, PLAT-7: until the launch")
	assert.Contains(t, page, "staging: none.")
	assert.Contains(t, page, "aws-webapp/prod, aws-webapp/staging. Judged on 24 November 2026, 09:30 UTC by version "+
		"1.0.0 of the policy pack.")
	assert.Contains(t, page,
		`<span class="s warning">1 warning</span> <span class="s waived">1 waived</span> <span class="s unknown">1 `+
			`unknown</span>`, "a resource's verdicts, worst first")
	assert.Less(t, regexp.MustCompile("CKV_AWS_2<").FindStringIndex(page)[0],
		regexp.MustCompile("CKV_AWS_11<").FindStringIndex(page)[0],
		"ids are in natural order")
}

// Evidence of a part is never "passed" for the whole.
func TestClaimsSayHowMuchTheyAreOf(t *testing.T) {
	run := prod()
	part, whole := run.Controls[4], run.Controls[4] // both passed
	part.Extents = map[string]string{"CKV_AWS_11": "part", "CKV_AWS_2": "stricter"}
	part.Beyond = "The cellar and the attic"
	render := func(controls ...evidence.Control) (page, sarif string, ids map[string]string) {
		one := run
		one.Controls, one.Waivers = controls, nil
		one.Judgements = []evidence.Judgement{{Control: "passed", URN: urn + "a", Verdict: "pass", Level: "mandatory"}}
		html, err := report.HTML([]evidence.Run{one})
		require.NoError(t, err)
		log, err := report.SARIF([]evidence.Run{one})
		require.NoError(t, err)
		content, err := report.JSON([]evidence.Run{one})
		require.NoError(t, err)
		var parsed struct {
			Runs []struct{ IDs map[string]map[string]string }
		}
		require.NoError(t, json.Unmarshal(content, &parsed))
		return string(html), string(log), parsed.Runs[0].IDs["Checkov"]
	}
	page, sarif, ids := render(part)
	assert.Equal(t, map[string]string{"CKV_AWS_11": "partly passed", "CKV_AWS_2": "passed"}, ids)
	assert.Contains(t, page, `<span class="s partly-passed">1 partly passed</span> <span class="s passed">1 passed</span>`)
	assert.Contains(t, page, "CKV_AWS_11 (part)")
	assert.Contains(t, page, "CKV_AWS_2 (stricter)")
	assert.Contains(t, sarif, "CKV_AWS_11 (part)")
	for _, shown := range []string{page, sarif} {
		assert.Contains(t, shown, "Beyond it, of the ids marked part: The cellar and the attic.")
	}

	page, _, _ = render(whole)
	assert.NotContains(t, page, "1 partly passed")

	other := whole
	other.Name = "other"
	other.Judged = 1
	page, _, ids = render(part, other)
	assert.Equal(t, "passed", ids["CKV_AWS_11"])
	assert.Contains(t, page, `<span class="s passed">2 passed</span>`, "one control judges the whole")
}

// A violation has the same rule in every report: the control's name. The comment on a pull request is
// written from the engine's events, which name the policy in the same way.
func TestARuleHasOneIDInAllReports(t *testing.T) {
	run := prod()
	for name, render := range map[string]struct {
		of      func([]evidence.Run) ([]byte, error)
		pattern string
	}{
		"SARIF": {report.SARIF, `"ruleId": "([^"]+)"`}, "JUnit": {report.JUnit, `classname="([^"]+)" [^>]*>\s*<failure`},
		"JSON": {report.JSON, `"control": "([^"]+)"[^}]*"verdict": "fail",\s*"level": "mandatory"`},
		"HTML": {report.HTML, `id="([^"]+)" class="item" data-status="failed`},
	} {
		content, err := render.of([]evidence.Run{run})
		require.NoError(t, err)
		found := regexp.MustCompile(render.pattern).FindSubmatch(content)
		require.NotNil(t, found, "%s shows no rule", name)
		assert.Equal(t, "failed", string(found[1]), name)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	require.NoError(t, report.Write(dir, []evidence.Run{prod()}))
	for _, file := range []string{report.SARIFFile, report.JUnitFile, report.JSONFile, report.HTMLFile} {
		content, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		assert.NotEmpty(t, content, file)
	}
	assert.ErrorContains(t, report.Write(dir, nil), "there are no runs")
}
