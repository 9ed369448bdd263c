package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// folders are the folders of an engine.
type folders struct {
	// root of the project, which holds Pulumi.yaml and the stack files.
	root string
	// home of the sandbox; everything else lies in it.
	home string
	// state of all stacks, as Pulumi's file backend keeps it.
	state string
	// pulumi is the home of the CLI, with its plugins.
	pulumi string
	// stack belongs to this stack alone.
	stack string
	// work holds copies of the project's and the stack's files.
	work string
}

// Home is where a sandbox is kept: the named folder, or .sandbox in the [Module] of root, so that stacks beside the
// project's, such as the examples, share what was built.
func Home(named, root string) string {
	if named != "" {
		return named
	}
	return filepath.Join(Module(root), ".sandbox")
}

// Module is the folder of the Go module that root is in: root itself, as it was given, if go.mod is there or nowhere.
func Module(root string) string {
	at, err := filepath.Abs(root)
	if err != nil {
		return root
	}
	for own := at; ; {
		_, err := os.Stat(filepath.Join(at, "go.mod"))
		switch {
		case err == nil && at == own:
			return root
		case err == nil:
			return at
		}
		above := filepath.Dir(at)
		if above == at {
			return root
		}
		at = above
	}
}

func newFolders(root, home, stack string) (folders, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return folders{}, err
	}
	home, err = filepath.Abs(Home(home, root))
	if err != nil {
		return folders{}, err
	}
	own := filepath.Join(home, "stacks", stack)
	f := folders{
		root: root, home: home, state: filepath.Join(home, "state"), pulumi: filepath.Join(home, "home"),
		stack: own, work: filepath.Join(own, "work"),
	}
	for _, folder := range []string{f.state, f.work, f.pulumi, filepath.Join(home, "bin")} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return folders{}, fmt.Errorf("make the sandbox's folder: %w", err)
		}
	}
	return f, f.keepNoLogs()
}

// keepNoLogs puts a file where the CLI would create the folder for its diagnostic logs.
// Otherwise it writes a log of every operation, at the finest level, compressed and encrypted:
// a third of its processor time, and up to 500 MB that nobody reads. There is no setting to
// turn that off.
func (f folders) keepNoLogs() error {
	logs := filepath.Join(f.pulumi, "logs")
	info, err := os.Stat(logs)
	switch {
	case err == nil && !info.IsDir():
		return nil
	case err == nil:
		if err := os.RemoveAll(logs); err != nil {
			return fmt.Errorf("remove the CLI's logs: %w", err)
		}
	}
	return os.WriteFile(logs, []byte("The sandbox keeps no logs of the Pulumi CLI here.\n"), 0o600)
}

// copyProject puts the project's file into the working folder.
func (f folders) copyProject() (*workspace.Project, error) {
	project, err := loadProject(f.root)
	if err != nil {
		return nil, err
	}
	// The engine resolves relative paths in the program, such as those of archives, from here.
	project.Main = f.root
	// The backend is the sandbox's.
	project.Backend = nil
	return project, project.Save(filepath.Join(f.work, "Pulumi.yaml"))
}

// requireStack refuses a stack that has no file.
func (f folders) requireStack(stack string) error {
	source := filepath.Join(f.root, "Pulumi."+stack+".yaml")
	there, err := exists(source)
	if err == nil && !there {
		err = fmt.Errorf("stack %q has no file: found none at %s: create it, or name one of %v with --stack", stack, source,
			f.stackNames())
	}
	return err
}

// copyStack puts the stack's file into the working folder and applies the given configuration
// to it. The user's secrets provider is left out: the sandbox has its own passphrase, whose
// salt outlives the copy.
func (f folders) copyStack(project *workspace.Project, stack string, overrides ...map[string]string) error {
	name := "Pulumi." + stack + ".yaml"
	source := filepath.Join(f.root, name)
	file, err := workspace.LoadProjectStack(nil, project, source)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if file.Environment != nil {
		return fmt.Errorf("%s: environment: found %v: the sandbox has no Pulumi account to open environments with: put "+
			"what the stack needs of them under config, or name another stack",
			name, file.Environment.Imports())
	}
	if file.Config == nil {
		file.Config = config.Map{}
	}
	for _, values := range overrides {
		for _, path := range inOrder(values) {
			if err := setConfig(file.Config, project, path, values[path]); err != nil {
				return fmt.Errorf("set configuration %s: %w", path, err)
			}
		}
	}
	if secure := file.Config.SecureKeys(); len(secure) > 0 {
		return fmt.Errorf("%s: %v: found a value that is encrypted for the stack's own secrets provider, which the sandbox "+
			"does not ask: give another with --config %s=VALUE",
			name, secure, secure[0])
	}
	return f.saveStack(project, file, filepath.Join(f.work, name))
}

// saveStack writes the working copy, with the salt that belongs to the state.
func (f folders) saveStack(project *workspace.Project, file *workspace.ProjectStack, target string) error {
	file.SecretsProvider, file.EncryptedKey, file.EncryptionSalt = "", "", ""
	if there, _ := exists(target); there {
		if before, err := workspace.LoadProjectStack(nil, project, target); err == nil {
			file.EncryptionSalt = before.EncryptionSalt
		}
	}
	return file.Save(target)
}

// listIndex matches the index of a list element in a path.
var listIndex = regexp.MustCompile(`\[\d+\]`)

// inOrder sorts paths with list indexes in numerical order: a list has to grow by one element
// at a time.
func inOrder(values map[string]string) []string {
	padded := func(path string) string {
		return listIndex.ReplaceAllStringFunc(path, func(index string) string {
			const width = 8
			return strings.Repeat("0", max(0, width-len(index))) + index[1:]
		})
	}
	return slices.SortedFunc(maps.Keys(values), func(a, b string) int { return strings.Compare(padded(a), padded(b)) })
}

// setConfig does what `pulumi config set --path` would. A value that is a JSON list, object or
// string is set as such: "16" is a string, 16 a number.
func setConfig(values config.Map, project *workspace.Project, path, value string) error {
	key, err := config.ParseKey(path)
	if err != nil {
		key, err = config.ParseKey(project.Name.String() + ":" + path)
	}
	if err != nil {
		return fmt.Errorf("%w: write it like database.multiAz", err)
	}
	if value != "" && strings.ContainsAny(value[:1], `{["`) && json.Valid([]byte(value)) {
		return values.Set(key, config.NewObjectValue(value), true)
	}
	return values.Set(key, config.NewValue(value), true)
}

// stackNames lists the stacks that have a file.
func (f folders) stackNames() []string {
	files, _ := filepath.Glob(filepath.Join(f.root, "Pulumi.*.yaml"))
	names := make([]string, 0, len(files))
	for _, file := range files {
		name := filepath.Base(file)
		names = append(names, name[len("Pulumi."):len(name)-len(".yaml")])
	}
	return names
}
