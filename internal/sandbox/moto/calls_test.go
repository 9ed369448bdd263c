package moto

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// request to a server, as an SDK signs and writes it.
type request struct {
	service string // that it is signed for
	method  string
	path    string
	header  map[string]string
	body    string
}

func target(service, operation, body string) request {
	return request{service: service, method: http.MethodPost, path: "/", body: body, header: map[string]string{
		"X-Amz-Target": operation, "Content-Type": "application/x-amz-json-1.1",
	}}
}

func form(service, body string) request {
	return request{service: service, method: http.MethodPost, path: "/", body: body, header: map[string]string{
		"Content-Type": "application/x-www-form-urlencoded",
	}}
}

func path(service, method, path, body string) request {
	return request{service: service, method: method, path: path, body: body, header: map[string]string{
		"Content-Type": "application/json",
	}}
}

const (
	createRole   = "Action=CreateRole&Version=2010-05-08&AssumeRolePolicyDocument=%7B%7D&RoleName="
	createGroup  = "Action=CreateTargetGroup&Version=2015-12-01&Name=web&Port="
	createVPC    = "Action=CreateVpc&Version=2016-11-15&TagSpecification.1.ResourceType="
	putRetention = "Logs_20140328.PutRetentionPolicy"
)

// TestCallsAreHeldAgainstModels sends requests that AWS refuses, in each of AWS's protocols.
func TestCallsAreHeldAgainstModels(t *testing.T) {
	server := startReal(t)
	for _, test := range []struct {
		name    string
		request request
		call    string
		faults  []string
	}{
		{
			"right", target("logs", putRetention, `{"logGroupName": "/ecs/a", "retentionInDays": 30}`),
			"logs PutRetentionPolicy",
			[]string{},
		},
		{
			"required member", target("logs", putRetention, `{"logGroupName": "/ecs/a"}`),
			"logs PutRetentionPolicy",
			[]string{"retentionInDays: it is missing, and required"},
		},
		{
			"pattern", target("logs", putRetention, `{"logGroupName": "/ecs/a b", "retentionInDays": 30}`),
			"logs PutRetentionPolicy",
			[]string{`logGroupName: '/ecs/a b', allowed is what matches [\.\-_/#A-Za-z0-9]+`},
		},
		{
			"pattern is of the whole text", form("iam", createRole+"a%21"),
			"iam CreateRole",
			[]string{`RoleName: 'a!', allowed is what matches [\w+=,.@-]+`},
		},
		{
			"length", form("iam", createRole+strings.Repeat("a", 65)),
			"iam CreateRole",
			[]string{"aaa' of 65 characters, allowed is at most 64 characters"},
		},
		{
			"letters of any language", form("iam", createRole+"a&Tags.member.1.Key=Gr%C3%B6%C3%9Fe&Tags.member.1.Value=a"),
			"iam CreateRole",
			[]string{},
		},
		{
			"characters of no tag", form("iam", createRole+"a&Tags.member.1.Key=a%3F&Tags.member.1.Value=a"),
			"iam CreateRole",
			[]string{`Tags[0].Key: 'a?', allowed is what matches [\p{L}\p{Z}\p{N}_.:/=+\-@]+`},
		},
		{
			"range", form("elasticloadbalancing", createGroup+"70000"),
			"elbv2 CreateTargetGroup",
			[]string{"Port: 70000, allowed is at most 65535"},
		},
		{
			"not a number", form("elasticloadbalancing", createGroup+"http"),
			"elbv2 CreateTargetGroup",
			[]string{"it cannot be read: invalid literal for int() with base 10: 'http'"},
		},
		{
			"enum", form("ec2", createVPC+"vpx"),
			"ec2 CreateVpc",
			[]string{"TagSpecifications[0].ResourceType: 'vpx', allowed is one of"},
		},
		{
			"elements", target("ecs", "AmazonEC2ContainerServiceV20141113.CreateCluster",
				`{"tags": [`+strings.TrimSuffix(strings.Repeat(`{"key": "a", "value": "b"},`, 51), ",")+`]}`),
			"ecs CreateCluster",
			[]string{"tags: 51 elements, allowed is at most 50 elements"},
		},
		{
			"label of a path", path("backup", http.MethodPut, "/backup-vaults/x", "{}"),
			"backup CreateBackupVault",
			[]string{`BackupVaultName: 'x', allowed is what matches ^[a-zA-Z0-9\-\_]{2,50}$`},
		},
		{
			"body of a path", path("es", http.MethodPost, "/2021-01-01/opensearch/domain",
				`{"DomainName": "logs", "EngineVersion": "OpenSearch"}`),
			"opensearch CreateDomain",
			[]string{
				"EngineVersion: 'OpenSearch' of 10 characters, allowed is at least 14 characters",
				"EngineVersion: 'OpenSearch', allowed is what matches",
			},
		},
		{
			"XML", path("s3", http.MethodPut, "/store?versioning",
				`<VersioningConfiguration><Status>On</Status></VersioningConfiguration>`),
			"s3 PutBucketVersioning",
			[]string{"VersioningConfiguration.Status: 'On', allowed is Enabled or Suspended"},
		},
		{
			"secret", path("lambda", http.MethodPut, "/2015-03-31/functions/f/configuration",
				`{"Environment": {"Variables": {"1": "hunter2"}}}`),
			"lambda UpdateFunctionConfiguration",
			[]string{"Environment.Variables, key '1': a secret, allowed is what matches [a-zA-Z]([a-zA-Z0-9_])+"},
		},
		{
			"operation that is none", target("ecs", "AmazonEC2ContainerServiceV20141113.CreateShip", "{}"),
			" AmazonEC2ContainerServiceV20141113.CreateShip",
			[]string{"AWS's models of 'ecs' have no such operation"},
		},
		{
			"operation by the end of its model's name", target("cloudtrail", "CloudTrail_20131101.StartLogging", "{}"),
			"cloudtrail StartLogging",
			[]string{"Name: it is missing, and required"},
		},
		{
			"path that a deprecated operation has, too", path("s3", http.MethodPut, "/store?lifecycle",
				`<LifecycleConfiguration><Rule><Status>Off</Status></Rule></LifecycleConfiguration>`),
			"s3 PutBucketLifecycleConfiguration",
			[]string{"LifecycleConfiguration.Rules[0].Status: 'Off', allowed is Enabled or Disabled"},
		},
		{
			"path that another operation has with a header", path("s3", http.MethodPut, "/store/a/b", "text"),
			"s3 PutObject",
			[]string{},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			send(t, server, test.request)
			calls, err := server.Calls(t.Context())
			require.NoError(t, err)
			last := calls[len(calls)-1]
			assert.Equal(t, test.call, last.Service+" "+last.Operation)
			require.Len(t, last.Faults, len(test.faults), "%q", last.Faults)
			for i, fault := range test.faults {
				assert.Contains(t, last.Faults[i], fault)
			}
		})
	}
	t.Run("once and without secrets", func(t *testing.T) {
		before, err := server.Calls(t.Context())
		require.NoError(t, err)
		secret := target("secretsmanager", "secretsmanager.CreateSecret",
			`{"Name": "a", "SecretString": "hunter2", "ClientRequestToken": "11111111-1111-1111-1111-111111111111"}`)
		send(t, server, secret)
		send(t, server, secret)
		looks := target("secretsmanager", "secretsmanager.ListSecrets", "{}")
		looks.header["User-Agent"] = "aws-sdk-go-v2/1.39.0 app/" + Observer
		send(t, server, looks)
		calls, err := server.Calls(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []Call{{
			Service: "secretsmanager", Operation: "CreateSecret", Faults: []string{},
			Parameters: map[string]any{"Name": "a", "SecretString": "(secret)"},
		}}, calls[len(before):])
	})
}

func TestCallsOfAServerThatIsGone(t *testing.T) {
	installFakePython(t, "serves")
	_, err := startServer(t).Calls(t.Context())
	assert.ErrorContains(t, err, "moto: read its calls: GET /moto-api/sandbox/calls: 404")
}

// startReal starts a real moto server if the machine or an earlier run has it: `make e2e`
// installs it.
func startReal(t *testing.T) *Server {
	t.Helper()
	venv, err := filepath.Abs(filepath.Join("..", "..", "..", ".sandbox", "venv"))
	require.NoError(t, err)
	found := isCurrent(venv)
	for _, python := range installed() {
		found = found || hasMoto(t.Context(), python)
	}
	if !found {
		t.Skipf("moto %s is not here: make e2e installs it, and runs this test", Version)
	}
	server, err := Start(t.Context(), t.TempDir(), WithEnvironment(venv))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return server
}

// send sends a request and ignores moto's answer.
func send(t *testing.T, server *Server, r request) {
	t.Helper()
	sent, err := http.NewRequestWithContext(t.Context(), r.method, server.Endpoint()+r.path, strings.NewReader(r.body))
	require.NoError(t, err)
	sent.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/"+r.service+
		"/aws4_request, SignedHeaders=host, Signature=0")
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(sent)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}
