package mutants

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// suite is the tests of one package, compiled with all mutants.
type suite struct {
	// dir is relative to the module's root.
	dir, binary string
	// files says which file each test is in, without directory and suffix.
	files map[string]string
	// golden lists the tests that compare with files which -update rewrites.
	golden map[string]bool
	// broken lists tests that fail without a mutant, readers those that fail only because all mutants are in the
	// source, skipped those that the target leaves out.
	broken, readers, skipped []string
	// reached lists the numbers of the mutants that the tests reach.
	reached map[int]bool
	// usual is the time that the tests take without a mutant, on the clock and of the processor.
	usual usage
	// share is the part of that time which each test takes, and each group of subtests as Test/group, from 0 to 1.
	share map[string]float64
	// groups lists the first part of the names of each test's subtests.
	groups map[string][]string
	// quick, slow and rewritten list the tests in the order of their turns: first those that take little time, then
	// the others, at last those that compare with files which -update rewrites.
	quick, slow, rewritten []string
}

// usage is the time that tests take.
type usage struct{ clock, processor time.Duration }

// verdict is the result of the tests for a mutant.
type verdict struct {
	failed, late bool
	took         usage
	// test is the first test that failed; empty if the program ended without naming one.
	test   string
	output []byte
}

var failedTest = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

// run runs the tests in a copy of the module, with a mutant or, for 0, without.
func (s *suite) run(
	ctx context.Context, root string, mutant int, limit usage, env []string, args ...string,
) verdict {
	limited, cancel := context.WithTimeout(ctx, limit.clock)
	defer cancel()
	args = append([]string{"-test.timeout=0"}, args...)
	if apart := slices.Concat(s.broken, s.readers, s.skipped); len(apart) > 0 && !slices.ContainsFunc(args, isChoice) {
		args = append(args, "-test.skip=^("+strings.Join(apart, "|")+")$")
	}
	command := contained(limited, limit.processor, s.binary, args...)
	command.Dir = filepath.Join(root, s.dir)
	// There is memory enough: a third of the time of large suites would go into its collection.
	command.Env = append(append(os.Environ(), "GOGC=400", envMutant+"="+strconv.Itoa(mutant)), env...)
	command.WaitDelay = time.Second
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	begin := time.Now()
	err := command.Run()
	v := verdict{failed: err != nil, output: output.Bytes(), took: usage{clock: time.Since(begin)}}
	v.late = errors.Is(limited.Err(), context.DeadlineExceeded) || wasBusy(command, limit.processor)
	if state := command.ProcessState; state != nil {
		v.took.processor = state.UserTime() + state.SystemTime()
	}
	if match := failedTest.FindSubmatch(v.output); match != nil {
		v.test, _, _ = strings.Cut(string(match[1]), "/")
	}
	return v
}

func isChoice(arg string) bool { return strings.HasPrefix(arg, "-test.run=") }

// choice runs some tests, of those with subtests only some groups if any are given.
func choice(tests []string, groups ...string) string {
	chosen := "-test.run=^(" + strings.Join(tests, "|") + ")$"
	if len(groups) == 0 {
		return chosen
	}
	quoted := make([]string, len(groups))
	for i, group := range groups {
		quoted[i] = regexp.QuoteMeta(group)
	}
	return chosen + "/^(" + strings.Join(quoted, "|") + ")$"
}

// unhurried is the limit where there is no mutant.
var unhurried = usage{time.Hour, time.Hour}

// measure runs the tests without a mutant to learn how long they take, what they reach and which fail. Tests that
// fail only in the copy with the mutants, but pass in pristine, read the source.
func (s *suite) measure(ctx context.Context, root, pristine, scratch string) error {
	trace := filepath.Join(scratch, "reached")
	for attempt := 0; ; attempt++ {
		if err := os.WriteFile(trace, nil, 0o600); err != nil {
			return err
		}
		v := s.run(ctx, root, 0, unhurried, []string{envReached + "=" + trace}, "-test.v")
		if !v.failed {
			s.usual = v.took
			s.order(v.output)
			break
		}
		for _, match := range failedTest.FindAllSubmatch(v.output, -1) {
			if name, _, _ := strings.Cut(string(match[1]), "/"); !slices.Contains(s.broken, name) {
				s.broken = append(s.broken, name)
			}
		}
		if attempt == 1 || len(s.broken) == 0 {
			return fmt.Errorf("the tests of %s fail without a mutant:\n%s", s.dir, v.output)
		}
	}
	s.broken = slices.DeleteFunc(s.broken, func(test string) bool {
		reads := !s.run(ctx, pristine, 0, unhurried, nil, choice([]string{test})).failed
		if reads {
			s.readers = append(s.readers, test)
		}
		return reads
	})
	seen, err := os.ReadFile(trace) //nolint:gosec // G304: written above
	if err != nil {
		return err
	}
	s.reached = map[int]bool{}
	for _, line := range strings.Fields(string(seen)) {
		n, err := strconv.Atoi(line)
		if err != nil {
			return fmt.Errorf("%s: %w", trace, err)
		}
		s.reached[n] = true
	}
	return nil
}

var ended = regexp.MustCompile(`(?m)^ *--- (?:PASS|SKIP): ([^/\s]+)(?:/([^/\s]+))?(\S*) \((\d+\.\d+)s\)`)

// order gives the tests their turns by the output of a run with -test.v. A test is slow if it takes more than a
// twentieth of the time of all.
func (s *suite) order(output []byte) {
	s.share, s.groups = map[string]float64{}, map[string][]string{}
	took, all := map[string]float64{}, 0.0
	for _, match := range ended.FindAllSubmatch(output, -1) {
		test, group := string(match[1]), string(match[2])
		seconds, _ := strconv.ParseFloat(string(match[4]), 64)
		took[test] += seconds
		all += seconds
		if group == "" {
			continue
		}
		if took[test+"/"+group] += seconds; !slices.Contains(s.groups[test], group) {
			s.groups[test] = append(s.groups[test], group)
		}
	}
	for name, seconds := range took {
		s.share[name] = seconds / max(all, 1)
	}
	for _, test := range slices.Sorted(maps.Keys(took)) {
		if strings.Contains(test, "/") {
			continue
		}
		switch {
		case s.golden[test]:
			s.rewritten = append(s.rewritten, test)
		case took[test] > all/20:
			s.slow = append(s.slow, test)
		default:
			s.quick = append(s.quick, test)
		}
	}
}

// goldenTests are the tests of a directory from which the flag -update is used, directly or through helpers.
func goldenTests(dir string) (map[string]bool, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	uses := map[string]map[string]bool{} // names that a function mentions, by the function's
	flags := map[string]bool{}
	for _, name := range names {
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, imported := range parsed.Imports {
			if strings.HasSuffix(imported.Path.Value, `/golden"`) { // our package that has the flag
				flags["golden"] = true
			}
		}
		for _, decl := range parsed.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				uses[decl.Name.Name] = mentioned(decl)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if value, ok := spec.(*ast.ValueSpec); ok {
						noteFlag(value, flags)
					}
				}
			}
		}
	}
	golden := flags
	for grown := true; grown; {
		grown = false
		for function, names := range uses {
			for name := range names {
				if golden[name] && !golden[function] {
					golden[function], grown = true, true
				}
			}
		}
	}
	return golden, nil
}

// noteFlag notes a variable that is the flag -update.
func noteFlag(value *ast.ValueSpec, flags map[string]bool) {
	for i, v := range value.Values {
		call, ok := v.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			continue
		}
		if literal, ok := call.Args[0].(*ast.BasicLit); ok && literal.Value == `"update"` {
			flags[value.Names[i].Name] = true
		}
	}
}

// testFiles returns the file of each test of a directory, without _test.go.
func testFiles(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range parsed.Decls {
			if test, ok := decl.(*ast.FuncDecl); ok {
				files[test.Name.Name] = strings.TrimSuffix(filepath.Base(name), "_test.go")
			}
		}
	}
	return files, nil
}

// near returns those of the quick and slow tests whose file has the name of a source file, or begins with the same
// word: they take a moment, and find most mistakes there.
func (s *suite) near(source string) []string {
	word := func(file string) string {
		word, _, _ := strings.Cut(file, "_")
		return word
	}
	of := strings.TrimSuffix(filepath.Base(source), ".go")
	return slices.DeleteFunc(slices.Concat(s.quick, s.slow), func(test string) bool {
		return word(s.files[test]) != word(of)
	})
}

// about returns the tests with subtests that are named after a text in a source, and the names of these groups: a test
// that goes through a table of rules takes long, but a moment for those that the file has.
func (s *suite) about(source []byte) (tests, groups []string) {
	for _, test := range slices.Concat(s.quick, s.slow) {
		about := slices.DeleteFunc(slices.Clone(s.groups[test]), func(group string) bool {
			return !bytes.Contains(source, []byte(strconv.Quote(group)))
		})
		if len(about) > 0 {
			tests, groups = append(tests, test), append(groups, about...)
		}
	}
	slices.Sort(groups)
	return tests, slices.Compact(groups)
}

func mentioned(node ast.Node) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
	return names
}
