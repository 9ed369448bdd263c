package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failures keeps what a test is told.
type failures struct {
	testing.TB
	messages []string
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.messages = append(f.messages, fmt.Sprintf(format, args...))
}

func TestADifferenceNamesFileCommandAndLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte("one\ntwo\nthree\nfour\nfive\nsix\n"), 0o600))
	told := &failures{TB: t}
	Equal(told, file, "one\ntwo\nthree\nfour\nfive\nsix\n", "make page")
	assert.Empty(t, told.messages)
	Equal(told, file, "one\ntwo\nthree\n4\nfive\nsix\n", "make page")
	assert.Equal(t, []string{file + ` is not what the code makes. Review the difference, then run make page
--- the file
+++ the code
@@ -2,5 +2,5 @@
 two
 three
-four
+4
 five
 six
`}, told.messages)
}

func TestADifferenceIsCut(t *testing.T) {
	var want, got strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&want, "%d is a line\n", i)
		fmt.Fprintf(&got, "%d is another\n", i)
	}
	text := Difference(want.String(), got.String())
	assert.Equal(t, mostLines, strings.Count(text, "\n"))
	assert.Contains(t, text, "... and 9943 more lines")

	long := strings.Repeat("long ", 1000)
	assert.Contains(t, Difference(long+"\n", "short\n"), "-"+long[:mostBytes-1]+"...\n+short\n")
}

func TestAMissingLineEndIsSeen(t *testing.T) {
	assert.Contains(t, Difference("one\n", "one"), "\n one\n+\\ No newline at end of file\n")
}

func TestUpdateWritesTheFile(t *testing.T) {
	*update = true
	t.Cleanup(func() { *update = false })
	file := filepath.Join(t.TempDir(), "testdata", "new.txt")
	Equal(t, file, "text\n", "")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "text\n", string(content))
}
