// Package words_test reads what the program says as one text.
package words_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/golden"
)

// sentence matches text that people read: three words in a row.
var sentence = regexp.MustCompile(`[A-Za-z]+[,:]? [a-z]+[,:]? [a-z]+`)

// usual hides what is good English and looks like some of unusual.
var usual = strings.NewReplacer("no longer", "", "here is no", "", "here are no", "")

// unusual are phrases that stop a reader, with the usual ones.
var unusual = map[string]string{
	`\b(is|are) no [a-z]`: "is not a ...",
	`\b(is|are) none\b`:   "is not ...",
	`\bthere twice\b`:     "appears twice",
	`\bhears? of\b`:       "is notified of",
	`\bfor want of\b`:     "for lack of",
	`\bpatience\b`:        "wait",
	`\bwithout a word\b`:  "silently",
	`\bis had\b`:          "is available",
	`\btells? nobody\b`:   "notifies nobody",
	`\blive with it\b`:    "accept it",
}

// TestMessages lists all that the program, its commands, functions and policies can say, so that it can be read as one
// text and in a review. Comments and help that Markdown files hold are not in it.
func TestMessages(t *testing.T) {
	var out bytes.Buffer
	root := filepath.Join("..", "..")
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir():
			if name == "testdata" || name == "tests" || name == "tools" || name[0] == '.' && path != root {
				return filepath.SkipDir
			}
			return nil
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
			for phrase, instead := range unusual {
				assert.NotRegexp(t, phrase, usual.Replace(message), "%s: write %q", relative, instead)
			}
		}
		return err
	}))
	golden.Equal(t, filepath.Join("testdata", "messages.txt"), out.String(), "go test ./tests/words -update")
}

// messagesOf returns the strings of a file that read as sentences, in the order of the source. What is written in
// pieces ("a" + "b") is one string, and what stands between them is left out: "a" + name + "b" is "a…b".
func messagesOf(path string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	var found []string
	var visit func(ast.Node) bool
	visit = func(node ast.Node) bool {
		if field, ok := node.(*ast.Field); ok && field.Tag != nil {
			return false
		}
		expression, ok := node.(ast.Expr)
		if !ok {
			return true
		}
		text, others := joined(expression)
		if sentence.MatchString(text) {
			found = append(found, text)
		}
		if len(others) == 1 && others[0] == expression {
			return true
		}
		for _, other := range others {
			ast.Inspect(other, visit)
		}
		return false
	}
	ast.Inspect(file, visit)
	return found, nil
}

// joined returns the text of a literal or of a sum, and what it could not read of it.
func joined(expression ast.Expr) (string, []ast.Expr) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); e.Kind == token.STRING && err == nil {
			return text, nil
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, others := joined(e.X)
			right, more := joined(e.Y)
			return left + right, append(others, more...)
		}
	}
	return "…", []ast.Expr{expression}
}
