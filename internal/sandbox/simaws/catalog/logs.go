package catalog

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/policies/iamdoc"
)

const (
	logsArn = "arn:{partition}:logs:{region}:{account}:"
)

// LogRetention lists the periods in days that CloudWatch Logs offers; 0 keeps logs for ever.
var LogRetention = []float64{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

func init() { tables = append(tables, logsTypes) }

// logsTypes are CloudWatch Logs.
var logsTypes = Types{
	resourcetypes.LogGroup: {
		Name:    &Name{Prefix: "namePrefix", Max: 512, Chars: regexp.MustCompile(`^[\w./#-]+$`)},
		ID:      "{.name}",
		Outputs: Outputs{"arn": logsArn + "log-group:{.name}", "logGroupClass": "STANDARD"},
		Refs:    []Ref{{Path: "kmsKeyId", To: resourcetypes.KMSKey, By: arn, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceAlreadyExistsException: " +
			"The specified log group already exists"}},
		Checks: []Check{retentionOffered},
		Rules: []Rule{keyServes(deliveries.LogsToKey, "AccessDeniedException: "+
			"The specified KMS key does not exist or is not allowed to be used with Arn '"+logsArn+"log-group:{.name}'")},
		Tags:     true,
		NotFound: "ResourceNotFoundException: The specified log group does not exist.",
	},
	resourcetypes.LogMetricFilter: {
		Name: &Name{Max: 512},
		ID:   "{.name}",
		Key:  "{.logGroupName}:{.name}",
		Refs: []Ref{{Path: "logGroupName", To: resourcetypes.LogGroup}},
	},
	resourcetypes.LogSubscriptionFilter: {
		Name:    &Name{Max: 512},
		ID:      "cwlsf-{digits10}",
		Outputs: Outputs{"roleArn": ""},
		Refs: []Ref{
			{Path: "logGroup", To: resourcetypes.LogGroup},
			{Path: "destinationArn", To: resourcetypes.Function, By: arn, Foreign: true},
		},
		Rules: []Rule{subscriberInvocable},
	},
	resourcetypes.LogResourcePolicy: {
		Name: &Name{Property: "policyName", Max: 255},
		ID:   "{.policyName}",
		JSON: []string{"policyDocument"},
	},
	resourcetypes.QueryDefinition: {
		Name:    &Name{Max: 255},
		ID:      "{uuid}",
		Outputs: Outputs{"queryDefinitionId": "{id}"},
		Refs:    []Ref{{Path: "logGroupNames[]", To: resourcetypes.LogGroup, Foreign: true}},
	},
}

func retentionOffered(inputs resource.PropertyMap) (string, string) {
	days, ok := prop.Number(inputs, "retentionInDays")
	if ok && !slices.Contains(LogRetention, days) {
		return "retentionInDays", fmt.Sprintf("must be one of %v, found %v", LogRetention, days)
	}
	return "", ""
}

// subscriberInvocable: CloudWatch Logs invokes the Lambda function before it accepts the
// subscription, so the permission must exist first.
func subscriberInvocable(c *Call) error {
	function, ours := c.Find(resourcetypes.Function, "arn", c.Text("destinationArn"))
	if !ours {
		return nil
	}
	source := c.Expand(logsArn+"log-group:{.logGroup}:*", nil)
	to := c.functionPolicy(function)
	why := c.delivers(deliveries.LogsToFunction, source, to)
	global := iamdoc.Principal{Kind: "service", ID: "logs.amazonaws.com"}
	if why == nil || c.calls(deliveries.LogsToFunction, global, source, to) == nil {
		return nil
	}
	return refuse("InvalidParameterException: Could not execute the lambda function. Make sure you have given "+
		"CloudWatch Logs permission to execute your function.", why)
}
