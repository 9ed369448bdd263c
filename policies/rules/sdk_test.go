package rules

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/policies/sdkschema"
	"aws-webapp/tests/golden"
)

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
	golden.Equal(t, "taggable.txt", strings.Join(tokens, "\n")+"\n",
		"go test ./policies/rules -run TestTaggable -update")
}
