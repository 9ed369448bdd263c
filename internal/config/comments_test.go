package config

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documented is a key with its documentation in the source.
type documented struct {
	field
	at      path
	comment string
	value   reflect.Value // the default
}

// documentedKeys lists every key of every kind of stack file.
func documentedKeys(t testing.TB) []documented {
	t.Helper()
	return append(keysBelow(t, Defaults()), keysBelow(t, DefaultDelivery())...)
}

// keysBelow lists every key of one kind of stack file in the order of the source.
func keysBelow(t testing.TB, defaults any) []documented {
	t.Helper()
	comments := fieldComments(t)
	var keys []documented
	eachField("", reflect.ValueOf(defaults), func(name string, f field, value reflect.Value) {
		keys = append(keys, documented{
			field: f, at: root(project).key(name), value: value,
			comment: comments[f.owner.Name()+"."+f.goName],
		})
	})
	return keys
}

// fieldComments reads the doc comments of all structs of the package, by Type.Field, and of
// the types themselves, by Type.
func fieldComments(t testing.TB) map[string]string {
	t.Helper()
	comments := map[string]string{}
	for name, source := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			declaration, ok := node.(*ast.GenDecl)
			if !ok || declaration.Tok != token.TYPE {
				return true
			}
			for _, spec := range declaration.Specs {
				named := spec.(*ast.TypeSpec)
				comments[named.Name.Name] = oneLine(declaration.Doc.Text())
				if object, isStruct := named.Type.(*ast.StructType); isStruct {
					for _, member := range object.Fields.List {
						for _, ident := range member.Names {
							comments[named.Name.Name+"."+ident.Name] = oneLine(member.Doc.Text())
						}
					}
				}
			}
			return false
		})
	}
	return comments
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// sources returns the package's files without tests, by name.
func sources(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	texts := map[string]string{}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			texts[name] = string(text)
		}
	}
	return texts
}

// defaultText writes a default as comments and the reference do.
func defaultText(value reflect.Value) string {
	switch value.Kind() {
	case reflect.Slice:
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(value.Interface()), " ", ", "), "[]")
	case reflect.Map:
		return ""
	default:
		return fmt.Sprint(value.Interface())
	}
}

// Every value that a stack file can have is checked: a field without a rule would accept
// anything, and only AWS would report a mistake, after minutes.
func TestEveryKeyHasARule(t *testing.T) {
	for _, key := range documentedKeys(t) {
		t.Run(string(key.at), func(t *testing.T) {
			rules, err := rulesOf(key.field)
			require.NoError(t, err)
			judged := rules.value != nil || key.typ.Kind() == reflect.Bool || key.isObject()
			assert.True(t, judged, "give %s.%s an allowed tag", key.owner.Name(), key.goName)
			assert.Regexp(t, `^[a-z][A-Za-z0-9]*$`, key.name, "a json tag without options")
		})
	}
}

// A struct with rules has them in a validate method that the walk finds: one with another
// signature, or on another type, would never be called.
func TestEveryValidateIsCalled(t *testing.T) {
	methods := regexp.MustCompile(`(?m)^func \(\w+ \*(\w+)\) validate\(`)
	found := 0
	for _, source := range sources(t) {
		for _, match := range methods.FindAllStringSubmatch(source, -1) {
			found++
			typ, known := structsOf(reflect.TypeFor[Config]())[match[1]]
			if !known {
				typ, known = structsOf(reflect.TypeFor[Delivery]())[match[1]]
			}
			if assert.True(t, known, "%s is no part of Config or Delivery", match[1]) {
				assert.True(t, reflect.PointerTo(typ).Implements(reflect.TypeFor[validator]()), match[1])
			}
		}
	}
	assert.Positive(t, found)
}

// structsOf lists a struct and all structs in it.
func structsOf(typ reflect.Type) map[string]reflect.Type {
	found := map[string]reflect.Type{}
	if typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return found
	}
	found[typ.Name()] = typ
	for f := range fields(typ) {
		for name, below := range structsOf(f.typ) {
			found[name] = below
		}
	}
	return found
}

var integerRange = regexp.MustCompile(`-?\d+ to \d+`)

// Defaults and limits in the comments match the program.
func TestCommentsTellTheTruth(t *testing.T) {
	for _, key := range documentedKeys(t) {
		t.Run(string(key.at), func(t *testing.T) {
			require.NotEmpty(t, key.comment, "%s.%s has no comment", key.owner.Name(), key.goName)
			for _, want := range commentMustSay(key) {
				assert.Contains(t, key.comment, want)
			}
		})
	}
}

func commentMustSay(key documented) []string {
	var want []string
	text := defaultText(key.value)
	switch {
	case key.isObject():
		return nil
	case key.is("required"):
		want = append(want, "Required.")
	case text != "":
		want = append(want, "Default "+text)
	}
	allowed := key.tag.Get("allowed")
	want = append(want, integerRange.FindAllString(allowed, -1)...)
	if literals := strings.Split(allowed, ", "); key.typ.Kind() == reflect.String && len(literals) < 5 &&
		!strings.HasPrefix(allowed, "<") {
		want = append(want, literals...)
	}
	return want
}

// The defaults obey the rules, or a minimal stack file would not load; this test names the one
// that does not.
func TestDefaultsObeyTheirRules(t *testing.T) {
	for _, key := range documentedKeys(t) {
		rules, err := rulesOf(key.field)
		require.NoError(t, err)
		if number, isNumber := key.value.Interface().(int); isNumber && !key.is("required") {
			assert.True(t, rules.value.takesNumber(number), "%s: %d", key.at, number)
		}
	}
}

// Each caller of Defaults gets its own table.
func TestDefaultsAreNotShared(t *testing.T) {
	first, second := Defaults(), Defaults()
	first.LoadBalancer.IngressCIDRs[0] = "192.0.2.0/24"
	assert.Equal(t, "0.0.0.0/0", second.LoadBalancer.IngressCIDRs[0])
}
