package mutants

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options of a measurement.
type Options struct {
	// Root is the module's directory.
	Root string
	Seed uint64
	// Sample is the number of mutants per target.
	Sample int
	// Workers is the number of mutants tried at a time.
	Workers int
	// Grace is added to five times the processor time that the tests usually take to get their limit with a mutant: 15
	// seconds if it is 0. On the clock they may take four times as long, because the machine may be busy.
	Grace time.Duration
	// Until is the time from which no further mutant is started; the zero time means never.
	Until time.Time
	// Progress gets a line per mutant.
	Progress io.Writer
}

// Outcome is the fate of a mutant.
type Outcome string

// The outcomes.
const (
	Killed     Outcome = "killed"
	GoldenOnly Outcome = "killed by golden files alone"
	TimedOut   Outcome = "timed out"
	Survived   Outcome = "survived"
	NotCovered Outcome = "not covered"
	Untried    Outcome = "not tried"
)

// Result is a mutant with its outcome.
type Result struct {
	*Mutant
	Outcome Outcome
	// By is the test that failed first.
	By string
}

// Measured holds the results for a target.
type Measured struct {
	Target Target
	// Of is the number of mutants that the sample was drawn from.
	Of      int
	Results []Result
	// LeftOut lists tests that fail in the copy without a mutant; they are not used.
	LeftOut []string
	Took    time.Duration
}

// run is the measurement of one target.
type run struct {
	Options
	target  Target
	scratch string
	// module is the copy with the mutants, pristine the one without.
	module, pristine string
	suites           []*suite
	// update lets only one run at a time rewrite golden files or change the pristine copy.
	update sync.Mutex
}

// Run measures a target.
func Run(ctx context.Context, target Target, o Options) (*Measured, error) {
	begin := time.Now()
	scratch, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a directory for temporary files
	if o.Root, err = filepath.Abs(o.Root); err != nil {
		return nil, err
	}
	r := &run{Options: o, target: target, scratch: scratch, module: filepath.Join(scratch, "module")}
	r.pristine = filepath.Join(scratch, "pristine")
	packages, err := Load(ctx, o.Root, target.Packages...)
	if err != nil {
		return nil, err
	}
	mutants, of := Draw(packages, o.Seed, o.Sample)
	fmt.Fprintf(o.Progress, "%s: drew %d of %d mutants, building the tests\n", target.Name, len(mutants), of)
	if err := r.prepare(ctx, packages, mutants); err != nil {
		return nil, err
	}
	measured := &Measured{Target: target, Of: of, Results: r.tryAll(ctx, mutants), Took: time.Since(begin)}
	for _, s := range r.suites {
		for _, test := range s.broken {
			measured.LeftOut = append(measured.LeftOut, s.dir+" "+test)
		}
	}
	return measured, ctx.Err()
}

// prepare copies the module with the mutants in it, builds the tests, and runs them once without a mutant.
func (r *run) prepare(ctx context.Context, packages []*Package, mutants []*Mutant) error {
	if err := errors.Join(copyModule(ctx, r.Root, r.module), copyModule(ctx, r.Root, r.pristine)); err != nil {
		return err
	}
	for _, p := range packages {
		mutants := slices.DeleteFunc(slices.Clone(mutants), func(m *Mutant) bool { return m.pkg != p || m.constant })
		if err := write(r.module, p.switched(mutants)); err != nil {
			return err
		}
	}
	listed, err := list(ctx, r.Root, append(slices.Clone(r.target.Packages), r.target.Tests...)...)
	if err != nil {
		return err
	}
	for _, p := range listed {
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		dir, err := filepath.Rel(r.Root, p.Dir)
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(dir, string(filepath.Separator), "-") + ".test"
		s := &suite{dir: dir, binary: filepath.Join(r.scratch, name), skipped: r.target.Skip}
		if s.golden, err = goldenTests(p.Dir); err != nil {
			return err
		}
		if s.files, err = testFiles(p.Dir); err != nil {
			return err
		}
		if err := s.build(ctx, r.module); err != nil {
			return err
		}
		if err := s.measure(ctx, r.module, r.pristine, r.scratch); err != nil {
			return err
		}
		fmt.Fprintf(r.Progress, "%s: the tests of %s take %s and reach %d of the mutants\n",
			r.target.Name, s.dir, s.usual.clock.Round(100*time.Millisecond), len(s.reached))
		r.suites = append(r.suites, s)
	}
	return nil
}

// write writes files into a copy of the module.
func write(module string, sources map[string][]byte) error {
	for path, source := range sources {
		if err := os.WriteFile(filepath.Join(module, path), source, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// build compiles the tests of a copy of the module, unless that was done.
func (s *suite) build(ctx context.Context, module string) error {
	if _, err := os.Stat(s.binary); err == nil {
		return nil
	}
	args := []string{"test", "-c", "-vet=off", "-trimpath", "-o", s.binary, "./" + filepath.ToSlash(s.dir)}
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // G204: our own packages
	command.Dir = module
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tests of %s with mutants: %w\n%s", s.dir, err, out)
	}
	return nil
}

// tryAll tries all mutants, some at a time.
func (r *run) tryAll(ctx context.Context, mutants []*Mutant) []Result {
	results := make([]Result, len(mutants))
	next := make(chan int)
	var wait sync.WaitGroup
	var mutex sync.Mutex
	begin, done := time.Now(), 0
	for range max(1, r.Workers) {
		wait.Go(func() {
			for i := range next {
				result := r.try(ctx, mutants[i])
				mutex.Lock()
				results[i] = result
				done++
				left := time.Since(begin) / time.Duration(done) * time.Duration(len(mutants)-done)
				fmt.Fprintf(r.Progress, "%s: %d of %d, ends about %s: %s:%d %s: %s %s\n", r.target.Name, done, len(mutants),
					time.Now().Add(left).Format("15:04"), result.File, result.Line, result.Operator, result.Outcome, result.By)
				mutex.Unlock()
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	wait.Wait()
	return results
}

// try runs the suites that reach a mutant, until one fails.
func (r *run) try(ctx context.Context, m *Mutant) Result {
	result := Result{Mutant: m, Outcome: NotCovered}
	if ctx.Err() != nil || !r.Until.IsZero() && time.Now().After(r.Until) {
		result.Outcome = Untried
		return result
	}
	module, suites := r.module, r.suites
	if m.constant {
		var err error
		if module, suites, err = r.variant(ctx, m); err != nil {
			result.Outcome, result.By = Untried, err.Error()
			return result
		}
		defer os.RemoveAll(filepath.Dir(module)) //nolint:errcheck // a directory for temporary files
	}
	if !m.constant {
		suites = slices.DeleteFunc(slices.Clone(suites), func(s *suite) bool { return !s.reached[m.number] })
	}
	for _, turn := range turns(suites, m) {
		s := turn.suite
		if err := s.build(ctx, module); err != nil {
			result.Outcome, result.By = Untried, err.Error()
			return result
		}
		result.Outcome = Survived
		v := s.run(ctx, module, m.number, r.patience(s, turn.share()), nil, "-test.failfast",
			choice(turn.tests, turn.groups...))
		switch {
		case ctx.Err() != nil:
			result.Outcome = Untried
		case v.late:
			result.Outcome = TimedOut
		case v.failed:
			result.Outcome, result.By = Killed, s.dir+" "+v.test
			if s.golden[v.test] && !r.failsUpdated(ctx, m, module, suites) {
				result.Outcome = GoldenOnly
			}
		default:
			continue
		}
		return result
	}
	if by := r.read(ctx, m, suites); by != "" {
		result.Outcome, result.By = Killed, by
	}
	return result
}

// turn is a part of a suite that runs at once: tests, or groups of their subtests.
type turn struct {
	*suite
	tests, groups []string
}

// share is the part of the suite's time that the turn takes, from 0 to 1.
func (t turn) share() (share float64) {
	for _, test := range t.tests {
		if len(t.groups) == 0 {
			share += t.suite.share[test]
		}
		for _, group := range t.groups {
			share += t.suite.share[test+"/"+group]
		}
	}
	return min(share, 1)
}

// turns returns the parts of suites that have tests: first those near the mistake, then the subtests about what its
// file names, then the quick ones of all, then the slow ones. Tests with golden files come last, so that they alone
// decide only where no other test sees the mutant.
func turns(suites []*suite, m *Mutant) (all []turn) {
	for _, part := range []func(*suite) (tests, groups []string){
		func(s *suite) ([]string, []string) { return s.near(m.File), nil },
		func(s *suite) ([]string, []string) { return s.about(m.file.source) },
		func(s *suite) ([]string, []string) { return s.quick, nil },
		func(s *suite) ([]string, []string) { return s.slow, nil },
		func(s *suite) ([]string, []string) { return s.rewritten, nil },
	} {
		for _, s := range suites {
			if tests, groups := part(s); len(tests) > 0 {
				all = append(all, turn{s, tests, groups})
			}
		}
	}
	return all
}

// read shows a mutant to the tests that read the source, and says which one fails.
func (r *run) read(ctx context.Context, m *Mutant, suites []*suite) string {
	suites = slices.DeleteFunc(slices.Clone(suites), func(s *suite) bool { return len(s.readers) == 0 })
	if len(suites) == 0 {
		return ""
	}
	r.update.Lock()
	defer r.update.Unlock()
	path := filepath.Join(r.pristine, m.File)
	mutated := apply(m.file.source, 0, len(m.file.source), []edit{m.edit})
	if err := os.WriteFile(path, []byte(mutated), 0o600); err != nil {
		return ""
	}
	defer os.WriteFile(path, m.file.source, 0o600) //nolint:errcheck // a copy that goes away
	for _, s := range suites {
		if v := s.run(ctx, r.pristine, m.number, r.patience(s, 1), nil, choice(s.readers)); v.failed && ctx.Err() == nil {
			return s.dir + " " + v.test
		}
	}
	return ""
}

// patience is the time limit of a part of the tests with a mutant. The processor's time is that of the part; the clock
// goes on while the machine is busy with other things, which a part does not shorten.
func (r *run) patience(s *suite, share float64) usage {
	grace := cmp.Or(r.Grace, 15*time.Second)
	return usage{
		clock:     4*grace + 20*s.usual.clock,
		processor: grace + time.Duration(5*share*float64(s.usual.processor)),
	}
}

// variant makes a copy of the module with a mutated constant, and returns the suites to build
// there.
func (r *run) variant(ctx context.Context, m *Mutant) (module string, suites []*suite, err error) {
	scratch, err := os.MkdirTemp(r.scratch, "constant-")
	if err != nil {
		return "", nil, err
	}
	module = filepath.Join(scratch, "module")
	if err := copyModule(ctx, r.Root, module); err != nil {
		return "", nil, err
	}
	for _, s := range r.suites {
		own := *s
		own.binary = filepath.Join(scratch, filepath.Base(s.binary))
		suites = append(suites, &own)
	}
	return module, suites, write(module, m.pkg.switched([]*Mutant{m}))
}

// failsUpdated reports whether a test with golden files fails even if these are rewritten.
func (r *run) failsUpdated(ctx context.Context, m *Mutant, built string, suites []*suite) bool {
	r.update.Lock()
	defer r.update.Unlock()
	module, err := os.MkdirTemp(r.scratch, "updated-")
	if err != nil {
		return false
	}
	defer os.RemoveAll(module) //nolint:errcheck // a directory for temporary files
	if err := copyModule(ctx, r.Root, module); err != nil {
		return false
	}
	for _, s := range suites {
		if len(s.rewritten) == 0 {
			continue
		}
		if err := s.build(ctx, built); err != nil {
			return false
		}
		args := []string{"-test.failfast", choice(s.rewritten), "-update"}
		if v := s.run(ctx, module, m.number, r.patience(s, 1), nil, args...); v.failed {
			return true
		}
	}
	return false
}
