package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-provider-aws/xpprovider"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/x/muxer"
	"github.com/pulumi/pulumi-terraform-bridge/v3/unstable/metadata"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"aws-webapp/tools/awsplugin/mapping"
)

// version is the version that the plugin reports. It must be the version of the Pulumi AWS SDK.
const version = "6.83.2"

// defaultNameLength bounds generated names where the mapping gives no limit of AWS.
const defaultNameLength = 255

// newProvider returns the bridged AWS provider, served under the names of the mapping.
func newProvider(ctx context.Context, m *mapping.Mapping) (tfbridge.ProviderInfo, error) {
	framework, sdk, err := xpprovider.GetProvider(ctx)
	if err != nil {
		return tfbridge.ProviderInfo{}, fmt.Errorf("AWS provider: %w", err)
	}
	// The provider validates a plan against the one that it made itself, so plans have to be its own.
	planned := sdkv2.WithPlanResourceChange(func(string) bool { return true })
	upstream := pf.MuxShimWithDisjointgPF(ctx,
		sdkv2.NewProvider(sdk, sdkv2.WithDiffStrategy(sdkv2.PlanState), planned), framework)

	data, err := metadata.New(nil)
	if err != nil {
		return tfbridge.ProviderInfo{}, fmt.Errorf("bridge metadata: %w", err)
	}
	provider := tfbridge.ProviderInfo{
		P:              upstream,
		Name:           "aws",
		Version:        version,
		ResourcePrefix: "aws",
		GitHubOrg:      "hashicorp",
		License:        "Apache-2.0",
		// Nothing is read from the path: the dispatch table is computed below, on each start.
		MetadataInfo: &info.Metadata{Path: "none", Data: tfbridge.ProviderMetadata(data)},
		Config: map[string]*tfbridge.SchemaInfo{
			"region": {Type: "aws:index/region:Region"},
			// Text in Terraform, to tell false from nothing.
			"skip_metadata_api_check": {Type: "boolean"},
		},
		Resources:      resources(m),
		DataSources:    functions(m),
		IgnoreMappings: unmapped(upstream, m),
		// The framework half repeats the configuration schema of the SDK half, which validates it.
		SkipValidateProviderConfigForPluginFramework: true,
	}
	provider.SetAutonaming(defaultNameLength, "-")
	return provider, setDispatch(&provider)
}

// setDispatch records which half of the provider serves which resource.
func setDispatch(provider *tfbridge.ProviderInfo) error {
	half, ok := provider.P.(interface {
		ResolveDispatch(*tfbridge.ProviderInfo) (muxer.DispatchTable, error)
	})
	if !ok {
		return errors.New("the bridge no longer offers ResolveDispatch on a muxed provider")
	}
	table, err := half.ResolveDispatch(provider)
	if err != nil {
		return fmt.Errorf("dispatch table: %w", err)
	}
	if err := metadata.Set(provider.GetMetadata(), "mux", table); err != nil {
		return fmt.Errorf("dispatch table: %w", err)
	}
	return nil
}

func resources(m *mapping.Mapping) map[string]*tfbridge.ResourceInfo {
	mapped := make(map[string]*tfbridge.ResourceInfo, len(m.Resources))
	for name, token := range m.Resources {
		mapped[name] = &tfbridge.ResourceInfo{Tok: tokens.Type(token), Fields: fields(m.Fields[name])}
		if newer := m.Newer[name]; len(newer) > 0 {
			mapped[name].PreCheckCallback = leaveOut(newer)
		}
	}
	return mapped
}

// leaveOut removes inputs that this provider is too old for, before it can refuse them.
func leaveOut(newer map[string]string) tfbridge.PreCheckCallback {
	return func(_ context.Context, inputs, _ resource.PropertyMap) (resource.PropertyMap, error) {
		inputs = inputs.Copy()
		for name := range newer {
			delete(inputs, resource.PropertyKey(name))
		}
		return inputs, nil
	}
}

// fields builds the bridge's tree of attributes from the mapping's list of paths.
func fields(listed map[string]mapping.Field) map[string]*tfbridge.SchemaInfo {
	top := map[string]*tfbridge.SchemaInfo{}
	// Sorted, a block comes before what is in it.
	for _, path := range slices.Sorted(maps.Keys(listed)) {
		blocks := strings.Split(path, ".")
		attribute := blocks[len(blocks)-1]
		level := top
		for _, block := range blocks[:len(blocks)-1] {
			level = within(level, block)
		}
		level[attribute] = fieldInfo(attribute, listed[path])
	}
	return top
}

// within returns the attributes of a nested block, which may not be listed itself.
func within(level map[string]*tfbridge.SchemaInfo, block string) map[string]*tfbridge.SchemaInfo {
	if level[block] == nil {
		level[block] = &tfbridge.SchemaInfo{}
	}
	if level[block].Elem == nil {
		level[block].Elem = &tfbridge.SchemaInfo{Fields: map[string]*tfbridge.SchemaInfo{}}
	}
	return level[block].Elem.Fields
}

func fieldInfo(attribute string, field mapping.Field) *tfbridge.SchemaInfo {
	schema := &tfbridge.SchemaInfo{Name: field.Name}
	if field.AutoName != nil {
		name := field.Name
		if name == "" {
			name = camelCase(attribute)
		}
		schema = tfbridge.AutoNameTransform(name, field.AutoName.Max, nameCase(field.AutoName.Lower))
	}
	schema.MaxItemsOne = field.Single
	schema.Type = tokens.Type(field.Type)
	switch field.Asset {
	case mapping.AssetArchive:
		schema.Asset = &tfbridge.AssetTranslation{Kind: tfbridge.FileArchive}
	case mapping.AssetFile:
		schema.Asset = &tfbridge.AssetTranslation{Kind: tfbridge.FileAsset}
	}
	return schema
}

func nameCase(lower bool) func(string) string {
	if lower {
		return strings.ToLower
	}
	return nil
}

func functions(m *mapping.Mapping) map[string]*tfbridge.DataSourceInfo {
	mapped := make(map[string]*tfbridge.DataSourceInfo, len(m.Functions))
	for name, token := range m.Functions {
		mapped[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token)}
	}
	return mapped
}

// unmapped lists what the provider has and the mapping leaves out: the bridge takes anything
// that is neither mapped nor listed for a mistake.
func unmapped(upstream shim.Provider, m *mapping.Mapping) []string {
	var names []string
	collect := func(from shim.ResourceMap, mapped map[string]string) {
		from.Range(func(name string, _ shim.Resource) bool {
			if _, ok := mapped[name]; !ok {
				names = append(names, name)
			}
			return true
		})
	}
	collect(upstream.ResourcesMap(), m.Resources)
	collect(upstream.DataSourcesMap(), m.Functions)
	return names
}

// camelCase turns an attribute name of Terraform into a property name of Pulumi.
func camelCase(attribute string) string {
	words := strings.Split(attribute, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
