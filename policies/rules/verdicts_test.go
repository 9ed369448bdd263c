package rules

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// The verdicts, in words that fit into a table.
const (
	passes  = control.Pass
	fails   = control.Fail
	open    = control.Unknown
	outside = control.Outside
	none    = control.NotApplicable
)

// p is the properties of a resource. A secret or unknown value is a resource.PropertyValue.
type p = map[string]any

// made is another resource of the stack. Resources refer to each other by id, which is the name.
type made struct {
	typeToken, name string
	inputs          p
}

// change is one property that differs from what passes: by its path, such as listeners.0.port. A nil removes it.
type change struct {
	path  string
	value any
	want  control.Verdict
}

// judged is what a control says about one resource, and about the same with one property changed at a time. The type is
// the control's first one unless it is given.
type judged struct {
	control, typeToken string
	base               p
	others             []made
	params             control.Params
	env                control.Environment
	want               control.Verdict
	changes            []change
}

// unfinished matches a message in which a value is missing.
var unfinished = regexp.MustCompile(`%!| {2}|: $|\(\)`)

// judgeAll judges the rows.
func judgeAll(t *testing.T, rows []judged) {
	t.Helper()
	all := All()
	for _, row := range rows {
		i := slices.IndexFunc(all, func(c *control.Control) bool { return c.Name == row.control })
		if i < 0 {
			t.Fatalf("there is no control %s", row.control)
		}
		if row.typeToken == "" {
			row.typeToken = all[i].Types[0]
		}
		assert.Contains(t, all[i].Types, row.typeToken, row.control)
		verdict, why := row.verdict(all[i], row.base)
		assert.Equal(t, row.want, verdict, "%s %v: %v", row.control, row.base, why)
		assert.NotRegexp(t, unfinished, strings.Join(why, "\n"), row.control)
		for _, c := range row.changes {
			changed, _ := with(row.base, strings.Split(c.path, "."), c.value).(p)
			verdict, why := row.verdict(all[i], changed)
			assert.Equal(t, c.want, verdict, "%s with %s = %v: %v", row.control, c.path, c.value, why)
			assert.NotRegexp(t, unfinished, strings.Join(why, "\n"), row.control)
		}
	}
}

// verdict judges a resource in its stack.
func (row judged) verdict(c *control.Control, inputs p) (control.Verdict, []string) {
	r := build(made{row.typeToken, "it", inputs})
	resources := []*graph.Resource{r}
	for _, other := range row.others {
		resources = append(resources, build(other))
	}
	params := control.Defaults(c.Params)
	maps.Copy(params, row.params)
	result := c.Judge(in{Resource: r, Graph: graph.New(resources), Params: params, Environment: row.env})
	return result.Verdict(), slices.Concat(result.Problems, result.Elsewhere, result.Doubts)
}

// build makes a resource that AWS has answered.
func build(m made) *graph.Resource {
	inputs := resource.NewPropertyMapFromMap(m.inputs)
	outputs := inputs.Copy()
	outputs["id"] = resource.NewStringProperty(m.name)
	return &graph.Resource{
		URN: "urn:pulumi:prod::web::" + m.typeToken + "::" + m.name, Type: m.typeToken, Name: m.name, Inputs: inputs,
		Outputs: outputs, Provider: &graph.Provider{Name: "aws"},
	}
}

// with returns a copy with another value at a path.
func with(v any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch v := v.(type) {
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(v) {
			panic("no element " + path[0])
		}
		list := slices.Clone(v)
		list[i] = with(list[i], path[1:], value)
		return list
	case p:
		object := p{}
		maps.Copy(object, v)
		if object[path[0]] = with(object[path[0]], path[1:], value); object[path[0]] == nil {
			delete(object, path[0])
		}
		return object
	default:
		return with(p{}, path, value)
	}
}

var unknownText = resource.MakeComputed(resource.NewStringProperty(""))
