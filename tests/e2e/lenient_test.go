//go:build e2e

package e2e

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

// leniency is a call that moto accepts and AWS refuses: a green run of these tests does not
// show that the stacks are free of it. The simulation, the configuration, preflight and the
// policies check for it. Calls that AWS's published models refuse are not listed here:
// checkCalls finds them.
type leniency struct {
	name string
	// refusal is AWS's error, by its name in the API reference of the operation.
	refusal string
	call    func(context.Context, clients) error
}

var leniencies = []leniency{
	{"addresses above the account's quota", "EC2 AllocateAddress: AddressLimitExceeded", allocateAddresses},
	{"endpoint of a service that is none", "EC2 CreateVpcEndpoint: InvalidServiceName", makeEndpoint},
	{
		"load balancer in small subnets of a network without a gateway",
		"ELB CreateLoadBalancer: InvalidSubnet", makeBalancer,
	},
	{"load balancer in one zone", "ELB CreateLoadBalancer: ValidationError, at least two subnets", makeNarrowBalancer},
	{
		"access logs into a bucket that does not take them",
		"ELB ModifyLoadBalancerAttributes: InvalidConfigurationRequest", logAccess,
	},
	{
		"trail into a bucket that does not take it",
		"CloudTrail CreateTrail: InsufficientS3BucketPolicyException", makeBareTrail,
	},
	{"inline policies beyond a role's 10,240 characters", "IAM PutRolePolicy: LimitExceeded", putLongPolicies},
	{"trust in a role that is none", "IAM CreateRole: MalformedPolicyDocument, invalid principal", trustNobody},
	{"key policy that locks its administrators out", "KMS PutKeyPolicy: MalformedPolicyDocumentException", lockKey},
	{"bucket policy about another bucket", "S3 PutBucketPolicy: MalformedPolicy, invalid resource", putForeignPolicy},
	{"log group with a key that is none", "Logs CreateLogGroup: InvalidParameterException", encryptLogs},
	{
		"log resource policy above 5,120 characters",
		"Logs PutResourcePolicy: InvalidParameterException", putLongLogPolicy,
	},
	{
		"subscription of a function that logs may not call",
		"Logs PutSubscriptionFilter: InvalidParameterException", subscribe,
	},
	{
		"function whose role does not trust it",
		"Lambda CreateFunction: InvalidParameterValueException", makeDistrustedFunction,
	},
	{
		"environment of a function above 4 KB",
		"Lambda CreateFunction: InvalidParameterValueException", makeLargeEnvironment,
	},
	{"runtime that has ended", "Lambda CreateFunction: InvalidParameterValueException", makeOldFunction},
	{"task whose memory is not one of its CPU's", "ECS RegisterTaskDefinition: ClientException", registerOddTask},
	{"schedule that is no time", "EventBridge PutRule: ValidationException", putOddSchedule},
	{"alarm that looks back for more than a week", "CloudWatch PutMetricAlarm: ValidationError", putLongAlarm},
	{
		"rules of one priority, and a rule group that is none",
		"WAF CreateWebACL: WAFInvalidParameterException", makeOddACL,
	},
	{"version of PostgreSQL that is none", "RDS CreateDBInstance: InvalidParameterCombination", makeOldDatabase},
	{
		"domain of a version that is none, in one zone of two",
		"OpenSearch CreateDomain: ValidationException", makeOddDomain,
	},
}

// TestLeniencies fails if a newer moto refuses one of these calls as AWS does.
func TestLeniencies(t *testing.T) {
	c := newClients(startMoto(t).config())
	for _, l := range leniencies {
		t.Run(l.name, func(t *testing.T) {
			assert.NoError(t, l.call(t.Context(), c),
				"moto refuses it now, as AWS does (%s): remove it from the list", l.refusal)
		})
	}
}
