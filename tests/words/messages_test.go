package words

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/messages.txt")

// sentence is what a person reads: three words in a row.
var sentence = regexp.MustCompile(`[A-Za-z]+[,:]? [a-z]+[,:]? [a-z]+`)

// TestMessages lists all that the program, its commands and its policies can say, so that it can be read as one
// text. Comments are not in it.
func TestMessages(t *testing.T) {
	var out bytes.Buffer
	root := filepath.Join("..", "..")
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "testdata" || name == "tests" || name == "tools" || strings.HasPrefix(name, ".") && name != ".."):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		messages, err := messagesOf(path)
		if err != nil || len(messages) == 0 {
			return err
		}
		relative, err := filepath.Rel(root, path)
		fmt.Fprintf(&out, "\n%s\n", filepath.ToSlash(relative))
		for _, message := range messages {
			fmt.Fprintf(&out, "\t%s\n", strings.ReplaceAll(message, "\n", "\n\t"))
		}
		return err
	}))
	os.WriteFile("testdata/messages.txt", out.Bytes(), 0o644)
}

// messagesOf returns the strings of a file that read as sentences, in the order of the source. What is written in
// pieces ("a" + "b") is one string.
func messagesOf(path string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		if field, ok := node.(*ast.Field); ok && field.Tag != nil {
			return false
		}
		expression, ok := node.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := joined(expression)
		if ok && sentence.MatchString(text) {
			found = append(found, text)
		}
		return !ok
	})
	return found, nil
}

// joined returns a string that is written as one literal, or as the sum of some.
func joined(expression ast.Expr) (string, bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, ok := joined(e.X)
		if !ok || e.Op != token.ADD {
			return "", false
		}
		right, ok := joined(e.Y)
		return left + right, ok
	}
	return "", false
}
