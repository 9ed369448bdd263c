package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/tests/golden"
)

const schemaFile = "../../docs/stack.schema.json"

// TestSchema keeps docs/stack.schema.json, with which editors complete and check stack files, in line with the
// source. Run it with -update after a change of the configuration.
func TestSchema(t *testing.T) {
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	require.NoError(t, encoder.Encode(stackSchema(t)))
	golden.Equal(t, schemaFile, want.String(), "go test ./internal/config -run TestSchema -update")
}

// object is a JSON schema, or a part of one.
type object map[string]any

// stackSchema returns a schema of draft 7, which language servers for YAML support best.
func stackSchema(t testing.TB) object {
	t.Helper()
	s := schemas{t, fieldComments(t)}
	ours := object{"not": object{"pattern": "^(aws|" + project + "):"}}
	config := func(kind Kind, defaults any) object {
		properties, names := object{}, []string{}
		for name, of := range s.properties(reflect.ValueOf(defaults)) {
			properties[project+":"+name] = of
			names = append(names, project+":"+name)
		}
		return object{
			"properties": properties, "required": s.required(kind.root(), project+":"),
			"propertyNames": object{"anyOf": []any{object{"enum": slices.Sorted(slices.Values(names))}, ours}},
		}
	}
	return object{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"title":   "Stack file of " + project,
		"description": "What a stack file of " + project + " can say. Generated from internal/config: " +
			"go test ./internal/config -run TestSchema -update",
		"type": "object", "required": []string{"config"},
		"properties": object{"config": object{
			"type": "object",
			"if": object{
				"properties": object{project + ":" + kindKey: object{"const": KindDelivery}},
				"required":   []string{project + ":" + kindKey},
			},
			"then": config(KindDelivery, DefaultDelivery()),
			"else": config(KindWorkload, Defaults()),
		}},
	}
}

type schemas struct {
	t        testing.TB
	comments map[string]string
}

func (s schemas) properties(of reflect.Value) object {
	properties := object{}
	for f := range fields(of.Type()) {
		schema := s.field(f, of.FieldByIndex(f.index))
		if comment := s.comments[f.owner.Name()+"."+f.goName]; comment != "" {
			schema["description"] = strings.ReplaceAll(keysForNames(oneLine(comment), of.Type()), "`", "")
		}
		properties[f.name] = schema
	}
	return properties
}

func (s schemas) required(typ reflect.Type, prefix string) []string {
	names := []string{}
	for f := range fields(typ) {
		if f.is("required") {
			names = append(names, prefix+f.name)
		}
	}
	return names
}

func (s schemas) field(f field, value reflect.Value) object {
	rules, err := rulesOf(f)
	require.NoError(s.t, err)
	switch {
	case f.typ.Kind() == reflect.Struct:
		return s.object(value)
	case f.typ.Kind() == reflect.Map:
		return rules.counted("Properties", object{
			"type":                 []string{"object", "null"},
			"additionalProperties": scalar(f, rules.value), "propertyNames": scalar(f, rules.keys),
		})
	case f.typ.Kind() != reflect.Slice:
		schema := scalar(f, rules.value)
		if !value.IsZero() {
			schema["default"] = value.Interface()
		}
		return schema
	case f.typ.Elem().Kind() == reflect.Struct:
		return rules.counted("Items", object{"type": []string{"array", "null"}, "items": s.object(newEntry(f.typ.Elem()))})
	default:
		list := object{"type": []string{"array", "null"}, "items": scalar(f, rules.value), "uniqueItems": !f.is("repeat")}
		if value.Len() > 0 {
			list["default"] = value.Interface()
		}
		return rules.counted("Items", list)
	}
}

func (s schemas) object(value reflect.Value) object {
	return object{
		"type": []string{"object", "null"}, "properties": s.properties(value), "required": s.required(value.Type(), ""),
		"additionalProperties": false,
	}
}

// counted adds the limits on the number of entries.
func (r rules) counted(of string, schema object) object {
	if r.count != nil {
		for _, span := range r.count.ranges {
			schema["min"+of], schema["max"+of] = span.least, span.most
		}
	}
	return schema
}

// scalar returns the schema of one value, or of an entry of a list or map.
func scalar(f field, r *rule) object {
	switch {
	case r == nil:
		return object{"type": "boolean"}
	case len(r.ranges) > 0:
		return numbers(r.ranges)
	case len(r.literals) > 0:
		literals := r.literals
		if f.is("optional") || f.name == kindKey { // Pulumi.yaml gives the kind an empty text
			literals = append([]string{""}, literals...)
		}
		return object{"enum": literals}
	default:
		text := object{"type": "string", "examples": []string{r.example}}
		if f.is("wholeNumber") {
			text["type"] = []string{"string", "integer"}
		}
		expression := r.expression
		if expression != "" && f.is("optional") {
			expression = "^$|" + expression
		}
		if expression != "" {
			text["pattern"] = expression
		}
		if r.longest > 0 {
			text["minLength"], text["maxLength"] = r.shortest, r.longest
		}
		return text
	}
}

// numbers lists single numbers, which editors offer, and allows ranges besides.
func numbers(spans []numberRange) object {
	single, either := []int{}, []object{}
	for _, span := range spans {
		if span.least == span.most {
			single = append(single, span.least)
			continue
		}
		schema := object{"type": "integer", "minimum": span.least, "maximum": span.most}
		if span.step > 1 {
			schema["multipleOf"] = span.step
		}
		either = append(either, schema)
	}
	if len(single) > 0 {
		either = append(either, object{"enum": single})
	}
	if len(either) == 1 {
		return either[0]
	}
	return object{"anyOf": either}
}

// judges reports whether an editor would accept a stack file, edited as pulumi config set --path
// does.
func judges(t testing.TB, schema *jsonschema.Schema, stack string, changes edits) error {
	t.Helper()
	config := map[string]any{}
	for key, text := range valuesOf(t, stack, changes) {
		config[key] = fromText(strings.TrimPrefix(key, project+":"), text)
	}
	text, err := json.Marshal(object{"config": config})
	require.NoError(t, err)
	file, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(file)
}

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	require.NoError(t, err)
	return schema
}

func TestEditorsTakeWhatTheProgramTakes(t *testing.T) {
	schema := compiled(t)
	files, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var file any
		require.NoError(t, yaml.Unmarshal(text, &file))
		assert.NoError(t, schema.Validate(file), name)
		names := "$schema=" + strings.TrimPrefix(schemaFile, "../../") + "\n"
		assert.Contains(t, string(text), names, "%s has to name its schema", name)
	}
	for _, key := range Keys(KindWorkload) {
		for _, value := range key.Values {
			changes := edits{key.Path(): value}
			if _, err := Parse(project, valuesOf(t, stagingStack, changes)); err == nil {
				assert.NoError(t, judges(t, schema, stagingStack, changes), "%s: %s", key.Name, value)
			}
		}
	}
}

// Rules about a single value that are only a pattern are enforced by editors as by the program.
func TestEditorsRefuseWhatTheProgramRefuses(t *testing.T) {
	schema := compiled(t)
	for _, key := range Keys(KindWorkload) {
		rules, err := rulesOf(key.field)
		require.NoError(t, err)
		var wrong []string
		switch {
		case rules.value == nil:
			wrong = []string{`"maybe"`}
		case len(rules.value.ranges) > 0:
			for _, span := range rules.value.ranges {
				for _, n := range []int{span.least - 1, span.most + 1, span.most - span.step/2} {
					if !rules.value.takesNumber(n) {
						wrong = append(wrong, show(n))
					}
				}
			}
		case rules.value.expression != "" || rules.value.literals != nil:
			wrong = []string{`"\u0007"`}
		}
		for _, value := range wrong {
			assert.Error(t, judges(t, schema, stagingStack, edits{key.Path(): value}), "%s: %s", key.Name, value)
		}
	}
	for _, changes := range []edits{
		{"nobody": `"x"`},
		{"network.nobody": `"x"`},
		{"services[0].nobody": `1`},
		{"environment": ""},
		{"services": ""},
		{"github.repository": `"a/b"`},
		{"services[0].name": ""},
		{"services": `[]`},
	} {
		assert.Error(t, judges(t, schema, stagingStack, changes), "%v", changes)
	}
}
