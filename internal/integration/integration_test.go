package integration_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/integration"
)

// book is a visitor book with a part that can be broken.
type book struct {
	sick, forgetful, plain bool

	mu      sync.Mutex
	entries []string
}

func (b *book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case r.TLS == nil && !b.plain:
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
	case r.URL.Path == "/health" && b.sick:
		http.Error(w, `{"status":"unavailable","reason":"the database does not answer"}`, http.StatusServiceUnavailable)
	case r.URL.Path == "/health":
	case r.Method == http.MethodPost && r.URL.Path == "/visitors" && r.PostFormValue("name") != "":
		if !b.forgetful {
			b.entries = append(b.entries, r.PostFormValue("message"))
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case r.URL.Path == "/":
		_, _ = w.Write([]byte("<p>" + html.EscapeString(strings.Join(b.entries, "</p><p>"))))
	default:
		http.NotFound(w, r)
	}
}

// serve answers TLS and plain requests at one host, as a load balancer does.
func serve(t *testing.T, b *book) (*http.Client, string) {
	t.Helper()
	secure, plain := httptest.NewTLSServer(b), httptest.NewServer(b)
	t.Cleanup(secure.Close)
	t.Cleanup(plain.Close)
	client := secure.Client()
	transport := client.Transport.(*http.Transport)
	address := secure.Listener.Addr().String()
	transport.Proxy = nil
	mixed := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Scheme == "http" {
			r = r.Clone(r.Context())
			r.URL.Host = plain.Listener.Addr().String()
			return http.DefaultTransport.RoundTrip(r)
		}
		return transport.RoundTrip(r)
	})}
	return mixed, "https://" + address
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func run(t *testing.T, b *book) error {
	t.Helper()
	client, base := serve(t, b)
	for _, check := range integration.Checks() {
		if err := check.Run(t.Context(), client, base); err != nil {
			return err
		}
	}
	return nil
}

func TestAGoodService(t *testing.T) {
	b := &book{}
	require.NoError(t, run(t, b))
	assert.Len(t, b.entries, 1)
}

func TestBrokenServices(t *testing.T) {
	for name, test := range map[string]struct {
		book *book
		want string
	}{
		"no database":        {&book{sick: true}, "503 Service Unavailable"},
		"no redirect":        {&book{plain: true}, "instead of leading to https://"},
		"an entry that goes": {&book{forgetful: true}, "the entry was taken but is not on the page"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, run(t, test.book), test.want)
		})
	}
}

func TestAddressWithoutTLS(t *testing.T) {
	err := integration.Checks()[1].Run(t.Context(), http.DefaultClient, "http://app.example.com")
	assert.ErrorContains(t, err, "allowed is https://")
}
