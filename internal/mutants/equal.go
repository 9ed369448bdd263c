package mutants

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strconv"
)

// enters reports whether a node may contain mutants: types do not, nor does text that people read while they look
// for a fault.
func (w *finder) enters(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.GenDecl:
		return node.Tok == token.VAR || node.Tok == token.CONST
	case *ast.FuncDecl:
		return node.Body != nil && !isDescription(node)
	case *ast.KeyValueExpr:
		return !isLabel(node.Key)
	case *ast.Field, *ast.ImportSpec:
		return false
	}
	return !problems.has(w.pkg.info, node)
}

// isDescription reports whether a function describes its receiver for people.
func isDescription(node *ast.FuncDecl) bool {
	switch node.Name.Name {
	case "String", "GoString", "Error":
		return node.Recv != nil && node.Type.Params.NumFields() == 0
	}
	return false
}

// prose matches two words.
var prose = regexp.MustCompile(`[A-Za-z,.:;)'"]\s+[A-Za-z(%"]`)

// isProse reports whether an expression is a string of words, perhaps within a call such as
// pulumi.String.
func isProse(e ast.Expr) bool {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
		e = call.Args[0]
	}
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return false
	}
	text, err := strconv.Unquote(literal.Value)
	return err == nil && prose.MatchString(text)
}

// isLabel reports whether a field says how people call what the other fields hold, or where they read about it: the id
// of a statement, the address of a page.
func isLabel(field ast.Expr) bool {
	name, ok := field.(*ast.Ident)
	return ok && (name.Name == "Sid" || name.Name == "Link")
}

// calls matches functions by package, or builtin ones.
type calls map[string]*regexp.Regexp

var (
	// problems matches functions whose arguments are for people who look for a fault.
	problems = calls{
		"":         regexp.MustCompile(`^panic$`),
		"errors":   regexp.MustCompile(`^New$`),
		"fmt":      regexp.MustCompile(`^Errorf$`),
		"log":      regexp.MustCompile(`.`),
		"log/slog": regexp.MustCompile(`.`),
	}
	// unseen matches functions whose effect no test sees: logs, and those that only allocate
	// memory.
	unseen = calls{
		"bytes":    regexp.MustCompile(`^Grow$`),
		"log":      regexp.MustCompile(`.`),
		"log/slog": regexp.MustCompile(`.`),
		"slices":   regexp.MustCompile(`^Grow$`),
		"strings":  regexp.MustCompile(`^Grow$`),
	}
	// allocations matches functions whose numbers are capacities.
	allocations = calls{
		"":        regexp.MustCompile(`^make$`),
		"bytes":   regexp.MustCompile(`^Grow$`),
		"slices":  regexp.MustCompile(`^Grow$`),
		"strings": regexp.MustCompile(`^Grow$`),
	}
	// prints matches functions that write text; the values that they format count.
	prints = calls{"fmt": regexp.MustCompile(`^(Print|Fprint)`)}
)

// has reports whether a node is a call of one of the functions.
func (c calls) has(info *types.Info, node ast.Node) bool {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, _ := call.Fun.(*ast.Ident)
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		name = selector.Sel
	}
	if name == nil {
		return false
	}
	path := ""
	switch function := info.Uses[name].(type) {
	case *types.Builtin:
	case *types.Func:
		if function.Pkg() == nil {
			return false
		}
		path = function.Pkg().Path()
	default:
		return false
	}
	return c[path] != nil && c[path].MatchString(name.Name)
}

// within reports whether the present node is within an argument of one of the functions.
func (c calls) within(w *finder) bool {
	for _, node := range slices.Backward(w.above) {
		if _, ok := node.(ast.Stmt); ok {
			return false
		}
		if c.has(w.pkg.info, node) {
			return true
		}
	}
	return false
}

// isDuration reports whether an expression is a time.Duration: no test waits to see whether a wait is a second
// longer.
func isDuration(info *types.Info, e ast.Expr) bool {
	t := info.TypeOf(e)
	return t != nil && t.String() == "time.Duration"
}
