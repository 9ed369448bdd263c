package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testNetworkArgs() NetworkArgs {
	return NetworkArgs{
		Scope:              testScope,
		CIDRBlock:          "10.0.0.0/16",
		AvailabilityZones:  []string{"us-east-1a", "us-east-1b"},
		PublicCIDRs:        []string{"10.0.1.0/24", "10.0.2.0/24"},
		AppCIDRs:           []string{"10.0.3.0/24", "10.0.4.0/24"},
		DatabaseCIDRs:      []string{"10.0.5.0/24", "10.0.6.0/24"},
		NAT:                NATPerAZ,
		InterfaceEndpoints: []string{"ecr.api", "logs"},
		LogKeyARN:          pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		LogRetentionDays:   30,
		TopicARN:           pulumi.String(testTopicARN),
	}
}

func networkProgram(args NetworkArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewNetwork(ctx, "web", &args)
		return err
	}
}

func TestNetworkKeepsTheContract(t *testing.T) {
	deployed(t, networkProgram(testNetworkArgs())).keepsContract(t, networkType, "web", map[string]any{
		"vpcId":             "vpc-1",
		"publicSubnetIds":   []any{"subnet-web-public-1", "subnet-web-public-2"},
		"appSubnetIds":      []any{"subnet-web-app-1", "subnet-web-app-2"},
		"databaseSubnetIds": []any{"subnet-web-db-1", "subnet-web-db-2"},
	})
}

func TestNetworkAsksAwsxForTheTiers(t *testing.T) {
	vpc := previewed(t, networkProgram(testNetworkArgs())).one(t, "awsx:ec2:Vpc", "web")
	assert.Equal(t, map[string]any{
		"cidrBlock":             "10.0.0.0/16",
		"availabilityZoneNames": []any{"us-east-1a", "us-east-1b"},
		"subnetStrategy":        "Auto",
		"subnetSpecs": []any{
			map[string]any{"type": "Public", "name": "public", "cidrBlocks": []any{"10.0.1.0/24", "10.0.2.0/24"}},
			map[string]any{"type": "Private", "name": "app", "cidrBlocks": []any{"10.0.3.0/24", "10.0.4.0/24"}},
			map[string]any{"type": "Isolated", "name": "db", "cidrBlocks": []any{"10.0.5.0/24", "10.0.6.0/24"}},
		},
		"natGateways":        map[string]any{"strategy": "None"},
		"enableDnsHostnames": true,
		"enableDnsSupport":   true,
	}, vpc.inputs)
	assert.Len(t, vpc.request.GetTransforms(), 1, "only a transform reaches the subnets")
}

func TestSubnetsAssignNoPublicIPs(t *testing.T) {
	for _, protect := range []bool{true, false} {
		n := &Network{args: NetworkArgs{Protect: protect}}
		opts := pulumi.ResourceOptions{DependsOn: nil, Version: "6.83.2"}
		subnet := n.adjustVPC(t.Context(), &pulumi.ResourceTransformArgs{
			Type:  "aws:ec2/subnet:Subnet",
			Props: pulumi.Map{"mapPublicIpOnLaunch": pulumi.Bool(true), "cidrBlock": pulumi.String("10.0.1.0/24")},
			Opts:  opts,
		})
		require.NotNil(t, subnet)
		assert.Equal(t, pulumi.Map{
			"mapPublicIpOnLaunch": pulumi.Bool(false), "cidrBlock": pulumi.String("10.0.1.0/24"),
		}, subnet.Props)
		opts.Protect = protect
		assert.Equal(t, opts, subnet.Opts)

		vpc := n.adjustVPC(t.Context(), &pulumi.ResourceTransformArgs{Type: "aws:ec2/vpc:Vpc", Props: pulumi.Map{}})
		require.NotNil(t, vpc)
		assert.Equal(t, protect, vpc.Opts.Protect)

		assert.Nil(t, n.adjustVPC(t.Context(), &pulumi.ResourceTransformArgs{Type: "aws:ec2/routeTable:RouteTable"}))
	}
}

func TestNetworkEmptiesTheDefaultSecurityGroup(t *testing.T) {
	group := deployed(t, networkProgram(testNetworkArgs())).one(t, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
		"web-default")
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1",
		"tags":  map[string]any{"Name": "web-default-closed"},
	}, group.inputs, "without ingress and egress the provider revokes what AWS put there")
}

func TestNetworkFlowLog(t *testing.T) {
	rec := deployed(t, networkProgram(testNetworkArgs()))
	flowLog := rec.one(t, "aws:ec2/flowLog:FlowLog", "web-flow-logs")
	assert.Equal(t, map[string]any{
		"vpcId":                  "vpc-1",
		"trafficType":            "ALL",
		"logDestinationType":     "cloud-watch-logs",
		"logDestination":         arnOf("aws:cloudwatch/logGroup:LogGroup", "web-flow-logs"),
		"iamRoleArn":             arnOf("aws:iam/role:Role", "aws-webapp-prod-web-flow-logs"),
		"maxAggregationInterval": 60.0,
		"tags":                   map[string]any{"Name": "web-flow-logs"},
	}, flowLog.inputs)
	assert.True(t, flowLog.dependsOn(rec.one(t, "aws:iam/rolePolicy:RolePolicy", "web-flow-logs")),
		"without its policy the role delivers nothing")

	group := rec.one(t, "aws:cloudwatch/logGroup:LogGroup", "web-flow-logs")
	assert.Equal(t, map[string]any{
		"name":            "/vpc/aws-webapp-prod-web-flow-logs",
		"retentionInDays": 30.0,
		"kmsKeyId":        "arn:aws:kms:us-east-1:123456789012:key/logs",
	}, group.inputs)
}

func TestNetworkFlowLogPoliciesAreKnownAtPreview(t *testing.T) {
	rec := previewed(t, networkProgram(testNetworkArgs()))
	role := rec.one(t, "aws:iam/role:Role", "aws-webapp-prod-web-flow-logs")
	assert.Equal(t, []map[string]any{{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "vpc-flow-logs.amazonaws.com"},
		"Action":    "sts:AssumeRole",
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"},
		},
	}}, role.policy(t, "assumeRolePolicy").Statement)

	policy := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "web-flow-logs")
	assert.Equal(t, []map[string]any{{
		"Effect": "Allow",
		"Action": []any{"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		"Resource": []any{
			"arn:aws:logs:us-east-1:123456789012:log-group:/vpc/aws-webapp-prod-web-flow-logs",
			"arn:aws:logs:us-east-1:123456789012:log-group:/vpc/aws-webapp-prod-web-flow-logs:*",
		},
	}}, policy.policy(t, "policy").Statement)
}

func TestNetworkGatewayEndpointServesEveryTier(t *testing.T) {
	endpoint := deployed(t, networkProgram(testNetworkArgs())).one(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web-s3")
	delete(endpoint.inputs, "policy")
	assert.Equal(t, map[string]any{
		"vpcId":           "vpc-1",
		"serviceName":     "com.amazonaws.us-east-1.s3",
		"vpcEndpointType": "Gateway",
		"routeTableIds": []any{
			"web-public-1-id", "web-app-1-id", "web-db-1-id", "web-public-2-id", "web-app-2-id", "web-db-2-id",
		},
		"tags": map[string]any{"Name": "web-s3"},
	}, endpoint.inputs)
}

// Layers of images come from a bucket of AWS; everything else needs a role of the account.
func TestNetworkGatewayEndpointGivesNobodyElsesDataAway(t *testing.T) {
	for name, test := range map[string]struct {
		readable []string
		want     []any
	}{
		"images in ECR": {nil, []any{"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"}},
		"packages": {[]string{"packages"}, []any{
			"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "arn:aws:s3:::packages/*",
		}},
		"any": {[]string{"packages", AnyBucket}, []any{"arn:aws:s3:::*/*"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := testNetworkArgs()
			args.EndpointAccounts, args.ReadableBuckets = []string{"999999999999"}, test.readable
			policy := deployed(t, networkProgram(args)).one(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web-s3").policy(t, "policy")
			assert.Equal(t, []map[string]any{
				{
					"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
					"Condition": map[string]any{"StringEquals": map[string]any{
						"aws:PrincipalAccount": []any{"123456789012", "999999999999"},
					}},
				},
				{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": test.want},
			}, policy.Statement)
		})
	}
}

func TestNetworkInterfaceEndpoints(t *testing.T) {
	rec := deployed(t, networkProgram(testNetworkArgs()))
	assert.Equal(t, []string{"web-ecr.api", "web-logs", "web-s3"}, rec.names("aws:ec2/vpcEndpoint:VpcEndpoint"))

	endpoint := rec.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web-ecr.api")
	policy := endpoint.policy(t, "policy")
	delete(endpoint.inputs, "policy")
	assert.Equal(t, map[string]any{
		"vpcId":             "vpc-1",
		"serviceName":       "com.amazonaws.us-east-1.ecr.api",
		"vpcEndpointType":   "Interface",
		"privateDnsEnabled": true,
		"subnetIds":         []any{"subnet-web-app-1", "subnet-web-app-2"},
		"securityGroupIds":  []any{"web-endpoints-id"},
		"tags":              map[string]any{"Name": "web-ecr.api"},
	}, endpoint.inputs)
	assert.Equal(t, []map[string]any{{
		"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalAccount": "123456789012"}},
	}}, policy.Statement)
}

func TestNetworkEndpointsServeNamedAccounts(t *testing.T) {
	args := testNetworkArgs()
	args.EndpointAccounts = []string{"999999999999"}
	policy := deployed(t, networkProgram(args)).one(t, "aws:ec2/vpcEndpoint:VpcEndpoint", "web-logs").policy(t, "policy")
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"aws:PrincipalAccount": []any{"123456789012", "999999999999"}},
	}, policy.Statement[0]["Condition"])
}

func TestNetworkEndpointsHearOnlyTheAppTier(t *testing.T) {
	rec := deployed(t, networkProgram(testNetworkArgs()))
	group := rec.one(t, "aws:ec2/securityGroup:SecurityGroup", "web-endpoints")
	assert.Equal(t, map[string]any{"Name": "web-endpoints", TierTag: "endpoints"}, group.inputs["tags"])
	assert.NotContains(t, group.inputs, "ingress", "rules stand alone")

	rules := rec.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
	require.Len(t, rules, 2)
	for i, block := range []string{"10.0.3.0/24", "10.0.4.0/24"} {
		assert.Equal(t, "web-endpoints-id", rules[i].inputs["securityGroupId"])
		assert.Equal(t, "tcp", rules[i].inputs["ipProtocol"])
		assert.Equal(t, 443.0, rules[i].inputs["fromPort"])
		assert.Equal(t, 443.0, rules[i].inputs["toPort"])
		assert.Equal(t, block, rules[i].inputs["cidrIpv4"])
		assert.NotEmpty(t, rules[i].inputs["description"])
	}
	assert.Empty(t, rec.ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
}

func TestNetworkWithoutInterfaceEndpointsHasNoGroupForThem(t *testing.T) {
	args := testNetworkArgs()
	args.InterfaceEndpoints = nil
	rec := deployed(t, networkProgram(args))
	assert.Equal(t, []string{"web-s3"}, rec.names("aws:ec2/vpcEndpoint:VpcEndpoint"))
	assert.Empty(t, rec.ofType("aws:ec2/securityGroup:SecurityGroup"))
}

func TestNetworkWantsABlockForEachZoneInEveryTier(t *testing.T) {
	for name, change := range map[string]func(*NetworkArgs){
		"public":   func(a *NetworkArgs) { a.PublicCIDRs = a.PublicCIDRs[:1] },
		"app":      func(a *NetworkArgs) { a.AppCIDRs = nil },
		"database": func(a *NetworkArgs) { a.DatabaseCIDRs = append(a.DatabaseCIDRs, "10.0.99.0/24") },
	} {
		t.Run(name, func(t *testing.T) {
			args := testNetworkArgs()
			change(&args)
			assert.ErrorContains(t, refused(t, networkProgram(args)), "blocks for 2 zones: give one a zone")
		})
	}
}
