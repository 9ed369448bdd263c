package githubapi

import (
	"context"
	"fmt"

	"github.com/google/go-github/v84/github"
)

// Outcome is the result for a comment or an issue.
type Outcome struct {
	// Action is created, updated, closed, or unchanged.
	Action string
	// URL of the comment or issue; empty if there is none.
	URL string
}

// The actions.
const (
	Created   = "created"
	Updated   = "updated"
	Closed    = "closed"
	Unchanged = "unchanged"
)

// UpsertComment sets the text of the pull request's comment with the marker to body, which
// begins with the marker. It creates the comment if there is none.
func (c *Client) UpsertComment(ctx context.Context, pullRequest int, marker, body string) (Outcome, error) {
	var outcome Outcome
	err := c.try(ctx, fmt.Sprintf("comment on pull request %d of %s/%s", pullRequest, c.owner, c.name),
		func(ctx context.Context) error {
			old, err := c.findComment(ctx, pullRequest, marker)
			if err != nil {
				return err
			}
			var written *github.IssueComment
			switch {
			case old == nil:
				outcome.Action = Created
				written, _, err = c.api.Issues.CreateComment(ctx, c.owner, c.name, pullRequest, &github.IssueComment{Body: &body})
			case old.GetBody() == body:
				outcome.Action, written = Unchanged, old
			default:
				outcome.Action = Updated
				written, _, err = c.api.Issues.EditComment(ctx, c.owner, c.name, old.GetID(), &github.IssueComment{Body: &body})
			}
			outcome.URL = written.GetHTMLURL()
			return err
		})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

func (c *Client) findComment(ctx context.Context, pullRequest int, marker string) (*github.IssueComment, error) {
	options := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: pageSize}}
	for {
		page, answer, err := c.api.Issues.ListComments(ctx, c.owner, c.name, pullRequest, options)
		if err != nil {
			return nil, err
		}
		for _, comment := range page {
			if c.ours(comment.GetUser(), comment.GetBody(), marker) {
				return comment, nil
			}
		}
		if answer.NextPage == 0 {
			return nil, nil
		}
		options.Page = answer.NextPage
	}
}
