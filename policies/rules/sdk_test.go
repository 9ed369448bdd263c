package rules

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
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

// A table's property that the SDK does not have is never read, and the type passes whatever it says.
func TestTablesNameInputsOfTheSDK(t *testing.T) {
	sdk, err := pinnedSDK()
	require.NoError(t, err)
	named := map[string][][]string{}
	for typeToken, property := range resourcePolicies {
		named[typeToken] = append(named[typeToken], []string{property})
	}
	for typeToken, share := range shares {
		named[typeToken] = append(named[typeToken], []string{share.to}, []string{share.within})
	}
	for typeToken, v := range versions {
		named[typeToken] = append(named[typeToken], []string{v.version}, []string{v.engine})
	}
	for _, a := range attachments {
		named[a.typeToken] = append(named[a.typeToken], a.path)
	}
	for typeToken, paths := range named {
		for _, path := range paths {
			assert.True(t, path[0] == "" || sdk.HasInput(typeToken, path), "%s has no input %s", typeToken, path)
		}
	}
}
