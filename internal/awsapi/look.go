package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// reading lists the verbs of operations that change nothing.
var reading = []string{"Describe", "Get", "List", "BatchGet", "Head"}

// Reads reports whether an operation changes nothing.
func Reads(operation string) bool {
	for _, verb := range reading {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

// LookOnly returns a configuration whose clients refuse operations that change something,
// before the request is built.
func LookOnly(cfg aws.Config) aws.Config { return ChangeOnly(cfg) }

// ChangeOnly returns a configuration whose clients refuse operations that change something, except those that need one
// of the IAM actions.
func ChangeOnly(cfg aws.Config, actions ...string) aws.Config {
	guard := func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
		if Reads(operation) || slices.Contains(actions, Action(service, operation)) {
			return next.HandleInitialize(ctx, in)
		}
		does := "looks and changes nothing"
		if len(actions) > 0 {
			does = "changes nothing but by " + strings.Join(actions, ", ")
		}
		return middleware.InitializeOutput{}, middleware.Metadata{},
			fmt.Errorf("refused %s of %s: this command %s", operation, service, does)
	}
	cfg.APIOptions = append(cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)], func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ChangeOnly", guard), middleware.After)
	})
	return cfg
}

// prefixes of IAM actions, by the SDK's name of the service. For all other services the prefix
// is that name in lower case without spaces.
var prefixes = map[string]string{
	"AccessAnalyzer":            "access-analyzer",
	"Application Auto Scaling":  "application-autoscaling",
	"CloudWatch Logs":           "logs",
	"Config Service":            "config",
	"Cost Explorer":             "ce",
	"Elastic Load Balancing v2": "elasticloadbalancing",
	"OpenSearch":                "es",
}

// actions whose name differs from the operation's:
// https://docs.aws.amazon.com/service-authorization/
var actions = map[string]string{
	"lambda:Invoke":         "lambda:InvokeFunction",
	"s3:HeadBucket":         "s3:ListBucket",
	"s3:ListBuckets":        "s3:ListAllMyBuckets",
	"s3:ListObjectVersions": "s3:ListBucketVersions",
	"s3:ListObjectsV2":      "s3:ListBucket",
}

// Action returns the IAM action that an operation needs, such as ecs:DescribeServices.
func Action(service, operation string) string {
	prefix, known := prefixes[service]
	if !known {
		prefix = strings.ToLower(strings.ReplaceAll(service, " ", ""))
	}
	action := prefix + ":" + operation
	if other, renamed := actions[action]; renamed {
		return other
	}
	return action
}
