package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAVisitorSigns(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)

	_, empty := s.get(t, "/")
	assert.Contains(t, empty, "Nobody has signed yet.")
	status, _ := s.sign(t, " Grace Hopper ", "first line\r\nsecond — line")
	assert.Equal(t, http.StatusSeeOther, status)

	_, page := s.get(t, "/")
	assert.Contains(t, page, "<strong>Grace Hopper</strong>")
	assert.Contains(t, page, "first line\nsecond — line")
	added, ok := s.out.find(t, "visitor_added")
	require.True(t, ok)
	assert.Equal(t, map[string]any{"id": 1.0}, added.Data)
	assert.NotContains(t, s.out.String(), "Grace", "what visitors write is not logged")
}

func TestMarkupOfVisitorsIsText(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	const attack = `"><script>alert(1)</script>`

	s.sign(t, attack, attack)
	_, listed := s.get(t, "/")
	// A refused form comes back with what was typed, in an attribute and in a text area.
	status, refused := s.sign(t, attack, attack+"</textarea>"+strings.Repeat("x", maxMessage))

	require.Equal(t, http.StatusUnprocessableEntity, status)
	for _, page := range []string{listed, refused} {
		assert.NotContains(t, page, "<script")
		assert.Equal(t, strings.Count(page, "<textarea"), strings.Count(page, "</textarea>"))
	}
	assert.Contains(t, listed, "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.Contains(t, refused, `value="&#34;&gt;&lt;script&gt;`)
}

func TestPagesGoBackToTheFirstEntry(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	const entries = 2*pageSize + 3
	b.exec(t, `INSERT INTO visitors (name, message) SELECT 'visitor ' || n, '' FROM generate_series(1, $1::int) AS n`,
		entries)

	names := regexp.MustCompile(`<strong>visitor (\d+)</strong>`)
	older := regexp.MustCompile(`href="(/\?before=\d+)"`)
	var seen []string
	pages := 0
	for path := "/"; path != ""; pages++ {
		require.Less(t, pages, 4)
		_, page := s.get(t, path)
		for _, match := range names.FindAllStringSubmatch(page, -1) {
			seen = append(seen, match[1])
		}
		path = ""
		if match := older.FindStringSubmatch(page); match != nil {
			path = match[1]
		}
	}

	var want []string
	for n := entries; n > 0; n-- {
		want = append(want, fmt.Sprint(n))
	}
	assert.Equal(t, want, seen)
	assert.Equal(t, 3, pages)
}

func TestWhatCannotBeStoredIsRefused(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	for name, tc := range map[string]struct{ name, message, want string }{
		"no name":              {"", "hello", "Please enter a name."},
		"a blank name":         {" \t ", "hello", "Please enter a name."},
		"a long name":          {strings.Repeat("ü", maxName+1), "", "The name has 81 characters, 80 are allowed"},
		"a long message":       {"Ada", strings.Repeat("x", maxMessage+1), "The message has 501 characters, 500 are allowed"},
		"a NUL":                {"A\x00da", "", "The name has characters that cannot be shown"},
		"invalid UTF-8":        {"Ada", "\xff\xfe", "The message has characters that cannot be shown"},
		"a line in a name":     {"Ada\nforged", "", "The name has characters that cannot be shown"},
		"a turned direction":   {"Ada \u202egnp", "", "The name has characters that cannot be shown"},
		"an escape in message": {"Ada", "\x1b[31m", "The message has characters that cannot be shown"},
	} {
		t.Run(name, func(t *testing.T) {
			status, page := s.sign(t, tc.name, tc.message)
			assert.Equal(t, http.StatusUnprocessableEntity, status)
			assert.Contains(t, page, tc.want)
		})
	}
	status, _ := s.sign(t, strings.Repeat("ü", maxName), strings.Repeat("x", maxMessage))
	assert.Equal(t, http.StatusSeeOther, status, "the limits themselves are allowed")
	assert.Equal(t, 1, b.count(t, "SELECT count(*) FROM visitors"))
}

func TestWhatNoFormSendsIsRefused(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	form := url.Values{"name": {"Mallory"}}.Encode()
	for name, tc := range map[string]struct {
		method, path, body string
		header             map[string]string
		want               int
	}{
		"a form of another site": {
			"POST", "/visitors", form,
			map[string]string{"Sec-Fetch-Site": "cross-site"},
			http.StatusForbidden,
		},
		"a form of another origin": {
			"POST", "/visitors", form,
			map[string]string{"Origin": "https://evil.example"},
			http.StatusForbidden,
		},
		"a form above the limit": {
			"POST", "/visitors", "name=" + strings.Repeat("x", maxBody), nil,
			http.StatusRequestEntityTooLarge,
		},
		"a form that is none": {"POST", "/visitors", "name=%zz", nil, http.StatusBadRequest},
		"a header above the limit": {
			"GET", "/", "",
			map[string]string{"X-Long": strings.Repeat("x", 64<<10)},
			http.StatusRequestHeaderFieldsTooLarge,
		},
		"a page that is no number":     {"GET", "/?before=1%20OR%201=1", "", nil, http.StatusBadRequest},
		"a page before the first":      {"GET", "/?before=0", "", nil, http.StatusBadRequest},
		"a page beyond all numbers":    {"GET", "/?before=9223372036854775808", "", nil, http.StatusBadRequest},
		"an unknown path":              {"GET", "/admin", "", nil, http.StatusNotFound},
		"the template":                 {"GET", "/page.html", "", nil, http.StatusNotFound},
		"a method that is not offered": {"DELETE", "/visitors", "", nil, http.StatusMethodNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), tc.method, s.url+tc.path, strings.NewReader(tc.body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for key, value := range tc.header {
				request.Header.Set(key, value)
			}
			response, err := client().Do(request)
			require.NoError(t, err)
			status, _ := read(t, response)
			assert.Equal(t, tc.want, status)
		})
	}
	assert.Zero(t, b.count(t, "SELECT count(*) FROM visitors"))
}

func TestBrowsersAreToldToBeStrict(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	response, err := client().Get(s.url + "/")
	require.NoError(t, err)
	_, _ = read(t, response)

	policy := response.Header.Get("Content-Security-Policy")
	for _, rule := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		assert.Contains(t, policy, rule)
	}
	assert.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	status, style := s.get(t, "/style.css")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, style, "font:", "the style that the policy allows is there")
}

func TestEventsHaveTheFormThatTheShipperIndexes(t *testing.T) {
	b := newBook(t)
	s := start(t, b.env).healthy(t)
	s.get(t, "/?before=7&"+strings.Repeat("x", 300))

	request, ok := s.out.find(t, "request")
	require.True(t, ok)
	assert.Equal(t, "INFO", request.Level)
	assert.False(t, request.Timestamp.IsZero())
	assert.Equal(t, "GET", request.Data["method"])
	assert.Equal(t, "/", request.Data["path"])
	assert.Equal(t, 200.0, request.Data["status"])
	for _, e := range s.out.events(t) {
		assert.NotEmpty(t, e.Type)
		assert.NotEmpty(t, e.Data)
		assert.NotEqual(t, "/health", e.Data["path"], "health checks are not logged")
	}
}
