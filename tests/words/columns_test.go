package words_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// columns is the longest line of Go code. A tab counts as one column, as an editor's ruler and golangci-lint count it.
const columns = 120

// TestColumns keeps lines as short as two windows beside each other show them. A line may be longer where it cannot be
// broken: in a text of several lines, a struct's tag, an address or an ARN.
func TestColumns(t *testing.T) {
	eachGoFile(t, func(path string, content []byte) {
		unbreakable := unbreakableLines(content)
		for i, line := range strings.Split(string(content), "\n") {
			if utf8.RuneCountInString(line) > columns && !unbreakable[i+1] {
				assert.Failf(t, "long line", "%s:%d has more than %d columns: break it", path, i+1, columns)
			}
		}
	})
}

// eachGoFile calls check with every Go file of the repository, generated ones and tests included.
func eachGoFile(t *testing.T, check func(path string, content []byte)) {
	t.Helper()
	root := filepath.Join("..", "..")
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir():
			if name == "testdata" || name[0] == '.' && path != root {
				return filepath.SkipDir
			}
			return nil
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err == nil {
			check(path, content)
		}
		return err
	}))
}

// unbreakableLines returns the numbers of the lines that hold a raw string or a word that is half as long as a line.
func unbreakableLines(content []byte) map[int]bool {
	file := token.NewFileSet().AddFile("", -1, len(content))
	var scan scanner.Scanner
	scan.Init(file, content, nil, scanner.ScanComments)
	lines := map[int]bool{}
	for {
		at, kind, text := scan.Scan()
		if kind == token.EOF {
			return lines
		}
		first := file.Line(at)
		word := text
		if kind == token.COMMENT {
			word = longest(strings.Fields(text))
		}
		raw := kind == token.STRING && text[0] == '`'
		if strings.Contains(text, "\n") || len(word) > columns/2 && (raw || !strings.Contains(word, " ")) {
			for i := range strings.Count(text, "\n") + 1 {
				lines[first+i] = raw || i == 0
			}
		}
	}
}

func longest(words []string) (found string) {
	for _, word := range words {
		if len(word) > len(found) {
			found = word
		}
	}
	return found
}
