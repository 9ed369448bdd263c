package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
)

// besides are types that a stack may have without what most controls judge: each with the beginnings of the names
// of those that judge something wherever it is, beside explicit-provider.
var besides = map[string][]string{
	"aws:ec2/vpc:Vpc":                                          {"required-tags", "vpc-protected"},
	"aws:ec2/defaultVpc:DefaultVpc":                            nil,
	"aws:ec2/defaultSubnet:DefaultSubnet":                      nil,
	"aws:ec2/route:Route":                                      nil,
	"aws:ec2/flowLog:FlowLog":                                  nil,
	"aws:ec2/eip:Eip":                                          nil,
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":        {"sg-"},
	"aws:rds/clusterInstance:ClusterInstance":                  {"rds-"},
	"aws:rds/snapshot:Snapshot":                                {"rds-"},
	"aws:rds/clusterSnapshot:ClusterSnapshot":                  {"rds-"},
	"aws:rds/snapshotCopy:SnapshotCopy":                        {"rds-"},
	"aws:elasticache/subnetGroup:SubnetGroup":                  nil,
	"aws:ecs/taskSet:TaskSet":                                  {"ecs-"},
	"aws:cloudwatch/eventTarget:EventTarget":                   nil,
	"aws:cloudwatch/dashboard:Dashboard":                       nil,
	"aws:scheduler/schedule:Schedule":                          nil,
	"aws:codedeploy/application:Application":                   nil,
	"aws:ecr/pullThroughCacheRule:PullThroughCacheRule":        nil,
	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": nil,
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":   nil,
	"aws:s3/bucketPolicy:BucketPolicy":                         nil,
	"aws:s3/bucketVersioningV2:BucketVersioningV2":             nil,
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": nil,
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     nil,
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       nil,
	"aws:secretsmanager/secretRotation:SecretRotation":                                           nil,
	"aws:rds/instance:Instance":                                                                  {"rds-"},
	"aws:rds/cluster:Cluster":                                                                    {"rds-"},
	"aws:kms/keyPolicy:KeyPolicy":                                                                nil,
	"aws:kms/replicaKey:ReplicaKey":                                                              nil,
	"aws:kms/externalKey:ExternalKey":                                                            nil,
	"aws:kms/replicaExternalKey:ReplicaExternalKey":                                              nil,
	"aws:kms/alias:Alias":                                                                        nil,
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
		"iam-no-w",
		"iam-no-u",
	},
	"aws:iam/rolePolicy:RolePolicy": {
		"iam-no-w",
		"iam-no-u",
	},
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider":             nil,
	"aws:lambda/layerVersion:LayerVersion":                            nil,
	"aws:sns/platformApplication:PlatformApplication":                 nil,
	"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy":                   nil,
	"aws:wafv2/ipSet:IpSet":                                           nil,
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": nil,
	"aws:codebuild/sourceCredential:SourceCredential":                 nil,
	"aws:backup/plan:Plan":                                            nil,
}

// policy-coverage says where a control should have judged something: wherever the stack has what it is about, and
// nowhere else.
func TestControlsAreExpectedWhereTheirSubjectIs(t *testing.T) {
	for _, c := range All() {
		if c.Optional || c.Name == "explicit-provider" {
			continue
		}
		for typeToken, anyway := range besides {
			named := func(prefix string) bool { return strings.HasPrefix(c.Name, prefix) }
			if c.Expects(typeToken) {
				assert.True(t, slices.ContainsFunc(anyway, named), "%s need not judge anything beside a %s", c.Name, typeToken)
			}
		}
		if c.Name == "required-tags" {
			assert.True(t, c.Expects("aws:ec2/vpc:Vpc") && c.Expects("aws:ecr/repository:Repository"))
		}
		for _, typeToken := range c.Types {
			_, companion := besides[typeToken]
			if !companion && c.Name != "required-tags" && c.Name != "secret-customer-key" {
				assert.True(t, c.Expects(typeToken), "%s has something to judge in a %s", c.Name, typeToken)
			}
		}
	}
}

// What stacks may set at least and at most: days that AWS accepts, and parts of the traffic.
func TestBoundsOfParameters(t *testing.T) {
	bounds := map[string][2]float64{
		"rds-backups minimumDays": {1, 35}, "secret-rotation maximumDays": {1, 1000},
		"log-retention minimumDays": {1, 3653}, "log-retention minimumDaysElsewhere": {1, 3653},
		"log-retention remediateDays":          {1, 3653},
		"codedeploy-traffic-shift waitMinutes": {0, 2880}, "codedeploy-traffic-shift waitMinutesElsewhere": {0, 2880},
		"codedeploy-traffic-shift shiftMinutes": {0, 2880}, "codedeploy-traffic-shift shiftMinutesElsewhere": {0, 2880},
		"codedeploy-traffic-shift stepPercent": {1, 100}, "codedeploy-traffic-shift stepPercentElsewhere": {1, 100},
		"engine-version-supported soonDays": {0, 730}, "lambda-runtime soonDays": {0, 730},
	}
	for _, c := range All() {
		for _, p := range c.Params {
			if p.Kind != control.Number {
				continue
			}
			bound, known := bounds[c.Name+" "+p.Name]
			assert.True(t, known, "%s %s has no bounds", c.Name, p.Name)
			for n, fits := range map[float64]bool{bound[0] - 1: false, bound[0]: true, bound[1]: true, bound[1] + 1: false} {
				_, err := p.Parse(n)
				assert.Equal(t, fits, err == nil, "%s %s: %v", c.Name, p.Name, n)
			}
		}
	}
}
