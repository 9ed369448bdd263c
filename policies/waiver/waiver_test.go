package waiver_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/waiver"
)

var now = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func known(control string) bool { return control == "lb-waf-attached" }

// entry returns a valid waiver with some lines replaced; an empty line removes the key.
func entry(replaced map[string]string) string {
	lines := []string{
		"control: lb-waf-attached",
		"resource: urn:pulumi:prod::aws-webapp::*aws:lb/loadBalancer:LoadBalancer::alb*",
		"reason: the office network is the only one that reaches it",
		"owner: platform",
		"ticket: PLAT-1",
		"expires: 2027-01-31",
	}
	for i, line := range lines {
		key, _, _ := strings.Cut(line, ":")
		if with, ok := replaced[key]; ok {
			lines[i] = with
		}
	}
	lines = append(lines, replaced["more"])
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return "waivers:\n  - " + strings.Join(lines, "\n    ") + "\n"
}

const (
	urn   = "urn:pulumi:prod::aws-webapp::aws-webapp:lb:Balancer$aws:lb/loadBalancer:LoadBalancer::alb-1"
	other = "urn:pulumi:prod::aws-webapp::aws:lb/loadBalancer:LoadBalancer::internal"
)

func none(string) []string { return nil }

func TestAWaiverCoversItsControlAndResources(t *testing.T) {
	set := waiver.Parse([]byte(entry(nil)), now, known)
	require.Len(t, set.All(), 1)
	assert.Equal(t, "PLAT-1", set.Use("lb-waf-attached", urn).Ticket)
	assert.True(t, set.Covers("lb-waf-attached", urn))
	assert.Nil(t, set.Use("lb-waf-attached", other))
	assert.Nil(t, set.Use("lb-access-logs", urn))
	assert.Empty(t, set.Problems("prod", none))
	assert.True(t, set.All()[0].Used())
}

func TestAnUnusedWaiverIsAProblem(t *testing.T) {
	set := waiver.Parse([]byte(entry(nil)), now, known)
	assert.Nil(t, set.Use("lb-waf-attached", other))
	require.Len(t, set.Problems("prod", none), 1)
	assert.Contains(t, set.Problems("prod", none)[0], "is not needed")
	assert.Empty(t, set.Problems("staging", none), "it is for another stack")
	assert.Empty(t, set.Problems("prod", func(string) []string { return []string{urn} }), "its resource was left out")
	assert.Len(t, set.Problems("prod", func(string) []string { return []string{other} }), 1)

	set.Use("lb-waf-attached", urn)
	assert.Empty(t, set.Problems("prod", none))
	set.Reset()
	assert.Len(t, set.Problems("prod", none), 1)
}

func TestMalformedWaiversDoNotCount(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"unknown control": {entry(map[string]string{"control": "control: lb-waf"}), `there is no control "lb-waf"`},
		"no URN":          {entry(map[string]string{"resource": "resource: alb"}), `the resource is "alb": give a URN`},
		"everything": {
			entry(map[string]string{"resource": "resource: urn:pulumi:*::*"}),
			"the resource matches everything",
		},
		"short reason": {
			entry(map[string]string{"reason": "reason: later"}),
			"the reason is shorter than 20 letters",
		},
		"no owner":  {entry(map[string]string{"owner": ""}), "the owner is missing"},
		"no ticket": {entry(map[string]string{"ticket": ""}), "the ticket is missing"},
		"no end":    {entry(map[string]string{"expires": ""}), `expires is "": give a day such as 2027-02-24`},
		"no day":    {entry(map[string]string{"expires": "expires: soon"}), `expires is "soon"`},
		"expired":   {entry(map[string]string{"expires": "expires: 2026-11-23"}), "it expired on 2026-11-23"},
		"too long": {
			entry(map[string]string{"expires": "expires: 2027-05-24"}),
			"more than 180 days from now: give a day up to 2027-05-23",
		},
		"unknown key": {entry(map[string]string{"more": "until: 2027"}), `there is no key "until"`},
		"several": {
			entry(map[string]string{"owner": "", "ticket": ""}),
			"the owner is missing: name the team or person who answers for it; the ticket is missing",
		},
		"no object":            {"waivers: [5]", "it must be an object of strings"},
		"no list":              {"waivers: 5", "the waivers file cannot be read"},
		"other key":            {"exceptions: []", "the waivers file cannot be read"},
		"no YAML":              {"\t", "the waivers file cannot be read"},
		"says where it stands": {entry(map[string]string{"owner": ""}), "waiver 1 (line 2)"},
	} {
		t.Run(name, func(t *testing.T) {
			set := waiver.Parse([]byte(c.content), now, known)
			assert.Empty(t, set.All())
			assert.False(t, set.Covers("lb-waf-attached", urn))
			require.Len(t, set.Problems("prod", none), 1)
			assert.Contains(t, set.Problems("prod", none)[0], c.want)
		})
	}
}

func TestTheLastDayCounts(t *testing.T) {
	for _, day := range []string{"2026-11-24", "2027-05-23"} {
		set := waiver.Parse([]byte(entry(map[string]string{"expires": "expires: " + day})), now, known)
		assert.Len(t, set.All(), 1, day)
	}
}

func TestNoWaivers(t *testing.T) {
	for _, content := range []string{"", "waivers: []", "waivers:\n", "# nothing\n"} {
		set := waiver.Parse([]byte(content), now, known)
		assert.Empty(t, set.All())
		assert.Empty(t, set.Problems("prod", none))
	}
}

// FuzzParse looks for files that crash the reader, or that waive a violation without a reason.
func FuzzParse(f *testing.F) {
	f.Add(entry(nil))
	f.Add("waivers: [{control: lb-waf-attached, resource: 'urn:pulumi:*::a::b*c'}]")
	f.Add("waivers: &a [*a]")
	f.Fuzz(func(t *testing.T, content string) {
		set := waiver.Parse([]byte(content), now, known)
		set.Use("lb-waf-attached", urn)
		set.Problems("prod", none)
		for _, w := range set.All() {
			if w.Owner == "" || w.Ticket == "" || w.Expires == "" || len(w.Reason) < 20 {
				t.Fatalf("a waiver without owner, ticket, end or reason counts: %+v", w)
			}
		}
	})
}
