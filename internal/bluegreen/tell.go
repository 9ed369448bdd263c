package bluegreen

import (
	"time"

	"aws-webapp/internal/clock"
)

// teller reports what is waited for when that changes, and every two minutes: pipelines end jobs that print
// nothing.
type teller struct {
	clock clock.Clock
	say   func(string)
	last  string
	at    time.Time
}

func newTeller(clk clock.Clock, say func(string)) *teller { return &teller{clock: clk, say: say} }

func (t *teller) tell(text string) {
	const heartbeat = 2 * time.Minute
	if now := t.clock.Now(); text != t.last || now.Sub(t.at) >= heartbeat {
		t.say(text)
		t.last, t.at = text, now
	}
}
