package outcome

import (
	"io"
	"time"

	"aws-webapp/internal/table"
)

// Status of what was checked.
type Status string

// The statuses. Before an operation, [Blocked] stops it and [Warning] may surprise. After one, [Waiting] says that AWS
// is working on it, [Wrong] may still recover, and [Failed] cannot. [Unchecked] could not be determined, or nobody
// asked.
const (
	OK        Status = "ok"
	Unchecked Status = "not checked"
	Warning   Status = "warning"
	Blocked   Status = "blocked"
	Waiting   Status = "waiting"
	Wrong     Status = "wrong"
	Failed    Status = "failed"
)

// Finding is the result of one check.
type Finding struct {
	// Check names what was looked at.
	Check  string `json:"check"`
	Status Status `json:"status"`
	// Found is the actual state, Needed the required one.
	Found  string `json:"found"`
	Needed string `json:"needed,omitempty"`
	// Note gives the reason, if AWS reports one.
	Note string `json:"note,omitempty"`
	// Fix says what to change.
	Fix string `json:"fix,omitempty"`

	// Patience is the time for which the subject may be [Wrong]; 0 means until the time is up.
	Patience time.Duration `json:"-"`
}

// String returns "<check>: found <found>, wanted <needed> (<note>; <fix>)".
func (f *Finding) String() string {
	text := f.Check + ": found " + f.Found
	if f.Needed != "" {
		text += ", wanted " + f.Needed
	}
	if why := f.Why(); why != "" {
		text += " (" + why + ")"
	}
	return text
}

// Why returns the note and the fix.
func (f *Finding) Why() string {
	if f.Note != "" && f.Fix != "" {
		return f.Note + "; " + f.Fix
	}
	return f.Note + f.Fix
}

// Write prints findings as a table for people. Columns in which no finding says anything are left out.
func Write(w io.Writer, width int, findings []Finding) {
	rows := [][]string{{"STATUS", "CHECK", "FOUND", "NEEDED", "NOTE", "FIX"}}
	for _, f := range findings {
		rows = append(rows, []string{string(f.Status), f.Check, f.Found, f.Needed, f.Note, f.Fix})
	}
	for column := len(rows[0]) - 1; column >= 0; column-- {
		empty := true
		for _, row := range rows[1:] {
			empty = empty && row[column] == ""
		}
		for i, row := range rows {
			if empty {
				rows[i] = append(row[:column], row[column+1:]...)
			}
		}
	}
	table.Write(w, width, rows[0], rows[1:])
}
