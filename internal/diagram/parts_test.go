package diagram

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	rt "aws-webapp/internal/awsdata/resourcetypes"
)

type list = []any

// of joins resources that were made one or several at a time.
func of(parts ...any) (found []apitype.ResourceV3) {
	for _, part := range parts {
		switch p := part.(type) {
		case apitype.ResourceV3:
			found = append(found, p)
		case []apitype.ResourceV3:
			found = append(found, p...)
		}
	}
	return found
}

// inside says which component made a resource.
func inside(parent string, r apitype.ResourceV3) apitype.ResourceV3 {
	r.Parent = urn.URN(parent)
	return r
}

// What the box of a part says, of every type that more can be said of than its name.
func TestWhatIsSaidOfAPart(t *testing.T) {
	balanced := inputs{"desiredCount": 2.0, "loadBalancers": list{inputs{}}}
	task := func(containers string) apitype.ResourceV3 {
		return made(rt.TaskDefinition, "shop", inputs{"containerDefinitions": containers})
	}
	endpoint := func(name, kind, service string) apitype.ResourceV3 {
		return made(rt.VPCEndpoint, name, inputs{
			"vpcEndpointType": kind, "serviceName": "com.amazonaws.eu-west-1." + service,
			"groups": list{"shop-sg-id"},
		})
	}
	gateway := endpoint("s3", "Gateway", "s3")
	delete(gateway.Inputs, "groups")
	group := made(rt.SecurityGroup, "shop-sg", inputs{})
	function := func(name string) apitype.ResourceV3 {
		return made(rt.Function, name, inputs{"groups": list{"shop-sg-id"}})
	}
	jobs := made(rt.SecurityGroup, "groups-app-nightly", inputs{})
	for name, row := range map[string]struct {
		resources []apitype.ResourceV3
		want      part
	}{
		"a load balancer": {
			member(rt.LoadBalancer, "shop", "public", nil),
			part{title: "Load balancer", details: []string{"HTTPS"}, class: "entry", rank: rankEntry},
		},
		"an internal load balancer with a firewall": {
			of(member(rt.LoadBalancer, "shop", "public", inputs{"internal": true}),
				made(rt.WebACLAssociation, "waf", inputs{})),
			part{title: "Load balancer", details: []string{"HTTPS · WAF · internal"}, class: "entry", rank: rankEntry},
		},
		"a service": {
			member(rt.ECSService, "shop", "app", balanced),
			part{title: "shop", details: []string{"2 tasks · rolling"}, class: "service", rank: rankService, tier: 1},
		},
		"a service that is scaled, and deployed by CodeDeploy on Spot": {
			of(member(rt.ECSService, "shop", "app", inputs{
				"loadBalancers": list{inputs{}}, "deploymentController": inputs{"type": "CODE_DEPLOY"},
				"capacityProviderStrategies": list{inputs{"capacityProvider": "FARGATE_SPOT"}},
			}), made(rt.ScalableTarget, "shop", inputs{"minCapacity": 3.0, "maxCapacity": 10.0})),
			part{
				title: "shop", details: []string{"3–10 tasks · blue/green · Spot"}, class: "service", rank: rankService,
				tier: 1,
			},
		},
		"another's limits are not its own": {
			of(member(rt.ECSService, "shop", "app", balanced),
				inside("another", made(rt.ScalableTarget, "api", inputs{"minCapacity": 3.0, "maxCapacity": 10.0}))),
			part{title: "shop", details: []string{"2 tasks · rolling"}, class: "service", rank: rankService, tier: 1},
		},
		"a worker with a sidecar": {
			of(member(rt.ECSService, "shop", "app", inputs{"desiredCount": 1.0}),
				task(`[{"name": "shop"}, {"name": "proxy"}]`)),
			part{
				title: "shop", details: []string{"1 tasks · rolling", "worker", "with proxy"}, class: "service",
				rank: rankService, tier: 1,
			},
		},
		"a service without a public name": {
			member(rt.ECSService, "shop", "app", inputs{
				"desiredCount": 2.0, "serviceConnectConfiguration": inputs{"services": list{inputs{}}},
			}),
			part{
				title: "shop", details: []string{"2 tasks · rolling", "internal, by name"}, class: "service",
				rank: rankService, tier: 1,
			},
		},
		"a job": {
			of(member(rt.Schedule, "shop", "app", inputs{
				"scheduleExpression": "rate(1 hour)", "scheduleExpressionTimezone": "UTC",
			}), task(`[{"name": "shop"}, {"name": "proxy"}]`)),
			part{
				title: "shop", details: []string{"job, rate(1 hour)", "with proxy"}, class: "service", rank: rankJob, tier: 1,
			},
		},
		"a job in another zone": {
			member(rt.Schedule, "shop", "app", inputs{
				"scheduleExpression": "cron(0 3 * * ? *)", "scheduleExpressionTimezone": "Europe/Berlin",
			}),
			part{
				title: "shop", details: []string{"job, cron(0 3 * * ? *)", "Europe/Berlin"}, class: "service", rank: rankJob,
				tier: 1,
			},
		},
		"a job that people start": {
			of(jobs, inside("urn:pulumi:test::aws-webapp::a:b:Job::nightly",
				made(rt.TaskDefinition, "nightly", inputs{"containerDefinitions": `[{"name": "nightly"}, {"name": "proxy"}]`}))),
			part{
				title: "nightly", details: []string{"job, run by hand", "with proxy"}, class: "service", rank: rankJob, tier: 1,
			},
		},
		"a group that nothing is in": {
			of(jobs, made(rt.TaskDefinition, "nightly", inputs{})),
			part{title: "Nightly", class: "other", rank: rankOther, tier: 1},
		},
		"a database": {
			member(rt.DBInstance, "shop", "db", inputs{
				"engine": "postgres", "engineVersion": "17", "instanceClass": "db.t3.small", "multiAz": true,
			}),
			part{
				title: "PostgreSQL 17", details: []string{"db.t3.small · Multi-AZ"}, class: "database", rank: rankStore, tier: 2,
			},
		},
		"a database of another make": {
			member(rt.DBInstance, "shop", "db", inputs{
				"engine": "maria-db", "engineVersion": "11", "instanceClass": "db.t3.small",
			}),
			part{
				title: "Maria db 11", details: []string{"db.t3.small · one zone"}, class: "database", rank: rankStore, tier: 2,
			},
		},
		"a database that names a group of subnets": {
			of(group, made(rt.DBSubnetGroup, "subnets", inputs{"name": "stores", "subnetIds": list{"network-db-2-id"}}),
				made(rt.DBInstance, "shop", inputs{
					"engine": "redis", "engineVersion": "7", "instanceClass": "x", "groups": list{"shop-sg-id"}, "subnets": "stores",
				})),
			part{title: "Redis 7", details: []string{"x · one zone"}, class: "database", rank: rankStore, tier: 2},
		},
		"a cache": {
			member(rt.CacheGroup, "shop", "db", inputs{"engine": "valkey", "nodeType": "cache.t4g.micro"}),
			part{title: "Valkey", details: []string{"1 × cache.t4g.micro"}, class: "cache", rank: rankStore, tier: 2},
		},
		"a cache of two nodes": {
			member(rt.CacheGroup, "shop", "db", inputs{
				"engine": "valkey", "nodeType": "cache.t4g.micro", "numCacheClusters": 2.0,
			}),
			part{title: "Valkey", details: []string{"2 × cache.t4g.micro"}, class: "cache", rank: rankStore, tier: 2},
		},
		"files in two zones": {
			of(group, made(rt.FileSystemMountTarget, "files-media-1", inputs{"groups": list{"shop-sg-id"}}),
				made(rt.FileSystemMountTarget, "files-media-2", inputs{"groups": list{"shop-sg-id"}})),
			part{title: "Files media", details: []string{"EFS, 2 zones"}, class: "store", rank: rankStore, tier: 1},
		},
		"a search domain": {
			member(rt.SearchDomain, "shop", "app", inputs{
				"clusterConfig": inputs{"instanceCount": 2.0, "instanceType": "r6g.large.search"},
			}),
			part{title: "OpenSearch", details: []string{"2 × r6g.large"}, class: "search", rank: rankSearch, tier: 1},
		},
		"a search domain of one node": {
			member(rt.SearchDomain, "shop", "app", inputs{"clusterConfig": inputs{"instanceType": "t3.small.search"}}),
			part{title: "OpenSearch", details: []string{"1 × t3.small"}, class: "search", rank: rankSearch, tier: 1},
		},
		"a function": {
			of(group, function("search-setup")),
			part{title: "Search setup", details: []string{"Lambda function"}, class: "function", rank: rankFunction, tier: 1},
		},
		"two functions": {
			of(group, function("search-setup"), function("search-shipper")),
			part{
				title: "Search shipper", details: []string{"2 Lambda functions"}, class: "function", rank: rankFunction, tier: 1,
			},
		},
		"endpoints": {
			of(group, endpoint("logs", "Interface", "logs"), endpoint("ecr", "Interface", "ecr.api"), gateway),
			part{
				title: "VPC endpoints", details: []string{"2 AWS services, S3"}, class: "endpoints", rank: rankEndpoints, tier: 1,
			},
		},
		"something that nobody has described": {
			member("aws:docdb/cluster:Cluster", "shop", "db", nil),
			part{title: "Shop", details: []string{"Cluster"}, class: "other", rank: rankOther, tier: 2},
		},
	} {
		n, err := read(of(vpc(), row.resources)).network()
		require.NoError(t, err)
		require.Len(t, n.parts, 1, name)
		row.want.group = n.parts[0].group
		assert.Equal(t, row.want, *n.parts[0], name)
	}
}

// What the account has beside the network, with as much as there may be of each, and with as little.
func TestWhatIsSaidOfTheAccount(t *testing.T) {
	for name, row := range map[string]struct {
		resources []apitype.ResourceV3
		want      []card
	}{
		"nothing": {of(made(rt.VPC, "network", inputs{})), nil},
		"rolling releases": {
			of(made(rt.ECSService, "web", inputs{})), []card{{"Releases", "release", []string{"rolling, back on failure"}}},
		},
		"releases by CodeDeploy": {
			of(made(rt.DeploymentGroup, "web", inputs{
				"deploymentConfigName":      "CodeDeployDefault.ECSCanary10Percent5Minutes",
				"autoRollbackConfiguration": inputs{"enabled": true},
			})),
			[]card{{"Releases", "release", []string{"blue/green", "canary 10%, 5 minutes", "back on any alarm"}}},
		},
		"releases all at once": {
			of(made(rt.DeploymentGroup, "web", inputs{"deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce"})),
			[]card{{"Releases", "release", []string{"blue/green", "all at once"}}},
		},
		"logs": {
			of(made(rt.LogGroup, "a", inputs{"retentionInDays": 30.0}), made(rt.LogGroup, "b", inputs{"retentionInDays": 90.0}),
				made(rt.LogGroup, "c", inputs{"retentionInDays": 60.0}), made(rt.FlowLog, "flows", inputs{}),
				made(rt.LogSubscriptionFilter, "f", inputs{}), made(rt.SearchDomain, "search", inputs{})),
			[]card{{"Logs", "logs", []string{"3 groups, 30–90 days", "shipped to OpenSearch", "network flows, too"}}},
		},
		"logs that are kept alike, and go elsewhere": {
			of(made(rt.LogGroup, "a", inputs{"retentionInDays": 30.0}), made(rt.LogSubscriptionFilter, "f", inputs{})),
			[]card{{"Logs", "logs", []string{"1 groups, 30 days"}}},
		},
		"alerts": {
			of(made(rt.MetricAlarm, "a", inputs{}), made(rt.CompositeAlarm, "b", inputs{}), made(rt.Dashboard, "d", inputs{}),
				made(rt.TopicSubscription, "x", inputs{"protocol": "https"}),
				made(rt.TopicSubscription, "y", inputs{"protocol": "email"}),
				made(rt.TopicSubscription, "z", inputs{"protocol": "email"})),
			[]card{{"Alerts", "alerts", []string{"2 alarms → email, https", "one dashboard"}}},
		},
		"alerts that nobody gets": {
			of(made(rt.MetricAlarm, "a", inputs{})), []card{{"Alerts", "alerts", []string{"1 alarms"}}},
		},
		"keys": {
			of(made(rt.KMSKey, "keys-data", inputs{}), made(rt.KMSKey, "lone", inputs{}),
				made(rt.Topic, "by-id", inputs{"kmsMasterKeyId": "keys-data-id"}),
				made("aws:x/y:Z", "by-arn", inputs{"deep": list{inputs{"PerformanceInsightsKmsKeyId": "arn:key/keys-data-id"}}}),
				made("aws:x/y:Z", "mocked", inputs{"kmsKeyId": "arn:aws:mock:keys-data"}),
				made("aws:x/y:Z", "other", inputs{"name": "keys-data-id", "kmsKeyId": 7.0})),
			[]card{{"Keys", "keys", []string{"data: 3 resources", "lone: 0 resources"}}},
		},
		"buckets and queues": {
			of(made(rt.Bucket, "storage-logs", inputs{}), made(rt.Bucket, "artifacts", inputs{}),
				made(rt.Queue, "work", inputs{}), made(rt.Queue, "dead", inputs{})),
			[]card{{"Buckets", "store", []string{"artifacts, logs"}}, {"Queues", "store", []string{"dead, work"}}},
		},
		"backup": {
			of(made(rt.BackupPlan, "plan", inputs{"rules": list{
				inputs{"ruleName": "daily", "lifecycle": inputs{"deleteAfter": 35.0}},
				inputs{"ruleName": "monthly", "lifecycle": inputs{"deleteAfter": 365.0}},
			}}), made(rt.BackupVaultLock, "lock", inputs{})),
			[]card{{"Backup", "store", []string{"daily: 35 days", "monthly: 365 days", "locked vault"}}},
		},
		"passwords": {
			of(made(rt.SecretRotation, "db", inputs{"rotationRules": inputs{"automaticallyAfterDays": 30.0}}),
				inside("urn:pulumi:test::aws-webapp::a:b:RotationRelay::rotation", made(rt.Function, "rotation", inputs{}))),
			[]card{{"Passwords", "keys", []string{"rotated every 30 days", "then tasks restart"}}},
		},
		"passwords without a relay": {
			of(made(rt.SecretRotation, "db", inputs{"rotationRules": inputs{"automaticallyAfterDays": 1.0}}),
				made(rt.Function, "other", inputs{})),
			[]card{{"Passwords", "keys", []string{"rotated every 1 days"}}},
		},
		"a trail": {
			of(made(rt.Trail, "t", inputs{"isMultiRegionTrail": true, "enableLogFileValidation": true})),
			[]card{{"Audit trail", "audit", []string{"CloudTrail, all regions", "signed files, bucket"}}},
		},
		"a small trail": {
			of(made(rt.Trail, "t", inputs{})), []card{{"Audit trail", "audit", []string{"CloudTrail, this region"}}},
		},
		"an account": {
			of(made(rt.ConfigRecorder, "c", inputs{}), made(rt.GuardDutyDetector, "g", inputs{}),
				made(rt.SecurityHub, "s", inputs{}), made(rt.AccessAnalyzer, "a", inputs{})),
			[]card{{"Account", "audit", []string{"GuardDuty, Security Hub, Config, Access Analyzer"}}},
		},
	} {
		assert.Equal(t, row.want, read(row.resources).cards(), name)
	}
}
