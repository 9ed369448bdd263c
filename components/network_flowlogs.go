package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// flowLogAggregationSeconds is the shorter of the two intervals that AWS offers.
const flowLogAggregationSeconds = 60

// createFlowLog records accepted and rejected traffic of the whole VPC. The log group's name is
// fixed so that the role's policy can name it before it exists.
func (n *Network) createFlowLog(ctx *pulumi.Context, name string) error {
	scope := n.args.Scope
	groupName := "/vpc/" + scope.Name(NameLogGroup, name, "flow-logs")
	n.FlowLogGroupName = groupName
	group, err := cloudwatch.NewLogGroup(ctx, name+"-flow-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(groupName),
		RetentionInDays: pulumi.Int(n.args.LogRetentionDays),
		KmsKeyId:        n.args.LogKeyARN,
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, scope.roleNamed(name+"-flow-logs"), &iam.RoleArgs{
		Description: pulumi.String("Lets VPC flow logs write to their log group."),
		AssumeRolePolicy: assumedBy("vpc-flow-logs.amazonaws.com",
			scope.fromSource(scope.ARN("ec2", "vpc-flow-log/*"))),
		Tags: named(name + "-flow-logs"),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	policy, err := iam.NewRolePolicy(ctx, name+"-flow-logs", &iam.RolePolicyArgs{
		Role: role.Name,
		Policy: policyDocument(allow(
			[]string{"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			[]string{scope.LogGroupARN(groupName), scope.LogGroupARN(groupName) + ":*"},
		)),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	// AWS refuses a second flow log to the same group, even with another role: the old one has to
	// be deleted first.
	_, err = ec2.NewFlowLog(ctx, name+"-flow-logs", &ec2.FlowLogArgs{
		VpcId:                  n.VPCID,
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("cloud-watch-logs"),
		LogDestination:         group.Arn,
		IamRoleArn:             role.Arn,
		MaxAggregationInterval: pulumi.Int(flowLogAggregationSeconds),
		Tags:                   named(name + "-flow-logs"),
	}, pulumi.Parent(n), pulumi.DependsOn([]pulumi.Resource{policy}), pulumi.DeleteBeforeReplace(true))
	return err
}
