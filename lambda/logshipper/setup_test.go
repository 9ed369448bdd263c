package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/domain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

// vault fakes Secrets Manager with a single secret; master fakes a domain that records who
// asks.
type vault struct{ secret string }

func (v vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || v.secret == "" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w,
			`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": v.secret})
}

type master struct {
	mu       sync.Mutex
	callers  map[string]bool
	requests map[string]string
}

func (m *master) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kind, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if user, password, ok := r.BasicAuth(); ok {
		kind = "Basic " + user + ":" + password
	}
	m.callers[kind] = true
	if r.Method == http.MethodGet {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	body, _ := io.ReadAll(r.Body)
	m.requests[r.URL.Path] = string(body)
}

func setupStage(t *testing.T, secret string, environment map[string]string) (*handler, *master) {
	t.Helper()
	m := &master{callers: map[string]bool{}, requests: map[string]string{}}
	web := httptest.NewServer(m)
	t.Cleanup(web.Close)
	secrets := httptest.NewServer(vault{secret})
	t.Cleanup(secrets.Close)

	values := map[string]string{"OPENSEARCH_ENDPOINT": web.URL, "DEAD_LETTER_QUEUE_URL": "https://sqs/q"}
	for name, value := range environment {
		values[name] = value
	}
	settings, err := loadConfig(environmentOf(values))
	require.NoError(t, err)
	cloud := testqueue.Start(t, nil).Config(1)
	cloud.BaseEndpoint = aws.String(secrets.URL)
	sigV4, err := awsv2.NewSigner(cloud)
	require.NoError(t, err)
	h, err := wire(settings, cloud, sigV4, bulk.Options{}, io.Discard)
	require.NoError(t, err)
	return h, m
}

const (
	writerRole = "arn:aws:iam::123456789012:role/shipper"
	readerRole = "arn:aws:iam::123456789012:role/support"
)

func TestSetupSignsWithTheFunctionsRole(t *testing.T) {
	h, m := setupStage(t, "", map[string]string{
		"WRITER_ROLE_ARN": writerRole, "READER_ROLE_ARNS": readerRole, "RETENTION_DAYS": "7", "INDEX_PREFIX": "shop-logs",
		"INDEX_PERIOD": "week", "INDEX_SHARDS": "3", "INDEX_REPLICAS": "0",
	})

	report, err := h.handle(t.Context(), json.RawMessage(`{"action":"setup"}`))

	require.NoError(t, err)
	assert.IsType(t, domain.Report{}, report)
	assert.Equal(t, map[string]bool{"AWS4-HMAC-SHA256": true}, m.callers)
	assert.Contains(t, m.requests["/_plugins/_security/api/rolesmapping/shop-logs-writer"], writerRole)
	assert.Contains(t, m.requests["/_plugins/_security/api/rolesmapping/shop-logs-reader"], readerRole)
	assert.Contains(t, m.requests["/_plugins/_ism/policies/shop-logs-retention"], `"min_index_age":"13d"`,
		"a week's last event is as old as that when its first is six days older")
	assert.Contains(t, m.requests["/_index_template/shop-logs"], `"index.number_of_replicas":0`)
	assert.Contains(t, m.requests["/_index_template/shop-logs"], `"index.number_of_shards":3`)
}

func TestSetupUsesSecrets(t *testing.T) {
	h, m := setupStage(t, `{"username":"viewer","password":"not-a-real-one"}`, map[string]string{
		"WRITER_ROLE_ARN":          writerRole,
		"INTERNAL_USER_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:1:secret:user",
		"MASTER_USER_SECRET_ARN":   "arn:aws:secretsmanager:eu-central-1:1:secret:master",
	})

	_, err := h.handle(t.Context(), json.RawMessage(`{"action":"setup"}`))

	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"Basic viewer:not-a-real-one": true}, m.callers)
	assert.Contains(t, m.requests["/_plugins/_security/api/internalusers/viewer"], `"password":"not-a-real-one"`)
	assert.Contains(t, m.requests["/_plugins/_security/api/rolesmapping/app-logs-reader"], `"users":["viewer"]`)
}

func TestSetupRefuses(t *testing.T) {
	user := map[string]string{"WRITER_ROLE_ARN": writerRole, "INTERNAL_USER_SECRET_ARN": "arn:secret"}
	tests := map[string]struct {
		secret      string
		environment map[string]string
		err         string
	}{
		"to start without a writer": {
			"", nil, `WRITER_ROLE_ARN: found "", expected the ARN`,
		},
		"a writer that is no ARN": {
			"", map[string]string{"WRITER_ROLE_ARN": "shipper"}, `WRITER_ROLE_ARN: found "shipper", expected the ARN`,
		},
		"a secret that is not there": {
			"", user, "read secret arn:secret",
		},
		"a secret that is no JSON": {
			"hunter2", user, `secret arn:secret: expected JSON with "username"`,
		},
		"a secret without a password": {
			`{"username":"hunter2"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a secret without a name": {
			`{"password":"hunter2"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a name that would end up elsewhere": {
			`{"username":"../roles/hunter2","password":"x"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a name that begins a query": {
			`{"username":"hunter2?x","password":"x"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a name that begins a fragment": {
			`{"username":"hunter2#x","password":"x"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a name that is escaped": {
			`{"username":"hunter2%2f","password":"x"}`, user, `secret arn:secret: expected JSON with "username"`,
		},
		"a master without a secret": {
			"",
			map[string]string{"WRITER_ROLE_ARN": writerRole, "MASTER_USER_SECRET_ARN": "arn:master"},
			"read secret arn:master",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h, m := setupStage(t, test.secret, test.environment)

			_, err := h.handle(t.Context(), json.RawMessage(`{"action":"setup"}`))

			require.ErrorContains(t, err, test.err)
			assert.NotContains(t, err.Error(), "hunter2", "no part of a secret in a message")
			assert.Empty(t, m.requests)
		})
	}
}

func TestStart(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")

	h, err := start(t.Context(), environmentOf(sufficient), io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "https://vpc-app-logs-x.eu-central-1.es.amazonaws.com", h.config.endpoint)

	t.Setenv("AWS_PROFILE", "none")
	_, err = start(t.Context(), environmentOf(sufficient), io.Discard)
	require.ErrorContains(t, err, "load AWS configuration")
	t.Setenv("AWS_PROFILE", "")

	_, err = start(t.Context(), environmentOf(nil), io.Discard)
	require.ErrorContains(t, err, "OPENSEARCH_ENDPOINT")

	_, err = start(t.Context(),
		environmentOf(map[string]string{"OPENSEARCH_ENDPOINT": "ftp://x", "DEAD_LETTER_QUEUE_URL": "x"}), io.Discard)
	require.ErrorContains(t, err, "expected https://HOST")
}
