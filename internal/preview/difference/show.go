package difference

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/prop"
)

// sensitive lists parts of property names whose values are not shown even if nobody has marked
// them secret.
var sensitive = []string{
	"password",
	"secret",
	"token",
	"privatekey",
	"credential",
	"userdata",
	"environment",
	"connectionstring",
}

// concealed stands for a value that may be a secret.
const concealed = "[hidden]"

// named reports whether a property only holds the name of something. That something may be a secret, but
// its name does not reveal it.
func named(property string) bool {
	lower := strings.ToLower(property)
	return strings.HasSuffix(lower, "id") || strings.HasSuffix(lower, "arn")
}

func hidden(name string) bool {
	lower := strings.ToLower(name)
	return !named(name) && slices.ContainsFunc(sensitive, func(part string) bool { return strings.Contains(lower, part) })
}

// Show formats a value for people. Names of resources (ARNs) are shown in full, however long
// they are.
func Show(name string, v prop.Value) string {
	switch text, isText := v.Text(); {
	case v.Absent(), v.Secret(), v.IsUnknown():
		return v.Show()
	case hidden(name), isText && leaks(name, v):
		return concealed
	case isText && arn.MatchString(text):
		return text
	default:
		return v.Show()
	}
}

// arn matches the form of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html. In a secret's
// valueFrom it may be followed by something else: a key of the secret's JSON.
var arn = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^\s]+$`)

// leaks reports whether a text looks like a secret or contains one.
func leaks(name string, v prop.Value) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if named(name) {
		last = ""
	}
	text, _ := v.Text()
	return containers.Suspicious(last, v) != "" || authorization.MatchString(text)
}

var (
	// authorization matches the value of an authorization header, and the password after curl's
	// -u.
	authorization = regexp.MustCompile(
		`(?i)\b(?:authorization|x-api-key|api-key)\s*[:=]\s*(?:(?:bearer|basic|token)\s+)?[^\s'"]+|` +
			`\b(?:bearer|basic)\s+[^\s'"]{6,}|(?:^|\s)(?:-u|--user)[\s=]+[^\s:'"]+:[^\s'"]+`,
	)
	assignment = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_.-]*)=("[^"]*"|'[^']*'|[^\s"';|&]+)`)
)

// masked returns a word of a command without the parts that may be a secret. The rest is shown: otherwise a secret
// could hide a command.
func masked(text string) string {
	text = authorization.ReplaceAllString(text, concealed)
	text = assignment.ReplaceAllStringFunc(text, func(found string) string {
		name, value, _ := strings.Cut(found, "=")
		value = strings.Trim(value, `"'`)
		if strings.HasPrefix(value, "$") || containers.Suspicious(name, word(value)) == "" {
			return found
		}
		return name + "=" + concealed
	})
	parts := strings.Fields(text)
	words := make([]prop.Value, len(parts))
	for i, part := range parts {
		words[i] = word(strings.Trim(part, `"'`))
	}
	for i := range parts {
		if !strings.Contains(parts[i], concealed) && containers.SuspiciousWord(words, i) != "" {
			parts[i] = concealed
		}
	}
	return strings.Join(parts, " ")
}

func word(text string) prop.Value { return prop.New("", resource.NewStringProperty(text)) }

// Words formats a command for people: words with spaces in quotes, without anything that may be a
// secret.
func Words(command prop.Value) string {
	if command.IsUnknown() || command.Secret() || command.Absent() {
		return command.Show()
	}
	words, complete := command.List()
	if complete != prop.Yes {
		return command.Show()
	}
	if len(words) == 0 {
		return "nothing"
	}
	shown := make([]string, len(words))
	for i := range words {
		text, ok := words[i].Text()
		switch {
		case !ok:
			shown[i] = words[i].Show()
		case !strings.ContainsAny(text, " \t\n=") && containers.SuspiciousWord(words, i) != "":
			shown[i] = concealed
		case strings.ContainsAny(text, " \t\n") || text == "":
			shown[i] = "'" + masked(text) + "'"
		default:
			shown[i] = masked(text)
		}
	}
	// The rest may still be a secret, such as a key over several words.
	if whole := strings.Join(shown, " "); containers.Suspicious("", word(whole)) != "" {
		return concealed
	}
	return strings.Join(shown, " ")
}
