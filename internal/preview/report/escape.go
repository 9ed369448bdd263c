package report

import (
	"strings"
	"unicode"
)

// markup are the characters that Markdown, GitHub's mathematics or HTML read as more than
// themselves, wherever they stand.
var markup = map[rune]string{
	'\\': `\\`, '`': "\\`", '*': `\*`, '[': `\[`, ']': `\]`, '|': `\|`, '~': `\~`, '$': `\$`,
	'<': "&lt;", '>': "&gt;", '&': "&amp;",
	// A name behind an @ would be told; a space without width keeps it a word.
	'@': "@\u200b",
}

// escape takes the meaning of markup from a text. Underscores inside of words and the # of an
// address have none, and would break the address if they were escaped.
func escape(s string) string {
	runes := []rune(s)
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	digit := func(i int) bool { return i < len(runes) && unicode.IsDigit(runes[i]) }
	var b strings.Builder
	for i, r := range runes {
		switch {
		case markup[r] != "":
			b.WriteString(markup[r])
		case r == '_' && (!word(i-1) || !word(i+1)),
			r == '#' && (!word(i-1) || !word(i+1) || digit(i+1)),
			// The beginning of a list, or of a rule.
			i == 0 && strings.ContainsRune("-+=", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// text shows words of somebody else as nothing but words, on one line.
func text(s string, most int) string { return escape(line(s, most)) }

// code shows a name or a value of somebody else as code, on one line.
func code(s string) string {
	const most = 200
	s = line(s, most)
	if s == "" {
		s = " "
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// cell is code in a table, where a bar would begin the next cell.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// line puts a text on one line of at most so many characters, without control characters
// and without those that turn the direction of writing around.
func line(s string, most int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
