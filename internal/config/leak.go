package config

import (
	"net/url"
	"regexp"
	"strings"
)

// The signs of a secret. They find at least what the policy pack refuses in environment
// variables, so it is reported before a preview.
var (
	secretName = regexp.MustCompile(
		`(?i)(passw(or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential|` +
			`auth_?key|signing_?key|_pwd$|^pwd$|pgpass$)`)
	// A name that ends like this says where a secret is, or something about it.
	aboutSecret = regexp.MustCompile(
		`(?i)_(arn|id|name|path|file|ttl|url|uri|endpoint|region|header|length|min|max|seconds|expiry|enabled)s?$`)

	secretValues = []struct {
		pattern *regexp.Regexp
		why     string
	}{
		{regexp.MustCompile(`(A3T[A-Z0-9]|AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA)[A-Z0-9]{16}`), "an AWS access key id"},
		{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`), "a private key"},
		{regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s@]+@`), "an address with a password in it"},
		{regexp.MustCompile(`(?i)(^|[\s;&?])(password|pwd)\s*=\s*[^\s;&]+`), "a connection string with a password in it"},
		{
			regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,})`),
			"an access token",
		},
		{
			regexp.MustCompile(`\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|[sr]k_(live|test)_[A-Za-z0-9]{10,}|pul-[0-9a-f]{40})`),
			"an access token",
		},
		{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.`), "a signed token"},
		{regexp.MustCompile(`hooks\.slack\.com/services/[A-Za-z0-9/]+`), "a webhook address that works as a key"},
	}
)

// looksSecret says why a value, or the name of a variable, looks like a secret; "" if it does
// not. The answer contains no part of the value.
func looksSecret(name, value string) string {
	if value != "" && secretName.MatchString(name) && !aboutSecret.MatchString(name) {
		return "a value that must be a secret by its name"
	}
	for _, secret := range secretValues {
		if secret.pattern.MatchString(value) {
			return secret.why
		}
	}
	if address, err := url.Parse(strings.TrimSpace(value)); err == nil && address.User != nil {
		if password, set := address.User.Password(); set && password != "" {
			return "an address with a password in it"
		}
	}
	return ""
}
