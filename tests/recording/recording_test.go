package recording

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// session of two screens; waited is how long somebody has to look.
func session(out io.Writer, waited *time.Duration) *Recording {
	r := New("A & B", out, func(d time.Duration) { *waited += d })
	r.Screen()
	r.Tell("First we look.")
	r.Type("make preview")
	r.Print(Bad, "error: <nothing>")
	r.Screen()
	r.Print(Plain, strings.Repeat("word ", 30))
	return r
}

func TestASessionIsShownAtItsPace(t *testing.T) {
	var out strings.Builder
	var waited time.Duration
	r := session(&out, &waited)
	assert.Equal(t, r.Length(), waited)
	assert.Greater(t, waited, time.Second)
	assert.Contains(t, out.String(), "\x1b[1;32m$ make preview\x1b[0m\r\n")
	assert.Empty(t, r.Faults())
	r.Print(Plain, strings.Split(strings.Repeat("line,", Height), ",")...)
	assert.Len(t, r.Faults(), 1)
}

func TestACastIsWhatWasShown(t *testing.T) {
	var out strings.Builder
	var waited time.Duration
	header, events, _ := strings.Cut(session(&out, &waited).Cast(), "\n")
	assert.JSONEq(t, `{"version": 2, "width": 96, "height": 28, "title": "A & B"}`, header)
	var shown strings.Builder
	last := 0.0
	for one := range strings.Lines(events) {
		var event []any
		require.NoError(t, json.Unmarshal([]byte(one), &event))
		at, ok := event[0].(float64)
		require.True(t, ok)
		assert.GreaterOrEqual(t, at, last)
		assert.Equal(t, "o", event[1])
		last = at
		shown.WriteString(event[2].(string))
	}
	assert.Equal(t, out.String(), shown.String())
	assert.InDelta(t, waited.Seconds(), last, 0.001)
}

func TestAnSVGIsXMLWithEveryLine(t *testing.T) {
	var waited time.Duration
	svg := session(io.Discard, &waited).SVG(0)
	decoder := xml.NewDecoder(strings.NewReader(svg))
	var err error
	for err == nil {
		_, err = decoder.Token()
	}
	require.ErrorIs(t, err, io.EOF)
	assert.False(t, errors.As(err, new(*xml.SyntaxError)))
	assert.Contains(t, svg, "error: &lt;nothing&gt;")
	assert.Equal(t, 5, strings.Count(svg, "<text"))
	assert.Equal(t, 3, strings.Count(svg, `<text class="still"`))
}

func TestLongLinesGoOnBelow(t *testing.T) {
	lines := Wrap("    "+strings.Repeat("twelve chars ", 12), "  ")
	require.Len(t, lines, 2)
	assert.True(t, strings.HasPrefix(lines[0], "    twelve"))
	assert.True(t, strings.HasPrefix(lines[1], "      "))
	for _, one := range lines {
		assert.LessOrEqual(t, len(one), Width)
	}
	assert.Equal(t, []string{""}, Wrap("", "  "))
}

func TestACommandCanBeCopied(t *testing.T) {
	var out strings.Builder
	r := New("", &out, nil)
	r.Screen()
	r.Type("make preview STACK=staging ARGS='" + strings.Repeat("--config a=b ", 5) + "'")
	assert.Contains(t, out.String(), "$ make preview STACK=staging \\\x1b[0m\r\n")
	assert.Contains(t, out.String(), "ARGS='"+strings.Repeat("--config a=b ", 5)+"'")
}
