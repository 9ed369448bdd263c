package main

import (
	"io"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/internal/testruntime"
)

// environment of a function for both kinds of service, with more or other variables.
func environment(more map[string]string) map[string]string {
	variables := map[string]string{
		"CLUSTER": "app", "SECRET_ARNS": secretARN, "ROLLING_SERVICES": "web", "BLUE_GREEN_SERVICES": "api",
		"APPLICATION": "*-app",
	}
	maps.Copy(variables, more)
	return variables
}

func environmentOf(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestLoadConfig(t *testing.T) {
	got, err := loadConfig(environmentOf(environment(map[string]string{
		"SECRET_ARNS": secretARN + ", arn:aws:secretsmanager:::secret:x-AbCdEf",
	})))

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
		"nothing": {
			map[string]string{"CLUSTER": "", "SECRET_ARNS": "", "ROLLING_SERVICES": "", "BLUE_GREEN_SERVICES": ""},
			[]string{`CLUSTER: found ""`, `SECRET_ARNS: found ""`, `ROLLING_SERVICES, BLUE_GREEN_SERVICES: found "" in both`},
		},
		"a name instead of an ARN": {
			map[string]string{"SECRET_ARNS": "db-password"}, []string{`SECRET_ARNS: found "db-password", expected ARNs`},
		},
		"no application":                 {map[string]string{"APPLICATION": ""}, []string{`APPLICATION: found ""`}},
		"one application for all":        {map[string]string{"APPLICATION": "app"}, []string{`APPLICATION: found "app"`}},
		"a service with two controllers": {map[string]string{"ROLLING_SERVICES": "web,api"}, []string{"found api in both"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(environmentOf(environment(test.environment)))
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
		function := testruntime.Start(t, program, environment(map[string]string{"AWS_ENDPOINT_URL": c.url}), time.Minute)

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
	r, err := start(t.Context(), environmentOf(environment(nil)), io.Discard)

	require.NoError(t, err)
	assert.Equal(t, 10, r.ecs.Options().Retryer.MaxAttempts())
	assert.Equal(t, 10, r.codedeploy.Options().Retryer.MaxAttempts())
	assert.GreaterOrEqual(t, r.pollEvery, 10*time.Second, "waiting must not throttle others")
}
