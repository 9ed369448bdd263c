package catalog_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const sdkModule = "github.com/pulumi/pulumi-aws/sdk/v6"

// sdkDir is the directory of the pinned SDK's source.
var sdkDir = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sdkModule).Output()
	return filepath.Join(strings.TrimSpace(string(out)), "go", "aws"), err
})

// structs maps the name of a struct to the Go types of its properties.
type structs map[string]map[string]string

// sdkResource is what the SDK's source says about a resource type.
type sdkResource struct {
	token    string
	required []string
	inputs   map[string]string
	state    map[string]string
}

// readResource parses the file of one resource: its constructor and its structs.
func readResource(t *testing.T, tok string) sdkResource {
	t.Helper()
	dir, err := sdkDir()
	require.NoError(t, err, "the SDK must be in the module cache: go mod download")
	service, file, class := split(t, tok)
	parsed := parse(t, filepath.Join(dir, service, file+".go"))

	res := sdkResource{}
	fields := structsOf(parsed)
	lower := strings.ToLower(class[:1]) + class[1:]
	res.inputs, res.state = fields[lower+"Args"], fields[lower+"State"]
	goNames := goNamesOf(parsed, lower+"Args")
	for _, decl := range parsed.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "New"+class {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			if m := requiredArgument.FindStringSubmatch(text); m != nil {
				res.required = append(res.required, goNames[m[1]])
			}
			if text == tok {
				res.token = text
			}
			return true
		})
	}
	return res
}

var requiredArgument = regexp.MustCompile(`required argument '(\w+)'`)

// split takes aws:ec2/vpc:Vpc apart.
func split(t *testing.T, tok string) (service, file, class string) {
	t.Helper()
	m := regexp.MustCompile(`^aws:(\w+)/(\w+):(\w+)$`).FindStringSubmatch(tok)
	require.NotNil(t, m, "%s is no type token", tok)
	return m[1], m[2], m[3]
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err, "the SDK has no such resource")
	return parsed
}

// structsOf returns every struct of a file with the Go types of its tagged fields.
func structsOf(file *ast.File) structs {
	found := structs{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if body, ok := spec.Type.(*ast.StructType); ok {
			found[spec.Name.Name] = map[string]string{}
			for _, field := range body.Fields.List {
				if name := tagOf(field); name != "" {
					found[spec.Name.Name][name] = typeName(field.Type)
				}
			}
		}
		return false
	})
	return found
}

// goNamesOf maps the Go field names of a struct to the property names.
func goNamesOf(file *ast.File, name string) map[string]string {
	names := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			names[field.Names[0].Name] = tagOf(field)
		}
		return false
	})
	return names
}

func tagOf(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	text, _ := strconv.Unquote(field.Tag.Value)
	return reflect.StructTag(text).Get("pulumi")
}

// typeName returns the named type below pointers and slices.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ArrayType:
		return typeName(e.Elt)
	case *ast.Ident:
		return e.Name
	default:
		return fmt.Sprintf("%T", e)
	}
}

// nestedTypes returns the structs of a service's structured properties.
var nestedTypes = func() func(t *testing.T, service string) structs {
	cache := map[string]structs{}
	return func(t *testing.T, service string) structs {
		t.Helper()
		if found, ok := cache[service]; ok {
			return found
		}
		dir, err := sdkDir()
		require.NoError(t, err)
		files, err := filepath.Glob(filepath.Join(dir, service, "pulumiTypes*.go"))
		require.NoError(t, err)
		all := structs{}
		for _, file := range files {
			for name, fields := range structsOf(parse(t, file)) {
				all[name] = fields
			}
		}
		cache[service] = all
		return all
	}
}()

// hasPath says whether a dotted path exists below the properties.
func hasPath(t *testing.T, tok string, properties map[string]string, path string) bool {
	t.Helper()
	service, _, _ := split(t, tok)
	steps := strings.Split(strings.ReplaceAll(path, "[]", ""), ".")
	for i, step := range steps {
		typ, ok := properties[step]
		if !ok {
			return false
		}
		if i < len(steps)-1 {
			properties = nestedTypes(t, service)[typ]
		}
	}
	return true
}
