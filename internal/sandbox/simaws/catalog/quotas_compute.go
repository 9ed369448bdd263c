package catalog

import (
	"bytes"
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// computeQuotas are those of functions and containers.
var computeQuotas = []Limited{
	{
		Quota: quotas.FunctionEnvironment, Tokens: []string{resourcetypes.Function}, Alone: true, Size: environmentSize,
		Error: "InvalidParameterValueException: Lambda was unable to configure your environment variables because the " +
			"environment variables you have provided exceeded the 4KB limit. Bytes measured: {size}",
	},
	{
		Quota: quotas.FunctionPolicy, Tokens: []string{resourcetypes.FunctionPermission}, Share: functionOfPermission,
		Size:  permissionSize,
		Error: "PolicyLengthExceededException: The final policy size ({size}) is bigger than the limit ({limit}).",
	},
	{
		Quota: quotas.FunctionGroups, Tokens: []string{resourcetypes.Function}, Alone: true,
		Size:  each("vpcConfig.securityGroupIds[]"),
		Error: "ValidationException: Member must have length less than or equal to {limit}",
	},
	{
		Quota: quotas.TaskDefinition, Tokens: []string{resourcetypes.TaskDefinition}, Alone: true, Size: taskDefinitionSize,
		Error: "ClientException: Actual length: '{size}'. Max allowed length is '{limit}' bytes.",
	},
	{
		Quota: quotas.Containers, Tokens: []string{resourcetypes.TaskDefinition}, Alone: true, Size: containerCount,
		Error: "ClientException: A task definition can have a maximum of {limit} containers.",
	},
	{
		Quota: quotas.ClusterServices, Tokens: []string{resourcetypes.ECSService}, Share: by("cluster"),
		Error: "InvalidParameterException: The maximum number of services for this cluster has been reached.",
	},
	{
		Quota: quotas.ServiceGroups, Tokens: []string{resourcetypes.ECSService}, Alone: true,
		Size:  each("networkConfiguration.securityGroups[]"),
		Error: "InvalidParameterException: securityGroups can have at most {limit} items.",
	},
	{
		Quota: quotas.ServiceSubnets, Tokens: []string{resourcetypes.ECSService}, Alone: true,
		Size:  each("networkConfiguration.subnets[]"),
		Error: "InvalidParameterException: subnets can have at most {limit} items.",
	},
	{
		Quota: quotas.ServiceTargetGroups, Tokens: []string{resourcetypes.ECSService}, Alone: true,
		Size:  each("loadBalancers[]"),
		Error: "InvalidParameterException: load balancers can have at most {limit} items.",
	},
	{
		Quota: quotas.DeploymentAlarms, Tokens: []string{resourcetypes.DeploymentGroup}, Alone: true,
		Size:  each("alarmConfiguration.alarms[]"),
		Error: "AlarmsLimitExceededException: The maximum number of alarms for a deployment group ({limit}) was exceeded.",
	},
}

// environmentSize returns the size of the JSON document that Lambda makes of a function's
// variables.
func environmentSize(_ *Call, props resource.PropertyMap) int {
	texts := map[string]string{}
	for _, variables := range prop.Objects(props, "environment.variables") {
		for name := range variables {
			texts[string(name)] = prop.Text(variables, string(name))
		}
	}
	return len(jsonOf(texts))
}

// jsonOf writes JSON as AWS does: & and < stay as they are.
func jsonOf(v any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSpace(text.Bytes())
}

// functionOfPermission returns the name of the function, which a permission may give as an ARN.
func functionOfPermission(c *Call, props resource.PropertyMap) string {
	named := prop.Text(props, "function")
	if function, ok := c.Find(resourcetypes.Function, "arn", named); ok {
		return function.ID
	}
	return named
}

// permissionSize returns the size of the statement that AddPermission makes. The rest of the
// policy is not counted: it is less than a hundred bytes.
func permissionSize(c *Call, props resource.PropertyMap) int {
	condition := map[string]any{}
	for operator, keys := range map[string]map[string]string{
		"ArnLike":      {"AWS:SourceArn": prop.Text(props, "sourceArn")},
		"StringEquals": {"AWS:SourceAccount": prop.Text(props, "sourceAccount")},
	} {
		for key, value := range keys {
			if value != "" {
				condition[operator] = map[string]string{key: value}
			}
		}
	}
	return len(jsonOf(map[string]any{
		"Sid": prop.Text(props, "statementId"), "Effect": "Allow", "Action": prop.Text(props, "action"),
		"Principal": map[string]string{"Service": prop.Text(props, "principal")},
		"Resource":  c.Expand("arn:{partition}:lambda:{region}:{account}:function:", nil) + functionOfPermission(c, props),
		"Condition": condition,
	}))
}

// taskDefinitionSize returns the size of the containers with everything around them.
func taskDefinitionSize(_ *Call, props resource.PropertyMap) int {
	rest := resource.PropertyMap{}
	for name, v := range props {
		if name != "containerDefinitions" && name != "tags" && name != "tagsAll" && !resource.IsInternalPropertyKey(name) {
			rest[name] = v
		}
	}
	return len(prop.Text(props, "containerDefinitions")) + len(jsonOf(rest.Mappable()))
}

func containerCount(_ *Call, props resource.PropertyMap) int {
	var containers []any
	if json.Unmarshal([]byte(prop.Text(props, "containerDefinitions")), &containers) != nil {
		return 0
	}
	return len(containers)
}
