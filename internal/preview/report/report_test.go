package report_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/preview/risk"
)

var update = flag.Bool("update", false, "rewrite the golden files; the event logs come from tests/engine")

// logs are the event logs that the engine's tests keep, by name.
func logs(t *testing.T) map[string]*eventlog.Log {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl.gz")
	require.NoError(t, err)
	require.Len(t, files, 11)
	found := map[string]*eventlog.Log{}
	for _, file := range files {
		log, err := eventlog.ReadFile(file)
		require.NoError(t, err)
		found[strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")] = log
	}
	return found
}

func options(name string) report.Options {
	if name == "drifted" {
		return report.Options{Kind: report.Drift}
	}
	return report.Options{}
}

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestMarkdownOfRealPreviews(t *testing.T) {
	for name, log := range logs(t) {
		t.Run(name, func(t *testing.T) { golden(t, name+".md", report.Markdown(report.New(log, options(name)))) })
	}
}

func TestTheDocumentationShowsARealReport(t *testing.T) {
	page, err := os.ReadFile("../../../docs/pull-requests.md")
	require.NoError(t, err)
	sample, err := os.ReadFile("testdata/security-group-opened.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), "````markdown\n"+string(sample)+"````\n")
}

func TestOtherFormsOfARealPreview(t *testing.T) {
	r := report.New(logs(t)["policy-violated"], report.Options{Commit: "0123456"})
	content, err := report.JSON(r)
	require.NoError(t, err)
	golden(t, "policy-violated.json", string(content))
	content, err = report.SARIF(r)
	require.NoError(t, err)
	golden(t, "policy-violated.sarif", string(content))
}

func TestHeadlines(t *testing.T) {
	all := logs(t)
	for name, want := range map[string]struct {
		headline string
		level    risk.Level
	}{
		"first-deployment":      {"9 medium · 206 to create · policies passed with 11 advisory", risk.Medium},
		"no-change":             {"no changes · policies passed with 8 advisory", risk.None},
		"database-replaced":     {"1 critical, 1 high, 1 medium · 3 to replace, 2 to update · policies passed with 8 advisory", risk.Critical},
		"bucket-deleted":        {"1 critical, 2 high, 39 medium · 42 to delete, 1 to update", risk.Critical},
		"security-group-opened": {"1 critical, 2 high, 2 medium · 2 to delete, 1 to update, 2 to create", risk.Critical},
		"iam-widened":           {"2 high, 2 medium · 2 to delete, 2 to create", risk.High},
		"image-changed":         {"1 to replace, 1 to update", risk.Low},
		"policy-violated":       {"preview failed · 1 high · 1 to update · policies: 1 mandatory and 8 advisory violated", risk.High},
		"program-failed":        {"preview failed · no changes", risk.None},
		"drifted":               {"1 critical, 1 medium · 1 deleted outside of Pulumi, 1 changed outside of Pulumi", risk.Critical},
	} {
		r := report.New(all[name], options(name))
		assert.Equal(t, want.headline, r.Headline(), name)
		assert.Equal(t, want.level, r.Level, name)
		for _, level := range []risk.Level{risk.Low, risk.Medium, risk.High, risk.Critical} {
			assert.Equal(t, r.Level >= level, report.Fails(r, level), "%s at %s", name, level)
		}
		assert.False(t, report.Fails(r, risk.None))
	}
}

// forms are all that a report is rendered to.
func forms(t *testing.T, r *report.Report) string {
	t.Helper()
	asJSON, err := report.JSON(r)
	require.NoError(t, err)
	asSARIF, err := report.SARIF(r)
	require.NoError(t, err)
	return report.Markdown(r) + string(asJSON) + string(asSARIF)
}

func TestSecretsAreNotShown(t *testing.T) {
	shown := forms(t, report.New(logs(t)["secret-changed"], report.Options{}))
	assert.NotContains(t, shown, "canary")
	assert.Contains(t, shown, "policy is secret, so it cannot be compared")
	assert.Contains(t, shown, "`value`", "that it changes is shown")
}

// change makes a log with one update of a property.
func change(name string, old, now resource.PropertyValue) *eventlog.Log {
	return &eventlog.Log{Stack: "prod", Steps: []eventlog.Step{{
		Op: eventlog.OpUpdate, Type: "aws:a/a:A", Custom: true, URN: urn.URN("urn:pulumi:prod::p::aws:a/a:A::a"), Changed: []string{name},
		Old: resource.PropertyMap{resource.PropertyKey(name): old}, New: resource.PropertyMap{resource.PropertyKey(name): now},
	}}}
}

func TestValuesAreOnlyShownWhenTheyMayBe(t *testing.T) {
	text := resource.NewStringProperty
	for name, tc := range map[string]struct {
		property string
		now      resource.PropertyValue
		want     string
	}{
		"text":              {"size", text("b"), "b"},
		"secret":            {"size", resource.MakeSecret(text("canary")), "[secret]"},
		"secret inside":     {"size", resource.NewArrayProperty([]resource.PropertyValue{resource.MakeSecret(text("canary"))}), "[[]]"},
		"unmarked password": {"masterPassword", text("canary"), "[hidden]"},
		"token":             {"authToken", text("canary"), "[hidden]"},
		"environment":       {"environment", text("canary"), "[hidden]"},
		"ARN of a secret":   {"secretArn", text("arn:a"), "arn:a"},
		"unknown":           {"size", resource.MakeComputed(text("")), "[unknown]"},
		"long text":         {"size", text(strings.Repeat("canary", 20)), "[string]"},
		"object":            {"size", resource.NewObjectProperty(resource.PropertyMap{"a": text("canary")}), "[object]"},
	} {
		t.Run(name, func(t *testing.T) {
			r := report.New(change(tc.property, text("a"), tc.now), report.Options{})
			assert.Equal(t, tc.want, r.Changes[0].Changed[0].New)
			assert.NotContains(t, forms(t, r), "canary")
		})
	}
}

func TestOnlyWhatDiffersInsideOfAPropertyIsShown(t *testing.T) {
	text := resource.NewStringProperty
	object := func(size float64, secret resource.PropertyValue) resource.PropertyValue {
		return resource.NewObjectProperty(resource.PropertyMap{
			"type": text("gp3"), "size": resource.NewNumberProperty(size), "key": secret, "password": text(fmt.Sprint("canary", size)),
			"list": resource.NewArrayProperty([]resource.PropertyValue{text("a"), resource.NewObjectProperty(resource.PropertyMap{"n": resource.NewNumberProperty(size)})}),
			"more": resource.NewArrayProperty(make([]resource.PropertyValue, int(size))),
		})
	}
	r := report.New(change("options", object(1, resource.MakeSecret(text("canary"))), object(2, resource.MakeComputed(text("")))), report.Options{})
	assert.Equal(t, []report.Property{
		{Name: "options.key", Old: "[secret]", New: "[unknown]"},
		{Name: "options.list[1].n", Old: "1", New: "2"},
		{Name: "options.more", Old: "[[]]", New: "[[]]"},
		{Name: "options.password", Old: "[hidden]", New: "[hidden]"},
		{Name: "options.size", Old: "1", New: "2"},
	}, r.Changes[0].Changed)
	assert.NotContains(t, forms(t, r), "canary")
	// What differs where nothing may be shown is named all the same.
	r = report.New(change("options", resource.NewArrayProperty([]resource.PropertyValue{text("a")}), resource.NewArrayProperty(nil)), report.Options{})
	assert.Equal(t, []report.Property{{Name: "options", Old: "[[]]", New: "[[]]"}}, r.Changes[0].Changed)
}

// Names, messages and errors come from whoever proposed the change.
func TestForeignTextIsNoMarkup(t *testing.T) {
	const hostile = "</details><!-- x --> **a** `b` @org/team ![i](https://e/x.png) | $x$ #1\n# title\n\u202e\x1b[31m"
	log := change("size", resource.NewStringProperty(hostile), resource.NewStringProperty("b"))
	log.Steps[0].URN = urn.URN("urn:pulumi:prod::p::aws:a/a:A::" + hostile)
	log.Stack, log.Errors, log.Warnings, log.Failed = "prod -->"+hostile, []string{hostile}, []string{hostile}, true
	log.Violations = []eventlog.Violation{{Policy: hostile, Level: "mandatory", Message: hostile + "\nFix: " + hostile, Severity: hostile}}
	markdown := report.Markdown(report.New(log, report.Options{Commit: hostile}))
	body := strings.SplitN(markdown, "\n", 2)[1]
	for _, forbidden := range []string{"\x1b", "\u202e", "\n# title"} {
		assert.NotContains(t, markdown, forbidden)
	}
	assert.Equal(t, 1, strings.Count(strings.SplitN(markdown, "\n", 2)[0], "-->"), "the stack's name does not end the marker")
	// What is left outside of code spans is escaped.
	outside := withoutCode(body)
	assert.NotContains(t, outside, "<!--")
	assert.NotContains(t, outside, "**a**")
	assert.NotContains(t, outside, "@org")
	assert.NotContains(t, outside, "![i]")
	assert.Equal(t, strings.Count(outside, "<details>"), strings.Count(outside, "</details>"))
}

// withoutCode drops code spans as CommonMark reads them: a run of backticks to the next run
// that is as long, and no escape inside of it.
func withoutCode(markdown string) string {
	var b strings.Builder
	for i := 0; i < len(markdown); {
		if markdown[i] == '\\' && i+1 < len(markdown) {
			b.WriteString(markdown[i : i+2])
			i += 2
			continue
		}
		run := 0
		for i+run < len(markdown) && markdown[i+run] == '`' {
			run++
		}
		if run == 0 {
			b.WriteByte(markdown[i])
			i++
			continue
		}
		end := closing(markdown[i+run:], run)
		if end < 0 {
			b.WriteString(markdown[i : i+run])
			i += run
			continue
		}
		i += run + end
	}
	return b.String()
}

func closing(rest string, run int) int {
	for i := 0; i < len(rest); {
		n := 0
		for i+n < len(rest) && rest[i+n] == '`' {
			n++
		}
		if n == run {
			return i + n
		}
		i += max(n, 1)
	}
	return -1
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	log := &eventlog.Log{Stack: "prod"}
	for i := range 3000 {
		name := fmt.Sprintf("a-rather-long-logical-name-%04d", i)
		op, token, old := eventlog.OpUpdate, "aws:a/a:A", resource.PropertyMap{"size": resource.NewNumberProperty(float64(i))}
		if i%100 == 0 {
			op, token = eventlog.OpDelete, "aws:kms/key:Key"
		}
		log.Steps = append(log.Steps, eventlog.Step{
			Op: op, Type: token, Custom: true, URN: urn.URN("urn:pulumi:prod::p::" + token + "::" + name), Changed: []string{"size"},
			Old: old, New: resource.PropertyMap{"size": resource.NewNumberProperty(-1)},
		})
	}
	for i := range 500 {
		log.Violations = append(log.Violations, eventlog.Violation{
			Policy: fmt.Sprintf("policy-%d", i), Level: "advisory", Message: strings.Repeat("long ", 200),
		})
	}
	r := report.New(log, report.Options{})
	markdown := report.Markdown(r)
	assert.LessOrEqual(t, len(markdown), report.CommentLimit)
	assert.Greater(t, len(markdown), report.CommentLimit*9/10, "the room is used")
	assert.Contains(t, markdown, "> **Shortened:** ")
	assert.Equal(t, strings.Count(markdown, "<details>"), strings.Count(markdown, "</details>"))
	assert.Contains(t, markdown, "with it goes the key", "what is risky stays")
	assert.NotContains(t, report.Markdown(report.New(logs(t)["first-deployment"], report.Options{})), "Shortened")
	// One message alone cannot take the room of all others.
	r.Errors = []string{strings.Repeat("x", 2*report.CommentLimit)}
	markdown = report.Markdown(r)
	assert.LessOrEqual(t, len(markdown), report.CommentLimit)
	assert.Contains(t, markdown, "with it goes the key")
}

func TestSimulatedPreviewSaysSo(t *testing.T) {
	r := report.New(logs(t)["image-changed"], report.Options{Simulated: true, Commit: "0123456"})
	markdown := report.Markdown(r)
	assert.Contains(t, markdown, "**Simulated:** no credentials were at hand")
	assert.Contains(t, markdown, "Commit `0123456`")
	assert.True(t, strings.HasPrefix(markdown, report.Marker(report.Preview, "staging")+"\n"))
}

func TestSARIFHasWhatCodeScanningDemands(t *testing.T) {
	for name, log := range logs(t) {
		content, err := report.SARIF(report.New(log, options(name)))
		require.NoError(t, err)
		var decoded struct {
			Version string
			Runs    []struct {
				Tool struct {
					Driver struct{ Rules []struct{ ID string } }
				}
				Results []struct {
					RuleID              string
					RuleIndex           int
					Level               string
					Message             struct{ Text string }
					PartialFingerprints map[string]string
					Locations           []struct {
						PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					}
				}
			}
		}
		require.NoError(t, json.Unmarshal(content, &decoded))
		assert.Equal(t, "2.1.0", decoded.Version)
		require.Len(t, decoded.Runs, 1)
		seen := map[string]bool{}
		for _, r := range decoded.Runs[0].Results {
			assert.Equal(t, r.RuleID, decoded.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID)
			assert.NotEmpty(t, r.Message.Text)
			assert.Contains(t, []string{"error", "warning", "note", "none"}, r.Level)
			assert.Equal(t, "Pulumi.staging.yaml", r.Locations[0].PhysicalLocation.ArtifactLocation.URI)
			fingerprint := r.PartialFingerprints["change/v1"]
			assert.False(t, seen[fingerprint], "two results of %s are one to code scanning: %s", name, r.Message.Text)
			seen[fingerprint] = true
		}
	}
}
