package stack

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// resources are what is deployed, by type.
type resources = map[string][]deployed.Resource

// workloadOf is a workload of one service, which the release command deploys, with what is deployed of it.
func workloadOf(was resources) *workload {
	service := config.DefaultService()
	service.Name, service.Image = "web", "registry/web:2"
	service.Deployment.Migration.Command = []string{"migrate"}
	service.Routing = config.Routing{Priority: 100, Paths: []string{"/*"}}
	return &workload{
		cfg: &config.Config{Services: []config.Service{service}}, was: deployed.New(was),
		scope: components.Scope{Project: "app", Stack: "prod", Region: "us-east-1", AccountID: "123456789012"},
	}
}

// told are errors without their fixes.
func told(errs config.Errors) (texts []string) {
	for _, err := range errs {
		texts = append(texts, err.Key+": found "+err.Found+", allowed "+err.Allowed)
	}
	return texts
}

// What the tasks that run need is not taken from them: a port, an image, an access, a secret.
func TestWhatRunningTasksWouldLose(t *testing.T) {
	const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf"
	for name, row := range map[string]struct {
		container string
		change    func(*config.Service)
		want      string
	}{
		"nothing": {`"PortMappings":[{"ContainerPort":8000}]`, func(*config.Service) {}, ""},
		"no port": {`"Cpu":1`, func(s *config.Service) { s.Port = 9000 }, ""},
		"another port": {
			`"PortMappings":[{"ContainerPort":9000}]`, func(*config.Service) {},
			"port: found 8000, while tasks listen on 9000",
		},
		"a port that stays": {
			`"PortMappings":[{"ContainerPort":9000}]`, func(s *config.Service) { s.Previous.Port = 9000 }, "",
		},
		"another repository": {
			`"Image":"registry/shop:1"`, func(*config.Service) {},
			"image: found another repository than registry/shop, which tasks are started from",
		},
		"a repository that stays": {
			`"Image":"registry/shop:1"`, func(s *config.Service) { s.Previous.Image = "registry/shop:0" }, "",
		},
		"the database": {
			`"Environment":[{"Name":"DATABASE_URL","Value":"x"}]`, func(*config.Service) {},
			"databaseAccess: found false, while tasks use the database",
		},
		"the database by its address": {
			`"Environment":[{"Name":"HOST","Value":"app.x.us-east-1.rds.amazonaws.com"}]`, func(*config.Service) {},
			"databaseAccess: found false, while tasks use the database",
		},
		"the database by its secret": {
			`"Secrets":[{"Name":"P","ValueFrom":"arn:aws:secretsmanager:us-east-1:1:secret:rds!db-1"}]`,
			func(*config.Service) {}, "databaseAccess: found false, while tasks use the database",
		},
		"a database that stays": {
			`"Environment":[{"Name":"DATABASE_URL","Value":"x"}]`,
			func(s *config.Service) { s.Previous.DatabaseAccess = true }, "",
		},
		"the cache": {
			`"Environment":[{"Name":"CACHE_HOST","Value":"x"}]`, func(*config.Service) {},
			"cacheAccess: found false, while tasks use the cache",
		},
		"a cache that stays": {
			`"Environment":[{"Name":"CACHE_HOST","Value":"x"}]`, func(s *config.Service) { s.CacheAccess = true }, "",
		},
		"the bucket": {
			`"Environment":[{"Name":"BUCKET_NAME","Value":"x"}]`, func(*config.Service) {},
			"bucketAccess: found none, while tasks have read-write",
		},
		"a part of the bucket": {
			`"Environment":[{"Name":"BUCKET_NAME","Value":"x"}]`,
			func(s *config.Service) { s.BucketAccess = config.BucketRead },
			"bucketAccess: found read, while tasks have read-write",
		},
		"a bucket that stays": {
			`"Environment":[{"Name":"BUCKET_NAME","Value":"x"}]`,
			func(s *config.Service) { s.Previous.BucketAccess = config.BucketReadWrite }, "",
		},
		"a secret": {
			`"Secrets":[{"Name":"A","ValueFrom":"` + secret + `"}]`, func(*config.Service) {},
			"secrets: found another secret than the running tasks read as A",
		},
		"a secret that stays": {
			`"Secrets":[{"Name":"A","ValueFrom":"` + secret + `"}]`,
			func(s *config.Service) { s.Previous.Secrets = []string{secret} }, "",
		},
		"a secret under another name": {
			`"Secrets":[{"Name":"A","ValueFrom":"` + secret + `"}]`,
			func(s *config.Service) { s.Secrets = map[string]string{"B": secret} }, "",
		},
		"whatever ECS deploys by itself": {
			`"PortMappings":[{"ContainerPort":9000}]`,
			func(s *config.Service) { s.Deployment.Migration.Command = nil }, "",
		},
	} {
		definition := `[{"Name":"web","Image":"registry/web:1",` + row.container + `}]`
		w := workloadOf(resources{
			resourcetypes.TaskDefinition: {{Name: "web", Outputs: map[string]any{
				"containerDefinitions": definition, "taskRoleArn": "arn:aws:iam::1:role/app-prod-web-tasks",
			}}},
			resourcetypes.RolePolicy: {{Name: "other", Outputs: map[string]any{
				"role": "another", "policy": `{"Action":["s3:GetObject"]}`,
			}}},
		})
		row.change(&w.cfg.Services[0])
		want := []string(nil)
		if row.want != "" {
			want = []string{"app:services[0]." + row.want + ", allowed a change that leaves the running tasks what they need " +
				"until the release has replaced them"}
		}
		assert.Equal(t, want, told(w.refuseVersion()), name)
	}
	assert.Empty(t, workloadOf(nil).refuseVersion(), "nothing is deployed")
}

// A role that may only read takes as much as that from the tasks, one that writes as well more.
func TestHowMuchOfABucketTasksHave(t *testing.T) {
	const read, write = `{"Action":["s3:GetObject"]}`, `{"Action":["s3:GetObject","s3:PutObject"]}`
	for want, policies := range map[config.BucketAccess][]string{
		config.BucketRead: {read, write}, config.BucketReadWrite: {write},
	} {
		var found []deployed.Resource
		for _, policy := range policies {
			found = append(found, deployed.Resource{Outputs: map[string]any{"role": "tasks", "policy": policy}})
		}
		was := deployed.New(resources{resourcetypes.RolePolicy: found})
		assert.Equal(t, want, bucketAccess(was, "tasks"), policies)
		assert.Equal(t, config.BucketReadWrite, bucketAccess(was, "others"))
	}
	for reference, want := range map[string]string{
		"a/b:1": "a/b", "a/b@sha256:0": "a/b", "a/b:1@sha256:0": "a/b", "localhost:5000/b": "localhost:5000/b",
		"localhost:5000/b:1": "localhost:5000/b", "b": "b",
	} {
		assert.Equal(t, want, repositoryOf(reference), reference)
	}
}

// rule is a deployed rule of the HTTPS listener.
func rule(name string, priority int, tag string, values ...any) deployed.Resource {
	return deployed.Resource{Name: name, Outputs: map[string]any{
		"listenerArn": "arn:l", "priority": float64(priority), "tags": map[string]any{"Name": tag},
		"conditions": []any{map[string]any{"pathPattern": map[string]any{"values": values}}},
	}}
}

var listener = []deployed.Resource{{Name: "web-https", Outputs: map[string]any{"arn": "arn:l"}}}

// A priority is taken by whoever has it, but for the service itself and for rules that change in place.
func TestPrioritiesThatAreTaken(t *testing.T) {
	for name, row := range map[string]struct {
		rules  []deployed.Resource
		change func(*config.Service)
		want   []string
	}{
		"free":      {nil, func(*config.Service) {}, nil},
		"its own":   {[]deployed.Resource{rule("web", 100, "")}, func(*config.Service) {}, nil},
		"another's": {[]deployed.Resource{rule("api", 100, "")}, func(*config.Service) {}, []string{"routing.priority"}},
		"one of several": {
			[]deployed.Resource{rule("https_100", 100, "api")},
			func(s *config.Service) { s.Deployment.Controller = config.Rolling }, nil,
		},
		"one of several, under blue/green": {
			[]deployed.Resource{rule("https_100", 100, "api")},
			func(s *config.Service) { s.Deployment.Controller = config.BlueGreen },
			[]string{"routing.priority"},
		},
		"of a further rule": {
			[]deployed.Resource{rule("api", 90, "")},
			func(s *config.Service) { s.Routing.Rules = []config.RoutingRule{{Priority: 90}} },
			[]string{"routing.rules[0].priority"},
		},
		"its own, for a further rule": {
			[]deployed.Resource{rule("web", 90, "")},
			func(s *config.Service) { s.Routing.Rules = []config.RoutingRule{{Priority: 90}} },
			[]string{"routing.rules[0].priority"},
		},
		"a worker has none": {
			[]deployed.Resource{rule("api", 100, "")}, func(s *config.Service) { s.Kind = config.Worker }, nil,
		},
	} {
		w := workloadOf(resources{resourcetypes.Listener: listener, resourcetypes.ListenerRule: row.rules})
		row.change(&w.cfg.Services[0])
		var keys []string
		for _, err := range w.refusePriority() {
			keys = append(keys, err.Key[len("app:services[0]."):])
			assert.Contains(t, err.Allowed, "a priority that no deployed rule has, such as ")
		}
		assert.Equal(t, row.want, keys, name)
	}
	w := workloadOf(resources{
		resourcetypes.Listener: listener, resourcetypes.ListenerRule: {
			rule("api", 101, ""), {Name: "test", Outputs: map[string]any{"listenerArn": "arn:t", "priority": 102.0}},
		},
	})
	assert.Equal(t, 102, w.freePriority(99), "another listener's priorities do not count")
	assert.Equal(t, 99, w.freePriority(98))
	assert.Equal(t, 103, w.freePriority(102))
}

// A service that the release command deploys may not take the requests of one that goes.
func TestServicesThatWouldTakeOver(t *testing.T) {
	old := []deployed.Resource{{Name: "old"}}
	for name, row := range map[string]struct {
		services, rules []deployed.Resource
		change          func(*config.Service)
		refused         bool
	}{
		"nobody goes":       {nil, nil, func(*config.Service) {}, false},
		"its path":          {old, []deployed.Resource{rule("old", 1, "", "/*")}, func(*config.Service) {}, true},
		"another path":      {old, []deployed.Resource{rule("old", 1, "", "/x")}, func(*config.Service) {}, false},
		"another's rule":    {old, []deployed.Resource{rule("api", 1, "", "/*")}, func(*config.Service) {}, false},
		"its rolling rule":  {old, []deployed.Resource{rule("https_1", 1, "old", "/*")}, func(*config.Service) {}, true},
		"another's rolling": {old, []deployed.Resource{rule("https_1", 1, "api", "/*")}, func(*config.Service) {}, false},
		"its host": {
			old,
			[]deployed.Resource{rule("old", 1, "", "a.example.com")},
			func(s *config.Service) { s.Routing.Hosts = []string{"a.example.com"} }, true,
		},
		"by a further rule": {
			old,
			[]deployed.Resource{rule("old", 1, "", "/more")},
			func(s *config.Service) { s.Routing.Rules = []config.RoutingRule{{Paths: []string{"/more"}}} }, true,
		},
		"by a further rule's host": {
			old,
			[]deployed.Resource{rule("old", 1, "", "b.example.com")},
			func(s *config.Service) { s.Routing.Rules = []config.RoutingRule{{Hosts: []string{"b.example.com"}}} }, true,
		},
		"it is there already": {
			append([]deployed.Resource{{Name: "web"}}, old...),
			[]deployed.Resource{rule("old", 1, "", "/*")},
			func(*config.Service) {}, false,
		},
		"ECS deploys it": {
			old,
			[]deployed.Resource{rule("old", 1, "", "/*")},
			func(s *config.Service) { s.Deployment.Migration.Command = nil }, false,
		},
		"the other stays": {
			[]deployed.Resource{{Name: "web"}}, []deployed.Resource{rule("web", 1, "", "/*")}, func(*config.Service) {}, false,
		},
	} {
		w := workloadOf(resources{resourcetypes.ECSService: row.services, resourcetypes.ListenerRule: row.rules})
		row.change(&w.cfg.Services[0])
		errs := w.refuseTakeover()
		assert.Equal(t, row.refused, len(errs) > 0, name)
		if row.refused {
			assert.Equal(t, "app:services[0].name", errs[0].Key)
			assert.Equal(t, "web, which takes the requests of old over in one update", errs[0].Found)
		}
	}
}

// What AWS can only replace: the kind of a service, its controller, its target group's protocol, and names of parts.
func TestChangesOfAServiceThatIsThere(t *testing.T) {
	service := func(outputs map[string]any) resources {
		return resources{resourcetypes.ECSService: {{Name: "web", Outputs: outputs}}}
	}
	served := map[string]any{"loadBalancers": []any{map[string]any{}}}
	called := map[string]any{"serviceConnectConfiguration": map[string]any{"services": []any{map[string]any{}}}}
	group := func(version, protocol string) resources {
		return resources{resourcetypes.TargetGroup: {{Name: "web", Outputs: map[string]any{
			"protocolVersion": version, "protocol": protocol,
		}}}}
	}
	for name, row := range map[string]struct {
		was    resources
		judge  func(*workload) config.Errors
		change func(*config.Service)
		want   []string
	}{
		"a new service": {nil, (*workload).refuseKind, func(*config.Service) {}, nil},
		"a web service": {service(served), (*workload).refuseKind, func(*config.Service) {}, nil},
		"a worker":      {service(nil), (*workload).refuseKind, func(s *config.Service) { s.Kind = config.Worker }, nil},
		"web to worker": {
			service(served), (*workload).refuseKind, func(s *config.Service) { s.Kind = config.Worker },
			[]string{"app:services[0].kind: found worker, allowed web, which is deployed"},
		},
		"worker to web": {
			service(nil), (*workload).refuseKind, func(*config.Service) {},
			[]string{"app:services[0].kind: found web, allowed worker, which is deployed"},
		},
		"an internal service": {
			service(called), (*workload).refuseKind, func(s *config.Service) { s.Kind = config.Internal }, nil,
		},
		"internal to worker": {
			service(called), (*workload).refuseKind, func(s *config.Service) { s.Kind = config.Worker },
			[]string{"app:services[0].kind: found worker, allowed internal, which is deployed"},
		},
		"a worker that calls others": {
			service(map[string]any{"serviceConnectConfiguration": map[string]any{"enabled": true}}), (*workload).refuseKind,
			func(s *config.Service) { s.Kind = config.Worker }, nil,
		},
		"the same controller": {service(served), (*workload).refuseController, func(*config.Service) {}, nil},
		"rolling to blue/green": {
			service(served), (*workload).refuseController,
			func(s *config.Service) { s.Deployment.Controller = config.BlueGreen },
			[]string{"app:services[0].deployment.controller: found blue-green, allowed rolling, which is deployed: AWS would " +
				"have to delete the service first"},
		},
		"blue/green to rolling": {
			service(map[string]any{"deploymentController": map[string]any{"type": "CODE_DEPLOY"}}),
			(*workload).refuseController, func(*config.Service) {},
			[]string{"app:services[0].deployment.controller: found rolling, allowed blue-green, which is deployed: AWS would " +
				"have to delete the service first"},
		},
		"the same protocol": {group("HTTP1", "HTTP"), (*workload).refuseProtocol, func(*config.Service) {}, nil},
		"another protocol": {
			group("HTTP1", "HTTP"), (*workload).refuseProtocol,
			func(s *config.Service) { s.ProtocolVersion = config.GRPC },
			[]string{"app:services[0].protocolVersion: found GRPC, allowed HTTP1, which is deployed: AWS would have to " +
				"replace the target group"},
		},
		"TLS": {
			group("HTTP1", "HTTP"), (*workload).refuseProtocol, func(s *config.Service) { s.TargetTLS = true },
			[]string{"app:services[0].targetTls: found true, allowed false, which is deployed: AWS would have to replace the " +
				"target group"},
		},
		"no more TLS": {
			group("HTTP1", "HTTPS"), (*workload).refuseProtocol, func(*config.Service) {},
			[]string{"app:services[0].targetTls: found false, allowed true, which is deployed: AWS would have to replace the " +
				"target group"},
		},
		"a worker speaks nothing": {
			group("HTTP2", "HTTPS"), (*workload).refuseProtocol, func(s *config.Service) { s.Kind = config.Worker }, nil,
		},
	} {
		w := workloadOf(row.was)
		row.change(&w.cfg.Services[0])
		assert.Equal(t, row.want, told(row.judge(w)), name)
	}
	for _, part := range []string{"web", "database", "cache", "rotation", "search", "shop"} {
		w := workloadOf(nil)
		w.cfg.Services[0].Name = part
		assert.Equal(t, part != "shop", len(w.refuseNames()) == 1, part)
	}
	for _, part := range []string{"backup", "web", "database", "cache", "rotation", "search", "shop"} {
		w := workloadOf(nil)
		w.cfg.Services[0].Name, w.cfg.Jobs = "shop", []config.Job{{Name: part}}
		var want []string
		if part != "shop" {
			want = []string{"app:jobs[0].name: found " + part + ", allowed names other than those of the stack's own parts, " +
				"whose alarms have them: backup, web, database, cache, rotation, search"}
		}
		assert.Equal(t, want, told(w.refuseNames()))
	}
	w := workloadOf(nil)
	w.cfg.Services[0].Name = "backup"
	assert.Empty(t, w.refuseNames(), "a service has no alarms that the vault has, too")
}

// What is protected goes in two steps.
func TestRemovalsTakeTwoSteps(t *testing.T) {
	for name, row := range map[string]struct {
		was    resources
		change func(*config.Config)
		want   string
	}{
		"nothing there": {nil, func(*config.Config) {}, ""},
		"the trail": {
			resources{resourcetypes.Bucket: {{Name: "audit"}}}, func(*config.Config) {}, "app:auditTrail.enabled",
		},
		"it stays": {
			resources{resourcetypes.Bucket: {{Name: "audit"}}}, func(c *config.Config) { c.AuditTrail.Enabled = true }, "",
		},
		"it was given up": {
			resources{resourcetypes.Bucket: {{Name: "audit"}}}, func(c *config.Config) { c.Storage.ForceDestroy = true }, "",
		},
		"another bucket": {resources{resourcetypes.Bucket: {{Name: "logs"}}}, func(*config.Config) {}, ""},
		"the vault": {
			resources{resourcetypes.BackupVault: {{Name: "backup"}}}, func(*config.Config) {}, "app:backup.enabled",
		},
		"a vault that stays": {
			resources{resourcetypes.BackupVault: {{Name: "backup"}}}, func(c *config.Config) { c.Backup.Enabled = true }, "",
		},
		"a vault that was given up": {
			resources{resourcetypes.BackupVault: {{Name: "backup"}}},
			func(c *config.Config) { c.Backup.ForceDestroy = true }, "",
		},
	} {
		w := workloadOf(row.was)
		row.change(w.cfg)
		got := ""
		for _, err := range w.judgeRemoval() {
			got += err.Key
			assert.Equal(t, "false", err.Found)
			assert.Regexp(t, "^true while the (trail's bucket|vault) and the .* in it are protected$", err.Allowed)
			assert.Regexp(t, "^set (storage|backup).forceDestroy to true and deploy that first; ", err.Fix)
		}
		assert.Equal(t, row.want, got, name)
	}
}

// An emulator has no credentials, no metadata and no buckets by host name, and each service its address.
func TestTheProviderOfAnEmulator(t *testing.T) {
	args := &aws.ProviderArgs{}
	require.NoError(t, useEmulator("app", args, map[string]string{"ec2": "http://a", "s3": "http://b"}))
	assert.Equal(t, aws.ProviderEndpointArray{aws.ProviderEndpointArgs{
		Ec2: pulumi.String("http://a"), S3: pulumi.String("http://b"),
	}}, args.Endpoints)
	assert.Equal(t, []any{
		pulumi.String("emulator"), pulumi.String("emulator"), pulumi.Bool(true), pulumi.Bool(true), pulumi.Bool(true),
	}, []any{
		args.AccessKey, args.SecretKey, args.SkipCredentialsValidation, args.SkipMetadataApiCheck, args.S3UsePathStyle,
	})
	err := useEmulator("app", args, map[string]string{"ec3": "http://a"})
	require.ErrorContains(t, err, `app:aws.endpoints: found the service "ec3", which the AWS provider does not know`)
}

// A stack stays what and where it is.
func TestStacksDoNotMove(t *testing.T) {
	key := resources{resourcetypes.KMSKey: {
		{Outputs: map[string]any{"arn": "no ARN"}},
		{Outputs: map[string]any{"arn": "arn:aws:kms:us-east-1:111111111111:key/1"}},
	}}
	here := config.AWS{Region: "us-east-1", AllowedAccountIDs: []string{"111111111111"}}
	network := resources{"aws-webapp:network:Network": {{}}}
	registry := resources{"aws-webapp:delivery:Registry": {{}}}
	for name, row := range map[string]struct {
		was  resources
		kind config.Kind
		aws  config.AWS
		want string
	}{
		"new":       {nil, config.KindWorkload, here, ""},
		"as it was": {key, config.KindWorkload, here, ""},
		"region": {
			key, config.KindWorkload, config.AWS{Region: "eu-west-1", AllowedAccountIDs: here.AllowedAccountIDs}, "aws.region",
		},
		"account": {
			key, config.KindWorkload,
			config.AWS{Region: "us-east-1", AllowedAccountIDs: []string{"2"}},
			"aws.allowedAccountIds",
		},
		"same kind":     {network, config.KindWorkload, here, ""},
		"to delivery":   {network, config.KindDelivery, here, "kind"},
		"to workload":   {registry, config.KindWorkload, here, "kind"},
		"same delivery": {registry, config.KindDelivery, here, ""},
	} {
		err := refuseMove("app", deployed.New(row.was), row.kind, row.aws)
		if row.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, "app:"+row.want+": found ", name)
		assert.Contains(t, fmt.Sprint(err), "while the stack is up")
	}
}

// Nobody can tell which ways running tasks use: one that the last update opened for them stays open, until a release
// has ended, as the tag of an earlier version says.
func TestWaysOutOfRunningTasksStayOpen(t *testing.T) {
	rule := func(group, to string, tags map[string]any) deployed.Resource {
		return deployed.Resource{Name: "rule", Outputs: map[string]any{
			"securityGroupId": group, "cidrIpv4": to, "fromPort": 6380.0, "ipProtocol": "tcp", "tags": tags,
		}}
	}
	asked := map[string]any{components.ReasonTag: "queue of the mail team"}
	for name, row := range map[string]struct {
		rule   deployed.Resource
		change func(*config.Service)
		want   int
	}{
		"closed":             {rule("sg-web", "203.0.113.0/24", asked), func(*config.Service) {}, 1},
		"of another service": {rule("sg-api", "203.0.113.0/24", asked), func(*config.Service) {}, 0},
		"everybody's":        {rule("sg-web", "0.0.0.0/0", map[string]any{}), func(*config.Service) {}, 0},
		"of an earlier version": {rule("sg-web", "203.0.113.0/24", map[string]any{
			components.ReasonTag: "x", components.PreviousTag: "true",
		}), func(*config.Service) {}, 0},
		"stays": {rule("sg-web", "203.0.113.0/24", asked), func(s *config.Service) {
			s.Egress = []config.Egress{{To: "203.0.113.0/24", Port: 6380, Protocol: "tcp", Reason: "another reason"}}
		}, 0},
		"kept": {rule("sg-web", "203.0.113.0/24", asked), func(s *config.Service) {
			s.Previous.Egress = []config.Egress{{To: "203.0.113.0/24", Port: 6380, Protocol: "tcp"}}
		}, 0},
		"another port": {rule("sg-web", "203.0.113.0/24", asked), func(s *config.Service) {
			s.Egress = []config.Egress{{To: "203.0.113.0/24", Port: 6381, Protocol: "tcp"}}
		}, 1},
	} {
		w := workloadOf(resources{
			resourcetypes.TaskDefinition: {{Name: "web", Outputs: map[string]any{
				"containerDefinitions": `[{"Name":"web","Image":"registry/web:1"}]`,
			}}},
			resourcetypes.SecurityGroup: {{Name: "security-groups-app-web", Outputs: map[string]any{"id": "sg-web"}}},
			resourcetypes.EgressRule:    {row.rule},
		})
		row.change(&w.cfg.Services[0])
		errs := w.refuseVersion()
		require.Len(t, errs, row.want, name)
		if row.want > 0 {
			assert.Equal(t, []string{"app:services[0].egress: found no way for tcp 6380 to 203.0.113.0/24, " +
				"which tasks may use, " +
				"allowed a change that leaves the running tasks what they need until the release has replaced them"}, told(errs))
			assert.Contains(t, errs[0].Fix, "set app:services[0].previous.egress to a list with tcp 6380 to 203.0.113.0/24")
		}
	}
}
