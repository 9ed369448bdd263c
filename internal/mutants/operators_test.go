package mutants_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/mutants"
)

// operators lists, for each piece of code, all of its mutants: the operator, and the line with the mistake, or nothing
// for a dropped line.
var operators = map[string]struct{ code, want string }{
	"a condition": {`if a == b {
		n = m
	}`, `condition forced: if (a == b) && false {
		condition forced: if (a == b) || true {
		comparison turned: if a != b {
		statement dropped:`},
	"a loop": {`for n < m {
	}`, `condition forced: for (n < m) && false {
		comparison turned: for n <= m {
		comparison turned: for n >= m {`},
	"other comparisons": {`_ = []bool{n <= m}
	_ = []bool{n > m}
	_ = []bool{n >= m}`, `entry dropped: _ = []bool{}
		comparison turned: _ = []bool{n < m}
		comparison turned: _ = []bool{n > m}
		entry dropped: _ = []bool{}
		comparison turned: _ = []bool{n >= m}
		comparison turned: _ = []bool{n <= m}
		entry dropped: _ = []bool{}
		comparison turned: _ = []bool{n > m}
		comparison turned: _ = []bool{n < m}`},
	"and, or": {`_ = yes && (no || !yes)`, `and, or swapped: _ = yes || (no || !yes)
		and, or swapped: _ = yes && (no && !yes)
		negation removed: _ = yes && (no || yes)`},
	"arithmetic": {`n += n*m - m/n
	n++`, `arithmetic turned: n -= n*m - m/n
		statement dropped:
		arithmetic turned: n += n*m + m/n
		arithmetic turned: n += n/m - m/n
		arithmetic turned: n += n*m - m*n
		arithmetic turned: n--`},
	"text is not counted":                   {`a += b + a`, `statement dropped:`},
	"a wait is not measured, but left away": {`time.Sleep(3 * time.Second)`, `statement dropped:`},
	"a switch": {`switch a {
	case "x", b:
		break
	}
	switch {
	case no:
	}`, `case dropped: case b:
		case dropped: case "x":
		string changed: case "xx", b:
		statement dropped:
		condition forced: case (no) && false:
		condition forced: case (no) || true:`},
	"calls that say yes or no": {`_ = slices.Contains(list, a)
	_ = !slices.Contains(list, a)`, `call negated: _ = !slices.Contains(list, a)
		negation removed: _ = slices.Contains(list, a)`},
	"options": {`build(a, withName("n"), withName(b))
	build(a, options...)`, `statement dropped:
		option removed: build(a, withName(b))
		option removed: build(a, withName("n"))
		string changed: build(a, withName("nx"), withName(b))
		statement dropped:
		option removed: build(a)`},
	"arguments": {`list = append(list, a, b)
	join(a, b)`, `statement dropped:
		entry dropped: list = append(list, b)
		entry dropped: list = append(list, a)
		statement dropped:
		argument dropped: join(b)
		argument dropped: join(a)`},
	"lists": {`_ = []string{
		"a",
		b,
	}`, `entry dropped: b,
		entry dropped: "a"}
		string changed: "ax",`},
	"maps": {`_ = map[string]int{"a": 1}`, `entry dropped: _ = map[string]int{}
		string changed: _ = map[string]int{"ax": 1}
		number changed: _ = map[string]int{"a": (1 + 1)}`},
	"fields": {`_ = part{Name: a, Size: 0, On: true}
	_ = []*part{{Name: "On the shelf"}}`, `field emptied: _ = part{Size: 0, On: true}
		field emptied: _ = part{Name: a, Size: 0}
		number changed: _ = part{Name: a, Size: (0 + 1), On: true}
		boolean turned: _ = part{Name: a, Size: 0, On: false}
		entry dropped: _ = []*part{}`},
	"a label":    {`_ = part{Sid: "Reads", Name: a}`, `field emptied: _ = part{Sid: "Reads"}`},
	"an address": {`_ = part{Link: a + "b", Name: a}`, `field emptied: _ = part{Link: a + "b"}`},
	"memory": {`_ = make([]int, 0, 7)
	buffer.Grow(7)`, ``},
	"texts for people": {`_ = errors.New("no-bucket")
	_ = fmt.Errorf("%s: %d", a, n)
	slog.Info("began", "n", 7)
	if no {
		panic("impossible")
	}
	_ = "two words"`, `condition forced: if (no) && false {
		condition forced: if (no) || true {
		statement dropped:`},
	"an error": {`_ = func() error {
		return problem
	}`, `error swallowed: return nil`},
	"a value and an error": {`_ = func() (string, error) {
		return a, problem
	}
	_ = func() (list []string, err error) {
		return list, nil
	}`, `error swallowed: return a, nil
		zero returned: return *new([]string), nil`},
	"a value beside a sure error": {`_ = func() (string, bool, error) {
		if problem != nil {
			return a, false, problem
		}
		if yes {
			return a, true, fmt.Errorf("%w", problem)
		}
		return a, false, problem
	}`, `condition forced: if (problem != nil) && false {
		condition forced: if (problem != nil) || true {
		comparison turned: if problem == nil {
		error swallowed: return a, false, nil
		condition forced: if (yes) && false {
		condition forced: if (yes) || true {
		error swallowed: return a, true, nil
		error swallowed: return a, false, nil
		boolean turned: return a, true, problem`},
	"what is zero already": {`_ = func() (string, *part, part, bool) {
		return "", nil, part{}, false
	}
	_ = func() (time.Duration, string) {
		return nothing, unnamed
	}`, `boolean turned: return "", nil, part{}, true`},
	"what blank takes": {`_, _ = a, b`, ``},
	"a constant of a function": {`const limit = 3
	n = limit`, `number changed: const limit = (3 + 1)
		statement dropped:`},
}

// declarations is the same for code outside functions.
var declarations = map[string]struct{ code, want string }{
	"variables": {`var table = []int{7}`, `entry dropped: var table = []int{}
		number changed: var table = []int{(7 + 1)}`},
	"variables that are set together": {`var first, second = pair(7)`, ``},
	"a variable of no name":           {`var _ = 7`, ``},
	"constants": {`const limit, name = 7, "n"`, `number changed: const limit, name = (7 + 1), "n"
		string changed: const limit, name = 7, "nx"`},
	"tags and types": {"type tagged struct {\n\tName [7]int `json:\"name\"`\n}", ``},
	"descriptions":   {`func (p part) String() string { return "part:" + p.Name }`, ``},
	"a function of that name": {
		`func String() string { return "part" }`,
		`zero returned: func String() string { return *new(string) }
		string changed: func String() string { return "partx" }`,
	},
	"a generated file": {"// Code generated by hand. DO NOT EDIT.\n", ``},
}

func TestOperators(t *testing.T) {
	sources, want := map[string]string{}, map[string][]string{}
	for name, test := range operators {
		sources[name], want[name] = "package m\n"+around+"\nfunc f() {\n\t"+test.code+"\n}\n", lines(test.want)
	}
	for name, test := range declarations {
		sources[name], want[name] = "package m\n"+around+test.code+"\n", lines(test.want)
	}
	sources["a generated file"] = declarations["a generated file"].code + "package m\n" + around + "var table = []int{7}\n"
	for name, got := range found(t, sources) {
		assert.Equal(t, want[name], got, name)
	}
}

// around declares what the code of the tests uses. It has nothing to mutate.
const around = `
import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

type part struct {
	Name string
	Size int
	On   bool
	Sid  string
	Link string
}

type Option func()

const (
	nothing time.Duration = iota
	unnamed               = ""
)

var (
	n, m    int
	a, b    string
	yes, no bool
	list    []string
	problem error
	buffer  bytes.Buffer
	options []Option
	_, _    = errors.New, fmt.Errorf
	_, _    = slog.Info, slices.Sort[[]int]
	_       time.Duration
)

func withName(string) (o Option)      { return }
func build(string, ...Option)         {}
func join(...string)                  {}
func pair(int) (first, second string) { return }

`

// found returns the mutants of each source, one per line.
func found(t *testing.T, sources map[string]string) map[string][]string {
	t.Helper()
	files, names := map[string]string{}, map[string]string{}
	for name, source := range sources {
		dir := fmt.Sprintf("m%d", len(files))
		files[filepath.Join(dir, "m.go")], names[dir] = source, name
	}
	packages, err := mutants.Load(t.Context(), module(t, files), "./...")
	require.NoError(t, err)
	require.Len(t, packages, len(sources))
	all := map[string][]string{}
	for _, p := range packages {
		texts := []string{}
		for _, m := range p.Mutants() {
			_, after, _ := strings.Cut(m.Diff(), "    + ")
			if m.Operator == "statement dropped" {
				after = ""
			}
			texts = append(texts, strings.TrimSpace(m.Operator+": "+strings.Join(strings.Fields(after), " ")))
		}
		all[names[p.Dir]] = texts
	}
	return all
}

// lines returns the lines of a text without their indentation.
func lines(text string) []string {
	all := []string{}
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			all = append(all, line)
		}
	}
	return all
}
