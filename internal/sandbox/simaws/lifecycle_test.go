package simaws_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

func TestOutputsAreShapedLikeAWS(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(balancer, "lb", twoSubnets(nil))
	e.make("aws:rds/subnetGroup:SubnetGroup", "dbs", props{"subnetIds": []any{"${a.id}", "${b.id}"}})
	e.make("aws:rds/instance:Instance", "db", props{
		"identifier": "app", "engine": "postgres", "instanceClass": "db.t3.small", "dbSubnetGroupName": "${dbs.name}",
		"manageMasterUserPassword": true, "skipFinalSnapshot": true,
	})
	e.make(cluster, "c", props{"name": "main"})
	e.make(service, "s", props{"name": "web", "cluster": "${c.id}"})
	for _, tc := range []struct{ name, property, pattern string }{
		{"vpc", "id", `^vpc-[0-9a-f]{17}$`},
		{"vpc", "arn", `^arn:aws:ec2:us-east-1:123456789012:vpc/vpc-[0-9a-f]{17}$`},
		{"vpc", "defaultSecurityGroupId", `^sg-[0-9a-f]{17}$`},
		{"a", "availabilityZoneId", `^use1-az1$`},
		{"lb", "id", `^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/lb-[0-9a-f]{7}/[0-9a-f]{16}$`},
		{"lb", "arnSuffix", `^app/lb-[0-9a-f]{7}/[0-9a-f]{16}$`},
		{"lb", "dnsName", `^lb-[0-9a-f]{7}-\d{10}\.us-east-1\.elb\.amazonaws\.com$`},
		{"lb", "vpcId", `^vpc-`},
		{"db", "id", `^db-[A-Z0-9]{26}$`},
		{"db", "address", `^app\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com$`},
		{"db", "endpoint", `^app\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com:5432$`},
		{"db", "availabilityZone", `^us-east-1a$`},
		{"s", "id", `^arn:aws:ecs:us-east-1:123456789012:service/main/web$`},
	} {
		t.Run(tc.name+" "+tc.property, func(t *testing.T) {
			assert.Regexp(t, tc.pattern, e.fill("${"+tc.name+"."+tc.property+"}"))
		})
	}
	managed := e.made["db"].outputs["masterUserSecrets"].ArrayValue()[0].ObjectValue()
	assert.Regexp(t, `^arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-[A-Z0-9]{26}-[a-z0-9]{6}$`,
		managed["secretArn"].StringValue())
	e.make("aws:secretsmanager/secretRotation:SecretRotation", "rotation", props{
		"secretId": managed["secretArn"].StringValue(), "rotationRules": props{"automaticallyAfterDays": 30},
	})
	e.make("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "closed", props{"vpcId": "${vpc.id}"})
	assert.Equal(t, e.made["vpc"].outputs["defaultSecurityGroupId"].StringValue(), e.made["closed"].id)
	require.NoError(t, e.cloud.View(func(r *cloud.Reader) error {
		of, found := r.Get(resourcetypes.SecurityGroup, e.made["closed"].id)
		require.True(t, found)
		assert.Equal(t, "arn:aws:ec2:us-east-1:123456789012:security-group/"+of.ID, of.Outputs["arn"].StringValue())
		return nil
	}))
}

func TestRunsAreAlike(t *testing.T) {
	ids := func() []string {
		e := start(t, simaws.Options{}, nil)
		e.vpc()
		return []string{e.made["vpc"].id, e.made["a"].id, e.made["sg"].id, e.made["sg"].outputs["name"].StringValue()}
	}
	assert.Equal(t, ids(), ids())
}

func TestPreviewKnowsWhatItCan(t *testing.T) {
	e := start(t, simaws.Options{}, props{"defaultTags": props{"tags": props{"owner": "web"}}})
	checked, _, err := e.check("aws:sqs/queue:Queue", "q", resource.PropertyMap{})
	require.NoError(t, err)
	created, err := e.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urnOf("aws:sqs/queue:Queue", "q"), Properties: e.marshal(checked), Preview: true,
	})
	require.NoError(t, err)
	planned := e.unmarshal(created.GetProperties())
	assert.Empty(t, created.GetId())
	assert.Equal(t, checked["name"], planned["name"])
	assert.Equal(t, checked["tags"], planned["tagsAll"])
	assert.True(t, planned["arn"].IsComputed())
	assert.NotContains(t, planned, resource.PropertyKey("__defaults"))
	created, err = e.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urnOf(resourcetypes.DBInstance, "db"), Preview: true,
		Properties: e.marshal(resource.NewPropertyMapFromMap(props{"engine": "postgres", "instanceClass": "c"})),
	})
	require.NoError(t, err)
	assert.True(t, e.unmarshal(created.GetProperties())["identifier"].IsComputed(), "the provider makes the name later")
	records, err := e.cloud.Records()
	require.NoError(t, err)
	assert.Empty(t, records)
}

func TestPreviewOfUpdate(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	inputs := props{"engine": "postgres", "identifier": "app", "instanceClass": "db.t3.small"}
	db := e.make("aws:rds/instance:Instance", "db", inputs)
	preview := func(changes resource.PropertyMap) resource.PropertyMap {
		news := resource.NewPropertyMapFromMap(inputs)
		for name, v := range changes {
			news[name] = v
		}
		response, err := e.client.Update(t.Context(), &pulumirpc.UpdateRequest{
			Urn: urnOf(db.token, "db"), Id: db.id, Olds: e.marshal(db.outputs), OldInputs: e.marshal(db.inputs),
			News: e.marshal(news), Preview: true,
		})
		require.NoError(t, err)
		return e.unmarshal(response.GetProperties())
	}
	larger := preview(resource.PropertyMap{"instanceClass": resource.NewStringProperty("db.m6g.large")})
	assert.Equal(t, db.outputs["endpoint"], larger["endpoint"], "the endpoint stays and is known")
	renamed := preview(resource.PropertyMap{"identifier": resource.MakeComputed(resource.NewStringProperty(""))})
	assert.True(t, renamed["arn"].IsComputed(), "what follows from an unknown name is unknown")
	assert.True(t, renamed["endpoint"].IsComputed(), "by way of the address, too")
	assert.Equal(t, db.outputs["port"], preview(nil)["port"])
}

func TestUpdateKeepsIdentity(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	acl := props{"scope": "REGIONAL", "defaultAction": props{}, "visibilityConfig": props{}}
	before := *e.make("aws:wafv2/webAcl:WebAcl", "acl", acl)
	acl["description"] = "changed"
	require.NoError(t, e.update("acl", acl))
	after := e.made["acl"]
	assert.Equal(t, before.outputs["arn"], after.outputs["arn"])
	assert.NotEqual(t, before.outputs["lockToken"], after.outputs["lockToken"], "new with every update")
	assert.Equal(t, "changed", e.read("acl").outputs["description"].StringValue())
}

func TestRevisionsStay(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	definition := props{"family": "web", "containerDefinitions": `[{"name":"web","image":"nginx"}]`}
	for i, name := range []string{"one", "two"} {
		e.make("aws:ecs/taskDefinition:TaskDefinition", name, definition)
		require.NoError(t, e.update(name, withProperties(definition, props{"tags": props{"a": "b"}})))
		assert.InDelta(t, i+1, e.made[name].outputs["revision"].NumberValue(), 0)
	}
}

func TestPluginIsThePinnedOne(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	info, err := e.client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, catalog.FromProvider().Version, info.GetVersion())
	_, err = e.client.Attach(t.Context(), &pulumirpc.PluginAttach{})
	require.NoError(t, err)
	_, err = simaws.Start(simaws.Options{})
	require.ErrorContains(t, err, "no cloud given")
}

func TestReadOfALongerList(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	query := e.make(resourcetypes.QueryDefinition, "q", props{
		"name": "q", "queryString": "x", "logGroupNames": []any{"a"},
	})
	longer := resource.NewPropertyValue([]any{"a", "b"})
	require.NoError(t, e.cloud.Edit(query.token, query.id, func(props resource.PropertyMap) {
		props["logGroupNames"] = longer
	}))
	assert.Equal(t, longer, e.read("q").outputs["logGroupNames"])
}

func TestUpdateOfSomethingGoneFails(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	sg := e.make("aws:sqs/queue:Queue", "q", nil)
	require.NoError(t, e.cloud.Remove(sg.token, sg.id))
	require.ErrorContains(t, e.update("q", props{"delaySeconds": 1}), "NonExistentQueue")
}

func TestCodeDeployOwnsTheService(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	of := func(definition string, count int) props {
		return props{
			"name": "web", "deploymentController": props{"type": "CODE_DEPLOY"}, "taskDefinition": definition,
			"desiredCount": count,
		}
	}
	e.make(role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")})
	e.make(task, "t1", taskOf())
	e.make(task, "t2", taskOf())
	e.make(service, "s", of("${t1.arn}", 2))
	require.NoError(t, e.update("s", of("${t1.arn}", 3)))
	require.ErrorContains(t, e.update("s", of("${t2.arn}", 3)),
		"Unable to update taskDefinition on services with a CODE_DEPLOY deployment controller")
	without := of("${t1.arn}", 3)
	delete(without, "taskDefinition")
	require.NoError(t, e.update("s", without), "what is not given stays")
}

func TestTaskDefinitionRevisions(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")})
	first := *e.make(task, "t", taskOf())
	second := *e.make(task, "t", taskOf()) // a replacement, made before the first is deleted
	assert.Equal(t, first.id, second.id)
	assert.Regexp(t, `task-definition/web:1$`, first.outputs["arn"].StringValue())
	assert.Regexp(t, `task-definition/web:2$`, second.outputs["arn"].StringValue())
	e.made["t"] = &first
	require.NoError(t, e.remove("t"))
	e.made["t"] = &second
	assert.NotEmpty(t, e.read("t").id, "deleting the old revision leaves the new one")
}

func TestDeletionIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		steps  []step
		delete string
		want   string
	}{
		{"VPC with subnets", nil, "vpc", "DependencyViolation: The vpc 'vpc-"},
		{"group named by a rule", []step{
			{"aws:ec2/securityGroup:SecurityGroup", "other", props{"vpcId": "${vpc.id}"}},
			{ingress, "r", props{
				"securityGroupId": "${other.id}", "ipProtocol": "tcp",
				"referencedSecurityGroupId": "${sg.id}",
			}},
		}, "sg", "has a dependent object (it is still used by r (SecurityGroupIngressRule))"},
		{"subnet of a balancer", []step{{balancer, "lb", twoSubnets(nil)}}, "a", "it is still used by lb (LoadBalancer)"},
		{"gateway of a balancer", []step{{balancer, "lb", twoSubnets(nil)}}, "igw", "has some mapped public address(es)"},
		{
			"target group in use",
			[]step{{balancer, "lb", twoSubnets(nil)}, {targets, "tg", nil}, {listener, "l", forward()}},
			"tg",
			"is currently in use by a listener or a rule",
		},
		{
			"protected balancer",
			[]step{{balancer, "lb", twoSubnets(props{"enableDeletionProtection": true})}},
			"lb",
			"cannot be deleted because deletion protection is enabled",
		},
		{
			"protected database",
			[]step{{"aws:rds/instance:Instance", "db", props{
				"instanceClass": "c", "deletionProtection": true,
				"skipFinalSnapshot": true,
			}}},
			"db",
			"Cannot delete protected DB Instance",
		},
		{
			"database without a name for its snapshot",
			[]step{{"aws:rds/instance:Instance", "db", props{"instanceClass": "c"}}},
			"db",
			"FinalDBSnapshotIdentifier is required",
		},
		{
			"cluster with a service",
			[]step{{cluster, "c", props{"name": "c"}}, {service, "s", props{"name": "s", "cluster": "${c.id}"}}},
			"c",
			"ClusterContainsServicesException",
		},
		{
			"role with a policy",
			[]step{
				{role, "r", props{"assumeRolePolicy": "{}"}},
				{
					"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "at",
					props{"role": "${r.name}", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
				},
			},
			"r",
			"must detach all policies first",
		},
		{
			"parameter group of a database",
			[]step{
				{"aws:rds/parameterGroup:ParameterGroup", "pg", props{"family": "postgres16"}},
				{"aws:rds/instance:Instance", "db", props{"instanceClass": "c", "parameterGroupName": "${pg.name}"}},
			},
			"pg",
			"One or more database instances are still members",
		},
		{
			"rule with targets",
			[]step{
				{"aws:cloudwatch/eventRule:EventRule", "er", props{"eventPattern": "{}"}},
				{
					"aws:cloudwatch/eventTarget:EventTarget", "et",
					props{"rule": "${er.name}", "arn": "arn:aws:lambda:us-east-1:9:function:f"},
				},
			},
			"er",
			"Rule can't be deleted since it has targets.",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.vpc()
			for _, s := range tc.steps {
				e.make(s.token, s.name, s.inputs)
			}
			require.ErrorContains(t, e.remove(tc.delete), tc.want)
			assert.NotEmpty(t, e.read(tc.delete).id)
		})
	}
}

// Recovery points come after the vault: only then does AWS refuse.
func TestVaultWithRecoveryPointsStays(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(vault, "kept", nil)
	e.make(vault, "emptied", props{"forceDestroy": true})
	for _, name := range []string{"kept", "emptied"} {
		require.NoError(t, e.cloud.Edit(vault, e.made[name].id, func(p resource.PropertyMap) {
			p["recoveryPoints"] = resource.NewNumberProperty(3)
		}))
	}
	require.ErrorContains(t, e.remove("kept"), "Backup vault cannot be deleted (contains 3 recovery points)")
	assert.NotEmpty(t, e.read("kept").id)
	require.NoError(t, e.remove("emptied"))
}

func TestDeletionInOrder(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(ingress, "self", props{
		"securityGroupId": "${sg.id}", "ipProtocol": "tcp",
		"referencedSecurityGroupId": "${sg.id}",
	})
	for _, name := range []string{"self", "sg", "a", "b", "igw", "vpc"} {
		require.NoError(t, e.remove(name), name)
		assert.Empty(t, e.read(name).id, name)
		require.NoError(t, e.remove(name), "what is gone can be deleted")
	}
	records, err := e.cloud.Records()
	require.NoError(t, err)
	assert.Empty(t, records, "the default group, route table and ACL go with the VPC")
}

func TestReadFindsDrift(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	queue := e.make("aws:sqs/queue:Queue", "q", props{"delaySeconds": 5})
	same := e.read("q")
	assert.Equal(t, queue.outputs, same.outputs)
	assert.Equal(t, queue.inputs, same.inputs)

	require.NoError(t, e.cloud.Edit(queue.token, queue.id, func(p resource.PropertyMap) {
		p["delaySeconds"] = resource.NewNumberProperty(60)
	}))
	drifted := e.read("q")
	assert.InDelta(t, 60, drifted.inputs["delaySeconds"].NumberValue(), 0)
	assert.InDelta(t, 60, drifted.outputs["delaySeconds"].NumberValue(), 0)
}

func TestSecretsAreKept(t *testing.T) {
	at := filepath.Join(t.TempDir(), "cloud.jsonl")
	c, err := cloud.Open(at)
	require.NoError(t, err)
	e := start(t, simaws.Options{Cloud: c}, nil)
	secret := resource.MakeSecret(resource.NewStringProperty("hunter2"))
	require.NoError(t, e.tryMap("aws:ssm/parameter:Parameter", "v", resource.PropertyMap{
		"type": resource.NewStringProperty("SecureString"), "value": secret,
	}))
	assert.Equal(t, secret, e.made["v"].outputs["value"], "a secret input is a secret output")
	read := e.read("v")
	assert.Equal(t, secret, read.outputs["value"])
	assert.Equal(t, secret, read.inputs["value"])

	hidden := resource.NewProperty(resource.PropertyMap{"variables": resource.NewProperty(
		resource.PropertyMap{"PASSWORD": secret, "REGION": resource.NewProperty("here")})})
	e.make(role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")})
	inputs := resource.NewPropertyMapFromMap(e.fill(props{"role": "${r.arn}", "imageUri": "i"}).(props))
	inputs["environment"] = hidden
	require.NoError(t, e.tryMap(function, "f", inputs))
	assert.Equal(t, hidden, e.read("f").inputs["environment"], "a secret within an object")
}

func TestImportKnowsTheIDAlone(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	queue := e.make("aws:sqs/queue:Queue", "q", nil)
	response, err := e.client.Read(t.Context(), &pulumirpc.ReadRequest{Urn: urnOf(queue.token, "imported"), Id: queue.id})
	require.NoError(t, err)
	assert.Equal(t, queue.id, response.GetId())
	assert.Equal(t, queue.outputs["arn"], e.unmarshal(response.GetProperties())["arn"])
}
