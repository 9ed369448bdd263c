package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/rotation"
	"aws-webapp/internal/sandbox/deployments"
)

// environment of a function for both kinds of service, with more or other variables.
func environment(more map[string]string) map[string]string {
	variables := map[string]string{
		"CLUSTER": "app", "SECRET_ARNS": deployments.Secret, "ROLLING_SERVICES": "web", "BLUE_GREEN_SERVICES": "api",
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
		"SECRET_ARNS": deployments.Secret + ", arn:aws:secretsmanager:::secret:x-AbCdEf",
	})))

	require.NoError(t, err)
	assert.Equal(t, &rotation.Config{
		Cluster:  "app",
		Secrets:  []string{deployments.Secret, "arn:aws:secretsmanager:::secret:x-AbCdEf"},
		Services: []rotation.Service{{Name: "web"}, {Name: "api", Application: "api-app"}},
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
		"an ARN of something else": {
			map[string]string{"SECRET_ARNS": "arn:aws:ssm:::parameter/x, x:secret:y"},
			[]string{`found "arn:aws:ssm:::parameter/x", expected ARNs`, `found "x:secret:y", expected ARNs`},
		},
		"two places for the name":        {map[string]string{"APPLICATION": "*-*"}, []string{`APPLICATION: found "*-*"`}},
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

// One kind of service is enough, and needs no more than what it is deployed with.
func TestOneKindOfServiceIsEnough(t *testing.T) {
	for name, row := range map[string]struct {
		environment map[string]string
		want        []rotation.Service
	}{
		"rolling": {
			map[string]string{"BLUE_GREEN_SERVICES": "", "APPLICATION": "", "ROLLING_SERVICES": "web,job"},
			[]rotation.Service{{Name: "web"}, {Name: "job"}},
		},
		"blue/green": {
			map[string]string{"ROLLING_SERVICES": "", "BLUE_GREEN_SERVICES": " api, web ,"},
			[]rotation.Service{{Name: "api", Application: "api-app"}, {Name: "web", Application: "web-app"}},
		},
	} {
		got, err := loadConfig(environmentOf(environment(row.environment)))
		require.NoError(t, err, name)
		assert.Equal(t, row.want, got.Services, name)
	}
}
