package awsapi_test

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
)

func TestClientsRefuseToChangeAnything(t *testing.T) {
	cloud := awsfake.New()
	client := ecs.NewFromConfig(cloud.Config("us-east-1"))
	_, err := client.UpdateService(t.Context(), &ecs.UpdateServiceInput{Service: aws.String("web")})
	require.ErrorContains(t, err, "refused UpdateService of ECS: this command looks and changes nothing")
	assert.Empty(t, cloud.Calls())
}

func TestClientsChangeOnlyWhatTheyAreFor(t *testing.T) {
	cloud := awsfake.New()
	client := ecs.NewFromConfig(awsapi.ChangeOnly(cloud.WriteConfig("us-east-1"), "ecs:UpdateService"))
	_, err := client.StopTask(t.Context(), &ecs.StopTaskInput{Task: aws.String("a")})
	require.ErrorContains(t, err, "refused StopTask of ECS: this command changes nothing but by ecs:UpdateService")
	awsfake.Answer(cloud, func(*ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
		return &ecs.UpdateServiceOutput{}, nil
	})
	_, err = client.UpdateService(t.Context(), &ecs.UpdateServiceInput{Service: aws.String("web")})
	require.NoError(t, err)
	assert.Equal(t, []string{"ecs:UpdateService"}, cloud.Actions())
}

func TestReads(t *testing.T) {
	for operation, want := range map[string]bool{
		"DescribeServices": true, "GetRole": true, "ListTasks": true, "BatchGetImage": true, "HeadBucket": true,
		"UpdateService": false, "DeleteService": false, "PutImage": false, "BatchDeleteImage": false,
		"StartBuild": false, "": false,
	} {
		assert.Equal(t, want, awsapi.Reads(operation), operation)
	}
}

func TestAction(t *testing.T) {
	for want, call := range map[string][2]string{
		"ecs:DescribeServices":                    {"ECS", "DescribeServices"},
		"elasticloadbalancing:DescribeRules":      {"Elastic Load Balancing v2", "DescribeRules"},
		"route53:GetHostedZone":                   {"Route 53", "GetHostedZone"},
		"es:DescribeDomain":                       {"OpenSearch", "DescribeDomain"},
		"config:DescribeConfigurationRecorders":   {"Config Service", "DescribeConfigurationRecorders"},
		"access-analyzer:ListAnalyzers":           {"AccessAnalyzer", "ListAnalyzers"},
		"s3:ListBucketVersions":                   {"S3", "ListObjectVersions"},
		"secretsmanager:ListSecrets":              {"Secrets Manager", "ListSecrets"},
		"servicequotas:GetServiceQuota":           {"Service Quotas", "GetServiceQuota"},
		"logs:DescribeLogGroups":                  {"CloudWatch Logs", "DescribeLogGroups"},
		"application-autoscaling:DescribeTargets": {"Application Auto Scaling", "DescribeTargets"},
	} {
		assert.Equal(t, want, awsapi.Action(call[0], call[1]))
	}
}

// describe makes one call that fails with err, as often as the SDK tries.
func describe(t *testing.T, err error) error {
	t.Helper()
	cloud := awsfake.New()
	cloud.Fail("ecs:DescribeServices", err, err, err)
	_, failed := ecs.NewFromConfig(cloud.Config("us-east-1")).DescribeServices(t.Context(), &ecs.DescribeServicesInput{
		Services: []string{"web"},
	})
	require.Error(t, failed)
	return failed
}

func TestErrorsAreToldApart(t *testing.T) {
	for name, test := range map[string]struct {
		err                      error
		denied, passing, missing bool
		reason                   string
	}{
		"denied": {
			err:    awsfake.Failure(http.StatusBadRequest, "AccessDeniedException", "no permission"),
			denied: true, reason: "AccessDeniedException: no permission",
		},
		"denied by S3": {err: awsfake.Failure(http.StatusForbidden, "Forbidden", ""), denied: true, reason: "Forbidden"},
		"throttled": {
			err:     awsfake.Failure(http.StatusBadRequest, "ThrottlingException", "Rate exceeded"),
			passing: true, reason: "ThrottlingException: Rate exceeded",
		},
		"outage": {
			err: awsfake.Failure(http.StatusServiceUnavailable, "ServiceUnavailable", "later"), passing: true,
			reason: "ServiceUnavailable: later",
		},
		"lost connection": {err: &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, passing: true},
		"missing": {
			err: awsfake.Failure(http.StatusNotFound, "NotFound", "gone"), missing: true,
			reason: "NotFound: gone",
		},
		"expired": {
			err:    awsfake.Failure(http.StatusBadRequest, "ExpiredTokenException", "log in again"),
			reason: "ExpiredTokenException: log in again",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := describe(t, test.err)
			action, denied := awsapi.Denied(err)
			assert.Equal(t, test.denied, denied)
			assert.Equal(t, test.denied, action == "ecs:DescribeServices")
			assert.Equal(t, test.passing, awsapi.Passing(err))
			assert.Equal(t, test.missing, awsapi.Missing(err))
			if test.reason != "" {
				assert.Equal(t, test.reason, awsapi.Reason(err))
			}
		})
	}
}

func TestOpenNeedsARegion(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	_, err := awsapi.Open(t.Context(), "")
	require.ErrorContains(t, err, "set AWS_REGION, or name it with --region")
	cfg, err := awsapi.Open(t.Context(), "eu-west-1")
	require.NoError(t, err)
	assert.Equal(t, "eu-west-1", cfg.Region)
	_, err = ecs.NewFromConfig(cfg).DeleteCluster(t.Context(), &ecs.DeleteClusterInput{Cluster: aws.String("app")})
	assert.ErrorContains(t, err, "looks and changes nothing")
}
