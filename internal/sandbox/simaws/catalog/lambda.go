package catalog

import (
	"regexp"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	functionToken         = "aws:lambda/function:Function"
	lambdaPermissionToken = "aws:lambda/permission:Permission"
	invocation            = "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
)

var functionNames = []string{"name", "arn"}

// lambdaTypes are functions.
var lambdaTypes = Types{
	functionToken: {
		Required: []string{"role"},
		Replace:  []string{"name", "packageType"},
		Defaults: map[string]any{
			"memorySize": 128, "packageType": "Zip", "publish": false, "reservedConcurrentExecutions": -1,
			"skipDestroy": false, "timeout": 3,
		},
		Name: &Name{Max: 64, Chars: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:lambda:{region}:{account}:function:{.name}", "qualifiedArn": "{.arn}:{.version}",
			"invokeArn":          invocation + "{.arn}/invocations",
			"qualifiedInvokeArn": invocation + "{.qualifiedArn}/invocations",
			"version":            Compute(functionVersion), "lastModified": createdAt,
			"codeSha256": "{lower43#code}=", "sourceCodeHash": "{lower43#code}=", "sourceCodeSize": 1024,
			"architectures": []any{"x86_64"}, "signingJobArn": "", "signingProfileVersionArn": "",
		},
		OnUpdate: []string{"codeSha256", "sourceCodeHash", "version", "qualifiedArn", "qualifiedInvokeArn"},
		Refs: []Ref{
			{Path: "role", To: roleToken, By: arn, Foreign: true},
			{Path: "vpcConfig.subnetIds[]", To: subnetToken, Holds: true},
			{Path: "vpcConfig.securityGroupIds[]", To: securityGroupToken, Holds: true},
			{Path: "kmsKeyArn", To: kmsKeyToken, By: arn, Foreign: true},
			{Path: "deadLetterConfig.targetArn", To: queueToken, By: arn, Foreign: true},
			{Path: "loggingConfig.logGroup", To: logGroupToken, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceConflictException: " +
			"Function already exist: {.name}"}},
		Checks: []Check{functionHasCode},
		Rules: []Rule{trusts("role", deliveries.FunctionRole, "InvalidParameterValueException: The role defined for the "+
			"function cannot be assumed by Lambda."), deadLettersTaken},
		After:    []Rule{deadLettersEncrypted, settingsReadable},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Function not found: {value}",
	},
	lambdaPermissionToken: {
		Required: []string{"action", "function", "principal"},
		Replace: []string{
			"action", "eventSourceToken", "function", "functionUrlAuthType", "principal", "principalOrgId", "qualifier",
			"sourceAccount", "sourceArn", "statementId", "statementIdPrefix",
		},
		Name: &Name{Property: "statementId", Prefix: "statementIdPrefix", Max: 100, Fallback: "terraform-{digits26}"},
		ID:   "{.statementId}",
		Key:  "{.function}/{.statementId}",
		Refs: []Ref{{Path: "function", To: functionToken, By: functionNames}},
		Unique: []Unique{{Properties: []string{"statementId", "function"}, Error: "ResourceConflictException: The " +
			"statement id ({.statementId}) provided already exists. Please provide a new statement id, or remove the " +
			"existing statement."}},
	},
	"aws:lambda/invocation:Invocation": {
		Required: []string{"functionName", "input"},
		Replace:  []string{"functionName", "input", "qualifier", "triggers"},
		Defaults: map[string]any{"lifecycleScope": "CREATE_ONLY", "qualifier": "$LATEST", "terraformKey": "tf"},
		ID:       "{.functionName}_$LATEST_{lower13}",
		Outputs:  Outputs{"result": "{}"},
		Refs:     []Ref{{Path: "functionName", To: functionToken, By: functionNames}},
	},
	"aws:lambda/eventSourceMapping:EventSourceMapping": {
		Required: []string{"functionName"},
		Replace: []string{
			"amazonManagedKafkaEventSourceConfig", "eventSourceArn", "queues", "selfManagedEventSource",
			"selfManagedKafkaEventSourceConfig", "startingPosition", "startingPositionTimestamp", "topics",
		},
		Defaults: map[string]any{"enabled": true},
		ID:       "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{id}", "uuid": "{id}",
			"functionArn": Compute(mappedFunction), "lastModified": createdAt, "lastProcessingResult": "", "state": "Enabled",
			"stateTransitionReason": "USER_INITIATED",
		},
		Refs: []Ref{
			{Path: "functionName", To: functionToken, By: functionNames},
			{Path: "eventSourceArn", To: queueToken, By: arn, Foreign: true},
		},
		Tags: true,
	},
	"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
		Required: []string{"functionName"},
		Replace:  []string{"functionName", "qualifier"},
		Defaults: map[string]any{"maximumRetryAttempts": 2},
		ID:       "{.functionName}",
		Refs: []Ref{
			{Path: "functionName", To: functionToken, By: functionNames},
			{Path: "destinationConfig.onFailure.destination", To: queueToken, By: arn, Foreign: true},
			{Path: "destinationConfig.onFailure.destination", To: bucketToken, By: arn, Foreign: true},
		},
		After: []Rule{failuresArrive},
	},
	"aws:lambda/alias:Alias": {
		Required: []string{"functionName", "functionVersion"},
		Replace:  []string{"functionName", "name"},
		Name:     &Name{Max: 128},
		ID:       "{.arn}",
		Outputs: Outputs{
			"arn":       "arn:{partition}:lambda:{region}:{account}:function:{.functionName}:{.name}",
			"invokeArn": invocation + "{.arn}/invocations",
		},
		Refs: []Ref{{Path: "functionName", To: functionToken, By: functionNames}},
		Unique: []Unique{{Properties: []string{"name", "functionName"}, Error: "ResourceConflictException: " +
			"Alias already exists: {.arn}"}},
	},
}

// functionVersion is $LATEST until the program publishes versions.
func functionVersion(c *Call) any {
	if !prop.True(c.Inputs, "publish") {
		return "$LATEST"
	}
	return strconv.Itoa(c.Revision + 1)
}

func mappedFunction(c *Call) any {
	for _, property := range functionNames {
		if function, ok := c.Find(functionToken, property, c.Text("functionName")); ok {
			return prop.Text(function.Props, "arn")
		}
	}
	return nil
}

func functionHasCode(inputs resource.PropertyMap) (string, string) {
	for _, source := range []string{"code", "imageUri", "s3Bucket"} {
		if prop.Has(inputs, source) {
			return "", ""
		}
	}
	return "code", `one of "code", "imageUri" or "s3Bucket" must be set`
}
