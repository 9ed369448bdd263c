package containers

import (
	"regexp"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/leaks"
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
		option = leaks.Option(before)
	}
	if why := Suspicious(option, words[at]); why != "" {
		return why
	}
	if text, _ := words[at].Text(); leaks.Sets(text) {
		return "what it sets says so"
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
	if leaks.Name(name) {
		return "its name says so"
	}
	if text, ok := value.Text(); ok {
		if what := leaks.Value(text); what != "" {
			return "its value has " + what
		}
	}
	return ""
}
