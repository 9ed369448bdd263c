package policyargs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/policyargs"
	"aws-webapp/tests/fixtures"
)

const root = "../.."

func TestOf(t *testing.T) {
	for _, stack := range []string{"staging", "prod", "delivery"} {
		assert.Equal(t, []string{"--policy-pack", "policies", "--policy-pack-config", "policies/config/" + stack + ".json"},
			policyargs.Of(fixtures.Stacks(t), stack))
	}
	assert.Equal(t, []string{"--policy-pack", "policies"}, policyargs.Of(fixtures.Stacks(t), "local"),
		"the CLI refuses a file that is not there")
}

// started matches a line that starts an update or a preview with policies; written matches the files that have
// such lines.
var (
	started = regexp.MustCompile(`pulumi (up|preview)\b.*--policy-pack[ =]`)
	written = regexp.MustCompile(`(\.(md|ya?ml|go|sh)|/Makefile)$`)
)

// Commands that people copy from a page, or that a script runs, pass the configuration, too.
func TestEveryWrittenCommandPassesTheConfiguration(t *testing.T) {
	found := 0
	eachFile(t, func(path, content string) {
		if strings.HasSuffix(path, "_test.go") || !written.MatchString(path) {
			return
		}
		// A command may go on after a backslash.
		for line := range strings.Lines(strings.ReplaceAll(content, "\\\n", " ")) {
			if started.MatchString(line) {
				found++
				assert.Contains(t, line, "--policy-pack-config", path)
			}
		}
	})
	assert.GreaterOrEqual(t, found, 5, "the pages show how to call the CLI")
}

// Programs take the arguments from here. They may leave the pack out where the sandbox has none to ask.
func TestProgramsDoNotWriteTheArgumentsThemselves(t *testing.T) {
	eachFile(t, func(path, content string) {
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "/internal/policyargs/") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, content, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			words := literals(n)
			if at := slices.Index(words, "--policy-pack"); at >= 0 {
				assert.Equal(t, []string{"none"}, words[at+1:min(at+2, len(words))], "%s: ask policyargs.Of", path)
			}
			return true
		})
	})
}

// literals returns the strings among a call's arguments or a list's elements.
func literals(n ast.Node) []string {
	var expressions []ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		expressions = n.Args
	case *ast.CompositeLit:
		expressions = n.Elts
	}
	var found []string
	for _, e := range expressions {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err == nil {
				found = append(found, text)
			}
		}
	}
	return found
}

// eachFile calls see for every source file that is not a tool, a fixture or a build product.
func eachFile(t *testing.T, see func(path, content string)) {
	t.Helper()
	skipped := []string{".git", ".sandbox", "dist", "testdata", "reports", "node_modules"}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(skipped, entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !written.MatchString(filepath.ToSlash(path)) {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		see(filepath.ToSlash(path), string(content))
		return nil
	}))
}
