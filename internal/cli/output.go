package cli

import (
	"encoding/json"
	"io"
	"os"

	"golang.org/x/term"
)

// PrintJSON writes a result for programs.
func PrintJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// Color says whether what is written to w may be coloured: it is a terminal, and its user has not said no.
// Source: https://no-color.org
func Color(w io.Writer) bool {
	file, isFile := w.(*os.File)
	return isFile && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
