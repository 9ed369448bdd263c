package config

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// LoadFile reads the configuration that a program would get with a project file (Pulumi.yaml)
// and a stack file (Pulumi.<stack>.yaml), without an engine. Environments of Pulumi ESC that
// the stack file imports are not resolved.
func LoadFile(projectFile, stackFile string) (*Config, error) {
	file, err := readFile(projectFile, stackFile)
	if err != nil {
		return nil, err
	}
	return Parse(file.project, file.values, file.secrets...)
}

// LoadDeliveryFile is [LoadFile] for a delivery stack.
func LoadDeliveryFile(projectFile, stackFile string) (*Delivery, error) {
	file, err := readFile(projectFile, stackFile)
	if err != nil {
		return nil, err
	}
	return ParseDelivery(file.project, file.values, file.secrets...)
}

// fileValues returns the values of a stack file by key, and the keys that hold secrets.
type fileValues struct {
	project string
	values  map[string]string
	secrets []string
}

func readFile(projectFile, stackFile string) (*fileValues, error) {
	project, err := workspace.LoadProject(projectFile)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", projectFile, err)
	}
	// The loader treats a missing file as an empty one.
	if _, err := os.Stat(stackFile); err != nil {
		return nil, fmt.Errorf("read the stack file: %w", err)
	}
	stack, err := workspace.LoadProjectStack(nil, project, stackFile)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", stackFile, err)
	}
	values, err := projectValues(project)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", projectFile, err)
	}
	for key, value := range stack.Config {
		// Secrets stay encrypted: Parse refuses them unread.
		if values[key.String()], err = value.Value(pulumiconfig.NopDecrypter); err != nil {
			return nil, fmt.Errorf("read %s: %s: %w", stackFile, key, err)
		}
	}
	file := &fileValues{project: project.Name.String(), values: values}
	for _, key := range stack.Config.SecureKeys() {
		file.secrets = append(file.secrets, key.String())
	}
	return file, nil
}

// projectValues returns the values that a project file gives to every stack.
func projectValues(project *workspace.Project) (map[string]string, error) {
	values := map[string]string{}
	for name, declared := range project.Config {
		value := declared.Value
		if value == nil {
			value = declared.Default
		}
		if value == nil {
			continue
		}
		if !strings.Contains(name, ":") {
			name = project.Name.String() + ":" + name
		}
		key, err := pulumiconfig.ParseKey(name)
		if err != nil {
			return nil, err
		}
		if text, isText := value.(string); isText {
			values[key.String()] = text
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		values[key.String()] = string(encoded)
	}
	return values, nil
}
