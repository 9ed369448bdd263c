package rules

import (
	"flag"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/sdkschema"
)

var update = flag.Bool("update", false, "rewrite generated files")

// pinnedSDK reads the SDK once for all tests of the package.
var pinnedSDK = sync.OnceValues(func() (*sdkschema.Schema, error) {
	dir, err := sdkschema.Dir()
	if err != nil {
		return nil, err
	}
	return sdkschema.Load(dir)
})

func TestTaggableTypesAreThoseOfTheSDK(t *testing.T) {
	sdk, err := pinnedSDK()
	require.NoError(t, err)
	var tokens []string
	for token := range sdk.Types {
		if sdk.HasInput(token, []string{"tags"}) {
			tokens = append(tokens, token)
		}
	}
	slices.Sort(tokens)
	if *update {
		require.NoError(t, os.WriteFile("taggable.txt", []byte(strings.Join(tokens, "\n")+"\n"), 0o644))
	}
	assert.Equal(t, tokens, strings.Fields(taggableTypes), "run go test ./policies/rules -update")
}
