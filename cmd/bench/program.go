package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/stack"
	"aws-webapp/tests/mockaws"
)

// echo answers the program at once: with the inputs, and made-up outputs where the program
// needs them.
type echo struct {
	project   string
	stack     string
	resources atomic.Int64
}

func (e *echo) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id := mockaws.ID(tokens.Type(args.TypeToken), args.Name)
	if args.TypeToken == mockaws.RouteTable || args.TypeToken == mockaws.Subnet {
		return id, args.Inputs, nil // what awsx would make
	}
	e.resources.Add(1)
	return id, mockaws.Outputs(e.project, e.stack, args), nil
}

func (e *echo) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return mockaws.Call(args.Token)
}

// program measures the program without an engine.
func (b *bench) program(_ context.Context, r *report) error {
	project, err := workspace.LoadProject(filepath.Join(b.project, "Pulumi.yaml"))
	if err != nil {
		return err
	}
	for _, name := range []string{"staging", "prod"} {
		config, err := stackConfig(b.project, name)
		if err != nil {
			return err
		}
		root, err := filepath.Abs(b.project)
		if err != nil {
			return err
		}
		var samples []sample
		for range 4 * b.repeat {
			mocks := &echo{project: string(project.Name), stack: name}
			started := time.Now()
			program := mockaws.WithVPCChildren(stack.Deploy)
			err := pulumi.RunErr(program, pulumi.WithMocks(mocks.project, name, mocks), func(info *pulumi.RunInfo) {
				info.Config, info.RootDirectory = config, root
			})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			samples = append(samples, sample{wall: time.Since(started), resources: int(mocks.resources.Load())})
		}
		r.programs = append(r.programs, row{name, samples})
	}
	return nil
}

// stackConfig reads a stack file as the engine would hand it to the program.
func stackConfig(root, name string) (map[string]string, error) {
	content, err := os.ReadFile(filepath.Join(root, "Pulumi."+name+".yaml")) //nolint:gosec // a stack file of the project
	if err != nil {
		return nil, err
	}
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, err
	}
	values := make(map[string]string, len(file.Config))
	for key, value := range file.Config {
		if text, ok := value.(string); ok {
			values[key] = text
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		values[key] = string(encoded)
	}
	return values, nil
}
