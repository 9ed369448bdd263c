package simaws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

func TestUnknownTypeSaysHowToAddOne(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	err := e.try("aws:sfn/stateMachine:StateMachine", "m", nil)
	require.ErrorContains(t, err, "does not know the resource type aws:sfn/stateMachine:StateMachine")
	require.ErrorContains(t, err, "internal/sandbox/simaws/catalog/sfn.go")
}

// A secret without its value is none that the engine could have sent.
func TestPropertiesThatNobodyCanRead(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	q := e.make(resourcetypes.Queue, "q", nil)
	broken, err := structpb.NewStruct(props{"name": props{string(resource.SigKey): resource.SecretSig}})
	require.NoError(t, err)
	urn, ctx, right := urnOf(resourcetypes.Queue, "q"), t.Context(), e.marshal(q.inputs)
	for what, call := range map[string]func() (any, error){
		"check": func() (any, error) { return e.client.Check(ctx, &pulumirpc.CheckRequest{Urn: urn, News: broken}) },
		"check, before": func() (any, error) {
			return e.client.Check(ctx, &pulumirpc.CheckRequest{Urn: urn, News: right, Olds: broken})
		},
		"diff": func() (any, error) {
			return e.client.Diff(ctx, &pulumirpc.DiffRequest{Urn: urn, Id: q.id, News: broken})
		},
		"diff, before": func() (any, error) {
			return e.client.Diff(ctx, &pulumirpc.DiffRequest{Urn: urn, Id: q.id, News: right, OldInputs: broken})
		},
		"create": func() (any, error) {
			return e.client.Create(ctx, &pulumirpc.CreateRequest{Urn: urnOf(resourcetypes.Queue, "x"), Properties: broken})
		},
		"update": func() (any, error) {
			return e.client.Update(ctx, &pulumirpc.UpdateRequest{Urn: urn, Id: q.id, News: broken})
		},
		"update, before": func() (any, error) {
			return e.client.Update(ctx, &pulumirpc.UpdateRequest{Urn: urn, Id: q.id, News: right, Olds: broken})
		},
		"read": func() (any, error) {
			return e.client.Read(ctx, &pulumirpc.ReadRequest{Urn: urn, Id: q.id, Properties: broken})
		},
		"read, inputs": func() (any, error) {
			return e.client.Read(ctx, &pulumirpc.ReadRequest{Urn: urn, Id: q.id, Inputs: broken})
		},
		"delete": func() (any, error) {
			return e.client.Delete(ctx, &pulumirpc.DeleteRequest{Urn: urn, Id: q.id, Properties: broken})
		},
		"invoke": func() (any, error) {
			return e.client.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: "aws:index/getPartition:getPartition", Args: broken})
		},
		"configuration": func() (any, error) {
			return e.client.CheckConfig(ctx, &pulumirpc.CheckRequest{Urn: providerURN, News: broken})
		},
		"diff of configuration": func() (any, error) {
			return e.client.DiffConfig(ctx, &pulumirpc.DiffRequest{Urn: providerURN, News: broken})
		},
		"diff of configuration, before": func() (any, error) {
			return e.client.DiffConfig(ctx, &pulumirpc.DiffRequest{Urn: providerURN, OldInputs: broken})
		},
		"configure": func() (any, error) {
			return e.client.Configure(ctx, &pulumirpc.ConfigureRequest{Args: broken})
		},
	} {
		_, err := call()
		assert.ErrorContains(t, err, "read properties: ", what)
	}
}

func TestCheckRefuses(t *testing.T) {
	long := strings.Repeat("x", 33)
	for _, tc := range []struct {
		name, token string
		inputs      props
		want        string
	}{
		{"missing input", "aws:ec2/subnet:Subnet", props{}, "vpcId: Missing required argument"},
		{"long name", "aws:lb/loadBalancer:LoadBalancer", props{"name": long}, "name: cannot be longer than 32 characters"},
		{"bad character", "aws:lb/targetGroup:TargetGroup", props{"name": "a_b"}, `name: "a_b" must match`},
		{
			"long prefix", "aws:lb/targetGroup:TargetGroup",
			props{"namePrefix": "toolong"},
			"namePrefix: cannot be longer than 6",
		},
		{
			"name and prefix", "aws:iam/role:Role",
			props{"assumeRolePolicy": "{}", "name": "a", "namePrefix": "b"},
			"namePrefix: conflicts",
		},
		{"upper-case bucket", "aws:s3/bucketV2:BucketV2", props{"bucket": "Logs"}, `bucket: "Logs" must match`},
		{
			"no JSON", "aws:sqs/queuePolicy:QueuePolicy",
			props{"queueUrl": "u", "policy": "{"},
			`policy: "policy" contains an invalid JSON`,
		},
		{"host bits", "aws:ec2/vpc:Vpc", props{"cidrBlock": "10.0.1.0/16"}, "cidrBlock: \"10.0.1.0/16\" has host bits set; " +
			"the block is 10.0.0.0/16"},
		{"large VPC", "aws:ec2/vpc:Vpc", props{"cidrBlock": "10.0.0.0/8"}, "AWS allows /16 to /28"},
		{"retention", "aws:cloudwatch/logGroup:LogGroup", props{"retentionInDays": 31}, "retentionInDays: must be one of"},
		{"key deletion window", "aws:kms/key:Key", props{"deletionWindowInDays": 3}, "deletionWindowInDays: must be 7 to 30"},
		{
			"secret recovery window", "aws:secretsmanager/secret:Secret",
			props{"recoveryWindowInDays": 3},
			"must be 0 or 7 to 30",
		},
		{
			"backup retention", "aws:rds/instance:Instance",
			props{"instanceClass": "db.t3.small", "backupRetentionPeriod": 36},
			"must be 0 to 35",
		},
		{"two passwords", "aws:rds/instance:Instance", props{
			"instanceClass": "c", "manageMasterUserPassword": true,
			"password": "p",
		}, "password: conflicts"},
		{
			"two peers", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
			props{"securityGroupId": "sg", "ipProtocol": "tcp", "cidrIpv4": "0.0.0.0/0", "cidrIpv6": "::/0"},
			"exactly one of",
		},
		{
			"description", "aws:ec2/securityGroup:SecurityGroup",
			props{"description": "naïve"},
			"is not allowed in a security group",
		},
		{"fargate memory", "aws:ecs/taskDefinition:TaskDefinition", props{
			"family": "f", "cpu": "256", "memory": "4096",
			"requiresCompatibilities": []any{"FARGATE"}, "containerDefinitions": `[{"name":"a","image":"b"}]`,
		}, "memory: \"4096\": Fargate does not offer it with cpu 256"},
		{
			"nameless container", "aws:ecs/taskDefinition:TaskDefinition",
			props{"family": "f", "containerDefinitions": `[{"image":"b"}]`},
			"container 0 needs a name and an image",
		},
		{
			"tmpfs option", "aws:ecs/taskDefinition:TaskDefinition",
			tmpfsOf("256", "512", `{"containerPath":"/tmp","size":64,"mountOptions":["mode=1777"]}`),
			`the tmpfs option "mode=1777" is not one that ECS documents`,
		},
		{
			"tmpfs without a size", "aws:ecs/taskDefinition:TaskDefinition", tmpfsOf("256", "512", `{"containerPath":"/tmp"}`),
			"a tmpfs needs a containerPath and a size",
		},
		{
			"tmpfs of all memory", "aws:ecs/taskDefinition:TaskDefinition",
			tmpfsOf("256", "512", `{"containerPath":"/tmp","size":512}`),
			"takes 512 of the task's 512 MiB",
		},
		{
			"health check", "aws:lb/targetGroup:TargetGroup",
			props{"healthCheck": props{"interval": 5, "timeout": 5}},
			"timeout 5 must be less than interval 5",
		},
		{"reserved tag", "aws:sqs/queue:Queue", props{"tags": props{"aws:x": "y"}}, "keys that start with aws: are reserved"},
		{
			"long tag", "aws:sqs/queue:Queue",
			props{"tags": props{"x": strings.Repeat("y", 257)}},
			`the value of "x" is longer than 256`,
		},
		{
			"function without code", "aws:lambda/function:Function",
			props{"role": "r"},
			`one of "code", "imageUri" or "s3Bucket" must be set`,
		},
		{
			"waf log name", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
			props{"resourceArn": "a", "logDestinationConfigs": []any{"arn:aws:logs:us-east-1:1:log-group:waf"}},
			"must start with aws-waf-logs-",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			require.ErrorContains(t, e.try(tc.token, "it", tc.inputs), tc.want)
		})
	}
}

func tmpfsOf(cpu, memory, mount string) props {
	return props{
		"family": "f", "cpu": cpu, "memory": memory,
		"containerDefinitions": `[{"name":"a","image":"b","linuxParameters":{"tmpfs":[` + mount + `]}}]`,
	}
}

func TestDefaultsAndNames(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	inputs, failures, err := e.check("aws:lb/targetGroup:TargetGroup", "web", resource.PropertyMap{})
	require.NoError(t, err)
	require.Empty(t, failures)
	assert.Equal(t, "instance", inputs["targetType"].StringValue())
	assert.Regexp(t, `^web-[0-9a-f]{7}$`, inputs["name"].StringValue())
	assert.Contains(t, inputs["__defaults"].String(), "name")

	again, _, err := e.check("aws:lb/targetGroup:TargetGroup", "web", resource.PropertyMap{})
	require.NoError(t, err)
	assert.Equal(t, inputs["name"], again["name"], "preview and up agree on the name")

	_, failures, err = e.check("aws:lb/targetGroup:TargetGroup", strings.Repeat("x", 25), resource.PropertyMap{})
	require.NoError(t, err)
	assert.Contains(t, failures[0], "at most 24 leave room")

	_, failures, err = e.check("aws:s3/bucketV2:BucketV2", "UPPER", resource.PropertyMap{})
	require.NoError(t, err)
	assert.Empty(t, failures, "buckets are named in lower case")
}

func TestNameOutlivesUpdatesAndNotReplacements(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	first := e.make("aws:sqs/queue:Queue", "jobs", nil)
	inputs, _, err := e.check("aws:sqs/queue:Queue", "jobs", resource.PropertyMap{})
	require.NoError(t, err)
	assert.Equal(t, first.inputs["name"], inputs["name"])

	delete(e.made, "jobs") // the engine checks a replacement without the old inputs
	second := e.make("aws:sqs/queue:Queue", "jobs", nil)
	assert.NotEqual(t, first.inputs["name"], second.inputs["name"])
	assert.NotEqual(t, first.id, second.id)
}

func TestNamePrefixNamesAtCreation(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	group := e.make("aws:lb/targetGroup:TargetGroup", "web", props{"namePrefix": "web-"})
	assert.NotContains(t, group.inputs, resource.PropertyKey("name"))
	assert.Regexp(t, `^web-\d{26}$`, group.outputs["name"].StringValue())
}

func TestDefaultTags(t *testing.T) {
	tags := func(m props) resource.PropertyValue { return resource.NewPropertyValue(m) }
	for _, tc := range []struct {
		name   string
		config props
	}{
		{"structured", props{"defaultTags": props{"tags": props{"owner": "web", "env": "dev"}}}},
		{"as SDKs send it", props{"defaultTags": `{"tags":{"owner":"web","env":"dev"}}`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, tc.config)
			queue := e.make("aws:sqs/queue:Queue", "q", props{"tags": props{"env": "prod", "Name": "q"}})
			merged := tags(props{"owner": "web", "env": "prod", "Name": "q"})
			assert.Equal(t, merged, queue.inputs["tags"])
			assert.Equal(t, merged, queue.outputs["tagsAll"])
			plain := e.make("aws:iam/role:Role", "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")})
			assert.Equal(t, tags(props{"owner": "web", "env": "dev"}), plain.outputs["tags"])
			untagged := e.make("aws:sqs/queuePolicy:QueuePolicy", "p", props{"queueUrl": "${q.url}", "policy": "{}"})
			assert.NotContains(t, untagged.outputs, resource.PropertyKey("tags"))
		})
	}
}

func TestUnknownTagsStayUnknown(t *testing.T) {
	e := start(t, simaws.Options{}, props{"defaultTags": props{"tags": props{"owner": "web"}}})
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	inputs, failures, err := e.check("aws:sqs/queue:Queue", "q", resource.PropertyMap{"tags": unknown})
	require.NoError(t, err)
	assert.Empty(t, failures)
	assert.True(t, inputs["tags"].IsComputed())
	assert.True(t, inputs["tagsAll"].IsComputed())
}

// "Tag your AWS resources": 50 tags, keys of 128 and values of 256 characters.
func TestBoundsOfTags(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	refused := func(tags resource.PropertyMap) bool {
		_, failures, err := e.check("aws:sns/topic:Topic", "t", resource.PropertyMap{"tags": resource.NewProperty(tags)})
		require.NoError(t, err)
		return len(failures) > 0
	}
	tag := func(key, value string) resource.PropertyMap {
		return resource.PropertyMap{resource.PropertyKey(key): resource.NewProperty(value)}
	}
	many := resource.PropertyMap{}
	for i := range 50 {
		many[resource.PropertyKey(fmt.Sprintf("key %d", i))] = resource.NewProperty("v")
	}
	assert.False(t, refused(many))
	many["one more"] = resource.NewProperty("v")
	assert.True(t, refused(many))
	assert.False(t, refused(tag(strings.Repeat("k", 128), strings.Repeat("v", 256))))
	assert.True(t, refused(tag(strings.Repeat("k", 129), "v")))
	assert.True(t, refused(tag("k", strings.Repeat("v", 257))))
	assert.True(t, refused(tag("", "v")))
	assert.True(t, refused(tag("AWS:name", "v")))
	assert.False(t, refused(tag("awsname", "v")))
}
