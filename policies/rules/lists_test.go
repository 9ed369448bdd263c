package rules

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The ports that must not be open to the world, port by port: those of Security Hub's EC2.19
// (https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19), which holds those of CIS, and
// what caches and document databases listen on.
func TestPortsThatMustNotBeOpen(t *testing.T) {
	listed := []int{
		20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088,
		8888, 9200, 9300,
	}
	ours := []int{6379, 11211, 27017} // Redis, memcached, MongoDB
	var found []int
	for port := range lastPort + 1 {
		if (span{protocol: "tcp", from: port, to: port, known: true}).hasAny(riskyPorts) == prop.Yes {
			found = append(found, port)
		}
	}
	assert.Equal(t, slices.Sorted(slices.Values(slices.Concat(listed, ours))), found)
}

// AWS's policies that make an administrator or power user of a role, and their neighbours, which do not.
func TestPoliciesOfAdministrators(t *testing.T) {
	for name, want := range map[string]control.Verdict{
		"AdministratorAccess": control.Fail, "AdministratorAccess-Amplify": control.Fail,
		"PowerUserAccess": control.Fail, "AWSKeyManagementServicePowerUser": control.Fail,
		"SecretsManagerReadWrite": control.Fail,
		"AmazonS3FullAccess":      control.Fail, "AmazonSSMFullAccess": control.Fail, "AWSLambda_FullAccess": control.Fail,
		"job-function/DatabaseAdministrator": control.Fail, "job-function/NetworkAdministrator": control.Fail,
		"job-function/SystemAdministrator": control.Fail, "job-function/DataScientist": control.Fail,
		"aws-service-role/AWSConfigServiceRolePolicy": control.Pass, "job-function/ViewOnlyAccess": control.Pass,
		"ReadOnlyAccess": control.Pass, "SecurityAudit": control.Pass, "AmazonS3ReadOnlyAccess": control.Pass,
		"service-role/AmazonECSTaskExecutionRolePolicy": control.Pass,
	} {
		for prefix, wanted := range map[string]control.Verdict{
			"arn:aws:iam::aws:policy/": want, "arn:aws-cn:iam::aws:policy/": want,
			"arn:aws:iam::222222222222:policy/": control.Pass, // one's own, whatever it is called
		} {
			r := &graph.Resource{Type: iamRoleAttachmentType, Name: "x", Inputs: resource.PropertyMap{
				"policyArn": resource.NewStringProperty(prefix + name),
			}}
			params := control.Params{"policies": administrators}
			assert.Equal(t, wanted, judgeAttachment(in{Resource: r, Params: params}).Verdict(), prefix+name)
		}
	}
}

// A queue's policy has to deny whatever can be done with the queue.
func TestActionsOnAQueue(t *testing.T) {
	actions := queueActions()
	assert.Subset(t, actions, []string{"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue", "sqs:TagQueue"})
	assert.NotContains(t, actions, "sqs:CreateQueue")
	assert.NotContains(t, actions, "sqs:ListQueues", "it is about no queue")
}
