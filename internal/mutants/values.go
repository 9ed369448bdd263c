package mutants

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// returns swallows the error of a return statement, or else empties its other values.
func (w *finder) returns(node *ast.ReturnStmt) {
	results := w.results()
	if len(results) != len(node.Results) || len(results) == 0 {
		return
	}
	last := len(results) - 1
	if w.pkg.text(w.file, results[last]) == "error" {
		if !w.zero(node.Results[last]) {
			w.add("error swallowed", node.Results[last].Pos(), node.Results[last].End(), "nil")
			if len(results) > 1 && (!isCall(node.Results[last]) || w.fails(node.Results[last])) {
				return // Nobody looks at the other values.
			}
		}
		results = results[:last]
	}
	for i, result := range results {
		value := node.Results[i]
		if !w.zero(value) && !isBool(w.pkg.info, value) {
			w.add("zero returned", value.Pos(), value.End(), "*new("+w.pkg.text(w.file, result)+")")
		}
	}
}

// results returns the result types of the enclosing function, one per value.
func (w *finder) results() []ast.Expr {
	var signature *ast.FuncType
	for _, node := range w.above {
		switch node := node.(type) {
		case *ast.FuncDecl:
			signature = node.Type
		case *ast.FuncLit:
			signature = node.Type
		}
	}
	if signature == nil || signature.Results == nil {
		return nil
	}
	var results []ast.Expr
	for _, field := range signature.Results.List {
		for range max(1, len(field.Names)) {
			results = append(results, field.Type)
		}
	}
	return results
}

// zero reports whether an expression is its type's zero value: a constant, or written so.
func (w *finder) zero(e ast.Expr) bool {
	if value := w.pkg.info.Types[e].Value; value != nil {
		switch value.Kind() {
		case constant.Bool:
			return !constant.BoolVal(value)
		case constant.String:
			return constant.StringVal(value) == ""
		default:
			return constant.Sign(value) == 0
		}
	}
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "nil"
	case *ast.CompositeLit:
		return len(e.Elts) == 0 && isStruct(w.pkg.info, e)
	}
	return false
}

// call negates the result of a function, and drops arguments that a caller may omit: options
// above all.
func (w *finder) call(node *ast.CallExpr) {
	if isBool(w.pkg.info, node) && !isConversion(w.pkg.info, node) {
		if not, ok := w.parent().(*ast.UnaryExpr); !ok || not.Op != token.NOT {
			w.add("call negated", node.Pos(), node.Pos(), "!")
		}
	}
	first, kind := w.variadic(node)
	for i := range node.Args {
		if i < first || w.zero(node.Args[i]) {
			continue
		}
		w.dropOf(kind, node.Args, i, node.Lparen+1, node.Rparen)
	}
}

// variadic returns the first argument of a call that may be omitted, and the operator of a mutant without
// it.
func (w *finder) variadic(node *ast.CallExpr) (first int, kind string) {
	none := len(node.Args)
	if id, ok := node.Fun.(*ast.Ident); ok {
		if builtin, ok := w.pkg.info.Uses[id].(*types.Builtin); ok {
			if builtin.Name() != "append" {
				return none, ""
			}
			return 1, "entry dropped"
		}
	}
	signature, ok := typeOf(w.pkg.info, node.Fun).(*types.Signature)
	if !ok || !signature.Variadic() || prints.has(w.pkg.info, node) {
		return none, ""
	}
	first = signature.Params().Len() - 1
	element := signature.Params().At(first).Type().(*types.Slice).Elem()
	if named, ok := element.(*types.Named); ok && strings.HasSuffix(named.Obj().Name(), "Option") {
		return first, "option removed"
	}
	return first, "argument dropped"
}

// composite drops entries of lists and tables, and empties fields.
func (w *finder) composite(node *ast.CompositeLit) {
	structure := isStruct(w.pkg.info, node)
	for i, element := range node.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		if structure && (!keyed || w.zero(pair.Value) || isProse(pair.Value) || isLabel(pair.Key)) {
			continue
		}
		kind := "entry dropped"
		if structure {
			kind = "field emptied"
		}
		w.dropOf(kind, node.Elts, i, node.Lbrace+1, node.Rbrace)
	}
}

// dropOf removes one of a list of expressions with the comma that belongs to it. A list between brackets
// may become empty.
func (w *finder) dropOf(kind string, list []ast.Expr, i int, opens, closes token.Pos) {
	switch {
	case i+1 < len(list):
		w.add(kind, list[i].Pos(), list[i+1].Pos(), "")
	case i > 0 && !closes.IsValid():
		w.add(kind, list[i-1].End(), list[i].End(), "")
	case i > 0:
		w.add(kind, list[i-1].End(), closes, "")
	default:
		w.add(kind, opens, closes, "")
	}
}

// literal changes a string or a number.
func (w *finder) literal(node *ast.BasicLit) {
	switch node.Kind {
	case token.STRING:
		if len(node.Value) > 2 && !isProse(node) && !prints.within(w) {
			w.add("string changed", node.Pos(), node.End(), node.Value[:len(node.Value)-1]+"x"+node.Value[len(node.Value)-1:])
		}
	case token.INT, token.FLOAT:
		if !isDuration(w.pkg.info, node) && !strings.HasPrefix(node.Value, "0o") && !allocations.within(w) {
			w.add("number changed", node.Pos(), node.End(), "("+node.Value+" + 1)")
		}
	default:
	}
}

// fails reports whether an expression is an error for sure: a new one, or one that was just found not to be nil.
func (w *finder) fails(e ast.Expr) bool {
	if problems.has(w.pkg.info, e) {
		return true
	}
	for _, node := range w.above {
		if around, ok := node.(*ast.IfStmt); ok && within(around.Body.List, e.Pos(), nil) != nil &&
			w.pkg.text(w.file, around.Cond) == w.pkg.text(w.file, e)+" != nil" {
			return true
		}
	}
	return false
}

// boolean turns true into false, and false into true, unless it is returned beside an error: nobody looks at it then.
func (w *finder) boolean(node *ast.Ident) {
	if around, ok := w.parent().(*ast.ReturnStmt); ok && w.fails(around.Results[len(around.Results)-1]) {
		return
	}
	if w.pkg.info.Uses[node] == types.Universe.Lookup("true") {
		w.add("boolean turned", node.Pos(), node.End(), "false")
	}
	if w.pkg.info.Uses[node] == types.Universe.Lookup("false") {
		w.add("boolean turned", node.Pos(), node.End(), "true")
	}
}

func isCall(e ast.Expr) bool {
	_, ok := e.(*ast.CallExpr)
	return ok
}

func isConversion(info *types.Info, node *ast.CallExpr) bool { return info.Types[node.Fun].IsType() }

func isStruct(info *types.Info, e ast.Expr) bool {
	t := typeOf(info, e)
	if pointer, ok := t.(*types.Pointer); ok { // an element of a []*T, written without its type
		t = pointer.Elem().Underlying()
	}
	_, ok := t.(*types.Struct)
	return ok
}

// typeOf returns an expression's underlying type, or nil.
func typeOf(info *types.Info, e ast.Expr) types.Type {
	t := info.TypeOf(e)
	if t == nil {
		return nil
	}
	return t.Underlying()
}
