package stack_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const runbookURL = "https://github.com/example/aws-webapp/blob/main/docs/runbook.md#"

var heading = regexp.MustCompile(`(?m)^#{2,3} (\S+)$`)

// The person on call follows the link in the alarm's description.
func TestEveryAlarmHasASectionInTheRunbook(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbook.md"))
	require.NoError(t, err)
	sections := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(string(text), -1) {
		sections[match[1]] = true
	}
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			links := alarmLinks(t, name)
			assert.NotEmpty(t, links)
			for alarm, section := range links {
				assert.Truef(t, sections[section], "alarm %s links to the section %q, which docs/runbook.md lacks: write it",
					alarm, section)
			}
		})
	}
}

var meaning = regexp.MustCompile(`(?m)^### (\S+)\n\n- \*\*Means\*\*(?: \((page|security team)\))?:`)

// The message says who has to act and when, as the section does.
func TestEachAlarmIsAsUrgentAsItsSection(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbook.md"))
	require.NoError(t, err)
	said := map[string]string{"page": "Page", "security team": "Security team", "": "Working hours"}
	urgencies := map[string]string{}
	for _, match := range meaning.FindAllStringSubmatch(string(text), -1) {
		urgencies[match[1]] = said[match[2]]
	}
	everyVariant(t, func(t *testing.T, g *graph) int {
		alarms := append(g.ofType(metricAlarmType), g.ofType(compositeAlarmType)...)
		for _, r := range alarms {
			description := r.inputs["alarmDescription"].StringValue()
			_, section, _ := strings.Cut(description, runbookURL)
			urgency, _, _ := strings.Cut(description, ": ")
			assert.Equalf(t, urgencies[section], urgency,
				"the urgency of %s in its message and in its section %s", r.name, section)
		}
		return len(alarms)
	})
}

// alarmLinks returns the sections to which a stack's alarms link.
func alarmLinks(t *testing.T, stackName string) map[string]string {
	t.Helper()
	links := map[string]string{}
	for _, r := range deploy(t, stackName) {
		if r.typ != "aws:cloudwatch/metricAlarm:MetricAlarm" && r.typ != "aws:cloudwatch/compositeAlarm:CompositeAlarm" {
			continue
		}
		description := r.inputs["alarmDescription"].StringValue()
		_, section, linked := strings.Cut(description, " Runbook: "+runbookURL)
		require.Truef(t, linked, "the description of %s ends in no link to the runbook: %s", r.name, description)
		links[r.name] = section
	}
	return links
}

// The runbook names the saved queries that help, and no others.
func TestRunbookAndSavedQueriesAgree(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbook.md"))
	require.NoError(t, err)
	saved := map[string]bool{}
	for _, r := range deploy(t, "prod") {
		if r.typ == "aws:cloudwatch/queryDefinition:QueryDefinition" {
			saved[strings.TrimPrefix(r.inputs["name"].StringValue(), project+"-prod/")] = true
		}
	}
	require.NotEmpty(t, saved)
	named := map[string]bool{}
	for _, match := range savedQuery.FindAllStringSubmatch(string(text), -1) {
		named[match[1]] = true
	}
	assert.Equal(t, saved, named)
}

var savedQuery = regexp.MustCompile("(?i)saved query\\s+`([a-z-]+)`")
