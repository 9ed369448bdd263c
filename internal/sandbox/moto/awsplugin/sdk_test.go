//go:build e2e

package awsplugin

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sdk reads the possible inputs of a program from the source of the pinned Pulumi AWS SDK: the
// generated structs whose fields carry the property names that go over the wire.
type sdk struct {
	dir      string
	packages map[string]map[string]properties // directory -> name of a struct -> its fields
	parsed   map[string]bool                  // files that packages already covers
}

func openSDK(t *testing.T) *sdk {
	t.Helper()
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	dir := filepath.Join(strings.TrimSpace(string(output)), "go", "aws")
	require.DirExists(t, dir)
	return &sdk{dir: dir, packages: map[string]map[string]properties{}, parsed: map[string]bool{}}
}

// providerToken is the type of the provider itself.
const providerToken = "pulumi:providers:aws"

// resource returns the inputs of a resource type such as aws:lb/loadBalancer:LoadBalancer.
func (s *sdk) resource(token string) (properties, error) {
	if token == providerToken {
		return s.arguments(".", "provider", "Provider")
	}
	parts := strings.FieldsFunc(token, func(r rune) bool { return r == ':' || r == '/' })
	if len(parts) != 4 {
		return nil, fmt.Errorf("%s is not a resource type of the AWS package", token)
	}
	return s.arguments(parts[1], parts[2], parts[3])
}

func (s *sdk) arguments(module, file, member string) (properties, error) {
	if err := s.parse(filepath.Join(module, file+".go")); err != nil {
		return nil, err
	}
	name := strings.ToLower(member[:1]) + member[1:] + "Args"
	inputs, ok := s.packages[module][name]
	if !ok {
		return nil, fmt.Errorf("the SDK has no %s in %s", name, module)
	}
	return inputs, nil
}

// object returns the properties of a nested type, which is named "module.Type".
func (s *sdk) object(name string) (properties, error) {
	dot := strings.LastIndex(name, ".")
	module, member := name[:dot], name[dot+1:]
	files, err := filepath.Glob(filepath.Join(s.dir, module, "pulumiTypes*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := s.parse(filepath.Join(module, filepath.Base(file))); err != nil {
			return nil, err
		}
	}
	object, ok := s.packages[module][member]
	if !ok {
		return nil, fmt.Errorf("the SDK has no type %s", name)
	}
	return object, nil
}

func (s *sdk) parse(file string) error {
	if s.parsed[file] {
		return nil
	}
	s.parsed[file] = true
	source, err := os.ReadFile(filepath.Join(s.dir, file))
	if err != nil {
		return err
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	module := filepath.Dir(file)
	if s.packages[module] == nil {
		s.packages[module] = map[string]properties{}
	}
	for _, declaration := range syntax.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			named := spec.(*ast.TypeSpec)
			if structure, ok := named.Type.(*ast.StructType); ok {
				s.packages[module][named.Name.Name] = fieldsOf(module, structure)
			}
		}
	}
	return nil
}

func fieldsOf(module string, structure *ast.StructType) properties {
	fields := properties{}
	for _, field := range structure.Fields.List {
		if field.Tag == nil {
			continue
		}
		name := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("pulumi")
		_, pointer := field.Type.(*ast.StarExpr)
		// The struct does not tell whether lists, maps and values of any type are required.
		fields[name] = property{shape: shapeOf(module, field.Type), optional: pointer}
	}
	return fields
}

// shapeOf spells a Go type in the notation of served.json.
func shapeOf(module string, expression ast.Expr) string {
	switch typed := expression.(type) {
	case *ast.StarExpr:
		return shapeOf(module, typed.X)
	case *ast.ArrayType:
		return "[]" + shapeOf(module, typed.Elt)
	case *ast.MapType:
		return "{}" + shapeOf(module, typed.Value)
	case *ast.InterfaceType:
		return shapeAny
	case *ast.SelectorExpr:
		return shapeOfSelector(typed)
	case *ast.Ident:
		if basic, ok := basicShapes[typed.Name]; ok {
			return basic
		}
		return "@" + module + "." + typed.Name
	default:
		return fmt.Sprintf("unexpected %T", expression)
	}
}

var basicShapes = map[string]string{
	"string": "string", "int": "integer", "bool": "boolean", "float64": "number", "any": shapeAny,
}

// shapeOfSelector spells a type of another package: an asset, or a nested type of another
// module of the SDK.
func shapeOfSelector(selector *ast.SelectorExpr) string {
	switch name := fmt.Sprint(selector.X) + "." + selector.Sel.Name; name {
	case "pulumi.Archive", "pulumi.AssetOrArchive":
		return shapeAsset
	default:
		return "@" + name
	}
}
