package bulk

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/document"
)

// The consequence of every status, at the borders of its kind.
func TestVerdictsOfStatuses(t *testing.T) {
	for verdict, statuses := range map[verdict][]int{
		deliver: {200, 201, 299, 409},
		retry:   {0, 199, 408, 429, 500, 503, 599},
		refuse:  {300, 302, 400, 403, 404, 407, 410, 413, 428, 430, 499},
	} {
		for _, status := range statuses {
			assert.Equal(t, verdict, verdictOf(status), status)
			assert.Equal(t, status == 400 || status == 413, narrowable(status), status)
		}
	}
}

func TestDefaultsAreAsDocumented(t *testing.T) {
	options := New(nil, Options{}).options
	assert.Equal(t, "status 401: no", options.Explain(401, "no"))
	options.Explain = nil
	assert.Equal(t, Options{
		MaxBytes: 5 << 20, MaxAttempts: 8, BaseDelay: 200 * time.Millisecond, MaxDelay: 10 * time.Second,
		RequestTimeout: 30 * time.Second,
	}, options)
	own := Options{MaxBytes: 1, MaxAttempts: 2, BaseDelay: 3, MaxDelay: 4, RequestTimeout: 5}
	options = New(nil, own).options
	options.Explain = nil
	assert.Equal(t, own, options)
}

// A request is filled to its last byte, and holds one document at least.
func TestSplitFillsRequests(t *testing.T) {
	items := []item{
		{document: document.Document{Index: "i", ID: "1", Source: []byte(`{}`)}},
		{document: document.Document{Index: "i", ID: "2", Source: []byte(`{"a":1}`)}},
		{document: document.Document{Index: "i", ID: "3", Source: []byte(`{}`)}},
	}
	sizes := []int{len(encode(items[:1])), len(encode(items[:2])), len(encode(items))}
	for limit, want := range map[int]int{
		1: 1, sizes[0]: 1, sizes[1] - 1: 1, sizes[1]: 2, sizes[2] - 1: 2, sizes[2]: 3, sizes[2] + 1: 3,
	} {
		chunk, rest := split(items, limit)
		assert.Len(t, chunk, want, limit)
		assert.Len(t, rest, len(items)-want, limit)
	}
	assert.Equal(t, sizes[1], items[0].size()+items[1].size())
}

func TestExcerptsAreShort(t *testing.T) {
	assert.Equal(t, "a", excerpt([]byte(" a\n")))
	assert.Equal(t, strings.Repeat("a", 512), excerpt([]byte(strings.Repeat("a", 512))))
	assert.Equal(t, strings.Repeat("a", 512)+"...", excerpt([]byte(strings.Repeat("a", 513))))
	assert.Equal(t, strings.Repeat("a", 511)+"?...", excerpt([]byte(strings.Repeat("a", 511)+"\u00e9")))
}

// Only a refusal of fields makes a document lose them.
func TestRefusalsOfFields(t *testing.T) {
	for _, row := range []struct {
		status       int
		kind, reason string
		fields       bool
	}{
		{400, "mapper_parsing_exception", "x", true},
		{500, "mapper_parsing_exception", "x", false},
		{400, "strict_dynamic_mapping_exception", "x", true},
		{400, "illegal_argument_exception", "Limit of total Fields [1000] has been exceeded", true},
		{400, "illegal_argument_exception", "mapper [a] cannot be changed", true},
		{400, "illegal_argument_exception", "final mapping would have more than 1 type", true},
		{400, "illegal_argument_exception", "pipeline with id [x] does not exist", false},
		{400, "index_closed_exception", "the mapping of a field", false},
	} {
		o := &outcome{Status: row.status}
		o.Error.Type, o.Error.Reason = row.kind, row.reason
		assert.Equal(t, row.fields, o.aboutFields(), row)
	}
}

// Pauses double from the first failure on, up to the longest one, and none begins that would end after the deadline.
func TestPausesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(nil, Options{BaseDelay: time.Second, MaxDelay: 5 * time.Second})
		for failures, most := range map[int]time.Duration{0: 1, 1: 1, 2: 2, 3: 4, 4: 5, 16: 5, 17: 5, 1000: 5} {
			longest := time.Duration(0)
			for range 100 {
				started := time.Now()
				require.NoError(t, s.pause(t.Context(), failures))
				longest = max(longest, time.Since(started))
			}
			assert.LessOrEqual(t, longest, most*time.Second, failures)
			assert.Greater(t, longest, most*time.Second*3/4, failures)
		}
		near, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		s = New(nil, Options{BaseDelay: 1000 * time.Hour, MaxDelay: 1000 * time.Hour})
		started := time.Now()
		require.ErrorIs(t, s.pause(near, 1), errNoTime)
		assert.Zero(t, time.Since(started))
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, s.pause(ended, 1), context.Canceled)
	})
}
