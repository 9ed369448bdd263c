package mutants

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// The environment of a program with mutants: the number of the one that runs, and a file for the numbers of those
// that were reached.
const (
	envMutant  = "MUTANT"
	envReached = "MUTANT_REACHED"
)

// switchFile is added to each package with mutants.
const switchFile = "mutants_switch.go"

// switchImports lists the imports of that file.
var switchImports = []string{"os", "strconv", "sync"}

// switchSource returns the functions that mutated functions call.
func switchSource(f *file) []byte {
	return fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
	"sync"
)

var mutantActive, _ = strconv.Atoi(os.Getenv(%q))

var mutantsSeen sync.Map

func mutantReached(n int) {
	path := os.Getenv(%q)
	if path == "" {
		return
	}
	if _, seen := mutantsSeen.LoadOrStore(n, true); seen {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := file.WriteString(strconv.Itoa(n) + "\n"); err != nil {
		panic(err)
	}
}
`, f.syntax.Name.Name, envMutant, envReached)
}

// switched returns the files of a package with all mutants in them, by path. A mutant in a constant is always on.
func (p *Package) switched(mutants []*Mutant) map[string][]byte {
	sources := map[string][]byte{}
	for _, f := range p.files {
		var here []*Mutant
		for _, m := range mutants {
			if m.file == f {
				here = append(here, m)
			}
		}
		if len(here) > 0 {
			sources[f.path] = p.switchedFile(f, here)
			sources[filepath.Join(p.Dir, switchFile)] = switchSource(f)
		}
	}
	return sources
}

func (p *Package) switchedFile(f *file, mutants []*Mutant) []byte {
	s := &switcher{pkg: p, file: f, imports: map[string]string{}}
	for _, m := range mutants {
		if m.constant {
			s.edits = append(s.edits, m.edit)
		}
		if m.statement != nil {
			at := p.offset(m.statement.Pos())
			s.edits = append(s.edits, edit{at, at, fmt.Sprintf("mutantReached(%d); ", m.number)})
		}
	}
	for _, group := range together(mutants, func(m *Mutant) *ast.FuncDecl { return m.function }) {
		s.mutateFunction(group[0].function, group)
	}
	for _, group := range together(mutants, func(m *Mutant) ast.Node {
		if m.value == nil {
			return nil
		}
		return m.value.value
	}) {
		s.mutateVariable(group[0].value, group)
	}
	at := p.offset(f.syntax.Name.End())
	for _, path := range slices.Sorted(maps.Keys(s.imports)) {
		s.edits = append(s.edits, edit{at, at, fmt.Sprintf("; import %s %q", s.imports[path], path)})
	}
	return []byte(apply(f.source, 0, len(f.source), s.edits) + s.added.String())
}

// together groups mutants by the declaration that contains them, in their order, and leaves out those
// outside of any.
func together[K comparable](mutants []*Mutant, place func(*Mutant) K) [][]*Mutant {
	var none K
	var groups [][]*Mutant
	for _, m := range mutants {
		at := place(m)
		if at == none {
			continue
		}
		i := slices.IndexFunc(groups, func(g []*Mutant) bool { return place(g[0]) == at })
		if i < 0 {
			groups = append(groups, []*Mutant{m})
			continue
		}
		groups[i] = append(groups[i], m)
	}
	return groups
}

// switcher writes one file with mutants.
type switcher struct {
	pkg     *Package
	file    *file
	edits   []edit
	added   strings.Builder
	imports map[string]string
}

// mutateFunction puts a mutated copy beside the function for each mutant, and makes the function call the selected
// one.
func (s *switcher) mutateFunction(decl *ast.FuncDecl, mutants []*Mutant) {
	receiver, typeArgs := "", ""
	if decl.Recv != nil {
		receiver = s.names("mutantReceiver", decl.Recv)[0] + "."
	} else if decl.Type.TypeParams != nil {
		var names []string
		for _, field := range decl.Type.TypeParams.List {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
		typeArgs = "[" + strings.Join(names, ", ") + "]"
	}
	args := s.names("mutantArgument", decl.Type.Params)
	if n := len(args); n > 0 {
		list := decl.Type.Params.List
		if _, variadic := list[len(list)-1].Type.(*ast.Ellipsis); variadic {
			args[n-1] += "..."
		}
	}
	at := s.pkg.offset(decl.Body.Lbrace) + 1
	for _, m := range mutants {
		name := fmt.Sprintf("mutant%d_%s", m.number, decl.Name.Name)
		call := fmt.Sprintf("%s%s%s(%s)", receiver, name, typeArgs, strings.Join(args, ", "))
		if decl.Type.Results.NumFields() > 0 {
			call = "return " + call
		} else {
			call += "; return"
		}
		s.edits = append(s.edits, edit{at, at, fmt.Sprintf(" if mutantActive == %d { %s };", m.number, call)})
		from, to := s.pkg.offset(decl.Pos()), s.pkg.offset(decl.End())
		rename := edit{s.pkg.offset(decl.Name.Pos()), s.pkg.offset(decl.Name.End()), name}
		s.added.WriteString("\n" + apply(s.file.source, from, to, []edit{rename, m.edit}) + "\n")
	}
}

// names returns the names of a function's parameters, and gives names to those without.
func (s *switcher) names(prefix string, fields *ast.FieldList) []string {
	var names []string
	for _, field := range fields.List {
		if len(field.Names) == 0 {
			name := fmt.Sprintf("%s%d", prefix, len(names))
			at := s.pkg.offset(field.Type.Pos())
			s.edits = append(s.edits, edit{at, at, name + " "})
			names = append(names, name)
		}
		for _, given := range field.Names {
			name := given.Name
			if name == "_" {
				name = fmt.Sprintf("%s%d", prefix, len(names))
				s.edits = append(s.edits, edit{s.pkg.offset(given.Pos()), s.pkg.offset(given.End()), name})
			}
			names = append(names, name)
		}
	}
	return names
}

// mutateVariable lets a function choose the value of a package's variable.
func (s *switcher) mutateVariable(v *variable, mutants []*Mutant) {
	from, to := s.pkg.offset(v.value.Pos()), s.pkg.offset(v.value.End())
	valueType := types.TypeString(s.pkg.info.Defs[v.name].Type(), s.qualify)
	var choice strings.Builder
	fmt.Fprintf(&choice, "func() %s { ", valueType)
	for _, m := range mutants {
		if m.statement == nil {
			fmt.Fprintf(&choice, "mutantReached(%d); ", m.number)
		}
		fmt.Fprintf(&choice, "if mutantActive == %d { return %s }; ", m.number,
			apply(s.file.source, from, to, []edit{m.edit}))
	}
	s.edits = append([]edit{{from, from, choice.String() + "return "}}, s.edits...)
	s.edits = append(s.edits, edit{to, to, " }()"})
}

// qualify refers to another package through an import that the switcher adds: the file may not import it, or may
// hide its name.
func (s *switcher) qualify(other *types.Package) string {
	if other.Path() == s.pkg.Path {
		return ""
	}
	if s.imports[other.Path()] == "" {
		s.imports[other.Path()] = fmt.Sprintf("mutantImport%d", len(s.imports))
	}
	return s.imports[other.Path()]
}

// number gives mutants their numbers, from 1 on, in the order of the source.
func number(mutants []*Mutant) {
	slices.SortStableFunc(mutants, func(a, b *Mutant) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.edit.from-b.edit.from)
	})
	for i, m := range mutants {
		m.number = i + 1
	}
}
