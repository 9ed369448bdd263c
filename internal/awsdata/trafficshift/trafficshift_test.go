package trafficshift_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/trafficshift"
)

func TestTotalIsUntilTheLastRequestHasMoved(t *testing.T) {
	for name, minutes := range map[string]int{
		"CodeDeployDefault.ECSAllAtOnce":                       0,
		"CodeDeployDefault.ECSCanary10Percent5Minutes":         5,
		"CodeDeployDefault.ECSLinear10PercentEvery1Minutes":    9,
		"CodeDeployDefault.ECSLinear10PercentEvery3Minutes":    27,
		"CodeDeployDefault.LambdaLinear10PercentEvery1Minute":  9,
		"CodeDeployDefault.LambdaCanary10Percent30Minutes":     30,
		"CodeDeployDefault.LambdaLinear10PercentEvery2Minutes": 18,
	} {
		shift, known := trafficshift.Predefined(name)
		assert.True(t, known, name)
		assert.Equal(t, minutes, shift.Total(), name)
	}
	for _, name := range []string{"", "CodeDeployDefault.OneAtATime", "ours"} {
		_, known := trafficshift.Predefined(name)
		assert.False(t, known, name)
	}
	assert.Equal(t, 6, trafficshift.Shift{Percent: 33, Minutes: 2, Linear: true}.Total(), "33, 66, 99 and the rest")
	assert.Zero(t, trafficshift.Shift{Minutes: 5}.Total(), "no percentage moves nothing step by step")
}
