package config

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"aws-webapp/tests/golden"
)

const referenceFile = "../../docs/config.md"

// TestReference keeps docs/config.md in line with the source. Run it with -update after a
// change of the configuration.
func TestReference(t *testing.T) {
	golden.Equal(t, referenceFile, referencePage(t), "go test ./internal/config -run TestReference -update")
}

const referenceIntroduction = `# Configuration

<!-- Generated from internal/config: go test ./internal/config -run TestReference -update -->

Every key of a stack file is below the namespace ` + "`aws-webapp:`" + `, one object or list per subject:

` + "```yaml" + `
config:
  pulumi:disable-default-providers: [aws]
  aws-webapp:network:
    availabilityZoneCount: 3
    nat: per-az
` + "```" + `

- A key that is left out, or has no value, takes its default. A list or map that is given replaces its default as a whole.
- Editors with a YAML language server complete and check stack files by [stack.schema.json](stack.schema.json), which
  the first line of each file names. It knows what concerns one value alone; the program knows the rest.
- Unknown keys, values of another type and values that are not allowed are errors, all reported at once with what was
  found, what is allowed and the fix. Nothing is created before all are gone.
- Texts that look like numbers need quotes: YAML makes 17.1 of 17.10. On the command line that is
  ` + "`pulumi config set --path --type string 'aws-webapp:database.engineVersion' 17.10`" + `.
- Pulumi secrets are refused. What is secret belongs into Secrets Manager or the SSM parameter store, and
  ` + "`services[].secrets`" + ` names its ARN. RDS makes, keeps and rotates the database's password.
- Settings of the default AWS provider (` + "`aws:region`" + ` and others) are refused: every resource uses the program's own
  provider, which reads ` + "`aws-webapp:aws`" + `.

The last column says what another value does to a stack that is up, in staging and in prod where they differ: ` + "`make changes`" + `
tries each key through the engine, on the stacks of the tests. *Refused* changes fail the preview, with the reason and
the way out; some are refused in prod alone. What replaces or deletes database, load balancer, search domain, VPC,
subnets, buckets, keys or vault is refused unless the key itself says so.

Settle ` + "`network.cidrBlock` and `network.subnetPrefix`" + ` before the first deployment: AWS cannot move or resize a
subnet, and a running stack refuses other values. Zones can be added to it, up to six, and nothing moves: the
new zones' subnets take the next free blocks. A zone that is in use cannot be taken away, because services,
database and load balancer have addresses in it.
`

const deliveryIntroduction = `
# Delivery stacks

With ` + "`aws-webapp:kind: delivery`" + ` a stack file describes what delivers the application instead ([how](delivery.md)). It has
` + "`environment`, `aws`, `tags` and `encryption`" + ` as above, and the keys below. A key of the other kind is an error that says so.
`

// referencePage writes docs/config.md.
func referencePage(t testing.TB) string {
	t.Helper()
	var doc strings.Builder
	doc.WriteString(referenceIntroduction)
	keys := keysBelow(t, Defaults())
	for f := range fields(reflect.TypeFor[Config]()) {
		writeSubject(t, &doc, f, keys)
	}
	doc.WriteString(productionRules(t))
	doc.WriteString(endpointRules())
	doc.WriteString(deliveryIntroduction)
	keys = keysBelow(t, DefaultDelivery())
	for f := range fields(reflect.TypeFor[Delivery]()) {
		if !slices.Contains([]string{"kind", "environment", "aws", "tags", "encryption"}, f.name) {
			writeSubject(t, &doc, f, keys)
		}
	}
	return doc.String()
}

// writeSubject writes the section of one top-level key.
func writeSubject(t testing.TB, doc *strings.Builder, f field, keys []documented) {
	t.Helper()
	comments := fieldComments(t)
	title := root(project).key(f.name)
	fmt.Fprintf(doc, "\n## %s\n\n", f.name)
	typ := f.typ
	if typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() == reflect.Struct {
		doc.WriteString(keysForNames(comments[typ.Name()], typ) + "\n\n")
	}
	doc.WriteString("| Key | Type | Default | Allowed | Meaning | A change |\n|---|---|---|---|---|---|\n")
	for _, key := range keys {
		if !key.isObject() && slices.Contains(key.at.outward(), title) {
			doc.WriteString(row(key))
		}
	}
}

func row(key documented) string {
	name := strings.TrimPrefix(string(key.at), project+":")
	found := defaultText(key.value)
	switch {
	case key.is("required"):
		found = "required"
	case found != "":
		found = "`" + found + "`"
	}
	cells := []string{"`" + name + "`", typeName(key.typ), found, allowedText(key), meaning(key), effect(name)}
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// changesFile is written by the test that changes every key of a running stack.
const changesFile = "../../tests/engine/testdata/changes.json"

// readChanges reads the effect of changing each key, by stack.
var readChanges = sync.OnceValues(func() (map[string]map[string]string, error) {
	text, err := os.ReadFile(changesFile)
	if err != nil {
		return nil, err
	}
	var changes map[string]map[string]string
	return changes, json.Unmarshal(text, &changes)
})

// effect returns the effect of changing the key of a running stack.
func effect(name string) string {
	changes, err := readChanges()
	if err != nil {
		return err.Error()
	}
	prod, inProd := changes["prod"][name]
	staging, inStaging := changes["staging"][name]
	delivery, inDelivery := changes["delivery"][name]
	switch {
	case inProd && inStaging && prod != staging:
		return "staging: " + staging + "; prod: " + prod
	case inProd && inStaging:
		return prod
	case inDelivery:
		return delivery
	default:
		return "not tried: run `make changes`"
	}
}

func typeName(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "number"
	case reflect.Slice:
		return "list of " + typeName(typ.Elem()) + "s"
	case reflect.Map:
		return "map of texts"
	default:
		return "text"
	}
}

func allowedText(key documented) string {
	rules, _ := rulesOf(key.field)
	if key.typ.Kind() == reflect.Bool {
		return "true, false"
	}
	text := rules.value.allowed
	if rules.value.matches != nil && text != "any text" {
		text += ", such as `" + strings.Trim(formatOf(key).example, `"`) + "`"
	}
	switch {
	case rules.keys != nil:
		text = "keys: " + rules.keys.allowed + "; values: " + text
	case rules.count != nil:
		text = "each " + text
	}
	if rules.count != nil {
		text = rules.count.allowed + " entries; " + text
	}
	return text
}

func formatOf(key documented) format {
	return formats[strings.Trim(key.tag.Get("allowed"), "<>")]
}

// meaning returns the comment without what the other columns already say.
func meaning(key documented) string {
	text := strings.Replace(key.comment, "Required.", "", 1)
	if value := defaultText(key.value); value != "" {
		stated := regexp.MustCompile(`Default ` + regexp.QuoteMeta(value) + `(\.( |$)|; .)`)
		text = stated.ReplaceAllStringFunc(text, func(match string) string {
			_, next, more := strings.Cut(match, "; ")
			return map[bool]string{true: strings.ToUpper(next)}[more]
		})
	}
	return keysForNames(oneLine(text), key.owner)
}

var (
	links     = regexp.MustCompile(` \(see \[[\w.]+\]\)|[\[\]]`)
	goNames   = regexp.MustCompile(`\b[A-Z][A-Za-z]+( Manager)?\b`)
	oddSigns  = strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`, "_", `\_`)
	positions = regexp.MustCompile(`\[\d+\]`)
)

// keysForNames replaces Go names by the keys of a stack file.
func keysForNames(text string, typ reflect.Type) string {
	names := map[string]string{}
	for f := range fields(typ) {
		names[f.goName] = "`" + f.name + "`"
	}
	first, rest, _ := strings.Cut(links.ReplaceAllString(text, ""), " ")
	rest = goNames.ReplaceAllStringFunc(rest, func(word string) string {
		if key, known := names[word]; known && word != strings.ToUpper(word) {
			return key
		}
		return word
	})
	name := strings.TrimRight(first, ",")
	if key, known := names[name]; known {
		first = strings.Replace(first, name, key, 1)
	}
	return first + " " + rest
}

// cell escapes Markdown's special characters, except in code.
func cell(text string) string {
	parts := strings.Split(text, "`")
	for i := range parts {
		if i%2 == 0 {
			parts[i] = oddSigns.Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}

// productionRules lists what prod refuses, by trying it.
func productionRules(t testing.TB) string {
	t.Helper()
	rows := map[string]string{}
	refused := []edits{oneTask}
	for _, test := range badProd {
		refused = append(refused, test.changes)
	}
	for _, changes := range refused {
		for _, found := range errorsOf(t, prodStack, changes) {
			key := positions.ReplaceAllString(strings.TrimPrefix(found.Key, project+":"), "[]")
			rows[key] = fmt.Sprintf("| `%s` | %s | %s |\n", key, cell(found.Allowed), cell(found.Fix))
		}
	}
	text := "\n## In prod\n\nAn environment called prod refuses what would lose data, availability or confidentiality. " +
		"Two zones and a\n" +
		"TLS certificate are demanded everywhere.\n\n| Key | Allowed | Fix |\n|---|---|---|\n"
	for _, key := range sortedKeys(rows) {
		text += rows[key]
	}
	return text
}

// endpointRules lists what a network without NAT needs.
func endpointRules() string {
	text := "\n## Without NAT\n\n`network.nat: none` is accepted if `network.interfaceEndpoints` lists everything that " +
		"the workload needs, and\n" +
		"all images are in ECR in the stack's region. S3 always has its endpoint.\n\n| Endpoint | Because |\n|---|---|\n"
	service := DefaultService()
	service.Name = "a service"
	for _, set := range []func(*Service){
		func(*Service) {},
		func(s *Service) { s.DatabaseAccess = true },
		func(s *Service) {
			s.DatabaseAccess = false
			s.Secrets = map[string]string{"A": "arn:aws:secretsmanager:"}
		},
		func(s *Service) { s.Secrets = map[string]string{"A": "arn:aws:ssm:"} },
	} {
		set(&service)
		for _, required := range RequiredEndpoints(&Config{Services: []Service{service}}) {
			line := fmt.Sprintf("| %s | %s |\n", required.Service, required.Reason)
			if !strings.Contains(text, line) {
				text += line
			}
		}
	}
	return text
}
