// Package policyargs says with which policies `pulumi up` and `pulumi preview` judge a stack. Whatever starts them asks
// here: without its configuration the pack only advises on what prod must have, such as a web application firewall.
package policyargs

import (
	"os"
	"path/filepath"
)

// Pack is the folder of the policy pack, beside Pulumi.yaml.
const Pack = "policies"

// Of are the arguments for a stack whose project is in the folder root: the pack, and its configuration where it has
// one for the stack. The paths are as the CLI wants them when it runs in root.
func Of(root, stack string) []string {
	args := []string{"--policy-pack", Pack}
	if file := ConfigFile(Pack, stack); exists(filepath.Join(root, file)) {
		args = append(args, "--policy-pack-config", file)
	}
	return args
}

// ConfigFile is where a pack in a folder has its configuration for a stack. The file need not exist.
func ConfigFile(pack, stack string) string { return filepath.Join(pack, "config", stack+".json") }

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}
