package stack_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// endpointOf says under which name the AWS provider is given the endpoint of the service that
// serves a resource type. The longest beginning of the type counts.
var endpointOf = map[string]string{
	"aws:accessanalyzer/":              "accessanalyzer",
	"aws:acm/":                         "acm",
	"aws:appautoscaling/":              "appautoscaling",
	"aws:backup/":                      "backup",
	"aws:cfg/":                         "configservice",
	"aws:cloudtrail/":                  "cloudtrail",
	"aws:cloudwatch/":                  "cloudwatch",
	"aws:cloudwatch/event":             "events",
	"aws:cloudwatch/log":               "logs",
	"aws:cloudwatch/queryDefinition":   "logs",
	"aws:codebuild/":                   "codebuild",
	"aws:codedeploy/":                  "codedeploy",
	"aws:codepipeline/":                "codepipeline",
	"aws:codestarconnections/":         "codestarconnections",
	"aws:ebs/":                         "ec2",
	"aws:ec2/":                         "ec2",
	"aws:ecr/":                         "ecr",
	"aws:ecs/":                         "ecs",
	"aws:guardduty/":                   "guardduty",
	"aws:iam/":                         "iam",
	"aws:kms/":                         "kms",
	"aws:lambda/":                      "lambda",
	"aws:lb/":                          "elbv2",
	"aws:opensearch/":                  "opensearch",
	"aws:rds/":                         "rds",
	"aws:route53/":                     "route53",
	"aws:s3/":                          "s3",
	"aws:s3/accountPublicAccessBlock:": "s3control",
	"aws:secretsmanager/":              "secretsmanager",
	"aws:securityhub/":                 "securityhub",
	"aws:sns/":                         "sns",
	"aws:sqs/":                         "sqs",
	"aws:vpc/":                         "ec2",
	"aws:wafv2/":                       "wafv2",
}

func endpoint(typ string) (service string, known bool) {
	longest := -1
	for beginning, name := range endpointOf {
		if strings.HasPrefix(typ, beginning) && len(beginning) > longest {
			service, longest = name, len(beginning)
		}
	}
	return service, longest >= 0
}

// TestLocalStackCallsTheEmulatorAlone fails where Pulumi.local.yaml lacks the endpoint of a
// service that its stack calls: the call would go to AWS, with credentials that are none.
func TestLocalStackCallsTheEmulatorAlone(t *testing.T) {
	root := filepath.Join("..", "..")
	local, err := config.LoadFile(filepath.Join(root, "Pulumi.yaml"), filepath.Join(root, "Pulumi.local.yaml"))
	require.NoError(t, err)
	for _, url := range local.AWS.Endpoints {
		assert.Equal(t, "http://localhost:5000", url)
	}
	assert.Contains(t, local.AWS.Endpoints, "sts", "the program asks whose account it is")
	assert.Contains(t, local.AWS.Endpoints, "ec2", "the program asks for the zones")
	for _, r := range deploy(t, "local") {
		if !strings.HasPrefix(r.typ, "aws:") {
			continue
		}
		service, known := endpoint(r.typ)
		if assert.True(t, known, "say in endpointOf which service serves %s", r.typ) {
			assert.Contains(t, local.AWS.Endpoints, service, "Pulumi.local.yaml: aws.endpoints lacks the service of %s", r.typ)
		}
	}
}

// TestEveryTypeHasAnEndpoint keeps the table complete for stacks that contain more.
func TestEveryTypeHasAnEndpoint(t *testing.T) {
	for _, name := range stacks {
		for _, r := range deploy(t, name) {
			if strings.HasPrefix(r.typ, "aws:") {
				_, known := endpoint(r.typ)
				assert.True(t, known, "say in endpointOf which service serves %s", r.typ)
			}
		}
	}
}
