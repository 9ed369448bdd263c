package waiver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// LongestTerm is the longest time, in days from today, after which a waiver may end.
const LongestTerm = 180

// Waiver is one accepted violation.
type Waiver struct {
	// Control is the name of the policy.
	Control string `yaml:"control"`
	// Resource is a URN in which * stands for any text, such as
	// urn:pulumi:prod::aws-webapp::*aws:lb/targetGroup:TargetGroup::*. The stack has to be spelled
	// out, or * for all stacks.
	Resource string `yaml:"resource"`
	// Reason says why the violation is acceptable, in at least 20 letters.
	Reason string `yaml:"reason"`
	// Owner is the team or person responsible for it.
	Owner string `yaml:"owner"`
	// Ticket is the reference of the decision.
	Ticket string `yaml:"ticket"`
	// Expires is the last day on which it is valid, as 2006-01-02.
	Expires string `yaml:"expires"`

	pattern *regexp.Regexp
	stack   *regexp.Regexp
	used    bool
}

// Used reports whether the waiver covered a violation since the last [Set.Reset].
func (w *Waiver) Used() bool { return w.used }

// Set is the content of a waivers file.
type Set struct {
	valid    []*Waiver
	problems []string
}

type file struct {
	Waivers []yaml.Node `yaml:"waivers"`
}

// Parse reads a waivers file. Mistakes are kept for [Set.Problems], and entries with mistakes
// do not count. An empty file has no waivers.
func Parse(content []byte, now time.Time, known func(control string) bool) *Set {
	set := &Set{}
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		set.problems = append(set.problems, fmt.Sprintf(
			"the waivers file cannot be read: it must be a list under the key waivers: %v", err))
		return set
	}
	for i, node := range f.Waivers {
		w, errs := parse(node, now, known)
		if len(errs) > 0 {
			set.problems = append(set.problems, fmt.Sprintf("waiver %d (line %d) does not count: %s",
				i+1, node.Line, strings.Join(errs, "; ")))
			continue
		}
		set.valid = append(set.valid, w)
	}
	return set
}

var allowedKeys = map[string]bool{
	"control": true, "resource": true, "reason": true, "owner": true, "ticket": true, "expires": true,
}

func parse(node yaml.Node, now time.Time, known func(string) bool) (*Waiver, []string) {
	var errs []string
	w := &Waiver{}
	if err := node.Decode(w); err != nil {
		return nil, []string{"it must be an object of strings: " + err.Error()}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i].Value; !allowedKeys[key] {
			errs = append(errs, fmt.Sprintf("there is no key %q: allowed are control, resource, reason, owner, ticket, expires",
				key))
		}
	}
	if !known(w.Control) {
		errs = append(errs, fmt.Sprintf("there is no control %q: name one of docs/controls.md", w.Control))
	}
	errs = append(errs, w.compile()...)
	const shortest = 20
	if len(strings.TrimSpace(w.Reason)) < shortest {
		errs = append(errs, fmt.Sprintf("the reason is shorter than %d letters: say why the violation is acceptable",
			shortest))
	}
	if strings.TrimSpace(w.Owner) == "" {
		errs = append(errs, "the owner is missing: name the team or person who answers for it")
	}
	if strings.TrimSpace(w.Ticket) == "" {
		errs = append(errs, "the ticket is missing: link to where it was decided")
	}
	if problem := w.term(now); problem != "" {
		errs = append(errs, problem)
	}
	return w, errs
}

var urnPattern = regexp.MustCompile(`^urn:pulumi:([^:]+)::(.+)$`)

// compile turns the resource pattern into regular expressions.
func (w *Waiver) compile() []string {
	parts := urnPattern.FindStringSubmatch(w.Resource)
	if parts == nil {
		return []string{fmt.Sprintf("the resource is %q: give a URN, urn:pulumi:<stack>::<project>::<type>::<name>, "+
			"in which * stands for any text", w.Resource)}
	}
	const letters = 3
	if plain := strings.NewReplacer("*", "", ":", "").Replace(parts[2]); len(plain) < letters {
		return []string{"the resource matches everything: name the resource"}
	}
	w.pattern, w.stack = glob(w.Resource), glob(parts[1])
	return nil
}

func glob(pattern string) *regexp.Regexp {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`)
	return regexp.MustCompile("(?s)^" + quoted + "$")
}

// term checks the end of the waiver.
func (w *Waiver) term(now time.Time) string {
	last, err := time.Parse(time.DateOnly, w.Expires)
	if err != nil {
		return fmt.Sprintf("expires is %q: give a day such as %s", w.Expires, now.AddDate(0, 3, 0).Format(time.DateOnly))
	}
	today := now.UTC().Truncate(24 * time.Hour)
	switch {
	case last.Before(today):
		return fmt.Sprintf("it expired on %s: fix the resource, or have it reviewed again", w.Expires)
	case last.After(today.AddDate(0, 0, LongestTerm)):
		return fmt.Sprintf("it ends on %s, more than %d days from now: give a day up to %s",
			w.Expires, LongestTerm, today.AddDate(0, 0, LongestTerm).Format(time.DateOnly))
	default:
		return ""
	}
}

// Use returns the waiver that covers a violation, or nil, and marks it as used.
func (s *Set) Use(control, urn string) *Waiver {
	for _, w := range s.valid {
		if w.Control == control && w.pattern.MatchString(urn) {
			w.used = true
			return w
		}
	}
	return nil
}

// All returns the valid waivers.
func (s *Set) All() []*Waiver { return s.valid }

// Problems lists what is wrong with the waivers, as far as a run over one stack can show it. It
// does not call a waiver unused if it is for another stack, or if it may cover a resource that
// the operation left out: missed lists those per control.
func (s *Set) Problems(stack string, missed func(control string) []string) []string {
	problems := slices.Clone(s.problems)
	for _, w := range s.valid {
		if w.used || !w.stack.MatchString(stack) || slices.ContainsFunc(missed(w.Control), w.pattern.MatchString) {
			continue
		}
		problems = append(problems, fmt.Sprintf("the waiver of %s for %s is not needed: no violation matches it, delete it",
			w.Control, w.Resource))
	}
	return problems
}

// Reset marks all waivers as unused.
func (s *Set) Reset() {
	for _, w := range s.valid {
		w.used = false
	}
}

// Covers reports whether a violation would be waived.
func (s *Set) Covers(control, urn string) bool {
	return slices.ContainsFunc(s.valid, func(w *Waiver) bool {
		return w.Control == control && w.pattern.MatchString(urn)
	})
}
