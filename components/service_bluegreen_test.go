package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	deploymentGroupType = "aws:codedeploy/deploymentGroup:DeploymentGroup"
	applicationType     = "aws:codedeploy/application:Application"
)

func TestBlueGreenDeploymentGroup(t *testing.T) {
	args := testBlueGreenArgs()
	rec := deployed(t, serviceProgram(&args))
	assert.Equal(t, map[string]any{
		"name":            "aws-webapp-prod-visitor-book",
		"computePlatform": "ECS",
		"tags":            map[string]any{"Name": "aws-webapp-prod-visitor-book"},
	}, rec.one(t, applicationType, "visitor-book").inputs)

	group := rec.one(t, deploymentGroupType, "visitor-book")
	assert.Equal(t, map[string]any{
		"appName":              "aws-webapp-prod-visitor-book",
		"deploymentGroupName":  "visitor-book",
		"serviceRoleArn":       arnOf(roleType, "aws-webapp-prod-visitor-book-deployment"),
		"deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"deploymentStyle":      map[string]any{"deploymentOption": "WITH_TRAFFIC_CONTROL", "deploymentType": "BLUE_GREEN"},
		"blueGreenDeploymentConfig": map[string]any{
			"deploymentReadyOption": map[string]any{"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
			"terminateBlueInstancesOnDeploymentSuccess": map[string]any{
				"action": "TERMINATE", "terminationWaitTimeInMinutes": 90.0,
			},
		},
		"autoRollbackConfiguration": map[string]any{
			"enabled": true,
			"events":  []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"},
		},
		"alarmConfiguration": map[string]any{
			"enabled": true, "alarms": []any{"aws-webapp-prod-visitor-book-5xx", "aws-webapp-prod-visitor-book-unhealthy"},
		},
		"ecsService": map[string]any{"clusterName": "aws-webapp-prod-web", "serviceName": "visitor-book"},
		"loadBalancerInfo": map[string]any{"targetGroupPairInfo": map[string]any{
			"targetGroups": []any{map[string]any{"name": "visitor-book-1234567"}, map[string]any{
				"name": "visitor-book-green-1234567",
			}},
			"prodTrafficRoute": map[string]any{"listenerArns": []any{httpsListener}},
			"testTrafficRoute": map[string]any{"listenerArns": []any{testListener}},
		}},
		"tags": map[string]any{"Name": "visitor-book"},
	}, group.inputs)
	for _, policy := range []string{"visitor-book-deployment-tasks", "visitor-book-deployment-traffic"} {
		assert.True(t, group.dependsOn(rec.one(t, rolePolicyType, policy)), policy)
	}
	assert.True(t, group.dependsOn(rec.one(t, serviceResource, "visitor-book")))
}

func TestRollingServiceHasNoCodeDeploy(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	assert.Empty(t, rec.ofType(applicationType))
	assert.Empty(t, rec.ofType(deploymentGroupType))
	assert.Equal(t, []string{
		"aws-webapp-prod-visitor-book-execution", "aws-webapp-prod-visitor-book-task",
	}, rec.names(roleType))
}

func TestCodeDeployMayTouchThisServiceAlone(t *testing.T) {
	args := testBlueGreenArgs()
	preview := previewed(t, serviceProgram(&args))
	assert.Equal(t, []map[string]any{{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "codedeploy.amazonaws.com"},
		"Action":    "sts:AssumeRole",
	}}, preview.one(t, roleType, "aws-webapp-prod-visitor-book-deployment").policy(t, "assumeRolePolicy").Statement)
	assert.Equal(t, []map[string]any{
		{
			"Sid": "ReplaceTasks", "Effect": "Allow",
			"Action": []any{"ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"},
			"Resource": []any{
				"arn:aws:ecs:us-east-1:123456789012:service/aws-webapp-prod-web/visitor-book",
				"arn:aws:ecs:us-east-1:123456789012:task-set/aws-webapp-prod-web/visitor-book/*",
			},
		},
		{
			"Sid": "ReadTraffic", "Effect": "Allow",
			"Action": []any{
				"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
				"elasticloadbalancing:DescribeTargetGroups",
			},
			"Resource": "*",
		},
		{
			"Sid": "ReadAlarms", "Effect": "Allow", "Action": "cloudwatch:DescribeAlarms",
			"Resource": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*",
		},
	}, preview.one(t, rolePolicyType, "visitor-book-deployment-tasks").policy(t, "policy").Statement)

	update := deployed(t, serviceProgram(&args))
	assert.Equal(t, []map[string]any{
		{
			"Sid": "MoveTraffic", "Effect": "Allow", "Action": "elasticloadbalancing:ModifyListener",
			"Resource": []any{httpsListener, testListener},
		},
		{
			"Sid": "MoveRules", "Effect": "Allow", "Action": "elasticloadbalancing:ModifyRule",
			"Resource": []any{arnOf(listenerRuleType, "visitor-book"), arnOf(listenerRuleType, "visitor-book-test")},
		},
		{
			"Sid": "StartTasks", "Effect": "Allow", "Action": "iam:PassRole",
			"Resource": []any{
				arnOf(roleType, "aws-webapp-prod-visitor-book-execution"), arnOf(roleType, "aws-webapp-prod-visitor-book-task"),
			},
			"Condition": map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
		},
	}, update.one(t, rolePolicyType, "visitor-book-deployment-traffic").policy(t, "policy").Statement)
}

// The AppSpec contains everything that the program leaves to CodeDeploy.
func TestAppSpecCarriesWhatCodeDeployOwns(t *testing.T) {
	args := testBlueGreenArgs()
	outputs := deployed(t, serviceProgram(&args)).one(t, serviceType, "visitor-book").outputs
	assert.Equal(t, "aws-webapp-prod-visitor-book", outputs["codeDeployApplication"])
	assert.Equal(t, "visitor-book", outputs["codeDeployGroup"])
	spec := outputs["appSpec"].(string)
	assert.Contains(t, spec, `"version":0.0,`, "CodeDeploy knows no other version, not even 0")
	assert.Contains(t, spec, TaskDefinitionPlaceholder, "unescaped, so that whoever deploys can replace it")
	assert.JSONEq(t, `{
		"version": 0.0,
		"Resources": [{"TargetService": {
			"Type": "AWS::ECS::Service",
			"Properties": {
				"TaskDefinition": "<TASK_DEFINITION>",
				"LoadBalancerInfo": {"ContainerName": "visitor-book", "ContainerPort": 8000},
				"PlatformVersion": "LATEST",
				"NetworkConfiguration": {"AwsvpcConfiguration": {
					"Subnets": ["subnet-app-1", "subnet-app-2"], "SecurityGroups": ["sg-app"], "AssignPublicIp": "DISABLED"
				}},
				"CapacityProviderStrategy": [
					{"Base": 2, "CapacityProvider": "FARGATE", "Weight": 1},
					{"Base": 0, "CapacityProvider": "FARGATE_SPOT", "Weight": 3}
				]
			}
		}}]
	}`, spec)
}

func TestBlueGreenNeedsATestListener(t *testing.T) {
	args := testBlueGreenArgs()
	args.TestListenerARN = nil
	assert.ErrorContains(t, refused(t, serviceProgram(&args)), "TestListenerARN is missing")
}
