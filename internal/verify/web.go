package verify

import (
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
func NewWeb(authorities *x509.CertPool, dial func(ctx context.Context, network, address string) (net.Conn, error)) *Web {
	return &Web{
		client: &http.Client{
			Timeout: webTimeout,
			Transport: &http.Transport{
				Proxy:             http.ProxyFromEnvironment,
				DialContext:       dial,
				DisableKeepAlives: true,
				TLSClientConfig:   &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
			},
			// The answer of the address itself counts, not that of a redirect's target.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		now: time.Now,
	}
}

func (v *Verifier) checkWeb(ctx context.Context) []Check {
	if v.Request.URL == "" {
		return []Check{{Name: "answer", State: Skipped, Found: "no URL named", Note: "name it with --url, or give --outputs"}}
	}
	checks := v.checkAnswer(ctx)
	if v.Request.PlainURL == "" {
		return append(checks, Check{Name: "redirect", State: Skipped, Found: "no http:// URL named", Note: "name it with --http-url"})
	}
	return append(checks, v.checkRedirect(ctx))
}

// checkAnswer makes a request over TLS, and checks the certificate and the status.
func (v *Verifier) checkAnswer(ctx context.Context) []Check {
	certificate := Check{Name: "certificate", State: Wrong, Wanted: "trusted, for this name, not expired"}
	answer := Check{Name: "answer", State: Wrong, Wanted: "status " + v.Request.Statuses}
	response, err := v.Web.get(ctx, v.Request.URL)
	if err != nil {
		certificate.State, certificate.Found = Skipped, "not seen"
		answer.State, answer.Found, answer.Note = explainFailure(err)
		if refused := certificateProblem(err); refused != "" {
			certificate.State, certificate.Found, certificate.patience = Wrong, refused, certificatePatience
			answer.State, answer.Found, answer.Note = Waiting, "not asked: the certificate is refused", ""
		}
		return []Check{certificate, answer}
	}
	certificate.State = Passed
	leaf := response.TLS.PeerCertificates[0]
	days := int(leaf.NotAfter.Sub(v.Web.now()).Hours() / 24)
	certificate.Found = fmt.Sprintf("%s, %s, valid for %s", tls.VersionName(response.TLS.Version), leaf.Subject.CommonName, plural(days, "day"))
	if leaf.Subject.CommonName == "" && len(leaf.DNSNames) > 0 {
		certificate.Found = fmt.Sprintf("%s, %s, valid for %s", tls.VersionName(response.TLS.Version), leaf.DNSNames[0], plural(days, "day"))
	}
	answer.Found, answer.Note = fmt.Sprintf("status %d", response.StatusCode), statusHints[response.StatusCode]
	if allowed, err := parseStatuses(v.Request.Statuses); err == nil && allowed.hold(response.StatusCode) {
		answer.State, answer.Note = Passed, ""
	}
	return []Check{certificate, answer}
}

// statusHints explains the answers of the load balancer itself.
var statusHints = map[int]string{
	http.StatusForbidden:          "the web application firewall refuses it, or the application does",
	http.StatusNotFound:           "no service has a rule for this address, or the application has no such page",
	http.StatusBadGateway:         "the task closed the connection",
	http.StatusServiceUnavailable: "the load balancer has no target to ask",
	http.StatusGatewayTimeout:     "the task did not answer in time",
}

func (v *Verifier) checkRedirect(ctx context.Context) Check {
	check := Check{Name: "redirect", State: Wrong, Wanted: "http to https"}
	response, err := v.Web.get(ctx, v.Request.PlainURL)
	if err != nil {
		check.State, check.Found, check.Note = explainFailure(err)
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
		check.State = Passed
	}
	return check
}

func (w *Web) get(ctx context.Context, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
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
func explainFailure(err error) (state State, found, note string) {
	var name *net.DNSError
	if errors.As(err, &name) {
		if name.IsNotFound {
			return Waiting, "DNS has no " + name.Name, "a new record takes minutes to spread"
		}
		return Waiting, "DNS does not answer for " + name.Name, ""
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return Wrong, "no answer: " + err.Error(), ""
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
		return fmt.Sprintf("a certificate that is valid from %s to %s", invalid.Cert.NotBefore.UTC().Format(time.DateTime), invalid.Cert.NotAfter.UTC().Format(time.DateTime))
	case errors.As(err, &authority):
		return "a certificate of an authority that is not trusted"
	case errors.As(err, &refused):
		return refused.Error()
	default:
		return ""
	}
}
