package mapping

import (
	"bytes"
	_ "embed" // mapping.json
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed mapping.json
var source []byte

// Mapping relates names of the Terraform provider to names of the Pulumi package.
type Mapping struct {
	// Resources maps a Terraform resource to a Pulumi type token, such as
	// "aws_lb" to "aws:lb/loadBalancer:LoadBalancer".
	Resources map[string]string `json:"resources"`
	// Functions maps a Terraform data source to a Pulumi function token.
	Functions map[string]string `json:"functions"`
	// Fields lists what deviates from the rule, per Terraform resource and attribute; the
	// attribute of a nested block is named with its path, such as "rule.filter.prefix".
	Fields map[string]map[string]Field `json:"fields"`
	// Newer lists Pulumi inputs of a Terraform resource that the program uses and this older
	// provider does not know, each with the provider's version that brought it. The plugin
	// leaves them out, where it would refuse the resource otherwise.
	Newer map[string]map[string]string `json:"newer"`
}

// Field says how one attribute deviates from what the bridge would derive.
type Field struct {
	// Name is the Pulumi property name; empty means the derived one.
	Name string `json:"name,omitempty"`
	// Single, when set, decides whether a list is served as its only element (true) or as a
	// list (false); unset leaves it to the Terraform schema's limit.
	Single *bool `json:"single,omitempty"`
	// Type, when set to "integer" or "boolean", serves a number or a switch that Terraform keeps as
	// text, to tell zero or false from nothing.
	Type string `json:"type,omitempty"`
	// Asset is "archive" or "file" for an attribute that holds a path in Terraform and an
	// asset in Pulumi.
	Asset string `json:"asset,omitempty"`
	// AutoName, when set, fills an attribute of the resource itself with a unique name where the program gives none.
	// Attributes called "name" have one of 255 characters without being listed.
	AutoName *AutoName `json:"autoname,omitempty"`
}

// AutoName bounds a generated name.
type AutoName struct {
	// Max is the number of characters that AWS allows.
	Max int `json:"max"`
	// Lower says that AWS takes lower case only.
	Lower bool `json:"lower,omitempty"`
}

// Values of Field.Asset and Field.Type.
const (
	AssetArchive = "archive"
	AssetFile    = "file"
	TypeInteger  = "integer"
	TypeBoolean  = "boolean"
)

// Load returns the mapping that is compiled in, validated.
func Load() (*Mapping, error) {
	return parse(source)
}

func parse(data []byte) (*Mapping, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var m Mapping
	if err := decoder.Decode(&m); err != nil {
		return nil, fmt.Errorf("mapping.json: %w", err)
	}
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("mapping.json: %w", err)
	}
	return &m, nil
}

func (m *Mapping) validate() error {
	errs := []error{
		validateTokens("resources", m.Resources),
		validateTokens("functions", m.Functions),
	}
	for _, resource := range slices.Sorted(maps.Keys(m.Newer)) {
		if _, ok := m.Resources[resource]; !ok {
			errs = append(errs, fmt.Errorf("newer: %s is not among resources", resource))
		}
	}
	for _, resource := range slices.Sorted(maps.Keys(m.Fields)) {
		if _, ok := m.Resources[resource]; !ok {
			errs = append(errs, fmt.Errorf("fields: %s is not among resources", resource))
		}
		for _, name := range slices.Sorted(maps.Keys(m.Fields[resource])) {
			if err := m.Fields[resource][name].validate(strings.Contains(name, ".")); err != nil {
				errs = append(errs, fmt.Errorf("fields: %s.%s: %w", resource, name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (f Field) validate(nested bool) error {
	switch {
	case f == Field{}:
		return errors.New("says nothing: remove it")
	case f.Asset != "" && f.Asset != AssetArchive && f.Asset != AssetFile:
		return fmt.Errorf("asset %q: want %q or %q", f.Asset, AssetArchive, AssetFile)
	case f.Type != "" && f.Type != TypeInteger && f.Type != TypeBoolean:
		return fmt.Errorf("type %q: want %q or %q", f.Type, TypeInteger, TypeBoolean)
	case f.AutoName != nil && nested:
		return errors.New("autoname: only a resource's own attribute can have one")
	case f.AutoName != nil && f.AutoName.Max < minAutoName:
		return fmt.Errorf("autoname max %d: want at least %d, the random suffix and a character", f.AutoName.Max, minAutoName)
	default:
		return nil
	}
}

// minAutoName is a separator, the seven random characters that the bridge appends, and one
// of the resource's own name.
const minAutoName = 9

// validateTokens checks each token's form and that no two Terraform names share one: the
// bridge would serve either of them, depending on map order.
func validateTokens(section string, tokens map[string]string) error {
	var errs []error
	owner := make(map[string]string, len(tokens))
	for _, name := range slices.Sorted(maps.Keys(tokens)) {
		token := tokens[name]
		if !wellFormed(token) {
			errs = append(errs, fmt.Errorf("%s: %s: token %q: want aws:<module>/<member>:<Member>", section, name, token))
		}
		if other, taken := owner[token]; taken {
			errs = append(errs, fmt.Errorf("%s: %s and %s are both mapped to %s", section, other, name, token))
		}
		owner[token] = name
	}
	return errors.Join(errs...)
}

// wellFormed reports whether a token has the shape aws:module/member:Member, the member in
// camel case before the colon. Functions keep their case (aws:ec2/getVpc:getVpc).
func wellFormed(token string) bool {
	parts := strings.Split(token, ":")
	if len(parts) != 3 || parts[0] != "aws" || parts[2] == "" {
		return false
	}
	module, member, ok := strings.Cut(parts[1], "/")
	return ok && module != "" && strings.EqualFold(member, parts[2])
}
