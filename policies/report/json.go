package report

import (
	"encoding/json"

	"aws-webapp/policies/evidence"
)

// jsonReport is the JSON report: the runs as recorded, with what they amount to.
type jsonReport struct {
	Compliant bool      `json:"compliant"`
	Runs      []jsonRun `json:"runs"`
}

type jsonRun struct {
	Summary  map[Status]int    `json:"summary"`
	Statuses map[string]Status `json:"statuses"`
	evidence.Run
}

// JSON renders the runs for programs.
func JSON(runs []evidence.Run) ([]byte, error) {
	r := jsonReport{Compliant: Compliant(runs)}
	for _, run := range runs {
		statuses := map[string]Status{}
		for _, c := range run.Controls {
			statuses[c.Name] = ControlStatus(run, c)
		}
		r.Runs = append(r.Runs, jsonRun{Run: run, Summary: Summary(run), Statuses: statuses})
	}
	content, err := json.MarshalIndent(r, "", "  ")
	return append(content, '\n'), err
}
