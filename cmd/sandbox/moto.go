package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"aws-webapp/internal/sandbox/emulation"
	"aws-webapp/internal/sandbox/engine"
)

// policyConfigForMoto returns a copy of the pack's configuration that lets the stack leave out what moto does not have.
func (f *flags) policyConfigForMoto(file string) (string, error) {
	const name = "account-settings-present"
	given := map[string]any{}
	if file != "" {
		content, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return "", err
		}
		if err := json.Unmarshal(content, &given); err != nil {
			return "", fmt.Errorf("read %s: %w", file, err)
		}
	}
	entry, _ := given[name].(map[string]any)
	if entry == nil {
		entry = map[string]any{}
	}
	if level, ok := given[name].(string); ok {
		entry["enforcementLevel"] = level
	}
	owners, _ := entry["owners"].([]any)
	for _, setting := range emulation.LackingAccountSettings() {
		owners = append(owners, setting+"=emulator/moto/lacks-it")
	}
	entry["owners"], given[name] = owners, entry
	content, err := json.MarshalIndent(given, "", "  ")
	if err != nil {
		return "", err
	}
	path, err := filepath.Abs(filepath.Join(engine.Home(f.home, f.root), "stacks", f.stack, "policies-on-moto.json"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, content, 0o600)
}
