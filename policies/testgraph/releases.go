package testgraph

import "aws-webapp/policies/graph"

// releases adds what deploys new versions: CodeDeploy's group with its role, and the function that tries them.
func (b *builder) releases(n net, f firewall, keys keyring, to balancer) {
	function := "deployment-test" + b.suffix
	b.add(nil, "aws:lambda/function:Function", "deployment-test", props{
		"name": function, "runtime": "provided.al2023", "role": arn(b.role("deployment-test", "lambda.amazonaws.com")),
		"handler": "bootstrap", "kmsKeyArn": arn(keys.logs), "environment": props{"variables": props{"HOST": "example.com"}},
		"vpcConfig": props{"subnetIds": ids(n.app), "securityGroupIds": []any{id(f.tester)}},
	})
	role := b.role("deployments", "codedeploy.amazonaws.com")
	b.rolePolicy("deployments", role, `{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":`+
		`"arn:aws:lambda:us-east-1:`+account+`:function:`+function+`"}`)
	route := func(listener *graph.Resource) props { return props{"listenerArns": []any{arn(listener)}} }
	b.add(nil, "aws:codedeploy/deploymentGroup:DeploymentGroup", "visitor-book", props{
		"appName": "visitor-book", "deploymentGroupName": "visitor-book", "serviceRoleArn": arn(role),
		"deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
		"deploymentStyle":      props{"deploymentOption": "WITH_TRAFFIC_CONTROL", "deploymentType": "BLUE_GREEN"},
		"alarmConfiguration":   props{"enabled": true, "alarms": []any{"alb-4xx"}},
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
