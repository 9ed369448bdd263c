package leaks

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	secretName = regexp.MustCompile(
		`(?i)(passw(or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|` +
			`credential|auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|account[_-]?key|webhook|[_-]pwd$|^pwd$|` +
			`pgpass$|([_-]|^|db)pass$|^ecs_engine_auth_data$)`)
	// A name that ends like this says where a secret is, or something about it.
	aboutSecret = regexp.MustCompile(`(?i)[_-](arn|id|name|path|file|ttl|url|uri|endpoint|region|header|length|min|max|` +
		`seconds|expiry|enabled|type|issuer)s?$`)
	// assignment is a word that sets something: --api-key=x, TOKEN=x, -Ddb.password=x. The shell's own references
	// ($TOKEN, $(cat file)) are not the secret.
	assignment = regexp.MustCompile(`(?:^|[\s;])-{0,2}([A-Za-z][A-Za-z0-9_.-]*)=["']?([^\s"'$;]+)`)
	number     = regexp.MustCompile(`^[0-9.]+$`)
)

// tokens in the forms in which services issue them. Their prefixes are in GitHub's list of what it recognizes:
// https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
// Gitleaks has their lengths: https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
var tokens = []string{
	`gh[pousr]_[A-Za-z0-9]{30,}`,
	`github_pat_[A-Za-z0-9_]{22,}`,
	`glpat-[A-Za-z0-9_-]{20}`,
	`xox[abeoprs]-[A-Za-z0-9-]{10,}`,
	`xapp-[0-9]-[A-Za-z0-9-]{20,}`,
	`[rs]k_(live|test)_[A-Za-z0-9]{10,}`,
	`whsec_[A-Za-z0-9+/=]{24,}`,
	`pul-[0-9a-f]{40}`,
	`npm_[A-Za-z0-9]{36}`,
	`pypi-[A-Za-z0-9_-]{50,}`,
	`dckr_pat_[A-Za-z0-9_-]{20,}`,
	`do[opr]_v1_[0-9a-f]{64}`,
	`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}`,
	`key-[0-9a-f]{32}`,
	`AIza[A-Za-z0-9_-]{35}`,
	`GOCSPX-[A-Za-z0-9_-]{20,}`,
	`sk-(ant-|proj-)?[A-Za-z0-9_-]{32,}`,
	`hf_[A-Za-z0-9]{30,}`,
	`shp(at|ca|pa|ss)_[0-9a-fA-F]{32}`,
	`sq0csp-[A-Za-z0-9_-]{40,}`,
	`hv[sb]\.[A-Za-z0-9_-]{24,}`,
	`dapi[0-9a-f]{32}`,
	`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`,
	`NRAK-[A-Z0-9]{27}`,
	`lin_api_[A-Za-z0-9]{40}`,
}

// forms in which secrets come.
var forms = []struct {
	pattern *regexp.Regexp
	what    string
}{
	{regexp.MustCompile(`(A3T[A-Z0-9]|AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA)[A-Z0-9]{16}`), "an AWS access key id"},
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1[A-Z0-9]{50,}`), "a private key"},
	{
		regexp.MustCompile(`(?i)((^|[\s;?&])(password|pwd|accountkey|sharedaccesskey)\s*=\s*["']?[^\s;&$"']|` +
			`"(password|pwd|secret|token)"\s*:\s*"[^"$]+")`),
		"a connection string with a password in it",
	},
	{regexp.MustCompile(`\b(` + strings.Join(tokens, "|") + `)`), "an access token"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.`), "a signed token"},
	{
		regexp.MustCompile(`hooks\.slack\.com/services/[A-Za-z0-9/]+|discord(app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+`),
		"a webhook address that works as a key",
	},
}

// Name reports whether what has a name must be secret, such as DB_PASSWORD, but not DB_PASSWORD_FILE.
func Name(name string) bool { return secretName.MatchString(name) && !aboutSecret.MatchString(name) }

// looseURL finds addresses in a text, and those that url.Parse rejects because of characters in the password.
var looseURL = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s@]+@`)

// Value says what secret a text has in it, such as "an access token"; "" if it looks like none.
func Value(text string) string {
	for _, form := range forms {
		if form.pattern.MatchString(text) {
			return form.what
		}
	}
	withPassword := looseURL.MatchString(text)
	if address, err := url.Parse(strings.TrimSpace(text)); err == nil && address.Host != "" {
		password, _ := address.User.Password()
		withPassword = password != ""
	}
	if withPassword {
		return "an address with a password in it"
	}
	return ""
}

// Option returns the name that the word before gives to a word of a command: that of an option whose value is a word of
// its own; "" for none.
func Option(before string) string {
	name, ok := strings.CutPrefix(before, "--")
	if !ok || strings.Contains(name, "=") {
		return ""
	}
	return name
}

// Sets reports whether a word of a command, or a text of options, sets something that must be secret, as --api-key=x
// does. A number is none: --max-tokens=100.
func Sets(word string) bool {
	for _, parts := range assignment.FindAllStringSubmatch(word, -1) {
		name := parts[1][strings.LastIndex(parts[1], ".")+1:]
		if Name(name) && !number.MatchString(parts[2]) {
			return true
		}
	}
	return false
}
