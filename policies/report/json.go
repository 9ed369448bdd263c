package report

import (
	"encoding/json"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
)

// jsonReport is the JSON report: the runs as recorded, with their statuses.
type jsonReport struct {
	Compliant bool      `json:"compliant"`
	Runs      []jsonRun `json:"runs"`
}

type jsonRun struct {
	Summary  map[Status]int    `json:"summary"`
	Statuses map[string]Status `json:"statuses"`
	// IDs holds the status of every framework id, from all of its controls together. An id of which they
	// only judge a part is never passed.
	IDs map[string]map[string]Status `json:"ids"`
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
		r.Runs = append(r.Runs, jsonRun{Run: run, Summary: Summary(run), Statuses: statuses, IDs: idStatuses(run)})
	}
	content, err := json.MarshalIndent(r, "", "  ")
	return append(content, '\n'), err
}

// idStatuses returns the status of every id in a run, by framework.
func idStatuses(run evidence.Run) map[string]map[string]Status {
	controls, found := controlsOf([]evidence.Run{run}), map[string]map[string]Status{}
	for _, framework := range control.Frameworks {
		for _, row := range frameworkOf(string(framework), controls).Rows {
			if found[string(framework)] == nil {
				found[string(framework)] = map[string]Status{}
			}
			found[string(framework)][row.ID] = worstOf(row.Controls)[run.Stack]
		}
	}
	return found
}
