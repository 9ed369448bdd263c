package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/tests/commands"
	"aws-webapp/tests/fixtures"
)

const (
	dbSecret   = "arn:aws:secretsmanager:us-east-1:222222222222:secret:rds!db-1-AbCdEf"
	definition = "arn:aws:ecs:us-east-1:222222222222:task-definition/aws-webapp-prod-visitor-book:7"
	image      = "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book@sha256:" +
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	standing = `{"clusterName": "aws-webapp-prod-cluster", "databaseSecretArn": "` + dbSecret + `",
		"alertTopicArn": "arn:aws:sns:us-east-1:222222222222:aws-webapp-prod-app-alerts",
		"services": {"visitor-book": {"name": "visitor-book", "kind": "web", "image": "` + image + `",
			"taskFamily": "aws-webapp-prod-visitor-book", "taskDefinitionArn": "` + definition + `"}}}`
	exported = `{"deployment": {"resources": [
		{"type": "pulumi:providers:aws", "id": "p", "inputs": {"region": "us-east-1"}},
		{"type": "aws:ec2/securityGroup:SecurityGroup", "id": "sg-db"}]}}`
)

// standIn is the account of a stack that stands: a service that serves what is registered, a database, and a rule that
// somebody has added by hand.
type standIn struct {
	added   bool
	rotated time.Time
	changed []string
}

func (s *standIn) answer(operation string) (string, bool) {
	const rule = `<item><securityGroupRuleId>sgr-hand</securityGroupRuleId><groupId>sg-db</groupId><isEgress>false` +
		`</isEgress><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5432</toPort><cidrIpv4>0.0.0.0/0` +
		`</cidrIpv4></item>`
	switch operation {
	case "DescribeSecurityGroupRules":
		rules := ""
		if s.added {
			rules = rule
		}
		return `<DescribeSecurityGroupRulesResponse><securityGroupRuleSet>` + rules + `</securityGroupRuleSet>` +
			`</DescribeSecurityGroupRulesResponse>`, true
	case "RevokeSecurityGroupIngress":
		s.added, s.changed = false, append(s.changed, operation)
		return `<RevokeSecurityGroupIngressResponse><return>true</return></RevokeSecurityGroupIngressResponse>`, true
	case "DescribeSecret":
		return fmt.Sprintf(`{"LastRotatedDate": %d, "VersionIdsToStages": {"v%[1]d": ["AWSCURRENT"]}}`,
			s.rotated.Unix()), true
	case "RotateSecret":
		s.rotated, s.changed = time.Now(), append(s.changed, operation)
		return `{}`, true
	case "DescribeDBInstances":
		return `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance>` +
			`<DBInstanceIdentifier>aws-webapp-prod-database</DBInstanceIdentifier><DBInstanceStatus>available` +
			`</DBInstanceStatus><MasterUserSecret><SecretArn>` + dbSecret + `</SecretArn><SecretStatus>active` +
			`</SecretStatus></MasterUserSecret></DBInstance></DBInstances></DescribeDBInstancesResult>` +
			`</DescribeDBInstancesResponse>`, true
	case "ListTasks":
		return `{"taskArns": ["arn:aws:ecs:us-east-1:222222222222:task/aws-webapp-prod-cluster/1"]}`, true
	case "DescribeTasks": // the relay is quick
		return fmt.Sprintf(`{"tasks": [{"taskArn": "arn:aws:ecs:us-east-1:222222222222:task/aws-webapp-prod-cluster/1",
			"taskDefinitionArn": %q, "lastStatus": "RUNNING", "createdAt": %d, "startedBy": "ecs-svc/1",
			"containers": [{"name": "visitor-book", "image": %q}]}]}`, definition, s.rotated.Unix()+60, image), true
	case "DescribeTaskDefinition":
		return fmt.Sprintf(`{"taskDefinition": {"taskDefinitionArn": %q, "containerDefinitions": [{"name": "visitor-book",
			"image": %q, "secrets": [{"name": "PGPASSWORD", "valueFrom": "%s:password::"}]}]}}`,
			definition, image, dbSecret), true
	case "DescribeServices":
		return fmt.Sprintf(`{"services": [{"serviceName": "visitor-book", "status": "ACTIVE", "desiredCount": 1,
			"runningCount": 1, "taskDefinition": %q, "deploymentController": {"type": "ECS"},
			"deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED", "taskDefinition": %[1]q,
				"desiredCount": 1, "runningCount": 1}]}]}`, definition), true
	}
	return "", false
}

// stands are the commands that ask AWS about the whole stack, or change it.
var stands = regexp.MustCompile(`^(live|rotate|release (rollout|pin)) `)

// What the documents tell people to type about a stack that stands, by name, runs to its end, as it is written and in
// the order in which it is written. A dry run changes nothing.
func TestTheProceduresOfAStackRunAsWritten(t *testing.T) {
	all, err := commands.Read("../..")
	require.NoError(t, err)
	folder := t.TempDir()
	for name, file := range map[string]string{
		"Pulumi.yaml": fixtures.File(t, "Pulumi.yaml"), "Pulumi.prod.yaml": fixtures.StackFile(t, "prod"),
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
	}
	t.Chdir(folder)
	clitest.Program(t, "pulumi", "case \"$1 $2\" in 'stack export') echo '"+exported+"';; "+
		"'stack output') echo '"+standing+"';; esac")
	run := map[string]int{}
	file := ""
	var s *standIn
	for _, c := range all {
		args, own := commands.Own(c, cli.Self, "./cmd/webapp")
		which := stands.FindStringSubmatch(strings.Join(args, " ") + " ")
		if !own || which == nil || !strings.Contains(strings.Join(args, " "), "--stack ") { // the rest is named, not typed
			continue
		}
		if file != c.File { // another reader, another account
			file, s = c.File, &standIn{added: true, rotated: time.Now().Add(-24 * time.Hour)}
			awsfake.ServeBy(t, s.answer)
		}
		for i, word := range args {
			args[i] = strings.NewReplacer("<id>", "sgr-hand", "STACK", "prod").Replace(word)
		}
		line := strings.Join(args, " ")
		changed, found := len(s.changed), s.added && which[1] == "live" && !strings.Contains(line, "--undo")
		result := clitest.Call(t, newRoot(), args...)
		if found { // as the documents say: it ends with 1
			assert.Equal(t, cli.ExitFailed, result.Code(), c)
			assert.Contains(t, result.Out, "id sgr-hand", c)
		} else {
			assert.NoError(t, result.Error, "%s\n%s%s", c, result.Out, result.Err)
		}
		switch {
		case strings.Contains(line, "--dry-run"), found:
			assert.Len(t, s.changed, changed, c)
		case which[1] == "rotate":
			assert.Equal(t, "RotateSecret", s.changed[len(s.changed)-1], c)
			assert.Contains(t, result.Out, "every task that reads the secret has the new password", c)
		case strings.Contains(line, "--undo"):
			assert.False(t, s.added, c)
		}
		run[which[1]]++
	}
	for name, least := range map[string]int{"live": 5, "rotate": 3, "release rollout": 6, "release pin": 1} {
		assert.GreaterOrEqual(t, run[name], least, "the documents say less about webapp %s: %v", name, run)
	}
}
