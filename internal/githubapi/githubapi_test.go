package githubapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/githubapi"
)

const marker = "<!-- aws-webapp:preview:prod -->"

func TestCommentIsCreatedThenUpdated(t *testing.T) {
	f, client := newFake(t)
	f.addComment(bot("<!-- aws-webapp:preview:staging -->\nanother stack"))
	outcome, err := client.UpsertComment(t.Context(), 7, marker, marker+"\nfirst")
	require.NoError(t, err)
	assert.Equal(t, githubapi.Outcome{Action: "created", URL: "https://github.com/acme/app/pull/7#issuecomment-2"},
		outcome)

	outcome, err = client.UpsertComment(t.Context(), 7, marker, marker+"\nsecond")
	require.NoError(t, err)
	assert.Equal(t, "updated", outcome.Action)
	outcome, err = client.UpsertComment(t.Context(), 7, marker, marker+"\nsecond")
	require.NoError(t, err)
	assert.Equal(t, "unchanged", outcome.Action)
	require.Len(t, f.comments, 2)
	assert.Equal(t, marker+"\nsecond", f.comments[1].Body)
	assert.Equal(t, "<!-- aws-webapp:preview:staging -->\nanother stack", f.comments[0].Body)
}

func TestCommentsOfOthersAreLeftAlone(t *testing.T) {
	f, client := newFake(t)
	f.addComment(item{Body: marker + "\nspoofed", User: map[string]string{"login": "mallory"}})
	f.addComment(bot("> " + marker + "\nquoted"))
	_, err := client.UpsertComment(t.Context(), 7, marker, marker+"\nreal")
	require.NoError(t, err)
	require.Len(t, f.comments, 3)
	assert.Equal(t, marker+"\nspoofed", f.comments[0].Body)
	assert.Equal(t, marker+"\nreal", f.comments[2].Body)
}

func TestCommentIsFoundOnALaterPage(t *testing.T) {
	f, client := newFake(t)
	for i := range 250 {
		f.addComment(item{Body: strconv.Itoa(i), User: map[string]string{"login": "somebody"}})
	}
	f.addComment(bot(marker + "\nold"))
	outcome, err := client.UpsertComment(t.Context(), 7, marker, marker+"\nnew")
	require.NoError(t, err)
	assert.Equal(t, "updated", outcome.Action)
	assert.Len(t, f.comments, 251)
	assert.Equal(t, marker+"\nnew", f.comments[250].Body)
}

func TestTokenOfAForkIsForbidden(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		f, client := newFake(t)
		f.fail = failing(-1, status, "POST")
		_, err := client.UpsertComment(t.Context(), 7, marker, marker)
		require.ErrorIs(t, err, githubapi.ErrForbidden)
		assert.NotContains(t, err.Error(), token)
		assert.Len(t, f.calls, 2, "what is forbidden stays forbidden")
	}
}

func TestServersErrorsAreRetried(t *testing.T) {
	f, client := newFake(t)
	f.fail = failing(3, http.StatusBadGateway, "GET")
	_, err := client.UpsertComment(t.Context(), 7, marker, marker)
	require.NoError(t, err)
	assert.Len(t, f.comments, 1)
}

// The answer to a creation gets lost: the repetition must find what was created.
func TestLostAnswerCreatesNothingTwice(t *testing.T) {
	f, client := newFake(t)
	f.fail = func(w http.ResponseWriter, r *http.Request, call int) bool {
		if r.Method == http.MethodPost && call == 2 {
			f.addComment(bot(marker))
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	}
	outcome, err := client.UpsertComment(t.Context(), 7, marker, marker)
	require.NoError(t, err)
	assert.Len(t, f.comments, 1)
	assert.NotEmpty(t, outcome.URL)
}

func TestErrorsThatStayAreReportedWithoutTheToken(t *testing.T) {
	for _, status := range []int{http.StatusInternalServerError, http.StatusUnauthorized, http.StatusUnprocessableEntity} {
		f, client := newFake(t)
		f.fail = failing(-1, status, "")
		_, err := client.UpsertComment(t.Context(), 7, marker, marker)
		require.Error(t, err)
		require.NotErrorIs(t, err, githubapi.ErrForbidden)
		assert.Contains(t, err.Error(), "comment on pull request 7 of acme/app: ")
		assert.Contains(t, err.Error(), "you sent Bearer [token] ", "the server's echo is kept, the token is not")
		assert.NotContains(t, err.Error(), token)
		if status == http.StatusInternalServerError {
			assert.Len(t, f.calls, 5)
		} else {
			assert.Len(t, f.calls, 1)
		}
	}
}

func TestLimitsAreWaitedFor(t *testing.T) {
	f, client := newFake(t)
	limited := true
	f.fail = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		if !limited {
			return false
		}
		limited = false
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w,
			`{"message":"You have exceeded a secondary rate limit","documentation_url":"https://docs.github.com/rest/overview/`+
				`rate-limits-for-the-rest-api#about-secondary-rate-limits"}`)
		return true
	}
	started := time.Now()
	_, err := client.UpsertComment(t.Context(), 7, marker, marker)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(started), time.Second)
	assert.Len(t, f.comments, 1)
}

func TestCancellationEndsTheWaiting(t *testing.T) {
	f, client := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.fail = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		cancel()
		w.WriteHeader(http.StatusBadGateway)
		return true
	}
	_, err := client.UpsertComment(ctx, 7, marker, marker)
	require.Error(t, err)
	assert.Len(t, f.calls, 1)
}

func drift(body string) githubapi.Issue {
	const marker = "<!-- aws-webapp:drift:prod -->"
	return githubapi.Issue{Marker: marker, Title: "Drift in prod", Body: marker + "\n" + body, Label: "drift"}
}

func TestIssueIsOpenedUpdatedClosedAndOpenedAgain(t *testing.T) {
	f, client := newFake(t)
	issue := drift("first")
	outcome, err := client.CloseIssue(t.Context(), issue.Marker, issue.Label, "gone")
	require.NoError(t, err)
	assert.Equal(t, githubapi.Outcome{Action: "unchanged"}, outcome, "there is none to close")

	outcome, err = client.UpsertIssue(t.Context(), issue)
	require.NoError(t, err)
	assert.Equal(t, githubapi.Outcome{Action: "created", URL: "https://github.com/acme/app/issues/1"}, outcome)
	assert.Equal(t, []string{"drift"}, f.issues[0].Labels)
	outcome, err = client.UpsertIssue(t.Context(), issue)
	require.NoError(t, err)
	assert.Equal(t, "unchanged", outcome.Action)
	outcome, err = client.UpsertIssue(t.Context(), drift("second"))
	require.NoError(t, err)
	assert.Equal(t, "updated", outcome.Action)
	assert.Equal(t, drift("second").Body, f.issues[0].Body)

	outcome, err = client.CloseIssue(t.Context(), issue.Marker, issue.Label, "The drift is gone.")
	require.NoError(t, err)
	assert.Equal(t, "closed", outcome.Action)
	assert.Equal(t, "closed", f.issues[0].State)
	assert.Equal(t, "The drift is gone.", f.comments[0].Body)

	outcome, err = client.UpsertIssue(t.Context(), drift("again"))
	require.NoError(t, err)
	assert.Equal(t, "created", outcome.Action, "a closed issue is history")
	assert.Len(t, f.issues, 2)
}

func TestIssueIsTakenForNoOther(t *testing.T) {
	f, client := newFake(t)
	request := bot(drift("a pull request").Body)
	request.PullRequest, request.Labels = map[string]string{"url": "x"}, []string{"drift"}
	f.addIssue(request)
	foreign := item{Body: drift("spoofed").Body, User: map[string]string{"login": "mallory"}, Labels: []string{"drift"}}
	f.addIssue(foreign)
	for range 120 {
		f.addIssue(item{Body: "x", User: map[string]string{"login": "a"}, Labels: []string{"drift"}})
	}
	mine := bot(drift("old").Body)
	mine.Labels = []string{"drift"}
	f.addIssue(mine)
	outcome, err := client.UpsertIssue(t.Context(), drift("new"))
	require.NoError(t, err)
	assert.Equal(t, "updated", outcome.Action)
	assert.Equal(t, "https://github.com/acme/app/issues/123", outcome.URL)
}

// Tokens contain the prefix; use_immutable_subject has been seen to disagree with it.
func TestSubject(t *testing.T) {
	f, client := newFake(t)
	subject, err := client.Subject(t.Context())
	require.NoError(t, err)
	assert.Equal(t, githubapi.Subject{Prefix: "repo:acme@1/app@2", Default: true}, subject)

	f.fail = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		http.Error(w, `{"message":"Resource not accessible by integration"}`, http.StatusForbidden)
		return true
	}
	_, err = client.Subject(t.Context())
	require.ErrorIs(t, err, githubapi.ErrForbidden)
	require.ErrorContains(t, err, "ask how tokens name acme/app: the token may not do that in this repository")

	odd, err := githubapi.New(githubapi.Options{Repository: "acme/%zz", Token: token, Wait: time.Millisecond})
	require.NoError(t, err)
	_, err = odd.Subject(t.Context())
	require.ErrorContains(t, err, "invalid URL escape")
}

// Whichever call fails, that is the end, and the error says what was not done.
func TestNothingFollowsACallThatFails(t *testing.T) {
	for what, do := range map[string]func(context.Context, *githubapi.Client) error{
		"comment on pull request 7 of acme/app: ": func(ctx context.Context, client *githubapi.Client) error {
			_, err := client.UpsertComment(ctx, 7, marker, marker+"\nnew")
			return err
		},
		"open an issue in acme/app: ": func(ctx context.Context, client *githubapi.Client) error {
			_, err := client.UpsertIssue(ctx, drift("new"))
			return err
		},
		"close an issue in acme/app: ": func(ctx context.Context, client *githubapi.Client) error {
			_, err := client.CloseIssue(ctx, drift("").Marker, "drift", "gone")
			return err
		},
		"ask how tokens name acme/app: ": func(ctx context.Context, client *githubapi.Client) error {
			_, err := client.Subject(ctx)
			return err
		},
	} {
		for _, there := range []bool{false, true} {
			for n := 1; ; n++ {
				f, client := newFake(t)
				if there {
					f.addComment(bot(marker + "\nold"))
					issue := bot(drift("old").Body)
					issue.Labels = []string{"drift"}
					f.addIssue(issue)
				}
				f.fail = func(w http.ResponseWriter, _ *http.Request, call int) bool {
					if call == n {
						w.WriteHeader(http.StatusUnprocessableEntity)
					}
					return call == n
				}
				err := do(t.Context(), client)
				if len(f.calls) < n {
					require.NoError(t, err)
					break
				}
				require.ErrorContains(t, err, what)
				assert.Len(t, f.calls, n)
			}
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := githubapi.New(githubapi.Options{Repository: "app", BaseURL: "nowhere"})
	require.ErrorContains(t, err, `repository: found "app", expected owner/name: set GITHUB_REPOSITORY`)
	require.ErrorContains(t, err, "token: found none: set GITHUB_TOKEN")
	require.ErrorContains(t, err, `API: found "nowhere", expected a URL`)
	for _, wrong := range []string{"", "/", "acme/", "/app", "acme/app/", "acme/app/y"} {
		_, err := githubapi.New(githubapi.Options{Repository: wrong, Token: token})
		require.ErrorContains(t, err, fmt.Sprintf("repository: found %q", wrong))
	}
	for _, wrong := range []string{"https://", "https://%zz", "api.github.com"} {
		_, err := githubapi.New(githubapi.Options{Repository: "acme/app", Token: token, BaseURL: wrong})
		require.ErrorContains(t, err, fmt.Sprintf("API: found %q", wrong))
	}
}
