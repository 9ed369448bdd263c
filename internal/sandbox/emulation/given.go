package emulation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"aws-webapp/internal/sandbox/moto"
)

// stackFile is what of a stack's file names things that exist before the stack does.
type stackFile struct {
	Config struct {
		DNS struct {
			Domain       string `yaml:"domain"`
			HostedZoneID string `yaml:"hostedZoneId"`
		} `yaml:"aws-webapp:dns"`
	} `yaml:"config"`
}

// addGiven puts into the cloud what the stack expects to find there.
func (e Emulation) addGiven(ctx context.Context, server *moto.Server) error {
	name := filepath.Join(e.Root, "Pulumi."+e.Stack+".yaml")
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var file stackFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	dns := file.Config.DNS
	if dns.HostedZoneID == "" {
		return nil
	}
	return server.AddHostedZone(ctx, dns.HostedZoneID, dns.Domain)
}
