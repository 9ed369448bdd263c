package engine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	stackURN = resource.URN("urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev")
	vpcURN   = resource.URN("urn:pulumi:dev::project::aws:ec2/vpc:Vpc::web")
)

// write writes the state of the stack "dev" of the project "project".
func (b backend) write(t *testing.T, state *apitype.DeploymentV3) {
	t.Helper()
	checkpoint, err := json.Marshal(apitype.CheckpointV3{Latest: state})
	require.NoError(t, err)
	content, err := json.Marshal(apitype.VersionedCheckpoint{Version: 3, Checkpoint: checkpoint})
	require.NoError(t, err)
	file := b.file("project", "dev")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, content, 0o600))
}

func sampleState() *apitype.DeploymentV3 {
	return &apitype.DeploymentV3{Resources: []apitype.ResourceV3{
		{URN: stackURN, Type: resource.RootStackType, Outputs: map[string]any{
			"url": "https://example.com",
			"key": map[string]any{
				"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
				"ciphertext":                       "v1:x",
			},
			"nested": map[string]any{
				"list": []any{map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}, 1.0},
			},
		}},
		{URN: vpcURN, Type: "aws:ec2/vpc:Vpc", Custom: true, ID: "vpc-1"},
		{URN: vpcURN, Type: "aws:ec2/vpc:Vpc", Custom: true, ID: "vpc-0", Delete: true},
	}}
}

func engineOn(t *testing.T, b backend) *Engine {
	t.Helper()
	return &Engine{backend: b, project: &workspace.Project{Name: "project"}, options: Options{Stack: "dev"}}
}

func TestStateOfANewStack(t *testing.T) {
	e := engineOn(t, backend(t.TempDir()))
	state, err := e.State()
	require.NoError(t, err)
	assert.Nil(t, state)
	outputs, err := e.Outputs()
	require.NoError(t, err)
	assert.Empty(t, outputs)
	managed, err := e.Managed()
	require.NoError(t, err)
	assert.Empty(t, managed)
}

func TestOutputsHideSecrets(t *testing.T) {
	b := backend(t.TempDir())
	b.write(t, sampleState())
	outputs, err := engineOn(t, b).Outputs()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"url": "https://example.com", "key": hidden, "nested": map[string]any{"list": []any{hidden, 1.0}},
	}, outputs)
}

func TestManagedCountsWhatIsYetToBeDeleted(t *testing.T) {
	b := backend(t.TempDir())
	b.write(t, sampleState())
	managed, err := engineOn(t, b).Managed()
	require.NoError(t, err)
	assert.Equal(t, map[resource.URN][]string{vpcURN: {"vpc-1", "vpc-0"}}, managed)
}

func TestDamagedStateNamesItsBackup(t *testing.T) {
	b := backend(t.TempDir())
	b.write(t, sampleState())
	file := b.file("project", "dev")
	require.NoError(t, os.Truncate(file, 100))
	_, err := engineOn(t, b).State()
	require.ErrorContains(t, err, `the state of stack "dev" is damaged`)
	require.ErrorContains(t, err, file+".bak")
}

func TestListStacks(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: project\nruntime: go\n"), 0o600))
	none, err := ListStacks(root, "")
	require.NoError(t, err)
	assert.Equal(t, []Summary{}, none)
	backend(filepath.Join(root, ".sandbox", "state")).write(t, sampleState())
	found, err := ListStacks(root, "")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "dev", found[0].Name)
	assert.Equal(t, 3, found[0].Resources)
}

func TestDeadLocksAreReleased(t *testing.T) {
	host, err := os.Hostname()
	require.NoError(t, err)
	for _, tc := range []struct {
		name string
		lock string
		kept bool
	}{
		{"a run that lives", fmt.Sprintf(`{"pid":%d,"hostname":%q}`, os.Getpid(), host), true},
		{"a run that died", fmt.Sprintf(`{"pid":%d,"hostname":%q}`, 1<<30, host), false},
		{"a run on another machine", fmt.Sprintf(`{"pid":%d,"hostname":"another"}`, 1<<30), true},
		{"something else", "nonsense", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := backend(t.TempDir())
			file := filepath.Join(b.locks("project", "dev"), "lock.json")
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
			require.NoError(t, os.WriteFile(file, []byte(tc.lock), 0o600))
			var said strings.Builder
			require.NoError(t, b.releaseDeadLocks("project", "dev", &said))
			kept, err := exists(file)
			require.NoError(t, err)
			assert.Equal(t, tc.kept, kept)
			assert.Equal(t, tc.kept, said.String() == "", said.String())
		})
	}
}

// finder is a cloud that created the resources that it lists.
type finder map[string]string

func (f finder) Created(urn string) (string, bool) {
	id, ok := f[urn]
	return id, ok
}

func TestAdoption(t *testing.T) {
	pending := func(kind apitype.OperationType) []apitype.OperationV2 {
		return []apitype.OperationV2{{Type: kind, Resource: apitype.ResourceV3{URN: vpcURN, Custom: true}}}
	}
	before := apitype.ResourceV3{URN: vpcURN, Custom: true, ID: "vpc-1"}
	child := apitype.ResourceV3{
		URN:          "urn:pulumi:dev::project::aws:ec2/subnet:Subnet::a",
		Dependencies: []resource.URN{vpcURN},
	}
	for _, tc := range []struct {
		name        string
		state       apitype.DeploymentV3
		cloud       finder
		adopted     int
		want        []string
		wantPending int
	}{
		{
			"created",
			apitype.DeploymentV3{PendingOperations: pending(apitype.OperationTypeCreating)},
			finder{string(vpcURN): "vpc-2"},
			1,
			[]string{"vpc-2"},
			0,
		},
		{
			"not created",
			apitype.DeploymentV3{PendingOperations: pending(apitype.OperationTypeCreating)},
			finder{},
			0,
			[]string{},
			1,
		},
		{
			"an update",
			apitype.DeploymentV3{PendingOperations: pending(apitype.OperationTypeUpdating)},
			finder{string(vpcURN): "vpc-2"},
			0,
			[]string{},
			1,
		},
		{"a replacement goes before what depends on it", apitype.DeploymentV3{
			PendingOperations: pending(apitype.OperationTypeCreating), Resources: []apitype.ResourceV3{before, child},
		}, finder{string(vpcURN): "vpc-2"}, 1, []string{"vpc-2", "vpc-1 deleted", ""}, 0},
		{"a replacement that was not created", apitype.DeploymentV3{
			PendingOperations: pending(apitype.OperationTypeCreating), Resources: []apitype.ResourceV3{before},
		}, finder{string(vpcURN): "vpc-1"}, 0, []string{"vpc-1"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.adopted, adopt(&tc.state, tc.cloud))
			got := []string{}
			for _, r := range tc.state.Resources {
				text := r.ID.String()
				if r.Delete {
					text += " deleted"
				}
				got = append(got, text)
			}
			assert.Equal(t, tc.want, got)
			assert.Len(t, tc.state.PendingOperations, tc.wantPending)
		})
	}
}

func TestWarningOfPendingCreations(t *testing.T) {
	b := backend(t.TempDir())
	state := sampleState()
	state.PendingOperations = []apitype.OperationV2{
		{Type: apitype.OperationTypeCreating, Resource: apitype.ResourceV3{URN: vpcURN}},
	}
	b.write(t, state)
	e := engineOn(t, b)
	var said strings.Builder
	e.options.Progress = &said
	require.NoError(t, e.warnOfPending())
	assert.Contains(t, said.String(), "interrupted while it created 1 resources: refresh takes over")
}

func TestReplaceFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"one", "two"} {
		require.NoError(t, replaceFile(file, []byte(content)))
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, content, string(got))
	}
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside it")
	require.Error(t, replaceFile(filepath.Join(file, "below"), nil))
}
