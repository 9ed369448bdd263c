package risk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
	"aws-webapp/policies/sdkschema"
)

// A type whose name is that of a store, and that stores nothing, has to be named here.
func TestWhatIsNamedLikeAStoreIsOne(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	schema, err := sdkschema.Load(dir)
	require.NoError(t, err)
	names := strings.Fields(`FileSystem Snapshot Bucket BucketV2 Volume Vault Ledger ReplicationGroup UserPool IdentityPool
		Broker ReplicaKey Parameter Zone SecretVersion`)
	clusters := strings.Fields("rds docdb neptune redshift memorydb elasticache msk")
	others := strings.Fields(`dynamodb/table timestreamwrite/table keyspaces/table kinesis/stream elasticsearch/domain
		opensearch/domain secretsmanager/secret kms/key rds/globalCluster dlm/lifecyclePolicy msk/serverlessCluster
		docdb/elasticCluster sqs/queue`)
	copies := strings.Fields(`datasync/fsxOpenZfsFileSystem datasync/locationFsxOntapFileSystem
		kinesisanalyticsv2/applicationSnapshot controltower/landingZone storagegateway/cachesIscsiVolume
		finspace/kxVolume lightsail/bucket s3control/bucket route53recoveryreadiness/cell`)
	for token := range schema.Types {
		last := strings.LastIndexByte(token, ':')
		short, name := strings.TrimPrefix(token[:last], "aws:"), token[last+1:]
		module, _, _ := strings.Cut(short, "/")
		store := slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(name, n) }) ||
			name == "Cluster" && slices.Contains(clusters, module) || slices.Contains(others, short)
		if store && !slices.Contains(copies, short) {
			assert.NotZero(t, stateful[token], token)
		}
	}
}

// What a stack makes has its loss in its row alone.
func TestOtherStoresAreNotTheStacks(t *testing.T) {
	for token := range otherStores {
		_, ours := resourcetypes.Of(token)
		assert.False(t, ours, "%s: its row in resourcetypes says what is lost", token)
	}
}

// What these policies allow is nobody's business in IAM.
func TestPoliciesThatAreNotIAMs(t *testing.T) {
	for short := range strings.FieldsSeq(`cloudwatch/logAccountPolicy cloudwatch/logDataProtectionPolicy
		cloudwatch/logIndexPolicy
		networkmanager/coreNetworkPolicyAttachment verifiedaccess/endpoint verifiedaccess/group
		opensearch/serverlessAccessPolicy opensearch/serverlessLifecyclePolicy opensearch/serverlessSecurityPolicy
		resiliencehub/resiliencyPolicy ses/receiptFilter sns/dataProtectionPolicy iot/policy iot/policyAttachment`) {
		for _, property := range []string{"policy", "policyDocument"} {
			assert.Empty(t, found(Permissions, changed(eventlog.OpUpdate, typeOf(short),
				values{property: statements(reads)}, values{property: statements(reads, writes)})), short)
		}
	}
}

// One of several inline policies is enough to say that they cannot be compared.
func TestInlinePoliciesCountTogether(t *testing.T) {
	const role = "aws:iam/role:Role"
	computed := resource.MakeComputed(resource.NewStringProperty(""))
	secret := resource.MakeSecret(resource.NewStringProperty(statements(reads)))
	for want, policy := range map[string]resource.PropertyValue{
		"high: inlinePolicies is not a readable policy document, so it cannot be compared": resource.NewStringProperty("{"),
		"high: inlinePolicies is secret, so nobody can see what it allows":                 secret,
		"low: known only after the deployment: what inlinePolicies allows":                 computed,
	} {
		readable := resource.NewObjectProperty(resource.PropertyMap{"policy": resource.NewStringProperty(statements(reads))})
		other := resource.NewObjectProperty(resource.PropertyMap{"policy": policy})
		for _, all := range [][]resource.PropertyValue{{readable, other}, {other, readable}} {
			s := changed(eventlog.OpUpdate, role, values{}, values{})
			s.New["inlinePolicies"] = resource.NewArrayProperty(all)
			texts := append(found(Permissions, s), found(Unknown, s)...)
			assert.Equal(t, []string{want}, texts)
		}
	}
	s := changed(eventlog.OpUpdate, role, values{}, values{})
	s.New["inlinePolicies"] = resource.MakeComputed(resource.NewArrayProperty(nil))
	assert.Equal(t, []string{"low: known only after the deployment: what inlinePolicies allows"}, found(Unknown, s))
}

// A new policy of a role is compared with all that go, and with none that stays.
func TestPoliciesThatMoveBetweenResources(t *testing.T) {
	const token = "aws:iam/rolePolicy:RolePolicy"
	policy := func(all ...string) values { return values{"role": "them", "policy": statements(all...)} }
	added := changed(eventlog.OpCreate, token, nil, policy(reads, writes))
	goes := func(all ...string) eventlog.Step { return changed(eventlog.OpDelete, token, policy(all...), nil) }
	assert.Len(t, found(Permissions, added, goes(reads)), 1)
	assert.Empty(t, found(Permissions, added, goes(reads), goes(writes)))
	assert.Empty(t, found(Permissions, added, goes(writes), goes(reads)))
	stays := changed(eventlog.OpUpdate, token, policy(writes), policy(writes))
	assert.Len(t, found(Permissions, added, stays), 2, "it stays where it is")
	secret := goes(reads)
	secret.Old["policy"] = resource.MakeSecret(secret.Old["policy"])
	for _, steps := range [][]eventlog.Step{
		{added, secret}, {added, secret, goes(writes)}, {added, goes(writes), secret},
	} {
		assert.Equal(t, []string{"high: policy is secret, so nobody can see what it allows"}, found(Permissions, steps...))
	}
}

func TestWhoAPolicyIsAttachedTo(t *testing.T) {
	for line := range strings.SplitSeq(`rolePolicyAttachment role
userPolicyAttachment user
groupPolicyAttachment group
policyAttachment roles
policyAttachment users
policyAttachment groups`, "\n") {
		words := strings.Fields(line)
		now := values{words[1]: "them", "policyArn": "arn:x"}
		assert.Equal(t, []string{"high: gives them the managed policy arn:x"},
			found(Permissions, changed(eventlog.OpCreate, typeOf("iam/"+words[0]), nil, now)), line)
	}
	for line := range strings.SplitSeq("rolePolicy role\nuserPolicy user\ngroupPolicy group", "\n") {
		words := strings.Fields(line)
		now := values{words[1]: "them", "policy": statements(reads)}
		assert.Len(t, found(Permissions, changed(eventlog.OpCreate, typeOf("iam/"+words[0]), nil, now)), 1, line)
	}
}

// The words of the JSON report, which scripts read.
func TestWordsOfTheReport(t *testing.T) {
	words := make([]string, len(Classes))
	for i, class := range Classes {
		words[i] = string(class)
	}
	assert.Equal(t, strings.Fields(`data-loss containers security-groups permissions exposure release-safety interruption
		protection unknown replacement deletion update create`), words)
	for class, title := range map[Class]string{
		Containers: "What the containers run", SecurityGroups: "Security groups opened",
		Unknown: "Known only after the deployment",
	} {
		assert.Equal(t, title, class.Title())
	}
	assert.Equal(t, strings.Fields("none low medium high critical"), levelNames)
}

func TestNamesOfProtocols(t *testing.T) {
	for text, want := range map[string]string{
		"-1": "-1", "all": "-1", "ALL": "-1", "6": "tcp", "TCP": "tcp", "tcp": "tcp", "17": "udp", "udp": "udp", "1": "1",
	} {
		assert.Equal(t, want, protocolName(text), text)
	}
}

// Minutes until everybody has a new version, by CodeDeploy's name for it: a canary's are those that it waits once, a
// linear shift's all after the first step.
func TestMinutesOfAShift(t *testing.T) {
	for name, want := range map[string]int{
		"CodeDeployDefault.ECSAllAtOnce": 0, "CodeDeployDefault.LambdaAllAtOnce": 0,
		"CodeDeployDefault.ECSCanary10Percent5Minutes": 5, "CodeDeployDefault.LambdaCanary10Percent30Minutes": 30,
		"CodeDeployDefault.ECSLinear10PercentEvery1Minutes":     9,
		"CodeDeployDefault.ECSLinear10PercentEvery3Minutes":     27,
		"CodeDeployDefault.LambdaLinear50PercentEvery1Minute":   1,
		"CodeDeployDefault.LambdaLinear20PercentEvery10Minutes": 40,
	} {
		found, known := minutes(prop.Of(resource.PropertyMap{"a": resource.NewStringProperty(name)}).Get("a"))
		assert.True(t, known, name)
		assert.Equal(t, want, found, name)
	}
	for _, name := range []string{
		"", "mine", "mine.AllAtOnce", "CodeDeployDefault.ECSCanary10Percent", "CodeDeployDefault.x",
	} {
		found, known := minutes(prop.Of(resource.PropertyMap{"a": resource.NewStringProperty(name)}).Get("a"))
		assert.False(t, known, name)
		assert.Zero(t, found)
	}
}

func TestCodesOfAMatcher(t *testing.T) {
	for text, want := range map[string]int{
		"200": 1, "200,301": 2, "500-599": 100, " 200 , 301 ": 2, "200-299": 100, "200-299,250": 100, "0-1000": 1001,
		"299-200": 0,
	} {
		found, known := codes(prop.Of(resource.PropertyMap{"a": resource.NewStringProperty(text)}).Get("a"))
		assert.True(t, known, text)
		assert.Len(t, found, want, text)
	}
	for _, text := range []string{"", "a", "200,", "200-a", "a-200", "0-1001", "200,a"} {
		found, known := codes(prop.Of(resource.PropertyMap{"a": resource.NewStringProperty(text)}).Get("a"))
		assert.False(t, known, text)
		assert.Empty(t, found, text)
	}
	_, known := codes(prop.Of(nil).Get("a"))
	assert.False(t, known)
}

// Which of two numbers or names is worse, on both sides of each bound.
func TestBoundsOfReleaseGuards(t *testing.T) {
	value := func(v any) prop.Value {
		m := resource.PropertyMap{}
		switch v {
		case nil:
		case "unknown":
			m["a"] = resource.MakeComputed(resource.NewStringProperty(""))
		default:
			m["a"] = resource.NewPropertyValue(v)
		}
		return prop.Of(m).Get("a")
	}
	const (
		all      = "CodeDeployDefault.ECSAllAtOnce"
		canary5  = "CodeDeployDefault.ECSCanary10Percent5Minutes"
		canary15 = "CodeDeployDefault.ECSCanary10Percent15Minutes"
		linear10 = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
	)
	for name, guard := range map[string]struct {
		lost func(old, now prop.Value) prop.Truth
		yes  [][2]any
		no   [][2]any
	}{
		"below": {
			below(100),
			[][2]any{{2, 1}, {nil, 99}, {2, 0}},
			[][2]any{{2, 2}, {2, 3}, {nil, 100}, {2, nil}, {2, "unknown"}, {2, "x"}},
		},
		"allAtOnce": {
			allAtOnce,
			[][2]any{{canary5, all}, {linear10, all}, {"mine", all}},
			[][2]any{{nil, all}, {all, all}, {all, canary5}, {canary5, "mine"}, {canary5, canary15}, {canary15, canary5}},
		},
		"sooner": {
			sooner,
			[][2]any{{canary15, canary5}, {linear10, canary5}},
			[][2]any{
				{canary5, canary5}, {canary5, canary15}, {canary5, all}, {"mine", canary5}, {canary5, "mine"}, {nil, canary5},
			},
		},
		"noTime": {
			noTime,
			[][2]any{{1, 0}, {1, nil}},
			[][2]any{{0, 0}, {nil, 0}, {1, 1}, {1, "unknown"}, {1, "x"}, {2, 1}},
		},
		"lessTime": {lessTime, [][2]any{{2, 1}}, [][2]any{{1, 0}, {2, 2}, {1, 2}, {2, nil}, {nil, 1}, {2, "unknown"}}},
		"downToOne": {
			downToOne,
			[][2]any{{2, 1}, {3, 0}, {1, 0}},
			[][2]any{{3, 2}, {1, 1}, {0, 1}, {nil, 1}, {2, nil}, {2, "unknown"}},
		},
		"lessCapacity": {lessCapacity, [][2]any{{3, 2}}, [][2]any{{2, 1}, {2, 2}, {2, 3}, {3, nil}, {3, "unknown"}}},
		"raised":       {raised, [][2]any{{1, 2}}, [][2]any{{1, 1}, {2, 1}, {nil, 2}, {1, nil}, {1, "x"}, {"x", 1}}},
		"lowered":      {lowered, [][2]any{{2, 1}}, [][2]any{{1, 1}, {1, 2}, {nil, 1}, {"x", 1}}},
		"moreCodes": {
			moreCodes,
			[][2]any{{"200", "200-299"}, {"200", "201"}},
			[][2]any{{"200-299", "200"}, {"200", "200"}, {"x", "200"}, {"200", "x"}, {nil, "200"}, {"200", nil}},
		},
		"fewer": {
			fewer,
			[][2]any{{[]any{"a", "b"}, []any{"a"}}, {[]any{"a"}, nil}, {[]any{"a", "b"}, []any{"c"}}},
			[][2]any{{[]any{"a"}, []any{"a", "b"}}, {[]any{"a"}, []any{"b"}}, {nil, nil}, {[]any{"a", "a"}, []any{"a"}}},
		},
	} {
		for _, pair := range guard.yes {
			assert.Equal(t, prop.Yes, guard.lost(value(pair[0]), value(pair[1])), "%s: %v", name, pair)
		}
		for _, pair := range guard.no {
			assert.Equal(t, prop.No, guard.lost(value(pair[0]), value(pair[1])), "%s: %v", name, pair)
		}
	}
	assert.Equal(t, prop.Maybe, fewer(value([]any{"a"}), value("unknown")))
}

// A value of a message: a list by its elements, eight at most, and nothing of a secret.
func TestWhatAMessageShowsOfAValue(t *testing.T) {
	secret := resource.MakeSecret(resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty("s")}))
	computed := resource.MakeComputed(resource.NewStringProperty(""))
	list := func(all ...any) resource.PropertyValue { return resource.NewPropertyValue(all) }
	for want, value := range map[string]resource.PropertyValue{
		"a": resource.NewStringProperty("a"), "7": resource.NewNumberProperty(7), "none": list(), "b": list("b"),
		"c, d":     list("d", "c"),
		"[secret]": secret, "[unknown]": computed, "e": list("e", "e"),
		"1, 2, 3, 4, 5, 6, 7, 8":         list("1", "2", "3", "4", "5", "6", "7", "8"),
		"1, 2, 3, 4, 5, 6, 7, 8, 1 more": list("1", "2", "3", "4", "5", "6", "7", "8", "9"),
		"1, 2, 3, 4, 5, 6, 7, 8, 2 more": list("1", "2", "3", "4", "5", "6", "7", "8", "9", "9", "9a"),
	} {
		assert.Equal(t, want, shown(prop.Of(resource.PropertyMap{"a": value}).Get("a")))
	}
	assert.Equal(t, "nothing", shown(prop.Of(nil).Get("a")))
}

// In which respect a statement allows more: by action, resource, principal and condition, alone and together.
func TestInWhichRespectAStatementWidens(t *testing.T) {
	const token = "aws:sqs/queuePolicy:QueuePolicy"
	grant := func(action, resource, principal, condition string) string {
		if condition != "" {
			condition = `,"Condition":{"StringEquals":{"aws:SourceAccount":"` + condition + `"}}`
		}
		return fmt.Sprintf(`{"Sid":"S","Effect":"Allow","Principal":%s,"Action":%q,"Resource":%q%s}`,
			principal, action, resource, condition)
	}
	const a, b = "arn:aws:sqs:us-east-1:111111111111:a", "arn:aws:sqs:us-east-1:111111111111:b"
	const one, two = `{"AWS":"111111111111"}`, `{"AWS":"222222222222"}`
	was := grant("sqs:SendMessage", a, one, "111111111111")
	for now, want := range map[string]string{
		grant("sqs:SendMessage", a, one, "111111111111"): "",
		grant("sqs:SendMessage", a, one, ""): "allows under fewer conditions: " +
			"sqs:sendmessage on " + a + " to 111111111111",
		grant("sqs:SendMessage", a, two, "111111111111"): "also allows: 222222222222",
		grant("sqs:SendMessage", b, one, "111111111111"): "also covers " + b,
		grant("sqs:SendMessage", b, two, "111111111111"): "newly allows sqs:sendmessage on " + b +
			" to 222222222222",
		grant("sqs:PurgeQueue", a, one, "111111111111"): "newly allows sqs:purgequeue on " + a +
			" to 111111111111",
		grant("sqs:PurgeQueue", a, two, "111111111111"): "newly allows sqs:purgequeue on " + a +
			" to 222222222222",
		grant("sqs:PurgeQueue", b, one, "111111111111"): "newly allows sqs:purgequeue on " + b +
			" to 111111111111",
		grant("sqs:SendMessage", a, `{"Service":"s3.amazonaws.com"}`, "111111111111"): "also " +
			"allows: s3.amazonaws.com",
		grant("sqs:SendMessage", a, `{"Federated":"arn:f"}`, "111111111111"): "also " +
			"allows: federated arn:f",
	} {
		texts := found(Permissions, changed(eventlog.OpUpdate, token,
			values{"policy": statements(was)}, values{"policy": statements(now)}))
		if want == "" {
			assert.Empty(t, texts)
			continue
		}
		assert.Equal(t, []string{`high: policy: statement "S" ` + want}, texts)
	}
}

// A container that is new may run what it likes; it has no check, log or secret to lose.
func TestNewContainersAreNotCompared(t *testing.T) {
	const one = `{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true}`
	const more = `{"name":"b","image":"a","user":"1","readonlyRootFilesystem":true,"command":["sh"],` +
		`"entryPoint":["bash"],"secrets":[{"name":"S","valueFrom":"arn:s"}],` +
		`"linuxParameters":{"capabilities":{"drop":["ALL"]}}}`
	was := values{"containerDefinitions": "[" + one + "]"}
	now := values{"containerDefinitions": "[" + one + "," + more + "]"}
	assert.Equal(t, []string{"medium: b: is a new container, with the image docker.io/library/a"},
		found(Containers, changed(eventlog.OpReplace, taskDefinitionType, was, now)))
	assert.Empty(t, found(Containers, changed(eventlog.OpReplace, taskDefinitionType, now, was)), "one that goes")
}

// What a new group lets in from inside is its purpose; what an existing one does is another matter. The default group
// exists even where the stack first takes it over.
func TestRulesOfNewGroups(t *testing.T) {
	rules := func(block string) values {
		return values{"ingress": []any{
			values{"protocol": "tcp", "fromPort": 5432, "toPort": 5432, "cidrBlocks": []any{block}},
		}}
	}
	const inside, world = "10.0.0.0/16", "0.0.0.0/0"
	const lets = ": lets in port 5432 (tcp) from "
	for _, row := range []struct {
		op    eventlog.Op
		token string
		block string
		want  []string
	}{
		{eventlog.OpCreate, groupType, inside, nil},
		{eventlog.OpCreate, groupType, world, []string{
			"critical" + lets + world + ", the whole internet (the group is new)",
		}},
		{eventlog.OpUpdate, groupType, inside, []string{"high" + lets + inside + "; before: closed"}},
		{eventlog.OpCreate, defaultGroupType, inside, []string{"high" + lets + inside + "; before: closed"}},
	} {
		var old values
		if row.op == eventlog.OpUpdate {
			old = values{}
		}
		assert.Equal(t, row.want, found(SecurityGroups, changed(row.op, row.token, old, rules(row.block))),
			"%s %s %s", row.op, row.token, row.block)
	}
}
