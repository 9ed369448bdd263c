package table

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

const (
	// gap between columns.
	gap = 2
	// narrowest is the least width of a column on a small screen.
	narrowest = 14
	// longestWord that is not cut while other columns have room.
	longestWord = 40
	// fileWidth is the width if there is no screen, as in the log of a pipeline.
	fileWidth = 150
)

// Width returns the width of the output: that of the terminal, or of a log.
func Width(w io.Writer) int {
	if file, isFile := w.(*os.File); isFile {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return fileWidth
}

// Write prints a header and rows with as many cells as the header, at most width runes wide if
// possible.
func Write(w io.Writer, width int, header []string, rows [][]string) {
	all := append([][]string{header}, rows...)
	widths := fit(all, width)
	for _, row := range all {
		cells := make([][]string, len(widths))
		height := 0
		for i := range widths {
			cells[i] = wrap(row[i], widths[i])
			height = max(height, len(cells[i]))
		}
		for line := range height {
			var text strings.Builder
			for i, cell := range cells {
				part := ""
				if line < len(cell) {
					part = cell[line]
				}
				text.WriteString(part + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(part)+gap))
			}
			fmt.Fprintln(w, strings.TrimRight(text.String(), " "))
		}
	}
}

// fit gives each column its natural width and narrows the widest until all fit. It avoids
// cutting words at first, since people copy keys and commands, and cuts them only if nothing
// else helps.
func fit(rows [][]string, width int) []int {
	widths, words := make([]int, len(rows[0])), make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			for _, word := range strings.Fields(cell) {
				words[i] = max(words[i], min(utf8.RuneCountInString(word), longestWord))
			}
		}
	}
	shrink(widths, words, width)
	shrink(widths, make([]int, len(widths)), width)
	return widths
}

// shrink narrows the widest column until all fit, but none below its floor.
func shrink(widths, floors []int, width int) {
	for {
		total, widest := gap*(len(widths)-1), -1
		for i, one := range widths {
			total += one
			if one > max(floors[i], narrowest) && (widest < 0 || one > widths[widest]) {
				widest = i
			}
		}
		if total <= width || widest < 0 {
			return
		}
		widths[widest]--
	}
}

// wrap breaks a text between words; a word that is too long is cut.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			runes := []rune(word)
			lines = append(lines, string(runes[:width]))
			word = string(runes[width:])
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
