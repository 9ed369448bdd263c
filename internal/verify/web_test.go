package verify

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/outcome"
)

const host = "visitors.example.com"

// authority signs certificates for tests.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{
			CommonName: "Test authority",
		}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1000 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	return authority{certificate, key}
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func (a authority) sign(t *testing.T, name string, expires time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{name},
		NotBefore: time.Now().Add(-240 * time.Hour), NotAfter: expires,
	}, a.certificate, &key.PublicKey, a.key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

// site has the servers behind the name: an HTTPS and an HTTP server on the loopback interface.
type site struct {
	secure, plain *httptest.Server
	dial          func(ctx context.Context, network, address string) (net.Conn, error)
}

func newSite(
	t *testing.T, certificate tls.Certificate, answer, redirect http.HandlerFunc, changes ...func(*tls.Config),
) *site {
	t.Helper()
	s := &site{secure: httptest.NewUnstartedServer(answer), plain: httptest.NewServer(redirect)}
	s.secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	for _, change := range changes {
		change(s.secure.TLS)
	}
	s.secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.secure.StartTLS()
	t.Cleanup(s.secure.Close)
	t.Cleanup(s.plain.Close)
	s.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		servers := map[string]string{
			host + ":443": s.secure.Listener.Addr().String(),
			host + ":80":  s.plain.Listener.Addr().String(),
		}
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, servers[address])
	}
	return s
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(code int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(code)
	}
}

// asks verifies a healthy service against a site.
func (w *world) asks(t *testing.T, web *Web, change func(*Request)) *Report {
	t.Helper()
	r := request()
	r.URL = "https://" + host + "/health"
	if change != nil {
		change(&r)
	}
	require.NoError(t, r.Prepare())
	report, err := (&Verifier{
		Request: r, Clients: NewClients(w.Config("eu-central-1")), Web: web, Clock: w, Progress: &bytes.Buffer{},
	}).Run(t.Context())
	require.NoError(t, err)
	return report
}

func TestTheAddressAnswersOverTLS(t *testing.T) {
	ca := newAuthority(t)
	s := newSite(t, ca.sign(t, host, time.Now().Add(100*24*time.Hour+time.Minute)),
		func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/health", r.URL.Path)
			assert.Equal(t, host, r.Host)
			w.WriteHeader(http.StatusOK)
		}, redirect(http.StatusMovedPermanently, "https://"+host+":443/health"))
	report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), nil)
	assert.Equal(t, Verified, report.Verdict, report.Reason)
	assert.Equal(t, outcome.Finding{
		Check: "certificate", Status: outcome.OK, Found: "TLS 1.3, visitors.example.com, valid for 100 days",
		Needed: "trusted, for this name, not expired",
	}, report.check(t, "certificate"))
	assert.Equal(t, outcome.Finding{Check: "answer", Status: outcome.OK, Found: "status 200", Needed: "status 200-399"},
		report.check(t, "answer"))
	assert.Equal(t, outcome.Finding{
		Check: "redirect", Status: outcome.OK, Found: "status 301 to https://visitors.example.com:443/health",
		Needed: "http to https",
	}, report.check(t, "redirect"))
}

// A service of gRPC answers a call, not a request: whatever its code is, it is there.
func TestAGRPCServiceIsCalled(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   outcome.Finding
	}{
		"code in the trailer": {func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.Equal(t, []any{2, http.MethodPost, "application/grpc", make([]byte, 5)},
				[]any{r.ProtoMajor, r.Method, r.Header.Get("Content-Type"), body})
			w.Header().Set("Trailer", "Grpc-Status")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("Grpc-Status", "0")
		}, outcome.Finding{Check: "answer", Status: outcome.OK, Found: "code 0", Needed: "a code of gRPC"}},
		"code alone": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Grpc-Status", "12")
			w.WriteHeader(http.StatusOK)
		}, outcome.Finding{Check: "answer", Status: outcome.OK, Found: "code 12", Needed: "a code of gRPC"}},
		"no code": {status(http.StatusOK), outcome.Finding{
			Check: "answer", Status: outcome.Wrong, Found: "status 200", Needed: "a code of gRPC",
		}},
		"another version": {status(464), outcome.Finding{
			Check: "answer", Status: outcome.Wrong, Found: "status 464", Needed: "a code of gRPC",
			Note: "the service speaks another version of HTTP: see its protocolVersion",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			ca := newAuthority(t)
			s := newSite(t, ca.sign(t, host, time.Now().Add(100*24*time.Hour)), test.answer,
				redirect(http.StatusMovedPermanently, "https://"+host+"/health"),
				func(c *tls.Config) { c.NextProtos = []string{"h2"} })
			report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), func(r *Request) { r.GRPC = true })
			assert.Equal(t, test.want, report.check(t, "answer"))
			assert.Equal(t, outcome.OK, report.check(t, "certificate").Status)
		})
	}
}

func TestCertificatesThatClientsRefuse(t *testing.T) {
	ca := newAuthority(t)
	later := time.Now().Add(time.Hour)
	for name, test := range map[string]struct {
		certificate tls.Certificate
		found       string
	}{
		"expired": {ca.sign(t, host, time.Now().Add(-time.Hour)), "a certificate that is valid from "},
		"of another": {
			ca.sign(t, "www.example.org", later),
			"a certificate for another name: x509: certificate is valid for www.example.org, not visitors.example.com",
		},
		"of a stranger": {newAuthority(t).sign(t, host, later), "a certificate of an authority that is not trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test.certificate, status(http.StatusOK), redirect(http.StatusMovedPermanently, "https://"+host+"/"))
			report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), nil)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Contains(t, report.Reason, "certificate: found "+test.found)
			assert.Equal(t, 180, report.Seconds, "the patience with a name that moves")
			assert.Equal(t, outcome.Finding{
				Check: "answer", Status: outcome.Waiting,
				Found: "not asked: the certificate is refused", Needed: "status 200-399",
			}, report.check(t, "answer"))
		})
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	ca := newAuthority(t)
	good := redirect(http.StatusPermanentRedirect, "https://"+host+"/health")
	for name, test := range map[string]struct {
		answer, redirect http.HandlerFunc
		change           func(*Request)
		reason           string
	}{
		"no rule": {
			status(http.StatusNotFound), good, nil,
			"answer: found status 404, wanted status 200-399 (no service has a rule for this address, or the application has " +
				"no such page)",
		},
		"no target": {
			status(http.StatusServiceUnavailable), good, nil,
			"answer: found status 503, wanted status 200-399 (the load balancer has no target to ask)",
		},
		"not 200": {
			status(http.StatusNoContent), good, func(r *Request) { r.Statuses = "200" },
			"answer: found status 204, wanted status 200",
		},
		"plain HTTP": {status(http.StatusOK), status(http.StatusOK), nil, "redirect: found status 200, wanted http to https"},
		"to http": {
			status(http.StatusOK), redirect(http.StatusFound, "http://"+host+"/"), nil,
			"redirect: found status 302 to http://visitors.example.com/, wanted http to https",
		},
		"elsewhere": {
			status(http.StatusOK), redirect(http.StatusFound, "https://example.org/"), nil,
			"redirect: found status 302 to https://example.org/, wanted http to https",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, ca.sign(t, host, time.Now().Add(time.Hour)), test.answer, test.redirect)
			change := func(r *Request) {
				r.Timeout = 30 * time.Second
				if test.change != nil {
					test.change(r)
				}
			}
			report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), change)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Equal(t, test.reason, report.Reason)
		})
	}
}

// A redirect of the application counts as an answer and is not followed.
func TestRedirectsOfTheApplicationAreNotFollowed(t *testing.T) {
	ca := newAuthority(t)
	s := newSite(t, ca.sign(t, host, time.Now().Add(time.Hour)), redirect(http.StatusFound, "https://login.example.org/"),
		redirect(http.StatusMovedPermanently, "https://"+host+"/"))
	report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), nil)
	assert.Equal(t, "status 302", report.check(t, "answer").Found)
	assert.Equal(t, Verified, report.Verdict)
}

func TestDNSIsWaitedFor(t *testing.T) {
	ca := newAuthority(t)
	s := newSite(t, ca.sign(t, host, time.Now().Add(time.Hour)), status(http.StatusOK),
		redirect(http.StatusMovedPermanently, "https://"+host+"/"))
	unknown := &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	w := newWorld()
	known := false
	web := NewWeb(ca.pool(), func(ctx context.Context, network, address string) (net.Conn, error) {
		if !known {
			return nil, unknown
		}
		return s.dial(ctx, network, address)
	})
	w.then(3*time.Minute, func(*world) { known = true })
	report := w.asks(t, web, nil)
	assert.Equal(t, Verified, report.Verdict, report.Reason)
	assert.Equal(t, 180, report.Seconds)

	w, known = newWorld(), false
	report = w.asks(t, web, nil)
	assert.Equal(t, TimedOut, report.Verdict)
	assert.Contains(t, report.Reason, "answer: DNS has no visitors.example.com (a new record takes minutes to spread)")
}

func TestAnAddressWhereNobodyListens(t *testing.T) {
	refuse := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	}
	report := newWorld().asks(t, NewWeb(nil, refuse), nil)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Contains(t, report.Reason, "answer: found no answer: dial: use of closed network connection")
}

func TestOldTLSIsRefused(t *testing.T) {
	ca := newAuthority(t)
	s := newSite(t, ca.sign(t, host, time.Now().Add(time.Hour)), status(http.StatusOK), status(http.StatusOK),
		func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		})
	report := newWorld().asks(t, NewWeb(ca.pool(), s.dial), nil)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Contains(t, report.Reason, "protocol version")
}
