package containers

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"aws-webapp/policies/prop"
)

// Container is one container definition.
type Container struct {
	// Label names the container in messages: its name, or its position if that is secret.
	Label string
	value prop.Value
}

// Read reads the containerDefinitions of a task definition. The answer is no if they are
// not a list of objects, and maybe if they are not known yet.
func Read(v prop.Value) ([]Container, prop.Truth) {
	doc, ok := v.JSON()
	if ok != prop.Yes {
		return nil, ok
	}
	elems, complete := doc.List()
	if complete != prop.Yes {
		return nil, complete
	}
	found := make([]Container, 0, len(elems))
	for i, elem := range elems {
		if _, isObject := elem.Fields(); elem.Absent() || isObject != prop.Yes && !elem.IsUnknown() {
			return nil, prop.No
		}
		c := Container{Label: "container " + strconv.Itoa(i+1), value: elem}
		if name, ok := c.Get("name").Text(); ok && !c.Get("name").Secret() {
			c.Label = "container " + strconv.Quote(name)
		}
		found = append(found, c)
	}
	return found, prop.Yes
}

// Get returns a field of the definition; ECS ignores the case of field names.
func (c Container) Get(keys ...string) prop.Value {
	v := c.value
	for _, key := range keys {
		v = v.GetFold(key)
	}
	return v
}

// Named reports whether the container has, or may have, a name.
func (c Container) Named(name string) bool { return c.Get("name").Is(name) != prop.No }

// Ports returns the ports that the container listens on; the answer is maybe if some are not
// known yet.
func (c Container) Ports() ([]prop.Value, prop.Truth) {
	mappings, complete := c.Get("portMappings").List()
	ports := make([]prop.Value, 0, len(mappings))
	for _, mapping := range mappings {
		ports = append(ports, mapping.GetFold("containerPort"))
	}
	return ports, complete
}

// RunsAsRoot answers whether the container runs as root or as the administrator of a Windows container.
// A definition without a user counts as well: it means the user of the image, most often one of these.
func (c Container) RunsAsRoot() prop.Truth {
	user := c.Get("user")
	if user.IsSet() == prop.No {
		return prop.Yes
	}
	if n, ok := user.Number(); ok {
		return prop.Known(n == 0)
	}
	text, ok := user.Text()
	if !ok {
		return prop.Maybe
	}
	name, _, _ := strings.Cut(strings.TrimSpace(text), ":")
	id, err := strconv.Atoi(name)
	administrator := strings.EqualFold(name, "root") || strings.EqualFold(name, "ContainerAdministrator")
	return prop.Known(administrator || err == nil && id == 0)
}

var digestPattern = regexp.MustCompile(`@sha256:[0-9a-fA-F]{64}$`)

// movingTags lists tags that usually point to another image tomorrow.
var movingTags = map[string]bool{
	"latest": true, "stable": true, "main": true, "master": true, "edge": true, "nightly": true, "dev": true, "prod": true,
	"staging": true, "production": true,
}

// Pinned answers whether the image is named by its digest, or by a tag that is not known
// to move.
func (c Container) Pinned() prop.Truth {
	image := c.Get("image")
	text, ok := image.Text()
	if !ok {
		if image.IsUnknown() {
			return prop.Maybe
		}
		return prop.No
	}
	if digestPattern.MatchString(text) {
		return prop.Yes
	}
	if strings.Contains(text, "@") {
		return prop.No
	}
	name := text[strings.LastIndex(text, "/")+1:]
	_, tag, tagged := strings.Cut(name, ":")
	return prop.Known(tagged && tag != "" && !movingTags[strings.ToLower(tag)])
}

var (
	secretName = regexp.MustCompile(
		`(?i)(passw(or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|` +
			`auth[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|webhook|[_-]pwd$|^pwd$|pgpass$|([_-]|^|db)pass$|` +
			`^ecs_engine_auth_data$)`)
	keyID      = regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`)
	privateKey = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	// issued matches tokens that have the typical form of a service: of GitHub, GitLab, Slack (its
	// webhooks, too) and Stripe, and JSON web tokens.
	issued = regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20}|` +
		`xox[abprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+|[rs]k_live_[A-Za-z0-9]{16,` +
		`}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.)`)
	// A name that ends like this says where the secret is; it is not the secret.
	reference = regexp.MustCompile(
		`(?i)[_-](arn|id|name|path|file|ttl|url|uri|endpoint|region|header|length|min|max|seconds|expiry|enabled)s?$`)
)

// Leak is a part of the definition that looks like a secret.
type Leak struct {
	// Label names the part, or its position if names are secret.
	Label string
	// Why says what makes it look like a secret.
	Why string
}

// Leaks finds parts that look like a secret, by their name or value, in the environment, the
// labels and the options of the log driver, and in the words of the commands. The answer is
// maybe if some of the environment is not known yet.
func (c Container) Leaks() ([]Leak, prop.Truth) {
	if c.value.Secret() {
		// The whole text is marked secret, so the variable that it comes from is not known.
		return []Leak{{Label: "the definition", Why: "a value that is marked secret is part of it"}}, prop.Yes
	}
	elems, complete := c.Get("environment").List()
	var found []Leak
	for i, elem := range elems {
		name, value := elem.GetFold("name"), elem.GetFold("value")
		text, known := name.Text()
		label := "environment variable " + strconv.Itoa(i+1)
		if known && !name.Secret() {
			label = "environment variable " + strconv.Quote(text)
		}
		why := Suspicious(text, value)
		if why != "" {
			found = append(found, Leak{Label: label, Why: why})
		}
		if why == "" && (elem.IsUnknown() || name.IsUnknown() || value.IsUnknown()) {
			complete = prop.Maybe
		}
	}
	found = append(found, fieldLeaks("label", c.Get("dockerLabels"))...)
	found = append(found, fieldLeaks("log option", c.Get("logConfiguration", "options"))...)
	for _, words := range []struct {
		label string
		value prop.Value
	}{
		{"command", c.Get("command")},
		{"entryPoint", c.Get("entryPoint")},
		{"health check command", c.Get("healthCheck", "command")},
	} {
		found = append(found, wordLeaks(words.label, words.value)...)
	}
	return found, complete
}

// fieldLeaks finds secrets in an object of strings.
func fieldLeaks(kind string, fields prop.Value) []Leak {
	names, _ := fields.Fields()
	var found []Leak
	for i, name := range names {
		if why := Suspicious(name, fields.Get(name)); why != "" {
			label := kind + " " + strconv.Quote(name)
			if fields.Secret() {
				label = kind + " " + strconv.Itoa(i+1)
			}
			found = append(found, Leak{Label: label, Why: why})
		}
	}
	return found
}

// assignment matches a word that sets something: --api-key=x, TOKEN=x. The shell's own
// references ($TOKEN, $(cat file)) are not the secret.
var assignment = regexp.MustCompile(`(?:^|[\s;])-{0,2}([A-Za-z][A-Za-z0-9_-]*)=["']?[^\s"'$;]`)

// wordLeaks finds secrets in a command.
func wordLeaks(kind string, command prop.Value) []Leak {
	words, _ := command.List()
	var found []Leak
	for i := range words {
		if why := SuspiciousWord(words, i); why != "" {
			found = append(found, Leak{Label: "word " + strconv.Itoa(i+1) + " of the " + kind, Why: why})
		}
	}
	return found
}

// SuspiciousWord says why a word of a command looks like a secret, or returns "". The value of an
// option may be the next word.
func SuspiciousWord(words []prop.Value, at int) string {
	option := ""
	if at > 0 {
		before, _ := words[at-1].Text()
		if name, ok := strings.CutPrefix(before, "--"); ok && !strings.Contains(name, "=") {
			option = name
		}
	}
	if why := Suspicious(option, words[at]); why != "" {
		return why
	}
	text, _ := words[at].Text()
	for _, parts := range assignment.FindAllStringSubmatch(text, -1) {
		if secretName.MatchString(parts[1]) && !reference.MatchString(parts[1]) {
			return "what it sets says so"
		}
	}
	return ""
}

// Suspicious says why a variable looks like a secret, or returns "".
func Suspicious(name string, value prop.Value) string {
	if value.IsSet() == prop.No {
		return ""
	}
	if value.Secret() {
		return "its value is marked secret"
	}
	if secretName.MatchString(name) && !reference.MatchString(name) {
		return "its name says so"
	}
	text, ok := value.Text()
	switch {
	case !ok:
		return ""
	case keyID.MatchString(text):
		return "its value has an AWS access key id"
	case privateKey.MatchString(text):
		return "its value is a private key"
	case issued.MatchString(text):
		return "its value is a token"
	case hasPassword(text):
		return "its value is an address with a password in it"
	default:
		return ""
	}
}

// hasPassword reports whether a string is a URL with a password in its user part or query, or a
// libpq connection string or JSON object with one.
func hasPassword(text string) bool {
	if u, err := url.Parse(strings.TrimSpace(text)); err == nil && u.Host != "" {
		password, _ := u.User.Password()
		return password != "" || connectionPassword.MatchString(text)
	}
	return looseURL.MatchString(text) || connectionPassword.MatchString(text)
}

var (
	// looseURL finds URLs that url.Parse rejects because of characters in the password.
	looseURL           = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s@]+@`)
	connectionPassword = regexp.MustCompile(
		`(?i)((^|[\s;?&])(password|pwd)\s*=\s*["']?[^\s;&$"']|"(password|pwd|secret|token)"\s*:\s*"[^"$]+")`)
)
