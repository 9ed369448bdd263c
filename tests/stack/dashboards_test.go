package stack_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// widgetKeys lists what a widget of a kind must have, and what it may have, of the properties that the program uses.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
var widgetKeys = map[string]struct{ must, may []string }{
	"metric": {[]string{"metrics", "region", "title"}, []string{"period", "view"}},
	"alarm":  {[]string{"alarms", "title"}, []string{"sortBy"}},
	"log":    {[]string{"query", "region", "title"}, []string{"view"}},
}

// TestDashboardsAreDrawn: CloudWatch draws nothing of a widget that says what it does not know, or that names a metric
// or dimension that nobody publishes.
func TestDashboardsAreDrawn(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) (judged int) {
		for _, r := range g.ofType("aws:cloudwatch/dashboard:Dashboard") {
			var body struct {
				Widgets []struct {
					Type       string
					Properties map[string]any
				}
			}
			require.NoError(t, json.Unmarshal([]byte(r.inputs["dashboardBody"].StringValue()), &body))
			for _, w := range body.Widgets {
				judged++
				keys, known := widgetKeys[w.Type]
				require.True(t, known, w.Type)
				for _, key := range keys.must {
					assert.Contains(t, w.Properties, key, "%s of %s", w.Properties["title"], r.name)
				}
				for key := range w.Properties {
					assert.Contains(t, slices.Concat(keys.must, keys.may), key, "%s of %s", w.Properties["title"], r.name)
				}
				if view, given := w.Properties["view"]; given {
					assert.Contains(t, []any{"timeSeries", "table"}, view)
				}
				if period, given := w.Properties["period"].(float64); given {
					assert.Zero(t, int(period)%60, "a period is whole minutes")
				}
				if sorted, given := w.Properties["sortBy"]; given {
					assert.Contains(t, []any{"default", "stateUpdatedTimestamp", "timestamp"}, sorted)
				}
				metrics, _ := w.Properties["metrics"].([]any)
				for _, row := range metrics {
					judgeRow(t, row.([]any), fmt.Sprint(w.Properties["title"]))
				}
			}
		}
		return judged
	})
}

// judgeRow judges a metric: namespace, name, pairs of a dimension and its value, and how it is shown.
func judgeRow(t *testing.T, row []any, of string) {
	t.Helper()
	require.Zero(t, (len(row)-3)%2, "a row of %s: %v", of, row)
	shown, ok := row[len(row)-1].(map[string]any)
	require.True(t, ok, "a row of %s says not how it is shown: %v", of, row)
	assert.Regexp(t, `^(Average|Maximum|Minimum|SampleCount|Sum|p\d\d)$`, shown["stat"], of)
	var dimensions []string
	for i := 2; i < len(row)-1; i += 2 {
		dimensions = append(dimensions, row[i].(string))
		assert.NotEmpty(t, row[i+1], "%s of %s", row[i], of)
	}
	slices.Sort(dimensions)
	assert.Contains(t, watched[row[0].(string)], strings.Join(dimensions, " "), "dimensions of %v in %s", row[:2], of)
	for key := range shown {
		assert.Contains(t, []string{"stat", "label", "period", "id", "visible"}, key, of)
	}
}
