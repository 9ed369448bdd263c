package engine

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// folders are where an engine keeps what belongs to it.
type folders struct {
	// root of the project, which holds Pulumi.yaml and the stack files.
	root string
	// home of the sandbox; everything else lies in it.
	home string
	// state of all stacks, as Pulumi's file backend keeps it.
	state string
	// stack is this stack's own.
	stack string
	// work holds copies of the project's and the stack's files.
	work string
}

func newFolders(root, home, stack string) (folders, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return folders{}, err
	}
	if home == "" {
		home = filepath.Join(root, ".sandbox")
	}
	home, err = filepath.Abs(home)
	if err != nil {
		return folders{}, err
	}
	own := filepath.Join(home, "stacks", stack)
	f := folders{root: root, home: home, state: filepath.Join(home, "state"), stack: own, work: filepath.Join(own, "work")}
	for _, folder := range []string{f.state, f.work, filepath.Join(home, "bin")} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return folders{}, fmt.Errorf("make the sandbox's folder: %w", err)
		}
	}
	return f, nil
}

// copyProject puts the project's file into the working folder.
func (f folders) copyProject() (*workspace.Project, error) {
	project, err := workspace.LoadProject(filepath.Join(f.root, "Pulumi.yaml"))
	if err != nil {
		return nil, fmt.Errorf("read the project: %w", err)
	}
	return project, project.Save(filepath.Join(f.work, "Pulumi.yaml"))
}

// copyStack puts the stack's file into the working folder, with the given configuration
// over it. The user's secrets provider stays outside: the sandbox has a passphrase of its
// own, whose salt outlives the copy.
func (f folders) copyStack(project *workspace.Project, stack string, overrides ...map[string]string) error {
	source := filepath.Join(f.root, "Pulumi."+stack+".yaml")
	if there, err := exists(source); err != nil || !there {
		return fmt.Errorf("stack %q has no file: found none at %s: create it, or name one of %v with --stack", stack, source, f.stackNames())
	}
	file, err := workspace.LoadProjectStack(nil, project, source)
	if err != nil {
		return fmt.Errorf("read the stack file: %w", err)
	}
	target := filepath.Join(f.work, "Pulumi."+stack+".yaml")
	file.SecretsProvider, file.EncryptedKey, file.EncryptionSalt = "", "", ""
	if there, _ := exists(target); there {
		if before, err := workspace.LoadProjectStack(nil, project, target); err == nil {
			file.EncryptionSalt = before.EncryptionSalt
		}
	}
	for _, values := range overrides {
		for _, path := range slices.Sorted(maps.Keys(values)) {
			if err := setConfig(file.Config, project, path, values[path]); err != nil {
				return fmt.Errorf("set configuration %s: %w", path, err)
			}
		}
	}
	return file.Save(target)
}

// setConfig does what `pulumi config set --path` would.
func setConfig(values config.Map, project *workspace.Project, path, value string) error {
	key, err := config.ParseKey(path)
	if err != nil {
		key, err = config.ParseKey(project.Name.String() + ":" + path)
	}
	if err != nil {
		return fmt.Errorf("%w: write it like aws-webapp:database.multiAz", err)
	}
	return values.Set(key, config.NewValue(value), true)
}

// stackNames are the stacks that have a file.
func (f folders) stackNames() []string {
	files, _ := filepath.Glob(filepath.Join(f.root, "Pulumi.*.yaml"))
	names := make([]string, 0, len(files))
	for _, file := range files {
		name := filepath.Base(file)
		names = append(names, name[len("Pulumi."):len(name)-len(".yaml")])
	}
	return names
}
