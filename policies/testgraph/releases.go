package testgraph

import "aws-webapp/policies/graph"

// releases adds a service that CodeDeploy deploys: its group with role and alarm, and the function that tries new
// versions.
func (b *builder) releases(n net, f groups, keys keyring, to balancer) {
	function := "deployment-test" + b.suffix
	b.add(nil, "aws:lambda/function:Function", "deployment-test", props{
		"name": function, "runtime": "provided.al2023", "role": arn(b.role("deployment-test", "lambda.amazonaws.com")),
		"handler": "bootstrap", "kmsKeyArn": arn(keys.logs), "environment": props{"variables": props{"HOST": "example.com"}},
		"vpcConfig": props{"subnetIds": ids(n.app), "securityGroupIds": []any{id(f.tester)}},
	})
	role := b.role("deployments", "codedeploy.amazonaws.com")
	b.rolePolicy("deployments", role, `{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":`+
		`"arn:aws:lambda:us-east-1:`+account+`:function:`+function+`"}`)
	shop := b.add(nil, "aws:ecs/service:Service", "visitor-shop", props{
		"networkConfiguration": props{"subnets": ids(n.app), "securityGroups": []any{id(f.app)}, "assignPublicIp": false},
		"deploymentController": props{"type": "CODE_DEPLOY"},
	})
	failing := b.add(nil, "aws:cloudwatch/metricAlarm:MetricAlarm", "visitor-shop-5xx", props{
		"metricName": "HTTPCode_Target_5XX_Count", "alarmActions": []any{"arn:aws:sns:us-east-1:" + account + ":app-alerts"},
	})
	route := func(listener *graph.Resource) props { return props{"listenerArns": []any{arn(listener)}} }
	b.add(nil, "aws:codedeploy/deploymentGroup:DeploymentGroup", "visitor-shop", props{
		"appName": "visitor-shop", "deploymentGroupName": "visitor-shop", "serviceRoleArn": arn(role),
		"ecsService":           props{"clusterName": "cluster", "serviceName": name(shop)},
		"deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"deploymentStyle":      props{"deploymentOption": "WITH_TRAFFIC_CONTROL", "deploymentType": "BLUE_GREEN"},
		"alarmConfiguration":   props{"enabled": true, "alarms": []any{name(failing)}},
		"autoRollbackConfiguration": props{
			"enabled": true, "events": []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"},
		},
		"blueGreenDeploymentConfig": props{
			"deploymentReadyOption":                     props{"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
			"terminateBlueInstancesOnDeploymentSuccess": props{"action": "TERMINATE", "terminationWaitTimeInMinutes": 10},
		},
		"loadBalancerInfo": props{"targetGroupPairInfo": props{
			"prodTrafficRoute": route(to.listeners["https"]), "testTrafficRoute": route(to.listeners["test"]),
			"targetGroups": []any{props{"name": name(to.groups[0])}, props{"name": name(to.groups[1])}},
		}},
	})
}
