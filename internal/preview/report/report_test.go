package report_test

import (
	"encoding/json"
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
	"aws-webapp/tests/golden"
)

// logs returns the event logs that the engine's tests keep, by name.
func logs(t *testing.T) map[string]*eventlog.Log {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl.gz")
	require.NoError(t, err)
	require.Len(t, files, 24)
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

// equal compares with a file. The event logs come from tests/engine.
func equal(t *testing.T, name, got string) {
	t.Helper()
	golden.Equal(t, filepath.Join("testdata", name), got, "go test ./internal/preview/report -update")
}

func TestMarkdownOfRealPreviews(t *testing.T) {
	for name, log := range logs(t) {
		t.Run(name, func(t *testing.T) { equal(t, name+".md", report.Markdown(report.New(log, options(name)))) })
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
	equal(t, "policy-violated.json", string(content))
	content, err = report.SARIF(r)
	require.NoError(t, err)
	equal(t, "policy-violated.sarif", string(content))
	for _, violation := range r.Violations {
		assert.Contains(t, string(content), `"ruleId": "`+violation.Policy+`"`, "the pack's reports name the rule like this")
	}
}

func TestLevels(t *testing.T) {
	all := logs(t)
	for name, want := range map[string]risk.Level{
		"no-change": risk.None, "program-failed": risk.None,
		"only-tags": risk.Low, "digest-moved": risk.Low, "image-changed": risk.Low, "one-read-more": risk.Low,
		"first-deployment": risk.Medium, "minimum-lowered": risk.Medium, "half-the-cpu": risk.Medium,
		"spot-only":      risk.Medium,
		"database-class": risk.Medium,
		"iam-widened":    risk.High, "policy-violated": risk.High, "secret-changed": risk.High,
		"image-of-a-stranger": risk.High,
		"root-with-shell":     risk.High, "canary-to-all-at-once": risk.High, "variables-and-secrets": risk.High,
		"new-service":        risk.High,
		"wildcard-statement": risk.Critical, "database-replaced": risk.Critical, "bucket-deleted": risk.Critical,
		"drifted":               risk.Critical,
		"security-group-opened": risk.Critical,
	} {
		require.Contains(t, all, name)
		r := report.New(all[name], options(name))
		assert.Equal(t, want, r.Level, name)
		for _, level := range []risk.Level{risk.Low, risk.Medium, risk.High, risk.Critical} {
			assert.Equal(t, r.Level >= level, report.Fails(r, level), "%s at %s", name, level)
		}
		assert.False(t, report.Fails(r, risk.None))
		delete(all, name)
	}
	assert.Empty(t, all, "logs of which nobody says how risky they are")
}

func TestQuietPreviewsAreOneLine(t *testing.T) {
	log := logs(t)["no-change"]
	require.NotEmpty(t, log.Violations, "advisory ones, of which nothing is new")
	cost := &report.CostChange{Before: 1, After: 1}
	for want, o := range map[string]report.Options{
		"### 🟢 `staging`: no changes · policies passed with 10 advisory": {},
		"### 🟢 `staging`: no changes · policies passed with 10 advisory · cost unchanged at \\$1.00 a month · " +
			"simulated · `0123456`": {
			Simulated: true, Commit: "0123456", Cost: cost,
		},
	} {
		assert.Equal(t, report.Marker(report.Preview, "staging")+"\n"+want+"\n", report.Markdown(report.New(log, o)))
	}
	tags := report.Markdown(report.New(logs(t)["only-tags"], report.Options{}))
	assert.Regexp(t, "🟢 `staging`: only tags of [0-9]+ resources", tags)
	assert.Equal(t, 1, strings.Count(tags, "<details>"))
	assert.NotContains(t, tags, "####", "nothing is open")
	log = &eventlog.Log{Stack: "staging", Failed: true}
	assert.Greater(t, strings.Count(report.Markdown(report.New(log, report.Options{Commit: "0123456"})), "\n"), 2,
		"a failure is not quiet")
}

// Only the AppSpec shows what a CodeDeploy deployment does: the ECS service stays the same.
func TestAppSpecs(t *testing.T) {
	r := report.New(logs(t)["spot-only"], report.Options{})
	first := r.Changes[0]
	assert.True(t, first.Deferred)
	assert.Equal(t, "appSpec.CapacityProviderStrategy[FARGATE].Base", first.Changed[0].Name)
	assert.Zero(t, r.Counts[eventlog.OpUpdate], "AWS changes nothing yet")
	assert.Contains(t, r.Headline(), "the next deployment changes visitor-book")
	// Addresses and names among the outputs follow from other changes.
	log := change("size", resource.NewStringProperty("a"), resource.NewStringProperty("b"))
	log.Outputs = []eventlog.Step{{
		Op: eventlog.OpUpdate, OfComponent: true, Type: "a:b:C", URN: "urn:pulumi:prod::p::a:b:C::c",
		Changed: []string{"url"},
		Old:     resource.PropertyMap{"url": resource.NewStringProperty("a")},
		New:     resource.PropertyMap{"url": resource.NewStringProperty("b")},
	}}
	assert.Len(t, report.New(log, report.Options{}).Changes, 1)
}

// Advisory verdicts on unchanged resources are not shown.
func TestAdvisoryVerdictsAreAboutTheChange(t *testing.T) {
	log := change("size", resource.NewStringProperty("a"), resource.NewStringProperty("b"))
	log.Violations = []eventlog.Violation{
		{Policy: "about-the-change", Level: "advisory", URN: log.Steps[0].URN},
		{Policy: "about-the-stack", Level: "advisory"},
		{Policy: "about-another", Level: "advisory", URN: "urn:pulumi:prod::p::aws:a/a:A::other"},
	}
	markdown := report.Markdown(report.New(log, report.Options{}))
	assert.Contains(t, markdown, "about-the-change")
	assert.Contains(t, markdown, "about-the-stack")
	assert.NotContains(t, markdown, "about-another")
	assert.Contains(t, markdown, "3 advisory")
}

// forms returns all renderings of a report.
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
	assert.Contains(t, shown, "policy is secret, so nobody can see what it allows")
	assert.Contains(t, shown, "`value`", "that it changes is shown")
}

// change makes a log with one update of a property.
func change(name string, old, now resource.PropertyValue) *eventlog.Log {
	return &eventlog.Log{Stack: "prod", Steps: []eventlog.Step{{
		Op: eventlog.OpUpdate, Type: "aws:a/a:A", Custom: true, URN: urn.URN("urn:pulumi:prod::p::aws:a/a:A::a"),
		Changed: []string{name},
		Old:     resource.PropertyMap{resource.PropertyKey(name): old}, New: resource.PropertyMap{
			resource.PropertyKey(name): now,
		},
	}}}
}

func TestValuesAreOnlyShownWhenTheyMayBe(t *testing.T) {
	text := resource.NewStringProperty
	for name, tc := range map[string]struct {
		property string
		now      resource.PropertyValue
		want     string
	}{
		"text":   {"size", text("b"), "b"},
		"secret": {"size", resource.MakeSecret(text("canary")), "[secret]"},
		"secret inside": {
			"size", resource.NewArrayProperty([]resource.PropertyValue{resource.MakeSecret(text("canary"))}), "[secret]",
		},
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
			"type": text("gp3"), "size": resource.NewNumberProperty(size), "key": secret,
			"password": text(fmt.Sprint("canary", size)),
			"list": resource.NewArrayProperty([]resource.PropertyValue{
				text("a"), resource.NewObjectProperty(resource.PropertyMap{"n": resource.NewNumberProperty(size)}),
			}),
			"more": resource.NewArrayProperty(make([]resource.PropertyValue, int(size))),
		})
	}
	r := report.New(change("options", object(1, resource.MakeSecret(text("canary"))),
		object(2, resource.MakeComputed(text("")))), report.Options{})
	assert.Equal(t, []report.Property{
		{Name: "options.key", Old: "[secret]", New: "[unknown]"},
		{Name: "options.list[1].n", Old: "1", New: "2"},
		{Name: "options.more", What: "has 2 entries, not 1 any more"},
		{Name: "options.password", Old: "[hidden]", New: "[hidden]"},
		{Name: "options.size", Old: "1", New: "2"},
	}, r.Changes[0].Changed)
	assert.NotContains(t, forms(t, r), "canary")
	// A difference whose values may not be shown is still named.
	r = report.New(change("options", resource.NewArrayProperty([]resource.PropertyValue{text("a")}),
		resource.NewArrayProperty(nil)), report.Options{})
	assert.Equal(t, []report.Property{{Name: "options", Old: "a", New: "nothing"}}, r.Changes[0].Changed)
}

// Names, messages and errors come from the author of the change.
func TestForeignTextIsNoMarkup(t *testing.T) {
	const hostile = "</details><!-- x --> **a** `b` @org/team ![i](https://e/x.png) | $x$ #1\n# title\n\u202e\x1b[31m"
	log := change("size", resource.NewStringProperty(hostile), resource.NewStringProperty("b"))
	log.Steps[0].URN = urn.URN("urn:pulumi:prod::p::aws:a/a:A::" + hostile)
	log.Stack, log.Errors, log.Warnings, log.Failed = "prod -->"+hostile, []string{hostile}, []string{hostile}, true
	log.Violations = []eventlog.Violation{
		{Policy: hostile, Level: "mandatory", Message: hostile + "\nFix: " + hostile, Severity: hostile},
	}
	markdown := report.Markdown(report.New(log, report.Options{Commit: hostile}))
	body := strings.SplitN(markdown, "\n", 2)[1]
	for _, forbidden := range []string{"\x1b", "\u202e", "\n# title"} {
		assert.NotContains(t, markdown, forbidden)
	}
	assert.Equal(t, 1, strings.Count(strings.SplitN(markdown, "\n", 2)[0], "-->"),
		"the stack's name does not end the marker")
	// Everything outside of code spans is escaped.
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
			Op: op, Type: token, Custom: true, URN: urn.URN("urn:pulumi:prod::p::" + token + "::" + name),
			Changed: []string{"size"},
			Old:     old, New: resource.PropertyMap{"size": resource.NewNumberProperty(-1)},
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
	// One long message cannot take the room of all others.
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
			assert.Equal(t, "Pulumi."+log.Stack+".yaml", r.Locations[0].PhysicalLocation.ArtifactLocation.URI)
			fingerprint := r.PartialFingerprints["primaryLocationLineHash"] // the only one that it reads
			assert.False(t, seen[fingerprint], "two results of %s are one to code scanning: %s", name, r.Message.Text)
			seen[fingerprint] = true
		}
	}
}
