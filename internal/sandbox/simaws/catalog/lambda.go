package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	invocation = "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
)

var functionNames = []string{"name", "arn"}

func init() { tables = append(tables, lambdaTypes) }

// codeDigest stands for the SHA-256 of the zip or image: it changes with the code, and with no other setting.
func codeDigest(c *Call) any {
	digest := sha256.New()
	for _, name := range []resource.PropertyKey{"code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion"} {
		source := c.Inputs[name]
		text := fmt.Sprint(source.V)
		if source.IsArchive() {
			text = source.ArchiveValue().Hash
		}
		fmt.Fprintf(digest, "%s=%s;", name, text)
	}
	return base64.StdEncoding.EncodeToString(digest.Sum(nil))
}

// lambdaTypes are functions.
var lambdaTypes = Types{
	resourcetypes.Function: {
		Name: &Name{Max: 64, Chars: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:lambda:{region}:{account}:function:{.name}", "qualifiedArn": "{.arn}:{.version}",
			"invokeArn":          invocation + "{.arn}/invocations",
			"qualifiedInvokeArn": invocation + "{.qualifiedArn}/invocations",
			"version":            Compute(functionVersion), "lastModified": createdAt,
			"codeSha256": Compute(codeDigest), "sourceCodeHash": Compute(codeDigest), "sourceCodeSize": 1024,
			"architectures": []any{"x86_64"}, "signingJobArn": "", "signingProfileVersionArn": "",
		},
		OnUpdate: []string{"codeSha256", "sourceCodeHash", "version", "qualifiedArn", "qualifiedInvokeArn"},
		Refs: []Ref{
			{Path: "role", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "vpcConfig.subnetIds[]", To: resourcetypes.Subnet, Holds: true},
			{Path: "vpcConfig.securityGroupIds[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "kmsKeyArn", To: resourcetypes.KMSKey, By: arn, Foreign: true},
			{Path: "deadLetterConfig.targetArn", To: resourcetypes.Queue, By: arn, Foreign: true},
			{Path: "loggingConfig.logGroup", To: resourcetypes.LogGroup, Foreign: true},
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
	resourcetypes.FunctionPermission: {
		Name: &Name{Property: "statementId", Prefix: "statementIdPrefix", Max: 100, Fallback: "terraform-{digits26}"},
		ID:   "{.statementId}",
		Key:  "{.function}/{.statementId}",
		Refs: []Ref{{Path: "function", To: resourcetypes.Function, By: functionNames}},
		Unique: []Unique{{Properties: []string{"statementId", "function"}, Error: "ResourceConflictException: The " +
			"statement id ({.statementId}) provided already exists. Please provide a new statement id, or remove the " +
			"existing statement."}},
	},
	resourcetypes.FunctionInvocation: {
		Differs: []Difference{{
			"input", Replaces, "replaces unless lifecycleScope is CRUD, which the provider decides by code",
		}},
		ID:      "{.functionName}_$LATEST_{lower13}",
		Outputs: Outputs{"result": "{}"},
		Refs:    []Ref{{Path: "functionName", To: resourcetypes.Function, By: functionNames}},
	},
	resourcetypes.FunctionEventInvokeConfig: {
		ID: "{.functionName}",
		Refs: []Ref{
			{Path: "functionName", To: resourcetypes.Function, By: functionNames},
			{Path: "destinationConfig.onFailure.destination", To: resourcetypes.Bucket, By: arn, Foreign: true},
		},
		After: []Rule{failuresArrive},
	},
}

// functionVersion returns $LATEST until the program publishes versions.
func functionVersion(c *Call) any {
	if !prop.True(c.Inputs, "publish") {
		return "$LATEST"
	}
	return strconv.Itoa(c.Revision + 1)
}

func functionHasCode(inputs resource.PropertyMap) (string, string) {
	for _, source := range []string{"code", "imageUri", "s3Bucket"} {
		if prop.Has(inputs, source) {
			return "", ""
		}
	}
	return "code", `one of "code", "imageUri" or "s3Bucket" must be set`
}
