package config

import (
	"encoding/json"
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
