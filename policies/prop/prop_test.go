package prop_test

import (
	"math"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/prop"
)

var (
	unknown = resource.MakeComputed(resource.NewStringProperty(""))
	null    = resource.NewNullProperty()
	yes     = resource.NewBoolProperty(true)
	no      = resource.NewBoolProperty(false)
)

func text(s string) resource.PropertyValue { return resource.NewStringProperty(s) }

func number(n float64) resource.PropertyValue { return resource.NewNumberProperty(n) }

func list(values ...resource.PropertyValue) resource.PropertyValue {
	return resource.NewArrayProperty(values)
}

func object(fields resource.PropertyMap) resource.PropertyValue {
	return resource.NewObjectProperty(fields)
}

func secret(v resource.PropertyValue) resource.PropertyValue { return resource.MakeSecret(v) }

func output(v resource.PropertyValue, known, isSecret bool) resource.PropertyValue {
	return resource.NewOutputProperty(resource.Output{Element: v, Known: known, Secret: isSecret})
}

func TestTruth(t *testing.T) {
	// Ordered from no to yes: "and" is the first of two answers, "or" the last.
	all := []prop.Truth{prop.No, prop.Outside, prop.Maybe, prop.Yes}
	for i, a := range all {
		assert.Equal(t, a, a.Not().Not())
		for j, b := range all {
			assert.Equal(t, all[min(i, j)], a.And(b), "%s and %s", a, b)
			assert.Equal(t, all[max(i, j)], a.Or(b), "%s or %s", a, b)
		}
	}
	assert.Equal(t, []prop.Truth{prop.Yes, prop.Outside, prop.Maybe, prop.No},
		[]prop.Truth{prop.No.Not(), prop.Outside.Not(), prop.Maybe.Not(), prop.Yes.Not()})
	var forgotten prop.Truth
	assert.Equal(t, prop.Maybe, forgotten)
}

// Every reader has an answer for every state of a property, and never answers yes by guessing.
func TestReadersAreTotal(t *testing.T) {
	for name, c := range map[string]struct {
		value                                           resource.PropertyValue
		isTrue, isFalse, set, empty, is, atLeast, hasIt prop.Truth
	}{
		"absent":  {resource.PropertyValue{}, prop.No, prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.No},
		"null":    {null, prop.No, prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.No},
		"unknown": {unknown, prop.Maybe, prop.Maybe, prop.Yes, prop.Maybe, prop.Maybe, prop.Maybe, prop.Maybe},
		"secret unknown": {
			secret(unknown), prop.Maybe, prop.Maybe, prop.Yes, prop.Maybe, prop.Maybe, prop.Maybe,
			prop.Maybe,
		},
		"unknown output": {
			output(text("x"), false, false), prop.Maybe, prop.Maybe, prop.Yes, prop.Maybe, prop.Maybe,
			prop.Maybe, prop.Maybe,
		},
		"true":            {yes, prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"false":           {no, prop.No, prop.Yes, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"secret true":     {secret(yes), prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"output true":     {output(yes, true, true), prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"true, spelt out": {text("True"), prop.Yes, prop.No, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"text":            {text("IT"), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.Yes, prop.Maybe, prop.Yes},
		"empty text":      {text(""), prop.Maybe, prop.Maybe, prop.No, prop.Yes, prop.No, prop.Maybe, prop.No},
		"number":          {number(7), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.No, prop.Yes, prop.No},
		"small number":    {number(6.9), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.No, prop.No, prop.No},
		"number as text":  {text("7"), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.No, prop.Yes, prop.No},
		"no number":       {number(math.NaN()), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.No, prop.Maybe, prop.No},
		"list": {
			list(text("it"), text("x")), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.Maybe,
			prop.Maybe, prop.Yes,
		},
		"list, unknown": {
			list(unknown, text("x")), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.Maybe, prop.Maybe,
			prop.Maybe,
		},
		"empty list": {list(), prop.Maybe, prop.Maybe, prop.No, prop.Yes, prop.Maybe, prop.Maybe, prop.No},
		"object": {
			object(resource.PropertyMap{"x": yes}), prop.Maybe, prop.Maybe, prop.Yes, prop.No, prop.Maybe,
			prop.Maybe, prop.Maybe,
		},
		"empty object": {object(nil), prop.Maybe, prop.Maybe, prop.No, prop.Yes, prop.Maybe, prop.Maybe, prop.Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			v := prop.New("p", c.value)
			assert.Equal(t, c.isTrue, v.IsTrue(), "is true")
			assert.Equal(t, c.isFalse, v.IsFalse(), "is false")
			assert.Equal(t, c.set, v.IsSet(), "is set")
			assert.Equal(t, c.empty, v.IsEmpty(), "is empty")
			assert.Equal(t, c.is, v.Is("it"), "is it")
			assert.Equal(t, c.atLeast, v.AtLeast(7), "at least 7")
			assert.Equal(t, c.hasIt, v.Has("it"), "has it")
		})
	}
}

func TestDefaults(t *testing.T) {
	assert.Equal(t, prop.Yes, prop.Value{}.TrueByDefault())
	assert.Equal(t, prop.Maybe, prop.Unknown("p").TrueByDefault())
	assert.Equal(t, prop.No, prop.New("p", no).TrueByDefault())
	assert.Equal(t, prop.Yes, prop.Value{}.IsOrAbsent("x"))
	assert.Equal(t, prop.No, prop.New("p", text("y")).IsOrAbsent("x"))
	assert.Equal(t, prop.Yes, prop.New("p", number(1)).Is("1"))
	assert.Equal(t, prop.Yes, prop.New("p", no).Is("false"))
	assert.Equal(t, prop.Yes, prop.New("p", number(5)).Between(1, 5))
	assert.Equal(t, prop.No, prop.New("p", number(6)).Between(1, 5))
	assert.Equal(t, prop.No, prop.Value{}.Between(0, 5))
}

func TestGet(t *testing.T) {
	v := prop.Of(resource.PropertyMap{
		"block":  object(resource.PropertyMap{"a": yes}),
		"blocks": list(object(resource.PropertyMap{"a": yes})),
		"many":   list(object(resource.PropertyMap{"a": yes}), object(resource.PropertyMap{"a": yes})),
		"hidden": secret(object(resource.PropertyMap{"a": text("x")})),
		"later":  unknown,
		"flat":   text("x"),
	})
	assert.Equal(t, prop.Yes, v.Dig("block", "a").IsTrue())
	assert.Equal(t, prop.Yes, v.Dig("blocks", "a").IsTrue(), "a single block is written both ways")
	assert.True(t, v.Dig("many", "a").Absent())
	assert.True(t, v.Dig("hidden", "a").Secret(), "what is inside a secret is secret")
	assert.True(t, v.Dig("later", "a").IsUnknown(), "what is inside an unknown value is unknown")
	assert.True(t, v.Dig("flat", "a", "b").Absent())
	assert.Equal(t, "flat.a.b", v.Dig("flat", "a", "b").Path())
	elems, complete := v.Get("many").List()
	assert.Equal(t, prop.Yes, complete)
	assert.Equal(t, "many[1].a", elems[1].Get("a").Path())
	fields, complete := prop.Of(resource.PropertyMap{"b": yes, "a": yes, "__defaults": list()}).Fields()
	assert.Equal(t, prop.Yes, complete)
	assert.Equal(t, []string{"a", "b"}, fields)
}

func TestEveryReadIsObserved(t *testing.T) {
	var paths []string
	v := prop.Of(resource.PropertyMap{"a": list(object(resource.PropertyMap{"b": text("{}")}))}).
		Observed(func(path string) { paths = append(paths, path) })
	elems, _ := v.Get("a").List()
	doc, _ := elems[0].Get("b").JSON()
	doc.Get("inside")
	v.Get("missing").Get("below")
	assert.Equal(t, []string{"a", "a[0].b", "missing", "missing.below"}, paths, "a document's fields are no properties")
}

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct {
		value resource.PropertyValue
		want  prop.Truth
		name  string
	}{
		"text":    {text(`{"Name":"x"}`), prop.Yes, "x"},
		"object":  {object(resource.PropertyMap{"name": text("x")}), prop.Yes, "x"},
		"secret":  {secret(text(`{"name":"x"}`)), prop.Yes, "[secret]"},
		"broken":  {text(`{`), prop.No, "nothing"},
		"number":  {number(1), prop.No, "nothing"},
		"unknown": {unknown, prop.Maybe, "[unknown]"},
		"null":    {null, prop.Yes, "nothing"},
	} {
		doc, ok := prop.New("p", c.value).JSON()
		assert.Equal(t, c.want, ok, name)
		assert.Equal(t, c.name, doc.GetFold("name").Show(), name)
	}
}

func TestShowHidesWhatMayBeSecret(t *testing.T) {
	long := text("0123456789012345678901234567890123456789012345678901234567890123456789012345678901")
	for want, value := range map[string]resource.PropertyValue{
		"x": text("x"), "7": number(7), "true": yes, "nothing": null, "[unknown]": unknown, "[secret]": secret(text("x")),
		"[string]": long, "[[]]": list(text("x")),
	} {
		shown := prop.New("p", value).Show()
		assert.Equal(t, want, shown)
	}
	assert.Equal(t, "[secret]", prop.New("p", output(text("x"), true, true)).Show())
	assert.Equal(t, "a?b", prop.New("p", text("a\xffb")).Show())
}
