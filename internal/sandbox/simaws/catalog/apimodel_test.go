package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/apimodel"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

// at builds inputs with a value at a path such as "healthCheck[].interval".
func at(path string, value any) resource.PropertyMap {
	steps := strings.Split(path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		name, each := strings.CutSuffix(steps[i], "[]")
		if _, list := value.([]any); each && !list {
			value = []any{value}
		}
		value = object{name: value}
	}
	return resource.NewPropertyMapFromMap(value.(object))
}

// Every limit of the API models accepts its bounds, and nothing beyond.
func TestAPIModels(t *testing.T) {
	require.Contains(t, apimodel.Source(), "botocore ")
	for _, token := range apimodel.Tokens() {
		typ, err := catalog.Lookup(token)
		require.NoError(t, err)
		sdk, err := sdksource.ReadResource(token)
		require.NoError(t, err)
		model := apimodel.Of(token)
		judge := func(limit apimodel.Limit, value any) error {
			return catalog.JudgeModel(&catalog.Call{Type: typ, Token: token, Inputs: at(limit.Path, value)})
		}
		for _, limit := range model.Limits {
			t.Run(token+" "+limit.Path, func(t *testing.T) {
				assert.True(t, sdk.HasInput(limit.Path), "the SDK has no such input")
				switch number := isNumber(sdk, limit.Path); {
				case limit.Items:
					if limit.Max > 0 {
						refused(t, model, judge(limit, repeated[any](int(limit.Max)+1, object{})))
						require.NoError(t, judge(limit, repeated[any](int(limit.Max), object{})))
					}
				case number && limit.Max > 0:
					refused(t, model, judge(limit, limit.Max+1))
					require.NoError(t, judge(limit, limit.Max))
				case number:
					require.NoError(t, judge(limit, max(limit.Min, 1)))
				case limit.Enum != nil:
					refused(t, model, judge(limit, "no such value"))
					require.NoError(t, judge(limit, limit.Enum[0]))
				case limit.Max > 0:
					refused(t, model, judge(limit, strings.Repeat("a", int(limit.Max)+1)))
					if limit.Pattern == "" {
						require.NoError(t, judge(limit, strings.Repeat("a", int(limit.Max))))
					}
				case limit.Pattern != "":
					refused(t, model, judge(limit, "\n \x00"))
				}
			})
		}
	}
}

// TestNamesAreAsLongAsTheModelsSay compares the longest name, which is judged at preview, with the API model's.
func TestNamesAreAsLongAsTheModelsSay(t *testing.T) {
	others := map[string]int64{
		"aws:appautoscaling/policy:Policy": 256, // the provider takes 255 (policy.go, validation.StringLenBetween)
		"aws:lambda/function:Function":     140, // the whole ARN; 64 are the name's (CreateFunction, FunctionName)
	}
	compared := 0
	for token, typ := range catalog.All() {
		for _, limit := range apimodel.Of(token).Limits {
			if typ.Name == nil || limit.Path != string(typ.Name.Key()) || limit.Max == 0 {
				continue
			}
			compared++
			want := int64(typ.Name.Max)
			if other, known := others[token]; known {
				assert.NotEqual(t, other, want, token)
				want = other
			}
			assert.EqualValues(t, want, limit.Max, token)
			name := strings.Repeat("a", typ.Name.Max)
			_, reason := typ.Name.Check(at(limit.Path, name+"a"))
			assert.Contains(t, reason, fmt.Sprintf("cannot be longer than %d characters", typ.Name.Max), token)
			_, reason = typ.Name.Check(at(limit.Path, name))
			assert.NotContains(t, reason, "longer", token)
		}
	}
	assert.Greater(t, compared, 25)
}

func isNumber(sdk *sdksource.Resource, path string) bool {
	typ := sdk.InputType(path)
	return typ == "int" || typ == "float64"
}

func refused(t *testing.T, model apimodel.Type, err error) {
	t.Helper()
	require.ErrorContains(t, err, "api error "+model.Code+": 1 validation error detected: ")
}
