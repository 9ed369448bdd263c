package traffic_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/traffic"
)

type (
	props = resource.PropertyMap
	plain = map[string]any
)

const (
	listener   = "aws:lb/listener:Listener"
	rule       = "aws:lb/listenerRule:ListenerRule"
	service    = "aws:ecs/service:Service"
	definition = "aws:ecs/taskDefinition:TaskDefinition"
	ingress    = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egress     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	policy     = "aws:iam/rolePolicy:RolePolicy"
	logGroup   = "aws:cloudwatch/logGroup:LogGroup"
	database   = "aws:rds/instance:Instance"
	group      = "aws:lb/targetGroup:TargetGroup"

	root = "a.example.com/"

	// image is in ECR, and secret in Secrets Manager; both need permissions.
	image  = "111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1.0.0"
	secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:key-AbCdEf"
)

// served returns an account in which web answers at /* and api, which needs nothing, at /api/*.
func served(t *testing.T) *cloud.Cloud {
	t.Helper()
	account, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.jsonl"))
	require.NoError(t, err)
	require.NoError(t, account.Update(func(tx *cloud.Tx) error {
		put := func(token, name string, outputs plain) {
			tx.Put(&cloud.Record{
				Token: token, ID: name, URN: resource.URN("urn:pulumi:dev::shop::" + token + "::" + name),
				Outputs: resource.NewPropertyMapFromMap(outputs),
			})
		}
		put(listener, "https", plain{"port": 443, "loadBalancerArn": "balancer"})
		put("aws:lb/loadBalancer:LoadBalancer", "balancer", plain{"securityGroups": []any{"sg-alb"}})
		answers := func(name string, priority int, path string) {
			put(rule, name, plain{
				"listenerArn": "https", "priority": priority, "actions": []any{plain{"targetGroupArn": name}},
				"conditions": []any{
					plain{"hostHeader": plain{"values": []any{"*.example.com"}}}, plain{"pathPattern": plain{"values": []any{path}}},
				},
			})
			put(group, name, plain{})
			put(service, name, plain{
				"name": name, "desiredCount": 2, "taskDefinition": name + ":1",
				"networkConfiguration": plain{"securityGroups": []any{"sg-" + name}},
				"loadBalancers":        []any{plain{"targetGroupArn": name, "containerPort": 8000}},
			})
			put(egress, "to-"+name, plain{
				"securityGroupId": "sg-alb", "referencedSecurityGroupId": "sg-" + name, "fromPort": 8000, "toPort": 8000,
			})
			put(ingress, "of-"+name, plain{
				"securityGroupId": "sg-" + name, "referencedSecurityGroupId": "sg-alb", "fromPort": 7000, "toPort": 8000,
			})
		}
		answers("web", 100, "/*")
		answers("api", 50, "/api/?*")
		put(definition, "api", plain{"arn": "api:1", "containerDefinitions": `[{"portMappings":[{"containerPort":8000}]}]`})
		put(definition, "web", plain{
			"arn": "web:1", "executionRoleArn": "arn:role/execution", "taskRoleArn": "arn:role/task",
			"containerDefinitions": `[{"image": "` + image + `", "portMappings": [{"containerPort": 8000}],
				"environment": [{"name": "BUCKET_NAME", "value": "files"},
					{"name": "DATABASE_URL", "value": "postgres://db:5432/x"}],
				"secrets": [{"name": "KEY", "valueFrom": "` + secret + `:key::"}],
				"logConfiguration": {"options": {"awslogs-group": "/ecs/web"}}}]`,
		})
		put(logGroup, "web", plain{"name": "/ecs/web", "arn": "arn:logs:web"})
		for _, role := range []string{"execution", "task"} {
			put("aws:iam/role:Role", role, plain{"arn": "arn:role/" + role, "name": role})
		}
		for name, right := range map[string]struct{ role, action, on string }{
			"pull":   {"execution", "ecr:Batch*", "arn:aws:ecr:us-east-1:111111111111:repository/web"},
			"secret": {"execution", "secretsmanager:GetSecretValue", secret},
			"log":    {"execution", "logs:PutLogEvents", "arn:logs:web:*"},
			"bucket": {"task", "s3:GetObject", "arn:aws:s3:::files/*"},
		} {
			put(policy, name, plain{"role": right.role, "policy": `{"Statement": [{"Effect": "Allow", "Action": ["` +
				right.action + `"], "Resource": "` + right.on + `"}]}`})
		}
		put(database, "db", plain{"address": "db", "port": 5432, "vpcSecurityGroupIds": []any{"sg-db"}})
		put(egress, "to-db", plain{"securityGroupId": "sg-web", "cidrIpv4": "0.0.0.0/0", "fromPort": 0, "toPort": 65535})
		put(ingress, "of-db", plain{
			"securityGroupId": "sg-db", "referencedSecurityGroupId": "sg-web", "fromPort": 5432, "toPort": 5432,
		})
		return nil
	}))
	return account
}

// edited returns a change of one property behind Pulumi's back.
func edited(token, id string, property resource.PropertyKey, value any) func(*cloud.Cloud) error {
	return func(account *cloud.Cloud) error {
		return account.Edit(token, id, func(p props) { p[property] = resource.NewPropertyValue(value) })
	}
}

// replaced returns a change of a text in the containers of web.
func replaced(before, after string) func(*cloud.Cloud) error {
	return func(account *cloud.Cloud) error {
		return account.Edit(definition, "web", func(p props) {
			text := p["containerDefinitions"].StringValue()
			p["containerDefinitions"] = resource.NewProperty(strings.Replace(text, before, after, 1))
		})
	}
}

func removed(token, id string) func(*cloud.Cloud) error {
	return func(account *cloud.Cloud) error { return account.Remove(token, id) }
}

// weighted forwards web's requests to both target groups.
func weighted(web, api int) func(*cloud.Cloud) error {
	return edited(rule, "web", "actions", []any{plain{"forward": plain{"targetGroups": []any{
		plain{"arn": "web", "weight": web}, plain{"arn": "api", "weight": api},
	}}}})
}

func answer(t *testing.T, model *traffic.Model, account *cloud.Cloud, at string) (name string, refused error) {
	t.Helper()
	host, path, _ := strings.Cut(at, "/")
	require.NoError(t, account.View(func(r *cloud.Reader) error {
		name, refused = model.Answer(r, traffic.Request{Host: host, Path: "/" + path})
		return nil
	}))
	return name, refused
}

// TestWhoAnswers sends requests to an account in which one thing was changed.
func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	unchanged := func(*cloud.Cloud) error { return nil }
	for name, test := range map[string]struct {
		at            string
		change        func(*cloud.Cloud) error
		want, refused string
	}{
		"the rule for everything": {root, unchanged, "web", ""},
		"the lower priority":      {"a.example.com/api/1", unchanged, "api", ""},
		"a higher priority":       {"a.example.com/api/1", edited(rule, "api", "priority", 101), "web", ""},
		"? is one character":      {"a.example.com/api/", unchanged, "web", ""},
		"hosts in any case":       {"A.Example.COM/", unchanged, "web", ""},
		"paths in their own":      {"a.example.com/API/1", unchanged, "web", ""},
		"another host":            {"example.org/", unchanged, "", "404: no rule matches example.org/"},
		"no rule":                 {root, removed(rule, "web"), "", "404"},
		"rule of another one":     {root, edited(rule, "web", "listenerArn", "test"), "", "404"},
		"no HTTPS":                {root, edited(listener, "https", "port", 80), "", "listens on port 443"},

		"one group of two":  {root, weighted(0, 1), "api", ""},
		"both groups":       {root, weighted(1, 1), "api or web", ""},
		"no group":          {root, weighted(0, 0), "", "503: rule web (ListenerRule) forwards to no target"},
		"group of nobody":   {root, removed(service, "web"), "", "503: target group web has no tasks"},
		"no task":           {root, edited(service, "web", "desiredCount", 0), "", "503: service web has no task"},
		"definition unseen": {root, removed(definition, "web"), "", "nobody has seen task definition web:1"},
		"registered elsewhere": {root, edited(service, "web", "loadBalancers", []any{
			plain{"targetGroupArn": "web", "containerPort": 7000},
		}), "", "no container of web:1 listens on port 7000"},

		"no way out of the balancer": {root, removed(egress, "to-web"), "", "no rule lets the load balancer out"},
		"no way in":                  {root, removed(ingress, "of-web"), "", "no rule lets the load balancer in"},
		"another port":               {root, edited(ingress, "of-web", "toPort", 7999), "", "in on port 8000"},
		"another group": {
			root, edited(ingress, "of-web", "referencedSecurityGroupId", "sg-x"), "", "lets the load balancer in",
		},
		"the world": {root, func(account *cloud.Cloud) error {
			return account.Edit(ingress, "of-web", func(p props) {
				delete(p, "referencedSecurityGroupId")
				p["cidrIpv4"] = resource.NewProperty("0.0.0.0/0")
			})
		}, "web", ""},

		"no right to pull":    {root, removed(policy, "pull"), "", "role execution has no right to ecr:BatchGetImage on "},
		"no right to secrets": {root, removed(policy, "secret"), "", "secretsmanager:GetSecretValue on " + secret},
		"no right to parameters": {
			root, replaced(secret, "arn:aws:ssm:us-east-1:111111111111:parameter/key"), "",
			"no right to ssm:GetParameters on arn:aws:ssm:us-east-1:111111111111:parameter/key",
		},
		"a name for a secret": {root, replaced(secret+":key::", "key"), "", "secret key is not an ARN"},
		"no right to log":     {root, removed(policy, "log"), "", "no right to logs:PutLogEvents on "},
		"no log group":        {root, removed(logGroup, "web"), "", "log group /ecs/web does not exist"},
		"no right to objects": {root, removed(policy, "bucket"), "", "role task has no right to s3:GetObject on "},
		"no role":             {root, removed("aws:iam/role:Role", "task"), "", "role task has no right"},
		"right of another":    {root, edited(policy, "bucket", "role", "execution"), "", "role task has no right"},
		"no database":         {root, removed(database, "db"), "", "there is no database at db"},
		"database closed":     {root, removed(ingress, "of-db"), "", "no rule lets a task in on port 5432"},
		"database that the task has by another name": {
			root, func(account *cloud.Cloud) error {
				named := replaced(`"name": "DATABASE_URL", "value": "postgres://db:5432/x"`, `"name": "PGHOST", "value": "db"`)
				return errors.Join(removed(ingress, "of-db")(account), named(account))
			}, "", "no rule lets a task in on port 5432",
		},
		"tasks closed":     {root, removed(egress, "to-db"), "", "no rule lets a task out to port 5432"},
		"nothing of api's": {"a.example.com/api/1", removed(policy, "pull"), "api", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := served(t)
			require.NoError(t, test.change(account))
			answered, err := answer(t, traffic.New(), account, test.at)
			assert.Equal(t, test.want, answered)
			if test.refused == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.refused)
			}
		})
	}
}

// TestTheModelRemembersDefinitions: a service may run one that Pulumi has deregistered.
func TestTheModelRemembersDefinitions(t *testing.T) {
	t.Parallel()
	account, model := served(t), traffic.New()
	for _, change := range []func(*cloud.Cloud) error{removed(definition, "api"), removed(definition, "web")} {
		answered, err := answer(t, model, account, root)
		require.NoError(t, err)
		assert.Equal(t, "web", answered)
		require.NoError(t, change(account))
	}
	answered, err := answer(t, model, account, root)
	require.NoError(t, err)
	assert.Equal(t, "web", answered)
}

// TestShiftMovesTasksAndRule: after it another definition answers, on the port that it is given.
func TestShiftMovesTasksAndRule(t *testing.T) {
	t.Parallel()
	account, model := served(t), traffic.New()
	const api = root + "api/1"
	require.NoError(t, account.Update(func(tx *cloud.Tx) error {
		tx.Put(&cloud.Record{Token: group, ID: "green", URN: "urn:pulumi:dev::shop::" + group + "::api-green"})
		return nil
	}))
	require.NoError(t, traffic.Shift(account, "api", "web:1", "api-green", 8000))
	_, err := answer(t, model, account, api)
	require.ErrorContains(t, err, "service api: no rule lets a task out to port 5432", "the tasks are those of web:1")
	require.NoError(t, traffic.Shift(account, "api", "api:1", "api-green", 7000))
	_, err = answer(t, model, account, api)
	require.ErrorContains(t, err, "no container of api:1 listens on port 7000")
	require.NoError(t, traffic.Shift(account, "api", "api:1", "api-green", 8000))
	answered, err := answer(t, model, account, api)
	require.NoError(t, err)
	assert.Equal(t, "api", answered)
	require.ErrorContains(t, traffic.Shift(account, "api", "api:1", "api-blue", 8000), "no such service or target group")
}
