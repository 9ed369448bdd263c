// Package engine_test runs whole stacks through the real Pulumi engine and the real policy
// pack, against the simulated AWS.
package engine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
	"aws-webapp/tests/fixtures"
)

const (
	root = "../.."
	// policies is the folder of the project's pack.
	policies = "policies"
)

// whole asks for everything of which `make test` draws a sample: `make engine-all`.
var whole = flag.Bool("all", false, "every key and every change, not a sample")

// drawn says whether the i-th of many similar cases is run: one of each that many, or all.
func drawn(i, each int) bool { return *whole || i%each == 0 }

// base is the folder in which the stacks from which several tests start are brought up, once.
var base string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "engine-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left lies in the system's temporary folder
	base = folder
	flag.Parse()
	if *paced { // the terminal is the demo's
		if os.Stdout, err = os.Open(os.DevNull); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// setup describes the sandbox of a test.
type setup struct {
	// project is the folder of the stack files; that of the fixtures by default.
	project string
	// stack to work on, and the cloud to deploy it to.
	stack string
	cloud simulation.Simulation
	// pack is the policy pack; none by default, because it takes as long as the engine.
	pack string
	// packConfig is the pack's configuration file; none by default.
	packConfig string
	// config over the stack file's.
	config map[string]string
	// before holds the configuration with which [deployed] brought the stack up.
	before map[string]string
	// durable writes the state with every step, as the sandbox does by default; without it the
	// tests take a third of the time.
	durable bool
	// started is called with the engine's processes.
	started func(*os.Process)
	// program in place of the project's own.
	program pulumi.RunFunc
	// eventLog is a file for the engine's events.
	eventLog string
}

// sandbox is a stack in its own home.
type sandbox struct {
	*engine.Engine
	t    testing.TB
	home string
	name string
}

// fresh returns a stack that has never been deployed.
func fresh(t testing.TB, s setup) *sandbox {
	t.Helper()
	return open(t, emptyHome(t, t.TempDir()), s)
}

// deployed returns a stack that is up as its file says.
func deployed(t testing.TB, s setup) *sandbox {
	t.Helper()
	home := emptyHome(t, t.TempDir())
	from := brought(t, s.stack, s.before)
	for _, part := range []string{"state", "stacks"} {
		require.NoError(t, os.CopyFS(filepath.Join(home, part), os.DirFS(filepath.Join(from, part))))
	}
	return open(t, home, s)
}

var (
	broughtMu sync.Mutex
	broughtUp = map[string]string{}
)

// brought brings a stack up the first time, and returns its home.
func brought(t testing.TB, name string, config map[string]string) string {
	t.Helper()
	broughtMu.Lock()
	defer broughtMu.Unlock()
	key := fmt.Sprint(name, config)
	if home, ok := broughtUp[key]; ok {
		return home
	}
	home := emptyHome(t, filepath.Join(base, fmt.Sprintf("%s-%d", name, len(broughtUp))))
	first := open(t, home, setup{stack: name, config: config})
	_, err := first.Up(t.Context())
	require.NoError(t, err)
	broughtUp[key] = home
	return home
}

// emptyHome makes a home that shares things that take long to build with the project's home.
func emptyHome(t testing.TB, home string) string {
	t.Helper()
	shared, err := filepath.Abs(filepath.Join(root, ".sandbox", "bin"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(shared, 0o750))
	require.NoError(t, os.MkdirAll(home, 0o750))
	require.NoError(t, os.Symlink(shared, filepath.Join(home, "bin")))
	return home
}

// open opens a stack; it is closed with the test.
func open(t testing.TB, home string, s setup) *sandbox {
	t.Helper()
	switch s.pack {
	case "":
		s.pack = engine.NoPolicyPack
	case policies:
		s.pack = fixtures.Repository(t, policies)
	}
	if s.project == "" {
		s.project = fixtures.Stacks(t)
	}
	if s.program == nil {
		s.program = stack.Deploy
	}
	e, err := engine.Open(t.Context(), engine.Options{
		Root: s.project, Home: home, Stack: s.stack, Program: s.program, Cloud: s.cloud,
		PolicyPack: s.pack, PolicyConfig: s.packConfig,
		Config: s.config, Progress: testLog{t}, Started: s.started, Fast: !s.durable, EventLog: s.eventLog,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return &sandbox{Engine: e, t: t, home: home, name: s.stack}
}

// packConfig returns the path of the pack's configuration for a stack.
func packConfig(t testing.TB, stack string) string {
	t.Helper()
	file := fixtures.File(t, policyargs.ConfigFile(policies, stack))
	require.FileExists(t, file)
	return file
}

// again opens the same stack once more, as the next command of a user would.
func (s *sandbox) again(change setup) *sandbox {
	s.t.Helper()
	change.stack = s.name
	return open(s.t, s.home, change)
}

// account returns the simulated account behind the stack.
func (s *sandbox) account() *cloud.Cloud {
	s.t.Helper()
	account, err := cloud.Open(filepath.Join(s.home, "stacks", s.name, "cloud", simulation.AccountFile))
	require.NoError(s.t, err)
	return account
}

// exists lists the resources in the account, as "type name".
func (s *sandbox) exists() []string {
	s.t.Helper()
	records, err := s.account().Records()
	require.NoError(s.t, err)
	found := []string{}
	for _, r := range records {
		found = append(found, r.Token+" "+r.Label())
	}
	return found
}

// find returns the record that a resource of the program made.
func (s *sandbox) find(token, name string) *cloud.Record {
	s.t.Helper()
	found := recordOf(s.t, s.account(), token, name)
	require.NotNil(s.t, found, "no %s %q", token, name)
	return found
}

// recordOf returns the record that a resource of the program made, nil if there is none.
func recordOf(t testing.TB, account *cloud.Cloud, token, name string) *cloud.Record {
	t.Helper()
	records, err := account.Records()
	require.NoError(t, err)
	at := slices.IndexFunc(records, func(r *cloud.Record) bool {
		return r.Token == token && r.URN != "" && r.URN.Name() == name
	})
	if at < 0 {
		return nil
	}
	return records[at]
}

// requireNoOrphans fails if the account has resources that Pulumi does not know.
func (s *sandbox) requireNoOrphans() {
	s.t.Helper()
	managed, err := s.Managed()
	require.NoError(s.t, err)
	orphans, err := s.account().Orphans(managed)
	require.NoError(s.t, err)
	labels := []string{}
	for _, r := range orphans {
		labels = append(labels, r.Label())
	}
	require.Empty(s.t, labels)
}

// steps writes a result's steps as "op type name [changed]".
func steps(result *engine.Result) []string {
	written := []string{}
	for _, step := range result.Steps {
		text := fmt.Sprintf("%s %s %s", step.Op, step.Type[strings.LastIndexByte(step.Type, ':')+1:], step.Name)
		if len(step.Changed) > 0 {
			text += fmt.Sprintf(" %v", step.Changed)
		}
		written = append(written, text)
	}
	slices.Sort(written)
	return written
}

// testLog shows the engine's progress with the test's own output.
type testLog struct{ t testing.TB }

func (l testLog) Write(text []byte) (int, error) {
	if testing.Verbose() {
		l.t.Log(strings.TrimRight(string(text), "\n"))
	}
	return len(text), nil
}

// props shortens what tests do to a record.
type props = resource.PropertyMap
