package stack_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/tests/golden"
	"aws-webapp/tests/mockaws"
)

// TestGoldenReferences lists which inputs of the program name other resources, over all variants: the type and the path
// of the input, the type of the resource and the property by which it is named. The tests of the simulated AWS compare
// its tables with the list. After "~>" the resource has a name that the program makes up, so that it may only happen
// to be the same.
func TestGoldenReferences(t *testing.T) {
	said, names := map[string]bool{}, map[string]bool{}
	everyVariant(t, func(_ *testing.T, g *graph) int {
		made := map[string]recorded{}
		for _, r := range g.resources {
			made[r.key()] = r
		}
		for _, r := range g.resources {
			if !strings.HasPrefix(r.typ, "aws:") {
				continue
			}
			for name, value := range r.inputs {
				for _, from := range r.sources[name] {
					of, ours := made[from]
					if !ours { // awsx made it
						typ, logical, _ := strings.Cut(from, "::")
						of = recorded{typ: typ, name: logical}
					}
					collectReferences(said, r.typ+" "+string(name), value, of, namedBy...)
				}
			}
		}
		collectNames(names, g)
		return len(said)
	})
	for reference := range names {
		if made := strings.Replace(reference, " -> ", " ~> ", 1); !said[reference] {
			said[made] = true
		}
	}
	lines := strings.Join(slices.Sorted(maps.Keys(said)), "\n") + "\n"
	golden.Equal(t, filepath.Join("testdata", "references.txt"), lines, "make golden")
}

// collectReferences adds the texts of a value that are the id or an output of a resource.
func collectReferences(
	said map[string]bool, path string, value resource.PropertyValue, of recorded, by ...resource.PropertyKey,
) {
	switch {
	case value.IsSecret():
		collectReferences(said, path, value.SecretValue().Element, of, by...)
	case value.IsOutput():
		collectReferences(said, path, value.OutputValue().Element, of, by...)
	case value.IsArray():
		for _, element := range value.ArrayValue() {
			collectReferences(said, path+"[]", element, of, by...)
		}
	case value.IsObject():
		for name, member := range value.ObjectValue() {
			collectReferences(said, path+"."+string(name), member, of, by...)
		}
	case value.IsString():
		for _, name := range by {
			text := of.outputs[name]
			if name == "id" {
				text = resource.NewProperty(mockaws.ID(tokens.Type(of.typ), of.name))
			}
			if text.IsString() && value.StringValue() == text.StringValue() {
				said[fmt.Sprintf("%s -> %s %s", path, of.typ, name)] = true
			}
		}
	}
}

// collectNames adds references by names that the program makes up itself: no output says where they come from.
func collectNames(said map[string]bool, g *graph) {
	for _, of := range slices.DeleteFunc(slices.Clone(g.resources), func(r recorded) bool { return madeUp[r.typ] == "" }) {
		name := madeUp[of.typ]
		of.outputs = resource.PropertyMap{name: of.inputs[name]}
		for _, r := range g.resources {
			for input, value := range r.inputs {
				if strings.HasPrefix(r.typ, "aws:") && input != "tags" && (r.typ != of.typ || input != name) {
					collectReferences(said, r.typ+" "+string(input), value, of, name)
				}
			}
		}
	}
}

// madeUp lists the types whose names the program makes up, and the property that is the name.
var madeUp = map[string]resource.PropertyKey{
	"aws:cloudwatch/logGroup:LogGroup":       "name",
	"aws:cloudwatch/metricAlarm:MetricAlarm": "name",
	"aws:ecs/cluster:Cluster":                "name",
	"aws:s3/bucketV2:BucketV2":               "bucket",
}

// namedBy lists the properties by which AWS knows resources.
var namedBy = []resource.PropertyKey{
	"id", "arn", "name", "bucket", "family", "identifier", "keyId", "replicationGroupId", "url", "userGroupId", "userId",
	"vpcId",
}

var arnLike = regexp.MustCompile(`\barn:aws:([a-z0-9-]+):`)

// TestEachARNNamesAService: what names a service that AWS does not have matches nothing, and nobody says so.
func TestEachARNNamesAService(t *testing.T) {
	known := authorization.Services()
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, r := range g.resources {
			for input, value := range r.inputs {
				for _, found := range arnLike.FindAllStringSubmatch(renderValue(value), -1) {
					judged++
					service := found[1] == "mock" || slices.Contains(known, found[1])
					assert.Truef(t, service, "%s of %s names %s", input, r.key(), found[0])
				}
			}
		}
		return judged
	})
}
