package report

import (
	"strings"
	"unicode"
)

// markup maps the characters that have a meaning in Markdown, GitHub's mathematics or HTML
// wherever they stand.
var markup = map[rune]string{
	'\\': `\\`, '`': "\\`", '*': `\*`, '[': `\[`, ']': `\]`, '|': `\|`, '~': `\~`, '$': `\$`,
	'<': "&lt;", '>': "&gt;", '&': "&amp;",
	// GitHub would notify a name after an @; a zero-width space prevents that.
	'@': "@\u200b",
}

// escape removes the meaning of markup from a text. Underscores inside words and the # of an
// address have no meaning, and escaping them would break the address.
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
			// The start of a list or of a horizontal rule.
			i == 0 && strings.ContainsRune("-+=", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// text shows a foreign text as plain words on one line.
func text(s string, most int) string { return escape(line(s, most)) }

// code shows a foreign name or value as code on one line.
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

// cell is code in a table, where a | would begin the next cell.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// line puts a text on one line of at most this many characters, without control characters and
// without characters that change the direction of writing.
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
