package verify

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/live"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/verify"
)

const (
	exported = `{"deployment": {"resources": [
		{"type": "pulumi:providers:aws", "id": "p", "inputs": {"region": "us-east-1"}},
		{"type": "aws:ec2/securityGroup:SecurityGroup", "id": "sg-db"}]}}`
	oneRule = `<DescribeSecurityGroupRulesResponse><securityGroupRuleSet><item><securityGroupRuleId>sgr-hand` +
		`</securityGroupRuleId><groupId>sg-db</groupId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol>` +
		`<fromPort>5432</fromPort><toPort>5432</toPort><cidrIpv4>0.0.0.0/0</cidrIpv4></item></securityGroupRuleSet>` +
		`</DescribeSecurityGroupRulesResponse>`
	revoked = `<RevokeSecurityGroupIngressResponse><return>true</return></RevokeSecurityGroupIngressResponse>`
	rule    = "rule sgr-hand of security group sg-db"
)

// changing returns the operations that do more than look.
func changing(operations []string) (found []string) {
	for _, one := range operations {
		if !strings.HasPrefix(one, "Describe") {
			found = append(found, one)
		}
	}
	return found
}

// What was not named, and what is no addition, stays.
func TestUndoTakesAwayWhatWasNamedAlone(t *testing.T) {
	clitest.Program(t, "pulumi", "echo '"+exported+"'")
	for name, row := range map[string]struct {
		args    []string
		changes []string
		says    string
		code    int
	}{
		"a look":  {nil, nil, "", cli.ExitFailed},
		"dry run": {[]string{"--undo", "sgr-hand", "--dry-run"}, nil, "would undo " + rule, 0},
		"undo": {
			[]string{"--undo", "sgr-hand"}, []string{"RevokeSecurityGroupIngress"}, "undone: " + rule, cli.ExitFailed,
		},
		"another's id": {[]string{"--undo", "sgr-ours"}, nil, "sgr-ours was not added by hand", cli.ExitFailed},
	} {
		called := awsfake.Serve(t, map[string]string{
			"DescribeSecurityGroupRules": oneRule, "RevokeSecurityGroupIngress": revoked,
		})
		result := clitest.Call(t, NewLive(), append(row.args, "--stack", "prod")...)
		assert.Equal(t, row.code, result.Code(), name)
		assert.Contains(t, result.Err, row.says, name)
		assert.Equal(t, row.changes, changing(called()), name)
		if row.code != 0 { // the fake's rule is there still
			assert.Contains(t, result.Out, rule+": ingress from 0.0.0.0/0, tcp port 5432\n  id sgr-hand\n  aws ec2 revoke-",
				name)
		}
	}
}

// Whoever may not look everywhere cannot tell that an id is no addition; one that AWS refuses is no success.
func TestUndoThatIsRefusedIsNoSuccess(t *testing.T) {
	clitest.Program(t, "pulumi", "echo '"+exported+"'")
	awsfake.Serve(t, map[string]string{"DescribeSecurityGroupRules": oneRule})
	result := clitest.Call(t, NewLive(), "--stack", "prod", "--undo", "sgr-hand")
	require.ErrorContains(t, result.Error, "needs the permission ec2:RevokeSecurityGroupIngress")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	awsfake.Serve(t, nil)
	result = clitest.Call(t, NewLive(), "--stack", "prod", "--undo", "sgr-hand")
	require.ErrorContains(t, result.Error, "needs the permission ec2:DescribeSecurityGroupRules")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.NotContains(t, result.Err, "was not added by hand", "nobody has looked")
	assert.Empty(t, result.Out)
	result = clitest.Call(t, NewLive(), "--stack", "prod", "--undo", "sgr-hand", "--dry-run")
	require.ErrorContains(t, result.Error, "needs the permission ec2:DescribeSecurityGroupRules", "a dry run, too")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
}

// A part that could not be read may hold what --undo names: it is neither gone nor not added by hand. What the rest has
// is taken away, and the end is no success.
func TestUndoAfterAnIncompleteLookSaysSo(t *testing.T) {
	with := strings.Replace(exported, `"id": "sg-db"}`,
		`"id": "sg-db"}, {"type": "aws:ec2/routeTable:RouteTable", "id": "rtb-db"}`, 1)
	clitest.Program(t, "pulumi", "echo '"+with+"'")
	for id, changes := range map[string][]string{
		"rtb-db 0.0.0.0/0": nil, "sgr-hand": {"RevokeSecurityGroupIngress"},
	} {
		called := awsfake.Serve(t, map[string]string{
			"DescribeSecurityGroupRules": oneRule, "RevokeSecurityGroupIngress": revoked,
		})
		result := clitest.Call(t, NewLive(), "--stack", "prod", "--undo", id)
		require.ErrorContains(t, result.Error, "needs the permission ec2:DescribeRouteTables", id)
		assert.Equal(t, cli.ExitCannotAsk, result.Code(), id)
		assert.NotContains(t, result.Err, "was not added by hand", id)
		assert.Equal(t, changes, changing(called()), id)
	}
}

// verify with --stack has the finding of live; --skip-live leaves it out.
func TestVerifyFindsWhatLiveFinds(t *testing.T) {
	const outputs = `{"clusterName": "app", "services": {"web": {"taskDefinitionArn": ` +
		`"arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"}}}`
	clitest.Program(t, "pulumi", "case $2 in export) echo '"+exported+"';; *) echo '"+outputs+"';; esac")
	awsfake.Serve(t, map[string]string{
		"DescribeSecurityGroupRules": oneRule, "DescribeServices": `{"failures":[{"reason":"MISSING"}]}`,
	})
	added := func(args ...string) []outcome.Finding {
		result := clitest.Call(t, New(), append(args, "--stack", "prod", "--json")...)
		assert.Equal(t, cli.ExitFailed, result.Code())
		var report verify.Report
		require.NoError(t, json.Unmarshal([]byte(result.Out), &report))
		return report.Findings[1:]
	}
	assert.Equal(t, []outcome.Finding{live.Finding("prod", []live.Stray{{What: rule}}, nil)}, added())
	assert.Empty(t, added("--skip-live"))
	clitest.Program(t, "pulumi", "case $2 in export) exit 1;; *) echo '"+outputs+"';; esac")
	failed := errors.New("pulumi stack export: exit status 1")
	assert.Equal(t, []outcome.Finding{live.Finding("prod", nil, failed)}, added())
	report := &verify.Report{Verdict: verify.Verified}
	report.Add(live.Finding("prod", nil, nil))
	assert.Equal(t, verify.Verified, report.Verdict)
	report.Add(live.Finding("prod", []live.Stray{{What: rule}}, nil))
	assert.Equal(t, verify.NotAsRequested, report.Verdict)
	assert.Contains(t, report.Reason, rule)
}
