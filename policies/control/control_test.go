package control_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

func TestParseIDs(t *testing.T) {
	ids := control.ParseIDs("RDS.3~ C2.3.1 C4.x~ N:RDS2 K16+ K2:6 T0104 house guard Opensearch.1")
	assert.Equal(t, control.IDs{
		control.SecurityHub: {{"RDS.3", control.Part}, {"Opensearch.1", control.Same}},
		control.CIS:         {{"2.3.1", control.Same}, {"4.x", control.Part}},
		control.CDKNag:      {{"AwsSolutions-RDS2", control.Same}},
		control.Checkov:     {{"CKV_AWS_16", control.Stricter}, {"CKV2_AWS_6", control.Same}},
		control.Trivy:       {{"AVD-AWS-0104", control.Same}}, control.House: {{"architecture", control.Same}},
		control.Guard: {{"AWSGuard", control.Same}},
	}, ids)
	assert.Equal(t, []string{
		"RDS.3 (part)", "Opensearch.1", "CIS 2.3.1", "CIS 4.x (part)", "AwsSolutions-RDS2", "CKV_AWS_16 (stricter)",
		"CKV2_AWS_6", "AVD-AWS-0104", "AWSGuard",
	}, ids.List())
	c := control.Control{IDs: ids}
	assert.Equal(t, "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3", c.DocURL())
	assert.Panics(t, func() { control.ParseIDs("RDS-3") })
}

func TestLevels(t *testing.T) {
	for name, c := range map[string]struct {
		levels control.Levels
		env    control.Environment
		level  control.Level
		floor  control.Level
	}{
		"mandatory in prod":          {control.Everywhere(control.Mandatory), "prod", control.Mandatory, control.Mandatory},
		"mandatory in staging":       {control.Everywhere(control.Mandatory), "staging", control.Mandatory, control.Advisory},
		"mandatory, unknown":         {control.Everywhere(control.Mandatory), "", control.Mandatory, control.Mandatory},
		"remediate in prod":          {control.Everywhere(control.Remediate), "prod", control.Remediate, control.Mandatory},
		"advisory in prod":           {control.Everywhere(control.Advisory), "prod", control.Advisory, control.Disabled},
		"prod only, in prod":         {control.MandatoryInProd(), "prod", control.Mandatory, control.Mandatory},
		"prod only, in staging":      {control.MandatoryInProd(), "staging", control.Advisory, control.Disabled},
		"prod only, not known where": {control.MandatoryInProd(), "", control.Mandatory, control.Mandatory},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.level, c.levels.In(c.env))
			assert.Equal(t, c.floor, c.levels.Floor(c.env))
		})
	}
	assert.Equal(t, control.Strictness(control.Mandatory), control.Strictness(control.Remediate))
	assert.Greater(t, control.Strictness(control.Mandatory), control.Strictness(control.Advisory))
	assert.Greater(t, control.Strictness(control.Advisory), control.Strictness(control.Disabled))
}

func TestParseEnvironment(t *testing.T) {
	for name, want := range map[string]control.Environment{
		"prod": "prod", "Production": "prod", " PRD ": "prod", "live": "prod", "Staging": "staging", "": "",
		"preprod": "preprod",
	} {
		assert.Equal(t, want, control.ParseEnvironment(name), name)
	}
}

func TestResults(t *testing.T) {
	for name, c := range map[string]struct {
		result control.Result
		want   control.Verdict
	}{
		"passed":           {control.Passed(), control.Pass},
		"skipped":          {control.Skip(), control.NotApplicable},
		"ignored":          {control.Ignore(), control.NotApplicable},
		"failed":           {control.Failed("x"), control.Fail},
		"doubt":            {control.Doubt("x"), control.Unknown},
		"yes":              {control.Want(prop.Yes, "x"), control.Pass},
		"no":               {control.Want(prop.No, "x"), control.Fail},
		"maybe":            {control.Want(prop.Maybe, "x"), control.Unknown},
		"nothing":          {control.All(), control.Pass},
		"all pass":         {control.All(control.Passed(), control.Passed()), control.Pass},
		"one fails":        {control.All(control.Passed(), control.Failed("x"), control.Doubt("y")), control.Fail},
		"one is in doubt":  {control.All(control.Passed(), control.Doubt("y")), control.Unknown},
		"one is skipped":   {control.All(control.Passed(), control.Skip()), control.Pass},
		"all are skipped":  {control.All(control.Skip(), control.Skip()), control.NotApplicable},
		"skipped and fail": {control.All(control.Skip(), control.Failed("x")), control.Fail},
	} {
		assert.Equal(t, c.want, c.result.Verdict(), name)
	}
}

func TestExpects(t *testing.T) {
	judges := func(c control.Control) func(string) bool { return c.Expects }
	byService := judges(control.Control{Types: []string{"aws:rds/instance:Instance"}})
	assert.True(t, byService("aws:rds/instanceV2:InstanceV2"))
	assert.False(t, byService("aws:ec2/vpc:Vpc"))
	assert.False(t, byService("aws-webapp:database:Database"))
	byPart := judges(control.Control{Types: []string{"aws:ec2/vpc:Vpc"}, Present: []string{"aws:ec2/subnet:"}})
	assert.True(t, byPart("aws:ec2/subnet:Subnet"))
	assert.False(t, byPart("aws:ec2/eip:Eip"))
	optional := judges(control.Control{Types: []string{"aws:iam/user:User"}, Optional: true})
	assert.True(t, optional("aws:iam/user:User"))
	assert.False(t, optional("aws:iam/role:Role"))
	open := control.Control{Types: []string{"aws:*"}}
	assert.True(t, open.Judges("aws:ec2/vpc:Vpc"))
	assert.False(t, open.Judges("awsx:ec2:Vpc"))
}
