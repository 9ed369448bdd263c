package workflow

import (
	"context"
	"encoding/json"
	"fmt"

	"aws-webapp/cmd/webapp/process"
)

// deployment is one entry of `pulumi stack history --json`, the newest of which comes first.
type deployment struct {
	Kind        string            `json:"kind"`
	Result      string            `json:"result"`
	Environment map[string]string `json:"environment"`
}

// historyLength is the number of operations that are searched for the last update that names its commit.
const historyLength = "20"

// refuseOlder stops a run that waited, for its approval or in the queue, while a newer commit was deployed: it would
// take that commit back, and nobody would have asked for it.
func (d *deploy) refuseOlder(ctx context.Context) error {
	ask := func(args ...string) (string, error) {
		return process.Ask(ctx, d.runner, process.Command{Env: pulumi, Args: args})
	}
	text, err := ask(
		"pulumi", "stack", "history", "--json", "--page", "1", "--page-size", historyLength, "--stack", d.stack)
	if err != nil {
		return err
	}
	var history []deployment
	if err := json.Unmarshal([]byte(text), &history); err != nil {
		return fmt.Errorf("read the history of %s: %w", d.stack, err)
	}
	deployed := lastCommit(history)
	if deployed == "" {
		return nil
	}
	head, err := ask("git", "rev-parse", "HEAD")
	if err != nil || head == deployed {
		return err
	}
	// It fails where the commit is no ancestor, and where Git does not have the other one, such as that of a branch.
	if _, err := ask("git", "merge-base", "--is-ancestor", head, deployed); err == nil {
		return fmt.Errorf("%s has the newer commit %s already: found %s to deploy over it: approve the newer run instead, "+
			"or revert what is wrong and deploy that", d.stack, deployed, head)
	}
	return nil
}

// lastCommit is that of the last update which succeeded and came from a clone; the pipeline's builds have none.
func lastCommit(history []deployment) string {
	for _, entry := range history {
		if entry.Kind == "update" && entry.Result == "succeeded" && entry.Environment["git.head"] != "" {
			return entry.Environment["git.head"]
		}
	}
	return ""
}
