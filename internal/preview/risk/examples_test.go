package risk

import (
	"encoding/json"
	"net/netip"
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
any/thing deletionProtection true false high
any/thing deletionProtectionEnabled true false high
any/thing enableDeletionProtection true false high
any/thing skipFinalSnapshot false true high
any/thing backupRetentionPeriod 14 7 high
any/thing forceDestroy false true high
any/thing forceDelete false true high
cfg/recorderStatus isEnabled true false high
cloudtrail/trail enableLogging true false critical
cloudtrail/trail isMultiRegionTrail true false high
cloudtrail/trail enableLogFileValidation true false high
cloudwatch/logGroup retentionInDays 14 7 medium
cloudwatch/metricAlarm actionsEnabled true false medium
cloudwatch/metricAlarm evaluationPeriods 7 14 medium
cloudwatch/metricAlarm datapointsToAlarm 7 14 medium
dynamodb/table pointInTimeRecovery.enabled true false high
ecr/repository imageTagMutability IMMUTABLE MUTABLE high
guardduty/detector enable true false high
kms/key enableKeyRotation true false medium
kms/key deletionWindowInDays 14 7 medium
lb/listener protocol HTTPS HTTP critical
lb/loadBalancer accessLogs.enabled true false medium
rds/instance multiAz true false medium
rds/instance iamDatabaseAuthenticationEnabled true false medium
s3/bucketVersioningV2 versioningConfiguration.status Enabled Suspended high
secretsmanager/secret recoveryWindowInDays 14 7 medium
`

// lessSafely are settings after which a bad version reaches more users, or stays longer with them.
const lessSafely = `
appautoscaling/target minCapacity 60 0 high
appautoscaling/target minCapacity 14 7 medium
appautoscaling/target maxCapacity 14 7 medium
codedeploy/deploymentGroup deploymentConfigName canary5 allAtOnce high
codedeploy/deploymentGroup deploymentConfigName canary15 canary5 medium
codedeploy/deploymentGroup terminationWait 60 0 high
codedeploy/deploymentGroup terminationWait 14 7 medium
codedeploy/deploymentGroup autoRollbackConfiguration.enabled true false high
codedeploy/deploymentGroup autoRollbackConfiguration.events ["a","b"] ["a"] medium
codedeploy/deploymentGroup alarmConfiguration.enabled true false high
codedeploy/deploymentGroup alarmConfiguration.alarms ["a","b"] ["a"] high
codedeploy/deploymentGroup alarmConfiguration.ignorePollAlarmFailure false true medium
codedeploy/deploymentGroup deploymentStyle.deploymentOption WITH_TRAFFIC_CONTROL WITHOUT_TRAFFIC_CONTROL high
ecs/service deploymentMinimumHealthyPercent 14 7 medium
ecs/service deploymentCircuitBreaker.enable true false high
ecs/service deploymentCircuitBreaker.rollback true false high
ecs/service alarms.enable true false high
ecs/service alarms.rollback true false high
ecs/service alarms.alarmNames ["a","b"] ["a"] high
ecs/service desiredCount 14 7 medium
ecs/service waitForSteadyState true false medium
ecs/taskDefinition cpu 14 7 medium
ecs/taskDefinition memory 14 7 medium
lb/targetGroup healthCheck.enabled true false high
lb/targetGroup healthCheck.matcher "200" "200-299" medium
lb/targetGroup deregistrationDelay 14 7 low
`

// long are the words that the table shortens.
var long = strings.NewReplacer(
	"canary15", "CodeDeployDefault.ECSCanary10Percent15Minutes",
	"canary5", "CodeDeployDefault.ECSCanary10Percent5Minutes",
	"allAtOnce", "CodeDeployDefault.ECSAllAtOnce",
	"terminationWait",
	"blueGreenDeploymentConfig.terminateBlueInstancesOnDeploymentSuccess.terminationWaitTimeInMinutes",
)

func TestWeakerSettingsAreTold(t *testing.T) {
	for class, table := range map[Class]string{Protection: weaker, Release: lessSafely} {
		for line := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
			words := strings.Fields(long.Replace(line))
			require.Len(t, words, 5, line)
			path, old, now := strings.Split(words[1], "."), valueOf(words[2]), valueOf(words[3])
			told := func(old, now any) []string {
				return found(class, changed(eventlog.OpUpdate, typeOf(words[0]), at(path, old), at(path, now)))
			}
			texts := told(old, now)
			require.Len(t, texts, 1, line)
			assert.True(t, strings.HasPrefix(texts[0], words[4]+": "+path[len(path)-1]+": "), texts[0])
			assert.Empty(t, told(now, old), "%s, and back", line)
		}
	}
}

// typeOf is the type that a table names without what stands in it twice: aws:kms/key:Key is kms/key.
func typeOf(short string) string {
	_, name, _ := strings.Cut(short, "/")
	return "aws:" + short + ":" + strings.ToUpper(name[:1]) + name[1:]
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
any/thing publiclyAccessible true critical
any/thing mapPublicIpOnLaunch true high
any/thing associatePublicIpAddress true high
ecs/service networkConfiguration.assignPublicIp true high
eks/cluster vpcConfig.endpointPublicAccess true high
eks/cluster vpcConfig.endpointPublicAccess - high
lambda/functionUrl authorizationType NONE critical
lb/loadBalancer internal false high
lb/loadBalancer internal - high
opensearch/domain vpcOptions - critical
s3/bucketAclV2 acl public-read critical
s3/bucketAclV2 acl public-read-write critical
s3/bucketAclV2 acl authenticated-read critical
s3/accountPublicAccessBlock blockPublicAcls - critical
s3/accountPublicAccessBlock blockPublicPolicy false critical
s3/bucketPublicAccessBlock blockPublicAcls false critical
s3/bucketPublicAccessBlock blockPublicPolicy - critical
s3/bucketPublicAccessBlock ignorePublicAcls false critical
s3/bucketPublicAccessBlock restrictPublicBuckets - critical
`

func TestOpeningsAreTold(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(lettingIn), "\n") {
		words := strings.Fields(line)
		path := strings.Split(words[1], ".")
		now := values{}
		if words[2] != "-" {
			now = at(path, valueOf(words[2]))
		}
		texts := found(Exposure, changed(eventlog.OpUpdate, typeOf(words[0]), at(path, "shut"), now))
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

// missed lists the types that protect or guard by their existence, with the level if only they
// are deleted.
const missed = `
s3/bucketPublicAccessBlock critical
s3/accountPublicAccessBlock critical
wafv2/webAclAssociation critical
cloudwatch/metricAlarm medium
backup/plan high
backup/selection high
ec2/flowLog medium
secretsmanager/secretRotation high
s3/bucketVersioningV2 high
s3/bucketServerSideEncryptionConfigurationV2 high
cloudwatch/logSubscriptionFilter medium
`

func TestWhatGoesAloneIsMissed(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSpace(missed), "\n") {
		short, level, _ := strings.Cut(line, " ")
		gone := changed(eventlog.OpDelete, typeOf(short), values{}, nil)
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
		switch text {
		case "none":
			return resource.PropertyMap{}
		case "unknown":
			return resource.PropertyMap{"appSpec": resource.MakeComputed(resource.NewStringProperty(""))}
		}
		return resource.PropertyMap{"appSpec": resource.NewStringProperty(text)}
	}
	service := func(properties string) string {
		return `{"Resources":[{"TargetService":{"Properties":{` + properties + `}}}],"Hooks":[{"BeforeAllowTraffic":"f"}]}`
	}
	private := service(`"NetworkConfiguration":{"AwsvpcConfiguration":{"AssignPublicIp":"DISABLED"}}`)
	public := service(`"NetworkConfiguration":{"AwsvpcConfiguration":{"AssignPublicIp":"ENABLED"}}`)
	providers := func(name string) string {
		return service(`"CapacityProviderStrategy":[{"CapacityProvider":"` + name + `","Weight":1}]`)
	}
	fargate, spot := providers("FARGATE"), providers("FARGATE_SPOT")
	for _, row := range []struct {
		old, now string
		class    Class
		want     []string
	}{
		{fargate, spot, Release, []string{
			"medium: all tasks above the base run on Spot: AWS may stop them at two minutes' notice, all at once",
		}},
		{spot, spot, Release, nil},
		{spot, fargate, Release, nil},
		{private, public, Exposure, []string{
			"high: the next deployment gives tasks public addresses (AssignPublicIp: ENABLED)",
		}},
		{public, public, Exposure, nil},
		{public, private, Exposure, nil},
		{private, private[:len(private)-1], Exposure, nil},
		{"", public, Exposure, nil},
		{private, `{"Resources":[]}`, Release, []string{
			"high: the hook BeforeAllowTraffic is removed: new versions are no longer tested at that point",
		}},
		{`{"Resources":[]}`, private, Release, nil},
		{private, "none", Release, nil},
		{private, "unknown", Release, nil},
		{private, "{", Release, nil},
		{"none", public, Exposure, nil},
		{"unknown", public, Exposure, nil},
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

// A command is another one, or in place of the image's own; a secret that a container had under another name is none
// that it gets.
func TestCommandsThatChange(t *testing.T) {
	runs := func(more string) values {
		const one = `{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true`
		return values{"containerDefinitions": "[" + one + more + "}]"}
	}
	for _, row := range []struct {
		was, is string
		want    []string
	}{
		{`,"command":["a"]`, `,"command":["b","c"]`, []string{"medium: runs another command: b c"}},
		{`,"entryPoint":["a"]`, `,"entryPoint":["b"]`, []string{"medium: runs another entryPoint: b"}},
		{``, `,"command":["b"]`, []string{"medium: runs a command in place of the image's own: b"}},
		{`,"command":["a"]`, ``, nil},
		{`,"command":["a"]`, `,"command":["a"]`, nil},
		{`,"command":["a"]`, `,"command":["sh"]`, []string{"high: runs a shell as its command: sh"}},
		{``, `,"secrets":[{"name":"T","valueFrom":"arn:t"}]`, []string{"medium: gets secrets that it did not have: T"}},
		{
			`,"secrets":[{"name":"S","valueFrom":"arn:t"}]`,
			`,"secrets":[{"name":"T","valueFrom":"arn:t"},{"name":"U","valueFrom":"arn:u"}]`,
			[]string{"medium: gets secrets that it did not have: U"},
		},
		{
			`,"linuxParameters":{"capabilities":{"add":["A"],"drop":["X","Y"]}}`,
			`,"linuxParameters":{"capabilities":{"add":["A","B"],"drop":["X"]}}`,
			[]string{"high: gets the Linux capabilities B", "medium: no longer drops the Linux capabilities Y"},
		},
	} {
		s := changed(eventlog.OpReplace, taskDefinitionType, runs(row.was), runs(row.is))
		assert.Equal(t, row.want, found(Containers, s), "%s → %s", row.was, row.is)
	}
}

// Each row is an image before and after, by registry, repository and digest.
func TestImagesThatComeFromElsewhere(t *testing.T) {
	const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	const own = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
	const region, other = "111111111111.dkr.ecr.eu-west-1.amazonaws.com", "222222222222.dkr.ecr.us-east-1.amazonaws.com"
	// The same registries over IPv6.
	const dual, dualOther = "111111111111.dkr-ecr.us-east-1.on.aws", "222222222222.dkr-ecr.us-east-1.on.aws"
	for _, row := range []struct{ was, is, want string }{
		{own + "/a:1", own + "/a:2", ""},
		{own + "/a:1", own + "/a" + digest, ""},
		{own + "/a" + digest, own + "/a:2", "medium: image is no longer named by its digest"},
		{own + "/a:1", own + "/b:1", "medium: image comes from another repository: a → b"},
		{
			own + "/a:1", region + "/a:1",
			"medium: image comes from another region of the same account: " + own + " → " + region,
		},
		{
			own + "/a:1", dual + "/a:1",
			"medium: image comes from the same registry by another address: " + own + " → " + dual,
		},
		{
			own + "/a:1", dualOther + "/a:1",
			"high: image comes from the registry of another account: " + own + " → " + dualOther,
		},
		{own + "/a:1", other + "/a:1", "high: image comes from the registry of another account: " + own + " → " + other},
		{own + "/a:1", "public.ecr.aws/x/a:1", "high: image comes from a registry outside of this account's: " + own},
		{
			"public.ecr.aws/x/a:1", own + "/a:1",
			"high: image comes from the registry of another account: public.ecr.aws → " + own,
		},
		{"Not An Image", own + "/a:1", ""},
		{own + "/a:1", "Not An Image", "medium: image is not a valid image name"},
		{"Not An Image", "Not An Image", ""},
	} {
		runs := func(image string) values {
			const one = `{"name":"a","user":"1","readonlyRootFilesystem":true,"image":"`
			return values{"containerDefinitions": "[" + one + image + `"}]`}
		}
		texts := found(Containers, changed(eventlog.OpReplace, taskDefinitionType, runs(row.was), runs(row.is)))
		if row.want == "" {
			assert.Empty(t, texts, "%s → %s", row.was, row.is)
			continue
		}
		require.Len(t, texts, 1, "%s → %s", row.was, row.is)
		assert.True(t, strings.HasPrefix(texts[0], row.want), texts[0])
	}
}

// What else lets more people do something: a function's caller, a role's boundary, a shell in the tasks.
func TestOtherPermissionsThatWiden(t *testing.T) {
	const permission = "aws:lambda/permission:Permission"
	for name, row := range map[string]struct {
		token    string
		old, now values
		class    Class
		want     []string
	}{
		"everybody": {permission, values{}, values{"principal": "*"}, Exposure, []string{
			"critical: lets everybody invoke the function (principal *)",
		}},
		"a service":             {permission, nil, values{"principal": "s3.amazonaws.com"}, Permissions, nil},
		"a source that is kept": {permission, values{"sourceArn": "a"}, values{"sourceArn": "b"}, Permissions, nil},
		"a source that goes": {
			permission, values{"sourceArn": "arn:a"}, values{"principal": "s3.amazonaws.com"}, Permissions, []string{
				"high: sourceArn is removed: s3.amazonaws.com may invoke the function for anybody, no longer only for arn:a",
			},
		},
		"a boundary that goes": {"aws:iam/role:Role", values{"permissionsBoundary": "arn:b"}, values{}, Permissions, []string{
			"high: permissionsBoundary is removed: the role may do all that its policies say, no longer only what arn:b allows",
		}},
		"a boundary that changes": {
			"aws:iam/role:Role", values{"permissionsBoundary": "a"}, values{"permissionsBoundary": "b"}, Permissions, nil,
		},
		"a managed policy": {
			"aws:iam/role:Role",
			values{"managedPolicyArns": []any{"a"}},
			values{"managedPolicyArns": []any{"a", "b"}},
			Permissions,
			[]string{"high: gets the managed policy b"},
		},
		"a shell": {ecsServiceType, values{}, values{"enableExecuteCommand": true}, Permissions, []string{
			"medium: enableExecuteCommand: whoever may call ecs:ExecuteCommand gets a shell in the tasks",
		}},
		"a shell as before": {
			ecsServiceType, values{"enableExecuteCommand": true}, values{"enableExecuteCommand": true}, Permissions, nil,
		},
		"a shell of a new one": {ecsServiceType, nil, values{"enableExecuteCommand": true}, Permissions, nil},
	} {
		op := eventlog.OpUpdate
		if row.old == nil {
			op = eventlog.OpCreate
		}
		assert.Equal(t, row.want, found(row.class, changed(op, row.token, row.old, row.now)), name)
	}
	gone := changed(eventlog.OpDelete, permission, values{"principal": "*"}, values{"principal": "*"})
	assert.Empty(t, found(Exposure, gone), "nobody is let in by what goes")
}

// Ranges in any order together contain another one, or leave a gap; a block has two halves.
func TestRangesAndBlocks(t *testing.T) {
	for _, row := range []struct {
		ranges []span
		want   bool
	}{
		{nil, false},
		{[]span{{0, 9}}, true},
		{[]span{{0, 100}}, true},
		{[]span{{0, 8}}, false},
		{[]span{{1, 9}}, false},
		{[]span{{5, 9}, {0, 4}}, true},
		{[]span{{7, 9}, {0, 3}, {4, 6}}, true},
		{[]span{{0, 3}, {3, 9}}, true},
		{[]span{{0, 9}, {0, 2}}, true},
		{[]span{{0, 4}, {6, 9}}, false},
		{[]span{{6, 9}, {0, 4}}, false},
		{[]span{{20, 30}, {0, 9}}, true},
	} {
		assert.Equal(t, row.want, spans(row.ranges, span{0, 9}), row.ranges)
	}
	for block, want := range map[string][2]string{
		"10.0.0.0/8": {"10.0.0.0/9", "10.128.0.0/9"}, "0.0.0.0/0": {"0.0.0.0/1", "128.0.0.0/1"},
		"10.0.0.0/15": {"10.0.0.0/16", "10.1.0.0/16"}, "10.0.0.0/31": {"10.0.0.0/32", "10.0.0.1/32"},
		"::/0": {"::/1", "8000::/1"}, "2001:db8::/32": {"2001:db8::/33", "2001:db8:8000::/33"},
	} {
		lower, upper := halves(netip.MustParsePrefix(block))
		assert.Equal(t, want, [2]string{lower.String(), upper.String()}, block)
	}
}

// What a reader finds at the head of each list.
func TestTitlesOfClasses(t *testing.T) {
	for class, title := range map[Class]string{
		DataLoss: "Stateful resources replaced or deleted", Release: "Release safety lowered", Interruption: "Interrupted",
		Protection: "Protection weakened", Replacement: "Replaced", Deletion: "Deleted", Modification: "Updated",
		Creation: "Created", Exposure: "Exposed to the public", Permissions: "Permissions widened",
	} {
		assert.Equal(t, title, class.Title())
	}
}

// Everything that is not known of a rule is named, and what was open of it before is said, three rules at most.
func TestWhatRulesOpen(t *testing.T) {
	const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	rule := values{"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 1, "toPort": 2}
	s := changed(eventlog.OpCreate, ingress, nil, rule)
	for _, name := range []resource.PropertyKey{"cidrIpv4", "fromPort"} {
		s.New[name] = resource.MakeComputed(resource.NewStringProperty(""))
	}
	texts := found(SecurityGroups, s)
	require.Len(t, texts, 1)
	const what = "; fromPort, toPort, cidrIpv4 is known only after the deployment"
	assert.True(t, strings.HasSuffix(texts[0], what), texts[0])

	block := func(from, to int, cidr string) groupRule {
		return groupRule{ingress: true, protocol: "tcp", ports: span{from, to}, block: netip.MustParsePrefix(cidr)}
	}
	wide := block(0, 100, "10.0.0.0/8")
	udp, out, unknown := block(0, 9, "10.0.0.0/16"), block(0, 9, "10.0.0.0/16"), block(0, 9, "10.0.0.0/16")
	udp.protocol, out.ingress, unknown.unknown = "udp", false, []string{"fromPort"}
	assert.Empty(t, narrowerThan([]groupRule{
		udp, out, unknown, block(101, 200, "10.0.0.0/8"), block(0, 9, "192.168.0.0/16"),
	}, wide))
	for _, narrower := range []groupRule{
		block(0, 0, "10.0.0.0/8"), block(100, 200, "10.0.0.0/8"), block(5, 6, "10.1.0.0/16"), block(5, 6, "0.0.0.0/0"),
	} {
		assert.Equal(t, narrower.String(), narrowerThan([]groupRule{narrower, udp, narrower}, wide))
	}
	many := []groupRule{
		block(1, 1, "10.0.0.0/8"), block(2, 2, "10.0.0.0/8"), block(3, 3, "10.0.0.0/8"), block(4, 4, "10.0.0.0/8"),
		block(5, 5, "10.0.0.0/8"),
	}
	assert.True(t, strings.HasSuffix(narrowerThan(many, wide), ", 2 more"))
	assert.NotContains(t, narrowerThan(many[:3], wide), "more")
	group := groupRule{ingress: true, protocol: "-1", ports: span{0, 65535}, peer: "sg-2"}
	wanted := group
	wanted.protocol, wanted.ports = "tcp", span{1, 1}
	assert.Equal(t, group.String(), narrowerThan([]groupRule{group}, wanted))
	wanted.peer = "sg-3"
	assert.Empty(t, narrowerThan([]groupRule{group}, wanted))
}
