package keys

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

// Project is the namespace of the keys.
const Project = "aws-webapp"

// Of lists the keys that a stack's file may have.
func Of(stackName string) []config.Key {
	if stackName == "delivery" {
		return config.Keys(config.KindDelivery)
	}
	return config.Keys(config.KindWorkload)
}

// Along returns the edits of other keys without which a key has no other valid value; nil for
// none. The edits of [Another] contain them.
func Along(key config.Key) map[string]string {
	if companion := along[key.Name]; companion.base == nil {
		return companion.edits
	}
	return along[key.Name].base
}

// Before are the edits with which a stack is up before the key changes; nil for none.
func Before(key config.Key) map[string]string {
	companion := along[key.Name]
	if companion.first && companion.base == nil {
		return companion.edits
	}
	return companion.base
}

// Another finds a valid value that differs from the stack's, with everything that has to go along with
// it, as edits of paths. If the configuration refuses every other value, as prod's rules may, it finds
// none.
func Another(t *testing.T, stackName string, key config.Key) (edits map[string]string, refused bool) {
	t.Helper()
	extra := along[key.Name]
	values := key.Values
	if len(extra.values) > 0 {
		values = extra.values
	}
	var errs config.Errors
	var fallback map[string]string
	_, alone, _ := parseWith(t, stackName, extra.edits)
	for _, value := range values {
		edits := maps.Clone(extra.edits)
		if edits == nil {
			edits = map[string]string{}
		}
		if value != "" {
			edits[key.Path()] = value
		}
		was, now, err := parseWith(t, stackName, edits)
		var all config.Errors
		switch {
		case errors.As(err, &all):
			errs = append(errs, all...)
		case assert.ObjectsAreEqual(was, now):
		case assert.ObjectsAreEqual(alone, now):
			// The edits that go along set the key, too, or this is the stack's own value.
			fallback = edits
		default:
			return edits, false
		}
	}
	if fallback != nil {
		return fallback, false
	}
	require.NotEmpty(t, errs, "%s: no other value is known: add one to the table `along`", key.Name)
	for _, err := range errs {
		require.True(t, strings.HasPrefix(Project+":"+key.Path(), err.Key),
			"%s: add what goes along to the table `along`: %v", key.Name, err)
	}
	return nil, true
}

// parseWith reads a stack file with edits.
func parseWith(t *testing.T, stackName string, edits map[string]string) (was, now any, err error) {
	t.Helper()
	parse := func(values map[string]string) (any, error) {
		if stackName == "delivery" {
			return config.ParseDelivery(Project, values)
		}
		return config.Parse(Project, values)
	}
	was, err = parse(Edited(t, stackName, nil))
	require.NoError(t, err)
	now, err = parse(Edited(t, stackName, edits))
	return was, now, err
}

// files caches the stack files that were read.
var files sync.Map

// load reads a stack file, once.
func load(t *testing.T, stackName string) pulumiconfig.Map {
	t.Helper()
	path := fixtures.StackFile(t, stackName)
	if known, ok := files.Load(path); ok {
		return known.(pulumiconfig.Map)
	}
	file, err := workspace.LoadProject(fixtures.File(t, "Pulumi.yaml"))
	require.NoError(t, err)
	stackFile, err := workspace.LoadProjectStack(nil, file, path)
	require.NoError(t, err)
	files.Store(path, stackFile.Config)
	return stackFile.Config
}

// HasEntry reports whether a stack's file with edits has the entry that the key is of; true for a key that is in no
// list.
func HasEntry(t *testing.T, stackName string, edits map[string]string, key config.Key) bool {
	t.Helper()
	last := strings.LastIndex(key.Name, "[].")
	if last < 0 {
		return true
	}
	entry := strings.ReplaceAll(key.Name[:last]+"[]", "[]", "[0]")
	changed := maps.Clone(load(t, stackName))
	set(t, changed, edits)
	_, found, err := changed.Get(pulumiconfig.MustParseKey(Project+":"+entry), true)
	require.NoError(t, err, entry)
	return found
}

// set changes a stack's file.
func set(t *testing.T, file pulumiconfig.Map, edits map[string]string) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(edits)) {
		name := pulumiconfig.MustParseKey(Project + ":" + path)
		require.NoError(t, file.Set(name, pulumiconfig.NewObjectValue(edits[path]), true), path)
	}
}

// Edited returns the values that the engine passes to the program for a stack's file with
// edits.
func Edited(t *testing.T, stackName string, edits map[string]string) map[string]string {
	t.Helper()
	changed := maps.Clone(load(t, stackName))
	set(t, changed, edits)
	values := map[string]string{}
	for name, value := range changed {
		text, err := value.Value(pulumiconfig.NopDecrypter)
		require.NoError(t, err)
		values[name.String()] = text
	}
	return values
}
