package emulation

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/sandbox/moto"
)

// givenZone holds the settings of a stack's file that name a hosted zone that exists before the
// stack.
type givenZone struct {
	Domain       string `yaml:"domain"`
	HostedZoneID string `yaml:"hostedZoneId"`
}

// addGiven creates the hosted zone that the stack expects to find.
func (e Emulation) addGiven(ctx context.Context, server *moto.Server) error {
	zone, err := readGiven(cmp.Or(e.Stacks, e.Root), e.Stack)
	if err != nil || zone.HostedZoneID == "" {
		return err
	}
	return server.AddHostedZone(ctx, zone.HostedZoneID, zone.Domain)
}

// readGiven reads a stack's file, whose keys are prefixed with the name of the project.
func readGiven(root, stack string) (zone givenZone, err error) {
	project, err := workspace.LoadProject(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		return zone, fmt.Errorf("read Pulumi.yaml: %w", err)
	}
	name := filepath.Join(root, "Pulumi."+stack+".yaml")
	content, err := os.ReadFile(name)
	if err != nil {
		return zone, err
	}
	var file struct{ Config map[string]yaml.Node }
	if err := yaml.Unmarshal(content, &file); err != nil {
		return zone, fmt.Errorf("read %s: %w", name, err)
	}
	if dns, given := file.Config[project.Name.String()+":dns"]; given {
		if err := dns.Decode(&zone); err != nil {
			return zone, fmt.Errorf("read %s: dns: %w", name, err)
		}
	}
	return zone, nil
}
