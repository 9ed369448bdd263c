package release

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"aws-webapp/internal/clock"
)

// heartbeat is the longest time without output: pipelines end jobs that print nothing.
const heartbeat = 2 * time.Minute

// voice reports what a release does, a line for each change and one every two minutes.
type voice struct {
	out   io.Writer
	clock clock.Clock
	start time.Time
	who   string

	last string
	at   time.Time
}

// say prints a line.
func (v *voice) say(text string) {
	now := v.clock.Now()
	v.last, v.at = text, now
	fmt.Fprintf(v.out, "%7s  %s: %s\n", now.Sub(v.start).Round(time.Second), v.who, text)
}

// tell prints a line unless it was the last one.
func (v *voice) tell(text string) {
	if text != v.last || v.clock.Now().Sub(v.at) >= heartbeat {
		v.say(text)
	}
}

// Write passes on the output of others, in whole lines that already begin with a time.
func (v *voice) Write(text []byte) (int, error) {
	for line := range bytes.Lines(text) {
		_, said, _ := bytes.Cut(bytes.TrimSpace(line), []byte("  "))
		v.say(string(said))
	}
	return len(text), nil
}
