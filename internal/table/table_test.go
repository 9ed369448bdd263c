package table

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestColumnsAreAsWideAsTheirContent(t *testing.T) {
	var out bytes.Buffer
	Write(&out, 80, []string{"CHECK", "FOUND"}, [][]string{{"quota: VPCs", "4 of 5"}, {"é", ""}})
	assert.Equal(t, "CHECK        FOUND\nquota: VPCs  4 of 5\né\n", out.String())
}

func TestWhatDoesNotFitIsWrappedBetweenWords(t *testing.T) {
	var out bytes.Buffer
	rows := [][]string{{"the database", "set database.deletionProtection to false"}, {"next one", "none"}}
	Write(&out, 44, []string{"CHECK", "FIX"}, rows)
	assert.Equal(t, `CHECK         FIX
the database  set
              database.deletionProtection to
              false
next one      none
`, out.String())
	out.Reset()
	rows[0][0], rows[0][1] = "the database of the stack", "database.deletionProtection is on"
	Write(&out, 44, []string{"CHECK", "FIX"}, rows)
	assert.Equal(t, `CHECK            FIX
the database of  database.deletionProtection
the stack        is on
next one         none
`, out.String(), "the first column gives way before a word is cut")
}

// Whatever the cells hold, no word is lost and lines stay within the width.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-wé]{1,30}`), 1, 12).Draw(t, "words")
		width := rapid.IntRange(40, 120).Draw(t, "width")
		var out bytes.Buffer
		Write(&out, width, []string{"A", "B"}, [][]string{{"x", strings.Join(words, " ")}})
		text := out.String()
		assert.Equal(t, strings.Join(words, ""), strings.NewReplacer(" ", "", "\n", "", "A", "", "B", "", "x",
			"").Replace(text))
		for line := range strings.Lines(text) {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), width)
		}
	})
}
