// Package containers reads the container definitions of an ECS task.
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

// Get is a field of the definition; ECS reads field names in any case.
func (c Container) Get(keys ...string) prop.Value {
	v := c.value
	for _, key := range keys {
		v = v.GetFold(key)
	}
	return v
}

// RunsAsRoot answers whether the container's user is root, or nobody in particular, which
// is the image's user and most often root.
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
	return prop.Known(strings.EqualFold(name, "root") || err == nil && id == 0)
}

var digestPattern = regexp.MustCompile(`@sha256:[0-9a-fA-F]{64}$`)

// movingTags are tags that are made to point to something else tomorrow.
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
	secretName = regexp.MustCompile(`(?i)(passw(or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential|auth_?key|` +
		`signing_?key|client_?secret|_pwd$|^pwd$|pgpass$)`)
	keyID      = regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`)
	privateKey = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	// A name that ends so tells where the secret is, not what it is.
	reference = regexp.MustCompile(`(?i)_(arn|id|name|path|file|ttl|url|uri|endpoint|region|header|length|min|max|seconds|expiry|enabled)s?$`)
)

// Leak is an environment variable that looks like a secret.
type Leak struct {
	// Label names the variable, or its position if names are secret.
	Label string
	// Why says what gives it away.
	Why string
}

// Leaks finds environment variables whose name or value looks like a secret. The answer
// is maybe if some of them are not known yet.
func (c Container) Leaks() ([]Leak, prop.Truth) {
	if c.value.Secret() {
		// The mark covers the whole text: which variable it comes from cannot be told.
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
	return found, complete
}

// Suspicious says why a variable looks like a secret, or nothing.
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
	case hasPassword(text):
		return "its value is an address with a password in it"
	default:
		return ""
	}
}

// hasPassword says whether a text is a URL whose user part has a password, or a libpq
// connection string with one.
func hasPassword(text string) bool {
	if u, err := url.Parse(strings.TrimSpace(text)); err == nil && u.Host != "" {
		password, _ := u.User.Password()
		return password != ""
	}
	return looseURL.MatchString(text) || connectionPassword.MatchString(text)
}

var (
	// looseURL finds what url.Parse rejects because of the letters in the password.
	looseURL           = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s@]+@`)
	connectionPassword = regexp.MustCompile(`(?i)(^|[\s;])(password|pwd)\s*=\s*[^\s;]+`)
)
