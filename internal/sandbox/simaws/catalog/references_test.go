package catalog_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// naming matches the names of inputs that can only name a resource.
var naming = regexp.MustCompile(`[a-z](Id|Ids|Arn|Arns|BucketName)$|^(subnets|securityGroups)$`)

// last returns the last part of a path.
func last(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func plain(path string) string { return strings.ReplaceAll(path, "[]", "") }

// TestEveryNameIsLookedUp: if an input has the same name as one with which another type refers to a resource, the
// stacks' values in it are looked up, too.
func TestEveryNameIsLookedUp(t *testing.T) {
	given, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tests", "stack", "testdata", "inputs.txt"))
	require.NoError(t, err)
	targets := map[string]map[string]bool{} // by the last part of the path
	for _, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			name := last(plain(ref.Path))
			if targets[name] == nil {
				targets[name] = map[string]bool{}
			}
			targets[name][ref.To] = true
		}
	}
	looked := 0
	for line := range strings.Lines(string(given)) {
		token, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ := catalog.All()[token]
		if typ == nil || !naming.MatchString(last(path)) || len(targets[last(path)]) != 1 {
			continue
		}
		if path == "aliases.zoneId" {
			continue // of the load balancer: a zone of AWS's own
		}
		looked++
		assert.True(t, slices.ContainsFunc(typ.Refs, func(ref catalog.Ref) bool { return plain(ref.Path) == path }),
			"%s %s is not looked up", token, path)
	}
	assert.Greater(t, looked, 60)
}

// TestReferencesNameWhatThereIs: the target of a reference has the properties by which the row names it.
func TestReferencesNameWhatThereIs(t *testing.T) {
	for token, typ := range catalog.All() {
		for _, ref := range typ.Refs {
			target, err := sdksource.ReadResource(ref.To)
			require.NoError(t, err)
			for _, by := range ref.By {
				assert.True(t, by == "id" || target.HasState(by), "%s names %s by %q, which it does not have", token, ref.To, by)
			}
			if strings.HasSuffix(strings.ToLower(plain(ref.Path)), "arn") && catalog.All()[ref.To].ID != "{.arn}" {
				assert.Contains(t, ref.By, "arn", "%s %s", token, ref.Path)
			}
		}
	}
}

// documents matches the names of inputs that hold a JSON document.
var documents = regexp.MustCompile(`^(policy|\w+RolePolicy|redrive\w*Policy|filterPolicy|accessPolicies|\w+Body)$`)

// TestDocumentsAreRead: the stacks' documents are read before anything is created, and must be JSON.
func TestDocumentsAreRead(t *testing.T) {
	given, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "tests", "stack", "testdata", "inputs.txt"))
	require.NoError(t, err)
	read := 0
	for line := range strings.Lines(string(given)) {
		token, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ := catalog.All()[token]
		if typ == nil || !documents.MatchString(name) {
			continue
		}
		read++
		assert.Contains(t, typ.JSON, name, token)
	}
	assert.Greater(t, read, 10)
}
