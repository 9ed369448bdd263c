package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

// generateSchema derives the Pulumi schema of the provider, without documentation. A resource
// or function that is mapped but that the provider does not have is an error.
func generateSchema(provider tfbridge.ProviderInfo) (schema.PackageSpec, error) {
	result, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo:    provider,
		DiagnosticsSink: diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		return schema.PackageSpec{}, fmt.Errorf("generate schema: %w", err)
	}
	return result.PackageSpec, nil
}

// writeSchema generates the schema into a file.
func writeSchema(provider tfbridge.ProviderInfo, file string) error {
	spec, err := generateSchema(provider)
	if err != nil {
		return err
	}
	content, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("encode schema: %w", err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	fmt.Fprintf(os.Stderr, "%s: %d resources, %d functions, %d KiB\n",
		file, len(spec.Resources), len(spec.Functions), len(content)>>10)
	return nil
}
