package emulation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/sandbox/moto"
)

// givenZone is what of a stack's file names things that exist before the stack does.
type givenZone struct {
	Domain       string `yaml:"domain"`
	HostedZoneID string `yaml:"hostedZoneId"`
}

// addGiven puts into the cloud what the stack expects to find there.
func (e Emulation) addGiven(ctx context.Context, server *moto.Server) error {
	zone, err := readGiven(e.Root, e.Stack)
	if err != nil || zone.HostedZoneID == "" {
		return err
	}
	return server.AddHostedZone(ctx, zone.HostedZoneID, zone.Domain)
}

// readGiven reads a stack's file, whose keys have the name of the project before them.
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
