package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// CheckBaselineOwner refuses a stack that claims the baseline of an account which another
// stack file in the folder claims, too: the two would undo each other's settings at every
// update. Files that cannot be read are their own stack's affair.
func CheckBaselineOwner(folder, stack string, c *Config) error {
	if !c.AccountBaseline.Claimed() {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
	if err != nil {
		return fmt.Errorf("look for other stack files: %w", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		if name == stack {
			continue
		}
		other, err := LoadFile(filepath.Join(folder, "Pulumi.yaml"), file)
		if err != nil || !other.AccountBaseline.Claimed() || other.AWS.Region != c.AWS.Region {
			continue
		}
		for _, account := range c.AWS.AllowedAccountIDs {
			if slices.Contains(other.AWS.AllowedAccountIDs, account) {
				return Errors{&Error{
					Key:     "aws-webapp:accountBaseline",
					Found:   fmt.Sprintf("settings for account %s in %s, which %s sets, too", account, c.AWS.Region, filepath.Base(file)),
					Allowed: "one owner an account and region",
					Fix:     "remove accountBaseline from one of the two files",
				}}
			}
		}
	}
	return nil
}
