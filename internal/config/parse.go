package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// environmentKey is the one key whose value is a bare text; all others are objects or lists,
// which Pulumi passes on as JSON.
const environmentKey = "environment"

// Parse reads a configuration from the values that Pulumi hands to a program: each key with
// its namespace, such as aws-webapp:network, and its value as text or as JSON. The keys in
// secrets are those whose value, or a part of it, Pulumi keeps encrypted. The error is an
// [Errors] with everything that is wrong.
func Parse(project string, values map[string]string, secrets ...string) (*Config, error) {
	d := &decoder{findings: newFindings(), namespace: project}
	own := map[string]any{}
	for _, key := range sortedKeys(values) {
		namespace, name, _ := strings.Cut(key, ":")
		switch {
		case namespace != project:
			d.foreign(namespace, name)
		case slices.Contains(secrets, key):
			d.secret(root(project).entry(name))
		default:
			own[name] = fromText(name, values[key])
		}
	}
	cfg := d.config(own)
	if errs := cfg.check(project, d.findings); len(errs) > 0 {
		return nil, errs
	}
	return cfg, nil
}

// fromText decodes the JSON of a key. Text that is no JSON stands for itself, and no text,
// which is how Pulumi passes on a key without value, for nothing.
func fromText(name, text string) any {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if name == environmentKey {
		return text
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return text
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return text
	}
	return value
}

func (d *decoder) secret(at path) {
	d.add(at, "a secret (not shown)", "plain values: the program would write it into its state and task definitions",
		"set it without --secret; keep what is secret in Secrets Manager and name its ARN in services[].secrets")
}
