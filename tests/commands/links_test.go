package commands_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile("^#{1,6} +(.+?) *#*$")
	code    = regexp.MustCompile("`[^`]*`")
)

// anchorOf is the id that GitHub gives a heading: lower case, spaces as hyphens, no other punctuation.
// Source:
// https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
func anchorOf(text string) string {
	text = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(text, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		default:
			return -1
		}
	}, text)
}

// page is a document's links, by line, and the anchors of its headings.
type page struct {
	links   map[string]int
	anchors map[string]bool
}

func readPage(text string) page {
	p := page{map[string]int{}, map[string]bool{}}
	fenced := false
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if fenced {
			continue
		}
		if h := heading.FindStringSubmatch(line); h != nil {
			p.anchors[anchorOf(h[1])] = true
		}
		for _, found := range link.FindAllStringSubmatch(code.ReplaceAllString(line, ""), -1) {
			p.links[found[1]] = i + 1
		}
	}
	return p
}

// Every link between the documents leads to a file of the repository and, where it names one, to a heading there.
func TestLinksLeadSomewhere(t *testing.T) {
	root := filepath.Join("..", "..")
	listed, err := exec.Command("git", "-C", root, "ls-files", "*.md").Output()
	require.NoError(t, err)
	pages := map[string]page{}
	for _, file := range strings.Fields(string(listed)) {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		pages[file] = readPage(string(text))
	}
	require.Greater(t, len(pages), 40)
	for file, p := range pages {
		if strings.Contains(file, "testdata/") {
			continue // comments on pull requests: their links are relative to nothing here
		}
		for target, line := range p.links {
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			name, anchor, _ := strings.Cut(target, "#")
			to := file
			if name != "" {
				to = path.Join(path.Dir(file), name)
				_, err := os.Stat(filepath.Join(root, to))
				assert.NoError(t, err, "%s:%d: %s leads nowhere", file, line, target)
			}
			if linked, isPage := pages[to]; isPage && anchor != "" {
				assert.True(t, linked.anchors[anchor], "%s:%d: %s has no heading #%s", file, line, to, anchor)
			}
		}
	}
}

func TestAnchors(t *testing.T) {
	for text, want := range map[string]string{
		"What a stack contains":     "what-a-stack-contains",
		"`rotation-errors`":         "rotation-errors",
		"RDS, ECS & co. (as-is)":    "rds-ecs--co-as-is",
		"[A link](docs/x.md) in it": "a-link-in-it",
	} {
		assert.Equal(t, want, anchorOf(text))
	}
}

// Whoever reads the documents in order comes by each of them.
func TestEveryDocumentHasItsPlace(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	text, err := os.ReadFile(filepath.Join(docs, "README.md"))
	require.NoError(t, err)
	listed := readPage(string(text)).links
	written, err := filepath.Glob(filepath.Join(docs, "*.md"))
	require.NoError(t, err)
	for _, file := range written {
		if name := filepath.Base(file); name != "README.md" {
			assert.Contains(t, listed, name, "docs/README.md: put %s where a reader needs it", name)
		}
	}
}
