//go:build e2e

package e2e

import (
	"net/url"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	ec2client "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	iamclient "github.com/aws/aws-sdk-go-v2/service/iam"
	s3client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// sample is a program that touches each way in which the plugin names and translates: generated
// names, default tags, single blocks and lists, and references between resources.
type sample struct {
	endpoint  string
	retention int
}

func (s sample) deploy(ctx *pulumi.Context) error {
	provider, err := s.provider(ctx)
	if err != nil {
		return err
	}
	opts := pulumi.Provider(provider)
	network, err := ec2.NewVpc(ctx, "network", &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.0.0.0/16"), Tags: pulumi.StringMap{"Name": pulumi.String("e2e")},
	}, opts)
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "app", &ec2.SecurityGroupArgs{
		VpcId: network.ID(), Description: pulumi.String("application"),
	}, opts)
	if err != nil {
		return err
	}
	if _, err := vpc.NewSecurityGroupIngressRule(ctx, "https", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), CidrIpv4: pulumi.String("10.0.0.0/16"), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), Description: pulumi.String("inside"),
	}, opts); err != nil {
		return err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, "logs", &cloudwatch.LogGroupArgs{RetentionInDays: pulumi.Int(s.retention)},
		opts)
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "task", &iam.RoleArgs{AssumeRolePolicy: pulumi.String(trust)}, opts)
	if err != nil {
		return err
	}
	bucket, err := s.bucket(ctx, opts)
	if err != nil {
		return err
	}
	ctx.Export("vpc", network.ID())
	ctx.Export("group", group.ID())
	ctx.Export("logs", logs.Name)
	ctx.Export("role", role.Name)
	ctx.Export("bucket", bucket.Bucket)
	return nil
}

func (s sample) provider(ctx *pulumi.Context) (*aws.Provider, error) {
	endpoint := pulumi.String(s.endpoint)
	return aws.NewProvider(ctx, "aws", &aws.ProviderArgs{
		Region: pulumi.String(region), AccessKey: pulumi.String("testing"), SecretKey: pulumi.String("testing"),
		AllowedAccountIds: pulumi.StringArray{pulumi.String("123456789012")},
		Endpoints: aws.ProviderEndpointArray{aws.ProviderEndpointArgs{
			Ec2: endpoint, Iam: endpoint, Logs: endpoint, S3: endpoint, Sts: endpoint,
		}},
		S3UsePathStyle: pulumi.Bool(true), SkipCredentialsValidation: pulumi.Bool(true),
		SkipMetadataApiCheck: pulumi.Bool(true),
		MaxRetries:           pulumi.Int(2),
		DefaultTags:          aws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{"environment": pulumi.String("e2e")}},
	})
}

func (s sample) bucket(ctx *pulumi.Context, opts pulumi.ResourceOption) (*s3.BucketV2, error) {
	bucket, err := s3.NewBucketV2(ctx, "store", &s3.BucketV2Args{ForceDestroy: pulumi.Bool(true)}, opts)
	if err != nil {
		return nil, err
	}
	if _, err := s3.NewBucketVersioningV2(ctx, "store", &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, opts); err != nil {
		return nil, err
	}
	_, err = s3.NewBucketPublicAccessBlock(ctx, "store", &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}, opts)
	return bucket, err
}

// TestPluginDeploys takes a small stack through its life: AWS's view shows what was created, a
// second preview has nothing to do, a change is an update, and destroy leaves nothing.
func TestPluginDeploys(t *testing.T) {
	cloud := newCloud(t)
	program := sample{endpoint: cloud.server.Endpoint(), retention: 30}
	stack := cloud.stack(t, func(ctx *pulumi.Context) error { return program.deploy(ctx) })

	created, err := stack.Up(t.Context(), optup.SuppressProgress())
	require.NoError(t, err)
	output := func(name string) string {
		value, ok := created.Outputs[name].Value.(string)
		require.True(t, ok, "output %s is %v", name, created.Outputs[name].Value)
		return value
	}
	assertNetwork(t, cloud, output("vpc"), output("group"))
	assertRole(t, cloud, output("role"))
	assertBucket(t, cloud, output("bucket"))
	assertRetention(t, cloud, output("logs"), 30)

	preview, err := stack.Preview(t.Context())
	require.NoError(t, err)
	delete(preview.ChangeSummary, "same")
	assert.Empty(t, preview.ChangeSummary, preview.StdOut)

	program.retention = 7
	changed, err := stack.Up(t.Context(), optup.SuppressProgress())
	require.NoError(t, err)
	changes := *changed.Summary.ResourceChanges
	delete(changes, "same")
	assert.Equal(t, map[string]int{"update": 1}, changes)
	assertRetention(t, cloud, output("logs"), 7)

	_, err = stack.Destroy(t.Context())
	require.NoError(t, err)
	assertGone(t, cloud, output("vpc"), output("role"))
}

func assertNetwork(t *testing.T, cloud cloud, id, group string) {
	t.Helper()
	client := ec2client.NewFromConfig(cloud.config())
	networks, err := client.DescribeVpcs(t.Context(), &ec2client.DescribeVpcsInput{VpcIds: []string{id}})
	require.NoError(t, err)
	network := networks.Vpcs[0]
	assert.Equal(t, "10.0.0.0/16", *network.CidrBlock)
	assert.Equal(t, map[string]string{"Name": "e2e", "environment": "e2e"}, tags(network.Tags))

	rules, err := client.DescribeSecurityGroupRules(t.Context(), &ec2client.DescribeSecurityGroupRulesInput{
		Filters: []ec2types.Filter{{Name: awssdk.String("group-id"), Values: []string{group}}},
	})
	require.NoError(t, err)
	var ingress []ec2types.SecurityGroupRule
	for _, rule := range rules.SecurityGroupRules {
		if !*rule.IsEgress {
			ingress = append(ingress, rule)
		}
	}
	require.Len(t, ingress, 1)
	assert.EqualValues(t, 443, *ingress[0].FromPort)
	assert.EqualValues(t, 443, *ingress[0].ToPort)
	assert.Equal(t, "10.0.0.0/16", *ingress[0].CidrIpv4)
	assert.Equal(t, "inside", *ingress[0].Description)
}

func tags(list []ec2types.Tag) map[string]string {
	tags := make(map[string]string, len(list))
	for _, tag := range list {
		tags[*tag.Key] = *tag.Value
	}
	return tags
}

func assertRole(t *testing.T, cloud cloud, name string) {
	t.Helper()
	assert.Regexp(t, `^task-[0-9a-f]{7}$`, name)
	role, err := iamclient.NewFromConfig(cloud.config()).GetRole(t.Context(), &iamclient.GetRoleInput{RoleName: &name})
	require.NoError(t, err)
	document, err := url.QueryUnescape(*role.Role.AssumeRolePolicyDocument)
	require.NoError(t, err)
	assert.JSONEq(t, trust, document)
}

func assertBucket(t *testing.T, cloud cloud, name string) {
	t.Helper()
	assert.Regexp(t, `^store-[0-9a-f]{7}$`, name)
	client := s3client.NewFromConfig(cloud.config(), func(o *s3client.Options) { o.UsePathStyle = true })
	versioning, err := client.GetBucketVersioning(t.Context(), &s3client.GetBucketVersioningInput{Bucket: &name})
	require.NoError(t, err)
	assert.EqualValues(t, "Enabled", versioning.Status)
	access, err := client.GetPublicAccessBlock(t.Context(), &s3client.GetPublicAccessBlockInput{Bucket: &name})
	require.NoError(t, err)
	block := access.PublicAccessBlockConfiguration
	assert.True(t, *block.BlockPublicAcls && *block.BlockPublicPolicy && *block.IgnorePublicAcls &&
		*block.RestrictPublicBuckets)
}

func assertRetention(t *testing.T, cloud cloud, name string, days int32) {
	t.Helper()
	groups, err := cloudwatchlogs.NewFromConfig(cloud.config()).DescribeLogGroups(t.Context(),
		&cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	require.NoError(t, err)
	require.Len(t, groups.LogGroups, 1)
	assert.Equal(t, days, *groups.LogGroups[0].RetentionInDays)
}

func assertGone(t *testing.T, cloud cloud, network, role string) {
	t.Helper()
	networks, err := ec2client.NewFromConfig(cloud.config()).DescribeVpcs(t.Context(), &ec2client.DescribeVpcsInput{})
	require.NoError(t, err)
	for _, left := range networks.Vpcs {
		assert.NotEqual(t, network, *left.VpcId)
	}
	_, err = iamclient.NewFromConfig(cloud.config()).GetRole(t.Context(), &iamclient.GetRoleInput{RoleName: &role})
	assert.ErrorContains(t, err, "NoSuchEntity")
	groups, err := cloudwatchlogs.NewFromConfig(cloud.config()).DescribeLogGroups(t.Context(),
		&cloudwatchlogs.DescribeLogGroupsInput{})
	require.NoError(t, err)
	assert.Empty(t, groups.LogGroups)
	buckets, err := s3client.NewFromConfig(cloud.config()).ListBuckets(t.Context(), &s3client.ListBucketsInput{})
	require.NoError(t, err)
	assert.Empty(t, buckets.Buckets)
}
