package risk

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/iamdoc"
)

// weaker are settings that protect less than they did: the type, the property, its old and its new value, and how bad
// that is. Whoever reviews a pull request has to be told of each.
const weaker = `
aws:any/thing:Thing deletionProtection true false high
aws:any/thing:Thing deletionProtectionEnabled true false high
aws:any/thing:Thing enableDeletionProtection true false high
aws:any/thing:Thing skipFinalSnapshot false true high
aws:any/thing:Thing backupRetentionPeriod 14 7 high
aws:any/thing:Thing forceDestroy false true high
aws:any/thing:Thing forceDelete false true high
aws:cfg/recorderStatus:RecorderStatus isEnabled true false high
aws:cloudtrail/trail:Trail enableLogging true false critical
aws:cloudtrail/trail:Trail isMultiRegionTrail true false high
aws:cloudtrail/trail:Trail enableLogFileValidation true false high
aws:cloudwatch/logGroup:LogGroup retentionInDays 14 7 medium
aws:cloudwatch/metricAlarm:MetricAlarm actionsEnabled true false medium
aws:cloudwatch/metricAlarm:MetricAlarm evaluationPeriods 7 14 medium
aws:cloudwatch/metricAlarm:MetricAlarm datapointsToAlarm 7 14 medium
aws:dynamodb/table:Table pointInTimeRecovery.enabled true false high
aws:ecr/repository:Repository imageTagMutability IMMUTABLE MUTABLE high
aws:guardduty/detector:Detector enable true false high
aws:kms/key:Key enableKeyRotation true false medium
aws:kms/key:Key deletionWindowInDays 14 7 medium
aws:lb/listener:Listener protocol HTTPS HTTP critical
aws:lb/loadBalancer:LoadBalancer accessLogs.enabled true false medium
aws:rds/instance:Instance multiAz true false medium
aws:rds/instance:Instance iamDatabaseAuthenticationEnabled true false medium
aws:s3/bucketVersioningV2:BucketVersioningV2 versioningConfiguration.status Enabled Suspended high
aws:secretsmanager/secret:Secret recoveryWindowInDays 14 7 medium
`

// lessSafely are settings after which a bad version reaches more users, or stays longer with them.
const lessSafely = `
aws:appautoscaling/target:Target minCapacity 60 0 high
aws:appautoscaling/target:Target minCapacity 14 7 medium
aws:appautoscaling/target:Target maxCapacity 14 7 medium
aws:codedeploy/deploymentGroup:DeploymentGroup deploymentConfigName CodeDeployDefault.ECSCanary10Percent5Minutes CodeDeployDefault.ECSAllAtOnce high
aws:codedeploy/deploymentGroup:DeploymentGroup deploymentConfigName CodeDeployDefault.ECSCanary10Percent15Minutes CodeDeployDefault.ECSCanary10Percent5Minutes medium
aws:codedeploy/deploymentGroup:DeploymentGroup blueGreenDeploymentConfig.terminateBlueInstancesOnDeploymentSuccess.terminationWaitTimeInMinutes 60 0 high
aws:codedeploy/deploymentGroup:DeploymentGroup blueGreenDeploymentConfig.terminateBlueInstancesOnDeploymentSuccess.terminationWaitTimeInMinutes 14 7 medium
aws:codedeploy/deploymentGroup:DeploymentGroup autoRollbackConfiguration.enabled true false high
aws:codedeploy/deploymentGroup:DeploymentGroup autoRollbackConfiguration.events ["a","b"] ["a"] medium
aws:codedeploy/deploymentGroup:DeploymentGroup alarmConfiguration.enabled true false high
aws:codedeploy/deploymentGroup:DeploymentGroup alarmConfiguration.alarms ["a","b"] ["a"] high
aws:codedeploy/deploymentGroup:DeploymentGroup alarmConfiguration.ignorePollAlarmFailure false true medium
aws:codedeploy/deploymentGroup:DeploymentGroup deploymentStyle.deploymentOption WITH_TRAFFIC_CONTROL WITHOUT_TRAFFIC_CONTROL high
aws:ecs/service:Service deploymentMinimumHealthyPercent 14 7 medium
aws:ecs/service:Service deploymentCircuitBreaker.enable true false high
aws:ecs/service:Service deploymentCircuitBreaker.rollback true false high
aws:ecs/service:Service alarms.enable true false high
aws:ecs/service:Service alarms.rollback true false high
aws:ecs/service:Service alarms.alarmNames ["a","b"] ["a"] high
aws:ecs/service:Service desiredCount 14 7 medium
aws:ecs/service:Service waitForSteadyState true false medium
aws:ecs/taskDefinition:TaskDefinition cpu 14 7 medium
aws:ecs/taskDefinition:TaskDefinition memory 14 7 medium
aws:lb/targetGroup:TargetGroup healthCheck.enabled true false high
aws:lb/targetGroup:TargetGroup healthCheck.matcher "200" "200-299" medium
aws:lb/targetGroup:TargetGroup deregistrationDelay 14 7 low
`

func TestWeakerSettingsAreTold(t *testing.T) {
	for class, table := range map[Class]string{Protection: weaker, Release: lessSafely} {
		for line := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
			words := strings.Fields(line)
			require.Len(t, words, 5, line)
			path, old, now := strings.Split(words[1], "."), valueOf(words[2]), valueOf(words[3])
			told := func(old, now any) []string {
				return found(class, changed(eventlog.OpUpdate, words[0], at(path, old), at(path, now)))
			}
			texts := told(old, now)
			require.Len(t, texts, 1, line)
			assert.True(t, strings.HasPrefix(texts[0], words[4]+": "+path[len(path)-1]+": "), texts[0])
			assert.Empty(t, told(now, old), "%s, and back", line)
		}
	}
}

// valueOf reads a value as it is written in a table.
func valueOf(text string) any {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

// lettingIn are settings that let the public in: the type, the property, the value ("-" is none), and how bad that is
// where it was closed before. A property whose absence opens, too, is marked.
const lettingIn = `
aws:any/thing:Thing publiclyAccessible true critical
aws:any/thing:Thing mapPublicIpOnLaunch true high
aws:any/thing:Thing associatePublicIpAddress true high
aws:ecs/service:Service networkConfiguration.assignPublicIp true high
aws:eks/cluster:Cluster vpcConfig.endpointPublicAccess true high
aws:eks/cluster:Cluster vpcConfig.endpointPublicAccess - high
aws:lambda/functionUrl:FunctionUrl authorizationType NONE critical
aws:lb/loadBalancer:LoadBalancer internal false high
aws:lb/loadBalancer:LoadBalancer internal - high
aws:opensearch/domain:Domain vpcOptions - critical
aws:s3/bucketAclV2:BucketAclV2 acl public-read critical
aws:s3/bucketAclV2:BucketAclV2 acl public-read-write critical
aws:s3/bucketAclV2:BucketAclV2 acl authenticated-read critical
aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock blockPublicAcls - critical
aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock blockPublicPolicy false critical
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock blockPublicAcls false critical
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock blockPublicPolicy - critical
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ignorePublicAcls false critical
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock restrictPublicBuckets - critical
`

func TestOpeningsAreTold(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(lettingIn), "\n") {
		words := strings.Fields(line)
		path := strings.Split(words[1], ".")
		now := values{}
		if words[2] != "-" {
			now = at(path, valueOf(words[2]))
		}
		texts := found(Exposure, changed(eventlog.OpUpdate, words[0], at(path, "shut"), now))
		shows := slices.ContainsFunc(texts, func(text string) bool {
			setting := path[len(path)-1] + ": " + words[2] + ")"
			if words[2] == "-" {
				setting = "no " + path[len(path)-1] + ")"
			}
			return strings.HasPrefix(text, words[3]+": ") && strings.HasSuffix(text, setting)
		})
		assert.True(t, shows, "%s: %v", line, texts)
	}
}

// missed are what protects or guards by being there, and how bad it is when it goes alone.
const missed = `
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock critical
aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock critical
aws:wafv2/webAclAssociation:WebAclAssociation critical
aws:cloudwatch/metricAlarm:MetricAlarm medium
aws:backup/plan:Plan high
aws:backup/selection:Selection high
aws:ec2/flowLog:FlowLog medium
aws:secretsmanager/secretRotation:SecretRotation high
aws:s3/bucketVersioningV2:BucketVersioningV2 high
aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2 high
aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter medium
`

func TestWhatGoesAloneIsMissed(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(missed), "\n") {
		token, level, _ := strings.Cut(line, " ")
		gone := changed(eventlog.OpDelete, token, values{}, nil)
		texts := append(found(Exposure, gone), found(Protection, gone)...)
		require.Len(t, texts, 1, line)
		assert.True(t, strings.HasPrefix(texts[0], level+": is deleted: "), texts[0])
	}
}

// Each property names what a setting belongs to, as the provider calls it for some type of setting.
func TestWhatASettingBelongsTo(t *testing.T) {
	for _, property := range strings.Fields(`bucket resourceArn role user group policyArn arn queueUrl secretArn secretId
		repository domainName backupVaultName fileSystemId keyId logGroup logGroupName vpcEndpointId`) {
		s := changed(eventlog.OpDelete, "aws:ec2/flowLog:FlowLog", values{property: "x"}, nil)
		assert.Empty(t, found(Protection, s, goes("x")), property)
	}
}

// A condition admits all that another one does: with the same values, more of them, or a pattern around them; where the
// operator is negated, with fewer.
func TestConditionsThatAdmitAsMuch(t *testing.T) {
	condition := func(operator, key string, all ...string) iamdoc.Condition {
		return iamdoc.Condition{Operator: operator, Key: key, Values: all}
	}
	unknown := condition("stringequals", "k", "a")
	unknown.Unknown = true
	for _, row := range []struct {
		c, other iamdoc.Condition
		want     bool
	}{
		{condition("stringequals", "k", "a"), condition("stringequals", "k", "a"), true},
		{condition("stringequals", "k", "a", "b"), condition("stringequals", "k", "a"), true},
		{condition("stringequals", "k", "a"), condition("stringequals", "k", "a", "b"), false},
		{condition("stringequals", "k", "b"), condition("stringequals", "k", "a"), false},
		{condition("stringequals", "k", "a*"), condition("stringequals", "k", "ab"), false},
		{condition("stringlike", "k", "a*"), condition("stringlike", "k", "ab"), true},
		{condition("stringlike", "k", "ab"), condition("stringlike", "k", "a*"), false},
		{condition("arnlike", "k", "arn:*"), condition("arnlike", "k", "arn:b", "arn:c"), true},
		{condition("stringlike", "k", "[a"), condition("stringlike", "k", "[a"), true},
		{condition("stringequals", "k", "a"), condition("stringlike", "k", "a"), false},
		{condition("stringequals", "k", "a"), condition("stringequals", "l", "a"), false},
		{condition("stringnotequals", "k", "a"), condition("stringnotequals", "k", "a", "b"), true},
		{condition("stringnotequals", "k", "a", "b"), condition("stringnotequals", "k", "a"), false},
		{condition("stringnotlike", "k", "ab"), condition("stringnotlike", "k", "a*"), true},
		{condition("stringnotlike", "k", "a*"), condition("stringnotlike", "k", "ab"), false},
		{unknown, condition("stringequals", "k", "a"), false},
		{condition("stringequals", "k", "a"), unknown, false},
	} {
		assert.Equal(t, row.want, looser(row.c, row.other), "%v admits what %v does", row.c, row.other)
	}
}

// Hook by hook, and by what of the AppSpec is known.
func TestAppSpecs(t *testing.T) {
	spec := func(text string) resource.PropertyMap {
		return resource.PropertyMap{"appSpec": resource.NewStringProperty(text)}
	}
	service := func(properties string) string {
		return `{"Resources":[{"TargetService":{"Properties":{` + properties + `}}}],"Hooks":[{"BeforeAllowTraffic":"f"}]}`
	}
	private := service(`"NetworkConfiguration":{"AwsvpcConfiguration":{"AssignPublicIp":"DISABLED"}}`)
	public := service(`"NetworkConfiguration":{"AwsvpcConfiguration":{"AssignPublicIp":"ENABLED"}}`)
	for _, row := range []struct {
		old, now string
		class    Class
		want     []string
	}{
		{private, public, Exposure, []string{"high: the next deployment gives tasks public addresses (AssignPublicIp: ENABLED)"}},
		{public, public, Exposure, nil},
		{public, private, Exposure, nil},
		{private, private[:len(private)-1], Exposure, nil},
		{"", public, Exposure, nil},
		{private, `{"Resources":[]}`, Release, []string{
			"high: the hook BeforeAllowTraffic is removed: nothing tries a new version there any more",
		}},
		{`{"Resources":[]}`, private, Release, nil},
	} {
		s := changed(eventlog.OpUpdate, "aws-webapp:service:Service", values{}, values{})
		s.Custom, s.OfComponent, s.Old, s.New = false, true, spec(row.old), spec(row.now)
		assert.Equal(t, row.want, found(row.class, s), "%s → %s", row.old, row.now)
	}
}

// Where a number was not set, AWS's default was in force.
func TestWhatWasNotSetHadADefault(t *testing.T) {
	for _, row := range []struct {
		token, property string
		now             int
		lower           bool
	}{
		{ecsServiceType, "deploymentMinimumHealthyPercent", 99, true},
		{ecsServiceType, "deploymentMinimumHealthyPercent", 100, false},
		{ecsServiceType, "desiredCount", 0, false},
		{"aws:appautoscaling/target:Target", "maxCapacity", 0, false},
		{"aws:appautoscaling/target:Target", "minCapacity", 0, false},
		{taskDefinitionType, "cpu", 0, false},
		{taskDefinitionType, "memory", 0, false},
		{"aws:lb/targetGroup:TargetGroup", "deregistrationDelay", 0, false},
	} {
		texts := found(Release, changed(eventlog.OpUpdate, row.token, values{}, values{row.property: row.now}))
		assert.Equal(t, row.lower, len(texts) == 1, "%s %d: %v", row.property, row.now, texts)
	}
}
