package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/catalog"
)

// However long project and stack are, and whether they have capital letters, AWS accepts every name.
func TestAWSAcceptsEveryName(t *testing.T) {
	was := testScope
	t.Cleanup(func() { testScope = was })
	testScope.Stack = "Production"
	testScope.Project = strings.Repeat("Pq", longestBeginning)[:longestBeginning-len("-"+testScope.Stack+"-")]
	require.NoError(t, testScope.validate())
	for name, program := range everyComponent(t) {
		rec, err := run(t, program, false)
		if !assert.NoError(t, err, name) {
			continue
		}
		for _, r := range rec.resources {
			described, err := catalog.Lookup(r.typ)
			if err != nil || described.Name == nil {
				continue
			}
			limit := described.Name
			inputs := resource.NewPropertyMapFromMap(r.inputs)
			given, ok := r.inputs[string(limit.Key())].(string)
			if !ok && limit.Auto(inputs) {
				given, err = limit.Make(r.name, r.urn)
				assert.NoError(t, err)
			}
			assert.LessOrEqual(t, len(given), limit.Max, "%s %s is called %s", r.typ, r.name, given)
			if given != "" && limit.Chars != nil {
				assert.Regexp(t, limit.Chars, given, "%s %s", r.typ, r.name)
			}
			assert.False(t, limit.Lower && strings.ToLower(given) != given, "%s %s is called %s", r.typ, r.name, given)
		}
	}
}
