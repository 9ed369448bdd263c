package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/opensearch-project/opensearch-go/v4"
	"github.com/opensearch-project/opensearch-go/v4/opensearchapi"
	"github.com/opensearch-project/opensearch-go/v4/plugins/ism"
	"github.com/opensearch-project/opensearch-go/v4/plugins/security"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/cwlogs"
	"aws-webapp/lambda/logshipper/internal/document"
)

// asked are requests for looking at a domain, as OpenSearch's own client makes them: path and parameters are the
// client's. A document that names another one adds it here.
var asked = []opensearch.Request{
	opensearchapi.CatAllocationReq{},
	opensearchapi.CatHealthReq{},
	opensearchapi.CatIndicesReq{},
	opensearchapi.CatNodesReq{},
	opensearchapi.CatRecoveryReq{},
	opensearchapi.CatShardsReq{},
	opensearchapi.ClusterAllocationExplainReq{},
	opensearchapi.ClusterGetSettingsReq{},
	opensearchapi.ClusterHealthReq{},
	opensearchapi.ClusterPutSettingsReq{},
	opensearchapi.ClusterStatsReq{},
	opensearchapi.ClusterRerouteReq{},
	security.AuditGetReq{},
	security.AuditPutReq{},
	security.RolesGetReq{},
	security.RolesMappingGetReq{},
	ism.ExplainReq{},
	ism.PoliciesGetReq{},
}

// path of OpenSearch in a document, after its method if it has one.
var path = regexp.MustCompile(
	`(?:\b(GET|PUT|POST|DELETE) )?/?\b(_(?:cat|cluster|plugins|snapshot|nodes|search|ism)/[^\s` + "`" + `,)]+)`)

// known says whether the client has such a request.
func known(method, address string) bool {
	address, query, _ := strings.Cut(strings.TrimRight(address, "."), "?")
	for _, request := range asked {
		made, err := request.GetRequest()
		if err != nil || strings.Trim(made.URL.Path, "/") != address || method != "" && made.Method != method {
			continue
		}
		if query == "" {
			return true
		}
		parameters := map[string]bool{}
		if params := reflect.ValueOf(request).FieldByName("Params"); params.IsValid() {
			for i := range params.NumField() {
				parameters[snake(params.Type().Field(i).Name)] = true
			}
		}
		for _, one := range strings.Split(query, "&") {
			if name, _, _ := strings.Cut(one, "="); !parameters[name] {
				return false
			}
		}
		return true
	}
	return false
}

func snake(name string) string {
	return strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(name, "${1}_$2"))
}

// pages are the project's documents.
func pages(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	listed, err := exec.Command("git", "-C", root, "ls-files", "*.md").Output()
	require.NoError(t, err)
	all := map[string]string{}
	for _, file := range strings.Fields(string(listed)) {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		all[file] = string(text)
	}
	return all
}

func TestPathsOfOpenSearchInDocumentsAreItsOwn(t *testing.T) {
	found := 0
	for file, text := range pages(t) {
		for _, one := range path.FindAllStringSubmatch(text, -1) {
			found++
			assert.True(t, known(one[1], one[2]), "%s: OpenSearch's client has no %q, or it belongs into asked", file, one[0])
		}
	}
	assert.NotZero(t, found, "no document names a path of OpenSearch any more: this test can go")
	for text, want := range map[string]bool{
		"GET _cat/shards?v=true&h=index": true, "_cat/shard": false, "GET /_cluster/settings?include_defaults=true": true,
		"PUT _cluster/health": false, "_cluster/health?wait=green": false, "_plugins/_security/api/audits": false,
	} {
		one := path.FindStringSubmatch(text)
		require.NotNil(t, one, text)
		assert.Equal(t, want, known(one[1], one[2]), text)
	}
}

var (
	index  = regexp.MustCompile(`\bapp-logs-[^\s` + "`" + `,;]*(?: group>[^\s` + "`" + `,;]*)?`)
	search = regexp.MustCompile("`(\\w+): \\*`")
)

// Names of indices and fields are the shipper's own.
func TestIndicesAndFieldsInDocumentsAreTheShippers(t *testing.T) {
	cfg, err := loadConfig(environmentOf(sufficient))
	require.NoError(t, err)
	line := `{"data":{"x":1},"event_type":"visit","level":"ERROR","logger":"a","message":"m",` +
		`"timestamp":"2026-03-01T10:00:00"}`
	built := document.NewBuilder(cfg.indexPrefix, document.Day).Build(&cwlogs.Payload{
		LogGroup: "/ecs/visitor-book", LogEvents: []cwlogs.Event{{ID: "1", Timestamp: 1772359200000, Message: line}},
	})[0]
	flat, ok := document.Flatten(built, "why")
	require.True(t, ok)
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal(flat.Source, &fields))
	require.NoError(t, json.Unmarshal(built.Source, &fields))
	require.Contains(t, fields, "log_group")

	shape := strings.NewReplacer("<log group>", "ecs-visitor-book", "<period>", "2026.03.01", "YYYY.MM.DD", "2026.03.01")
	searched := 0
	for file, text := range pages(t) {
		for _, name := range index.FindAllString(text, -1) {
			matches, err := filepath.Match(shape.Replace(name), built.Index)
			require.NoError(t, err, name)
			assert.True(t, matches, "%s: %s is no index of the shipper, such as %s", file, name, built.Index)
		}
		for _, one := range search.FindAllStringSubmatch(text, -1) {
			searched++
			assert.Contains(t, fields, one[1], "%s searches for a field that no document has", file)
		}
	}
	assert.NotZero(t, searched)
	readme := pages(t)["lambda/logshipper/README.md"]
	for name := range fields {
		assert.Contains(t, readme, "`"+name, "the README's table says what a document has")
	}
}
