// Package faults_test breaks things under the real Pulumi engine, against the simulated AWS,
// and compares the result of the recovery with a run in which nothing broke.
//
// `go test` runs a sample. `make faults` runs everything, that is with -args -all; -shard 1/4
// takes every fourth resource of the sweep, and -scratch starts each from an empty account.
package faults_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
	"aws-webapp/tests/fixtures"
)

const (
	root  = "../.."
	prod  = "prod"
	token = "aws:"
)

var (
	all     = flag.Bool("all", false, "every resource and every point, not a sample")
	shard   = flag.String("shard", "1/1", "which part of the sweep to run, such as 2/4")
	scratch = flag.Bool("scratch", false, "start each run of the sweep from an empty account (slower)")
	seed    = flag.Uint64("seed", 1, "of the random points at which the engine is killed")
)

// base is a folder for the homes from which all tests start.
var base string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "faults-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left lies in the system's temporary folder
	base = folder
	return m.Run()
}

// setup describes the sandbox of a test.
type setup struct {
	faults  *fault.Plan
	config  map[string]string
	started func(*os.Process)
	// durable writes the state with every step, as the sandbox does by default, for engines
	// that are killed; without it everything else takes a tenth of the time.
	durable bool
}

// sandbox is prod in its own home.
type sandbox struct {
	*engine.Engine
	t    *testing.T
	home string
}

// open opens the stack in a home; it is closed with the test.
func open(t *testing.T, home string, s setup) *sandbox {
	t.Helper()
	e, err := openEngine(t, home, s)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return &sandbox{Engine: e, t: t, home: home}
}

func openEngine(t *testing.T, home string, s setup) (*engine.Engine, error) {
	t.Helper()
	return engine.Open(t.Context(), engine.Options{
		Root: fixtures.Stacks(t), Home: home, Stack: prod, Program: stack.Deploy,
		Cloud:      simulation.Simulation{Faults: s.faults},
		PolicyPack: engine.NoPolicyPack, Config: s.config, Started: s.started, Fast: !s.durable,
	})
}

// emptyHome makes a home that shares the CLI with the project's own.
func emptyHome(t *testing.T, home string) string {
	t.Helper()
	shared, err := filepath.Abs(filepath.Join(root, ".sandbox", "bin"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(shared, 0o750))
	require.NoError(t, os.MkdirAll(home, 0o750))
	require.NoError(t, os.Symlink(shared, filepath.Join(home, "bin")))
	return home
}

// flawless holds a home in which prod was brought up without a fault.
var flawless = struct {
	sync.Once
	home string
}{}

// flawlessHome brings prod up the first time, and returns its home.
func flawlessHome(t *testing.T) string {
	t.Helper()
	flawless.Do(func() {
		home := emptyHome(t, filepath.Join(base, "flawless"))
		e, err := openEngine(t, home, setup{})
		require.NoError(t, err)
		_, err = e.Up(t.Context())
		require.NoError(t, err)
		require.NoError(t, e.Close())
		flawless.home = home
	})
	require.NotEmpty(t, flawless.home, "prod did not come up without faults")
	return flawless.home
}

// deployedHome returns a copy of a home in which prod is up.
func deployedHome(t *testing.T) string {
	t.Helper()
	return copyHome(t, flawlessHome(t))
}

// copyHome copies the stacks of a home into a home of the test.
func copyHome(t *testing.T, from string) string {
	t.Helper()
	home := emptyHome(t, t.TempDir())
	copyParts(t, from, home)
	return home
}

// keep copies the stacks of a home to a place where other tests find them.
func keep(t *testing.T, from string) string {
	t.Helper()
	home, err := os.MkdirTemp(base, "home-") //nolint:usetesting // it outlives the test: others start from it
	require.NoError(t, err)
	emptyHome(t, home)
	copyParts(t, from, home)
	return home
}

func copyParts(t *testing.T, from, home string) {
	t.Helper()
	for _, part := range []string{"state", "stacks"} {
		require.NoError(t, os.CopyFS(filepath.Join(home, part), os.DirFS(filepath.Join(from, part))))
	}
}

func accountFile(home string) string {
	return filepath.Join(home, "stacks", prod, "cloud", simulation.AccountFile)
}

func stateFile(home string) string {
	return filepath.Join(home, "state", ".pulumi", "stacks", "aws-webapp", prod+".json")
}

// recordsOf returns what the account of a home has.
func recordsOf(t *testing.T, home string) []*cloud.Record {
	t.Helper()
	account, err := cloud.Open(accountFile(home))
	require.NoError(t, err)
	records, err := account.Records()
	require.NoError(t, err)
	return records
}

// contents writes each record out in full, by type and key, except the number of its updates. The simulation derives
// ids and random suffixes from the resource and from the number of its creations, so two accounts are only equal if
// nothing was created twice.
func contents(t *testing.T, home string) map[string]string {
	t.Helper()
	written := map[string]string{}
	for _, r := range recordsOf(t, home) {
		r = r.Clone()
		r.Revision = 0
		text, err := json.Marshal(r)
		require.NoError(t, err)
		written[r.Token+" "+r.Key] = string(text)
	}
	return written
}

// orphans returns the resources that cost money and that Pulumi does not know.
func (s *sandbox) orphans() []*cloud.Record {
	s.t.Helper()
	managed, err := s.Managed()
	require.NoError(s.t, err)
	account, err := cloud.Open(accountFile(s.home))
	require.NoError(s.t, err)
	found, err := account.Orphans(managed)
	require.NoError(s.t, err)
	return found
}

// requireFlawless compares the account and the state with those of a home where nothing broke.
func (s *sandbox) requireFlawless(home string) {
	s.t.Helper()
	want, got := contents(s.t, home), contents(s.t, s.home)
	for name, text := range want {
		require.Equal(s.t, text, got[name], name)
	}
	require.Len(s.t, got, len(want), "something was made twice")
	require.Empty(s.t, labels(s.orphans()), "orphans")
	require.Equal(s.t, managedIn(s.t, home), managedIn(s.t, s.home))
}

// requireFailure fails unless an operation ended with errors, one of which contains the wanted
// text.
func requireFailure(t *testing.T, err error, want string) {
	t.Helper()
	var failure *engine.Failure
	require.ErrorAs(t, err, &failure)
	require.Contains(t, strings.Join(failure.Result.Errors, "\n"), want)
}

func labels(records []*cloud.Record) []string {
	names := []string{}
	for _, r := range records {
		names = append(names, r.Label())
	}
	return names
}

// isAWS reports whether the resource exists in AWS: not a component, a stack or a provider.
func isAWS(urn resource.URN) bool {
	return strings.HasPrefix(string(urn.Type()), token)
}
