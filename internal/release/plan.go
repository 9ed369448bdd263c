package release

import (
	"context"
	"fmt"
	"io"
	"strings"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/table"
)

// Step describes what a release would do with a service.
type Step struct {
	Service, Serves, Registered, Does string
}

// Plan says what [Release.Run] would do at this moment, and changes nothing.
func (r *Release) Plan(ctx context.Context) ([]Step, error) {
	var steps []Step
	for i := range r.chosen {
		one := &r.chosen[i]
		if err := r.earlier(ctx, one); err != nil {
			return nil, fmt.Errorf("%s: %w", one.Name, err)
		}
		found, err := r.look(ctx, one)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.Name, err)
		}
		serves := short(found.serves)
		if serves == "" {
			serves = "nothing"
		}
		does := strings.Join(r.intends(one, found), ", ")
		if err := r.obstacle(ctx, one, found); err != nil {
			does = "fail: " + err.Error()
		}
		steps = append(steps, Step{one.Name, serves, short(one.TaskDefinition), does})
	}
	return steps, nil
}

// obstacle returns what would keep a release from starting.
func (r *Release) obstacle(ctx context.Context, one *Service, found *state) error {
	if !one.blueGreen() || found.current() || found.arriving {
		return nil
	}
	return r.quiet(ctx, one)
}

func (r *Release) intends(one *Service, found *state) []string {
	switch {
	case found.rollingBack != "":
		return []string{"fail: ECS goes back (" + found.rollingBack + ")"}
	case found.arriving:
		return []string{"wait for " + found.underway}
	case found.current() && found.active != nil && found.active.Phase == bluegreen.Waiting:
		return []string{"wait while the old tasks are kept (" + found.underway + ")"}
	case found.current():
		return []string{"verify"}
	}
	var does []string
	if one.migrates() {
		does = append(does, "migrate")
	}
	if found.active != nil {
		does = append(does, passes(found.active)+found.underway)
	}
	how := "deploy by ECS"
	if one.blueGreen() {
		how = "deploy by CodeDeploy"
		if r.options.OverrideAlarms {
			how += ", all at once and without looking at alarms"
		}
	}
	return append(does, how+" ("+because(found)+")")
}

func passes(active *bluegreen.Deployment) string {
	if active.Phase == bluegreen.Waiting {
		return "end the wait of "
	}
	return "wait for "
}

// PrintPlan writes the steps as a table.
func PrintPlan(w io.Writer, width int, steps []Step) {
	rows := make([][]string, len(steps))
	for i, step := range steps {
		rows[i] = []string{step.Service, step.Serves, step.Registered, step.Does}
	}
	table.Write(w, width, []string{"SERVICE", "SERVES", "REGISTERED", "DOES"}, rows)
}
