package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	secretToken    = "aws:secretsmanager/secret:Secret"
	parameterToken = "aws:ssm/parameter:Parameter"
)

func init() { tables = append(tables, secretsTypes) }

// secretsTypes are secrets and their rotation.
var secretsTypes = Types{
	secretToken: {
		Name: &Name{Prefix: "namePrefix", Max: 512, Chars: regexp.MustCompile(`^[\w/+=.@!-]+$`)},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:secretsmanager:{region}:{account}:secret:{.name}-{lower6}", "policy": "",
			"replicas": []any{},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceExistsException: The operation failed because " +
			"the secret {.name} already exists."}},
		Checks:   []Check{recoveryWindow},
		JSON:     []string{"policy"},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
	},
	resourcetypes.SecretRotation: {
		ID:      "{.secretId}",
		Outputs: Outputs{"rotationEnabled": true},
		Refs:    []Ref{{Path: "secretId", To: secretToken}},
		Rules:   []Rule{managedRotationHasNoLambda},
	},
}

func init() { tables = append(tables, ssmTypes) }

// ssmTypes are parameters.
var ssmTypes = Types{
	parameterToken: {
		Name: &Name{Max: 2048, Chars: regexp.MustCompile(`^[\w./-]+$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": Compute(parameterArn), "version": Compute(func(c *Call) any { return c.Revision + 1 }),
			"tier": "Standard", "dataType": "text",
		},
		OnUpdate: []string{"version"},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ParameterAlreadyExists: The parameter already exists. " +
			"To overwrite this value, set the overwrite option in the request to true."}},
		Tags: true,
	},
}

func recoveryWindow(inputs resource.PropertyMap) (string, string) {
	days, ok := prop.Number(inputs, "recoveryWindowInDays")
	if ok && days != 0 && (days < 7 || days > 30) {
		return "recoveryWindowInDays", fmt.Sprintf("must be 0 or 7 to 30, found %v", days)
	}
	return "", ""
}

// managedRotationHasNoLambda: RDS rotates its own secrets; only the schedule can be set.
func managedRotationHasNoLambda(c *Call) error {
	managed := strings.Contains(c.Text("secretId"), ":secret:rds!")
	if managed && c.Text("rotationLambdaArn") != "" {
		return Errorf("InvalidRequestException", "You can't specify a rotation function for a managed secret.")
	}
	if !managed && c.Text("rotationLambdaArn") == "" {
		return Errorf("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
	}
	return nil
}

func parameterArn(c *Call) any {
	return c.Expand("arn:{partition}:ssm:{region}:{account}:parameter/", nil) + strings.TrimPrefix(c.Text("name"), "/")
}
