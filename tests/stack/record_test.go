package stack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/stack"
	"aws-webapp/tests/fixtures"
	"aws-webapp/tests/mockaws"
)

const project = "aws-webapp"

// recorded is one resource that the program registered.
type recorded struct {
	typ, name, parent string
	provider          string
	custom            bool
	inputs            resource.PropertyMap
	// dependencies holds the keys of what it waits for, by input or by option.
	dependencies []string
	// sources holds the keys of what each input comes from.
	sources map[resource.PropertyKey][]string
	// outputs that the recorder answered with.
	outputs resource.PropertyMap
	// request holds the options: Protect, IgnoreChanges, Aliases, ...
	request *pulumirpc.RegisterResourceRequest
}

func (r recorded) key() string { return r.typ + "::" + r.name }

// keyOf shortens a URN to the part that identifies a resource within a stack.
func keyOf(of string) string {
	return string(urn.URN(of).Type()) + "::" + urn.URN(of).Name()
}

// keysOfURNs returns the keys of resources, sorted.
func keysOfURNs(urns []string) []string {
	keys := make([]string, len(urns))
	for i := range urns {
		keys[i] = keyOf(urns[i])
	}
	slices.Sort(keys)
	return keys
}

// recorder stands in for the engine and for AWS: it keeps what is registered and
// answers with outputs of the right shape.
type recorder struct {
	stack string
	// project and file default to those of the fixtures.
	project, file string
	// deployed holds what the stack has deployed before, by URN; see internal/deployed.
	deployed resource.PropertyMap
	// fails is the type of which no resource can be registered, or the call that fails.
	fails string

	mu        sync.Mutex
	resources []recorded
	calls     []string
	// outputs of the stack, as the inputs of a resource.
	outputs recorded
}

func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id := mockaws.ID(tokens.Type(args.TypeToken), args.Name)
	if args.TypeToken == mockaws.RouteTable || args.TypeToken == mockaws.Subnet {
		return id, args.Inputs, nil // what awsx would make
	}
	entry := recorded{
		typ: args.TypeToken, name: args.Name, provider: args.Provider, custom: args.Custom, inputs: args.Inputs,
		request: args.RegisterRPC, sources: map[resource.PropertyKey][]string{},
	}
	if parent := entry.request.GetParent(); parent != "" {
		entry.parent = keyOf(parent)
	}
	entry.dependencies = keysOfURNs(entry.request.GetDependencies())
	for input, from := range entry.request.GetPropertyDependencies() {
		entry.sources[resource.PropertyKey(input)] = keysOfURNs(from.GetUrns())
	}
	outputs := mockaws.Outputs(r.project, r.stack, args)
	entry.outputs = outputs
	r.mu.Lock()
	defer r.mu.Unlock()
	if args.TypeToken == outputsType {
		r.outputs = entry
		return "", nil, nil
	}
	r.resources = append(r.resources, entry)
	return id, outputs, nil
}

func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if strings.HasPrefix(args.Token, "aws:") && !strings.Contains(args.Provider, ownProvider) {
		return nil, fmt.Errorf("the program calls %s with provider %q: give it its own", args.Token, args.Provider)
	}
	r.mu.Lock()
	r.calls = append(r.calls, args.Token)
	r.mu.Unlock()
	if args.Token == r.fails {
		return nil, errors.New("refused for the test")
	}
	if args.Token == "pulumi:pulumi:readStackResourceOutputs" {
		return resource.PropertyMap{"outputs": resource.NewProperty(r.deployed)}, nil
	}
	return mockaws.Call(args.Token)
}

const (
	// ownProvider is the provider that the program creates.
	ownProvider = "::pulumi:providers:aws::aws::"
	// outputsType stands for the stack's outputs, which Pulumi's mocks do not show.
	outputsType = "test:stack:Outputs"
)

// withOutputs runs the program and shows the recorder its outputs.
func withOutputs(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if err := program(ctx); err != nil {
			return err
		}
		var outputs pulumi.ResourceState
		return ctx.RegisterComponentResourceV2(outputsType, "outputs", pulumi.Map(ctx.GetCurrentExportMap()), &outputs)
	}
}

// packagedRoot returns a project whose functions have been built: the graph shows neither their
// code nor its path.
func packagedRoot(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	packages := filepath.Join(root, "dist", "lambda")
	require.NoError(t, os.MkdirAll(packages, 0o750))
	for _, function := range []string{"deploymenttest", "logshipper", "probe", "rotationrelay"} {
		require.NoError(t, os.WriteFile(filepath.Join(packages, function+".zip"), []byte(function), 0o600))
	}
	return root
}

// deploy returns what the program registers for a stack's file.
func deploy(t *testing.T, stackName string) []recorded {
	t.Helper()
	return graphOf(t, stackName).resources
}

// deployWith runs the program with other values.
func deployWith(t *testing.T, stackName string, change func(values map[string]string)) []recorded {
	t.Helper()
	resources, err := deployIn(t, packagedRoot(t), stackName, change)
	require.NoError(t, err)
	return resources
}

// replaced returns a change that gives keys of the project other values.
func replaced(keys map[string]string) func(map[string]string) {
	return func(values map[string]string) {
		for key, value := range keys {
			values[project+":"+key] = value
		}
	}
}

// deployIn runs the program in a project's folder and returns how that ended.
func deployIn(t testing.TB, root, stackName string, change func(values map[string]string)) ([]recorded, error) {
	t.Helper()
	rec := &recorder{stack: stackName}
	err := rec.run(t, root, change)
	return rec.resources, err
}

// run runs the program with a changed stack file.
func (r *recorder) run(t testing.TB, root string, change func(values map[string]string)) error {
	t.Helper()
	if r.file == "" {
		r.project, r.file = project, fixtures.StackFile(t, r.stack)
	}
	config := fileConfig(t, r.file)
	change(config)
	mocks := pulumi.WithMocks(r.project, r.stack, r)
	program := waitsForResources(mockaws.WithVPCChildren(withOutputs(r.failing(stack.Deploy))))
	return mockaws.Run(program, mocks, func(info *pulumi.RunInfo) {
		info.RootDirectory = root
		info.Config = config
	})
}

// waitsForResources makes a program fail that waits for a component of its own. The SDK takes that to mean the
// component's resources, but only those whose registration has begun, which it does beside the program: some runs would
// wait for fewer. A component of awsx is registered by its own process, and waited for as a whole.
func waitsForResources(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		var wrong error
		err := ctx.RegisterStackTransformation(
			func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
				options, err := pulumi.NewResourceOptions(args.Opts...)
				wrong = errors.Join(wrong, err)
				for _, before := range options.DependsOn {
					if _, custom := before.(pulumi.CustomResource); !custom {
						wrong = errors.Join(wrong, fmt.Errorf("%s waits for %T: name the resources in it", args.Name, before))
					}
				}
				return nil
			})
		if err == nil {
			err = program(ctx)
		}
		return errors.Join(err, wrong)
	}
}

// stackConfig is a stack's file as the engine would hand it to the program.
func stackConfig(t testing.TB, stackName string) map[string]string {
	t.Helper()
	return fileConfig(t, fixtures.StackFile(t, stackName))
}

func fileConfig(t testing.TB, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var read struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(content, &read))
	values := make(map[string]string, len(read.Config))
	for key, value := range read.Config {
		if text, ok := value.(string); ok {
			values[key] = text
			continue
		}
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		values[key] = string(encoded)
	}
	return values
}
