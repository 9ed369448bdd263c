package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// hidden is shown in place of a secret.
const hidden = "[secret]"

// backend is a folder in which Pulumi's file backend keeps state.
type backend string

// backendScheme and backendOptions surround the folder in the URL of a file backend.
//
// Without the option, Go Cloud keeps the content type of the state in a second file, which it empties before it writes
// it: a CLI that is killed in between leaves a stack that no CLI can open again ("failed to load checkpoint: EOF").
// The state itself is written to a temporary file and renamed. Source: setAttrs of gocloud.dev/blob/fileblob/attrs.go.
const (
	backendScheme  = "file://"
	backendOptions = "?metadata=skip"
)

// BackendURL returns the value of PULUMI_BACKEND_URL for state in folder.
func BackendURL(folder string) string {
	return backendScheme + filepath.ToSlash(folder) + backendOptions
}

// backendOf returns the folder of a file backend.
func backendOf(url string) backend {
	return backend(strings.TrimSuffix(strings.TrimPrefix(url, backendScheme), backendOptions))
}

// file returns the path of a stack's state.
func (b backend) file(project, stack string) string {
	return filepath.Join(string(b), ".pulumi", "stacks", project, stack+".json")
}

// locks returns the folder in which the backend keeps a stack's locks.
func (b backend) locks(project, stack string) string {
	return filepath.Join(string(b), ".pulumi", "locks", "organization", project, stack)
}

// read returns the state of a stack, or nil if it has none yet.
func (b backend) read(project, stack string) (*apitype.DeploymentV3, error) {
	path := b.file(project, stack)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var versioned apitype.VersionedCheckpoint
	var checkpoint apitype.CheckpointV3
	if err := json.Unmarshal(content, &versioned); err == nil {
		err = json.Unmarshal(versioned.Checkpoint, &checkpoint)
		if err == nil {
			return checkpoint.Latest, nil
		}
	}
	return nil, fmt.Errorf("the state of stack %q is damaged: %s is not a complete state file: "+
		"copy the backup beside it (%s.bak) over it, then run refresh",
		stack, path, path)
}

// Summary of a stack of which the sandbox has state.
type Summary struct {
	// Name of the stack.
	Name string `json:"name"`
	// Resources that its state lists.
	Resources int `json:"resources"`
	// Updated is the time at which its state was last written.
	Updated time.Time `json:"updated"`
}

// ListStacks lists the stacks of the project at root of which the sandbox at home has state.
// Empty folders mean the same as in [Options].
func ListStacks(root, home string) ([]Summary, error) {
	f, err := newFolders(root, home, "")
	if err != nil {
		return nil, err
	}
	project, err := loadProject(f.root)
	if err != nil {
		return nil, err
	}
	b := backend(f.state)
	files, err := filepath.Glob(b.file(project.Name.String(), "*"))
	if err != nil {
		return nil, err
	}
	found := []Summary{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		state, err := b.read(project.Name.String(), name)
		if err != nil {
			return nil, err
		}
		summary := Summary{Name: name, Updated: info.ModTime().UTC().Truncate(time.Second)}
		if state != nil {
			summary.Resources = len(state.Resources)
		}
		found = append(found, summary)
	}
	return found, nil
}

// State returns what Pulumi believes exists; nil before the first update.
func (e *Engine) State() (*apitype.DeploymentV3, error) {
	return e.backend.read(e.project.Name.String(), e.options.Stack)
}

// Managed returns the ids in the state by URN. Anything else in the cloud is an orphan.
func (e *Engine) Managed() (map[resource.URN][]string, error) {
	state, err := e.State()
	if err != nil || state == nil {
		return nil, err
	}
	managed := map[resource.URN][]string{}
	for _, r := range state.Resources {
		if r.Custom {
			managed[r.URN] = append(managed[r.URN], r.ID.String())
		}
	}
	return managed, nil
}

// Outputs of the last Up, secrets left out.
func (e *Engine) Outputs() (map[string]any, error) {
	state, err := e.State()
	if err != nil || state == nil {
		return map[string]any{}, err
	}
	for _, r := range state.Resources {
		if r.Type == resource.RootStackType {
			return withoutSecrets(r.Outputs), nil
		}
	}
	return map[string]any{}, nil
}

func withoutSecrets(outputs map[string]any) map[string]any {
	plain := make(map[string]any, len(outputs))
	for name, v := range outputs {
		plain[name] = withoutSecret(v)
	}
	return plain
}

func withoutSecret(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if _, signed := v[sig.Key]; signed {
			return hidden
		}
		return withoutSecrets(v)
	case []any:
		plain := make([]any, len(v))
		for i, element := range v {
			plain[i] = withoutSecret(element)
		}
		return plain
	default:
		return v
	}
}

// lockNote is the content of a lock of the file backend.
type lockNote struct {
	Pid       int       `json:"pid"`
	Hostname  string    `json:"hostname"`
	Timestamp time.Time `json:"timestamp"`
}

// releaseDeadLocks removes the locks of runs on this machine that died; nobody else would.
func (b backend) releaseDeadLocks(project, stack string, progress io.Writer) error {
	files, err := filepath.Glob(filepath.Join(b.locks(project, stack), "*.json"))
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // released meanwhile
		}
		var note lockNote
		if err := json.Unmarshal(content, &note); err != nil || note.Hostname != host || alive(note.Pid) {
			continue
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("remove the lock of a run that died: %w", err)
		}
		fmt.Fprintf(progress, "Removed the lock of a run that died at %s.\n", note.Timestamp.Local().Format(time.DateTime))
	}
	return nil
}

// loadProject reads the project in a folder.
func loadProject(folder string) (*workspace.Project, error) {
	project, err := workspace.LoadProject(filepath.Join(folder, "Pulumi.yaml"))
	if err != nil {
		return nil, fmt.Errorf("read the project: %w", err)
	}
	return project, nil
}
