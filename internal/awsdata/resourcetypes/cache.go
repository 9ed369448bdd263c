package resourcetypes

import "time"

// The tokens of the cache.
const (
	CacheGroup          = "aws:elasticache/replicationGroup:ReplicationGroup"
	CacheParameterGroup = "aws:elasticache/parameterGroup:ParameterGroup"
	CacheSubnetGroup    = "aws:elasticache/subnetGroup:SubnetGroup"
	CacheUser           = "aws:elasticache/user:User"
	CacheUserGroup      = "aws:elasticache/userGroup:UserGroup"
)

const cacheTags = " AddTagsToResource RemoveTagsFromResource"

func init() { register(cacheServices, cacheTypes) }

var cacheServices = []Service{
	{
		Prefix: "elasticache", Group: "data", Linked: "elasticache.amazonaws.com", UsesKeys: true,
		// Pulumi makes up the names of parameter and subnet groups.
		Named:   []string{"cluster:", "replicationgroup:", "user:", "usergroup:"},
		Unnamed: []string{"parametergroup:*", "subnetgroup:*"},
		Actions: Actions{Read: "DescribeCacheEngineVersions DescribeReservedCacheNodesOfferings"},
		Tasks: Tasks{
			Sid: "ConnectToCaches", Actions: []string{"elasticache:Connect"}, Named: []string{"replicationgroup:", "user:"},
		},
	},
}

var cacheTypes = []Type{
	{
		Token: CacheGroup,
		Create: Operation{Name: "elasticache.CreateReplicationGroup", Renamed: map[string]string{
			"nodeType": "CacheNodeType", "maintenanceWindow": "PreferredMaintenanceWindow",
		}},
		Actions: []Actions{
			{
				Service: "elasticache",
				Read:    "DescribeCacheClusters DescribeReplicationGroups ListTagsForResource",
				Write: "CreateReplicationGroup DecreaseReplicaCount DeleteReplicationGroup IncreaseReplicaCount " +
					"ModifyReplicationGroup" + cacheTags,
			},
			// Service Authorization Reference: the actions on a replication group depend on these.
			{
				Service: "ec2", Read: "DescribeNetworkInterfaces DescribeSubnets DescribeVpcs",
				Write: "CreateNetworkInterface DeleteNetworkInterface",
			},
			// ElastiCache User Guide, "Logging destinations".
			{
				Service: "logs", Read: "DescribeResourcePolicies GetLogDelivery ListLogDeliveries",
				Write: "CreateLogDelivery DeleteLogDelivery PutResourcePolicy UpdateLogDelivery",
			},
		},
		Loss: Loss{High, "what is cached: sessions and counters that live nowhere else are lost"},
		Times: Times{
			Create: 12 * time.Minute, Update: 5 * time.Minute, Delete: 8 * time.Minute,
			Source: "wait: elasticache/replication_group.go 30 s delay and polls of 10 s; estimate: 10 to 15 min with two nodes",
		},
	},
	{
		Token: CacheParameterGroup,
		Create: Operation{
			Name: "elasticache.CreateCacheParameterGroup", Renamed: map[string]string{"family": "CacheParameterGroupFamily"},
		},
		Actions: []Actions{{
			Service: "elasticache",
			Read:    "DescribeCacheParameterGroups DescribeCacheParameters ListTagsForResource",
			Write: "CreateCacheParameterGroup DeleteCacheParameterGroup ModifyCacheParameterGroup " +
				"ResetCacheParameterGroup" + cacheTags,
		}},
		Free: "part of the cache",
	},
	{
		Token:  CacheSubnetGroup,
		Create: Operation{Name: "elasticache.CreateCacheSubnetGroup"},
		Actions: []Actions{{
			Service: "elasticache",
			Read:    "DescribeCacheSubnetGroups ListTagsForResource",
			Write:   "CreateCacheSubnetGroup DeleteCacheSubnetGroup ModifyCacheSubnetGroup" + cacheTags,
		}},
		Free: "part of the cache",
	},
	{
		Token:  CacheUser,
		Create: Operation{Name: "elasticache.CreateUser"},
		Actions: []Actions{{
			Service: "elasticache",
			Read:    "DescribeUsers ListTagsForResource",
			Write:   "CreateUser DeleteUser ModifyUser" + cacheTags,
		}},
		Free:  "ElastiCache does not charge for users",
		Times: Times{Create: 15 * time.Second, Update: 15 * time.Second, Delete: 15 * time.Second, Source: "estimate"},
	},
	{
		Token:  CacheUserGroup,
		Create: Operation{Name: "elasticache.CreateUserGroup"},
		Actions: []Actions{{
			Service: "elasticache",
			Read:    "DescribeUserGroups ListTagsForResource",
			Write:   "CreateUserGroup DeleteUserGroup ModifyUserGroup" + cacheTags,
		}},
		Free: "ElastiCache does not charge for groups of users",
		Times: Times{
			Create: 40 * time.Second, Update: 40 * time.Second, Delete: 40 * time.Second,
			Source: "wait: elasticache/user_group.go 30 s delay and polls of 10 s",
		},
	},
}
