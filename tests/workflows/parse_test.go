// Package workflows_test checks the GitHub Actions workflows against the rules of this project,
// and runs their scripts.
package workflows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const root = "../.."

// workflow holds the parts of a workflow or of a composite action that the tests read.
type workflow struct {
	file        string
	On          yaml.Node         `yaml:"on"`
	Permissions yaml.Node         `yaml:"permissions"`
	Concurrency yaml.Node         `yaml:"concurrency"`
	Env         map[string]string `yaml:"env"`
	Defaults    struct {
		Run struct {
			Shell string `yaml:"shell"`
		} `yaml:"run"`
	} `yaml:"defaults"`
	Jobs map[string]job `yaml:"jobs"`
	Runs struct {
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
	Inputs map[string]yaml.Node `yaml:"inputs"`
}

type job struct {
	If          string            `yaml:"if"`
	Needs       string            `yaml:"needs"`
	Concurrency yaml.Node         `yaml:"concurrency"`
	Uses        yaml.Node         `yaml:"uses"`
	Permissions map[string]string `yaml:"permissions"`
	Timeout     int               `yaml:"timeout-minutes"`
	Environment yaml.Node         `yaml:"environment"`
	Env         map[string]string `yaml:"env"`
	With        map[string]string `yaml:"with"`
	Steps       []step            `yaml:"steps"`
	Strategy    struct {
		Matrix struct {
			Include []struct {
				Stack string `yaml:"stack"`
				Role  string `yaml:"role"`
			} `yaml:"include"`
		} `yaml:"matrix"`
	} `yaml:"strategy"`
}

type step struct {
	Name  string               `yaml:"name"`
	If    string               `yaml:"if"`
	Uses  yaml.Node            `yaml:"uses"`
	Run   string               `yaml:"run"`
	Shell string               `yaml:"shell"`
	Env   map[string]string    `yaml:"env"`
	With  map[string]yaml.Node `yaml:"with"`
}

// workflows returns the repository's workflows, with the composite actions last.
func workflows(t *testing.T) []workflow {
	t.Helper()
	var found []workflow
	for _, pattern := range []string{
		".github/workflows/*.yml", ".github/workflows/*.yaml",
		".github/actions/*/action.yml",
	} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			w := workflow{file: strings.TrimPrefix(filepath.ToSlash(file), root+"/")}
			require.NoError(t, yaml.Unmarshal(content, &w), file)
			found = append(found, w)
		}
	}
	require.GreaterOrEqual(t, len(found), 6)
	return found
}

// named returns one workflow.
func named(t *testing.T, file string) workflow {
	t.Helper()
	for _, w := range workflows(t) {
		if filepath.Base(w.file) == file {
			return w
		}
	}
	require.Fail(t, "no workflow "+file)
	return workflow{}
}

// uses returns all references to actions and reusable workflows.
func (w workflow) uses() []yaml.Node {
	var found []yaml.Node
	add := func(n yaml.Node) {
		if n.Value != "" {
			found = append(found, n)
		}
	}
	for _, j := range w.Jobs {
		add(j.Uses)
		for _, s := range j.Steps {
			add(s.Uses)
		}
	}
	for _, s := range w.Runs.Steps {
		add(s.Uses)
	}
	return found
}

// steps returns all steps.
func (w workflow) steps() []step {
	found := w.Runs.Steps
	for _, j := range w.Jobs {
		found = append(found, j.Steps...)
	}
	return found
}
