//go:build e2e

package awsplugin

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parity compares the inputs that the SDK offers with those that the plugin understands. The
// plugin is older than the SDK and does not have to know everything. But inputs that it knows
// must have the same name and shape, and it must know every input that the program uses.
type parity struct {
	sdk    *sdk
	served served
}

// programInputs is the list of inputs that the program uses, recorded by the tests of its
// stacks.
const programInputs = "../../../../tests/stack/testdata/inputs.txt"

func open(t *testing.T) parity {
	t.Helper()
	return parity{sdk: openSDK(t), served: openServed(t)}
}

// TestPluginAgreesWithSDK fails where the mapping of tools/awsplugin lacks an entry: a list that
// is served as its only element, a number that is served as text.
func TestPluginAgreesWithSDK(t *testing.T) {
	p := open(t)
	require.Greater(t, len(p.served.Resources), 400)
	for _, token := range slices.Sorted(maps.Keys(p.served.Resources)) {
		said, err := p.sdk.resource(token)
		require.NoError(t, err, token)
		compared := comparison{parity: p, visited: map[[2]string]bool{}}
		compared.properties(token, said, p.served.Resources[token])
		for _, difference := range compared.differences {
			t.Error(difference)
		}
	}
}

// TestPluginKnowsTheProgram fails where the program uses an input that is newer than the provider from which the
// plugin is built, or a resource that the mapping does not list. Only who has built the plugin can mend that.
func TestPluginKnowsTheProgram(t *testing.T) {
	p := open(t)
	for _, file := range []string{"testdata/awsx.txt", programInputs} {
		for _, use := range readUses(t, file) {
			assert.NoError(t, p.sdk.knows(use), "the SDK, of %s", file)
			assert.NoError(t, p.served.knows(use), "the plugin, of %s: name a new type in "+
				"tools/awsplugin/mapping/mapping.json, or list as newer what AWS added after the plugin's provider; "+
				"then run make awsplugin-describe", file)
		}
	}
}

// TestLeftOutIsTooNew fails for an input on the plugin's list of omissions that the plugin does
// know, or that the program no longer uses.
func TestLeftOutIsTooNew(t *testing.T) {
	p := open(t)
	said := readUses(t, programInputs)
	for _, input := range p.served.LeftOut {
		token, name, _ := strings.Cut(input, " ")
		assert.NotContains(t, p.served.Resources[token], name, "the plugin knows %s", input)
		assert.True(t, slices.ContainsFunc(said, func(u use) bool { return u.token == token && u.path[0] == name }),
			"the program does not use %s", input)
	}
}

// becameOptional lists inputs that became optional after the plugin's provider was released:
// newer inputs, which it does not know, can replace them.
var becameOptional = map[string]bool{
	"aws:ec2/vpcEndpoint:VpcEndpoint.serviceName":                  true,
	"aws:kms/customKeyStore:CustomKeyStore.cloudHsmClusterId":      true,
	"aws:kms/customKeyStore:CustomKeyStore.keyStorePassword":       true,
	"aws:kms/customKeyStore:CustomKeyStore.trustAnchorCertificate": true,
	"aws:route53/resolverRule:ResolverRule.targetIps.ip":           true,
}

// comparison collects how the two sides of one resource differ.
type comparison struct {
	parity
	differences []string
	visited     map[[2]string]bool // pairs of nested types, some of which contain themselves
}

func (c *comparison) properties(path string, said, understood properties) {
	for _, name := range slices.Sorted(maps.Keys(understood)) {
		own, other := understood[name], said[name]
		if own.required && other.optional && !becameOptional[path+"."+name] {
			c.add(path+"."+name, "the plugin requires it, the SDK does not")
		}
		if other.shape != "" {
			c.shape(path+"."+name, other.shape, own.shape)
		}
	}
}

func (c *comparison) shape(path, said, understood string) {
	if said == understood || said == shapeAny || understood == shapeAny {
		return
	}
	for _, collection := range []string{"[]", "{}"} {
		saidElement, saidIs := strings.CutPrefix(said, collection)
		understoodElement, understoodIs := strings.CutPrefix(understood, collection)
		if saidIs && understoodIs {
			c.shape(path, saidElement, understoodElement)
			return
		}
	}
	saidType, saidIs := strings.CutPrefix(said, "@")
	understoodType, understoodIs := strings.CutPrefix(understood, "@")
	if !saidIs || !understoodIs {
		c.add(path, fmt.Sprintf("the SDK says %s, the plugin understands %s", said, understood))
		return
	}
	pair := [2]string{saidType, understoodType}
	if c.visited[pair] {
		return
	}
	c.visited[pair] = true
	fields, err := c.sdk.object(saidType)
	if err != nil {
		c.add(path, err.Error())
		return
	}
	c.properties(path, fields, c.served.Types[understoodType])
}

func (c *comparison) add(path, difference string) {
	c.differences = append(c.differences, path+": "+difference)
}

// use is an input that a program gives a value: a resource type and a path into its inputs,
// in which the elements of lists are not counted.
type use struct {
	token string
	path  []string
}

func (u use) String() string { return u.token + " " + strings.Join(u.path, ".") }

func readUses(t *testing.T, file string) []use {
	t.Helper()
	content, err := os.Open(file)
	require.NoError(t, err)
	defer func() { assert.NoError(t, content.Close()) }()
	var uses []use
	for lines := bufio.NewScanner(content); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		token, path, ok := strings.Cut(line, " ")
		require.True(t, ok, "%s: %q: want a type and a path", file, line)
		uses = append(uses, use{token: token, path: strings.Split(path, ".")})
	}
	require.NotEmpty(t, uses, file)
	return uses
}

func (s *sdk) knows(u use) error {
	inputs, err := s.resource(u.token)
	if err != nil {
		return err
	}
	return follow(u, inputs, s.object)
}

func (s served) knows(u use) error {
	inputs, ok := s.Resources[u.token]
	if !ok {
		return fmt.Errorf("%s: no such resource type", u.token)
	}
	if slices.Contains(s.LeftOut, u.token+" "+u.path[0]) {
		return nil
	}
	return follow(u, inputs, func(name string) (properties, error) { return s.Types[name], nil })
}

// follow walks a path through nested types. It ends early at types whose keys the program
// chooses: maps, and properties of any type.
func follow(u use, fields properties, object func(string) (properties, error)) error {
	for _, name := range u.path {
		property, ok := fields[name]
		if !ok {
			return fmt.Errorf("%s: no input %q", u, name)
		}
		nested, ok := strings.CutPrefix(strings.TrimLeft(property.shape, "[]"), "@")
		if !ok {
			return nil
		}
		var err error
		if fields, err = object(nested); err != nil {
			return fmt.Errorf("%s: %w", u, err)
		}
	}
	return nil
}
