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
