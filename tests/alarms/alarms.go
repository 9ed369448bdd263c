package alarms

import (
	"fmt"
	"math"
)

// State of an alarm.
type State string

// The states of an alarm. One that has just been made is in Insufficient.
const (
	OK           State = "OK"
	Alarm        State = "ALARM"
	Insufficient State = "INSUFFICIENT_DATA"
)

// Missing is a period without data.
var Missing = math.NaN()

// Rule is an alarm, apart from what it is about.
type Rule struct {
	// Expression of metric math over the ids of the metrics; the id alone without any math.
	Expression string
	// EvaluationPeriods is the number of periods that count, Datapoints the number of them that must breach.
	EvaluationPeriods, Datapoints int
	// Comparison as the API calls it, such as GreaterThanThreshold.
	Comparison string
	Threshold  float64
	// TreatMissingData is missing, notBreaching, breaching or ignore.
	TreatMissingData string
}

// extra is the number of periods that CloudWatch looks back beyond EvaluationPeriods, to find data in place of what is
// missing. The guide gives no number; its tables show two for three periods.
const extra = 2

// States are the alarm's states after each period of the metrics, all of which have the same number of periods.
func (r Rule) States(metrics map[string][]float64) ([]State, error) {
	points, err := Math(r.Expression, metrics)
	if err != nil {
		return nil, err
	}
	states := make([]State, len(points))
	state := Insufficient
	for i := range points {
		seen := make([]float64, r.EvaluationPeriods+extra)
		for j := range seen {
			seen[j] = Missing
			if at := i - len(seen) + 1 + j; at >= 0 {
				seen[j] = points[at]
			}
		}
		if state, err = r.next(state, seen); err != nil {
			return nil, err
		}
		states[i] = state
	}
	return states, nil
}

// next is the state after a range of periods, the newest last.
func (r Rule) next(state State, seen []float64) (State, error) {
	var found, breaching int
	for i := len(seen) - 1; i >= 0 && found < r.EvaluationPeriods; i-- {
		if math.IsNaN(seen[i]) {
			continue
		}
		found++
		breaches, err := r.breaches(seen[i])
		if err != nil {
			return "", err
		}
		if breaches {
			breaching++
		}
	}
	lacking := r.EvaluationPeriods - found
	switch {
	case lacking == 0 || r.TreatMissingData == "notBreaching":
	case r.TreatMissingData == "breaching":
		breaching += lacking
	case found == 0 && r.TreatMissingData == "missing":
		return Insufficient, nil
	case found == 0, r.TreatMissingData == "ignore" && found == breaching && breaching < r.Datapoints:
		return state, nil
	case r.TreatMissingData == "missing" && found == breaching:
		// Too little is known, and all of it is bad: what is missing since counts as bad, too, so that an alarm does not
		// wait for data that no longer come (the guide's "avoiding premature transitions").
		if oldest(seen) >= r.Datapoints {
			return Alarm, nil
		}
		return state, nil
	}
	if breaching >= r.Datapoints {
		return Alarm, nil
	}
	return OK, nil
}

// oldest returns the number of periods since the oldest data point, counted from 1.
func oldest(seen []float64) int {
	for i, value := range seen {
		if !math.IsNaN(value) {
			return len(seen) - i
		}
	}
	return 0
}

func (r Rule) breaches(value float64) (bool, error) {
	switch r.Comparison {
	case "GreaterThanThreshold":
		return value > r.Threshold, nil
	case "GreaterThanOrEqualToThreshold":
		return value >= r.Threshold, nil
	case "LessThanThreshold":
		return value < r.Threshold, nil
	case "LessThanOrEqualToThreshold":
		return value <= r.Threshold, nil
	}
	return false, fmt.Errorf("comparison %q: teach it to Rule.breaches", r.Comparison)
}
