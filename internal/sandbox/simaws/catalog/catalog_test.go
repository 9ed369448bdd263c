package catalog_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// TestAgainstSDK checks every token and property name of the tables against the source of the
// pinned SDK.
func TestAgainstSDK(t *testing.T) {
	for tok, typ := range catalog.All() {
		t.Run(tok, func(t *testing.T) {
			sdk, err := sdksource.ReadResource(tok)
			require.NoError(t, err)
			assert.Equal(t, tok, sdk.Token, "the constructor registers another token")
			assert.ElementsMatch(t, sdk.Required, typ.Required, "required inputs differ from the constructor's")
			assert.Equal(t, sdk.HasInput("tags"), typ.Tags, "the SDK and the table disagree on tags")
			for _, path := range inputPaths(typ) {
				assert.True(t, sdk.HasInput(path), "the SDK has no input %q", path)
			}
			for _, path := range outputPaths(typ) {
				assert.True(t, sdk.HasState(path), "the SDK has no property %q", path)
			}
		})
	}
}

// inputPaths returns the paths in the tables that must be inputs.
func inputPaths(typ *catalog.Type) []string {
	paths := slices.Concat(typ.Required, typ.Replaces, typ.JSON,
		slices.Collect(maps.Keys(typ.Defaults)), slices.Collect(maps.Keys(typ.Protect)))
	for _, ref := range typ.Refs {
		paths = append(paths, ref.Path)
	}
	if n := typ.Name; n != nil {
		paths = append(paths, string(n.Key()))
		if n.Prefix != "" {
			paths = append(paths, n.Prefix)
		}
	}
	return paths
}

var propertyPlaceholder = regexp.MustCompile(`\{\.([^}]+)\}`)

// outputPaths returns the paths in the tables that must be inputs or outputs.
func outputPaths(typ *catalog.Type) []string {
	paths := slices.Concat(typ.OnUpdate, slices.Collect(maps.Keys(typ.Outputs)))
	templates := []string{typ.ID, typ.Key, typ.InUse, typ.NotFound}
	for _, how := range typ.Outputs {
		if template, ok := how.(string); ok {
			templates = append(templates, template)
		}
	}
	for _, unique := range typ.Unique {
		paths = append(paths, unique.Properties...)
		templates = append(templates, unique.Error)
	}
	for _, spawn := range typ.Spawns {
		paths = append(paths, spawn.ID)
	}
	for _, refusal := range typ.Protect {
		templates = append(templates, refusal)
	}
	for _, m := range propertyPlaceholder.FindAllStringSubmatch(strings.Join(templates, " "), -1) {
		paths = append(paths, m[1])
	}
	return paths
}

// TestTablesAreSound checks what the SDK cannot say.
func TestTablesAreSound(t *testing.T) {
	all := catalog.All()
	for tok, typ := range all {
		t.Run(tok, func(t *testing.T) {
			assert.True(t, typ.ID != "" || typ.MakeID != nil, "no id")
			for _, ref := range typ.Refs {
				target, known := all[ref.To]
				require.True(t, known, "refers to the unknown type %s", ref.To)
				assert.True(t, !ref.Holds || target.InUse != "", "%s holds %s, which has no InUse error", ref.Path, ref.To)
				assert.False(t, len(ref.By) == 1 && target.ID == "{."+ref.By[0]+"}", "%s: %s is the id", ref.Path, ref.By)
				assert.True(t, ref.Foreign || target.NotFound != "" || target.Account, "%s: %s has no NotFound error",
					ref.Path, ref.To)
			}
			for name := range typ.Defaults {
				assert.NotContains(t, typ.Outputs, name, "a default input cannot be computed as well")
			}
			for _, name := range typ.OnUpdate {
				assert.Contains(t, typ.Outputs, name)
			}
		})
	}
}

// TestTemplatesExpand resolves every output of every type and looks for unknown placeholders.
func TestTemplatesExpand(t *testing.T) {
	for tok, typ := range catalog.All() {
		t.Run(tok, func(t *testing.T) {
			call := &catalog.Call{
				World: emptyWorld{}, Op: catalog.Create, Type: typ, Token: tok, Account: "111122223333",
				Region: "us-east-1", Partition: "aws", Inputs: resource.PropertyMap{}, Seed: "seed",
			}
			call.ResolveID()
			for name, v := range call.Resolve() {
				if v.IsString() {
					assert.NotContains(t, v.StringValue(), "?}", name)
				}
			}
			assert.NotContains(t, call.ID, "?}")
			for _, text := range []string{typ.NotFound, typ.InUse} {
				expanded := call.Expand(text, map[string]string{"value": "v", "user": "u"})
				assert.NotRegexp(t, `\{[a-z.]`, expanded)
			}
		})
	}
	assert.Equal(t, "{hex?} {of9?}", (&catalog.Call{}).Expand("{hex} {of9}", nil), "no length, and no alphabet")
}

type emptyWorld struct{}

func (emptyWorld) Find(string, string, string) (catalog.Object, bool) { return catalog.Object{}, false }
func (emptyWorld) List(string) []catalog.Object                       { return nil }
func (emptyWorld) Deleted(string, string) bool                        { return false }

func TestLookupSaysHowToAddAType(t *testing.T) {
	_, err := catalog.Lookup("aws:sfn/stateMachine:StateMachine")
	require.ErrorContains(t, err, "aws:sfn/stateMachine:StateMachine")
	require.ErrorContains(t, err, "internal/sandbox/simaws/catalog/sfn.go")
}

func TestTypesDoNotOverlap(t *testing.T) {
	assert.Equal(t, catalog.CountEntries(), len(catalog.All()), "a type is described twice")
}
