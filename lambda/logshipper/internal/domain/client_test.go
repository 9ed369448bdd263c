package domain

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/opensearch-project/opensearch-go/v4/signer"
	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sigV4(t *testing.T) signer.Signer {
	t.Helper()
	signer, err := awsv2.NewSigner(aws.Config{
		Region:      "eu-central-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", "session"),
	})
	require.NoError(t, err)
	return signer
}

func TestNewClientRefusesEndpoints(t *testing.T) {
	for _, endpoint := range []string{"", "vpc-x.es.amazonaws.com", "ftp://host", "https://", "https://a b", "://"} {
		t.Run(endpoint, func(t *testing.T) {
			_, err := NewClient(endpoint, sigV4(t))
			require.ErrorContains(t, err, "expected https://HOST")
		})
	}
}

func TestBulkSignsAndAsksForLittle(t *testing.T) {
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"items":[]}`)
	}))
	defer server.Close()
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)

	response, err := client.Bulk(t.Context(), []byte("{}\n{}\n"))

	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, response.Status)
	assert.JSONEq(t, `{"items":[]}`, string(response.Body))
	assert.Equal(t, "POST /_bulk", got.Method+" "+got.URL.Path)
	assert.Equal(t, "{}\n{}\n", string(body))
	assert.Equal(t, []string{"application/json"}, got.Header["Content-Type"])
	assert.Contains(t, got.URL.Query().Get("filter_path"), "items.create.status,")
	assert.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-central-1/es/aws4_request, SignedHeaders=`+
		`content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$`,
		got.Header.Get("Authorization"))
	assert.Equal(t, "session", got.Header.Get("X-Amz-Security-Token"))
	assert.Equal(t, "3b00ba5361676a0a8152642a6edaf54a222bd409b5774b5b461ac8d1cee09cb4",
		got.Header.Get("X-Amz-Content-Sha256"))
}

// opensearch-go repeats a request after an EOF, with a body that is used up, whatever its
// configuration says.
func TestBulkDoesNotRepeatByItself(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = connection.Close() // in order: the client reads EOF
		}
	}))
	defer server.Close()
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)

	_, err = client.Bulk(t.Context(), []byte("{}\n"))

	require.ErrorContains(t, err, "closed the connection without an answer")
	assert.Equal(t, int32(1), requests.Load())
}

func TestBulkReportsAnAnswerThatBreaksOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"items":`)
	}))
	defer server.Close()
	client, err := NewClient(server.URL, sigV4(t))
	require.NoError(t, err)

	_, err = client.Bulk(t.Context(), []byte("{}\n"))

	require.ErrorContains(t, err, "read the answer to a request with status 200")
}

func TestTransportBoundsTheAnswer(t *testing.T) {
	endless := &transport{next: answering(func() (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(zeros{})}, nil
	})}

	response, err := endless.RoundTrip(httptest.NewRequest(http.MethodGet, "/", nil))
	require.NoError(t, err)
	size, err := io.Copy(io.Discard, response.Body)

	require.NoError(t, err)
	assert.EqualValues(t, maxResponse, size)
	require.NoError(t, response.Body.Close())
}

func TestTransportPassesOtherErrorsOn(t *testing.T) {
	cause := errors.New("no route to host")
	broken := &transport{next: answering(func() (*http.Response, error) { return nil, cause })}
	_, err := broken.RoundTrip(httptest.NewRequest(http.MethodGet, "/", nil))
	assert.ErrorIs(t, err, cause)
}

type answering func() (*http.Response, error)

func (a answering) RoundTrip(*http.Request) (*http.Response, error) { return a() }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestExplainTellsRefusalsApart(t *testing.T) {
	tests := map[string]struct {
		status int
		reason string
		want   string
	}{
		"fine-grained access control": {
			403, `no permissions for [indices:data/write/bulk] and User [name=arn:aws:iam::1:role/shipper, backend_roles=[], ` +
				`requestedTenant=null]`,
			"map the function's role ARN",
		},
		"fine-grained access control, item": {403, "security_exception: denied", "map the function's role ARN"},
		"a 403 without words":               {403, "", "map the function's role ARN"},
		"IAM or access policy": {
			403, `{"Message":"User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: es:ESHttpPost because no ` +
				`identity-based policy allows the es:ESHttpPost action"}`,
			"IAM or the domain's access policy",
		},
		"expired credentials": {403, `{"message":"The security token included in the request is expired"}`, "have expired"},
		"wrong signature": {
			403, `{"message":"The request signature we calculated does not match the signature you provided."}`, "check region",
		},
		"old signature": {403, `{"message":"Signature expired: 20260301T000000Z is now earlier than"}`, "clock"},
		"no space for indices": {
			403, "cluster_block_exception: blocked by: [FORBIDDEN/10/cluster create-index blocked (api)]", "disk is nearly full",
		},
		"no space for documents": {
			403, "cluster_block_exception: index [x] blocked by: [FORBIDDEN/8/index write (api)]", "disk is nearly full",
		},
		"flood stage, in the block's words": {
			403, "cluster_block_exception: index [x] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)]",
			"disk is nearly full",
		},
		"flood stage": {
			403, "cluster_block_exception: index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage " +
				"watermark, index has read-only-allow-delete block]",
			"disk is nearly full",
		},
		"a closed index": {
			403, "cluster_block_exception: index [x] blocked by: [FORBIDDEN/5/index read-only (api)]",
			"closed for writing",
		},
		"flood stage in later versions": {
			429, "cluster_block_exception: index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage " +
				"watermark, index has read-only-allow-delete block]",
			"status 429: the domain takes no writes because its disk is nearly full",
		},
		"no credentials": {401, "Unauthorized", "does not accept the credentials"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Explain(test.status, test.reason)
			assert.Contains(t, got, test.want)
			assert.Contains(t, got, "(the domain says: "+test.reason+")")
		})
	}
}

func TestExplainQuotesWhatNeedsNoExplanation(t *testing.T) {
	assert.Equal(t, "status 503: away", Explain(503, "away"))
}

func TestHTTPTransportIsMadeForLambda(t *testing.T) {
	made := newHTTPTransport()
	assert.EqualValues(t, 0x0303, made.TLSClientConfig.MinVersion, "TLS 1.2")
	assert.Positive(t, made.IdleConnTimeout)
	assert.LessOrEqual(t, made.IdleConnTimeout, time.Minute)
	assert.Positive(t, made.TLSHandshakeTimeout)
	assert.Equal(t, 2, made.MaxIdleConnsPerHost)
	assert.NotNil(t, made.Proxy, "that of the environment")
}
