package components

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/logsgrammar"
)

const queryType = "aws:cloudwatch/queryDefinition:QueryDefinition"

// The groups of the test have the names of the samples of their logs.
var queriedGroups = SavedQueriesArgs{
	Scope:             testScope,
	ServiceLogGroups:  []string{"services"},
	FunctionLogGroups: []string{"functions"},
	FlowLogGroup:      "flows",
	AuditLogGroup:     "audit",
	WAFLogGroup:       "firewall",
	DatabaseLogGroup:  "postgresql",
}

func savedQueriesProgram(args SavedQueriesArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewSavedQueries(ctx, "queries", &args)
		return err
	}
}

func TestSavedQueriesLieInTheStacksFolder(t *testing.T) {
	rec := deployed(t, savedQueriesProgram(queriedGroups))

	var names []any
	for _, query := range savedQueries() {
		names = append(names, "aws-webapp-prod/"+query.name)
		assert.Equal(t, "aws-webapp-prod/"+query.name, rec.one(t, queryType, "queries-"+query.name).inputs["name"])
	}
	rec.keepsContract(t, savedQueriesType, "queries", map[string]any{"names": names})
	for _, asked := range []string{"errors-by-event-type", "slow-requests", "rejected-flows"} {
		assert.NotEmpty(t, rec.one(t, queryType, "queries-"+asked).inputs["queryString"])
	}
}

func TestQueriesWithoutGroupsAreLeftOut(t *testing.T) {
	rec := deployed(t, savedQueriesProgram(SavedQueriesArgs{Scope: testScope, FlowLogGroup: "flows"}))
	assert.Equal(t, []string{"queries-busiest-destinations", "queries-rejected-flows"}, rec.names(queryType))
}

// One that cannot be read fails when somebody needs it, and one that asks for a line after stats finds nothing.
func TestSavedQueriesCanBeRead(t *testing.T) {
	for _, query := range savedQueries() {
		assert.NoError(t, logsgrammar.Query(query.text), query.name)
	}
}

// A query for a field that nobody logs finds nothing, and does not say why.
func TestSavedQueriesAskForWhatIsLogged(t *testing.T) {
	rec := deployed(t, savedQueriesProgram(queriedGroups))
	for _, query := range rec.ofType(queryType) {
		group := query.inputs["logGroupNames"].([]any)[0].(string)
		logged := loggedFields(t, group)
		asked := fieldsOfQuery(query.inputs["queryString"].(string))
		assert.NotEmpty(t, asked, query.name)
		for _, field := range asked {
			assert.Containsf(t, logged, field, "%s asks %s for a field that it does not get", query.name, group)
		}
	}
}

// The samples are the lines that AWS documents and that our functions write.
func TestSamplesAreWhatIsLogged(t *testing.T) {
	sample := jsonSample(t, filepath.Join("testdata", "logs", "functions.json"))
	source, err := os.ReadFile(filepath.Join("..", "lambda", "logshipper", "handler.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `"`+sample["msg"].(string)+
		`", "log_group", logGroup, "events", count, "reason", reason`)

	flows := deployed(t, networkProgram(testNetworkArgs())).one(t, "aws:ec2/flowLog:FlowLog", "web-flow-logs")
	assert.NotContains(t, flows.inputs, "logFormat", "Logs Insights knows the fields of the default format alone")
	assert.Equal(t, "ALL", flows.inputs["trafficType"], "rejected flows and busy ones are both asked for")
}

// The patterns with which queries parse lines match the lines.
func TestSavedQueriesCutDatabaseLines(t *testing.T) {
	lines, err := os.ReadFile(filepath.Join("testdata", "logs", "postgresql.txt"))
	require.NoError(t, err)
	for _, query := range savedQueries() {
		if query.searches(SavedQueriesArgs{DatabaseLogGroup: "postgresql"}) == nil {
			continue
		}
		pattern := regexp.MustCompile(`parse @message /(.*)/\n`).FindStringSubmatch(query.text)[1]
		assert.Regexp(t, strings.ReplaceAll(pattern, "(?<", "(?P<"), string(lines), query.name)
	}
}

// loggedFields returns the fields that Logs Insights finds in a group: the ones that it adds to
// every event, and those of the sample's lines.
func loggedFields(t *testing.T, group string) []string {
	t.Helper()
	fields := []string{"@timestamp", "@message", "@log", "@logStream"}
	switch group {
	case "postgresql":
		return fields
	case "services":
		for _, line := range serviceLines(t) {
			fields = append(fields, flattened("", line)...)
		}
		return fields
	default:
		return append(fields, flattened("", jsonSample(t, filepath.Join("testdata", "logs", group+".json")))...)
	}
}

// serviceLines returns the log lines that the documentation prescribes for services.
func serviceLines(t *testing.T) []map[string]any {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "architecture.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "## What a service logs")
	require.True(t, found, "docs/architecture.md lacks the section")
	_, block, _ := strings.Cut(section, "```json\n")
	block, _, _ = strings.Cut(block, "```")
	var lines []map[string]any
	for text := range strings.Lines(block) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		lines = append(lines, line)
	}
	require.NotEmpty(t, lines)
	return lines
}

func jsonSample(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var sample map[string]any
	require.NoError(t, json.Unmarshal(text, &sample))
	return sample
}

// flattened returns the paths of an object's leaves, as Logs Insights names them.
func flattened(prefix string, object map[string]any) []string {
	var paths []string
	for key, value := range object {
		if inner, ok := value.(map[string]any); ok {
			paths = append(paths, flattened(prefix+key+".", inner)...)
			continue
		}
		paths = append(paths, prefix+key)
	}
	return paths
}

var (
	queryTexts = regexp.MustCompile(`"[^"]*"|/(?:\\.|[^/\n])+/`)
	queryNamed = regexp.MustCompile(`\bas (\w+)|\(\?<(\w+)>`)
	queryCalls = regexp.MustCompile(`\w+\(`)
	queryWords = regexp.MustCompile(`@?[A-Za-z_][A-Za-z0-9_.]*`)
)

// fieldsOfQuery returns the names in a query that it does not define itself.
func fieldsOfQuery(text string) []string {
	known := []string{
		"fields", "filter", "stats", "sort", "limit", "parse", "by", "as", "and", "or", "not", "in", "like", "asc",
		"desc", "m",
	}
	for _, match := range queryNamed.FindAllStringSubmatch(text, -1) {
		known = append(known, match[1], match[2])
	}
	bare := queryCalls.ReplaceAllString(queryTexts.ReplaceAllString(text, " "), " ")
	var fields []string
	for _, word := range queryWords.FindAllString(bare, -1) {
		if !slices.Contains(known, word) {
			fields = append(fields, word)
		}
	}
	return fields
}
