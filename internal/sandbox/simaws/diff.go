package simaws

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// Diff compares the inputs of a resource and reports which changes replace it.
func (p *Provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	typ, _, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	oldInputs, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	before, after := bare(oldInputs), bare(news)
	// tagsAll repeats tags.
	delete(before, "tagsAll")
	delete(after, "tagsAll")
	changes := detailedDiff(before, after, typ.Replaces)
	return diffResponse(changes, keepsItsName(typ, before, after, news)), nil
}

// keepsItsName reports whether a replacement would have the name of the old resource: then the
// old one must be deleted first. Generated names do not clash.
func keepsItsName(typ *catalog.Type, before, after, news resource.PropertyMap) bool {
	if typ.Name == nil {
		return false
	}
	key := string(typ.Name.Key())
	generated := slices.Contains(prop.Texts(news, string(defaultsKey)+"[]"), key)
	name := prop.Text(after, key)
	return name != "" && !generated && name == prop.Text(before, key)
}

// detailedDiff maps the path of each change to its kind. Changes at, below or above a
// replacing path whose value differs are replacing ones.
func detailedDiff(before, after resource.PropertyMap, replacing []string) map[string]*pulumirpc.PropertyDiff {
	changes := map[string]*pulumirpc.PropertyDiff{}
	for path, change := range plugin.NewDetailedDiffFromObjectDiff(before.Diff(after), true) {
		kind := map[plugin.DiffKind]pulumirpc.PropertyDiff_Kind{
			plugin.DiffAdd: pulumirpc.PropertyDiff_ADD, plugin.DiffDelete: pulumirpc.PropertyDiff_DELETE,
			plugin.DiffUpdate: pulumirpc.PropertyDiff_UPDATE,
		}[change.Kind]
		changes[path] = &pulumirpc.PropertyDiff{Kind: kind, InputDiff: true}
	}
	for _, replaced := range replacing {
		if same(prop.Values(before, replaced), prop.Values(after, replaced)) {
			continue
		}
		for path, change := range changes {
			if related(withoutIndices(path), replaced) {
				change.Kind = replacement(change.Kind)
			}
		}
	}
	return changes
}

func same(a, b []resource.PropertyValue) bool {
	return slices.EqualFunc(a, b, func(x, y resource.PropertyValue) bool {
		return !x.ContainsUnknowns() && !y.ContainsUnknowns() && x.DeepEquals(y)
	})
}

var index = regexp.MustCompile(`\[\d+\]`)

func withoutIndices(path string) string { return index.ReplaceAllString(path, "") }

// related reports whether one path leads through the other.
func related(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

func replacement(kind pulumirpc.PropertyDiff_Kind) pulumirpc.PropertyDiff_Kind {
	switch kind {
	case pulumirpc.PropertyDiff_ADD:
		return pulumirpc.PropertyDiff_ADD_REPLACE
	case pulumirpc.PropertyDiff_DELETE:
		return pulumirpc.PropertyDiff_DELETE_REPLACE
	case pulumirpc.PropertyDiff_UPDATE:
		return pulumirpc.PropertyDiff_UPDATE_REPLACE
	default:
		return kind
	}
}

func diffResponse(changes map[string]*pulumirpc.PropertyDiff, deleteFirst bool) *pulumirpc.DiffResponse {
	diffs, replaces := map[string]bool{}, map[string]bool{}
	for path, change := range changes {
		top, _, _ := strings.Cut(withoutIndices(path), ".")
		diffs[top] = true
		if change.Kind != pulumirpc.PropertyDiff_ADD && replacement(change.Kind) == change.Kind {
			replaces[top] = true
		}
	}
	response := &pulumirpc.DiffResponse{
		Changes:         pulumirpc.DiffResponse_DIFF_NONE,
		Diffs:           slices.Sorted(maps.Keys(diffs)),
		Replaces:        slices.Sorted(maps.Keys(replaces)),
		DetailedDiff:    changes,
		HasDetailedDiff: true,
	}
	if len(changes) > 0 {
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
	}
	response.DeleteBeforeReplace = deleteFirst && len(replaces) > 0
	return response
}
