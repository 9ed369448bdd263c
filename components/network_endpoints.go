package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AnyBucket stands for every bucket among [NetworkArgs.ReadableBuckets].
const AnyBucket = "*"

// createGatewayEndpoint gives every tier a way to S3 without NAT; it is free of charge.
func (n *Network) createGatewayEndpoint(ctx *pulumi.Context, name string) error {
	routeTables := n.vpc.RouteTables.ApplyT(func(tables []*ec2.RouteTable) pulumi.StringArrayOutput {
		ids := make(pulumi.StringArray, len(tables))
		for i, table := range tables {
			ids[i] = table.ID().ToStringOutput()
		}
		return ids.ToStringArrayOutput()
	}).(pulumi.StringArrayOutput)
	endpoint, err := ec2.NewVpcEndpoint(ctx, name+"-s3", &ec2.VpcEndpointArgs{
		VpcId:           n.VPCID,
		ServiceName:     pulumi.String(n.endpointService("s3")),
		VpcEndpointType: pulumi.String("Gateway"),
		RouteTableIds:   routeTables,
		Policy:          policyDocument(n.servedPrincipals("s3:*"), n.readableObjects()),
		Tags:            named(name + "-s3"),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.AppReady = append(n.AppReady, endpoint)
	return nil
}

// createInterfaceEndpoints puts endpoints of AWS services into the app tier. Their policy only
// serves principals of this account and of EndpointAccounts: nobody can carry data out with the
// keys of another account.
func (n *Network) createInterfaceEndpoints(ctx *pulumi.Context, name string) error {
	if len(n.args.InterfaceEndpoints) == 0 {
		return nil
	}
	group, err := n.createEndpointSecurityGroup(ctx, name+"-endpoints")
	if err != nil {
		return err
	}
	for _, service := range n.args.InterfaceEndpoints {
		logical := name + "-" + service
		endpoint, err := ec2.NewVpcEndpoint(ctx, logical, &ec2.VpcEndpointArgs{
			VpcId:             n.VPCID,
			ServiceName:       pulumi.String(n.endpointService(service)),
			VpcEndpointType:   pulumi.String("Interface"),
			PrivateDnsEnabled: pulumi.Bool(true),
			SubnetIds:         n.AppSubnetIDs,
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			Policy:            policyDocument(n.servedPrincipals("*")),
			Tags:              named(logical),
		}, pulumi.Parent(n))
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		n.AppReady = append(n.AppReady, endpoint)
	}
	return nil
}

// servedPrincipals lets principals of this account and of EndpointAccounts use an endpoint. A
// role that an application assumes is a principal of that role's account.
func (n *Network) servedPrincipals(action string) statement {
	var accounts any = n.args.Scope.AccountID
	if len(n.args.EndpointAccounts) > 0 {
		accounts = append([]string{n.args.Scope.AccountID}, n.args.EndpointAccounts...)
	}
	return statement{
		Effect: "Allow", Principal: "*", Action: action, Resource: "*",
		Condition: conditions{"StringEquals": {"aws:PrincipalAccount": accounts}},
	}
}

// readableObjects allows reading certain objects through S3's endpoint with any credentials.
// ECR keeps the layers of images in a bucket of AWS, and Fargate reads them with URLs that AWS
// has signed. https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
// ("Minimum Amazon S3 Bucket Permissions for Amazon ECR")
func (n *Network) readableObjects() statement {
	buckets := append([]string{"prod-" + n.args.Scope.Region + "-starport-layer-bucket"}, n.args.ReadableBuckets...)
	if slices.Contains(buckets, AnyBucket) {
		buckets = []string{AnyBucket}
	}
	objects := make([]string, len(buckets))
	for i, bucket := range buckets {
		objects[i] = n.args.Scope.BucketARN(bucket) + "/*"
	}
	return statement{Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: objects}
}

func (n *Network) createEndpointSecurityGroup(ctx *pulumi.Context, name string) (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       n.VPCID,
		Description: pulumi.String("Interface endpoints: HTTPS from the app tier."),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name), TierTag: pulumi.String("endpoints")},
	}, pulumi.Parent(n))
	if err != nil {
		return nil, err
	}
	for i, block := range n.args.AppCIDRs {
		ruleName := fmt.Sprintf("%s-from-app-%d", name, i+1)
		rule, err := vpc.NewSecurityGroupIngressRule(ctx, ruleName, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String("HTTPS from the app tier to AWS services."),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(httpsPort),
			ToPort:          pulumi.Int(httpsPort),
			CidrIpv4:        pulumi.String(block),
			Tags:            named(ruleName),
		}, pulumi.Parent(n))
		if err != nil {
			return nil, err
		}
		n.AppReady = append(n.AppReady, rule)
	}
	return group, nil
}

func (n *Network) endpointService(service string) string {
	return "com.amazonaws." + n.args.Scope.Region + "." + service
}
