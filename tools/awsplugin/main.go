// Command pulumi-resource-aws is the AWS provider plugin, built from Go modules: the Terraform
// AWS provider, bridged. It stands in for the official plugin where that cannot be downloaded,
// against a simulated AWS only: it is an older provider than the official one.
//
//	pulumi-resource-aws                serves the provider, as the Pulumi engine starts it
//	pulumi-resource-aws write-schema   writes schema.json beside the binary, once after building
//	pulumi-resource-aws describe       prints the inputs that it understands, for the test that
//	                                   compares them with the SDK's
//	pulumi-resource-aws facts TOKEN... prints what the schema knows of resource types, for the simulation
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"

	"aws-webapp/tools/awsplugin/mapping"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-aws:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	executable, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find own directory: %w", err)
	}
	schemaFile := filepath.Join(filepath.Dir(executable), "schema.json")

	names, err := mapping.Load()
	if err != nil {
		return err
	}
	provider, err := newProvider(ctx, names)
	if err != nil {
		return err
	}
	if len(args) > 1 && args[0] == "facts" {
		return writeFacts(os.Stdout, &provider, args[1:])
	}
	switch command := strings.Join(args, " "); command {
	case "write-schema":
		return writeSchema(provider, schemaFile)
	case "describe":
		spec, err := generateSchema(provider)
		if err != nil {
			return err
		}
		return describe(os.Stdout, spec, names)
	}

	schema, err := os.ReadFile(schemaFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: run `%s write-schema` once, or `make awsplugin`", schemaFile, executable)
	}
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	pf.MainWithMuxer(ctx, provider.Name, provider, schema)
	return nil
}
