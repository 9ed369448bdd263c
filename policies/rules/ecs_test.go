package rules

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
)

func containersOf(t *testing.T, all ...p) string {
	t.Helper()
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

func TestTasks(t *testing.T) {
	good := p{
		"name": "web", "image": "repo@sha256:" + strings.Repeat("a", 64), "user": "1000", "readonlyRootFilesystem": true,
		"logConfiguration": p{"logDriver": "awslogs", "options": p{"awslogs-group": "web"}},
	}
	// one returns a change of a definition with two containers, of which the second one differs.
	one := func(path string, value any, want control.Verdict) change {
		changed, _ := with(good, strings.Split(path, "."), value).(p)
		return change{"containerDefinitions", containersOf(t, good, changed), want}
	}
	base := p{"containerDefinitions": containersOf(t, good, good)}
	notAList := []change{
		{"containerDefinitions", "web", fails},
		{"containerDefinitions", "[]", fails},
		{"containerDefinitions", nil, fails},
		{"containerDefinitions", unknownText, open},
	}
	var rows []judged
	for name, changes := range map[string][]change{
		"ecs-not-privileged": {
			one("privileged", true, fails), one("privileged", false, passes),
			one("linuxParameters.capabilities.add", []any{"CHOWN"}, passes),
			one("linuxParameters.capabilities.add", []any{"CHOWN", "ALL"}, fails),
			one("linuxParameters.capabilities.add", []any{"SYS_ADMIN"}, fails),
			one("linuxParameters.capabilities.add", []any{"SYS_MODULE"}, fails),
			one("linuxParameters.capabilities.add", []any{"SYS_RAWIO"}, fails),
			one("linuxParameters.capabilities.add", []any{"NET_ADMIN"}, fails),
		},
		"ecs-read-only-root": {
			one("readonlyRootFilesystem", false, fails), one("readonlyRootFilesystem", nil, fails),
			{"runtimePlatform.operatingSystemFamily", "WINDOWS_SERVER_2022_CORE", none},
			{"runtimePlatform.operatingSystemFamily", "LINUX", passes},
		},
		"ecs-not-root":                  {one("user", nil, fails), one("user", "0", fails), one("user", "root", fails)},
		"ecs-no-secrets-in-environment": {one("environment", []any{p{"name": "DB_PASSWORD", "value": "hunter2"}}, fails)},
		"ecs-logging": {
			one("logConfiguration", nil, fails), one("logConfiguration.logDriver", "none", fails),
			one("logConfiguration.logDriver", "splunk", passes),
			one("logConfiguration.options.awslogs-create-group", "true", fails),
			one("logConfiguration.options.awslogs-create-group", "false", passes),
		},
		"ecs-image-pinned": {one("image", "repo:latest", fails), one("image", "repo", fails), one("image", "repo:1.4.2",
			passes)},
	} {
		rows = append(rows, judged{control: name, base: base, want: passes, changes: append(changes, notAList...)})
	}
	writes, _ := with(good, []string{"readonlyRootFilesystem"}, false).(p)
	writable := p{"containerDefinitions": containersOf(t, writes)}
	rows = append(rows,
		judged{control: "ecs-read-only-root", base: writable, want: fails, changes: []change{
			{"tags", p{writableRootTag: "0123456789"}, passes},
			{"tags", p{writableRootTag: "012345678"}, fails},
			{"tags", p{writableRootTag + "-web": "0123456789"}, passes},
			{"tags", p{writableRootTag + "-web": "012345678"}, fails},
			{"tags", p{writableRootTag + "-proxy": "0123456789"}, fails},
		}},
		judged{control: "ecs-awsvpc", base: p{"networkMode": "awsvpc"}, want: passes, changes: []change{
			{"networkMode", "host", fails}, {"networkMode", "bridge", fails}, {"networkMode", nil, fails},
		}},
		judged{control: "ecs-no-host-pid", want: passes, changes: []change{
			{"pidMode", "host", fails}, {"pidMode", "task", passes}, {"pidMode", unknownText, open},
		}},
	)
	judgeAll(t, rows)
}

func TestRolesOfTasks(t *testing.T) {
	roles := []made{{iamRoleType, "one", p{"arn": "arn:aws:iam::1:role/one"}}, {
		iamRoleType, "two",
		p{"arn": "arn:aws:iam::1:role/two"},
	}}
	judgeAll(t, []judged{{
		control: "ecs-separate-roles", want: passes, others: roles,
		base: p{"taskRoleArn": "arn:aws:iam::1:role/one", "executionRoleArn": "arn:aws:iam::1:role/two"}, changes: []change{
			{"executionRoleArn", "arn:aws:iam::1:role/one", fails},
			{"taskRoleArn", nil, fails},
			{"executionRoleArn", nil, passes},
			{"executionRoleArn", "arn:aws:iam::1:role/three", passes},
			{"executionRoleArn", unknownText, open},
			{"taskRoleArn", unknownText, open},
		},
	}})
}

func TestServices(t *testing.T) {
	subnets := []made{
		{subnetType, "app", p{"tags": p{"SubnetType": "Private"}}},
		{subnetType, "db", p{"tags": p{"SubnetType": "Isolated"}}},
		{subnetType, "public", p{"tags": p{"SubnetType": "Public"}}},
	}
	// in is the network at a path of a type that runs tasks, with the verdict without any network.
	in := func(typeToken, path string, without control.Verdict) []judged {
		network, _ := with(p{}, strings.Split(path, "."), p{"subnets": []any{"app"}}).(p)
		return []judged{
			{control: "ecs-no-public-ip", typeToken: typeToken, base: network, want: passes, changes: []change{
				{path + ".assignPublicIp", true, fails},
				{path + ".assignPublicIp", false, passes},
				{path + ".assignPublicIp", unknownText, open},
			}},
			{control: "ecs-no-public-ip", typeToken: typeToken, want: map[bool]control.Verdict{
				true:  none,
				false: passes,
			}[without == none]},
			{control: "ecs-app-subnets", typeToken: typeToken, base: network, others: subnets, want: passes, changes: []change{
				{path + ".subnets", []any{"app", "db"}, fails},
				{path + ".subnets", []any{"public"}, fails},
				{path + ".subnets", []any{"app", "subnet-1"}, outside},
				{path, nil, without},
			}},
		}
	}
	rows := in(ecsServiceType, "networkConfiguration", fails)
	rows = append(rows, in(scheduleType, "target.ecsParameters.networkConfiguration", none)...)
	rows = append(rows, in(ecsTaskSetType, "networkConfiguration", none)[:2]...)
	rows = append(rows, in(ruleTargetType, "ecsTarget.networkConfiguration", none)[:2]...)
	judgeAll(t, append(rows,
		judged{control: "ecs-latest-platform", want: passes, changes: []change{
			{"platformVersion", "LATEST", passes}, {"platformVersion", "1.4.0", passes}, {"platformVersion", "1.3.0", fails},
		}},
		judged{
			control: "ecs-container-insights", want: passes,
			base: p{"settings": []any{p{"name": "other", "value": "x"}, p{"name": "containerInsights", "value": "enabled"}}},
			changes: []change{
				{"settings.1.value", "enhanced", passes},
				{"settings.1.value", "disabled", fails},
				{"settings", nil, fails},
				{"settings.1.name", "insights", fails},
				{"settings.0.value", "enabled", passes},
				{"settings", unknownText, open},
			},
		},
		judged{
			control: "ecs-exec-logged", want: passes, base: p{"configuration": p{"executeCommandConfiguration": p{
				"kmsKeyId": ours, "logging": "OVERRIDE",
				"logConfiguration": p{"cloudWatchLogGroupName": "exec", "cloudWatchEncryptionEnabled": true},
			}}}, changes: []change{
				{"configuration.executeCommandConfiguration.kmsKeyId", nil, fails},
				{"configuration.executeCommandConfiguration.logging", "DEFAULT", fails},
				{"configuration.executeCommandConfiguration.logging", nil, fails},
				{"configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName", nil, fails},
				{"configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled", false, fails},
				{"configuration.executeCommandConfiguration.logConfiguration", p{
					"s3BucketName": "exec", "s3BucketEncryptionEnabled": true,
				}, passes},
				{"configuration.executeCommandConfiguration.logConfiguration", p{"s3BucketName": "exec"}, fails},
				{"configuration.executeCommandConfiguration.logConfiguration", p{"s3BucketEncryptionEnabled": true}, fails},
				{"configuration", nil, fails},
			},
		},
	))
}
