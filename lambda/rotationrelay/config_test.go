package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/internal/testruntime"
)

const servicesJSON = `[{"service":"web","controller":"ECS"},
	{"service":"api","controller":"CODE_DEPLOY","application":"api-app","deploymentGroup":"group"}]`

func environmentOf(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestLoadConfig(t *testing.T) {
	got, err := loadConfig(environmentOf(map[string]string{
		"CLUSTER": "app", "SECRET_ARNS": secretARN + ", arn:aws:secretsmanager:::secret:x-AbCdEf", "SERVICES": servicesJSON,
	}))

	require.NoError(t, err)
	assert.Equal(t, &config{
		cluster:  "app",
		secrets:  []string{secretARN, "arn:aws:secretsmanager:::secret:x-AbCdEf"},
		services: []service{web, api},
	}, got)
}

func TestLoadConfigNamesEverythingThatIsWrong(t *testing.T) {
	tests := map[string]struct {
		environment map[string]string
		errs        []string
	}{
		"nothing": {nil, []string{`CLUSTER: found ""`, `SECRET_ARNS: found ""`, `SERVICES: expected JSON like [{"service":`}},
		"a name instead of an ARN": {
			map[string]string{"SECRET_ARNS": "db-password"}, []string{`SECRET_ARNS: found "db-password", expected ARNs`},
		},
		"no service": {map[string]string{"SERVICES": "[]"}, []string{"SERVICES: found an empty list"}},
		"a key that is misspelt": {
			map[string]string{"SERVICES": `[{"service":"a","controler":"ECS"}]`}, []string{`unknown field "controler"`},
		},
		"two lists": {map[string]string{"SERVICES": `[{"service":"a","controller":"ECS"}] []`}, []string{"found more after it"}},
		"services that are wrong": {
			map[string]string{"SERVICES": `[{"controller":"ECS"},{"service":"b","controller":"EXTERNAL"},
				{"service":"c","controller":"CODE_DEPLOY","application":"x"},{"service":"d","controller":"ECS","application":"x"}]`},
			[]string{
				`SERVICES[0]: service: found "", expected the name of an ECS service`,
				`SERVICES[1]: controller of b: found "EXTERNAL", allowed are ECS and CODE_DEPLOY`,
				`SERVICES[2]: c is deployed by CodeDeploy: application and deploymentGroup are required`,
				`SERVICES[3]: d is deployed by ECS: application and deploymentGroup are for CODE_DEPLOY`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(environmentOf(test.environment))
			require.Error(t, err)
			for _, message := range test.errs {
				assert.ErrorContains(t, err, message)
			}
		})
	}
}

// The program as it is deployed, from the runtime API to ECS and CodeDeploy.
func TestTheProgram(t *testing.T) {
	program := testruntime.Build(t, ".")

	t.Run("deploys", func(t *testing.T) {
		c := startCloud(t)
		c.rolling("web", long)
		c.blueGreen()
		function := testruntime.Start(t, program, map[string]string{
			"CLUSTER": "app", "SECRET_ARNS": secretARN, "SERVICES": strings.ReplaceAll(servicesJSON, "\n", ""),
			"AWS_ENDPOINT_URL": c.url,
		}, time.Minute)

		answer, err := function.Invoke(t.Context(), rotationSucceeded())

		require.NoError(t, err)
		assert.JSONEq(t, `{"services":{"web":"deployment started","api":"deployment started"}}`, string(answer))
		assert.Equal(t, []string{"CreateDeployment api-app", "UpdateService web"}, c.changes())
	})

	t.Run("says what is missing from its environment and ends", func(t *testing.T) {
		function := testruntime.Start(t, program, nil, time.Second)
		<-function.Ended()
		assert.Contains(t, function.Output(), "SECRET_ARNS")
	})
}

func TestStartIsPatient(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	r, err := start(t.Context(), environmentOf(map[string]string{
		"CLUSTER": "app", "SECRET_ARNS": secretARN, "SERVICES": servicesJSON,
	}), io.Discard)

	require.NoError(t, err)
	assert.Equal(t, 10, r.ecs.Options().Retryer.MaxAttempts())
	assert.Equal(t, 10, r.codedeploy.Options().Retryer.MaxAttempts())
	assert.GreaterOrEqual(t, r.pollEvery, 10*time.Second, "waiting must not throttle others")
}
