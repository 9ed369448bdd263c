package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/awsdata/schedule"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	scalableArn      = "arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{hex24}"
	scalingPolicyArn = "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:" +
		"resource/{.serviceNamespace}/{.resourceId}:policyName/{.name}"
	noScalableTarget = "ObjectNotFoundException: No scalable target registered for service namespace: " +
		"{.serviceNamespace}, resource ID: {.resourceId}, scalable dimension: {.scalableDimension}"
)

func init() { tables = append(tables, autoscalingTypes) }

// autoscalingTypes scale ECS services.
var autoscalingTypes = Types{
	resourcetypes.ScalableTarget: {
		ID:  "{.resourceId}",
		Key: "{.serviceNamespace}/{.resourceId}/{.scalableDimension}",
		Outputs: Outputs{
			"arn": scalableArn,
			"roleArn": "arn:{partition}:iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/" +
				"AWSServiceRoleForApplicationAutoScaling_ECSService",
		},
		Rules: []Rule{scaledServiceExists},
		Tags:  true,
	},
	resourcetypes.ScalingPolicy: {
		Name:    &Name{Max: 255, Chars: regexp.MustCompile(`^[^:/|]+$`)},
		ID:      "{.name}",
		Key:     "{.resourceId}/{.name}",
		Outputs: Outputs{"arn": scalingPolicyArn, "alarmArns": []any{}},
		Rules:   []Rule{scalableTargetRegistered},
	},
	resourcetypes.ScheduledAction: {
		Name: &Name{Max: 256},
		ID:   "{.name}-{.serviceNamespace}-{.resourceId}",
		Outputs: Outputs{"arn": "arn:{partition}:autoscaling:{region}:{account}:scheduledAction:{uuid}:" +
			"resource/{.serviceNamespace}/{.resourceId}:scheduledActionName/{.name}"},
		Rules: []Rule{scalableTargetRegistered, validSchedule("schedule", "ValidationException")},
	},
}

// validSchedule refuses an expression that AWS cannot read.
func validSchedule(path, code string) Rule {
	return func(c *Call) error {
		for _, expression := range prop.Texts(c.Inputs, path) {
			if _, err := schedule.Parse(expression); err != nil {
				return Errorf(code, "Invalid schedule expression: %s (%s)", expression, err)
			}
		}
		return nil
	}
}

// scaledServiceExists: service/CLUSTER/SERVICE must name an existing service.
func scaledServiceExists(c *Call) error {
	parts := strings.Split(c.Text("resourceId"), "/")
	if c.Text("serviceNamespace") != "ecs" || len(parts) != 3 {
		return nil
	}
	for _, service := range c.List(resourcetypes.ECSService) {
		if prop.Text(service.Props, "name") == parts[2] &&
			lastPart(prop.Text(service.Props, "cluster"), "default") == parts[1] {
			return nil
		}
	}
	return Errorf("ValidationException", "ECS service doesn't exist: %s", c.Text("resourceId"))
}

func scalableTargetRegistered(c *Call) error {
	for _, target := range c.List(resourcetypes.ScalableTarget) {
		if prop.Text(target.Props, "resourceId") == c.Text("resourceId") &&
			prop.Text(target.Props, "scalableDimension") == c.Text("scalableDimension") {
			return nil
		}
	}
	return Wording(c.Expand(noScalableTarget, nil))
}
