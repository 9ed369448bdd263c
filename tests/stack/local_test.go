package stack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
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

// TestLocalStackCallsTheEmulatorAlone shows that what the fixture says is enough, and what is missing without it.
func TestLocalStackCallsTheEmulatorAlone(t *testing.T) {
	local, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "local"))
	require.NoError(t, err)
	resources := deploy(t, "local")
	assert.Empty(t, calledAtAWS(t, local.AWS.Endpoints, resources))
	delete(local.AWS.Endpoints, "sns")
	delete(local.AWS.Endpoints, "sts")
	assert.Equal(t, []string{"sns", "sts"}, calledAtAWS(t, local.AWS.Endpoints, resources))
}

// calledAtAWS are the services that a stack calls and that it has no endpoint of: those calls would go to AWS, with an
// emulator's credentials.
func calledAtAWS(t *testing.T, endpoints map[string]string, resources []recorded) []string {
	t.Helper()
	// The program asks whose account it is in, and for the zones.
	called := map[string]bool{"sts": true, "ec2": true}
	for _, r := range resources {
		if strings.HasPrefix(r.typ, "aws:") {
			service, known := endpoint(r.typ)
			assert.True(t, known, "say in endpointOf which service serves %s", r.typ)
			called[service] = true
		}
	}
	maps.DeleteFunc(called, func(service string, _ bool) bool { return endpoints[service] != "" })
	return slices.Sorted(maps.Keys(called))
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
