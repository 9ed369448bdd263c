package githubapi

import (
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

// ErrForbidden is what a token gets that has no right to what it is used for.
var ErrForbidden = errors.New("the token may not do that in this repository")

// BotLogin is who writes with the token of a workflow.
const BotLogin = "github-actions[bot]"

// Options of a [Client].
type Options struct {
	// Repository as owner/name.
	Repository string
	// Token that writes, never shown.
	Token string
	// BaseURL of the API. Default https://api.github.com.
	BaseURL string
	// Author is the login whose comments and issues are updated: nobody else's are touched.
	// Default [BotLogin].
	Author string
	// Wait between attempts, the first time; it doubles. Default 1 s.
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
	// callTimeout is how long one call may take.
	callTimeout = 30 * time.Second
	// attempts at a change before it is given up: with doubling waits, some 15 seconds.
	attempts = 5
	// pageSize is the most that the API lists at once.
	pageSize = 100
	// longestWait for a limit on the rate of calls to end; beyond it a job had better fail.
	longestWait = 2 * time.Minute
)

// New checks the options and makes a client.
func New(options Options) (*Client, error) {
	var errs []error
	owner, name, found := strings.Cut(options.Repository, "/")
	if !found || owner == "" || name == "" || strings.Contains(name, "/") {
		errs = append(errs, fmt.Errorf("repository: found %q, expected owner/name: set GITHUB_REPOSITORY", options.Repository))
	}
	if options.Token == "" {
		errs = append(errs, errors.New("token: found none: set GITHUB_TOKEN to the job's token"))
	}
	base, err := url.Parse(strings.TrimSuffix(options.BaseURL, "/") + "/")
	if options.BaseURL != "" && (err != nil || base.Host == "") {
		errs = append(errs, fmt.Errorf("API: found %q, expected a URL such as https://api.github.com: correct GITHUB_API_URL", options.BaseURL))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c := &Client{
		api:   github.NewClient(&http.Client{Timeout: callTimeout}).WithAuthToken(options.Token),
		owner: owner, name: name, author: options.Author, token: options.Token, wait: options.Wait,
	}
	if options.BaseURL != "" {
		c.api.BaseURL = base
	}
	if c.author == "" {
		c.author = BotLogin
	}
	if c.wait == 0 {
		c.wait = time.Second
	}
	return c, nil
}

// try repeats a change as a whole until GitHub answers. An attempt begins by looking at what
// is there, so that a change which arrived although its answer was lost is not made twice.
func (c *Client) try(ctx context.Context, what string, change func(context.Context) error) error {
	wait := c.wait
	for attempt := 1; ; attempt++ {
		err := change(ctx)
		if err == nil {
			return nil
		}
		pause, again := c.pause(err, wait)
		if !again || attempt == attempts {
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

// pause says whether an error may pass, and how long to wait.
func (c *Client) pause(err error, wait time.Duration) (time.Duration, bool) {
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
		return wait, answer.Response.StatusCode >= http.StatusInternalServerError || slices.Contains(passing, answer.Response.StatusCode)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return 0, false
	default:
		// No answer at all: the network.
		return wait, true
	}
}

// explain says what failed, without the token, and tells a token without the right from
// everything else.
func (c *Client) explain(what string, err error) error {
	text := strings.ReplaceAll(err.Error(), c.token, "[token]")
	var answer *github.ErrorResponse
	if errors.As(err, &answer) {
		switch answer.Response.StatusCode {
		// GitHub hides what a token may not see as if it were not there.
		case http.StatusForbidden, http.StatusNotFound:
			return fmt.Errorf("%s: %w: %s", what, ErrForbidden, text)
		}
	}
	return fmt.Errorf("%s: %s", what, text)
}

// ours says whether something was written by the author, and begins with the marker.
func (c *Client) ours(user *github.User, body, marker string) bool {
	return user.GetLogin() == c.author && strings.HasPrefix(strings.TrimLeft(body, "\ufeff \t\r\n"), marker)
}
