package control

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Kind is the type of a parameter.
type Kind string

// The kinds, in the words of JSON schema.
const (
	Number Kind = "number"
	Text   Kind = "string"
	Flag   Kind = "boolean"
	Texts  Kind = "strings"
	Ports  Kind = "ports"
)

// Param is one parameter that a policy's configuration may set.
type Param struct {
	// Name is the property's name.
	Name string
	// Kind is its type.
	Kind Kind
	// Default is used if the configuration does not set the parameter: a float64, string, bool,
	// []string or []int.
	Default any
	// Doc describes the parameter in a sentence.
	Doc string
	// Min and Max bound a number; both zero means unbounded.
	Min, Max float64
	// Allowed lists the only values of a string parameter; empty allows any.
	Allowed []string
	// Check validates the elements of a list of strings; nil accepts all.
	Check func(text string) error
}

// Schema returns the parameter's JSON schema. Lists are []any, the only kind that the protocol
// can carry.
func (p Param) Schema() map[string]any {
	schema := map[string]any{"description": p.Doc}
	switch p.Kind {
	case Texts:
		schema["type"] = "array"
		schema["items"] = map[string]any{"type": "string"}
	case Ports:
		schema["type"] = "array"
		schema["items"] = map[string]any{"type": "integer", "minimum": 0, "maximum": 65535}
	default:
		schema["type"] = string(p.Kind)
	}
	if p.Min != 0 || p.Max != 0 {
		schema["minimum"], schema["maximum"] = p.Min, p.Max
	}
	if len(p.Allowed) > 0 {
		allowed := make([]any, len(p.Allowed))
		for i, a := range p.Allowed {
			allowed[i] = a
		}
		schema["enum"] = allowed
	}
	return schema
}

// Parse checks a configured value and gives it the parameter's Go type.
func (p Param) Parse(value any) (any, error) {
	switch p.Kind {
	case Number:
		n, ok := value.(float64)
		if !ok {
			return nil, fmt.Errorf("%s is %s: give a number", p.Name, describe(value))
		}
		if (p.Min != 0 || p.Max != 0) && (n < p.Min || n > p.Max) {
			return nil, fmt.Errorf("%s is %v: give a number from %v to %v", p.Name, n, p.Min, p.Max)
		}
		return n, nil
	case Flag:
		b, ok := value.(bool)
		if !ok {
			return nil, fmt.Errorf("%s is %s: give true or false", p.Name, describe(value))
		}
		return b, nil
	case Texts:
		return p.parseTexts(value)
	case Ports:
		return p.parsePorts(value)
	default:
		s, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%s is %s: give a string", p.Name, describe(value))
		}
		if len(p.Allowed) > 0 && !slices.Contains(p.Allowed, s) {
			return nil, fmt.Errorf("%s is %q: give one of %s", p.Name, s, strings.Join(p.Allowed, ", "))
		}
		return s, nil
	}
}

func (p Param) parseTexts(value any) (any, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is %s: give a list of strings", p.Name, describe(value))
	}
	texts := make([]string, len(list))
	for i, elem := range list {
		if texts[i], ok = elem.(string); !ok {
			return nil, fmt.Errorf("%s[%d] is %s: give a string", p.Name, i, describe(elem))
		}
		if p.Check == nil {
			continue
		}
		if err := p.Check(texts[i]); err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", p.Name, i, err)
		}
	}
	return texts, nil
}

func (p Param) parsePorts(value any) (any, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s is %s: give a list of ports", p.Name, describe(value))
	}
	ports := make([]int, len(list))
	for i, elem := range list {
		n, ok := elem.(float64)
		if !ok || n != math.Trunc(n) || n < 0 || n > 65535 {
			return nil, fmt.Errorf("%s[%d] is %s: give a port from 0 to 65535", p.Name, i, describe(elem))
		}
		ports[i] = int(n)
	}
	return ports, nil
}

func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("the string %q", v)
	case float64:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprintf("%v", v)
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// Params holds a control's parameters by name.
type Params map[string]any

// Defaults returns the values that apply without configuration.
func Defaults(params []Param) Params {
	values := make(Params, len(params))
	for _, p := range params {
		values[p.Name] = p.Default
	}
	return values
}

// Number returns a parameter of kind [Number].
func (p Params) Number(name string) float64 { n, _ := p[name].(float64); return n }

// Text returns a parameter of kind [Text].
func (p Params) Text(name string) string { s, _ := p[name].(string); return s }

// Flag returns a parameter of kind [Flag].
func (p Params) Flag(name string) bool { b, _ := p[name].(bool); return b }

// Texts returns a parameter of kind [Texts].
func (p Params) Texts(name string) []string { s, _ := p[name].([]string); return s }

// Ports returns a parameter of kind [Ports].
func (p Params) Ports(name string) []int { n, _ := p[name].([]int); return n }
