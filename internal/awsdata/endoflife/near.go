package endoflife

import (
	"fmt"
	"time"
)

// Near says in words what is wrong with a name on a day, or will be within this many days. It
// returns "" if nothing is.
func Near(kind Kind, name string, today time.Time, days int) string {
	end, known := Of(kind, name)
	switch {
	case !known:
		return fmt.Sprintf("%s %s is not in the table: add it to internal/awsdata/endoflife with its source", kind, name)
	case end.EndedBy(today):
		return fmt.Sprintf("ended: %s (%s)", end, end.Source)
	case end.EndedBy(today.AddDate(0, 0, days)):
		return fmt.Sprintf("ends within %d days: %s (%s)", days, end, end.Source)
	}
	return ""
}
