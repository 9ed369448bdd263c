package catalog

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	codedeployArn = "arn:{partition}:codedeploy:{region}:{account}:"
)

var codeChars = regexp.MustCompile(`^[A-Za-z0-9_.@-]+$`)

func init() { tables = append(tables, deliveryTypes) }

// deliveryTypes are CodePipeline, CodeBuild, CodeDeploy and their connections.
var deliveryTypes = Types{
	resourcetypes.Pipeline: {
		Differs: []Difference{{"triggerAlls", Computed, newer}},
		Name:    &Name{Max: 100, Chars: codeChars},
		ID:      "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:codepipeline:{region}:{account}:{.name}", "triggerAlls": []any{},
		},
		Refs: []Ref{
			{Path: "roleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "artifactStores[].location", To: resourcetypes.Bucket, Foreign: true},
			{Path: "artifactStores[].encryptionKey.id", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "PipelineNameInUseException: A pipeline with the name " +
			"'{.name}' already exists in account '{account}'"}},
		Rules: []Rule{
			trusts("roleArn", deliveries.PipelineRole, "InvalidStructureException: CodePipeline is not "+
				"authorized to perform AssumeRole on role {.roleArn}"),
			pipelineStructure,
		},
		Tags: true,
	},
	resourcetypes.BuildProject: {
		Name: &Name{Max: 150, Chars: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]+$`)},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:codebuild:{region}:{account}:project/{.name}", "badgeUrl": "", "publicProjectAlias": "",
			"description": "", "encryptionKey": "arn:{partition}:kms:{region}:{account}:alias/aws/s3",
		},
		Refs: []Ref{
			{Path: "serviceRole", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "encryptionKey", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "logsConfig.cloudwatchLogs.groupName", To: resourcetypes.LogGroup, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceAlreadyExistsException: Project already exists: " +
			"arn:{partition}:codebuild:{region}:{account}:project/{.name}"}},
		Rules: []Rule{trusts("serviceRole", deliveries.BuildRole, "InvalidInputException: CodeBuild is not "+
			"authorized to perform: sts:AssumeRole on {.serviceRole}")},
		Tags: true,
	},
	resourcetypes.DeployApplication: {
		Name: &Name{Max: 100},
		ID:   "{.applicationId}:{.name}",
		Outputs: Outputs{
			"applicationId": "{uuid}", "arn": codedeployArn + "application:{.name}", "githubAccountName": "",
			"linkedToGithub": false,
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ApplicationAlreadyExistsException: Application with this " +
			"name already exists in this account: {.name}"}},
		Tags:     true,
		NotFound: "ApplicationDoesNotExistException: No application found for name: {value}",
	},
	resourcetypes.DeploymentGroup: {
		Differs: []Difference{{"deploymentGroupName", Required, named}},
		Name:    &Name{Property: "deploymentGroupName", Max: 100},
		ID:      "{uuid}",
		Outputs: Outputs{
			"arn":               codedeployArn + "deploymentgroup:{.appName}/{.deploymentGroupName}",
			"deploymentGroupId": "{id}",
			"computePlatform":   Compute(deployPlatform),
		},
		Refs: []Ref{
			{Path: "appName", To: resourcetypes.DeployApplication, By: []string{"name"}},
			{Path: "serviceRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "ecsService.serviceName", To: resourcetypes.ECSService, By: []string{"name"}},
			{Path: "ecsService.clusterName", To: resourcetypes.ECSCluster, By: []string{"name"}},
			{
				Path: "loadBalancerInfo.targetGroupPairInfo.targetGroups[].name",
				To:   resourcetypes.TargetGroup, By: []string{"name"},
			},
			{
				Path: "loadBalancerInfo.targetGroupPairInfo.prodTrafficRoute.listenerArns[]", To: resourcetypes.Listener,
			},
			{
				Path: "loadBalancerInfo.targetGroupPairInfo.testTrafficRoute.listenerArns[]", To: resourcetypes.Listener,
			},
			{Path: "alarmConfiguration.alarms[]", To: resourcetypes.MetricAlarm, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"deploymentGroupName", "appName"}, Error: "DeploymentGroupAlreadyExists" +
			"Exception: Deployment group name already exists: {.deploymentGroupName}"}},
		Rules: []Rule{
			trusts("serviceRoleArn", deliveries.DeploymentRole, "InvalidRoleException: AWS CodeDeploy does not have the "+
				"permissions required to assume the role {.serviceRoleArn}."),
			blueGreenService,
		},
		Tags: true,
	},
	resourcetypes.CodeConnection: {
		Name: &Name{Max: 32, Chars: codeChars},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn":              "arn:{partition}:codestar-connections:{region}:{account}:connection/{uuid}",
			"connectionStatus": "PENDING", "providerType": "GitHub",
		},
		Tags: true,
	},
}

// pipelineStructure: CodePipeline reads the stages in their order and refuses those that cannot
// run.
func pipelineStructure(c *Call) error {
	stages := list(c.Inputs["stages"])
	if len(stages) < 2 {
		return Errorf("InvalidStructureException", "Pipeline has %d stage(s). There should be a minimum of 2 stages in a "+
			"pipeline", len(stages))
	}
	if len(list(c.Inputs["triggers"])) > 0 && c.Text("pipelineType") != "V2" {
		return Errorf("InvalidStructureException", "Pipeline type V1 does not support triggers")
	}
	made := map[string]bool{}
	for i, stage := range stages {
		for _, action := range actionsInOrder(stage) {
			name := prop.Text(action, "name")
			if source := prop.Text(action, "category") == "Source"; source != (i == 0) {
				return Errorf("InvalidStructureException", "Source actions may only be in the first stage, and the first stage "+
					"may only have "+
					"source actions: action '%s' in stage '%s'", name, prop.Text(stage.ObjectValue(), "name"))
			}
			for _, artifact := range list(action["inputArtifacts"]) {
				if !made[artifact.StringValue()] {
					return Errorf("InvalidActionDeclarationException",
						"Input Artifact Bundle %s in action %s is not an output artifact of "+
							"a previous action", artifact.StringValue(), name)
				}
			}
			for _, artifact := range list(action["outputArtifacts"]) {
				if made[artifact.StringValue()] {
					return Errorf("InvalidActionDeclarationException", "Output Artifact Bundle %s in action %s is not unique",
						artifact.StringValue(), name)
				}
				made[artifact.StringValue()] = true
			}
		}
	}
	return nil
}

// actionsInOrder returns a stage's actions, sorted by runOrder.
func actionsInOrder(stage resource.PropertyValue) []resource.PropertyMap {
	var actions []resource.PropertyMap
	for _, action := range list(stage.ObjectValue()["actions"]) {
		actions = append(actions, action.ObjectValue())
	}
	slices.SortStableFunc(actions, func(a, b resource.PropertyMap) int {
		first, _ := prop.Number(a, "runOrder")
		second, _ := prop.Number(b, "runOrder")
		return cmp.Compare(first, second)
	})
	return actions
}

func list(value resource.PropertyValue) []resource.PropertyValue {
	if !value.IsArray() {
		return nil
	}
	return value.ArrayValue()
}

// deployPlatform returns the platform of the deployment group's application.
func deployPlatform(c *Call) any {
	app, ok := c.Find(resourcetypes.DeployApplication, "name", c.Text("appName"))
	if !ok {
		return nil
	}
	return prop.Text(app.Props, "computePlatform")
}

// blueGreenService: CodeDeploy only takes over a service that was created for it.
func blueGreenService(c *Call) error {
	service, ok := c.Find(resourcetypes.ECSService, "name", c.Text("ecsService.serviceName"))
	if ok && prop.Text(service.Props, "deploymentController.type") != "CODE_DEPLOY" {
		return Errorf("InvalidECSServiceException", "Deployment group's ECS service must be configured for a CODE_DEPLOY "+
			"deployment controller.")
	}
	return nil
}
