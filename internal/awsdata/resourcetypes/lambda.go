package resourcetypes

import (
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// The tokens of functions.
const (
	Function                  = "aws:lambda/function:Function"
	FunctionEventInvokeConfig = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
	FunctionInvocation        = "aws:lambda/invocation:Invocation"
	FunctionPermission        = "aws:lambda/permission:Permission"
)

func init() { register(lambdaServices, lambdaTypes) }

var lambdaServices = []Service{
	{
		Prefix: "lambda", Group: "compute", UsesKeys: true, Named: []string{"function:"},
		Actions: Actions{Read: "GetAccountSettings"},
	},
}

var lambdaTypes = []Type{
	{
		Token: Function,
		Create: Operation{Name: "lambda.CreateFunction", Renamed: map[string]string{
			"layers":      "",
			"code":        "",
			"imageConfig": "",
		}},
		Actions: []Actions{
			{
				Service: "lambda",
				Read: "GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration GetPolicy ListTags " +
					"ListVersionsByFunction",
				Write: "CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction PutFunctionConcurrency " +
					"TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
			},
		},
		Versions: []Version{{"runtime", endoflife.LambdaRuntime}},
		Times: Times{
			Create: 20 * time.Second, Update: 10 * time.Second, Delete: 2 * time.Second,
			Source: "wait: lambda/function.go 5 s delay; estimate: network interfaces in a VPC",
		},
	},
	{
		Token: FunctionEventInvokeConfig,
		Actions: []Actions{{
			Service: "lambda", Read: "GetFunctionEventInvokeConfig",
			Write: "DeleteFunctionEventInvokeConfig PutFunctionEventInvokeConfig",
		}},
		Free: "charged as the function's calls",
	},
	{
		Token:   FunctionInvocation,
		Actions: []Actions{{Service: "lambda", Write: "InvokeFunction"}},
		Free:    "a call a deployment",
	},
	{
		Token: FunctionPermission,
		Create: Operation{Name: "lambda.AddPermission", Renamed: map[string]string{
			"function": "FunctionName",
		}},
		Actions: []Actions{{Service: "lambda", Read: "GetPolicy", Write: "AddPermission RemovePermission"}},
		Free:    "AWS does not charge for permissions",
	},
}
