package githubapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-github/v84/github"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What may pass is tried again: limits that end soon, servers that fail, and calls without an answer. The time of one
// call ends like that of the caller, who is asked for it.
func TestErrorsThatMayPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const wait = 4 * time.Second
		limit := func(d time.Duration) error {
			return &github.RateLimitError{Rate: github.Rate{Reset: github.Timestamp{Time: time.Now().Add(d)}}}
		}
		abuse := func(d time.Duration) error { return &github.AbuseRateLimitError{RetryAfter: &d} }
		for name, row := range map[string]struct {
			err   error
			pause time.Duration
			again bool
		}{
			"a limit":               {limit(time.Minute), time.Minute, true},
			"a limit that is over":  {limit(-time.Minute), wait, true},
			"a long limit":          {limit(longestWait), longestWait, true},
			"a longer limit":        {limit(longestWait + 1), longestWait + 1, false},
			"too fast":              {abuse(time.Minute), time.Minute, true},
			"too fast for a moment": {abuse(time.Second), wait, true},
			"much too fast":         {abuse(longestWait), longestWait, true},
			"far too fast":          {abuse(longestWait + 1), longestWait + 1, false},
			"no name in DNS":        {&url.Error{Err: errors.New("no such host")}, wait, true},
			"no answer in time":     {&url.Error{Err: context.DeadlineExceeded}, wait, true},
		} {
			pause, again := temporary(row.err, wait)
			assert.Equal(t, []any{row.pause, row.again}, []any{pause, again}, name)
		}
		for status, passes := range map[int]bool{
			http.StatusRequestTimeout: true, http.StatusTooManyRequests: true, http.StatusInternalServerError: true,
			http.StatusBadGateway: true, http.StatusServiceUnavailable: true, http.StatusGatewayTimeout: true,
			http.StatusUnauthorized: false, http.StatusForbidden: false, http.StatusNotFound: false, 499: false,
		} {
			pause, again := temporary(&github.ErrorResponse{Response: &http.Response{StatusCode: status}}, wait)
			assert.Equal(t, []any{wait, passes}, []any{pause, again}, status)
		}
	})
}

// Each attempt waits twice as long as the one before, and the last one for nothing.
func TestAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := New(Options{Repository: "acme/app", Token: "secret"})
		require.NoError(t, err)
		began, tried := time.Now(), 0
		fails := func(context.Context) error { tried++; return errors.New("no route") }
		require.ErrorContains(t, client.try(t.Context(), "do it", fails), "do it: no route")
		assert.Equal(t, []any{5, 15 * time.Second}, []any{tried, time.Since(began)})

		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		tried = 0
		require.ErrorContains(t, client.try(ctx, "do it", fails), "no route\ncontext deadline exceeded")
		assert.Equal(t, 2, tried)
		require.EqualError(t, client.try(ctx, "do it", fails), "do it: no route")
		assert.Equal(t, 3, tried)
	})
}

func TestOptionsHaveDefaults(t *testing.T) {
	for _, row := range []struct {
		options      Options
		base, author string
		wait         time.Duration
	}{
		{Options{}, "https://api.github.com/", BotLogin, time.Second},
		{Options{BaseURL: "https://a.test/v3", Author: "me", Wait: 2}, "https://a.test/v3/", "me", 2},
		{Options{BaseURL: "https://a.test/v3/"}, "https://a.test/v3/", BotLogin, time.Second},
	} {
		row.options.Repository, row.options.Token = "acme/app", "secret"
		client, err := New(row.options)
		require.NoError(t, err)
		assert.Equal(t, []any{row.base, row.author, row.wait}, []any{client.api.BaseURL.String(), client.author, client.wait})
	}
}

// A text is the author's own if nothing but white space stands before the marker.
func TestMarkersComeFirst(t *testing.T) {
	client := &Client{author: BotLogin}
	author := &github.User{Login: github.Ptr(BotLogin)}
	for before := range rune(128) {
		ours := client.ours(author, string(before)+"<!-- a -->", "<!-- a -->")
		assert.Equal(t, strings.ContainsRune(" \t\r\n", before), ours, "%q", before)
	}
	assert.True(t, client.ours(author, "\ufeff<!-- a --> b", "<!-- a -->"))
	assert.False(t, client.ours(&github.User{}, "<!-- a -->", "<!-- a -->"))
}
