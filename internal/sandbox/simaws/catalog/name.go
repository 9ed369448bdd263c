package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// suffixLength is the number of random characters that Pulumi appends to an auto-name, besides
// the hyphen.
const suffixLength = 7

// prefixedLength is the number of characters that the Terraform provider appends to a name
// prefix: a time stamp and a counter.
const prefixedLength = 26

// Name describes the physical name of a type.
type Name struct {
	// Property holds the name. Default "name".
	Property string
	// Prefix is the input that asks AWS's provider for a generated name, if there is one.
	Prefix string
	// Max is the longest name allowed.
	Max int
	// Lower says that generated names are lower case.
	Lower bool
	// Chars has to match the whole name; nil allows everything.
	Chars *regexp.Regexp
	// Fallback is the template with which the provider, not Pulumi, makes a name if the program
	// gives none. Types with a fallback are not auto-named.
	Fallback string
}

// Key returns the property that holds the name.
func (n *Name) Key() resource.PropertyKey {
	if n.Property == "" {
		return "name"
	}
	return resource.PropertyKey(n.Property)
}

// Auto reports whether Pulumi names the resource, given its inputs.
func (n *Name) Auto(inputs resource.PropertyMap) bool {
	if n.Fallback != "" || prop.Has(inputs, string(n.Key())) {
		return false
	}
	return n.Prefix == "" || !prop.Has(inputs, n.Prefix)
}

// Make returns the auto-name of a resource with the logical name. The same seed gives
// the same name.
func (n *Name) Make(logical, seed string) (string, error) {
	base := logical
	if n.Lower {
		base = strings.ToLower(base)
	}
	if longest := n.Max - suffixLength - 1; len(base) > longest {
		return "", fmt.Errorf("cannot auto-name: the logical name %q has %d characters, at most %d leave room "+
			"for the suffix within the %d that AWS allows; shorten it or set %q",
			logical, len(base), longest, n.Max, n.Key())
	}
	return base + "-" + Generate("hex", suffixLength, seed), nil
}

// Check returns what is wrong with the names that the inputs give, or two empty strings.
func (n *Name) Check(inputs resource.PropertyMap) (property, reason string) {
	name := prop.Text(inputs, string(n.Key()))
	if len(name) > n.Max {
		return string(n.Key()), fmt.Sprintf("cannot be longer than %d characters, %q has %d", n.Max, name, len(name))
	}
	if name != "" && n.Chars != nil && !n.Chars.MatchString(name) {
		return string(n.Key()), fmt.Sprintf("%q must match %s", name, n.Chars)
	}
	if n.Prefix == "" {
		return "", ""
	}
	prefix := prop.Text(inputs, n.Prefix)
	if longest := n.Max - prefixedLength; len(prefix) > longest {
		return n.Prefix, fmt.Sprintf("cannot be longer than %d characters, %q has %d", longest, prefix, len(prefix))
	}
	if prefix != "" && name != "" {
		return n.Prefix, fmt.Sprintf("conflicts with %q", n.Key())
	}
	return "", ""
}

// template returns the provider's template for the name if neither the program nor Pulumi made
// one.
func (n *Name) template(inputs resource.PropertyMap) string {
	if n.Prefix != "" {
		if prefix := prop.Text(inputs, n.Prefix); prefix != "" {
			return prefix + fmt.Sprintf("{digits%d#name}", prefixedLength)
		}
	}
	return n.Fallback
}
