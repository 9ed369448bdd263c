package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	cacheGroupToken = "aws:elasticache/replicationGroup:ReplicationGroup"
	testCache       = "aws-webapp-prod-cache"
)

func testCacheArgs() CacheArgs {
	return CacheArgs{
		Scope:                 testScope,
		SubnetIDs:             pulumi.ToStringArray([]string{"subnet-db-1", "subnet-db-2"}),
		SecurityGroupID:       pulumi.String("sg-cache"),
		DataKeyARN:            pulumi.String(testDataKeyARN),
		LogKeyARN:             pulumi.String(testLogKeyARN),
		LogRetentionDays:      30,
		EngineVersion:         "8.1",
		NodeType:              "cache.t4g.small",
		Nodes:                 2,
		EvictionPolicy:        "volatile-lru",
		SnapshotRetentionDays: 1,
		SnapshotWindow:        "02:00-03:00",
		MaintenanceWindow:     "sun:03:30-sun:04:30",
		Users:                 []string{"visitor-book", "news"},
		Alarms: CacheAlarms{
			TopicARN: pulumi.String(testTopicARN), CPUPercent: 80, MemoryPercent: 85, EvictionsPerMinute: 100,
			Connections: 5000, LagSeconds: 10,
		},
	}
}

func cacheProgram(change func(*CacheArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := testCacheArgs()
		change(&args)
		_, err := NewCache(ctx, "cache", &args)
		return err
	}
}

func asItIs(*CacheArgs) {}

func TestCacheKeepsTheContract(t *testing.T) {
	deployed(t, cacheProgram(asItIs)).keepsContract(t, cacheType, "cache", map[string]any{
		"identifier": testCache,
		"arn":        "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:" + testCache,
		"address":    "master.cache.abcdef.use1.cache.amazonaws.com",
		"port":       6379.0,
		"logGroupNames": []any{
			"/aws/elasticache/" + testCache + "/slow-log", "/aws/elasticache/" + testCache + "/engine-log",
		},
	})
}

func TestCacheGroup(t *testing.T) {
	rec := deployed(t, cacheProgram(asItIs))
	group := rec.one(t, cacheGroupToken, "cache")
	logs := []any{}
	for _, log := range []string{"slow-log", "engine-log"} {
		logs = append(logs, map[string]any{
			"destination": "/aws/elasticache/" + testCache + "/" + log, "destinationType": "cloudwatch-logs",
			"logFormat": "json", "logType": log,
		})
	}
	assert.Equal(t, map[string]any{
		"replicationGroupId":      testCache,
		"description":             "Cache of aws-webapp-prod",
		"engine":                  "valkey",
		"engineVersion":           "8.1",
		"autoMinorVersionUpgrade": true,
		"applyImmediately":        false,
		"nodeType":                "cache.t4g.small",
		"numCacheClusters":        2.0,

		"automaticFailoverEnabled": true,
		"multiAzEnabled":           true,
		"parameterGroupName":       "cache-valkey8-1234567",

		"subnetGroupName":  "cache-1234567",
		"securityGroupIds": []any{"sg-cache"},
		"port":             6379.0,

		"atRestEncryptionEnabled":  true,
		"kmsKeyId":                 testDataKeyARN,
		"transitEncryptionEnabled": true,
		"transitEncryptionMode":    "required",
		"userGroupIds":             []any{testCache},

		"snapshotRetentionLimit": 1.0,
		"snapshotWindow":         "02:00-03:00",
		"maintenanceWindow":      "sun:03:30-sun:04:30",

		"logDeliveryConfigurations": logs,
		"tags":                      map[string]any{"Name": testCache},
	}, group.inputs)
	assert.True(t, group.request.GetDeleteBeforeReplace(), "two groups cannot have one identifier")
	assert.Equal(t, []string{"engineVersion"}, group.request.GetIgnoreChanges(), "a lower one replaces the group")
	assert.Equal(t, "90m", group.request.GetCustomTimeouts().GetCreate())
	assert.True(t, group.dependsOn(rec.one(t, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "cache")),
		"AWS would write a policy that no stack owns")
	assert.Equal(t, []any{map[string]any{"name": "maxmemory-policy", "value": "volatile-lru"}},
		rec.one(t, "aws:elasticache/parameterGroup:ParameterGroup", "cache-valkey8").inputs["parameters"])
	assert.Equal(t, []any{"subnet-db-1", "subnet-db-2"},
		rec.one(t, "aws:elasticache/subnetGroup:SubnetGroup", "cache").inputs["subnetIds"])
}

func TestCacheOfOneNodeFailsOverToNothing(t *testing.T) {
	rec := deployed(t, cacheProgram(func(a *CacheArgs) { a.Nodes, a.RaiseVersion = 1, true }))
	group := rec.one(t, cacheGroupToken, "cache")
	assert.Equal(t, false, group.inputs["automaticFailoverEnabled"])
	assert.Equal(t, false, group.inputs["multiAzEnabled"])
	assert.Empty(t, group.request.GetIgnoreChanges(), "a raise reaches AWS")
	assert.Len(t, rec.ofType(alarmToken), 4, "of one node no copy is behind")
}

// TestCacheUsers: each service has a user of its own, with its role's credentials and no password.
func TestCacheUsers(t *testing.T) {
	rec := deployed(t, cacheProgram(asItIs))
	for _, service := range []string{"visitor-book", "news"} {
		id := "aws-webapp-prod-" + service
		assert.Equal(t, map[string]any{
			"engine": "valkey", "userId": id, "userName": id, "authenticationMode": map[string]any{"type": "iam"},
			"accessString": "on ~* &* +@all -@dangerous +info", "tags": map[string]any{"Name": id},
		}, rec.one(t, "aws:elasticache/user:User", "cache-"+service).inputs)
	}
	assert.Equal(t, []any{"aws-webapp-prod-visitor-book", "aws-webapp-prod-news"},
		rec.one(t, "aws:elasticache/userGroup:UserGroup", "cache").inputs["userIds"], "nobody is called default")
}

// TestServiceThatUsesTheCache: it is told where the cache is, and may connect as its own user alone.
func TestServiceThatUsesTheCache(t *testing.T) {
	program := func(ctx *pulumi.Context) error {
		args := testCacheArgs()
		cache, err := NewCache(ctx, "cache", &args)
		if err != nil {
			return err
		}
		service := testPlainArgs()
		service.Uses = []ServiceUse{cache.For("visitor-book")}
		_, err = NewService(ctx, "visitor-book", &service)
		return err
	}
	rec := deployed(t, program)
	definition := rec.one(t, taskDefinitionType, "visitor-book").inputs["containerDefinitions"]
	for name, value := range map[string]string{
		"CACHE_HOST": "master.cache.abcdef.use1.cache.amazonaws.com", "CACHE_PORT": "6379", "CACHE_TLS": "true",
		"CACHE_NAME": testCache, "CACHE_USER": "aws-webapp-prod-visitor-book",
	} {
		assert.Contains(t, definition, `{"name":"`+name+`","value":"`+value+`"}`)
	}
	found := 0
	for _, policy := range rec.ofType("aws:iam/rolePolicy:RolePolicy") {
		for _, statement := range policy.policy(t, "policy").Statement {
			if statement["Sid"] == "ConnectToCache" {
				found++
				assert.Equal(t, "elasticache:Connect", statement["Action"])
				assert.Equal(t, []any{
					"arn:aws:elasticache:us-east-1:123456789012:replicationgroup:" + testCache,
					"arn:aws:elasticache:us-east-1:123456789012:user:aws-webapp-prod-visitor-book",
				}, statement["Resource"])
			}
		}
	}
	assert.Equal(t, 1, found)
}

func TestCacheAlarms(t *testing.T) {
	rec := deployed(t, cacheProgram(asItIs))
	for name, want := range map[string]struct {
		threshold, periods float64
		metrics            []any
	}{
		"cpu": {80, 15, []any{
			"EngineCPUUtilization cache-001", "CPUUtilization cache-001",
			"EngineCPUUtilization cache-002", "CPUUtilization cache-002",
		}},
		"memory":      {85, 15, []any{"DatabaseMemoryUsagePercentage cache-001", "DatabaseMemoryUsagePercentage cache-002"}},
		"evictions":   {100, 5, []any{"Evictions cache-001", "Evictions cache-002"}},
		"connections": {5000, 5, []any{"CurrConnections cache-001", "CurrConnections cache-002"}},
		"lag":         {10, 5, []any{"ReplicationLag cache-001", "ReplicationLag cache-002"}},
	} {
		alarm := rec.one(t, alarmToken, "cache-"+name).inputs
		assert.Equal(t, want.threshold, alarm["threshold"], name)
		assert.Equal(t, want.periods, alarm["evaluationPeriods"], name)
		assert.Equal(t, "GreaterThanThreshold", alarm["comparisonOperator"], name)
		assert.Equal(t, []any{testTopicARN}, alarm["alarmActions"], name)
		var metrics []any
		for _, query := range alarm["metricQueries"].([]any) {
			metric, isMetric := query.(map[string]any)["metric"].(map[string]any)
			if !isMetric {
				assert.Equal(t, "MAX(METRICS())", query.(map[string]any)["expression"], name)
				continue
			}
			assert.Equal(t, "AWS/ElastiCache", metric["namespace"])
			node := metric["dimensions"].(map[string]any)["CacheClusterId"].(string)
			metrics = append(metrics, metric["metricName"].(string)+" "+node)
		}
		assert.Equal(t, want.metrics, metrics, name)
	}
}

func TestStoreHasItsGroupAndItsFlows(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewSecurityGroups(ctx, "security-groups", &SecurityGroupsArgs{
			VPCID: pulumi.String("vpc-1"), Stores: []SecurityGroupsStore{CacheStore},
			Services: []SecurityGroupsService{
				{Name: "visitor-book", Ports: []int{8000}, Stores: []string{"cache"}}, {Name: "news", Ports: []int{8000}},
			},
		})
		return err
	})
	group := rec.one(t, "aws:ec2/securityGroup:SecurityGroup", "security-groups-cache").inputs
	assert.Equal(t, "cache", group["tags"].(map[string]any)[TierTag])
	assert.Equal(t, "Cache: Valkey in, nothing out.", group["description"])
	into := rules(rec.ofType(ingressRuleType))
	assert.Equal(t, rule{"security-groups-cache-id", nil, "security-groups-app-visitor-book-id", "tcp", 6379.0, 6379.0},
		into["security-groups-cache-from-app-visitor-book-6379"])
	assert.Len(t, into, 3, "the other service does not get in")
	assert.Contains(t, rules(rec.ofType(egressRuleType)), "security-groups-app-visitor-book-to-cache-6379")
}

// The dashboard shows each node of the cache.
func TestTheDashboardShowsEachNodeOfTheCache(t *testing.T) {
	for _, nodes := range []int{1, 2} {
		var row DashboardRow
		deployed(t, func(ctx *pulumi.Context) error {
			args := testCacheArgs()
			args.Nodes = nodes
			cache, err := NewCache(ctx, "cache", &args)
			row = cache.DashboardRow()
			return err
		})
		shown := map[string][]any{}
		for _, tile := range row.tiles {
			title := tile.properties["title"].(string)
			for _, one := range tile.properties["metrics"].([]metric) {
				assert.Equal(t, []any{"AWS/ElastiCache", "CacheClusterId"}, []any{one[0], one[2]})
				shown[title] = append(shown[title], one[1], one[4].(map[string]any)["stat"], one[4].(map[string]any)["label"])
			}
		}
		want := map[string][]any{}
		for node := 1; node <= nodes; node++ {
			add := func(title, statistic string, names ...string) {
				for _, name := range names {
					want[title] = append(want[title], name, statistic, fmt.Sprintf("%s %d", name, node))
				}
			}
			add("Cache: CPU and memory, %", "Average", "EngineCPUUtilization", "DatabaseMemoryUsagePercentage")
			add("Cache: hits and misses", "Sum", "CacheHits", "CacheMisses")
			add("Cache: evictions", "Sum", "Evictions")
			add("Cache: connections", "Average", "CurrConnections")
		}
		assert.Equal(t, want, shown, nodes)
	}
}
