package stack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/keys"
)

// edited is the graph of a stack file with edits.
func edited(t *testing.T, stack string, with edits) *graph {
	t.Helper()
	rec := &recorder{stack: stack}
	require.NoError(t, rec.run(t, packagedRoot(t), func(values map[string]string) {
		clear(values)
		maps.Copy(values, keys.Edited(t, stack, with))
	}))
	return newGraph(rec)
}

// A key that several parts read reaches all of them: its old value is nowhere any more.
func TestAnOldValueIsGone(t *testing.T) {
	for name, test := range map[string]struct {
		stack string
		with  edits
		gone  string
	}{
		"test port":     {"prod", edits{"loadBalancer.testPort": "9443"}, "8443"},
		"domain":        {"prod", edits{"dns.domain": `"shop.example.com"`}, "visitors.example.com"},
		"service":       {"prod", edits{"services[0].name": `"shop"`}, "visitor-book-"},
		"log prefix":    {"prod", edits{"logging.servicePrefix": `"/shop"`}, "/ecs/visitor-book"},
		"port":          {"staging", edits{"services[0].port": "8123"}, "8000"},
		"database name": {"staging", edits{"database.name": `"shop"`, "database.username": `"shop_owner"`}, "visitorbook"},
		"repository":    {"delivery", edits{"github.repository": `"example/shop"`}, "example/aws-webapp:"},
		"registry":      {"delivery", edits{"registry.name": `"shop"`}, ".com/visitor-book"},
	} {
		t.Run(name, func(t *testing.T) {
			g := edited(t, test.stack, test.with)
			for _, r := range append(slices.Clone(g.resources), g.outputs) {
				for input, value := range r.inputs {
					has := strings.Contains(renderValue(value), test.gone)
					assert.False(t, has, "%s of %s still says %s", input, r.key(), test.gone)
				}
			}
		})
	}
}

// What a key says of all resources of a type holds for each of them.
func TestAKeyOfManyResources(t *testing.T) {
	const logGroups, buckets = "aws:cloudwatch/logGroup:LogGroup", "aws:s3/bucketV2:BucketV2"
	for name, test := range map[string]struct {
		stack, typ string
		with       edits
		input      resource.PropertyKey
		want       any
		but        []string
	}{
		"retention of prod": {
			"prod", logGroups, edits{"logging.retentionDays": "545"}, "retentionInDays", 545.0, []string{"audit"},
		},
		"retention of staging": {
			"staging", logGroups, edits{"logging.retentionDays": "545"}, "retentionInDays", 545.0, []string{"audit"},
		},
		"retention of delivery": {
			"delivery", logGroups, edits{"logging.retentionDays": "545"}, "retentionInDays", 545.0, nil,
		},
		"key of prod's logs": {
			"prod", logGroups, nil, "kmsKeyId", "arn:aws:mock:us-east-1:123456789012:keys-logs", []string{"audit"},
		},
		"key of delivery's logs": {
			"delivery", logGroups, nil, "kmsKeyId", "arn:aws:mock:us-east-1:123456789012:keys-logs", nil,
		},
		"buckets kept":       {"prod", buckets, nil, "forceDestroy", false, nil},
		"buckets given":      {"staging", buckets, edits{"storage.forceDestroy": "true"}, "forceDestroy", true, nil},
		"delivery's buckets": {"delivery", buckets, nil, "forceDestroy", false, nil},
		"delivery's given": {
			"delivery", buckets, both(dev, edits{"state.forceDestroy": "true"}), "forceDestroy", true, nil,
		},
		"keys deleted": {
			"prod", "aws:kms/key:Key", edits{"encryption.deletionWindowDays": "9"}, "deletionWindowInDays", 9.0, nil,
		},
		"delivery's keys deleted": {
			"delivery", "aws:kms/key:Key", edits{"encryption.deletionWindowDays": "9"}, "deletionWindowInDays", 9.0, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			judged := 0
			for _, r := range edited(t, test.stack, test.with).ofType(test.typ) {
				if !slices.Contains(test.but, r.name) {
					judged++
					assert.Equal(t, test.want, r.inputs[test.input].V, "%s of %s", test.input, r.name)
				}
			}
			assert.Greater(t, judged, 1)
		})
	}
}

// One threshold is for the services and for the load balancer itself.
func TestServerErrorsOfAll(t *testing.T) {
	judged := 0
	for _, r := range edited(t, "prod", edits{"monitoring.thresholds.serverErrors": "77"}).ofType(metricAlarmType) {
		if strings.HasSuffix(r.name, "-5xx") {
			judged++
			assert.InDelta(t, 77, r.inputs["threshold"].NumberValue(), 0, r.name)
		}
	}
	assert.Equal(t, 2, judged)
}

// A continuous backup is in a vault as long as RDS would have kept it itself.
func TestContinuousBackupReachesPlanAndDatabase(t *testing.T) {
	days := func(with edits) map[bool][]float64 {
		kept := map[bool][]float64{}
		plan := one(t, edited(t, "prod", with).resources, "aws:backup/plan:Plan", "backup").inputs
		for _, rule := range plan["rules"].ArrayValue() {
			continuous := rule.ObjectValue()["enableContinuousBackup"].BoolValue()
			lifecycle := rule.ObjectValue()["lifecycle"].ObjectValue()
			kept[continuous] = append(kept[continuous], lifecycle["deleteAfter"].NumberValue())
		}
		return kept
	}
	assert.Empty(t, days(nil)[true])
	assert.Equal(t, []float64{21}, days(edits{"backup.continuous": "true", "database.backupRetentionDays": "21"})[true])
}

// Whoever pays finds the stack by these tags, on everything that takes tags.
func TestDefaultTags(t *testing.T) {
	for stack, environment := range map[string]string{"prod": "prod", "staging": "staging", "delivery": "prod"} {
		provider := one(t, graphOf(t, stack).resources, "pulumi:providers:aws", "aws").inputs
		tags := map[string]any{}
		for key, value := range defaultTagsOf(provider) {
			tags[string(key)] = value.V
		}
		assert.Equal(t, map[string]any{
			"Project": "aws-webapp", "Stack": stack, "Environment": environment, "Owner": "platform", "CostCenter": "web",
			"Repository": "github.com/example/aws-webapp",
		}, tags, stack)
	}
}

func defaultTagsOf(provider resource.PropertyMap) resource.PropertyMap {
	value := provider["defaultTags"]
	if value.IsString() {
		tags := map[string]any{}
		mustUnmarshal(value.StringValue(), &tags)
		value = resource.NewProperty(resource.NewPropertyMapFromMap(tags))
	}
	return value.ObjectValue()["tags"].ObjectValue()
}

// One endpoint makes the provider an emulator's.
func TestOneEndpointIsAnEmulator(t *testing.T) {
	for stack, emulated := range map[string]bool{"staging": false, "local": true} {
		rec := &recorder{stack: stack}
		require.NoError(t, rec.run(t, packagedRoot(t), func(values map[string]string) {
			if emulated {
				settings := map[string]any{}
				mustUnmarshal(values[project+":aws"], &settings)
				settings["endpoints"] = map[string]any{"sts": "http://localhost:5000"}
				values[project+":aws"] = mustMarshal(settings)
			}
		}))
		provider := one(t, rec.resources, "pulumi:providers:aws", "aws").inputs
		for _, input := range []resource.PropertyKey{
			"endpoints", "accessKey", "secretKey", "skipMetadataApiCheck", "s3UsePathStyle",
		} {
			_, set := provider[input]
			assert.Equal(t, emulated, set, "%s of %s", input, stack)
		}
	}
}

// Verify and workflows ask these addresses.
func TestAddressesOfTheOutputs(t *testing.T) {
	for name, test := range map[string]struct {
		with         edits
		url, service string
	}{
		"by path": {nil, "https://visitors.example.com", "https://visitors.example.com/health"},
		"by host": {
			edits{"services[0].routing.hosts[0]": `"shop.example.com"`},
			"https://visitors.example.com",
			"https://shop.example.com/health",
		},
		"another path": {
			edits{"services[0].healthCheck.path": `"/ready"`},
			"https://visitors.example.com",
			"https://visitors.example.com/ready",
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := map[string]string{}
			flatten("", resource.NewProperty(edited(t, "prod", test.with).outputs.inputs), found)
			assert.Equal(t, test.url, found["url"])
			assert.Equal(t, test.service, found["services.*.url"])
		})
	}
}

// The dashboard names each service in its headings.
func TestTheDashboardNamesEachService(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		services := g.ofType("aws:ecs/service:Service")
		for _, service := range services {
			body := one(t, g.resources, "aws:cloudwatch/dashboard:Dashboard", "dashboard").inputs["dashboardBody"].StringValue()
			for _, heading := range []string{": CPU and memory", ": tasks"} {
				has := strings.Contains(body, `"title":"`+service.name+heading)
				assert.True(t, has, service.name+heading)
			}
		}
		return len(services)
	})
}

// The load balancer lets nobody in where it does not listen.
func TestTheLoadBalancerIsOpenOnlyWhereItListens(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		listens, opened := map[float64]bool{}, 0
		for _, l := range g.ofType("aws:lb/listener:Listener") {
			listens[l.inputs["port"].NumberValue()] = true
		}
		for _, r := range g.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
			if r.inputs["securityGroupId"].StringValue() == "security-groups-alb-id" {
				port := r.inputs["fromPort"].NumberValue()
				assert.True(t, listens[port], "%s opens port %g, where nothing listens", r.name, port)
				opened++
			}
		}
		return opened
	})
}

// Every bucket writes its access log to a bucket of the stack, which lets it in, but the one that takes the logs.
func TestEveryBucketIsLogged(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		names, logged := map[string]bool{}, map[string]bool{}
		for _, bucket := range g.ofType("aws:s3/bucketV2:BucketV2") {
			names[bucket.inputs["bucket"].StringValue()] = true
		}
		for _, logging := range g.ofType("aws:s3/bucketLoggingV2:BucketLoggingV2") {
			target := logging.inputs["targetBucket"].StringValue()
			assert.True(t, names[target], "%s writes to %q", logging.name, target)
			logged[logging.name] = true
			source := "arn:aws:s3:::" + logging.inputs["bucket"].StringValue()
			assert.True(t, letsIn(g, target, "s3:PutObject", "logging.s3.amazonaws.com", source), "%s lets %s in", target,
				source)
		}
		assert.Len(t, logged, len(names)-1)
		return len(names)
	})
}

// letsIn reports whether the policy of a bucket lets somebody in under a condition that names a value.
func letsIn(g *graph, bucket, action, who, value string) bool {
	return slices.ContainsFunc(g.ofType("aws:s3/bucketPolicy:BucketPolicy"), func(r recorded) bool {
		return r.inputs["bucket"].StringValue() == bucket &&
			slices.ContainsFunc(statementsIn(r.inputs["policy"]), func(s statementOf) bool {
				return s.text("Effect") == "Allow" && slices.Contains(s.list("Action"), action) &&
					slices.Contains(s.who(), who) && slices.Contains(s.asked(), value)
			})
	})
}

// The roles of other accounts keep their stacks' state in the delivery's bucket: those that preview read it, those that
// deploy write it, too.
func TestOtherAccountsReachTheirState(t *testing.T) {
	g := graphOf(t, "delivery")
	const state = "aws-webapp-delivery-state-123456789012-us-east-1"
	for _, account := range []string{"111111111111", "222222222222"} {
		for role, writes := range map[string]bool{"preview": false, "deploy": true} {
			arn := "arn:aws:iam::" + account + ":role/aws-webapp-delivery-" + role
			assert.True(t, letsIn(g, state, "s3:GetObject", "other account", arn), arn)
			assert.Equal(t, writes, letsIn(g, state, "s3:PutObject", "other account", arn), arn)
		}
	}
}

// Secrets reach the task definition as ECS wants them, and the execution role may read these and no others.
func TestSecretsByTheirNames(t *testing.T) {
	g := graphOf(t, "staging with a container as its service wants it")
	const (
		api  = "arn:aws:secretsmanager:us-east-1:222222222222:secret:api-AbCdEf"
		smtp = "arn:aws:ssm:us-east-1:123456789012:parameter/web/smtp"
		key  = "arn:aws:kms:us-east-1:222222222222:key/12345678-1234-1234-1234-123456789012"
	)
	definition := renderValue(g.ofType("aws:ecs/taskDefinition:TaskDefinition")[0].inputs["containerDefinitions"])
	assert.Contains(t, definition, `{"name":"API","valueFrom":"`+api+`:token::"}`)
	assert.Contains(t, definition, `{"name":"SMTP","valueFrom":"`+smtp+`"}`)
	var read []string
	for _, p := range policiesIn(g) {
		for _, s := range p.statements {
			if id := s.text("Sid"); id == "ReadSecrets" || id == "ReadParameters" || id == "DecryptSecretsOfOtherKeys" {
				read = append(read, s.list("Resource")...)
			}
		}
	}
	assert.ElementsMatch(t, []string{api, smtp, key}, read)
}
