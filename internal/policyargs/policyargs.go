package policyargs

import (
	"os"
	"path/filepath"
)

// Pack is the folder of the policy pack, beside Pulumi.yaml.
const Pack = "policies"

// Of returns the arguments for a stack whose project is in the folder root: the pack and, if there is one for the
// stack, its configuration. The paths are relative to root, where the CLI has to run.
func Of(root, stack string) []string {
	args := []string{"--policy-pack", Pack}
	if file := ConfigFile(Pack, stack); exists(filepath.Join(root, file)) {
		args = append(args, "--policy-pack-config", file)
	}
	return args
}

// ConfigFile returns the path of a pack's configuration for a stack, given the pack's folder. The
// file need not exist.
func ConfigFile(pack, stack string) string { return filepath.Join(pack, "config", stack+".json") }

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}
