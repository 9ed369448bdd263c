package stack_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// TestWhatKeepsItsIdentityIsDeletedFirst: Pulumi creates a replacement before it deletes the old
// resource. If both have the same name or id in AWS, it refuses the second, or takes it for the
// first, which is deleted right afterwards (pulumi/pulumi-aws#2075). Nothing else is deleted first: until the new one
// is there, there would be none.
func TestWhatKeepsItsIdentityIsDeletedFirst(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (kept int) {
		for _, r := range g.resources {
			typ, known := catalog.All()[r.typ]
			if !known || slices.Contains(nothingToDelete, r.typ) {
				continue
			}
			first, why := r.request.GetDeleteBeforeReplace(), alone[r.typ]
			for _, identity := range identities(typ, r.inputs) {
				if changing := replacing(typ, r, identity); len(changing) > 0 {
					kept++
					why = fmt.Sprintf("AWS knows it by %q, and it is replaced when %q change", identity, changing)
				}
			}
			assert.Equal(t, why != "", first, "whether %s has DeleteBeforeReplace: %s", r.key(), cmp.Or(why, "no need is known"))
		}
		return kept
	})
}

var nothingToDelete = []string{
	"aws:acm/certificateValidation:CertificateValidation",      // it waits: there is nothing of it in AWS
	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", // only another account replaces it
}

// alone are other types of which AWS has one at a time, and why.
var alone = map[string]string{
	"aws:appautoscaling/target:Target": "a second registration of a service is the first, which is deleted afterwards",
	"aws:backup/selection:Selection":   "AWS has an error for one that is there, and does not say by what it knows it",
	"aws:ecs/service:Service":          "its name is taken until it is gone",
	"aws:efs/mountTarget:MountTarget":  "a file system has one in a zone, and the input is the subnet",
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// identities returns the sets of inputs by which AWS identifies a resource, as far as the program
// gives them.
func identities(typ *catalog.Type, inputs resource.PropertyMap) [][]string {
	var found [][]string
	for _, unique := range typ.Unique {
		if prop.Has(inputs, unique.Properties[0]) {
			found = append(found, unique.Properties)
		}
	}
	id := typ.ID
	if typ.Key != "" {
		id = typ.Key
	}
	var names []string
	for _, part := range placeholder.FindAllString(id, -1) {
		name, isProperty := strings.CutPrefix(strings.Trim(part, "{}"), ".")
		switch {
		case isProperty && prop.Has(inputs, name):
			names = append(names, name)
		case isProperty, !slices.Contains([]string{"{account}", "{region}", "{partition}"}, part):
			return found // AWS makes it up
		}
	}
	if len(names) > 0 || typ.Account {
		found = append(found, names)
	}
	return found
}

// replacing returns the inputs whose change replaces a resource without giving it another identity.
// The provider handles fixed names itself, so there only values from other resources count: a
// person who changes a constant reads the code around it.
func replacing(typ *catalog.Type, r recorded, identity []string) []string {
	named := typ.Name != nil && prop.Has(r.inputs, string(typ.Name.Key()))
	var paths []string
	for _, path := range typ.Replaces {
		top, _, _ := strings.Cut(path, ".")
		constant := len(r.sources[resource.PropertyKey(top)]) == 0
		if !slices.Contains(identity, path) && prop.Has(r.inputs, path) && (!named || !constant) {
			paths = append(paths, path)
		}
	}
	return paths
}
