package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
)

// The keys whose values are plain strings; all others are objects or lists, which Pulumi passes
// on as JSON.
const (
	kindKey        = "kind"
	environmentKey = "environment"
)

// Parse reads the configuration of a workload stack from the values that Pulumi hands to a program: each key with
// its namespace, such as aws-webapp:network, and its value as text or as JSON. The keys in secrets are those
// whose value, or a part of it, Pulumi keeps encrypted. The error is an [Errors] with all mistakes.
func Parse(project string, values map[string]string, secrets ...string) (*Config, error) {
	cfg := Defaults()
	v := &validation{environment: &cfg.Environment, aws: &cfg.AWS, config: &cfg}
	if errs := read(project, values, secrets, KindWorkload, v, &cfg); len(errs) > 0 {
		return nil, errs
	}
	return &cfg, nil
}

// ParseDelivery is [Parse] for a delivery stack.
func ParseDelivery(project string, values map[string]string, secrets ...string) (*Delivery, error) {
	cfg := DefaultDelivery()
	v := &validation{environment: &cfg.Environment, aws: &cfg.AWS}
	if errs := read(project, values, secrets, KindDelivery, v, &cfg); len(errs) > 0 {
		return nil, errs
	}
	return &cfg, nil
}

// read reads and validates a stack file of one kind. Errors from reading suppress errors that
// only follow from them.
func read(project string, values map[string]string, secrets []string, kind Kind, v *validation, into any) Errors {
	if err := checkProject(project, values); err != nil {
		return Errors{err}
	}
	if err := checkKind(project, values, secrets, kind); err != nil {
		return Errors{err}
	}
	object := reflect.ValueOf(into).Elem()
	d := &decoder{findings: newFindings(), namespace: project, kind: kind}
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
	d.object(root(project), own, object)
	v.findings = d.findings
	v.object(root(project), object)
	return v.errs.Sorted()
}

// fromText decodes the JSON of a key. Text that is not JSON stands for itself. Empty text, with
// which Pulumi passes on a key without value, means nothing.
func fromText(name, text string) any {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if name == kindKey || name == environmentKey {
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
