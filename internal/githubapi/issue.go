package githubapi

import (
	"context"
	"fmt"

	"github.com/google/go-github/v84/github"
)

// Issue describes an issue that should be open.
type Issue struct {
	// Marker by which it is found again; Body begins with it.
	Marker string
	Title  string
	Body   string
	// Label that it gets and by which it is found.
	Label string
}

// UpsertIssue opens the issue, or updates the open one.
func (c *Client) UpsertIssue(ctx context.Context, issue Issue) (Outcome, error) {
	var outcome Outcome
	err := c.try(ctx, fmt.Sprintf("open an issue in %s/%s", c.owner, c.name), func(ctx context.Context) error {
		old, err := c.findIssue(ctx, issue.Marker, issue.Label)
		if err != nil {
			return err
		}
		request := &github.IssueRequest{Title: &issue.Title, Body: &issue.Body}
		var written *github.Issue
		switch {
		case old == nil:
			outcome.Action = Created
			request.Labels = &[]string{issue.Label}
			written, _, err = c.api.Issues.Create(ctx, c.owner, c.name, request)
		case old.GetBody() == issue.Body && old.GetTitle() == issue.Title:
			outcome.Action, written = Unchanged, old
		default:
			outcome.Action = Updated
			written, _, err = c.api.Issues.Edit(ctx, c.owner, c.name, old.GetNumber(), request)
		}
		outcome.URL = written.GetHTMLURL()
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// CloseIssue closes the open issue with the marker, if there is one, with a last comment.
func (c *Client) CloseIssue(ctx context.Context, marker, label, word string) (Outcome, error) {
	outcome := Outcome{Action: Unchanged}
	err := c.try(ctx, fmt.Sprintf("close an issue in %s/%s", c.owner, c.name), func(ctx context.Context) error {
		old, err := c.findIssue(ctx, marker, label)
		if err != nil || old == nil {
			return err
		}
		// Close first: if the answer gets lost, the repetition finds no open issue and does not
		// comment twice.
		state, reason := "closed", "completed"
		closed, _, err := c.api.Issues.Edit(ctx, c.owner, c.name, old.GetNumber(), &github.IssueRequest{
			State: &state, StateReason: &reason,
		})
		if err != nil {
			return err
		}
		outcome = Outcome{Action: Closed, URL: closed.GetHTMLURL()}
		_, _, err = c.api.Issues.CreateComment(ctx, c.owner, c.name, old.GetNumber(), &github.IssueComment{Body: &word})
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

func (c *Client) findIssue(ctx context.Context, marker, label string) (*github.Issue, error) {
	options := &github.IssueListByRepoOptions{
		State: "open", Labels: []string{label}, ListOptions: github.ListOptions{PerPage: pageSize},
	}
	for {
		page, answer, err := c.api.Issues.ListByRepo(ctx, c.owner, c.name, options)
		if err != nil {
			return nil, err
		}
		for _, issue := range page {
			if !issue.IsPullRequest() && c.ours(issue.GetUser(), issue.GetBody(), marker) {
				return issue, nil
			}
		}
		if answer.NextPage == 0 {
			return nil, nil
		}
		options.ListOptions.Page = answer.NextPage
	}
}
