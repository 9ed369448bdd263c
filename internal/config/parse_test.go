package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseMinimal(t *testing.T) {
	for _, stack := range []string{stagingStack, prodStack} {
		cfg := parse(t, stack, nil)
		want := Defaults()
		want.Environment = cfg.Environment
		want.Monitoring.Subscriptions = cfg.Monitoring.Subscriptions
		want.AWS.Region = "eu-west-1"
		want.AWS.AllowedAccountIDs = []string{"111111111111"}
		want.Tags = Tags{Owner: "platform", CostCenter: "web", Repository: "github.com/example/aws-webapp"}
		want.DNS = DNS{Domain: "app.example.com", HostedZoneID: "Z0123456789ABCDEFGHI"}
		service := DefaultService()
		service.Name = "web"
		service.Image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2"
		service.Routing = Routing{Priority: 100, Paths: []string{"/*"}}
		want.Services = []Service{service}
		assert.Equal(t, &want, cfg)
	}
}

// Everything that a stack file can set arrives in its field.
func TestParseOverridesDefaults(t *testing.T) {
	cfg := parse(t, stagingStack, edits{
		"network.availabilityZones": `["eu-west-1a", "eu-west-1b", "eu-west-1c"]`,
		"network.nat":               `"single"`,
		"database.multiAz":          `false`,
		"database.parameters":       `{"work_mem": "8192", "rds.force_ssl": "1"}`,
		"loadBalancer.waf": `{"enabled": true, "managedRuleGroups": ` +
			`["AWSManagedRulesCommonRuleSet"]}`,
		"services[0].environment": `{"LOG_LEVEL": "info", "EMPTY": ""}`,
		"services[0].command":     `["serve", "-v", "-v"]`,
		"services[0].scaling.schedules": `[{"name": "night", "expression": "cron(0 22 * * ? *)", "min": 0, ` +
			`"max": 1}]`,
		"services[0].scaling.min": `1`,
		"services[0].healthCheck": `{"matcher": "200,204", "slowStartSeconds": 30}`,
		"services[1]": `{"name": "api", "image": ` +
			`"nginx@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "routing": {"priority": 5, ` +
			`"hosts": ["api.example.com"]}, "executeCommand": true}`,
		"monitoring.thresholds.latencyMilliseconds": `250`,
	})
	assert.Equal(t, 3, cfg.Network.Zones())
	assert.Equal(t, NATSingle, cfg.Network.NAT)
	assert.False(t, cfg.Database.MultiAZ)
	assert.Equal(t, map[string]string{"work_mem": "8192", "rds.force_ssl": "1"}, cfg.Database.Parameters)
	assert.Equal(t, []string{"AWSManagedRulesCommonRuleSet"}, cfg.LoadBalancer.WAF.ManagedRuleGroups,
		"a list replaces its default")
	assert.Equal(t, 2000, cfg.LoadBalancer.WAF.RequestsPerFiveMinutes, "the rest of an object keeps its defaults")
	web, api := cfg.Services[0], cfg.Services[1]
	assert.Equal(t, map[string]string{"LOG_LEVEL": "info", "EMPTY": ""}, web.Environment)
	assert.Equal(t, []string{"serve", "-v", "-v"}, web.Command)
	assert.Equal(t, []Schedule{{Name: "night", Expression: "cron(0 22 * * ? *)", Timezone: "UTC", Max: 1}},
		web.Scaling.Schedules)
	assert.Equal(t, 1, web.Scaling.Min)
	assert.Equal(t, "200,204", web.HealthCheck.Matcher)
	assert.Equal(t, "/health", web.HealthCheck.Path)
	assert.True(t, api.ExecuteCommand)
	assert.Equal(t, 8000, api.Port, "each entry of services has the defaults")
	assert.Equal(t, 250, cfg.Monitoring.Thresholds.LatencyMilliseconds)
}

// Pulumi stores numbers and booleans as such, or as text with --type string.
func TestParseTakesWhatPulumiTakes(t *testing.T) {
	tests := map[string]struct {
		value string
		want  int
	}{
		"number":              {`20`, 20},
		"text":                {`"20"`, 20},
		"number with a point": {`20.0`, 20},
		"exponent":            {`2e1`, 20},
		"null":                {`null`, 24},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, parse(t, stagingStack, edits{"network.subnetPrefix": test.value}).Network.SubnetPrefix)
		})
	}
	assert.True(t, parse(t, stagingStack, edits{"database.applyImmediately": `"true"`}).Database.ApplyImmediately)
	assert.False(t, parse(t, stagingStack, edits{"database.multiAz": `"false"`}).Database.MultiAZ)
}

// A key without value, or with an empty one, counts as no key.
func TestParseTakesNothingForTheDefault(t *testing.T) {
	for _, nothing := range []string{"", "null", "{}"} {
		values := valuesOf(t, stagingStack, nil)
		values["aws-webapp:storage"] = nothing
		cfg, err := Parse(project, values)
		require.NoError(t, err)
		assert.Equal(t, Defaults().Storage, cfg.Storage)
	}
}

func TestParseLeavesOtherNamespacesAlone(t *testing.T) {
	values := valuesOf(t, stagingStack, nil)
	values["pulumi:tags"] = `{"team": "web"}`
	values["github:owner"] = "example"
	_, err := Parse(project, values)
	assert.NoError(t, err)
}

func TestParseReportsAllErrorsAtOnce(t *testing.T) {
	values := valuesOf(t, stagingStack, edits{
		"environment":             "",
		"networks":                `{}`,
		"network.nat":             `"dual"`,
		"tags.owner":              "",
		"database.rotationDays":   `0`,
		"services[0].cpu":         `"two"`,
		"services[0].routing":     `{"priority": 0, "paths": ["/*"], "host": ["a.example.com"]}`,
		"services[0].environment": `{"LOG.LEVEL": "x"}`,
		"services[1]":             `{"name": "Second"}`,
	})
	values["aws:region"] = "us-east-1"
	_, err := Parse(project, values)
	var errs Errors
	require.ErrorAs(t, err, &errs)
	assert.Equal(t, []string{
		"aws-webapp:database.rotationDays",
		"aws-webapp:environment",
		"aws-webapp:network.nat",
		"aws-webapp:networks",
		"aws-webapp:services[0].cpu",
		`aws-webapp:services[0].environment["LOG.LEVEL"]`,
		"aws-webapp:services[0].routing.host",
		"aws-webapp:services[0].routing.priority",
		"aws-webapp:services[1].image",
		"aws-webapp:services[1].name",
		"aws-webapp:services[1].routing.paths",
		"aws-webapp:services[1].routing.priority",
		"aws-webapp:tags.owner",
		"aws:region",
	}, keysOfErrors(errs))
}

// A major version is a whole number, which neither YAML nor pulumi config set --path changes.
func TestAMajorVersionMayBeANumber(t *testing.T) {
	for _, value := range []string{`16`, `"16"`} {
		assert.Equal(t, "16", parse(t, stagingStack, edits{"database.engineVersion": value}).Database.EngineVersion)
	}
}
