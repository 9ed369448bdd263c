package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// function is one of the stack's own Lambda functions: a Go program for arm64 in a zip file.
type function struct {
	name             string
	packagePath      string
	logRetentionDays int
	// logKeyARN is the key of its log and of its settings.
	logKeyARN pulumi.StringInput
	role      *iam.Role
	// after is what it needs before its first call, such as its role's policies.
	after []pulumi.Resource
	// variables is its environment.
	variables pulumi.StringMap
	// args has what differs between functions; create adds the rest.
	args *lambda.FunctionArgs
}

// create makes the function. Its log group is created first: Lambda would create it unencrypted and keep it for ever.
func (f function) create(
	ctx *pulumi.Context, parent pulumi.Resource, logical string,
) (*lambda.Function, *cloudwatch.LogGroup, error) {
	group, err := cloudwatch.NewLogGroup(ctx, logical, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(functionLogGroup(f.name)),
		RetentionInDays: pulumi.Int(f.logRetentionDays),
		KmsKeyId:        f.logKeyARN,
	}, pulumi.Parent(parent))
	if err != nil {
		return nil, nil, err
	}
	args := f.args
	args.Name = pulumi.String(f.name)
	args.Role = f.role.Arn
	args.Code = pulumi.NewFileArchive(f.packagePath)
	args.Runtime = pulumi.String("provided.al2023")
	args.Handler = pulumi.String("bootstrap")
	args.Architectures = pulumi.ToStringArray([]string{"arm64"})
	args.KmsKeyArn = f.logKeyARN.ToStringOutput().ToStringPtrOutput()
	args.Environment = lambda.FunctionEnvironmentArgs{Variables: f.variables}
	args.LoggingConfig = lambda.FunctionLoggingConfigArgs{
		// The functions' lines are already JSON, and CloudWatch reads some of them as metrics.
		LogFormat: pulumi.String("Text"),
		LogGroup:  group.Name,
	}
	if args.VpcConfig != nil {
		// Its network interfaces hold the group for up to an hour after the function is gone.
		args.ReplaceSecurityGroupsOnDestroy = pulumi.Bool(true)
	}
	args.Tags = named(f.name)
	made, err := lambda.NewFunction(ctx, logical, args, pulumi.Parent(parent), pulumi.DependsOn(f.after))
	return made, group, err
}
