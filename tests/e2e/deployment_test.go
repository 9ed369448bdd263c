//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/sandbox/emulation"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/moto"
	"aws-webapp/internal/stack"
	"aws-webapp/tests/fixtures"
)

// withSearch also deploys the log search. The provider waits ten minutes for the creation and
// ten for the deletion of a domain, however fast the cloud is.
var withSearch = flag.Bool("search", false, "deploy the log search, too: 25 minutes more")

// deployment is one of the project's stacks on its own cloud, with the configuration of its file.
type deployment struct {
	cloud
	clients
	name    string
	home    string
	config  map[string]string // over the stack file's
	outputs map[string]any
	watch   *stopwatch
	through func(engine.Cloud) engine.Cloud // how the cloud is reached, where it is not as the sandbox does

	// cfg is the configuration of the program's last run.
	cfg *config.Config
}

// newDeployment prepares a cloud for a stack. Nothing is deployed yet.
func newDeployment(t *testing.T, name string) *deployment {
	t.Helper()
	started := startMoto(t)
	started.home = installPlugin(t).Home
	d := &deployment{
		cloud: started, clients: newClients(started.config()), name: name, home: emptyHome(t),
		config: map[string]string{}, watch: newStopwatch(t, name),
	}
	if !*withSearch {
		d.config["logSearch.enabled"] = "false"
	}
	return d
}

// emptyHome makes a home for one stack's state. It shares things that take long to build with
// the project's home.
func emptyHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	bin := repository(t, ".sandbox", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o750))
	require.NoError(t, os.Symlink(bin, filepath.Join(home, "bin")))
	return home
}

// open opens the stack with the configuration so far and the given changes, which stay.
func (d *deployment) open(t *testing.T, changes map[string]string) *engine.Engine {
	t.Helper()
	maps.Copy(d.config, changes)
	var cloud engine.Cloud = emulation.Emulation{
		Root: repository(t), Home: repository(t, ".sandbox"), Stacks: fixtures.Stacks(t), Stack: d.name, Server: d.server,
		Progress: progress(d.name),
	}
	if d.through != nil {
		cloud = d.through(cloud)
	}
	opened, err := engine.Open(t.Context(), engine.Options{
		Root: fixtures.Stacks(t), Home: d.home, Stack: d.name, Program: stack.Deploy, Cloud: cloud,
		PolicyPack: engine.NoPolicyPack, Config: d.config, Progress: progress(d.name), Fast: true,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, opened.Close()) })
	work := filepath.Join(d.home, "stacks", d.name, "work")
	d.cfg, err = config.LoadFile(filepath.Join(work, "Pulumi.yaml"), filepath.Join(work, "Pulumi."+d.name+".yaml"))
	require.NoError(t, err)
	return opened
}

// up brings the stack up with the changes.
func (d *deployment) up(t *testing.T, changes map[string]string) *engine.Result {
	t.Helper()
	result, err := d.run(t, changes, (*engine.Engine).Up)
	require.NoError(t, err)
	d.outputs = result.Outputs
	return result
}

// run runs an operation on the stack, with the changes. Where the provider's SDK broke its own connection it does so
// again, as the runbook says under "An update that failed half way".
func (d *deployment) run(
	t *testing.T, changes map[string]string, operation func(*engine.Engine, context.Context) (*engine.Result, error),
) (*engine.Result, error) {
	t.Helper()
	const attempts = 3
	for attempt := 1; ; attempt++ {
		result, err := operation(d.open(t, changes), t.Context())
		broken := result != nil && strings.Contains(strings.Join(result.Errors, ""), "use of closed network connection")
		if err == nil || !broken || attempt == attempts {
			return result, err
		}
		fmt.Printf("%s: the provider's SDK closed a connection before it had read the answer: once more\n", d.name)
	}
}

// output returns one of the stack's outputs, a string; a path leads into nested ones.
func (d *deployment) output(t *testing.T, path ...string) string {
	t.Helper()
	var value any = d.outputs
	for _, name := range path {
		value = value.(map[string]any)[name]
	}
	text, ok := value.(string)
	require.True(t, ok, "output %v is %v", path, value)
	return text
}

// fixed returns the physical name for a role in this stack.
func (d *deployment) fixed(role string) string { return "aws-webapp-" + d.name + "-" + role }

// arn returns the ARN of a resource in the stack's region, such as kms key/1.
func (d *deployment) arn(service, resource string) string {
	return strings.Join([]string{"arn:aws", service, d.cfg.AWS.Region, moto.Account, resource}, ":")
}

// steps writes a result's steps as "op Type name [changed]", without the two that only show how
// a replacement is made.
func steps(result *engine.Result) []string {
	written := []string{}
	for _, step := range result.Steps {
		if step.Op == "create-replacement" || step.Op == "delete-replaced" {
			continue
		}
		text := fmt.Sprintf("%s %s %s", step.Op, step.Type[strings.LastIndexByte(step.Type, ':')+1:], step.Name)
		if len(step.Changed) > 0 {
			text += fmt.Sprintf(" %v", step.Changed)
		}
		written = append(written, text)
	}
	slices.Sort(written)
	return written
}

// progress shows the engine's output as output of the test, line by line: two stacks are
// deployed at the same time.
func progress(stack string) *lines { return &lines{stack: stack} }

type lines struct {
	stack string

	mu   sync.Mutex
	rest []byte
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, text...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(text), nil
		}
		l.rest = rest
		if line := strings.TrimSpace(string(line)); line != "" {
			fmt.Printf("%s: %s\n", l.stack, line)
		}
	}
}
