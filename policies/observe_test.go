package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/sdkschema"
	"aws-webapp/policies/testgraph"
)

var position = regexp.MustCompile(`\[\d+\]`)

// scene is a stack together with the configuration that it is judged by.
type scene struct {
	resources []*graph.Resource
	config    map[string]policytest.Policy
}

// scenes returns the baseline, all mutants and all alternatives.
func scenes() []scene {
	all := []scene{
		{resources: testgraph.Baseline("prod", testgraph.Deployed)},
		{resources: testgraph.Baseline("staging", testgraph.Preview)},
	}
	changed := func(change func(*testgraph.Stack), config map[string]policytest.Policy) {
		stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
		change(stack)
		all = append(all, scene{stack.Resources, config})
	}
	for _, m := range mutants() {
		changed(m.mutate, m.config)
	}
	for _, a := range alternatives() {
		changed(a.change, a.config)
	}
	return all
}

// observed returns the property paths that the controls read, by type, over all scenes.
var observed = sync.OnceValues(func() (map[string]map[string]bool, error) {
	reads := map[string]map[string]bool{}
	for _, s := range scenes() {
		p, err := pack.New(pack.Options{Controls: rules.All()})
		if err != nil {
			return nil, err
		}
		config := map[string]plugin.AnalyzerPolicyConfig{}
		for name, policy := range s.config {
			onTheWire, err := structpb.NewStruct(policy.Properties)
			if err != nil {
				return nil, err
			}
			config[name] = plugin.AnalyzerPolicyConfig{Properties: onTheWire.AsMap()}
		}
		if err := p.Configure(config); err != nil {
			return nil, err
		}
		for _, r := range s.resources {
			r.Observer = func(typeToken, path string) {
				if reads[typeToken] == nil {
					reads[typeToken] = map[string]bool{}
				}
				reads[typeToken][position.ReplaceAllString(path, "")] = true
			}
			p.JudgeResource(r)
		}
		if _, err := p.JudgeStack(s.resources); err != nil {
			return nil, err
		}
	}
	return reads, nil
})

func TestEveryTypeAndPropertyExistsInThePinnedSDK(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	sdk, err := sdkschema.Load(dir)
	require.NoError(t, err)
	for _, c := range rules.All() {
		for _, typeToken := range c.Types {
			if !strings.HasSuffix(typeToken, "*") {
				assert.Contains(t, sdk.Types, typeToken, c.Name)
			}
		}
	}
	reads, err := observed()
	require.NoError(t, err)
	for _, typeToken := range slices.Sorted(maps.Keys(reads)) {
		for _, path := range slices.Sorted(maps.Keys(reads[typeToken])) {
			keys := strings.Split(path, ".")
			if keys[0] == "tags" || keys[0] == "tagsAll" {
				keys = keys[:1]
			}
			assert.True(t, sdk.HasInput(typeToken, keys) || sdk.HasOutput(typeToken, keys), "%s has no %s", typeToken, path)
		}
	}
}

// readers lists the methods with property names as arguments.
var readers = map[string]bool{
	"Get": true, "Declared": true, "Dig": true, "Referrers": true, "Follow": true,
	"FollowValue": true, "route": true,
}

// A property name that no test reads has not been checked against the SDK.
func TestEveryPropertyNameInTheRulesIsRead(t *testing.T) {
	reads, err := observed()
	require.NoError(t, err)
	read := map[string]bool{}
	for _, paths := range reads {
		for path := range paths {
			for key := range strings.SplitSeq(path, ".") {
				read[key] = true
			}
		}
	}
	for name, where := range propertyNames(t) {
		assert.True(t, read[name], "%s, named in %s, is not read by any test", name, where)
	}
}

// propertyNames returns the literals that the rules pass to readers, except fields of container
// definitions and of the provider, which are not properties of resources.
func propertyNames(t *testing.T) map[string]string {
	t.Helper()
	notRules := func(info fs.FileInfo) bool { return !strings.HasSuffix(info.Name(), "_test.go") }
	//nolint:staticcheck // no build tags to honour
	packages, err := parser.ParseDir(token.NewFileSet(), "rules", notRules, 0)
	require.NoError(t, err)
	names := map[string]string{}
	for file, tree := range packages["rules"].Files {
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !readers[selector.Sel.Name] || receiver(selector) == "k" || receiver(selector) == "prop.Of" {
				return true
			}
			for _, arg := range call.Args {
				if literal, ok := arg.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					name, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					names[name] = file
				}
			}
			return true
		})
	}
	return names
}

func receiver(selector *ast.SelectorExpr) string {
	switch x := selector.X.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.CallExpr:
		if inner, ok := x.Fun.(*ast.SelectorExpr); ok {
			if pkg, ok := inner.X.(*ast.Ident); ok {
				return pkg.Name + "." + inner.Sel.Name
			}
		}
	}
	return ""
}
