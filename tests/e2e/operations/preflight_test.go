//go:build e2e

package operations

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// project is a copy of the project's stack files for moto's account.
func project(t *testing.T) string {
	t.Helper()
	source, root := filepath.Join("..", "..", ".."), t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.staging.yaml"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(strings.ReplaceAll(string(text), "111111111111", moto.Account)), 0o600))
	}
	return root
}

type finding struct{ Check, Status, Found, Fix string }

// findings of a preflight by check; of several with one name the last.
func (c cloud) findings(t *testing.T, args ...string) (map[string]finding, int) {
	t.Helper()
	output, code := c.call(t, "preflight", append(args, "--json")...)
	var report struct{ Findings []finding }
	require.NoError(t, json.NewDecoder(strings.NewReader(output)).Decode(&report))
	found := map[string]finding{}
	for _, one := range report.Findings {
		found[one.Check] = one
	}
	return found, code
}

// What an empty account lacks and, one after the other, gets.
func TestPreflightBeforeUp(t *testing.T) {
	c, root := newCloud(t), project(t)
	up := []string{"--root", root, "--stack", "staging"}
	findings, code := c.findings(t, up...)
	assert.Equal(t, 1, code)
	assert.Equal(t, "no repository visitor-book", findings["image of visitor-book"].Found)
	assert.Equal(t, "ok", findings["quota: VPCs"].Status)
	assert.Equal(t, "does not exist; the stack makes it", findings["role of OpenSearch"].Found)
	assert.Equal(t, "free", findings["bucket application"].Found)

	images := ecr.NewFromConfig(c.config())
	_, err := images.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("visitor-book")})
	require.NoError(t, err)
	_, err = images.PutImage(t.Context(), &ecr.PutImageInput{
		RepositoryName: aws.String("visitor-book"), ImageTag: aws.String("1.0.0"),
		ImageManifest: aws.String(`{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
			{"digest": "sha256:c0ffee", "mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 1, "platform": {"os": "linux", "architecture": "arm64"}}]}`),
	})
	require.NoError(t, err)
	_, err = iam.NewFromConfig(c.config()).CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String("opensearchservice.amazonaws.com"),
	})
	require.NoError(t, err)
	_, err = s3.NewFromConfig(c.config(), func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("aws-webapp-staging-application-" + moto.Account + "-" + region),
	})
	require.NoError(t, err)
	for range 4 {
		_, err = ec2.NewFromConfig(c.config()).CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
		require.NoError(t, err)
	}
	findings, code = c.findings(t, up...)
	assert.Equal(t, 1, code)
	assert.Equal(t, "there, for linux/arm64", findings["image of visitor-book"].Found)
	assert.Equal(t, "set logSearch.serviceLinkedRole to false", findings["role of OpenSearch"].Fix)
	assert.Equal(t, "blocked", findings["bucket application"].Status)
	assert.Equal(t, "5 of 5 used", findings["quota: VPCs"].Found)

	output, code := c.call(t, "preflight", "--root", root, "--stack", "staging")
	assert.Equal(t, 1, code)
	assert.Contains(t, output, "set logSearch.serviceLinkedRole to")
}

func TestPreflightBeforeDestroy(t *testing.T) {
	c, root := newCloud(t), project(t)
	network, balancing := ec2.NewFromConfig(c.config()), elb.NewFromConfig(c.config())
	vpc, err := network.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16"), TagSpecifications: []ec2types.TagSpecification{{
		ResourceType: ec2types.ResourceTypeVpc,
		Tags:         []ec2types.Tag{{Key: aws.String("Project"), Value: aws.String("aws-webapp")}, {Key: aws.String("Stack"), Value: aws.String("staging")}},
	}}})
	require.NoError(t, err)
	var subnets []string
	for block, zone := range map[string]string{"10.1.1.0/24": "us-east-1a", "10.1.2.0/24": "us-east-1b"} {
		subnet, err := network.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String(block), AvailabilityZone: aws.String(zone)})
		require.NoError(t, err)
		subnets = append(subnets, *subnet.Subnet.SubnetId)
	}
	_, err = network.CreateNetworkInterface(t.Context(), &ec2.CreateNetworkInterfaceInput{SubnetId: aws.String(subnets[0]), Description: aws.String("bastion")})
	require.NoError(t, err)
	balancer, err := balancing.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{
		Name: aws.String("web-1234567"), Subnets: subnets,
		Tags: []elbtypes.Tag{{Key: aws.String("Project"), Value: aws.String("aws-webapp")}, {Key: aws.String("Stack"), Value: aws.String("staging")}},
	})
	require.NoError(t, err)
	_, err = balancing.ModifyLoadBalancerAttributes(t.Context(), &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: balancer.LoadBalancers[0].LoadBalancerArn,
		Attributes:      []elbtypes.LoadBalancerAttribute{{Key: aws.String("deletion_protection.enabled"), Value: aws.String("true")}},
	})
	require.NoError(t, err)
	_, err = rds.NewFromConfig(c.config()).CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("aws-webapp-staging-database"), DBInstanceClass: aws.String("db.t3.small"), Engine: aws.String("postgres"),
		DeletionProtection: aws.Bool(true), AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("owner"), ManageMasterUserPassword: aws.Bool(true),
	})
	require.NoError(t, err)
	storage, bucket := s3.NewFromConfig(c.config(), func(o *s3.Options) { o.UsePathStyle = true }), aws.String("aws-webapp-staging-application-"+moto.Account+"-"+region)
	_, err = storage.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: bucket})
	require.NoError(t, err)
	_, err = storage.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), Body: strings.NewReader("b")})
	require.NoError(t, err)

	findings, code := c.findings(t, "destroy", "--root", root, "--stack", "staging")
	assert.Equal(t, 1, code)
	assert.Equal(t, "set database.deletionProtection to false, then pulumi up, then destroy", findings["database"].Fix)
	assert.Equal(t, "web-1234567 has deletion protection", findings["load balancer"].Found)
	assert.Contains(t, findings["network interfaces"].Found, "(bastion)")
	assert.Equal(t, "warning", findings["bucket application"].Status, "staging's buckets may be emptied")
	assert.Equal(t, "not there", findings["bucket logs"].Found)
}
