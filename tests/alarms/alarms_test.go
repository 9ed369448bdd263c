package alarms_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/alarms"
)

// The examples of "Configuring how CloudWatch alarms treat missing data": - is missing, 0 is good, 1 breaches. The
// states are those for missing, ignore, breaching and notBreaching; "as before" is the state before. An alarm of
// which nothing was known before is in INSUFFICIENT_DATA, as is one of which nothing is known now. Source:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func TestTheExamplesOfTheGuide(t *testing.T) {
	const before = "as before"
	for _, test := range []struct {
		datapoints int
		points     string
		want       [4]alarms.State
	}{
		{3, "0 - 1 - 1", [4]alarms.State{alarms.OK, alarms.OK, alarms.OK, alarms.OK}},
		{3, "0 1 1 - 1", [4]alarms.State{alarms.Alarm, alarms.Alarm, alarms.Alarm, alarms.Alarm}},
		{3, "- - - - 0", [4]alarms.State{alarms.OK, alarms.OK, alarms.OK, alarms.OK}},
		{3, "- - - - -", [4]alarms.State{alarms.Insufficient, before, alarms.Alarm, alarms.OK}},
		{3, "- 1 1 - -", [4]alarms.State{alarms.Alarm, before, alarms.Alarm, alarms.OK}},
		{2, "0 - 1 - 1", [4]alarms.State{alarms.Alarm, alarms.Alarm, alarms.Alarm, alarms.Alarm}},
		{2, "0 0 1 0 1", [4]alarms.State{alarms.Alarm, alarms.Alarm, alarms.Alarm, alarms.Alarm}},
		{2, "0 - 1 - -", [4]alarms.State{alarms.OK, alarms.OK, alarms.Alarm, alarms.OK}},
		{2, "- - - - 0", [4]alarms.State{alarms.OK, alarms.OK, alarms.Alarm, alarms.OK}},
		{2, "- - - 1 -", [4]alarms.State{alarms.Alarm, before, alarms.Alarm, alarms.OK}},
	} {
		for i, treatment := range []string{"missing", "ignore", "breaching", "notBreaching"} {
			rule := alarms.Rule{
				Expression: "m1", EvaluationPeriods: 3, Datapoints: test.datapoints, Comparison: "GreaterThanThreshold",
				TreatMissingData: treatment,
			}
			// A long good time before, so that "as before" is OK.
			states, err := rule.States(map[string][]float64{"m1": series("0 0 0 0 0 " + test.points)})
			require.NoError(t, err)
			want := test.want[i]
			if want == before {
				want = states[len(states)-2]
			}
			assert.Equalf(t, want, states[len(states)-1], "%d of 3, %s, %s", test.datapoints, test.points, treatment)
		}
	}
}

func TestMath(t *testing.T) {
	metrics := map[string][]float64{"m1": {6}, "m2": {2}, "none": {alarms.Missing}}
	for expression, want := range map[string]string{
		"m1 - m2 * 2": "2", "(m1 - m2) * 2": "8", "m1 / m2": "3", "m1 / (m2 - 2)": "NaN", "-m1": "-6",
		"m1 + none": "NaN", "SUM([m1, none, m2])": "8", "SUM([none])": "NaN", "MAX([m1, m2])": "6", "MIN([m1, m2])": "2",
		"MAX(METRICS())": "6", "IF(m1 >= 6, m2, 0)": "2", "IF(m1 > 6, m2, 0)": "0", "IF(none > 6, m2, 0)": "NaN",
		"m2 < 2": "0", "m2 <= 2": "1",
	} {
		got, err := alarms.Math(expression, metrics)
		require.NoError(t, err, expression)
		assert.Equal(t, want, strconv.FormatFloat(got[0], 'f', -1, 64), expression)
	}
	for expression, want := range map[string]string{
		"m3": "m3 is neither", "m1 m2": `"m2" is left over`, "m1 +": "ends too early", "SUM([m1, m2)": `")" instead of "]"`,
	} {
		_, err := alarms.Math(expression, metrics)
		assert.ErrorContains(t, err, want, expression)
	}
}

func series(text string) []float64 {
	var values []float64
	for field := range strings.FieldsSeq(text) {
		value, err := strconv.ParseFloat(field, 64)
		if err != nil {
			value = alarms.Missing
		}
		values = append(values, value)
	}
	return values
}

// SERVICE_QUOTA has no value where the metric has none, and is a number else.
func TestServiceQuota(t *testing.T) {
	values, err := alarms.Math("100 * m1 / SERVICE_QUOTA(m1)", map[string][]float64{"m1": {80, alarms.Missing}})
	require.NoError(t, err)
	assert.InDelta(t, 80, values[0], 0)
	assert.True(t, math.IsNaN(values[1]))
	_, err = alarms.Math("SERVICE_QUOTA(m2)", map[string][]float64{"m1": {80}})
	require.Error(t, err)
}
