package domain

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/document"
)

// registry is a domain's memory of named objects: it answers like the security and ISM plugins
// do, with more than it was given.
type registry struct {
	mu      sync.Mutex
	objects map[string]map[string]any
	indices map[string]map[string]string
	writes  []string
	fail    map[string]int // path prefix -> status
	// requests counts the requests; the one numbered breaks fails.
	requests, breaks int
	seqNo            int
}

func startRegistry(t *testing.T) (*registry, *Client) {
	t.Helper()
	r := &registry{objects: map[string]map[string]any{}, fail: map[string]int{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)
	return r, client
}

func (r *registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path := request.URL.Path
	if r.requests++; r.requests == r.breaks {
		http.Error(w, `{"status":"FORBIDDEN","message":"this request fails"}`, http.StatusForbidden)
		return
	}
	for prefix, status := range r.fail {
		if strings.HasPrefix(path, prefix) {
			http.Error(w, `{"status":"FORBIDDEN","message":"no permissions for [cluster:admin]"}`, status)
			return
		}
	}
	if request.Method != http.MethodGet {
		r.writes = append(r.writes, request.Method+" "+path)
	}
	switch {
	case strings.HasSuffix(path, "/_settings"):
		r.settings(w, request)
		return
	case path == auditPath && request.Method != http.MethodGet,
		path == auditPath+"/config" && request.Method != http.MethodPut:
		http.Error(w, `{"error":"no handler found for uri"}`, http.StatusMethodNotAllowed)
		return
	}
	switch request.Method {
	case http.MethodGet:
		r.get(w, path)
	case http.MethodPut:
		r.put(w, request, path)
	default: // POST _plugins/_ism/add, with the policy's id: whether there are indices
		var body struct {
			Policy string `json:"policy_id"`
		}
		err := json.NewDecoder(request.Body).Decode(&body)
		if err != nil || "/_plugins/_ism/policies/"+body.Policy != policyPath {
			http.Error(w, "no such policy: "+body.Policy, http.StatusBadRequest)
			return
		}
		if r.indices == nil {
			http.Error(w, `{"error":{"type":"index_not_found_exception"},"status":404}`, http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w,
			`{"updated_indices":0,"failures":true,"failed_indices":[{"reason":"This index already has a policy"}]}`)
	}
}

// settings of the indices, dotted and all text, as OpenSearch answers with flat_settings.
func (r *registry) settings(w http.ResponseWriter, request *http.Request) {
	if r.indices == nil {
		http.Error(w, `{"error":{"type":"index_not_found_exception"},"status":404}`, http.StatusNotFound)
		return
	}
	if request.Method == http.MethodPut {
		var wanted map[string]string
		if err := json.NewDecoder(request.Body).Decode(&wanted); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, index := range r.indices {
			maps.Copy(index, wanted)
		}
	}
	if request.Method == http.MethodGet && request.URL.Query().Get("flat_settings") != "true" {
		http.Error(w, "not flat: this domain answers with flat_settings alone", http.StatusBadRequest)
		return
	}
	answer := map[string]any{}
	for name, settings := range r.indices {
		answer[name] = map[string]any{"settings": settings}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (r *registry) get(w http.ResponseWriter, path string) {
	if path == auditPath {
		// The plugin reads at one path and writes at another.
		path += "/config"
	}
	object, exists := r.objects[path]
	if !exists {
		http.Error(w, `{"status":"NOT_FOUND","message":"Resource not found."}`, http.StatusNotFound)
		return
	}
	answer := any(map[string]any{path[strings.LastIndex(path, "/")+1:]: object})
	if strings.HasPrefix(path, "/_plugins/_ism/") {
		answer = map[string]any{"_seq_no": r.seqNo, "_primary_term": 1, "policy": object}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (r *registry) put(w http.ResponseWriter, request *http.Request, path string) {
	var object map[string]any
	if err := json.NewDecoder(request.Body).Decode(&object); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if unknown := unknownKeys(path, object); len(unknown) > 0 {
		http.Error(w, fmt.Sprintf(`{"status":"error","invalid_keys":{"keys":%q}}`, unknown), http.StatusBadRequest)
		return
	}
	if strings.HasPrefix(path, "/_plugins/_ism/") {
		_, exists := r.objects[path]
		if exists && request.URL.Query().Get("if_seq_no") != fmt.Sprint(r.seqNo) {
			http.Error(w, "version conflict", http.StatusConflict)
			return
		}
		r.seqNo++
		object = object["policy"].(map[string]any)
		object["policy_id"], object["last_updated_time"], object["error_notification"] = "x", 1, nil
	}
	object["reserved"], object["hidden"], object["static"] = false, false, false
	delete(object, "password")
	r.objects[path] = object
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"status":"CREATED"}`)
}

// securityKeys lists what the security plugin takes, by the kind of its objects: it refuses a body with any other key.
// https://docs.opensearch.org/latest/security/access-control/api/
var securityKeys = map[string][]string{
	"roles":        {"description", "cluster_permissions", "index_permissions", "index_patterns", "allowed_actions"},
	"rolesmapping": {"backend_roles", "hosts", "users", "and_backend_roles", "description"},
	"audit": {
		"enabled", "audit", "compliance", "enable_rest", "enable_transport", "disabled_rest_categories",
		"disabled_transport_categories", "log_request_body", "resolve_bulk_requests", "exclude_sensitive_headers",
		"resolve_indices", "ignore_users", "ignore_requests",
	},
}

// unknownKeys returns those keys of an object, and of the objects in it, that the plugin refuses.
func unknownKeys(path string, object any) (unknown []string) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(path, "/_plugins/_security/api/"), "/")
	switch object := object.(type) {
	case map[string]any:
		for key, value := range object {
			if securityKeys[kind] != nil && !slices.Contains(securityKeys[kind], key) {
				unknown = append(unknown, key)
			}
			unknown = append(unknown, unknownKeys(path, value)...)
		}
	case []any:
		for _, value := range object {
			unknown = append(unknown, unknownKeys(path, value)...)
		}
	}
	return unknown
}

func (r *registry) takeWrites() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	writes := r.writes
	r.writes = nil
	return writes
}

var wanted = Setup{
	Prefix:         "app-logs",
	Shards:         1,
	Replicas:       1,
	RetentionDays:  30,
	WriterRoleARN:  "arn:aws:iam::123456789012:role/shipper",
	ReaderRoleARNs: []string{"arn:aws:iam::123456789012:role/developer"},
	InternalUser:   &InternalUser{Name: "viewer", Password: "not-a-real-one"},

	AdministratorRoleARNs: []string{"arn:aws:iam::123456789012:role/oncall"},
}

const (
	templatePath = "/_index_template/app-logs"
	policyPath   = "/_plugins/_ism/policies/app-logs-retention"
	writerPath   = "/_plugins/_security/api/rolesmapping/app-logs-writer"
	auditPath    = "/_plugins/_security/api/audit"
	settingsPath = "/app-logs-*/_settings"
)

func TestApplyCreatesEverything(t *testing.T) {
	domain, client := startRegistry(t)

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Unchanged, report["slow logs"], "there is no index yet")
	delete(report, "slow logs")
	for part, change := range report {
		assert.Equal(t, Created, change, part)
	}
	assert.Len(t, report, 10)
	assert.Equal(t, []string{
		"PUT " + templatePath,
		"PUT " + policyPath,
		"POST /_plugins/_ism/add/app-logs-*",
		"PUT " + auditPath + "/config",
		"PUT /_plugins/_security/api/roles/app-logs-writer",
		"PUT " + writerPath,
		"PUT /_plugins/_security/api/roles/app-logs-reader",
		"PUT /_plugins/_security/api/internalusers/viewer",
		"PUT /_plugins/_security/api/rolesmapping/app-logs-reader",
		"PUT /_plugins/_security/api/rolesmapping/opensearch_dashboards_user",
		"PUT /_plugins/_security/api/rolesmapping/all_access",
		"PUT /_plugins/_security/api/rolesmapping/security_manager",
	}, domain.takeWrites())

	writer := domain.objects["/_plugins/_security/api/roles/app-logs-writer"]
	assert.Equal(t, []any{"indices:data/write/bulk"}, writer["cluster_permissions"])
	assert.Equal(t, []any{map[string]any{
		"index_patterns":  []any{"app-logs-*"},
		"allowed_actions": []any{"create_index", "index"},
	}}, writer["index_permissions"], "it can neither read nor delete")
	reader := domain.objects["/_plugins/_security/api/roles/app-logs-reader"]
	assert.Equal(t, []any{"cluster_composite_ops_ro"}, reader["cluster_permissions"])
	assert.Equal(t, []any{map[string]any{
		"index_patterns":  []any{"app-logs-*"},
		"allowed_actions": []any{"read", "indices_monitor", "indices:admin/mappings/get", "indices:admin/get"},
	}}, reader["index_permissions"], "it cannot write")
	audit := domain.objects[auditPath+"/config"]
	assert.Equal(t, true, audit["enabled"])
	assert.Equal(t, map[string]any{
		"enable_rest": true, "enable_transport": true, "log_request_body": false, "resolve_bulk_requests": false,
		"exclude_sensitive_headers": true, "disabled_rest_categories": []any{"AUTHENTICATED", "GRANTED_PRIVILEGES"},
		"disabled_transport_categories": []any{"AUTHENTICATED", "GRANTED_PRIVILEGES"},
	}, audit["audit"], "who was refused, and no line of a log")
	assert.Equal(t, []any{wanted.WriterRoleARN}, domain.objects[writerPath]["backend_roles"])
	readers := domain.objects["/_plugins/_security/api/rolesmapping/app-logs-reader"]
	assert.Equal(t, []any{"viewer"}, readers["users"])
	assert.Equal(t, []any{wanted.ReaderRoleARNs[0]}, readers["backend_roles"])
}

func TestApplyAgainChangesNothing(t *testing.T) {
	domain, client := startRegistry(t)
	_, err := client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	domain.indices = map[string]map[string]string{"app-logs-ecs-web-2026.03.01": {}}
	_, err = client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	domain.takeWrites()
	before := snapshot(t, domain)

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Report{
		"index template": Updated, "internal user": Updated, // these cannot be compared
		"retention policy": Unchanged, "writer role": Unchanged, "writer role mapping": Unchanged,
		"reader role": Unchanged, "reader role mapping": Unchanged, "dashboards role mapping": Unchanged,
		"audit log": Unchanged, "slow logs": Unchanged, "administrators role mapping": Unchanged,
	}, report)
	assert.Equal(t, []string{
		"PUT " + templatePath,
		"POST /_plugins/_ism/add/app-logs-*",
		"PUT /_plugins/_security/api/internalusers/viewer",
	}, domain.takeWrites())
	assert.Equal(t, before, snapshot(t, domain))
}

func snapshot(t *testing.T, r *registry) string {
	t.Helper()
	text, err := json.Marshal([]any{r.objects, r.indices})
	require.NoError(t, err)
	return string(text)
}

// Whichever request fails, its step is an error and the others are applied; the next time all is as without a failure.
func TestARequestThatFailsIsMendedByTheNextApply(t *testing.T) {
	start := func() (*registry, *Client) {
		domain, client := startRegistry(t)
		domain.indices = map[string]map[string]string{"app-logs-ecs-web-2026.03.01": {}}
		return domain, client
	}
	whole, client := start()
	report, err := client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	for n := 1; n <= whole.requests; n++ {
		domain, client := start()
		domain.breaks = n
		some, err := client.Apply(t.Context(), wanted)
		require.ErrorContains(t, err, "this request fails", "request %d", n)
		assert.Len(t, some, len(report)-1, "the other steps are applied")
		for step := range report {
			if _, applied := some[step]; !applied {
				require.ErrorContains(t, err, "apply "+step+": ")
			}
		}
		_, err = client.Apply(t.Context(), wanted)
		require.NoError(t, err, "request %d", n)
		assert.Equal(t, snapshot(t, whole), snapshot(t, domain), "request %d", n)
	}
}

func TestApplyUpdatesTheRetentionOfExistingIndices(t *testing.T) {
	domain, client := startRegistry(t)
	_, err := client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	domain.indices = map[string]map[string]string{"app-logs-ecs-web-2026.03.01": {}}
	domain.takeWrites()

	longer := wanted
	longer.RetentionDays = 90
	report, err := client.Apply(t.Context(), longer)

	require.NoError(t, err)
	assert.Equal(t, Updated, report["retention policy"])
	assert.Equal(t, []string{
		"PUT " + policyPath,
		"POST /_plugins/_ism/change_policy/app-logs-*",
		"POST /_plugins/_ism/add/app-logs-*",
	}, onlyISM(domain.takeWrites()))
	assert.Contains(t, snapshot(t, domain), `"min_index_age":"90d"`)
	assert.NotContains(t, snapshot(t, domain), `"min_index_age":"30d"`)
}

// A domain that publishes its audit log to CloudWatch writes none until it is switched on inside, and
// no slow log without thresholds (Amazon OpenSearch Service developer guide, "Monitoring audit logs"
// and "Monitoring OpenSearch logs": both are two steps).
func TestApplySwitchesTheDomainsLogsOn(t *testing.T) {
	domain, client := startRegistry(t)
	domain.indices = map[string]map[string]string{"app-logs-2026.03.01": {"index.number_of_shards": "1"}}
	domain.objects[auditPath+"/config"] = map[string]any{
		"enabled": false,
		"audit": map[string]any{
			"log_request_body": true, "ignore_users": []any{"by-hand"}, "disabled_rest_categories": []any{"FAILED_LOGIN"},
		},
	}

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Updated, report["audit log"])
	audit := domain.objects[auditPath+"/config"]
	assert.Equal(t, true, audit["enabled"])
	settings := audit["audit"].(map[string]any)
	assert.Equal(t, false, settings["log_request_body"], "requests hold log lines")
	assert.Equal(t, []any{"by-hand"}, settings["ignore_users"], "what people set besides stays")
	assert.NotContains(t, settings["disabled_rest_categories"], "FAILED_LOGIN")

	assert.Equal(t, Updated, report["slow logs"])
	for _, index := range []map[string]string{domain.indices["app-logs-2026.03.01"], templateSettings(t, domain)} {
		assert.Equal(t, "5s", index["index.search.slowlog.threshold.query.warn"])
		assert.Equal(t, "1s", index["index.search.slowlog.threshold.fetch.warn"])
		assert.Equal(t, "5s", index["index.indexing.slowlog.threshold.index.warn"])
		assert.Equal(t, "false", index["index.indexing.slowlog.source"], "it would repeat log lines")
	}
}

// What the mapping promises: no application's field can be refused for a type that OpenSearch guessed, and the fields
// of package document have theirs.
func TestTheTemplateFixesTypes(t *testing.T) {
	domain, client := startRegistry(t)
	setup := wanted
	setup.Shards, setup.Replicas = 3, 2
	_, err := client.Apply(t.Context(), setup)
	require.NoError(t, err)
	object := domain.objects[templatePath]
	assert.Equal(t, []any{"app-logs-*"}, object["index_patterns"])
	assert.EqualValues(t, 200, object["priority"], "before those that match everything")
	template := object["template"].(map[string]any)
	settings := template["settings"].(map[string]any)
	assert.EqualValues(t, 3, settings["index.number_of_shards"])
	assert.EqualValues(t, 2, settings["index.number_of_replicas"])
	assert.Equal(t, "10s", settings["index.refresh_interval"])
	assert.Equal(t, true, settings["index.mapping.ignore_malformed"])

	mappings := template["mappings"].(map[string]any)
	assert.Equal(t, false, mappings["date_detection"], "no dates guessed from texts")
	exact := map[string]any{"type": "keyword", "ignore_above": 1024.0}
	assert.Equal(t, []any{
		map[string]any{"texts": map[string]any{"match_mapping_type": "string", "mapping": exact}},
		map[string]any{"numbers": map[string]any{
			"match_mapping_type": "long", "mapping": map[string]any{"type": "double"},
		}},
	}, mappings["dynamic_templates"], "a number may get digits behind the point later")
	types := mappings["properties"].(map[string]any)
	assert.Equal(t, map[string]any{"type": "date"}, types["@timestamp"], "the program's own is never malformed")
	assert.Equal(t, map[string]any{"type": "date", "ignore_malformed": true}, types["timestamp"])
	assert.Equal(t, map[string]any{"type": "text"}, types["message"])
	for _, name := range []string{"data", "fields"} {
		assert.Equal(t, map[string]any{"type": "object"}, types[name], name)
	}
	for _, name := range []string{"log_group", "log_stream", "account", "event_id", "event_type", "level", "rejected"} {
		assert.Equal(t, exact, types[name], name)
	}
	assert.Len(t, types, 12)
}

// The policy keeps an index, then deletes it, and takes in every index of the prefix.
func TestTheRetentionKeepsAndDeletes(t *testing.T) {
	domain, client := startRegistry(t)
	_, err := client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	policy := domain.objects[policyPath]
	assert.Equal(t, "Delete app-logs-* after 30 days", policy["description"])
	assert.Equal(t, "keep", policy["default_state"])
	assert.Equal(t, []any{map[string]any{"index_patterns": []any{"app-logs-*"}, "priority": 200.0}},
		policy["ism_template"])
	assert.Equal(t, []any{
		map[string]any{"name": "keep", "actions": []any{}, "transitions": []any{map[string]any{
			"state_name": "delete", "conditions": map[string]any{"min_index_age": "30d"},
		}}},
		map[string]any{
			"name": "delete", "actions": []any{map[string]any{"delete": map[string]any{}}}, "transitions": []any{},
		},
	}, policy["states"])
}

func templateSettings(t *testing.T, r *registry) map[string]string {
	t.Helper()
	found := map[string]string{}
	settings := r.objects[templatePath]["template"].(map[string]any)["settings"].(map[string]any)
	for name, value := range settings {
		if text, ok := value.(string); ok {
			found[name] = text
		}
	}
	return found
}

// An index of a week or a month holds its youngest events for the whole retention.
func TestRetentionBeginsWithTheLastEventOfAnIndex(t *testing.T) {
	for period, age := range map[document.Period]string{document.Day: "30d", document.Week: "36d", document.Month: "60d"} {
		domain, client := startRegistry(t)
		setup := wanted
		setup.Period = period

		_, err := client.Apply(t.Context(), setup)

		require.NoError(t, err)
		assert.Contains(t, snapshot(t, domain), `"min_index_age":"`+age+`"`, period)
	}
}

func onlyISM(writes []string) []string {
	return slices.DeleteFunc(writes, func(write string) bool { return !strings.Contains(write, "_ism") })
}

// What people mapped by hand stays: taking it away would lock them out.
func TestApplyKeepsForeignMappings(t *testing.T) {
	domain, client := startRegistry(t)
	domain.objects[writerPath] = map[string]any{
		"backend_roles": []any{"arn:aws:iam::123456789012:role/another"},
		"users":         []any{"by-hand"}, "hosts": []any{"h"}, "and_backend_roles": []any{}, "description": "ours",
	}

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Updated, report["writer role mapping"])
	mapped := domain.objects[writerPath]
	assert.Equal(t, []any{"arn:aws:iam::123456789012:role/another", wanted.WriterRoleARN}, mapped["backend_roles"])
	assert.Equal(t, []any{"by-hand"}, mapped["users"])
	assert.Equal(t, []any{"h"}, mapped["hosts"])
	assert.Equal(t, "ours", mapped["description"])
}

func TestApplyRepairsARoleThatWasChanged(t *testing.T) {
	domain, client := startRegistry(t)
	_, err := client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	path := "/_plugins/_security/api/roles/app-logs-writer"
	domain.objects[path]["cluster_permissions"] = []any{"indices:data/write/bulk", "*"}

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Updated, report["writer role"])
	assert.Equal(t, []any{"indices:data/write/bulk"}, domain.objects[path]["cluster_permissions"])
}

// The security plugin refuses to map a role that it does not have.
// The domain maps its master to both roles itself: without that mapping the next setup would be refused.
func TestAdministratorsJoinTheMaster(t *testing.T) {
	domain, client := startRegistry(t)
	const path, master = "/_plugins/_security/api/rolesmapping/all_access", "arn:aws:iam::123456789012:role/setup"
	domain.objects[path] = map[string]any{"backend_roles": []any{master}}

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, []any{master, wanted.AdministratorRoleARNs[0]}, domain.objects[path]["backend_roles"])
	assert.Equal(t, Created, report["administrators role mapping"], "that of security_manager")

	report, err = client.Apply(t.Context(), wanted)
	require.NoError(t, err)
	assert.Equal(t, Unchanged, report["administrators role mapping"])

	domain.fail[path] = http.StatusForbidden
	_, err = client.Apply(t.Context(), wanted)
	require.ErrorContains(t, err, "apply administrators role mapping")
}

func TestApplyFindsTheDashboardsRole(t *testing.T) {
	domain, client := startRegistry(t)
	domain.fail["/_plugins/_security/api/rolesmapping/opensearch_dashboards_user"] = http.StatusNotFound

	report, err := client.Apply(t.Context(), wanted)

	require.NoError(t, err)
	assert.Equal(t, Created, report["dashboards role mapping"])
	assert.Equal(t, []any{"viewer"}, domain.objects["/_plugins/_security/api/rolesmapping/kibana_user"]["users"])

	domain.fail["/_plugins/_security/api/rolesmapping/kibana_user"] = http.StatusNotFound
	_, err = client.Apply(t.Context(), wanted)
	require.ErrorContains(t, err, "apply dashboards role mapping")
}

func TestApplyWithoutReadersTouchesNoReaders(t *testing.T) {
	domain, client := startRegistry(t)
	alone := wanted
	alone.ReaderRoleARNs, alone.AdministratorRoleARNs, alone.InternalUser = nil, nil, nil

	report, err := client.Apply(t.Context(), alone)

	require.NoError(t, err)
	assert.Equal(t, Unchanged, report["reader role mapping"])
	assert.Equal(t, Unchanged, report["internal user"])
	assert.Equal(t, Unchanged, report["administrators role mapping"])
	assert.NotContains(t, slices.Collect(maps.Keys(domain.objects)),
		"/_plugins/_security/api/rolesmapping/app-logs-reader")
}

func TestApplyGoesOnAfterAFailureAndNamesIt(t *testing.T) {
	domain, client := startRegistry(t)
	domain.fail["/_plugins/_ism/"] = http.StatusForbidden
	domain.fail[writerPath] = http.StatusInternalServerError

	report, err := client.Apply(t.Context(), wanted)

	require.ErrorContains(t, err, "apply retention policy: GET "+policyPath+": status 403: IAM let the request through")
	require.ErrorContains(t, err, "its role has to be the domain's master user")
	require.ErrorContains(t, err, "apply writer role mapping: GET "+writerPath+": status 500")
	assert.NotContains(t, err.Error(), wanted.InternalUser.Password)
	assert.Len(t, report, 9, "the other parts are applied")
}

func TestApplyReportsADomainThatCannotBeReached(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)

	report, err := client.Apply(t.Context(), wanted)

	assert.Empty(t, report)
	assert.ErrorContains(t, err, "apply index template: GET "+templatePath)
}

func TestIncludes(t *testing.T) {
	tests := map[string]struct {
		have, want string
		includes   bool
	}{
		"equal":             {`{"a":1}`, `{"a":1}`, true},
		"more than wanted":  {`{"a":1,"b":2}`, `{"a":1}`, true},
		"less than wanted":  {`{"a":1}`, `{"a":1,"b":2}`, false},
		"another value":     {`{"a":1}`, `{"a":2}`, false},
		"deep":              {`{"a":{"b":[{"c":1,"d":2}]}}`, `{"a":{"b":[{"c":1}]}}`, true},
		"a longer list":     {`{"a":[1,2]}`, `{"a":[1]}`, false},
		"another order":     {`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		"a list, no object": {`{"a":[1]}`, `{"a":{"b":1}}`, false},
		"text, no list":     {`{"a":"x"}`, `{"a":["x"]}`, false},
		"nothing":           {`null`, `{"a":1}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var have, want any
			require.NoError(t, json.Unmarshal([]byte(test.have), &have))
			require.NoError(t, json.Unmarshal([]byte(test.want), &want))
			assert.Equal(t, test.includes, includes(have, want))
		})
	}
}

// What has no JSON form is neither compared nor sent.
func TestValuesWithoutAJSONForm(t *testing.T) {
	assert.Nil(t, normalize(func() {}))
	assert.Equal(t, map[string]any{"a": []any{1.0, "b"}}, normalize(map[string]any{"a": []any{1, "b"}}))
	_, err := call{method: http.MethodPut, path: "/x", body: func() {}}.GetRequest()
	assert.ErrorContains(t, err, "encode PUT /x")
}

// Indices that keep the policy that they began with are an error, although the policy itself is there.
func TestApplyReportsIndicesThatKeepTheirPolicy(t *testing.T) {
	for _, action := range []string{"change_policy", "add"} {
		domain, client := startRegistry(t)
		domain.indices = map[string]map[string]string{"app-logs-ecs-web-2026.03.01": {}}
		_, err := client.Apply(t.Context(), wanted)
		require.NoError(t, err)
		longer := wanted
		longer.RetentionDays = 90
		domain.fail["/_plugins/_ism/"+action+"/"] = http.StatusForbidden
		report, err := client.Apply(t.Context(), longer)
		require.ErrorContains(t, err, "apply retention policy: POST /_plugins/_ism/"+action+"/app-logs-*", action)
		assert.NotContains(t, report, "retention policy")
		assert.Contains(t, snapshot(t, domain), `"min_index_age":"90d"`)
	}
}

// A proxy in front of the domain may answer 200 with a page.
func TestApplyReportsAnswersThatAreNoJSON(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>")
	}))
	defer server.Close()
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)
	_, err = client.Apply(t.Context(), wanted)
	for _, step := range []string{"retention policy", "audit log", "slow logs", "writer role", "writer role mapping"} {
		require.ErrorContains(t, err, "apply "+step+": GET ")
	}
	require.ErrorContains(t, err, "unreadable answer: ")
}
