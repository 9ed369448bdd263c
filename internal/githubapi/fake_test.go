package githubapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/githubapi"
)

// token must never show up in any output.
const token = "canary-token"

// item is a comment or an issue as the API shows it.
type item struct {
	ID          int64             `json:"id,omitempty"`
	Number      int               `json:"number,omitempty"`
	Title       string            `json:"title,omitempty"`
	Body        string            `json:"body"`
	State       string            `json:"state,omitempty"`
	URL         string            `json:"html_url"`
	User        map[string]string `json:"user"`
	PullRequest map[string]string `json:"pull_request,omitempty"`
	Labels      []string          `json:"-"`
}

// fake is a GitHub with one repository and the limits of the real one.
type fake struct {
	t *testing.T
	sync.Mutex
	comments, issues []item
	// fail answers a call instead; nil or false leaves it to the fake.
	fail func(w http.ResponseWriter, r *http.Request, call int) bool
	// calls as "METHOD path".
	calls []string
}

const repository = "/repos/acme/app"

func newFake(t *testing.T) (*fake, *githubapi.Client) {
	t.Helper()
	f := &fake{t: t}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client, err := githubapi.New(githubapi.Options{
		Repository: "acme/app", Token: token, BaseURL: server.URL, Wait: time.Millisecond,
	})
	require.NoError(t, err)
	return f, client
}

func bot(body string) item {
	return item{Body: body, User: map[string]string{"login": githubapi.BotLogin}}
}

func (f *fake) addComment(i item) {
	i.ID = int64(len(f.comments) + 1)
	i.URL = fmt.Sprintf("https://github.com/acme/app/pull/7#issuecomment-%d", i.ID)
	f.comments = append(f.comments, i)
}

func (f *fake) addIssue(i item) {
	i.Number = len(f.issues) + 1
	i.State = "open"
	i.URL = fmt.Sprintf("https://github.com/acme/app/issues/%d", i.Number)
	f.issues = append(f.issues, i)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	defer f.Unlock()
	f.calls = append(f.calls, r.Method+" "+strings.TrimPrefix(r.URL.Path, repository))
	assert.Equal(f.t, "Bearer "+token, r.Header.Get("Authorization"))
	if f.fail != nil && f.fail(w, r, len(f.calls)) {
		return
	}
	var sent struct {
		Title, Body, State string
		Labels             []string
	}
	if r.Method != http.MethodGet {
		require.NoError(f.t, json.NewDecoder(r.Body).Decode(&sent))
	}
	path := strings.TrimPrefix(r.URL.Path, repository)
	switch {
	case r.Method == http.MethodGet && path == "/actions/oidc/customization/sub":
		f.answer(w, map[string]any{
			"use_default": true, "use_immutable_subject": false, "sub_claim_prefix": "repo:acme@1/app@2",
		})
	case r.Method == http.MethodGet && path == "/issues/7/comments":
		f.page(w, r, f.comments)
	case r.Method == http.MethodPost && path == "/issues/7/comments":
		f.addComment(bot(sent.Body))
		f.answer(w, f.comments[len(f.comments)-1])
	case r.Method == http.MethodPatch && strings.HasPrefix(path, "/issues/comments/"):
		id, err := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
		require.NoError(f.t, err)
		f.comments[id-1].Body = sent.Body
		f.answer(w, f.comments[id-1])
	case r.Method == http.MethodGet && path == "/issues":
		label := r.URL.Query().Get("labels")
		assert.Contains(f.t, []string{"", "open"}, r.URL.Query().Get("state"), "all that GitHub has are open, closed and all")
		f.page(w, r, slices.DeleteFunc(slices.Clone(f.issues), func(i item) bool {
			return i.State != "open" || !slices.Contains(i.Labels, label)
		}))
	case r.Method == http.MethodPost && path == "/issues":
		i := bot(sent.Body)
		i.Title, i.Labels = sent.Title, sent.Labels
		f.addIssue(i)
		f.answer(w, f.issues[len(f.issues)-1])
	case r.Method == http.MethodPatch && strings.HasPrefix(path, "/issues/"):
		number, err := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
		require.NoError(f.t, err)
		i := &f.issues[number-1]
		if sent.State != "" {
			i.State = sent.State
		} else {
			i.Title, i.Body = sent.Title, sent.Body
		}
		f.answer(w, *i)
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/comments"):
		f.addComment(bot(sent.Body))
		f.answer(w, f.comments[len(f.comments)-1])
	default:
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
	}
}

func (f *fake) page(w http.ResponseWriter, r *http.Request, items []item) {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	assert.Equal(f.t, 100, size)
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	number = max(number, 1)
	from, to := min((number-1)*size, len(items)), min(number*size, len(items))
	if to < len(items) {
		w.Header().Set("Link", fmt.Sprintf(`<%s?page=%d>; rel="next"`, r.URL.Path, number+1))
	}
	f.answer(w, items[from:to])
}

func (f *fake) answer(w http.ResponseWriter, value any) {
	require.NoError(f.t, json.NewEncoder(w).Encode(value))
}

// failing answers the first calls that match with a status.
func failing(times, status int, match string) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if times == 0 || !strings.HasPrefix(r.Method+" "+r.URL.Path, match) {
			return false
		}
		times--
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":"you sent %s"}`, r.Header.Get("Authorization"))
		return true
	}
}
