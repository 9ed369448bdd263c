package domain

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/opensearch-project/opensearch-go/v4"
	"github.com/opensearch-project/opensearch-go/v4/opensearchapi"
	"github.com/opensearch-project/opensearch-go/v4/signer"

	"aws-webapp/lambda/logshipper/internal/bulk"
)

// Client is a connection to one domain.
type Client struct {
	client *opensearch.Client
}

// NewClient connects to the endpoint, https://HOST, with requests signed by the signer. It does
// not retry: package bulk does, because it knows which requests are worth sending again.
func NewClient(endpoint string, signer signer.Signer) (*Client, error) {
	address, err := url.Parse(endpoint)
	if err != nil || address.Host == "" || (address.Scheme != "https" && address.Scheme != "http") {
		return nil, fmt.Errorf("OpenSearch endpoint: found %q, expected https://HOST", endpoint)
	}
	client, err := opensearch.NewClient(opensearch.Config{
		Addresses:    []string{address.String()},
		Signer:       signer,
		DisableRetry: true,
		Transport:    &transport{next: newHTTPTransport()},
	})
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address.Host, err)
	}
	return &Client{client: client}, nil
}

func newHTTPTransport() *http.Transport {
	return &http.Transport{
		Proxy:           http.ProxyFromEnvironment,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		// One invocation sends one request at a time. Lambda freezes the process in between, and
		// the domain closes what was idle meanwhile: a short idle time avoids dead connections.
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     30 * time.Second,
		TLSHandshakeTimeout: 5 * time.Second,
	}
}

// transport fixes two things that opensearch-go does not let us configure.
type transport struct {
	next http.RoundTripper
}

// maxResponse bounds what is read of an answer: 32 MiB, many times the answer to the largest
// request.
const maxResponse = 32 << 20

// RoundTrip hides io.EOF, after which opensearch-go sends the request again although retries are
// off, and with a body that is already consumed; and it bounds the response, which opensearch-go
// reads into memory whole.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the domain closed the connection without an answer")
		}
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, maxResponse), response.Body}
	return response, nil
}

// answerFields keeps the answer to a bulk request small: what package bulk reads, no more.
var answerFields = []string{
	"items.create.status", "items.create.error.type", "items.create.error.reason",
	// Without these a refusal of the whole request would come as an empty object.
	"error", "status", "message", "Message",
}

// Bulk implements [bulk.Poster].
func (c *Client) Bulk(ctx context.Context, body []byte) (bulk.Response, error) {
	status, answer, err := c.do(ctx, opensearchapi.BulkReq{
		Body:   bytes.NewReader(body),
		Params: opensearchapi.BulkParams{FilterPath: answerFields},
	})
	if err != nil {
		return bulk.Response{}, err
	}
	return bulk.Response{Status: status, Body: answer}, nil
}

// do performs a request and reads the answer whatever its status is.
func (c *Client) do(ctx context.Context, request opensearch.Request) (status int, body []byte, err error) {
	response, err := c.client.Do(ctx, request, nil)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, fmt.Errorf("read the answer to a request with status %d: %w", response.StatusCode, err)
	}
	return response.StatusCode, body, nil
}
