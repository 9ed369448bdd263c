package config

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// longestShown is the number of characters of a string that a message repeats.
const longestShown = 80

// show formats a number as it was found.
func show(number int) string { return strconv.Itoa(number) }

// quote formats a string as it was found, unless it looks like a misplaced secret.
func quote(text string) string {
	if why := looksSecret("", text); why != "" {
		return why + " (not shown)"
	}
	if runes := []rune(text); len(runes) > longestShown {
		text = string(runes[:longestShown]) + "..."
	}
	return strconv.Quote(text)
}

// plural writes a count of things: "1 zone", "2 zones". The plural form is the singular
// with an s if it is not given.
func plural(count int, one string, many ...string) string {
	if count == 1 {
		return "1 " + one
	}
	if len(many) > 0 {
		return fmt.Sprintf("%d %s", count, many[0])
	}
	return fmt.Sprintf("%d %ss", count, one)
}

// describe formats a decoded value with its type, or only the type if it is sensitive.
func describe(found any, sensitive bool) string {
	text, kind := "", ""
	switch found := found.(type) {
	case nil:
		return "nothing"
	case string:
		text, kind = quote(found), "string"
	case json.Number:
		text, kind = found.String(), "number"
	case bool:
		text, kind = strconv.FormatBool(found), "boolean"
	case []any:
		return "a list"
	default:
		return "an object"
	}
	if sensitive {
		return "a " + kind
	}
	return text + " (" + kind + ")"
}
