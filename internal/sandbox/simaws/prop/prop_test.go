package prop_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/prop"
)

func sample() resource.PropertyMap {
	props := resource.NewPropertyMapFromMap(map[string]any{
		"name":    "web",
		"empty":   "",
		"port":    443,
		"on":      true,
		"onText":  "true",
		"subnets": []any{"subnet-a", "subnet-b"},
		"actions": []any{
			map[string]any{"arn": "tg-1"},
			map[string]any{"other": "x"},
			map[string]any{"arn": "tg-2"},
		},
		"config": map[string]any{"deep": map[string]any{"id": "d-1"}},
	})
	props["secret"] = resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
		"value": resource.NewStringProperty("hidden"),
	}))
	props["null"] = resource.NewNullProperty()
	props["known"] = resource.NewOutputProperty(resource.Output{
		Element: resource.NewObjectProperty(resource.PropertyMap{"id": resource.NewStringProperty("k-1")}), Known: true,
	})
	props["pending"] = resource.NewOutputProperty(resource.Output{Element: resource.NewStringProperty("not yet")})
	props["unknown"] = resource.MakeComputed(resource.NewStringProperty(""))
	return props
}

func TestTexts(t *testing.T) {
	for _, tc := range []struct {
		path string
		want []string
	}{
		{"name", []string{"web"}},
		{"empty", nil},
		{"missing", nil},
		{"name.below", nil},
		{"port", nil},
		{"subnets[]", []string{"subnet-a", "subnet-b"}},
		{"actions[].arn", []string{"tg-1", "tg-2"}},
		{"config.deep.id", []string{"d-1"}},
		{"config[].deep[].id", []string{"d-1"}},
		{"secret.value", []string{"hidden"}},
		{"known.id", []string{"k-1"}},
		{"known[].id", []string{"k-1"}},
		{"pending", nil},
		{"null", nil},
		{"unknown", nil},
		{"unknown[].id", nil},
	} {
		t.Run(tc.path, func(t *testing.T) {
			assert.Equal(t, tc.want, prop.Texts(sample(), tc.path))
		})
	}
}

func TestScalars(t *testing.T) {
	props := sample()
	port, ok := prop.Number(props, "port")
	assert.True(t, ok)
	assert.InDelta(t, 443, port, 0)
	none, ok := prop.Number(props, "name")
	assert.False(t, ok)
	assert.Zero(t, none)
	assert.Equal(t, "web", prop.Text(props, "name"))
	assert.True(t, prop.True(props, "on"))
	assert.True(t, prop.True(props, "onText"))
	assert.False(t, prop.True(props, "port"))
	assert.Equal(t, "subnet-a", prop.Text(props, "subnets[]"))
	assert.Empty(t, prop.Text(props, "missing"))
}

func TestObjects(t *testing.T) {
	id := func(name string) []resource.PropertyMap {
		return []resource.PropertyMap{{"id": resource.NewStringProperty(name)}}
	}
	assert.Equal(t, id("d-1"), prop.Objects(sample(), "config.deep"))
	assert.Equal(t, id("k-1"), prop.Objects(sample(), "known"))
	assert.Len(t, prop.Objects(sample(), "actions[]"), 3)
	for _, path := range []string{"name", "subnets[]", "unknown", "pending", "missing"} {
		assert.Empty(t, prop.Objects(sample(), path), path)
	}
}

func TestKnown(t *testing.T) {
	props := sample()
	assert.True(t, prop.Known(props, "name"))
	assert.True(t, prop.Known(props, "missing"))
	assert.False(t, prop.Known(props, "unknown"))
	assert.False(t, prop.Known(props, "unknown.below[].id"))
	assert.True(t, prop.Has(props, "unknown"))
	assert.False(t, prop.Has(props, "missing"))
	assert.False(t, prop.Has(props, "null"))
	assert.True(t, prop.Known(props, "known"))
	assert.False(t, prop.Known(props, "pending"))
	assert.False(t, prop.Known(props, "pending.below"))
	assert.Empty(t, prop.Values(props, "null"), "null is nothing")
	assert.Empty(t, prop.Values(props, "missing[]"))
}
