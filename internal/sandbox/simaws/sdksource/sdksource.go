package sdksource

import (
	"errors"
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
)

const module = "github.com/pulumi/pulumi-aws/sdk/v6"

// Fields maps property names to the names of their Go types, without pointers and slices.
type Fields map[string]string

// Resource is the SDK's description of a resource type.
type Resource struct {
	// Token is the token that the constructor registers, "" when it registers another.
	Token string
	// Required lists the inputs on which the constructor insists.
	Required []string
	// Inputs and State hold the properties of the arguments and of the state.
	Inputs, State Fields

	nested map[string]Fields
}

// Function is the SDK's description of a function.
type Function struct {
	// Token is the token that it invokes, "" when it invokes another.
	Token string
	// Args and Result hold the properties of its arguments and of its result.
	Args, Result Fields
}

// dir returns the directory of the SDK's AWS packages.
var dir = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("find %s in the module cache: %w", module, err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "go", "aws"), nil
})

var (
	tokenPattern     = regexp.MustCompile(`^aws:(\w+)/(\w+):(\w+)$`)
	requiredArgument = regexp.MustCompile(`required argument '(\w+)'`)
	errNoToken       = errors.New("no token of the AWS provider")
)

// path returns the file with the declaration of the token's type.
func path(tok string) (service, file, name string, err error) {
	m := tokenPattern.FindStringSubmatch(tok)
	if m == nil {
		return "", "", "", fmt.Errorf("%s: %w", tok, errNoToken)
	}
	root, err := dir()
	if err != nil {
		return "", "", "", err
	}
	service = m[1]
	if service == "index" {
		service = ""
	}
	return service, filepath.Join(root, service, m[2]+".go"), m[3], nil
}

// ReadResource reads the SDK's description of a resource type.
func ReadResource(tok string) (*Resource, error) {
	service, file, class, err := path(tok)
	if err != nil {
		return nil, err
	}
	parsed, err := parse(file)
	if err != nil {
		return nil, err
	}
	lower := strings.ToLower(class[:1]) + class[1:]
	structs := structsOf(parsed)
	res := &Resource{Inputs: structs[lower+"Args"].fields, State: structs[lower+"State"].fields}
	inspectTexts(parsed, "New"+class, func(text string) {
		if m := requiredArgument.FindStringSubmatch(text); m != nil {
			res.Required = append(res.Required, structs[lower+"Args"].byGoName[m[1]])
		}
		if text == tok {
			res.Token = text
		}
	})
	res.nested, err = nested(service)
	return res, err
}

// ReadFunction reads the SDK's description of a function.
func ReadFunction(tok string) (*Function, error) {
	_, file, name, err := path(tok)
	if err != nil {
		return nil, err
	}
	parsed, err := parse(file)
	if err != nil {
		return nil, err
	}
	f := &Function{}
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			inspectTexts(parsed, fn.Name.Name, func(text string) {
				if text == tok {
					f.Token = text
				}
			})
		}
	}
	for structName, s := range structsOf(parsed) {
		switch {
		case strings.EqualFold(structName, name+"Result"), strings.EqualFold(structName, "Lookup"+name[3:]+"Result"):
			f.Result = s.fields
		case strings.EqualFold(structName, name+"Args"), strings.EqualFold(structName, "Lookup"+name[3:]+"Args"):
			f.Args = s.fields
		}
	}
	return f, nil
}

// HasInput reports whether a dotted path exists among the inputs.
func (r *Resource) HasInput(path string) bool {
	_, ok := r.typeOf(r.Inputs, path)
	return ok
}

// InputType returns the name of the Go type of an input, without pointers and slices; empty for
// maps.
func (r *Resource) InputType(path string) string {
	typ, _ := r.typeOf(r.Inputs, path)
	return typ
}

// HasState reports whether a dotted path exists in the state.
func (r *Resource) HasState(path string) bool {
	_, ok := r.typeOf(r.State, path)
	return ok
}

// Nested returns the properties of a structured property, by the name of its Go type.
func (r *Resource) Nested(typ string) Fields { return r.nested[typ] }

func (r *Resource) typeOf(fields Fields, path string) (typ string, ok bool) {
	for step := range strings.SplitSeq(strings.ReplaceAll(path, "[]", ""), ".") {
		if typ, ok = fields[step]; !ok {
			return "", false
		}
		fields = r.nested[typ]
	}
	return typ, true
}

func parse(file string) (*ast.File, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the SDK has no such thing: %w", err)
	}
	return parsed, nil
}

// structure is a struct with tagged fields.
type structure struct {
	fields   Fields
	byGoName map[string]string
}

func structsOf(file *ast.File) map[string]structure {
	found := map[string]structure{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		body, ok := spec.Type.(*ast.StructType)
		if !ok {
			return false
		}
		s := structure{fields: Fields{}, byGoName: map[string]string{}}
		for _, field := range body.Fields.List {
			if name := tagOf(field); name != "" && len(field.Names) == 1 {
				s.fields[name], s.byGoName[field.Names[0].Name] = typeName(field.Type), name
			}
		}
		found[spec.Name.Name] = s
		return false
	})
	return found
}

func tagOf(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return ""
	}
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
		return ""
	}
}

// inspectTexts calls f for every string literal in a function.
func inspectTexts(file *ast.File, function string, f func(text string)) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != function {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					f(text)
				}
			}
			return true
		})
	}
}

var (
	nestedMu    sync.Mutex
	nestedCache = map[string]map[string]Fields{}
)

// nested returns the structs of a service's structured properties.
func nested(service string) (map[string]Fields, error) {
	nestedMu.Lock()
	defer nestedMu.Unlock()
	if found, ok := nestedCache[service]; ok {
		return found, nil
	}
	root, err := dir()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, service, "pulumiTypes*.go"))
	if err != nil {
		return nil, err
	}
	all := map[string]Fields{}
	for _, file := range files {
		parsed, err := parse(file)
		if err != nil {
			return nil, err
		}
		for name, s := range structsOf(parsed) {
			all[name] = s.fields
		}
	}
	nestedCache[service] = all
	return all, nil
}
