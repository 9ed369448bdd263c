package config

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: whatever a stack file contains, the result is either complete errors (key, found,
// allowed, fix), or a configuration that is the same after it is written out and read again.
func FuzzParse(f *testing.F) {
	staging, prod := valuesOf(f, stagingStack, nil), valuesOf(f, prodStack, nil)
	for _, key := range sortedKeys(prod) {
		f.Add(true, key, prod[key])
	}
	for _, subject := range tableOfBad {
		for _, test := range subject {
			values := valuesOf(f, stagingStack, test.changes)
			for _, key := range sortedKeys(values) {
				if values[key] != staging[key] {
					f.Add(false, key, values[key])
				}
			}
		}
	}
	f.Add(false, "aws-webapp:", "[[[[")
	f.Add(false, ":", `{"a": {"b": null}}`)
	f.Add(true, "aws-webapp:services", `[{"name": 1e999, "image": "\u0000", "scaling": {"min": -0.0}}]`)
	f.Fuzz(func(t *testing.T, inProd bool, key, value string) {
		values := maps.Clone(staging)
		if inProd {
			values = maps.Clone(prod)
		}
		values[key] = value
		cfg, err := Parse(project, values)
		if err != nil {
			requireUseful(t, err)
			return
		}
		again, err := Parse(project, written(t, cfg))
		require.NoError(t, err)
		require.Equal(t, asJSON(t, cfg), asJSON(t, again))
	})
}

func requireUseful(t *testing.T, err error) {
	t.Helper()
	var errs Errors
	require.True(t, errors.As(err, &errs), "%T", err)
	require.NotEmpty(t, errs)
	seen := map[Error]bool{}
	for _, found := range errs {
		require.Contains(t, found.Key, ":")
		require.NotEmpty(t, found.Found, found.Key)
		require.NotEmpty(t, found.Allowed, found.Key)
		require.NotEmpty(t, found.Fix, found.Key)
		require.False(t, seen[*found], "said twice: %v", found)
		seen[*found] = true
	}
}

// written returns a configuration as a stack file would hold it, with every default spelled
// out.
func written(t testing.TB, cfg *Config) map[string]string {
	t.Helper()
	values := map[string]string{"aws-webapp:kind": string(cfg.Kind), "aws-webapp:environment": string(cfg.Environment)}
	object := reflect.ValueOf(cfg).Elem()
	for f := range fields(object.Type()) {
		if f.name != environmentKey && f.name != kindKey {
			values["aws-webapp:"+f.name] = asJSON(t, object.FieldByIndex(f.index).Interface())
		}
	}
	return values
}

func asJSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
