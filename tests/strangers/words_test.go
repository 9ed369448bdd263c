package strangers_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// ownWords matches words that only this project uses: the keys of its stack files, its files and
// components.
var ownWords = func() *regexp.Regexp {
	words := []string{
		`components\.[A-Z]\w+`, `Pulumi\.\w+\.yaml`, `\w+\[\]`, `\w*docs/\w+`, `policies/\w+`, `waivers\.yaml`,
		`the stack file`, `accountBaseline`, `logSearch`,
	}
	for _, kind := range []config.Kind{config.KindWorkload, config.KindDelivery} {
		for _, key := range config.Keys(kind) {
			if strings.Contains(key.Name, ".") {
				words = append(words, regexp.QuoteMeta(key.Name))
			}
		}
	}
	return regexp.MustCompile(`(^|[^\w.])(` + strings.Join(words, "|") + `)($|\W)`)
}()

// links are addresses of other publishers, and may contain any words.
var links = regexp.MustCompile(`https://\S+`)

func assertForStrangers(t *testing.T, where, text string) {
	t.Helper()
	found := ownWords.FindString(links.ReplaceAllString(text, ""))
	assert.Empty(t, strings.TrimSpace(found), "%s speaks to others of what only this project has:\n%s", where, text)
}

// No text of the rules names things of this project, except Here, which is for our own stacks.
func TestRulesSpeakToEverybody(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "policies", "rules", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch node := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.KeyValueExpr:
				key, ok := node.Key.(*ast.Ident)
				return !ok || key.Name != "Here"
			case *ast.BasicLit:
				if node.Kind == token.STRING {
					text, err := strconv.Unquote(node.Value)
					require.NoError(t, err)
					assertForStrangers(t, set.Position(node.Pos()).String(), text)
				}
			}
			return true
		})
	}
}
