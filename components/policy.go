package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// policyVersion is the only version of IAM's policy language with variables.
const policyVersion = "2012-10-17"

// statement of a policy. Its fields hold strings, lists of strings, or pulumi inputs of
// either; a list that holds inputs is a pulumi.StringArray or []any. Condition holds
// operator -> key -> value.
type statement struct {
	Sid          string `json:",omitempty"`
	Effect       string
	Principal    any `json:",omitempty"`
	NotPrincipal any `json:",omitempty"`
	Action       any `json:",omitempty"`
	NotAction    any `json:",omitempty"`
	Resource     any `json:",omitempty"`
	Condition    any `json:",omitempty"`
}

type conditions map[string]map[string]any

func allow(action, resource any) statement {
	return statement{Effect: "Allow", Action: action, Resource: resource}
}

// policyDocument renders statements as JSON. The document is known at preview if every value in
// it is.
func policyDocument(statements ...statement) pulumi.StringOutput {
	return pulumi.JSONMarshal(policyJSON{policyVersion, statements})
}

// policyJSON is the JSON of a policy.
type policyJSON struct {
	Version   string
	Statement []statement
}

// assumedBy returns the trust policy of a role for one AWS service, optionally with conditions
// that keep other accounts' resources from using it.
func assumedBy(service string, when conditions) pulumi.StringOutput {
	trust := statement{
		Effect:    "Allow",
		Principal: map[string]any{"Service": service},
		Action:    "sts:AssumeRole",
	}
	if when != nil {
		trust.Condition = when
	}
	return policyDocument(trust)
}

// ownSettings lets a function decrypt its settings. Lambda creates a grant for the role when
// the function is created, which is lost when the role is deleted and created again under the
// same name: https://github.com/hashicorp/terraform-provider-aws/issues/9703
func ownSettings(scope Scope, function string, keyARN pulumi.StringInput) statement {
	return statement{
		Sid: "DecryptOwnSettings", Effect: "Allow", Action: "kms:Decrypt", Resource: keyARN,
		Condition: conditions{
			"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": scope.ARN("lambda", "function:"+function)},
		},
	}
}

// networkActions lists the actions that Lambda needs to put a function into a VPC.
var networkActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// inVPC lets a function write its log and run in the VPC.
func inVPC(scope Scope, function string) []statement {
	return []statement{
		{
			Sid: "WriteLog", Effect: "Allow",
			Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: scope.LogGroupARN(functionLogGroup(function)) + ":*",
		},
		{
			// Lambda checks these against all resources before it creates the function.
			Sid: "JoinVPC", Effect: "Allow", Action: networkActions, Resource: "*",
		},
		{
			// Only Lambda may use them, not the function's code.
			Sid: "KeepCodeFromNetworkInterfaces", Effect: "Deny", Action: networkActions, Resource: "*",
			Condition: conditions{"ArnEquals": {"lambda:SourceFunctionArn": scope.ARN("lambda", "function:"+function)}},
		},
	}
}

// sameAccount keeps a service from acting for another account (confused deputy).
func (s Scope) sameAccount() conditions {
	return conditions{"StringEquals": {"aws:SourceAccount": s.AccountID}}
}

// viaService limits the use of a key to requests through a service.
func (s Scope) viaService(service string) conditions {
	return conditions{"StringEquals": {"kms:ViaService": s.endpointHost(service)}}
}

func (s Scope) endpointHost(service string) string {
	return service + "." + s.Region + ".amazonaws.com"
}

// fromSource lets a service act only for the given resources of this account.
func (s Scope) fromSource(arns ...string) conditions {
	var source any = arns
	if len(arns) == 1 {
		source = arns[0]
	}
	return conditions{
		"StringEquals": {"aws:SourceAccount": s.AccountID},
		"ArnLike":      {"aws:SourceArn": source},
	}
}
