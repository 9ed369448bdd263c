package mutants

import (
	"go/ast"
	"go/token"
	"go/types"
)

// finder walks a file and collects mutants.
type finder struct {
	pkg  *Package
	file *file
	// above holds the nodes around the present one, outermost first.
	above []ast.Node
	found []*Mutant
}

// Mutants finds every mistake that the operators know, whether it compiles or not, in the order of the source.
func (p *Package) Mutants() []*Mutant {
	var found []*Mutant
	for _, f := range p.files {
		if ast.IsGenerated(f.syntax) {
			continue
		}
		w := &finder{pkg: p, file: f}
		for _, decl := range f.syntax.Decls {
			ast.Inspect(decl, w.visit)
		}
		found = append(found, w.found...)
	}
	return found
}

func (w *finder) visit(node ast.Node) bool {
	if node == nil {
		w.above = w.above[:len(w.above)-1]
		return true
	}
	if !w.enters(node) {
		return false
	}
	switch node := node.(type) {
	case *ast.IfStmt:
		w.condition(node.Cond, true)
	case *ast.ForStmt:
		w.condition(node.Cond, false)
	case *ast.CaseClause:
		w.cases(node)
	case *ast.BinaryExpr:
		w.binary(node)
	case *ast.UnaryExpr:
		if node.Op == token.NOT {
			w.add("negation removed", node.OpPos, node.OpPos+1, "")
		}
	case *ast.IncDecStmt:
		w.add("arithmetic turned", node.TokPos, node.End(), turned[node.Tok][0])
	case *ast.AssignStmt:
		w.assignment(node)
	case *ast.BranchStmt:
		w.drop(node)
	case *ast.ExprStmt:
		if !unseen.has(w.pkg.info, node.X) {
			w.drop(node)
		}
	case *ast.ReturnStmt:
		w.returns(node)
	case *ast.CallExpr:
		w.call(node)
	case *ast.CompositeLit:
		w.composite(node)
	case *ast.BasicLit:
		w.literal(node)
	case *ast.Ident:
		w.boolean(node)
	}
	w.above = append(w.above, node)
	return true
}

// add records a mutant, unless it is in a variable that is set together with others or has no name.
func (w *finder) add(operator string, from, to token.Pos, text string) {
	m := &Mutant{
		Operator: operator, File: w.file.path, Line: w.pkg.fset.Position(from).Line, pkg: w.pkg, file: w.file,
		edit: edit{w.pkg.offset(from), w.pkg.offset(to), text},
	}
	if !w.place(m, from) {
		return
	}
	w.found = append(w.found, m)
}

// place finds the function or variable that a mutant is in, and the statement.
func (w *finder) place(m *Mutant, pos token.Pos) bool {
	for _, node := range w.above {
		switch node := node.(type) {
		case *ast.FuncDecl:
			m.function = node
		case *ast.GenDecl:
			m.constant = m.function == nil && node.Tok == token.CONST
		case *ast.ValueSpec:
			if m.function == nil && m.value == nil && !m.constant {
				m.value = variableAt(node, pos)
			}
		case *ast.BlockStmt:
			m.statement = within(node.List, pos, m.statement)
		case *ast.CaseClause:
			m.statement = within(node.Body, pos, m.statement)
		case *ast.CommClause:
			m.statement = within(node.Body, pos, m.statement)
		}
	}
	return m.function != nil || m.value != nil || m.constant
}

// variableAt returns the variable whose value contains a position, or nil if several variables
// share the value.
func variableAt(spec *ast.ValueSpec, pos token.Pos) *variable {
	if len(spec.Names) != len(spec.Values) {
		return nil
	}
	for i, value := range spec.Values {
		if value.Pos() <= pos && pos <= value.End() && spec.Names[i].Name != "_" {
			return &variable{spec.Names[i], value}
		}
	}
	return nil
}

// within returns the statement of a list that contains a position, or else the one found further
// out.
func within(list []ast.Stmt, pos token.Pos, outer ast.Stmt) ast.Stmt {
	for _, statement := range list {
		switch statement.(type) {
		case *ast.CaseClause, *ast.CommClause:
			continue
		}
		if statement.Pos() <= pos && pos <= statement.End() {
			return statement
		}
	}
	return outer
}

// parent returns the node around the present one.
func (w *finder) parent() ast.Node {
	if len(w.above) == 0 {
		return nil
	}
	return w.above[len(w.above)-1]
}

// turned maps operators to those that somebody might have written instead.
var turned = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.LAND: {"||"}, token.LOR: {"&&"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.REM: {"*"},
	token.AND: {"|"}, token.OR: {"&"}, token.AND_NOT: {"&"}, token.SHL: {">>"}, token.SHR: {"<<"},
	token.INC: {"--"}, token.DEC: {"++"},
	token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="}, token.MUL_ASSIGN: {"/="}, token.QUO_ASSIGN: {"*="},
	token.OR_ASSIGN: {"&="}, token.AND_ASSIGN: {"|="},
}

// kinds name the mutants of operators.
var kinds = map[token.Token]string{
	token.EQL: "comparison turned", token.NEQ: "comparison turned", token.LSS: "comparison turned",
	token.LEQ: "comparison turned", token.GTR: "comparison turned", token.GEQ: "comparison turned",
	token.LAND: "and, or swapped", token.LOR: "and, or swapped",
}

func (w *finder) binary(node *ast.BinaryExpr) {
	kind := kinds[node.Op]
	if kind == "" {
		kind = "arithmetic turned"
	}
	if kind == "arithmetic turned" && (isString(w.pkg.info, node) || isDuration(w.pkg.info, node)) {
		return
	}
	for _, text := range turned[node.Op] {
		w.add(kind, node.OpPos, node.OpPos+token.Pos(len(node.Op.String())), text)
	}
}

func (w *finder) assignment(node *ast.AssignStmt) {
	if node.Tok == token.DEFINE || allBlank(node.Lhs) {
		return
	}
	if len(turned[node.Tok]) > 0 && !isString(w.pkg.info, node.Lhs[0]) {
		w.add("arithmetic turned", node.TokPos, node.TokPos+token.Pos(len(node.Tok.String())), turned[node.Tok][0])
	}
	w.drop(node)
}

// condition forces the result of a condition, which is still evaluated. It does not make a loop
// endless: that would show nothing.
func (w *finder) condition(cond ast.Expr, both bool) {
	if cond == nil {
		return
	}
	text := "(" + w.pkg.text(w.file, cond) + ")"
	w.add("condition forced", cond.Pos(), cond.End(), text+" && false")
	if both {
		w.add("condition forced", cond.Pos(), cond.End(), text+" || true")
	}
}

// cases drops one value of several in a case, and forces the conditions of a switch without a value.
func (w *finder) cases(node *ast.CaseClause) {
	for i := range node.List {
		if len(node.List) > 1 {
			w.dropOf("case dropped", node.List, i, token.NoPos, token.NoPos)
		}
	}
	if len(node.List) == 1 && isBool(w.pkg.info, node.List[0]) {
		w.condition(node.List[0], true)
	}
}

// drop removes a statement of a block.
func (w *finder) drop(node ast.Stmt) {
	switch w.parent().(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		w.add("statement dropped", node.Pos(), node.End(), "")
	}
}

func allBlank(list []ast.Expr) bool {
	for _, e := range list {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

func isBool(info *types.Info, e ast.Expr) bool { return isBasic(info, e, types.IsBoolean) }

func isString(info *types.Info, e ast.Expr) bool { return isBasic(info, e, types.IsString) }

func isBasic(info *types.Info, e ast.Expr, kind types.BasicInfo) bool {
	t := info.TypeOf(e)
	if t == nil {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&kind != 0
}
