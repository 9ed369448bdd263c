package simaws_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// TestDatabasesListen: RDS User Guide, "Working with a DB instance in a VPC", and the ports of the engines.
func TestDatabasesListen(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(subnet, "c", props{"vpcId": "${vpc.id}", "cidrBlock": "10.0.3.0/24", "availabilityZone": "us-east-1c"})
	subnets := e.make(resourcetypes.DBSubnetGroup, "subnets", props{"subnetIds": []any{"${b.id}", "${c.id}"}})
	assert.Equal(t, e.made["vpc"].id, subnets.outputs["vpcId"].StringValue())
	for engine, port := range map[string]float64{
		"postgres": 5432, "aurora-postgresql": 5432, "sqlserver-ex": 1433, "oracle-se2": 1521, "mysql": 3306, "mariadb": 3306,
	} {
		db := e.make(resourcetypes.DBInstance, engine, props{
			"engine": engine, "instanceClass": "c", "dbSubnetGroupName": "${subnets.name}", "skipFinalSnapshot": true,
		})
		assert.InDelta(t, port, db.outputs["port"].NumberValue(), 0, engine)
		assert.Equal(t, "us-east-1b", db.outputs["availabilityZone"].StringValue(), "that of the first subnet")
		assert.Empty(t, db.outputs["masterUserSecrets"].ArrayValue(), "nobody asked RDS for a password")
		assert.Equal(t, "default:"+engine, db.outputs["optionGroupName"].StringValue())
		assert.Equal(t, "default."+engine, db.outputs["parameterGroupName"].StringValue())
	}
	managed := e.make(resourcetypes.DBInstance, "managed", props{
		"engine": "postgres", "instanceClass": "c", "manageMasterUserPassword": true, "skipFinalSnapshot": true,
		"masterUserSecretKmsKeyId": "arn:aws:kms:us-east-1:999999999999:key/k",
	}).outputs["masterUserSecrets"].ArrayValue()[0].ObjectValue()
	assert.Equal(t, "active", managed["secretStatus"].StringValue())
	assert.Equal(t, "arn:aws:kms:us-east-1:999999999999:key/k", managed["kmsKeyId"].StringValue())
}

// TestDatabasesGoUp: RDS API Reference, ModifyDBInstance, EngineVersion.
func TestDatabasesGoUp(t *testing.T) {
	of := func(version string, more props) props {
		all := props{"engine": "postgres", "engineVersion": version, "instanceClass": "c", "skipFinalSnapshot": true}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	e := start(t, simaws.Options{}, nil)
	db := e.make(resourcetypes.DBInstance, "db", of("16.13", nil))
	assert.Equal(t, "16.13", db.outputs["engineVersionActual"].StringValue())
	require.NoError(t, e.update("db", of("16", nil)))
	assert.Equal(t, "16.13", e.made["db"].outputs["engineVersionActual"].StringValue(), "it stays")
	require.NoError(t, e.update("db", of("16.14", nil)))
	assert.ErrorContains(t, e.update("db", of("16.13", nil)),
		"api error InvalidParameterCombination: Cannot upgrade postgres from 16.14 to 16.13")
	assert.ErrorContains(t, e.update("db", of("17", nil)), "api error InvalidParameterCombination: The "+
		"AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
	require.NoError(t, e.update("db", of("17", props{"allowMajorVersionUpgrade": true})))
	assert.Regexp(t, `^17\.\d+$`, e.made["db"].outputs["engineVersionActual"].StringValue())
}

// TestScalingBesidesECS: the service of another namespace is not looked up.
func TestScalingBesidesECS(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(resourcetypes.ScalableTarget, "table", props{
		"serviceNamespace": "dynamodb", "resourceId": "table/books", "minCapacity": 1, "maxCapacity": 2,
		"scalableDimension": "dynamodb:table:ReadCapacityUnits",
	})
	action := func(schedule string) props {
		return props{
			"serviceNamespace": "dynamodb", "resourceId": "table/books", "schedule": schedule,
			"scalableDimension": "dynamodb:table:ReadCapacityUnits", "scalableTargetAction": props{"minCapacity": 1},
		}
	}
	assert.ErrorContains(t, e.try(resourcetypes.ScheduledAction, "x", action("cron(0 25 ? * * *)")),
		`api error ValidationException: Invalid schedule expression: cron(0 25 ? * * *) (hours is "25"`)
	e.make(resourcetypes.ScheduledAction, "daily", action("cron(0 5 ? * * *)"))
	other := action("cron(0 5 ? * * *)")
	other["scalableDimension"] = "dynamodb:table:WriteCapacityUnits"
	assert.ErrorContains(t, e.try(resourcetypes.ScheduledAction, "x", other), "api error ObjectNotFoundException: No "+
		"scalable target registered for service namespace: dynamodb, resource ID: table/books, scalable dimension: "+
		"dynamodb:table:WriteCapacityUnits")
	other = action("cron(0 5 ? * * *)")
	other["resourceId"] = "table/films"
	assert.ErrorContains(t, e.try(resourcetypes.ScheduledAction, "x", other), "No scalable target registered")
}

// TestSubscriptionsAreOne: SNS returns the ARN of an existing subscription instead of making a second one.
func TestSubscriptionsAreOne(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(alertTopic, "t1", nil)
	e.make(alertTopic, "t2", nil)
	of := func(topic, protocol, endpoint string) props {
		return props{"topic": "${" + topic + ".arn}", "protocol": protocol, "endpoint": endpoint}
	}
	first := e.make(resourcetypes.TopicSubscription, "first", of("t1", "email", "a@example.com"))
	assert.True(t, first.outputs["pendingConfirmation"].BoolValue())
	assert.False(t, first.outputs["confirmationWasAuthenticated"].BoolValue())
	for name, inputs := range map[string]props{
		"topic": of("t2", "email", "a@example.com"), "endpoint": of("t1", "email", "b@example.com"),
		"protocol": of("t1", "email-json", "a@example.com"),
	} {
		assert.NotEqual(t, first.id, e.make(resourcetypes.TopicSubscription, name, inputs).id, "another %s", name)
	}
	assert.Equal(t, first.id, e.make(resourcetypes.TopicSubscription, "again", of("t1", "email", "a@example.com")).id)
	sqs := e.make(resourcetypes.TopicSubscription, "sqs", of("t1", "sqs", "arn:aws:sqs:us-east-1:123456789012:q"))
	assert.False(t, sqs.outputs["pendingConfirmation"].BoolValue())
	assert.True(t, sqs.outputs["confirmationWasAuthenticated"].BoolValue())
}

// TestFunctionVersions: a function has only $LATEST until the program publishes versions.
func TestFunctionVersions(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")})
	of := func(publish bool, image string) props {
		return props{"role": "${r.arn}", "imageUri": image, "publish": publish}
	}
	plain := *e.make(function, "plain", of(false, "i"))
	assert.Equal(t, "$LATEST", plain.outputs["version"].StringValue())
	published := *e.make(function, "published", of(true, "i"))
	assert.Equal(t, "1", published.outputs["version"].StringValue())
	require.NoError(t, e.update("published", of(true, "j")))
	after := e.made["published"].outputs
	assert.Equal(t, "2", after["version"].StringValue())
	assert.Equal(t, after["arn"].StringValue()+":2", after["qualifiedArn"].StringValue())
	assert.NotEqual(t, published.outputs["codeSha256"], after["codeSha256"])
	assert.Equal(t, after["codeSha256"], after["sourceCodeHash"])
	require.NoError(t, e.update("published", props{
		"role": "${r.arn}", "imageUri": "j", "publish": true, "timeout": 9,
	}))
	assert.Equal(t, after["codeSha256"], e.made["published"].outputs["codeSha256"], "the code is the same")
}

// TestSupportOfPostgreSQL: a major version past its standard support goes on under Extended Support alone, and a
// retired minor version under neither.
func TestSupportOfPostgreSQL(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	for version, taken := range map[string][2]bool{
		"13.20": {true, false}, "16.10": {}, "17": {true, true}, "99": {true, true},
	} {
		for i, support := range []string{"", "-disabled"} {
			err := e.try(resourcetypes.DBInstance, "x", props{
				"engine": "postgres", "engineVersion": version, "instanceClass": "c",
				"engineLifecycleSupport": "open-source-rds-extended-support" + support,
			})
			assert.Equal(t, taken[i], err == nil, "%s%s", version, support)
		}
	}
	require.NoError(t, e.try(resourcetypes.DBInstance, "other", props{
		"engine": "mysql", "engineVersion": "16.10", "instanceClass": "c",
	}), "another engine has other versions")
}

// TestCertificatesProveEachName: a wildcard by the record of its parent.
func TestCertificatesProveEachName(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	made := e.make(resourcetypes.Certificate, "c", props{
		"domainName": "example.com", "subjectAlternativeNames": []any{"*.example.com", "shop.example.com"},
		"validationMethod": "DNS",
	})
	records := map[string]string{}
	for _, option := range made.outputs["domainValidationOptions"].ArrayValue() {
		of := option.ObjectValue()
		records[of["domainName"].StringValue()] = of["resourceRecordName"].StringValue()
	}
	assert.Len(t, records, 3)
	assert.Equal(t, records["example.com"], records["*.example.com"])
	assert.Regexp(t, `^_[0-9a-f]{32}\.shop\.example\.com\.$`, records["shop.example.com"])
}

// TestAliasesNameTheirKey: by its id or its ARN.
func TestAliasesNameTheirKey(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	arn := e.make(key, "k", nil).outputs["arn"].StringValue()
	for name, target := range map[string]string{"alias/a": "${k.id}", "alias/b": "${k.arn}"} {
		alias := e.make(resourcetypes.KMSAlias, name, props{"name": name, "targetKeyId": target})
		assert.Equal(t, arn, alias.outputs["targetKeyArn"].StringValue(), target)
	}
}

// TestKindsOfLoadBalancers: Elastic Load Balancing's ARNs, Service Authorization Reference.
func TestKindsOfLoadBalancers(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	for kind, short := range map[string]string{"": "app", "application": "app", "network": "net", "gateway": "gwy"} {
		inputs := twoSubnets(props{"name": "web" + kind})
		if kind != "" {
			inputs["loadBalancerType"] = kind
		}
		made := e.make(balancer, "lb"+kind, inputs)
		assert.Contains(t, made.outputs["arn"].StringValue(), ":loadbalancer/"+short+"/web"+kind+"/")
	}
}

// TestFreshWithEveryUpdate: a backup plan has a version, too.
func TestFreshWithEveryUpdate(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(vault, "v", nil)
	before := e.make(backupPlan, "p", planOf(nil)).outputs["version"]
	require.NoError(t, e.update("p", planOf(props{"startWindow": 120})))
	assert.NotEqual(t, before, e.made["p"].outputs["version"])
}

// TestRecordsOfTheSameName: a metric filter is of its log group, a permission of its function.
func TestRecordsOfTheSameName(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")})
	for _, name := range []string{"one", "two"} {
		e.make(group, name, props{"name": name})
		e.make(resourcetypes.LogMetricFilter, "filter-"+name, props{
			"name": "errors", "logGroupName": name, "pattern": name, "metricTransformation": props{},
		})
		e.make(function, "f-"+name, props{"name": name, "role": "${r.arn}", "imageUri": "i"})
		e.make(resourcetypes.FunctionPermission, "permission-"+name, props{
			"statementId": "s", "function": name, "action": "lambda:InvokeFunction", "principal": "sns.amazonaws.com",
		})
		e.make(cluster, "c-"+name, props{"name": name})
		e.make(service, "s-"+name, props{"name": "web", "cluster": "${c-" + name + ".id}"})
		e.make(resourcetypes.ScalableTarget, "t-"+name, props{
			"serviceNamespace": "ecs", "resourceId": "service/" + name + "/web", "minCapacity": 1, "maxCapacity": 2,
			"scalableDimension": "ecs:service:DesiredCount",
		})
		e.make(resourcetypes.ScalingPolicy, "p-"+name, props{
			"name": "cpu", "serviceNamespace": "ecs", "resourceId": "service/" + name + "/web",
			"scalableDimension": "ecs:service:DesiredCount",
		})
	}
	for name, property := range map[string]resource.PropertyKey{
		"filter-": "logGroupName", "permission-": "function", "p-": "resourceId",
	} {
		assert.NotEqual(t, e.read(name + "one").outputs[property], e.read(name + "two").outputs[property], name)
		require.NoError(t, e.remove(name+"one"))
		assert.NotEmpty(t, e.read(name+"two").id, name)
	}
}
