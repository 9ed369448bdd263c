// Package recording shows a terminal session at the pace of a reader, and keeps it: as an asciicast that players show,
// and as an SVG that moves in a README. The times are those of the pace, not of a clock, so that the same session
// gives the same bytes.
package recording

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Size of the terminal in characters.
const (
	Width  = 96
	Height = 28
)

// Style of a line.
type Style string

// The styles.
const (
	Plain   Style = ""
	Heading Style = "1"    // bold
	Told    Style = "36"   // cyan: what the guide says
	Command Style = "1;32" // bold and green
	Bad     Style = "31"   // red
	Good    Style = "32"   // green
)

// Pace of a reader: how long a line is looked at, and a typed character takes.
const (
	perCharacter = 42 * time.Millisecond
	perLine      = 500 * time.Millisecond
	perTyped     = 40 * time.Millisecond
)

// line of the session, from the moment in which it appears.
type line struct {
	at    time.Duration
	style Style
	text  string
}

// screen is the part of the recording that is seen at once.
type screen struct {
	began time.Duration
	lines []line
}

// Recording of a session.
type Recording struct {
	title   string
	out     io.Writer
	wait    func(time.Duration)
	now     time.Duration
	screens []*screen
}

// New begins a recording that is shown on out meanwhile. wait passes the time; nil shows everything at once.
func New(title string, out io.Writer, wait func(time.Duration)) *Recording {
	if wait == nil {
		wait = func(time.Duration) {}
	}
	return &Recording{title: title, out: out, wait: wait}
}

// Screen begins an empty screen.
func (r *Recording) Screen() {
	r.screens = append(r.screens, &screen{began: r.now})
	fmt.Fprint(r.out, cleared)
}

// cleared empties a terminal.
const cleared = "\x1b[2J\x1b[H"

// Tell shows what the guide says below an empty line, and leaves time to read it.
func (r *Recording) Tell(text string) {
	r.add(Plain, "")
	for _, one := range Wrap(text, "") {
		r.add(Told, one)
		r.Pause(time.Duration(len(one)) * perCharacter)
	}
	r.Pause(perLine)
}

// quoted parts of a command stay on one line, with another character for their spaces meanwhile.
var quoted = regexp.MustCompile(`'[^']*'`)

const unbroken = "\x00"

// Type shows a command as somebody types it, and could copy it.
func (r *Recording) Type(command string) {
	r.add(Plain, "")
	lines := Wrap("$ "+quoted.ReplaceAllStringFunc(command, func(text string) string {
		return strings.ReplaceAll(text, " ", unbroken)
	}), "    ")
	for i, one := range lines {
		one = strings.ReplaceAll(one, unbroken, " ")
		if i < len(lines)-1 {
			one += " \\"
		}
		r.add(Command, one)
	}
	r.Pause(time.Duration(len(command))*perTyped + perLine)
}

// Print shows lines of output. Those that are too long go on below, indented.
func (r *Recording) Print(style Style, lines ...string) {
	for _, text := range lines {
		for _, one := range Wrap(text, "  ") {
			r.add(style, one)
			r.Pause(perLine)
		}
	}
}

// Pause leaves time.
func (r *Recording) Pause(d time.Duration) {
	r.now += d
	r.wait(d)
}

func (r *Recording) add(style Style, text string) {
	last := r.screens[len(r.screens)-1]
	last.lines = append(last.lines, line{at: r.now, style: style, text: text})
	fmt.Fprint(r.out, shown(style, text))
}

func shown(style Style, text string) string {
	if style == Plain || text == "" {
		return text + "\r\n"
	}
	return fmt.Sprintf("\x1b[%sm%s\x1b[0m\r\n", style, text)
}

// Length of the session.
func (r *Recording) Length() time.Duration { return r.now }

// Faults says which screens are too full.
func (r *Recording) Faults() []string {
	var faults []string
	for i, s := range r.screens {
		if len(s.lines) > Height-1 {
			faults = append(faults, fmt.Sprintf("screen %d has %d lines, %d fit", i+1, len(s.lines), Height-1))
		}
	}
	return faults
}

// Markdown shows what a page shows of it, without the marks.
func (r *Recording) Markdown(lines ...string) {
	for _, text := range lines {
		style := Plain
		if heading := strings.TrimLeft(text, "#"); heading != text {
			style, text = Heading, strings.TrimSpace(heading)
		}
		r.Print(style, strings.NewReplacer("**", "", "`", "").Replace(text))
	}
}

// Wrap breaks a line at the terminal's width. The lines that follow are indented as the first is, and by more.
func Wrap(text, more string) []string {
	words := strings.Fields(text)
	if len(words) == 0 || len([]rune(text)) <= Width-2 {
		return []string{strings.TrimRight(text, " ")}
	}
	indent := text[:strings.Index(text, words[0])]
	line := indent + words[0]
	var lines []string
	for _, word := range words[1:] {
		if len([]rune(line))+1+len([]rune(word)) > Width-2 {
			lines = append(lines, line)
			line = indent + more + word
			continue
		}
		line += " " + word
	}
	return append(lines, line)
}
