package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// Package is one package of the module, with its types.
type Package struct {
	// Path is its import path, Dir its directory relative to the module's root.
	Path, Dir string
	files     []*file
	fset      *token.FileSet
	imports   types.Importer
	info      *types.Info
}

// file is a source file of a package, without tests.
type file struct {
	// path is relative to the module's root.
	path   string
	source []byte
	syntax *ast.File
}

// listed is the output of `go list` for a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	TestGoFiles             []string
	XTestGoFiles            []string
}

// list runs `go list` in a directory. It also lists packages that only have tests.
func list(ctx context.Context, dir string, args ...string) ([]listed, error) {
	fields := "-json=ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles"
	args = append([]string{"list", "-e", fields}, args...)
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // G204: the tool's own table of packages
	command.Dir = dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %v: %w\n%s", args, err, stderr.Bytes())
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go %v: %w", args, err)
		}
		packages = append(packages, p)
	}
}

// Load reads packages of the module at root. It compiles their imports to know the types.
func Load(ctx context.Context, root string, patterns ...string) ([]*Package, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	wanted, err := list(ctx, root, patterns...)
	if err != nil {
		return nil, err
	}
	all, err := list(ctx, root, slices.Concat([]string{"-export", "-deps"}, switchImports, patterns)...)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("package %s was not compiled", path)
		}
		return os.Open(exports[path])
	})
	var packages []*Package
	for _, w := range wanted {
		if len(w.GoFiles) == 0 {
			continue
		}
		p := &Package{Path: w.ImportPath, fset: fset, imports: imports}
		if p.Dir, err = filepath.Rel(root, w.Dir); err != nil {
			return nil, err
		}
		for _, name := range w.GoFiles {
			source, err := os.ReadFile(filepath.Join(w.Dir, name)) //nolint:gosec // G304: a file that go list named
			if err != nil {
				return nil, err
			}
			p.files = append(p.files, &file{path: filepath.Join(p.Dir, name), source: source})
		}
		if err := p.read(); err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// read parses and type-checks the files.
func (p *Package) read() error {
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var syntax []*ast.File
	for _, f := range p.files {
		var err error
		mode := parser.ParseComments | parser.SkipObjectResolution
		if f.syntax, err = parser.ParseFile(p.fset, f.path, f.source, mode); err != nil {
			return err
		}
		syntax = append(syntax, f.syntax)
	}
	if _, err := (&types.Config{Importer: p.imports}).Check(p.Path, p.fset, syntax, p.info); err != nil {
		return fmt.Errorf("%s does not compile: %w", p.Path, err)
	}
	return nil
}

// compiles reports whether the package still compiles with some files replaced and some added.
func (p *Package) compiles(changed map[string][]byte) error {
	var syntax []*ast.File
	for _, f := range p.files {
		if changed[f.path] == nil {
			syntax = append(syntax, f.syntax)
		}
	}
	for path, source := range changed {
		parsed, err := parser.ParseFile(p.fset, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		syntax = append(syntax, parsed)
	}
	_, err := (&types.Config{Importer: p.imports}).Check(p.Path, p.fset, syntax, nil)
	return err
}

// offset returns a position's offset in its file.
func (p *Package) offset(pos token.Pos) int { return p.fset.Position(pos).Offset }

// text returns a node's source.
func (p *Package) text(f *file, node ast.Node) string {
	return string(f.source[p.offset(node.Pos()):p.offset(node.End())])
}
