package verify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// Web requests the service's URL as a client would.
type Web struct {
	client *http.Client
	now    func() time.Time
}

const (
	webTimeout = 10 * time.Second
	// mostBody is the number of bytes of an answer that are read, so that the connection ends
	// cleanly.
	mostBody = 1 << 16
)

// NewWeb makes a client that trusts the given authorities (nil for the system's), and connects
// through dial (nil for the network). It keeps no connection: each look should see what a new
// client would.
func NewWeb(
	authorities *x509.CertPool, dial func(ctx context.Context, network, address string) (net.Conn, error),
) *Web {
	return &Web{
		client: &http.Client{
			Timeout: webTimeout,
			Transport: &http.Transport{
				Proxy:             http.ProxyFromEnvironment,
				DialContext:       dial,
				DisableKeepAlives: true,
				// Target groups that speak HTTP/2 take no older requests.
				ForceAttemptHTTP2: true,
				TLSClientConfig:   &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
			},
			// The answer of the address itself counts, not that of a redirect's target.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		now: time.Now,
	}
}

func (v *Verifier) checkWeb(ctx context.Context) []outcome.Finding {
	if v.Request.URL == "" && v.Request.Unaddressed {
		return nil
	}
	if v.Request.URL == "" && v.Request.Private {
		return []outcome.Finding{{
			Check: "answer", Status: outcome.Unchecked,
			Found: "not asked: the load balancer lets nobody in from outside of its networks",
			Fix:   "name the address with --url inside of them; the probe asks every minute",
		}}
	}
	if v.Request.URL == "" {
		return []outcome.Finding{{
			Check: "answer", Status: outcome.Unchecked, Found: "no URL named",
			Fix: "name it with --url, or give --outputs",
		}}
	}
	checks := v.checkAnswer(ctx)
	if v.Request.PlainURL == "" {
		return append(checks, outcome.Finding{
			Check: "redirect", Status: outcome.Unchecked, Found: "no http:// URL named",
			Fix: "name it with --http-url",
		})
	}
	return append(checks, v.checkRedirect(ctx))
}

// checkAnswer makes a request over TLS, and checks the certificate and the status.
func (v *Verifier) checkAnswer(ctx context.Context) []outcome.Finding {
	certificate := outcome.Finding{
		Check: "certificate", Status: outcome.Wrong,
		Needed: "trusted, for this name, not expired",
	}
	answer := outcome.Finding{Check: "answer", Status: outcome.Wrong, Needed: "status " + v.Request.Statuses}
	ask := v.Web.get
	if v.Request.GRPC {
		ask, answer.Needed = v.Web.call, "a code of gRPC"
	}
	response, err := ask(ctx, v.Request.URL)
	if err != nil {
		certificate.Status, certificate.Found = outcome.Unchecked, "not seen"
		answer.Status, answer.Found, answer.Note = explainFailure(err)
		if refused := certificateProblem(err); refused != "" {
			certificate.Status, certificate.Found, certificate.Patience = outcome.Wrong, refused, certificatePatience
			answer.Status, answer.Found, answer.Note = outcome.Waiting, "not asked: the certificate is refused", ""
		}
		return []outcome.Finding{certificate, answer}
	}
	certificate.Status = outcome.OK
	leaf := response.TLS.PeerCertificates[0]
	days := int(leaf.NotAfter.Sub(v.Web.now()).Hours() / 24)
	certificate.Found = fmt.Sprintf("%s, %s, valid for %s", tls.VersionName(response.TLS.Version), leaf.Subject.CommonName,
		plural.Of(days, "day"))
	if leaf.Subject.CommonName == "" && len(leaf.DNSNames) > 0 {
		certificate.Found = fmt.Sprintf("%s, %s, valid for %s", tls.VersionName(response.TLS.Version), leaf.DNSNames[0],
			plural.Of(days, "day"))
	}
	answer.Found, answer.Note = fmt.Sprintf("status %d", response.StatusCode), statusHints[response.StatusCode]
	if v.Request.GRPC {
		code := cmp.Or(response.Trailer.Get("Grpc-Status"), response.Header.Get("Grpc-Status"))
		if code != "" {
			answer.Status, answer.Found, answer.Note = outcome.OK, "code "+code, ""
		}
		return []outcome.Finding{certificate, answer}
	}
	if allowed, err := parseStatuses(v.Request.Statuses); err == nil && allowed.hold(response.StatusCode) {
		answer.Status, answer.Note = outcome.OK, ""
	}
	return []outcome.Finding{certificate, answer}
}

// statusHints explains the answers of the load balancer itself.
var statusHints = map[int]string{
	http.StatusForbidden:          "the web application firewall refuses it, or the application does",
	http.StatusNotFound:           "no service has a rule for this address, or the application has no such page",
	http.StatusBadGateway:         "the task closed the connection",
	http.StatusServiceUnavailable: "the load balancer has no target to ask",
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
	464:                       "the service speaks another version of HTTP: see its protocolVersion",
	http.StatusGatewayTimeout: "the task did not answer in time",
}

func (v *Verifier) checkRedirect(ctx context.Context) outcome.Finding {
	check := outcome.Finding{Check: "redirect", Status: outcome.Wrong, Needed: "http to https"}
	response, err := v.Web.get(ctx, v.Request.PlainURL)
	if err != nil {
		check.Status, check.Found, check.Note = explainFailure(err)
		return check
	}
	location := response.Header.Get("Location")
	check.Found = fmt.Sprintf("status %d to %s", response.StatusCode, location)
	if location == "" {
		check.Found = fmt.Sprintf("status %d", response.StatusCode)
	}
	target, err := url.Parse(location)
	wanted, _ := url.Parse(v.Request.URL) // Prepare has refused what does not parse
	moved := response.StatusCode == http.StatusMovedPermanently || response.StatusCode == http.StatusFound ||
		response.StatusCode == http.StatusTemporaryRedirect || response.StatusCode == http.StatusPermanentRedirect
	if err == nil && moved && target.Scheme == "https" && target.Hostname() == wanted.Hostname() {
		check.Status = outcome.OK
	}
	return check
}

func (w *Web) get(ctx context.Context, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return w.do(request)
}

// call calls a method of gRPC with an empty message: no compression and no bytes.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
func (w *Web) call(ctx context.Context, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(make([]byte, len("01234"))))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("Te", "trailers")
	return w.do(request)
}

func (w *Web) do(request *http.Request) (*http.Response, error) {
	request.Header.Set("User-Agent", "aws-webapp-verify")
	response, err := w.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, mostBody))
	return response, err
}

// explainFailure distinguishes a name that DNS does not have yet from an address that does not
// answer.
func explainFailure(err error) (state outcome.Status, found, note string) {
	var name *net.DNSError
	if errors.As(err, &name) {
		if name.IsNotFound {
			return outcome.Waiting, "DNS has no " + name.Name, "a new record takes minutes to spread"
		}
		return outcome.Waiting, "DNS does not answer for " + name.Name, ""
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return outcome.Wrong, "no answer: " + err.Error(), ""
}

// certificateProblem says what is wrong with a certificate; "" if nothing is.
func certificateProblem(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		refused   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &host):
		return "a certificate for another name: " + host.Error()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("a certificate that is valid from %s to %s", invalid.Cert.NotBefore.UTC().Format(time.DateTime),
			invalid.Cert.NotAfter.UTC().Format(time.DateTime))
	case errors.As(err, &authority):
		return "a certificate of an authority that is not trusted"
	case errors.As(err, &refused):
		return refused.Error()
	default:
		return ""
	}
}
