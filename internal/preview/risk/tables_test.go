package risk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/sdkschema"
)

type values = map[string]any

// at puts a value at a path.
func at(path []string, value any) values {
	for i := len(path) - 1; i > 0; i-- {
		value = values{path[i]: value}
	}
	return values{path[0]: value}
}

// changed returns a step of one resource; nil stands for no values.
func changed(op eventlog.Op, token string, old, now values) eventlog.Step {
	read := func(v values) resource.PropertyMap {
		if v == nil {
			return nil
		}
		return resource.NewPropertyMapFromMap(v)
	}
	return eventlog.Step{
		Op: op, Type: token, Custom: true, Old: read(old), New: read(now), OldOutputs: read(old),
		URN: urn.URN("urn:pulumi:prod::aws-webapp::" + token + "::one"),
	}
}

// found returns the findings of a class about the first step, judged together with the others.
func found(class Class, steps ...eventlog.Step) []string {
	var texts []string
	for _, change := range Judge(steps) {
		for _, f := range change.Findings {
			if f.Class == class && change.Type == steps[0].Type {
				texts = append(texts, f.Level.String()+": "+f.Message)
			}
		}
	}
	return texts
}

// Every store loses its data when it is replaced or deleted, and nothing when it is updated.
func TestEveryStore(t *testing.T) {
	for token, gone := range stateful {
		for op, verb := range map[eventlog.Op]string{eventlog.OpDelete: "is deleted: ", eventlog.OpReplace: "is replaced: "} {
			s := changed(op, token, values{}, values{})
			texts := found(DataLoss, s)
			require.Len(t, texts, 1, token)
			assert.True(t, strings.HasPrefix(texts[0], gone.level.String()+": "+verb), texts[0])
			assert.Contains(t, texts[0], gone.what)
			s.Retained = true
			texts = found(DataLoss, s)
			require.Len(t, texts, 1, token)
			assert.True(t, strings.HasPrefix(texts[0], "medium: stays in AWS"), texts[0])
		}
		assert.Empty(t, found(DataLoss, changed(eventlog.OpUpdate, token, values{}, values{})), token)
	}
}

// What remains of a store when it is deleted.
func TestSafetyNets(t *testing.T) {
	for _, row := range []struct {
		tokens []string
		old    values
		want   string
	}{
		{[]string{"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"}, values{}, ""},
		{
			[]string{"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"},
			values{"finalSnapshotIdentifier": "last"},
			"; the final snapshot last is left",
		},
		{
			[]string{"aws:rds/instance:Instance", "aws:rds/cluster:Cluster"},
			values{"skipFinalSnapshot": true, "finalSnapshotIdentifier": "last"},
			"; no final snapshot is taken (skipFinalSnapshot)",
		},
		{
			[]string{
				"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:ecr/repository:Repository", "aws:backup/vault:Vault",
			},
			values{"forceDestroy": false, "forceDelete": false},
			"; AWS refuses unless it is empty",
		},
		{
			[]string{"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:backup/vault:Vault"},
			values{"forceDestroy": true},
			"; nothing stops the deletion (forceDestroy)",
		},
		{
			[]string{"aws:ecr/repository:Repository"},
			values{"forceDelete": true},
			"; nothing stops the deletion (forceDestroy)",
		},
		{[]string{"aws:kms/key:Key"}, values{"deletionWindowInDays": 7}, " (7 days)"},
		{[]string{"aws:kms/key:Key"}, values{}, ""},
		{
			[]string{"aws:secretsmanager/secret:Secret"},
			values{"recoveryWindowInDays": 0},
			"; at once, without a recovery window",
		},
		{[]string{"aws:secretsmanager/secret:Secret"}, values{"recoveryWindowInDays": 7}, ""},
	} {
		for _, token := range row.tokens {
			assert.Equal(t, row.want, safetyNet(changed(eventlog.OpDelete, token, row.old, nil)), "%s %v", token, row.old)
		}
	}
}

// Every setting that lets the public in does so by itself, and is not reported if it did
// before.
func TestEveryOpening(t *testing.T) {
	tokens := maps.Clone(openings)
	tokens["aws:any/thing:Thing"] = nil
	for token, own := range tokens {
		for _, o := range slices.Concat(own, openAnywhere) {
			opened := func(old, now values) []string {
				op := eventlog.OpUpdate
				if old == nil {
					op = eventlog.OpCreate
				}
				return slices.DeleteFunc(found(Exposure, changed(op, token, old, now)), func(text string) bool {
					return !strings.Contains(text, o.what) || !strings.Contains(text, o.name())
				})
			}
			shut := at(o.path, "shut")
			if len(o.values) == 0 {
				require.Len(t, opened(shut, values{}), 1, o.name())
				assert.Empty(t, opened(shut, shut), o.name())
				continue
			}
			for _, value := range o.values {
				open, name := at(o.path, value), token+" "+o.name()+" "+value
				texts := opened(shut, open)
				require.Len(t, texts, 1, name)
				assert.Equal(t, fmt.Sprintf("%s: %s (%s: %s)", o.level, o.what, o.name(), value), texts[0])
				assert.Empty(t, opened(open, open), name)
				assert.Empty(t, opened(open, shut), name)
				texts = opened(nil, open)
				require.Len(t, texts, 1, name)
				assert.Equal(t, o.level == Critical, strings.HasPrefix(texts[0], "critical"), "nothing was closed before")
			}
			assert.Equal(t, o.byDefault, len(opened(shut, values{})) == 1, token+" "+o.name())
		}
	}
}

// Settings that open or protect any resource are judged wherever the schema has them.
func TestSettingsThatMeanTheSameEverywhere(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	schema, err := sdkschema.Load(dir)
	require.NoError(t, err)
	judged := func(token string) []string {
		var names []string
		for _, o := range slices.Concat(openings[token], openAnywhere) {
			names = append(names, o.path[0])
		}
		for _, s := range slices.Concat(safeguards[token], safeAnywhere) {
			names = append(names, s.path[0])
		}
		return append(names, documentsOf(token)...)
	}
	for token := range schema.Types {
		for _, name := range []string{
			"publiclyAccessible", "mapPublicIpOnLaunch", "associatePublicIpAddress", "deletionProtection",
			"deletionProtectionEnabled", "enableDeletionProtection", "skipFinalSnapshot", "backupRetentionPeriod",
			"forceDestroy", "forceDelete", "policy", "policyDocument", "accessPolicies", "accessPolicy",
			"assumeRolePolicy",
		} {
			if schema.HasInput(token, []string{name}) && !notIAM[token] && token != resourcetypes.RepositoryLifecyclePolicy {
				assert.Contains(t, judged(token), name, token)
			}
		}
	}
	for token := range notIAM {
		assert.True(t, slices.ContainsFunc([]string{"policy", "policyDocument"}, func(name string) bool {
			return schema.HasInput(token, []string{name})
		}), token)
	}
}

// The deletion of a guard or sentinel is reported, unless its owner is deleted with it.
func TestEveryGuardAndSentinel(t *testing.T) {
	for token, what := range guards {
		alone := changed(eventlog.OpDelete, token, values{"bucket": "b", "resourceArn": "b"}, nil)
		assert.Equal(t, []string{"critical: is deleted: " + what}, found(Exposure, alone), token)
		assert.Empty(t, found(Exposure, changed(eventlog.OpCreate, token, nil, values{
			"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
		})), token)
		assert.Empty(t, found(Exposure, alone, goes("b")), token)
	}
	for token, gone := range sentinels {
		alone := changed(eventlog.OpDelete, token, values{"bucket": "b"}, nil)
		assert.Contains(t, found(Protection, alone), gone.level.String()+": is deleted: "+gone.what, token)
		assert.Empty(t, found(Protection, changed(eventlog.OpUpdate, token, values{}, values{})), token)
		assert.Empty(t, found(Protection, alone, goes("b")), token)
	}
}

// goes returns the deletion of a load balancer.
func goes(id string) eventlog.Step {
	return changed(eventlog.OpDelete, "aws:lb/loadBalancer:LoadBalancer", values{"id": id}, nil)
}

func TestWhatGoesWithItsOwner(t *testing.T) {
	const sentinel = "aws:ec2/flowLog:FlowLog"
	for _, property := range owners {
		s := changed(eventlog.OpDelete, sentinel, values{property: "x"}, nil)
		assert.Empty(t, found(Protection, s, goes("x")), property)
		assert.Len(t, found(Protection, s, goes("y")), 1, property)
		for _, change := range Judge([]eventlog.Step{s, goes("x")}) {
			if change.Type == sentinel {
				assert.Equal(t, Low, change.Level, "that its owner goes is said there")
			}
		}
	}
	s := changed(eventlog.OpDelete, sentinel, values{"name": "x"}, nil)
	assert.Len(t, found(Protection, s, goes("x")), 1, "a name of its own")
	for token, alone := range map[string]bool{
		"aws:iam/role:Role": true, "aws:iam/user:User": true, "aws:iam/group:Group": true, "aws:iam/policy:Policy": true,
		"aws:lb/loadBalancer:LoadBalancer": true, endpointType: true, "aws:s3/bucketV2:BucketV2": true,
		"aws:s3/bucketVersioningV2:BucketVersioningV2": false, "aws:iam/rolePolicy:RolePolicy": false,
	} {
		for _, property := range []string{"id", "arn", "bucket", "name"} {
			owner := changed(eventlog.OpDelete, token, values{property: "x"}, nil)
			s := changed(eventlog.OpDelete, sentinel, values{"arn": "x"}, nil)
			assert.Equal(t, alone, len(found(Protection, s, owner)) == 0, token+" "+property)
			owner.Op, owner.New = eventlog.OpUpdate, owner.Old
			assert.Len(t, found(Protection, s, owner), 1, "it stays")
		}
	}
}

// lessSafe lists changes that weaken a protection, each with its reverse.
var lessSafe = [][2]any{
	{true, false},
	{false, true},
	{14, 7},
	{7, 14},
	{60, 0},
	{60, 5},
	{3, 1},
	{3, 2},
	{100, 50},
	{"Enabled", "Suspended"},
	{"IMMUTABLE", "MUTABLE"},
	{"HTTPS", "HTTP"},
	{"WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL"},
	{"CodeDeployDefault.ECSCanary10Percent15Minutes", "CodeDeployDefault.ECSCanary10Percent5Minutes"},
	{"CodeDeployDefault.ECSCanary10Percent5Minutes", "CodeDeployDefault.ECSAllAtOnce"},
	{"200", "200-299"},
	{[]any{"a", "b"}, []any{"a"}},
}

// Removing a safeguard is reported; the reverse change, or no change, is not.
func TestEverySafeguard(t *testing.T) {
	for class, table := range map[Class]map[string][]safeguard{Protection: safeguards, Release: releaseGuards} {
		tokens := maps.Clone(table)
		if class == Protection {
			tokens["aws:any/thing:Thing"] = safeAnywhere
		}
		for token, list := range tokens {
			for _, guard := range list {
				name := token + " " + strings.Join(guard.path, ".") + ": " + guard.what
				said := func(old, now any) bool {
					texts := found(class, changed(eventlog.OpUpdate, token, at(guard.path, old), at(guard.path, now)))
					return slices.ContainsFunc(texts, func(text string) bool {
						return strings.HasPrefix(text, guard.level.String()+": "+guard.path[len(guard.path)-1]+": ") &&
							strings.HasSuffix(text, ": "+guard.what)
					})
				}
				missed := 0
				for _, pair := range lessSafe {
					assert.False(t, said(pair[0], pair[0]), name)
					if said(pair[0], pair[1]) {
						missed++
						assert.False(t, said(pair[1], pair[0]), "%s: back to %v", name, pair[0])
					}
				}
				assert.Positive(t, missed, name)
			}
		}
	}
}

func TestEveryInterruption(t *testing.T) {
	for token, properties := range restarts {
		for property, what := range properties {
			texts := func(op eventlog.Op, old, now values) []string {
				return found(Interruption, changed(op, token, old, now))
			}
			was, is := values{property: "a"}, values{property: "b"}
			assert.Equal(t, []string{"medium: " + property + ": a → b: " + what + ", in the next maintenance window"},
				texts(eventlog.OpUpdate, was, is))
			assert.Empty(t, texts(eventlog.OpUpdate, was, was))
			assert.Empty(t, texts(eventlog.OpUpdate, values{}, is))
			assert.Empty(t, texts(eventlog.OpUpdate, was, values{}))
			assert.Empty(t, texts(eventlog.OpReplace, was, is), "a replacement says more")
			assert.Contains(t, texts(eventlog.OpUpdate, was, values{property: "b", "applyImmediately": true})[0],
				"at once (applyImmediately)")
		}
	}
}

const (
	reads  = `{"Sid":"S","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:GetObject","Resource":"*"}`
	writes = `{"Sid":"S","Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*"}`
	denies = `{"Sid":"D","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
)

func statements(all ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(all, ",") + `]}`
}

// documented are the properties with IAM policy documents of every type of the SDK.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	schema, err := sdkschema.Load(dir)
	require.NoError(t, err)
	found := map[string][]string{}
	for token := range schema.Types {
		for _, name := range documentsOf(token) {
			if schema.HasInput(token, []string{name}) {
				found[token] = append(found[token], name)
			}
		}
	}
	require.Greater(t, len(found), 60)
	return found
}

// Every document is compared with its earlier version, and its removal is reported if only its
// denials go.
func TestEveryDocument(t *testing.T) {
	require.Contains(t, documented(t), endpointPolicyType)
	for token, properties := range documented(t) {
		for _, property := range properties {
			holds := func(text string) values {
				if property == "inlinePolicies" {
					return values{property: []any{values{"name": "x", "policy": text}}}
				}
				return values{property: text}
			}
			few, more := holds(statements(reads)), holds(statements(reads, writes))
			name := token + " " + property
			texts := found(Permissions, changed(eventlog.OpUpdate, token, few, more))
			require.Len(t, texts, 1, name)
			assert.Contains(t, texts[0], property+`: statement "S" newly allows s3:* on *`, name)
			assert.Empty(t, found(Permissions, changed(eventlog.OpUpdate, token, more, few)), name)
			assert.Empty(t, found(Permissions, changed(eventlog.OpUpdate, token, few, few)), name)

			_, store := stateful[token]
			gone := found(Permissions, changed(eventlog.OpDelete, token, holds(statements(denies)), nil))
			assert.Equal(t, store, len(gone) == 0, name)
			allowed := found(Permissions, changed(eventlog.OpDelete, token, few, nil))
			assert.Equal(t, token == endpointPolicyType, len(allowed) == 1, name)
		}
	}
	alone := changed(eventlog.OpDelete, endpointPolicyType, values{"policy": statements(reads), "vpcEndpointId": "v"}, nil)
	assert.Equal(t, []string{"high: policy is deleted: everything may pass the endpoint"}, found(Permissions, alone))
	assert.Empty(t, found(Permissions, alone, changed(eventlog.OpDelete, endpointType, values{"id": "v"}, nil)))
}

// An existing identity that gets more is reported; a new one is not.
func TestEveryHolderAndAttachment(t *testing.T) {
	made := map[string]string{"role": "aws:iam/role:Role", "user": "aws:iam/user:User", "group": "aws:iam/group:Group"}
	for token, properties := range attachments {
		for _, holder := range properties {
			gets := func(arn string, who ...string) values {
				if len(properties) == 1 {
					return values{holder: who[0], "policyArn": arn}
				}
				var all []any
				for _, one := range who {
					all = append(all, one)
				}
				return values{holder: all, "policyArn": arn}
			}
			texts := func(op eventlog.Op, old, now values, more ...eventlog.Step) []string {
				return found(Permissions, append([]eventlog.Step{changed(op, token, old, now)}, more...)...)
			}
			name := token + " " + holder
			assert.Equal(t, []string{"high: gives them the managed policy arn:aws:iam::aws:policy/ReadOnlyAccess"},
				texts(eventlog.OpCreate, nil, gets("arn:aws:iam::aws:policy/ReadOnlyAccess", "them")), name)
			assert.Equal(t, []string{"critical: gives AdministratorAccess: everything in the account"},
				texts(eventlog.OpCreate, nil, gets("arn:aws:iam::aws:policy/AdministratorAccess", "them")), name)
			assert.Empty(t, texts(eventlog.OpDelete, gets("arn:x", "them"), nil), name)
			assert.Empty(t, texts(eventlog.OpReplace, gets("arn:x", "them"), gets("arn:x", "them")), name)
			assert.Equal(t, []string{"high: gives them the managed policy arn:y"},
				texts(eventlog.OpUpdate, gets("arn:x", "them"), gets("arn:y", "them")), name)
			assert.Equal(t, []string{"high: gives others the managed policy arn:x"},
				texts(eventlog.OpUpdate, gets("arn:x", "them"), gets("arn:x", "others")), name)
			is := changed(eventlog.OpCreate, made[strings.TrimSuffix(holder, "s")], nil, values{"name": "them"})
			assert.Empty(t, texts(eventlog.OpCreate, nil, gets("arn:x", "them"), is), name)
			is.Op = eventlog.OpUpdate
			assert.Len(t, texts(eventlog.OpCreate, nil, gets("arn:x", "them"), is), 1, name)
		}
	}
	for token, holder := range holders {
		policy := values{holder: "them", "policy": statements(reads)}
		added := changed(eventlog.OpCreate, token, nil, policy)
		assert.Len(t, found(Permissions, added), 1, token)
		is := changed(eventlog.OpCreate, made[holder], nil, values{"name": "them"})
		assert.Empty(t, found(Permissions, added, is), token)
		moved := changed(eventlog.OpDelete, token, policy, nil)
		assert.Empty(t, found(Permissions, added, moved), "%s: it moves from one resource to another", token)
		assert.Len(t, found(Permissions, added, changed(eventlog.OpDelete, token, values{
			holder: "others", "policy": statements(reads),
		}, nil)), 1, token)
	}
}

// Only reading objects and records of named resources counts less than everything else.
func TestEveryRead(t *testing.T) {
	for action := range strings.FieldsSeq(`s3:getobject s3:getobjectversion dynamodb:query dynamodb:scan kinesis:getrecords
		logs:getlogevents logs:filterlogevents ecr:batchgetimage`) {
		assert.Equal(t, Medium, grant{action: action, resource: "arn:aws:s3:::b/*"}.level(), action)
		assert.Equal(t, High, grant{action: action, resource: "*"}.level(), action)
		assert.Equal(t, High, grant{action: action, resource: "arn:x", principal: "aws:1"}.level(), action)
		assert.Equal(t, High, grant{action: action, resource: "arn:x", exceptActions: true}.level(), action)
		assert.Equal(t, High, grant{action: action, resource: "arn:x", exceptResources: true}.level(), action)
		assert.False(t, storedReads(action+"s"), action)
	}
	for action := range strings.FieldsSeq(`s3:getdataaccess logs:unmask s3:putobject s3:getobject* ssm:getparameter
		kms:decrypt secretsmanager:getsecretvalue lambda:getfunction dynamodb:nothing`) {
		assert.Equal(t, High, grant{action: action, resource: "arn:x"}.level(), action)
	}
	assert.Equal(t, Critical, grant{action: "*", resource: "*"}.level())
	assert.Equal(t, Critical, grant{action: "*"}.level())
	assert.Equal(t, High, grant{action: "*", resource: "*", exceptActions: true}.level())
	assert.Equal(t, High, grant{action: "*", resource: "arn:x"}.level())
	assert.Equal(t, Low, grant{action: "ec2:describesubnets", resource: "*"}.level())
}

func TestEveryShell(t *testing.T) {
	for shell := range strings.FieldsSeq("sh bash dash ash zsh ksh busybox") {
		for command, want := range map[string]string{
			"/bin/" + shell: "high: runs a shell as its command: ", shell: "high: ", "/" + shell + "/app": "medium: ",
			shell + "x": "medium: ",
		} {
			now := values{"containerDefinitions": fmt.Sprintf(
				`[{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true,"command":[%q]}]`, command)}
			was := values{"containerDefinitions": `[{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true}]`}
			texts := found(Containers, changed(eventlog.OpReplace, taskDefinitionType, was, now))
			require.Len(t, texts, 1, command)
			assert.True(t, strings.HasPrefix(texts[0], want), texts[0])
		}
	}
}

func TestEveryHostMode(t *testing.T) {
	const one = `[{"name":"a","image":"a","user":"1","readonlyRootFilesystem":true}]`
	was := values{"containerDefinitions": one}
	for _, mode := range []string{"networkMode", "pidMode", "ipcMode"} {
		host := values{"containerDefinitions": one, mode: "host"}
		assert.Equal(t, []string{"high: " + mode + " host: the containers are not isolated from their host"},
			found(Containers, changed(eventlog.OpReplace, taskDefinitionType, was, host)))
		assert.Empty(t, found(Containers, changed(eventlog.OpReplace, taskDefinitionType, host, host)))
		assert.Empty(t, found(Containers, changed(eventlog.OpReplace, taskDefinitionType, was,
			values{"containerDefinitions": one, mode: "task"})))
	}
}

// Whatever names the peer of a rule opens the group to it; only another group's id may be unknown.
func TestEveryPeer(t *testing.T) {
	const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	for name := range strings.FieldsSeq(`cidrIpv4 cidrIpv6 cidrBlocks ipv6CidrBlocks prefixListId prefixListIds
		referencedSecurityGroupId sourceSecurityGroupId securityGroups`) {
		rule := values{"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, name: "10.0.0.0/8"}
		assert.Equal(t, []string{"high: lets in ports 1-2 (tcp) from 10.0.0.0/8; before: closed"},
			found(SecurityGroups, changed(eventlog.OpCreate, ingress, nil, rule)), name)
		s := changed(eventlog.OpCreate, ingress, nil, rule)
		s.New[resource.PropertyKey(name)] = resource.MakeComputed(resource.NewStringProperty(""))
		texts := found(SecurityGroups, s)
		require.Len(t, texts, 1, name)
		isGroup := slices.Contains([]string{"referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"}, name)
		assert.Equal(t, isGroup, strings.Contains(texts[0], "a security group that this change makes"), name)
		assert.Equal(t, !isGroup, strings.Contains(texts[0], "known only after the deployment"), name)
	}
}

func TestClassesAndRevisions(t *testing.T) {
	titles := map[string]bool{}
	for _, class := range Classes {
		titles[class.Title()] = true
	}
	assert.Len(t, titles, len(Classes), "each has a title of its own")
	assert.NotContains(t, titles, "")
	assert.Len(t, classTitles, len(Classes))
	for token := range revisions {
		assert.True(t, Revised(token))
		assert.Equal(t, Low, Judge([]eventlog.Step{changed(eventlog.OpReplace, token, values{}, values{})})[0].Level)
		assert.Equal(t, Medium, Judge([]eventlog.Step{changed(eventlog.OpReplace, token+"s", values{}, values{})})[0].Level)
	}
	var level Level
	for _, name := range levelNames {
		require.NoError(t, level.UnmarshalText([]byte(name)))
		text, err := level.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, name, string(text))
	}
}
