package githubapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v84/github"
)

// ErrForbidden says that the token lacks the permission for the call.
var ErrForbidden = errors.New("the token may not do that in this repository")

// BotLogin is the author of comments written with the token of a workflow.
const BotLogin = "github-actions[bot]"

// Options of a [Client].
type Options struct {
	// Repository as owner/name.
	Repository string
	// Token that writes, never shown.
	Token string
	// BaseURL of the API. Default https://api.github.com.
	BaseURL string
	// Author is the login whose comments and issues are updated; those of others are never
	// touched. Default [BotLogin].
	Author string
	// Wait before the second attempt; it doubles with each further one. Default 1 s.
	Wait time.Duration
}

// Client of one repository.
type Client struct {
	api         *github.Client
	owner, name string
	author      string
	token       string
	wait        time.Duration
}

const (
	// callTimeout bounds one call.
	callTimeout = 30 * time.Second
	// attempts at a change before it is given up: with doubling waits, some 15 seconds.
	attempts = 5
	// pageSize is the largest page that the API returns.
	pageSize = 100
	// longestWait is the longest wait for a rate limit to end. If it takes longer, the job should
	// fail.
	longestWait = 2 * time.Minute
)

// New checks the options and makes a client.
func New(options Options) (*Client, error) {
	var errs []error
	owner, name, _ := strings.Cut(options.Repository, "/")
	if owner == "" || name == "" || strings.Contains(name, "/") {
		errs = append(errs, fmt.Errorf("repository: found %q, expected owner/name: set GITHUB_REPOSITORY",
			options.Repository))
	}
	if options.Token == "" {
		errs = append(errs, errors.New("token: found none: set GITHUB_TOKEN to the job's token"))
	}
	base, err := url.Parse(strings.TrimSuffix(options.BaseURL, "/") + "/")
	if options.BaseURL != "" && (err != nil || base.Host == "") {
		errs = append(errs, fmt.Errorf("API: found %q, expected a URL such as https://api.github.com: correct GITHUB_API_URL",
			options.BaseURL))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c := &Client{
		api:   github.NewClient(&http.Client{Timeout: callTimeout}).WithAuthToken(options.Token),
		owner: owner, name: name, token: options.Token,
		author: cmp.Or(options.Author, BotLogin), wait: cmp.Or(options.Wait, time.Second),
	}
	if options.BaseURL != "" {
		c.api.BaseURL = base
	}
	return c, nil
}

// try repeats a change as a whole until GitHub answers. Each attempt looks at what exists
// first: a change that arrived although its answer was lost is not made twice.
func (c *Client) try(ctx context.Context, what string, change func(context.Context) error) error {
	wait := c.wait
	for attempt := 1; ; attempt++ {
		err := change(ctx)
		if err == nil {
			return nil
		}
		pause, again := temporary(err, wait)
		if !again || attempt == attempts || ctx.Err() != nil {
			return c.explain(what, err)
		}
		select {
		case <-ctx.Done():
			return c.explain(what, errors.Join(err, ctx.Err()))
		case <-time.After(pause):
		}
		wait *= 2
	}
}

// temporary reports how long to wait until an error may have passed, and whether it may.
func temporary(err error, wait time.Duration) (time.Duration, bool) {
	var limit *github.RateLimitError
	var abuse *github.AbuseRateLimitError
	var answer *github.ErrorResponse
	switch {
	case errors.As(err, &limit):
		until := time.Until(limit.Rate.Reset.Time)
		return max(until, wait), until <= longestWait
	case errors.As(err, &abuse):
		return max(abuse.GetRetryAfter(), wait), abuse.GetRetryAfter() <= longestWait
	case errors.As(err, &answer):
		passing := []int{http.StatusRequestTimeout, http.StatusTooManyRequests}
		return wait, answer.Response.StatusCode >= http.StatusInternalServerError ||
			slices.Contains(passing, answer.Response.StatusCode)
	default:
		// No answer at all, or none within callTimeout: the network.
		return wait, true
	}
}

// explain says what failed, without showing the token, and returns ErrForbidden if the token
// lacks a permission.
func (c *Client) explain(what string, err error) error {
	text := strings.ReplaceAll(err.Error(), c.token, "[token]")
	var answer *github.ErrorResponse
	if errors.As(err, &answer) {
		switch answer.Response.StatusCode {
		// GitHub answers 404 for things that a token may not see.
		case http.StatusForbidden, http.StatusNotFound:
			return fmt.Errorf("%s: %w: %s", what, ErrForbidden, text)
		}
	}
	return fmt.Errorf("%s: %s", what, text)
}

// ours reports whether the author wrote a text and whether it starts with the marker.
func (c *Client) ours(user *github.User, body, marker string) bool {
	return user.GetLogin() == c.author && strings.HasPrefix(strings.TrimLeft(body, "\ufeff \t\r\n"), marker)
}
