// Package strangers_test runs the policy pack on programs that are not ours.
package strangers_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
	"aws-webapp/tests/strangers/programs"
)

// stranger is a program of somebody else.
type stranger struct {
	name    string
	about   string
	program pulumi.RunFunc
	careful bool
}

var strangers = []stranger{
	{name: "site", about: "a static site: S3 behind CloudFront, certificate and DNS", program: programs.Site},
	{name: "site-careful", about: "the same by a careful team", program: programs.SiteCareful, careful: true},
	{name: "api", about: "an HTTP API on Lambda with a DynamoDB table", program: programs.API},
	{name: "api-careful", about: "the same by a careful team", program: programs.APICareful, careful: true},
	{name: "shop", about: "machines behind a load balancer, MySQL, a VPC by hand", program: programs.Shop},
	{name: "shop-careful", about: "the same by a careful team", program: programs.ShopCareful, careful: true},
	{name: "cluster", about: "EKS with nodes, addons and roles in the default VPC", program: programs.Cluster},
	{name: "cluster-careful", about: "the same by a careful team", program: programs.ClusterCareful, careful: true},
	{name: "containers", about: "a Fargate service by awsx", program: programs.Containers},
	{name: "containers-careful", about: "the same by a careful team", program: programs.ContainersCareful, careful: true},
	{name: "pipeline", about: "SNS, SQS, Kinesis, Firehose, Step Functions and EventBridge", program: programs.Pipeline},
	{name: "pipeline-careful", about: "the same by a careful team", program: programs.PipelineCareful, careful: true},
	{name: "guest", about: "what reads, imports and adds to things of others", program: programs.Guest},
}

// executable is the pack, built once for all tests.
var executable string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "strangers")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	executable = filepath.Join(dir, "policies")
	if err := policytest.Build(context.Background(), filepath.Join("..", "..", "policies"), executable); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// project and stackConfig are a stranger's.
const project = "bikes"

var stackConfig = map[string]string{"bikes:domain": "bikes.example.org", "aws:region": "eu-west-1"}

// judge runs a program and then the pack on its resources, without configuration of policies.
func judge(t *testing.T, s stranger, stack string, phase testgraph.Phase) policytest.Outcome {
	t.Helper()
	session, err := policytest.Start(t.Context(), executable)
	require.NoError(t, err)
	defer func() { _ = session.Close() }()
	require.NoError(t, session.Configure(t.Context(), policytest.Stack{
		Name: stack, Project: project, Config: stackConfig, Preview: phase == testgraph.Preview,
	}, nil))
	outcome, err := session.Run(t.Context(), record(t, s, stack, phase))
	require.NoError(t, err)
	return outcome
}

func record(t *testing.T, s stranger, stack string, phase testgraph.Phase) []*graph.Resource {
	t.Helper()
	settings := map[string]string{"shop:dbPassword": "correct-horse-battery"}
	for key, value := range stackConfig {
		settings[key] = value
	}
	resources, err := testgraph.Record(testgraph.Recording{
		Project: project, Stack: stack, Config: settings, Phase: phase, Call: call, Outputs: outputs,
	}, s.program)
	require.NoError(t, err)
	return resources
}

// outputs holds the answers of AWS that the programs use.
var outputs = map[string]func(string, resource.PropertyMap) resource.PropertyMap{
	"aws:sqs/queue:Queue": func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"url": "https://sqs.eu-west-1.amazonaws.com/123456789012/" + name})
	},
	"aws:s3/bucketV2:BucketV2": func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{
			"arn": "arn:aws:s3:::" + name + "-3f9a1c2", "bucket": name + "-3f9a1c2",
			"bucketDomainName": name + "-3f9a1c2.s3.amazonaws.com",
		})
	},
	"aws:kms/key:Key": func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"keyId": name + "-key"})
	},
	"aws:acm/certificate:Certificate": func(string, resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"domainValidationOptions": []any{map[string]any{
			"domainName": "bikes.example.org", "resourceRecordName": "_x.bikes.example.org", "resourceRecordType": "CNAME",
			"resourceRecordValue": "_y.acm-validations.aws.",
		}}})
	},
	"aws:eks/cluster:Cluster": func(string, resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"identities": []any{map[string]any{"oidcs": []any{map[string]any{
			"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
		}}}}})
	},
	"pulumi:pulumi:StackReference": func(string, resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"outputs": map[string]any{
			"privateSubnetIds": []any{"subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"},
			"appSubnetId":      "subnet-0cccccccccccccccc",
		}})
	},
	"aws:s3/bucket:Bucket": func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"arn": "arn:aws:s3:::" + name + "-3f9a1c2"})
	},
	"aws:apigatewayv2/api:Api": func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{"executionArn": "arn:aws:execute-api:eu-west-1:123456789012:" + name})
	},
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": func(_ string, in resource.PropertyMap) resource.PropertyMap {
		return properties(map[string]any{
			"arn": "arn:aws:iam::123456789012:oidc-provider/" + strings.TrimPrefix(in["url"].StringValue(), "https://"),
		})
	},
}

// call answers the programs' function calls.
func call(token string, args resource.PropertyMap) (resource.PropertyMap, error) {
	switch token {
	case "aws:index/getCallerIdentity:getCallerIdentity":
		return properties(map[string]any{"accountId": "123456789012"}), nil
	case "aws:index/getRegion:getRegion":
		return properties(map[string]any{"name": "eu-west-1"}), nil
	case "aws:index/getPartition:getPartition":
		return properties(map[string]any{"partition": "aws"}), nil
	case "aws:index/getAvailabilityZones:getAvailabilityZones":
		return properties(map[string]any{"names": []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}}), nil
	case "aws:ec2/getVpc:getVpc":
		return properties(map[string]any{"id": "vpc-0123456789abcdef0"}), nil
	case "aws:ec2/getSubnets:getSubnets":
		return properties(map[string]any{"ids": []any{"subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"}}), nil
	case "aws:ec2/getAmi:getAmi":
		return properties(map[string]any{"id": "ami-0123456789abcdef0"}), nil
	case "aws:route53/getZone:getZone":
		return properties(map[string]any{"zoneId": "Z0123456789ABC"}), nil
	case "aws:iam/getPolicyDocument:getPolicyDocument":
		return properties(map[string]any{"json": document(args)}), nil
	default:
		return nil, fmt.Errorf("a program calls %s: teach the test its answer", token)
	}
}

func properties(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(values)
}
