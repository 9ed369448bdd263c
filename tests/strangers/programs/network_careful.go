package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// network is a VPC in three tiers over two zones.
type network struct {
	vpc                   *ec2.Vpc
	public, private, data pulumi.StringArray
}

func carefulNetwork(ctx *pulumi.Context, key *kms.Key, on pulumi.ResourceOption) (network, error) {
	vpc, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.20.0.0/16"), EnableDnsHostnames: pulumi.Bool(true),
	}, on)
	if err != nil {
		return network{}, err
	}
	net := network{vpc: vpc}
	if _, err := ec2.NewDefaultSecurityGroup(ctx, "unused", &ec2.DefaultSecurityGroupArgs{
		VpcId: vpc.ID(),
	}, on); err != nil {
		return net, err
	}
	if err := flowLog(ctx, vpc, key, on); err != nil {
		return net, err
	}
	gateway, err := ec2.NewInternetGateway(ctx, "main", &ec2.InternetGatewayArgs{VpcId: vpc.ID()}, on)
	if err != nil {
		return net, err
	}
	public, err := ec2.NewRouteTable(ctx, "public", &ec2.RouteTableArgs{
		VpcId: vpc.ID(),
		Routes: ec2.RouteTableRouteArray{ec2.RouteTableRouteArgs{
			CidrBlock: pulumi.String("0.0.0.0/0"), GatewayId: gateway.ID(),
		}},
	}, on)
	if err != nil {
		return net, err
	}
	data, err := ec2.NewRouteTable(ctx, "data", &ec2.RouteTableArgs{VpcId: vpc.ID()}, on)
	if err != nil {
		return net, err
	}
	for i, zone := range []string{"eu-west-1a", "eu-west-1b"} {
		if err := net.addZone(ctx, i, zone, public, data, on); err != nil {
			return net, err
		}
	}
	return net, nil
}

// addZone adds a subnet of each tier, and the zone's NAT gateway.
func (n *network) addZone(
	ctx *pulumi.Context, i int, zone string, public, data *ec2.RouteTable, on pulumi.ResourceOption,
) error {
	subnet := func(tier string, third int, table *ec2.RouteTable) (*ec2.Subnet, error) {
		name := fmt.Sprintf("%s-%s", tier, zone[len(zone)-1:])
		made, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{
			VpcId: n.vpc.ID(), AvailabilityZone: pulumi.String(zone),
			CidrBlock: pulumi.String(fmt.Sprintf("10.20.%d.0/24", third+i)),
		}, on)
		if err != nil {
			return nil, err
		}
		_, err = ec2.NewRouteTableAssociation(ctx, name, &ec2.RouteTableAssociationArgs{
			SubnetId: made.ID(), RouteTableId: table.ID(),
		}, on)
		return made, err
	}
	first, err := subnet("public", 0, public)
	if err != nil {
		return err
	}
	address, err := ec2.NewEip(ctx, "nat-"+zone, &ec2.EipArgs{Domain: pulumi.String("vpc")}, on)
	if err != nil {
		return err
	}
	nat, err := ec2.NewNatGateway(ctx, zone, &ec2.NatGatewayArgs{
		SubnetId: first.ID(), AllocationId: address.AllocationId,
	}, on)
	if err != nil {
		return err
	}
	through, err := ec2.NewRouteTable(ctx, "private-"+zone, &ec2.RouteTableArgs{
		VpcId: n.vpc.ID(),
		Routes: ec2.RouteTableRouteArray{ec2.RouteTableRouteArgs{
			CidrBlock: pulumi.String("0.0.0.0/0"), NatGatewayId: nat.ID(),
		}},
	}, on)
	if err != nil {
		return err
	}
	second, err := subnet("private", 10, through)
	if err != nil {
		return err
	}
	third, err := subnet("data", 20, data)
	if err != nil {
		return err
	}
	n.public, n.private, n.data = append(n.public, first.ID()), append(n.private, second.ID()), append(n.data, third.ID())
	return nil
}

func flowLog(ctx *pulumi.Context, vpc *ec2.Vpc, key *kms.Key, on pulumi.ResourceOption) error {
	group, err := cloudwatch.NewLogGroup(ctx, "flows", &cloudwatch.LogGroupArgs{
		KmsKeyId: key.Arn, RetentionInDays: pulumi.Int(90),
	}, on)
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "flows", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}, "Action": "sts:AssumeRole",
  "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}`),
	}, on)
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicy(ctx, "flows", &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: group.Arn.ApplyT(func(arn string) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "%s:*",
  "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]}]}`, arn)
		}).(pulumi.StringOutput),
	}, on); err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(ctx, "main", &ec2.FlowLogArgs{
		VpcId: vpc.ID(), TrafficType: pulumi.String("ALL"), IamRoleArn: role.Arn, LogDestination: group.Arn,
	}, on)
	return err
}

// carefulBucketOn creates a bucket for the logs of a load balancer.
func carefulBucketOn(ctx *pulumi.Context, name string, on pulumi.ResourceOption) (*s3.BucketV2, error) {
	bucket, err := carefulBucket(ctx, name, nil, nil, on)
	if err != nil {
		return nil, err
	}
	_, err = s3.NewBucketPolicy(ctx, name, &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: bucket.Arn.ApplyT(func(arn string) string {
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
   "Action": "s3:PutObject", "Resource": "%[1]s/AWSLogs/123456789012/*"},
  {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["%[1]s", "%[1]s/*"],
   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
]}`, arn)
		}).(pulumi.StringOutput),
	}, on)
	return bucket, err
}
