package cost

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// A row says why its type is free, or there is a price for it.
func TestEveryTypeIsPricedOrFreeForAReason(t *testing.T) {
	for _, row := range resourcetypes.All() {
		assert.NotEqual(t, prices[row.Token] == nil, row.Free == "",
			"%s has a price in rules.go or a reason in its row", row.Token)
		rule, ok := ruleOf(row.Token)
		assert.True(t, ok, row.Token)
		assert.Equal(t, row.Free, rule.free, row.Token)
	}
	for token := range prices {
		_, made := resourcetypes.Of(token)
		assert.True(t, made, "%s: no stack makes it", token)
	}
}

// in makes a resource of a component.
func in(component, token, name string, inputs map[string]any) *Resource {
	return &Resource{
		URN: "urn:pulumi:test::aws-webapp::aws-webapp:x:X$" + token + "::" + name, Type: token,
		Parent: "urn:pulumi:test::aws-webapp::aws-webapp:x:X::" + component, Inputs: inputs,
	}
}

// component that others belong to.
func component(name string) *Resource {
	return &Resource{
		URN: "urn:pulumi:test::aws-webapp::aws-webapp:x:X::" + name, Type: "aws-webapp:x:X",
		Parent: "urn:pulumi:test::aws-webapp::pulumi:pulumi:Stack::aws-webapp-test",
	}
}

type inputs = map[string]any

type list = []any

// bill estimates resources in us-east-1 and returns the quantities, least and most, that are
// charged.
func bill(t *testing.T, usage Usage, resources ...*Resource) map[string][3]float64 {
	t.Helper()
	estimate, err := New(newGraph(append(resources, component("c"))), Stack{Usage: usage}, "us-east-1")
	require.NoError(t, err)
	found := map[string][3]float64{}
	for _, component := range estimate.Components {
		for _, item := range component.Items {
			found[item.Resource+": "+item.What] = [3]float64{
				item.Quantity, round(item.MonthlyUSD, 2),
				round(item.MaxMonthlyUSD, 2),
			}
		}
	}
	return found
}

const (
	subnetToken   = "aws:ec2/subnet:Subnet"
	natToken      = "aws:ec2/natGateway:NatGateway"
	endpointToken = "aws:ec2/vpcEndpoint:VpcEndpoint"
	serviceToken  = "aws:ecs/service:Service"
	taskToken     = "aws:ecs/taskDefinition:TaskDefinition"
	targetToken   = "aws:appautoscaling/target:Target"
	logGroupToken = "aws:cloudwatch/logGroup:LogGroup"
	unknown       = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

func TestWhatResourcesCost(t *testing.T) {
	priced := map[string]bool{}
	task := in("c", taskToken, "web", inputs{"cpu": "512", "memory": "1024"})
	service := in("c", serviceToken, "web", inputs{
		"name": "web", "desiredCount": 2.0,
		"capacityProviderStrategies": list{
			inputs{"capacityProvider": "FARGATE", "base": 1.0, "weight": 1.0},
			inputs{"capacityProvider": "FARGATE_SPOT", "weight": 3.0},
		},
	})
	for name, tc := range map[string]struct {
		resources []*Resource
		want      map[string][3]float64
	}{
		"a job costs as long as it runs": {
			[]*Resource{
				in("j", taskToken, "nightly", inputs{
					"cpu": "2048", "memory": "4096", "ephemeralStorage": inputs{"sizeInGib": 21.0},
				}),
				in("j", "aws:scheduler/schedule:Schedule", "nightly", nil),
			},
			map[string][3]float64{
				"nightly: runs: vCPU": {30, 1.21, 1.21}, "nightly: runs: memory": {60, 0.27, 0.27},
				"nightly: runs: storage": {15, 0, 0},
			},
		},
		"gateways share the traffic": {
			[]*Resource{in("c", natToken, "a", nil), in("c", natToken, "b", nil)},
			map[string][3]float64{
				"a: NAT gateway": {730, 32.85, 32.85}, "a: data through the gateway": {25, 1.13, 1.13},
				"b: NAT gateway": {730, 32.85, 32.85}, "b: data through the gateway": {25, 1.13, 1.13},
			},
		},
		"an interface endpoint costs in each zone, a gateway endpoint nothing": {
			[]*Resource{
				in("c", endpointToken, "kms", inputs{"vpcEndpointType": "Interface", "subnetIds": list{"a", "b", "c"}}),
				in("c", endpointToken, "s3", inputs{"vpcEndpointType": "Gateway"}),
			},
			map[string][3]float64{"kms: interface endpoint in 3 zones": {2190, 21.9, 21.9}, "kms: data through the endpoint": {
				50, 0.5, 0.5,
			}},
		},
		"zones stand in for subnets that a preview does not know": {
			[]*Resource{
				in("c", subnetToken, "a1", inputs{"availabilityZone": "a"}),
				in("c", subnetToken, "a2", inputs{"availabilityZone": "a"}),
				in("c", subnetToken, "b", inputs{"availabilityZone": "b"}),
				in("c", endpointToken, "kms", inputs{"vpcEndpointType": "Interface", "subnetIds": unknown}),
			},
			map[string][3]float64{"kms: interface endpoint in 2 zones": {1460, 14.6, 14.6}, "kms: data through the endpoint": {
				50, 0.5, 0.5,
			}},
		},
		"without any zone it is one": {
			[]*Resource{
				in("c", endpointToken, "kms", inputs{"vpcEndpointType": "Interface", "subnetIds": unknown}),
			},
			map[string][3]float64{
				"kms: interface endpoint in 1 zones": {730, 7.3, 7.3}, "kms: data through the endpoint": {50, 0.5, 0.5},
			},
		},
		"an internal load balancer has no public side": {
			[]*Resource{in("c", "aws:lb/loadBalancer:LoadBalancer", "web", inputs{"internal": true, "subnets": list{"a", "b"}})},
			map[string][3]float64{
				"web: load balancer": {730, 16.43, 16.43}, "web: capacity units": {200, 1.6, 1.6},
				"web: traffic between zones": {100, 1, 1},
			},
		},
		"a public load balancer": {
			[]*Resource{in("c", "aws:lb/loadBalancer:LoadBalancer", "web", inputs{"subnets": list{"a", "b"}})},
			map[string][3]float64{
				"web: load balancer": {730, 16.43, 16.43}, "web: capacity units": {200, 1.6, 1.6},
				"web: traffic between zones":            {100, 1, 1},
				"web: public IPv4 addresses in 2 zones": {1460, 7.3, 7.3}, "web: answers to the internet": {200, 18, 18},
			},
		},
		"a web ACL": {
			[]*Resource{in("c", "aws:wafv2/webAcl:WebAcl", "web", inputs{"rules": list{inputs{}, inputs{}}})},
			map[string][3]float64{"web: web ACL": {1, 5, 5}, "web: rules and managed rule groups": {2, 2, 2}, "web: requests": {
				10e6, 6, 6,
			}},
		},
		"a Multi-AZ database is there twice, and its storage grows": {
			[]*Resource{in("c", "aws:rds/instance:Instance", "db", inputs{
				"instanceClass": "db.t3.small", "multiAz": true, "storageType": "gp3", "allocatedStorage": 20.0,
				"maxAllocatedStorage":   100.0,
				"backupRetentionPeriod": 7.0, "manageMasterUserPassword": true,
			})},
			map[string][3]float64{
				"db: db.t3.small Multi-AZ": {1460, 52.56, 52.56}, "db: storage Multi-AZ": {40, 4.6, 23},
				"db: backups beyond its size": {10, 0.95, 0.95}, "db: secret of the master user": {1, 0.4, 0.4},
				"db: reads of the secret": {1000, 0.01, 0.01},
			},
		},
		"a Single-AZ database": {
			[]*Resource{
				in("c", "aws:rds/instance:Instance", "db", inputs{
					"instanceClass": "db.t3.small", "storageType": "gp3",
					"allocatedStorage": 20.0,
				}),
			},
			map[string][3]float64{"db: db.t3.small Single-AZ": {730, 26.28, 26.28}, "db: storage Single-AZ": {20, 2.3, 2.3}},
		},
		"tasks go to the base first, then by weight": {
			[]*Resource{
				service, task,
				in("c", targetToken, "web", inputs{"minCapacity": 1.0, "maxCapacity": 5.0, "resourceId": "service/c/web"}),
			},
			map[string][3]float64{
				"web: 1 to 2 tasks: vCPU": {365, 14.78, 29.55}, "web: 1 to 2 tasks: memory": {730, 3.24, 6.49},
				"web: 0 to 3 tasks on Spot: vCPU": {0, 0, 13.3}, "web: 0 to 3 tasks on Spot: memory": {0, 0, 2.92},
			},
		},
		"without autoscaling the desired count runs": {
			[]*Resource{
				in("c", serviceToken, "web", inputs{"desiredCount": 2.0}),
				in("c", taskToken, "web", inputs{
					"cpu": "1024", "memory": "2048", "runtimePlatform": inputs{"cpuArchitecture": "ARM64"}, "ephemeralStorage": inputs{
						"sizeInGib": 30.0,
					},
				}),
			},
			map[string][3]float64{
				"web: 2 to 2 tasks: vCPU": {1460, 47.27, 47.27}, "web: 2 to 2 tasks: memory": {2920, 10.4, 10.4},
				"web: 2 to 2 tasks: storage": {14600, 1.62, 1.62},
			},
		},
		"each service by the size of its own tasks": {
			[]*Resource{
				in("a", taskToken, "a", inputs{"cpu": "512", "memory": "1024"}),
				in("b", serviceToken, "b", inputs{"desiredCount": 1.0}),
				in("b", taskToken, "b", inputs{"cpu": "1024", "memory": "2048"}),
				in("b", targetToken, "b", inputs{"minCapacity": 2.0, "maxCapacity": 2.0}),
				in("a", serviceToken, "a", inputs{"desiredCount": 1.0, "name": "a"}),
			},
			map[string][3]float64{
				"a: 1 to 1 tasks: vCPU": {365, 14.78, 14.78}, "a: 1 to 1 tasks: memory": {730, 3.24, 3.24},
				"b: 2 to 2 tasks: vCPU": {1460, 59.1, 59.1}, "b: 2 to 2 tasks: memory": {2920, 12.98, 12.98},
			},
		},
		"a cluster with enhanced observability": {
			[]*Resource{
				in("c", "aws:ecs/cluster:Cluster", "cluster",
					inputs{"settings": list{inputs{"name": "containerInsights", "value": "enhanced"}}}),
			},
			map[string][3]float64{"cluster: Container Insights metrics": {8, 0.56, 0.56}},
		},
		"a cluster without insights": {
			[]*Resource{
				in("c", "aws:ecs/cluster:Cluster", "cluster",
					inputs{"settings": list{inputs{"name": "containerInsights", "value": "disabled"}}}),
			},
			map[string][3]float64{},
		},
		"a search domain with dedicated masters": {
			[]*Resource{in("c", "aws:opensearch/domain:Domain", "search", inputs{
				"clusterConfig": inputs{
					"instanceCount": 2.0, "instanceType": "r6g.large.search",
					"dedicatedMasterEnabled": true, "dedicatedMasterCount": 3.0, "dedicatedMasterType": "t3.small.search",
				},
				"ebsOptions": inputs{"ebsEnabled": true, "volumeSize": 100.0, "volumeType": "gp3"},
			})},
			map[string][3]float64{
				"search: 2 × r6g.large.search": {1460, 243.82, 243.82}, "search: storage": {200, 24.4, 24.4},
				"search: 3 × t3.small.search as dedicated masters": {2190, 78.84, 78.84},
			},
		},
		"an alarm costs for each metric, a filter for a metric that always has values": {
			[]*Resource{
				in("c", "aws:cloudwatch/metricAlarm:MetricAlarm", "one", nil),
				in("c", "aws:cloudwatch/metricAlarm:MetricAlarm", "three", inputs{"metricQueries": list{
					inputs{"expression": "a+b+c"}, inputs{"metric": inputs{}}, inputs{"metric": inputs{}}, inputs{"metric": inputs{}},
				}}),
				in("c", "aws:cloudwatch/compositeAlarm:CompositeAlarm", "both", nil),
				in("c", "aws:cloudwatch/logMetricFilter:LogMetricFilter", "zero",
					inputs{"metricTransformation": inputs{"defaultValue": "0"}}),
				in("c", "aws:cloudwatch/logMetricFilter:LogMetricFilter", "rare", inputs{"metricTransformation": inputs{}}),
			},
			map[string][3]float64{
				"one: alarm": {1, 0.1, 0.1}, "three: alarm": {3, 0.3, 0.3}, "both: composite alarm": {1, 0.5, 0.5},
				"zero: metric": {1, 0.3, 0.3},
			},
		},
		"a log group costs by who writes to it": {
			[]*Resource{
				service, task,
				in("c", logGroupToken, "web-logs", inputs{"name": "/ecs/web", "retentionInDays": 30.0}),
				in("c", logGroupToken, "flow", inputs{"name": "/vpc/network-flow-logs", "retentionInDays": 14.0}),
				in("c", logGroupToken, "kept", inputs{"name": "/aws/lambda/f"}),
			},
			map[string][3]float64{
				"web: 1.25 to 1.25 tasks: vCPU": {456.25, 18.47, 18.47}, "web: 1.25 to 1.25 tasks: memory": {912.5, 4.06, 4.06},
				"web: 0.75 to 0.75 tasks on Spot: vCPU": {273.75, 3.32, 3.32}, "web: 0.75 to 0.75 tasks on Spot: memory": {
					547.5, 0.73, 0.73,
				},
				"web-logs: service log: ingestion": {30.4167, 15.21, 15.21}, "web-logs: service log: storage": {4.5, 0.14, 0.14},
				"flow: flow log: ingestion": {15.2083, 7.6, 7.6}, "flow: flow log: storage": {1.05, 0.03, 0.03},
				"kept: log: ingestion": {0.6083, 0.3, 0.3}, "kept: log: storage": {1.095, 0.03, 0.03},
			},
		},
		"a trail that records objects": {
			[]*Resource{in("c", "aws:cloudtrail/trail:Trail", "audit", inputs{
				"insightSelectors": list{inputs{}},
				"advancedEventSelectors": list{
					inputs{"fieldSelectors": list{inputs{"field": "eventCategory", "equals": list{"Data"}}}},
				},
			})},
			map[string][3]float64{"audit: Insights analysis": {1e6, 3.5, 3.5}, "audit: object events": {500000, 0.5, 0.5}},
		},
		"a trail whose selectors are not known yet may record objects": {
			[]*Resource{in("c", "aws:cloudtrail/trail:Trail", "audit", inputs{"advancedEventSelectors": unknown})},
			map[string][3]float64{"audit: object events": {500000, 0.5, 0.5}},
		},
		"a trail of API calls alone is free": {
			[]*Resource{in("c", "aws:cloudtrail/trail:Trail", "audit", inputs{
				"advancedEventSelectors": list{
					inputs{"fieldSelectors": list{inputs{"field": "eventCategory", "equals": list{"Management"}}}},
				},
			})},
			map[string][3]float64{},
		},
		"a build project by its size": {
			[]*Resource{
				in("c", "aws:codebuild/project:Project", "build",
					inputs{"environment": inputs{"computeType": "BUILD_GENERAL1_MEDIUM"}}),
			},
			map[string][3]float64{"build: build minutes": {100, 1, 1}},
		},
		"what costs the same whatever it is": {
			[]*Resource{
				in("c", "aws:backup/vault:Vault", "vault", nil), in("c", "aws:cfg/recorder:Recorder", "recorder", nil),
				in("c", "aws:cloudwatch/dashboard:Dashboard", "board", nil), in("c", "aws:ec2/eip:Eip", "address", nil),
				in("c", "aws:codepipeline/pipeline:Pipeline", "pipeline", nil),
				in("c", "aws:ecr/repository:Repository", "repository", nil), in("c", "aws:kms/key:Key", "key", nil),
				in("c", "aws:efs/fileSystem:FileSystem", "files", nil), in("c", "aws:sqs/queue:Queue", "queue", nil),
				in("c", "aws:securityhub/standardsSubscription:StandardsSubscription", "standard", nil),
			},
			map[string][3]float64{
				"vault: recovery points": {40, 3.8, 3.8}, "recorder: configuration items": {2000, 6, 6},
				"board: dashboard": {1, 3, 3}, "address: public IPv4 address": {730, 3.65, 3.65},
				"pipeline: action minutes": {300, 0.6, 0.6}, "repository: images": {5, 0.5, 0.5},
				"key: key": {1, 1, 1}, "key: requests": {500000, 1.5, 1.5}, "queue: requests": {300000, 0.12, 0.12},
				"files: files": {20, 6, 6}, "files: reading": {80, 2.4, 2.4}, "files: writing": {20, 1.2, 1.2},
				"standard: security checks": {5000, 5, 5},
			},
		},
		"a cache by its nodes": {
			[]*Resource{
				in("c", "aws:elasticache/replicationGroup:ReplicationGroup", "two",
					inputs{"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2.0}),
				in("c", "aws:elasticache/replicationGroup:ReplicationGroup", "one",
					inputs{"engine": "valkey", "nodeType": "cache.t4g.small"}),
			},
			map[string][3]float64{
				"two: 2 × cache.t4g.small": {1460, 37.38, 37.38}, "one: 1 × cache.t4g.small": {730, 18.69, 18.69},
			},
		},
		"a function by its memory and processor": {
			[]*Resource{
				in("c", "aws:lambda/function:Function", "small", nil),
				in("c", "aws:lambda/function:Function", "large",
					inputs{"memorySize": 512.0, "architectures": list{"arm64"}}),
			},
			map[string][3]float64{
				"small: calls": {300000, 0.06, 0.06}, "small: duration": {11250, 0.19, 0.19},
				"large: calls": {300000, 0.06, 0.06}, "large: duration": {45000, 0.6, 0.6},
			},
		},
		"a bucket by what is in it": {
			[]*Resource{
				in("c", "aws:s3/bucketV2:BucketV2", "application", nil),
				in("c", "aws:s3/bucketV2:BucketV2", "a", inputs{"bucket": "access-logs"}),
				in("c", "aws:s3/bucketV2:BucketV2", "trail", nil), in("c", "aws:s3/bucketV2:BucketV2", "other", nil),
			},
			map[string][3]float64{
				"application: storage": {50, 1.15, 1.15}, "application: writing requests": {250000, 1.25, 1.25},
				"application: reading requests": {250000, 0.1, 0.1},
				"a: storage":                    {20, 0.46, 0.46}, "a: writing requests": {250000, 1.25, 1.25},
				"a: reading requests": {250000, 0.1, 0.1},
				"trail: storage":      {20, 0.46, 0.46}, "trail: writing requests": {250000, 1.25, 1.25},
				"trail: reading requests": {250000, 0.1, 0.1},
				"other: storage":          {5, 0.12, 0.12}, "other: writing requests": {250000, 1.25, 1.25},
				"other: reading requests": {250000, 0.1, 0.1},
			},
		},
		"emails alone cost": {
			[]*Resource{
				in("c", "aws:sns/topicSubscription:TopicSubscription", "mail", inputs{"protocol": "email"}),
				in("c", "aws:sns/topicSubscription:TopicSubscription", "json", inputs{"protocol": "email-json"}),
				in("c", "aws:sns/topicSubscription:TopicSubscription", "chat", inputs{"protocol": "https"}),
			},
			map[string][3]float64{"mail: emails": {200, 0, 0}, "json: emails": {200, 0, 0}},
		},
		"a detector by the features that are on": {
			[]*Resource{
				in("c", "aws:guardduty/detector:Detector", "detector", nil),
				in("c", "aws:guardduty/detectorFeature:DetectorFeature", "objects",
					inputs{"name": "S3_DATA_EVENTS", "status": "ENABLED"}),
				in("c", "aws:guardduty/detectorFeature:DetectorFeature", "logins",
					inputs{"name": "RDS_LOGIN_EVENTS", "status": "ENABLED"}),
				in("c", "aws:guardduty/detectorFeature:DetectorFeature", "off",
					inputs{"name": "S3_DATA_EVENTS", "status": "DISABLED"}),
				in("c", "aws:guardduty/detectorFeature:DetectorFeature", "functions",
					inputs{"name": "LAMBDA_NETWORK_LOGS", "status": "ENABLED"}),
			},
			map[string][3]float64{
				"detector: CloudTrail events": {1e6, 4, 4}, "detector: flow and DNS logs": {15, 15, 15},
				"objects: S3 data events": {500000, 0.4, 0.4}, "logins: logins to databases": {2, 2, 2},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, bill(t, DefaultUsage(), tc.resources...))
		})
		for _, r := range tc.resources {
			priced[r.Type] = true
		}
	}
	for token := range prices {
		assert.True(t, priced[token], "no row has %s", token)
	}
}

// Who assumes more, pays more, but for requests that share a connection.
func TestEveryAssumptionHasItsEffect(t *testing.T) {
	all := newGraph(slices.Concat(recorded(t, "prod-deployed").Resources, recorded(t, "delivery-deployed").Resources,
		[]*Resource{
			in("j", taskToken, "nightly", inputs{"cpu": "2048", "memory": "4096"}),
			in("j", "aws:scheduler/schedule:Schedule", "nightly", nil), in("c", "aws:efs/fileSystem:FileSystem", "files", nil),
		}))
	cost := func(usage Usage) (total float64) {
		estimate, err := New(all, Stack{Usage: usage}, "us-east-1")
		require.NoError(t, err)
		for _, component := range estimate.Components {
			for _, item := range component.Items {
				total += item.Quantity * item.UnitUSD
			}
		}
		return total
	}
	for i, f := range fields() {
		usage, more := DefaultUsage(), DefaultUsage()
		reflect.ValueOf(&usage).Elem().Field(i).SetFloat(10 * f.fallback)
		reflect.ValueOf(&more).Elem().Field(i).SetFloat(100 * f.fallback)
		if f.name == "requestsPerConnection" {
			continue
		}
		assert.Greater(t, cost(usage), cost(DefaultUsage()), f.name)
		assert.Greater(t, cost(more), cost(usage), f.name)
	}
}

func TestWhatCannotBePricedIsAnError(t *testing.T) {
	for name, tc := range map[string]struct {
		resource *Resource
		region   string
		want     string
	}{
		"an unknown type": {
			in("c", "aws:redshift/cluster:Cluster", "x", nil), "us-east-1",
			"resource types: found aws:redshift/cluster:Cluster, which have no price and are not known to be free: " +
				"give them a row in",
		},
		"a class without a price": {
			in("c", "aws:rds/instance:Instance", "db", inputs{"instanceClass": "db.x1.large", "storageType": "gp3"}),
			"us-east-1",
			"db: price rds.db.x1.large: not in the price table, which has rds.backup, rds.db.m7g.large",
		},
		"a service without tasks": {
			in("c", serviceToken, "web", nil), "us-east-1",
			"service web: found no task definition in its component",
		},
		"another region": {
			in("c", natToken, "a", nil), "mars-1", `region: found "mars-1", the price table has us-east-1, us-west-2, eu-west-1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(newGraph([]*Resource{tc.resource}), Stack{Usage: DefaultUsage()}, tc.region)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}
