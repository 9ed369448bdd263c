package mutants

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// Mutant is one mistake in one place.
type Mutant struct {
	// Operator is the kind of the mistake.
	Operator string
	// File is relative to the module's root.
	File string
	Line int

	number int
	pkg    *Package
	file   *file
	edit   edit
	// function is the function with the mistake; or else value, the first value of a package's
	// variable, has it.
	function *ast.FuncDecl
	value    *variable
	// constant says that the mistake is in a constant of the package.
	constant bool
	// statement is the statement of a block that has the mistake; it is nil outside functions.
	statement ast.Stmt
}

// variable is one value of a package's variables.
type variable struct {
	name  *ast.Ident
	value ast.Expr
}

// edit replaces a part of a file, by offsets.
type edit struct {
	from, to int
	text     string
}

// Diff returns the lines that the mistake changes, before and after.
func (m *Mutant) Diff() string {
	source := m.file.source
	from, to := m.edit.from, m.edit.to
	for from > 0 && source[from-1] != '\n' {
		from--
	}
	for to < len(source) && source[to] != '\n' {
		to++
	}
	before := strings.Split(string(source[from:to]), "\n")
	after := strings.Split(string(source[from:m.edit.from])+m.edit.text+string(source[m.edit.to:to]), "\n")
	for len(before) > 1 && len(after) > 1 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 1 && len(after) > 1 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	var b strings.Builder
	for _, side := range []struct {
		sign  string
		lines []string
	}{{"-", before}, {"+", after}} {
		for _, line := range side.lines {
			fmt.Fprintf(&b, "    %s %s\n", side.sign, strings.TrimSpace(line))
		}
	}
	return b.String()
}

// apply makes edits to a part of a source that begins at an offset. Edits at the same place are made in the
// order of the list.
func apply(source []byte, begin, end int, edits []edit) string {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	for _, e := range edits {
		b.Write(source[begin:e.from])
		b.WriteString(e.text)
		begin = e.to
	}
	b.Write(source[begin:end])
	return b.String()
}
