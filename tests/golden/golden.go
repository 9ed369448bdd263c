package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
)

var update = flag.Bool("update", false, "rewrite the golden files; review the difference")

// Most lines of a difference that are shown, and most bytes of a line. git shows the whole difference after the
// update.
const (
	mostLines = 60
	mostBytes = 400
	context   = 2
)

// Updating reports whether golden files are rewritten.
func Updating() bool { return *update }

// Equal fails if the file differs from got, and shows the difference. command is the command that
// rewrites the file.
func Equal(t testing.TB, file, got, command string) {
	t.Helper()
	if *update {
		if err := write(file, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file) //nolint:gosec // a file of the repository
	if err != nil {
		t.Fatalf("%v: run %s", err, command)
	}
	if string(want) != got {
		t.Errorf("%s is not what the code makes. Review the difference, then run %s\n%s",
			file, command, Difference(string(want), got))
	}
}

func write(file, got string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // golden files are for everybody
		return err
	}
	return os.WriteFile(file, []byte(got), 0o644) //nolint:gosec // golden files are for everybody
}

// Difference returns a unified difference of two texts, as long as a reader is willing to
// scroll.
func Difference(want, got string) string {
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: lines(want), B: lines(got), FromFile: "the file", ToFile: "the code", Context: context,
	})
	if err != nil { // it only fails to write, into memory
		return err.Error()
	}
	shown, more := lines(text), ""
	if len(shown) > mostLines {
		more = fmt.Sprintf("... and %d more lines: rewrite the file, and git shows them all", len(shown)-mostLines)
		shown = shown[:mostLines]
	}
	for i, line := range shown {
		if len(line) > mostBytes {
			shown[i] = strings.ToValidUTF8(line[:mostBytes], "") + "...\n"
		}
	}
	return strings.Join(shown, "") + more
}

// lines of a text, each with its end; where the last one has none, that is said as git says it.
func lines(text string) []string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n\\ No newline at end of file\n"
	}
	return slices.Collect(strings.Lines(text))
}
