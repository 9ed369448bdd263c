package stack_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	otherImage    = "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book:2.0.0"
	signingSecret = "arn:aws:secretsmanager:us-east-1:222222222222:secret:signing-AbCdEf"
)

// deployedService returns the state of a stack with visitor-book under a controller at priority
// 100. Its task role has the policies.
func deployedService(controller string, policies ...string) resource.PropertyMap {
	state := resource.PropertyMap{}
	put := func(token, name string, outputs map[string]any) {
		urn := "urn:pulumi:prod::aws-webapp::aws-webapp:service:Service$" + token + "::" + name
		state[resource.PropertyKey(urn)] = resource.NewProperty(resource.PropertyMap{
			"type": resource.NewProperty(token), "outputs": resource.NewProperty(resource.NewPropertyMapFromMap(outputs)),
		})
	}
	put("aws:lb/listener:Listener", "web-https", map[string]any{"arn": "arn:https"})
	put("aws:lb/listenerRule:ListenerRule", "visitor-book", map[string]any{
		"listenerArn": "arn:https", "priority": 100.0,
		"conditions": []any{map[string]any{"pathPattern": map[string]any{"values": []any{"/*"}}}},
	})
	put("aws:lb/targetGroup:TargetGroup", "visitor-book", map[string]any{
		"protocol": "HTTP", "protocolVersion": "HTTP1",
	})
	put("aws:ecs/service:Service", "visitor-book", map[string]any{
		"deploymentController": map[string]any{"type": controller}, "loadBalancers": []any{map[string]any{}},
	})
	containers := fmt.Sprintf(
		`[{"image":%q,"portMappings":[{"containerPort":8000}],`+
			`"environment":[{"name":"DATABASE_URL"},{"name":"BUCKET_NAME"}],`+
			`"secrets":[{"name":"PGPASSWORD","valueFrom":`+
			`"arn:aws:secretsmanager:us-east-1:222222222222:secret:rds!db-1-AbCdEf:password::"},`+
			`{"name":"KEY","valueFrom":%q}]}]`,
		otherImage, signingSecret)
	put("aws:ecs/taskDefinition:TaskDefinition", "visitor-book", map[string]any{
		"taskRoleArn": taskRole, "containerDefinitions": containers,
	})
	for i, policy := range policies {
		put("aws:iam/rolePolicy:RolePolicy", fmt.Sprintf("visitor-book-task-bucket-%d", i), map[string]any{
			"role": "visitor-book-task-1", "policy": policy,
		})
	}
	put("aws:iam/rolePolicy:RolePolicy", "api-task-bucket", map[string]any{"role": "api-task-1", "policy": mayRead})
	put(logGroup, "visitor-book", map[string]any{"name": "/ecs/visitor-book"})
	put(logGroup, "api", map[string]any{"name": "/gone/api"})
	return state
}

// taskRole of visitor-book, and its policies for the bucket.
const (
	taskRole = "arn:aws:iam::222222222222:role/visitor-book-task-1"
	mayRead  = `{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"]}]}`
	mayWrite = `{"Statement": [{"Effect": "Allow", "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]}]}`
	logGroup = "aws:cloudwatch/logGroup:LogGroup"
)

// servicesKey returns prod's list of one service; JSON after the last key, which may repeat
// one.
func servicesKey(name string, priority int, controller, json string) func(map[string]string) {
	return replaced(map[string]string{"services": fmt.Sprintf(
		`[{"name": %q, "image": %q, "routing": {"priority": %d, "paths": ["/*"]}, "desiredCount": 3, `+
			`"scaling": {"min": 3, "max": 10}, "capacity": {"fargateBase": 3}, "deployment": {"controller": %q}%s}]`,
		name, otherImage, priority, controller, json)})
}

const unchanged = `, "databaseAccess": true, "bucketAccess": "read", "secrets": {"KEY": "` + signingSecret + `"}`

// TestBlueGreenIsChangedInStepsOrNotAtAll: what CodeDeploy's tasks still need is kept, or the
// change is refused before anything is registered.
func TestBlueGreenIsChangedInStepsOrNotAtAll(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(map[string]string)
		message []string
	}{
		"nothing":         {servicesKey("visitor-book", 100, "blue-green", unchanged), nil},
		"a free priority": {servicesKey("visitor-book", 110, "blue-green", unchanged), nil},
		"another controller": {servicesKey("visitor-book", 100, "rolling", unchanged), []string{
			"services[0].deployment.controller: found rolling, allowed blue-green", "priority 101",
		}},
		"called like a part of the stack": {servicesKey("cache", 120, "rolling", unchanged), []string{
			"services[0].name: found cache, allowed names other than those of the stack's own parts", "app-cache",
		}},
		"no longer for clients": {replaced(map[string]string{"services": `[
			{"name": "visitor-book", "kind": "worker", "image": "visitor-book:1.0.0"},
			{"name": "guest-book", "image": "visitor-book:1.0.0", "routing": {"priority": 90, "paths": ["/*"]}}]`}), []string{
			"services[0].kind: found worker, allowed web, which is deployed: add a service of another name beside it",
		}},
		"another protocol": {
			servicesKey("visitor-book", 100, "blue-green", unchanged+`, "protocolVersion": "HTTP2"`), []string{
				"services[0].protocolVersion: found HTTP2, allowed HTTP1, which is deployed", "priority 101",
			},
		},
		"TLS to the tasks": {servicesKey("visitor-book", 100, "blue-green", unchanged+`, "targetTls": true`), []string{
			"services[0].targetTls: found true, allowed false, which is deployed", "priority 101",
		}},
		"rule of another service": {
			servicesKey("guest-book", 90, "rolling", `, "routing": {"priority": 90, "paths": ["/*"],
				"rules": [{"priority": 100, "paths": ["/beta"]}]}`), []string{
				"services[0].routing.rules[0].priority: found 100, which the deployed rule visitor-book has", "such as 101",
			},
		},
		"renamed": {servicesKey("guest-book", 100, "blue-green", unchanged), []string{
			"services[0].routing.priority: found 100, which the deployed rule visitor-book has", "such as 101",
			"services[0].name: found guest-book, which takes the requests of visitor-book over",
		}},
		"renamed to rolling": {servicesKey("guest-book", 100, "rolling", unchanged), []string{
			"services[0].routing.priority: found 100",
		}},
		"renamed, other priority": {servicesKey("guest-book", 90, "blue-green", unchanged), []string{
			"keep visitor-book, give guest-book priority 91",
		}},
		"port": {servicesKey("visitor-book", 100, "blue-green", unchanged+`, "port": 9000`), []string{
			"services[0].port: found 9000, while tasks listen on 8000", "services[0].previous.port to 8000",
		}},
		"port, old one kept": {
			servicesKey("visitor-book", 100, "blue-green", unchanged+`, "port": 9000, "previous": {"port": 8000}`), nil,
		},
		"everything dropped": {servicesKey("visitor-book", 100, "blue-green", ""), []string{
			"services[0].databaseAccess: found false, while tasks use the database",
			"services[0].previous.databaseAccess to true in the same update",
			"services[0].bucketAccess: found none, while tasks have read", "services[0].previous.bucketAccess to read in",
			"services[0].secrets: found another secret than the running tasks read as KEY",
			"services[0].previous.secrets to a list with the ARN that it had",
		}},
		"everything kept": {servicesKey("visitor-book", 100, "blue-green",
			`, "previous": {"databaseAccess": true, "bucketAccess": "read", "secrets": ["`+signingSecret+`"]}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			rec, err := deployOver(t, "prod", deployedService("CODE_DEPLOY", mayRead), test.change)
			if test.message == nil {
				require.NoError(t, err)
				return
			}
			for _, message := range test.message {
				require.ErrorContains(t, err, message)
			}
			assert.NotContains(t, err.Error(), signingSecret)
			started := func(r recorded) bool { return r.typ == "aws:ecs/service:Service" }
			assert.False(t, slices.ContainsFunc(rec.resources, started))
		})
	}
}

// TestServicesKeepTheirLogs: another prefix would delete the log group of a service that stays.
func TestServicesKeepTheirLogs(t *testing.T) {
	for name, test := range map[string]struct{ service, prefix, message string }{
		"as it is":          {"visitor-book", "/ecs", ""},
		"of a new service":  {"guest-book", "/other", ""},
		"of one that stays": {"visitor-book", "/other", "visitor-book logs to /ecs/visitor-book, allowed /ecs:"},
		"of a gone prefix":  {"api", "/ecs", "aws-webapp:logging.servicePrefix: found /ecs, while api logs to /gone/api"},
	} {
		t.Run(name, func(t *testing.T) {
			rec, err := deployOver(t, "prod", deployedService("ECS"), func(values map[string]string) {
				servicesKey(test.service, 300, "rolling", "")(values)
				values[project+":logging"] = fmt.Sprintf(`{"servicePrefix": %q}`, test.prefix)
			})
			if test.message == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.message)
			assert.NotContains(t, keysOf(rec.resources), "aws:kms/key:Key::keys-data", "nothing is made before it is refused")
		})
	}
}

// TestWritingToTheBucketIsTakenInSteps: a version that may write keeps that permission while it
// runs.
func TestWritingToTheBucketIsTakenInSteps(t *testing.T) {
	access := func(now, previous string) func(map[string]string) {
		return servicesKey("visitor-book", 100, "blue-green", unchanged+
			fmt.Sprintf(`, "bucketAccess": %q, "previous": {"bucketAccess": %q}`, now, previous))
	}
	for name, test := range map[string]struct {
		policies      []string
		now, previous string
		message       string
	}{
		"stays":              {[]string{mayWrite}, "read-write", "none", ""},
		"taken":              {[]string{mayWrite}, "read", "none", "found read, while tasks have read-write"},
		"taken with reading": {[]string{mayWrite}, "none", "none", "previous.bucketAccess to read-write"},
		"kept too little":    {[]string{mayWrite}, "none", "read", "previous.bucketAccess to read-write"},
		"kept":               {[]string{mayWrite}, "read", "read-write", ""},
		"no longer kept":     {[]string{mayRead, mayWrite}, "read", "none", ""},
		"reading taken":      {[]string{mayRead}, "none", "none", "found none, while tasks have read"},
		"reading was all":    {[]string{mayRead}, "none", "read", ""},
		"writing given":      {[]string{mayRead}, "read-write", "none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deployOver(t, "prod", deployedService("CODE_DEPLOY", test.policies...), access(test.now, test.previous))
			if test.message == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.message)
		})
	}
}

// TestPreviousKeepsWhatItSays: both ports are open and the earlier policies stay.
func TestPreviousKeepsWhatItSays(t *testing.T) {
	was, err := deployOver(t, "prod", nil, servicesKey("visitor-book", 100, "blue-green", unchanged))
	require.NoError(t, err)
	now, err := deployOver(t, "prod", nil, servicesKey("visitor-book", 100, "blue-green",
		`, "port": 9000, "previous": {"port": 8000, "databaseAccess": true, "bucketAccess": "read", "secrets": ["`+
			signingSecret+`"]}`))
	require.NoError(t, err)
	for _, old := range was.resources {
		switch old.typ {
		case "aws:iam/rolePolicy:RolePolicy", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
			kept := slices.ContainsFunc(now.resources, func(r recorded) bool { return r.key() == old.key() })
			assert.True(t, kept, old.key())
		}
	}
}

// TestOldRolesStayWhileTheirTasksRun: roles whose names do not begin as the stack's do are kept for the tasks that have
// them, and no others are made.
func TestOldRolesStayWhileTheirTasksRun(t *testing.T) {
	for name, test := range map[string]struct {
		role string
		kept bool
	}{
		"no stack before":   {"", false},
		"role of old":       {taskRole, true},
		"role of the stack": {"arn:aws:iam::222222222222:role/aws-webapp-prod-visitor-book-task-1", false},
		"role of a path":    {"arn:aws:iam::222222222222:role/aws-webapp-prod-/visitor-book-task-1", true},
	} {
		t.Run(name, func(t *testing.T) {
			var state resource.PropertyMap
			if test.role != "" {
				state = deployedService("CODE_DEPLOY", mayRead)
				for key, value := range state {
					if outputs := value.ObjectValue()["outputs"].ObjectValue(); outputs["taskRoleArn"].IsString() {
						outputs["taskRoleArn"] = resource.NewProperty(test.role)
						state[key] = value
					}
				}
			}
			rec, err := deployOver(t, "prod", state, servicesKey("visitor-book", 100, "blue-green",
				unchanged+`, "bucketAccess": "read-write"`))
			require.NoError(t, err)
			assert.Contains(t, keysOf(rec.resources), "aws:iam/role:Role::aws-webapp-prod-visitor-book-task")
			for _, old := range []string{"visitor-book-task", "visitor-book-execution"} {
				key := "aws:iam/role:Role::" + old
				assert.Equal(t, test.kept, slices.Contains(keysOf(rec.resources), key), key)
			}
		})
	}
}
