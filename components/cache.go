package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const cacheType = "aws-webapp:cache:Cache"

const (
	cacheEngine = "valkey"
	cachePort   = 6379
	// cacheFamily is that of all versions 8.
	// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
	cacheFamily = "valkey8"
	// cacheAccess limits a service's user to commands on data. Commands that empty or stop the cache are denied.
	// INFO counts as a dangerous command, but some clients send it when they connect.
	cacheAccess = "on ~* &* +@all -@dangerous +info"
)

// NameCache is the limit of replication groups, of users and of groups of users.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
var NameCache = NameKind{max: 40, lower: true}

// Twice what the provider waits by default, for groups of six nodes.
var cacheTimeouts = pulumi.CustomTimeouts{Create: "90m", Update: "90m", Delete: "60m"}

// CacheStore is the cache as the security groups know it.
var CacheStore = SecurityGroupsStore{Name: "cache", Title: "Cache", Protocol: "Valkey", Port: cachePort}

// CacheArgs describe a [Cache].
type CacheArgs struct {
	// Scope of the stack.
	Scope Scope
	// SubnetIDs of the database tier, in two zones or more where there are two nodes or more.
	SubnetIDs pulumi.StringArrayInput
	// SecurityGroupID of the security group for [CacheStore].
	SecurityGroupID pulumi.StringInput
	// DataKeyARN is the KMS key of data on disk, which are snapshots and what replicas copy. A change replaces the cache.
	DataKeyARN pulumi.StringInput
	// LogKeyARN and LogRetentionDays, one of CloudWatch Logs' periods, of the log groups.
	LogKeyARN        pulumi.StringInput
	LogRetentionDays int

	// EngineVersion of Valkey, such as 8.1. It decides at creation, and with RaiseVersion; otherwise AWS alone raises
	// the minor version. The provider replaces a group whose version goes down.
	EngineVersion string
	RaiseVersion  bool
	// NodeType such as cache.t4g.small.
	NodeType string
	// Nodes: one that takes writes, the others copies of it. Two or more are spread over zones and fail over.
	Nodes int
	// EvictionPolicy says what Valkey deletes when its memory is full (maxmemory-policy).
	EvictionPolicy string
	// SnapshotRetentionDays of daily snapshots, 0 for none.
	SnapshotRetentionDays int
	// SnapshotWindow (hh:mm-hh:mm) and MaintenanceWindow (ddd:hh:mm-ddd:hh:mm) in UTC, an hour each or more.
	SnapshotWindow, MaintenanceWindow string
	// ApplyImmediately changes the cache now and not in the maintenance window.
	ApplyImmediately bool
	// Users are the names of the services that may connect, each with a user of its own; at least one.
	Users []string
	// Alarms of the cache.
	Alarms CacheAlarms
}

// Cache is a replication group of Valkey on ElastiCache, reached with TLS. Services prove who they are with the
// credentials of their task role: there is no password.
type Cache struct {
	pulumi.ResourceState

	// Identifier of the replication group, and its ARN.
	Identifier, ARN string
	// Address of the node that takes writes. It stays the same through failovers.
	Address pulumi.StringOutput
	// Port that Valkey listens on.
	Port int
	// LogGroupNames of the slow log and of the engine's.
	LogGroupNames []string
	alarms

	args   CacheArgs
	parts  cacheParts
	before []pulumi.Resource
	group  *elasticache.ReplicationGroup
}

// cacheParts are what the replication group is made of.
type cacheParts struct {
	subnets    *elasticache.SubnetGroup
	parameters *elasticache.ParameterGroup
	users      *elasticache.UserGroup
	logs       elasticache.ReplicationGroupLogDeliveryConfigurationArray
}

// NewCache makes a [Cache].
func NewCache(ctx *pulumi.Context, name string, args *CacheArgs, opts ...pulumi.ResourceOption) (*Cache, error) {
	c := &Cache{Port: cachePort, args: given(args)}
	c.Identifier = c.args.Scope.Name(NameCache, name)
	c.ARN = c.args.Scope.ARN("elasticache", "replicationgroup:"+c.Identifier)
	return construct(ctx, name, c, opts, construction{
		kind: "cache", token: cacheType, wrong: check(c.args),
		steps: []step{
			{"create subnet group", c.createSubnetGroup},
			{"create parameter group", c.createParameterGroup},
			{"create users", c.createUsers},
			{"create logs", c.createLogs},
			{"create replication group", c.createGroup},
			{"create alarms", c.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"identifier":    pulumi.String(c.Identifier),
				"arn":           pulumi.String(c.ARN),
				"address":       c.Address,
				"port":          pulumi.Int(c.Port),
				"logGroupNames": pulumi.ToStringArray(c.LogGroupNames),
			}
		},
	})
}

// For returns the variables and permissions with which a service uses the cache. The service signs CACHE_NAME and
// CACHE_USER to get its password, a token that is valid for 15 minutes (ElastiCache User Guide, "Authenticating with
// IAM").
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
func (c *Cache) For(service string) ServiceUse {
	user := c.user(service)
	return ServiceUse{
		Name: "cache",
		Environment: map[string]pulumi.StringInput{
			"CACHE_HOST": c.Address,
			"CACHE_PORT": pulumi.Sprintf("%d", c.Port),
			"CACHE_TLS":  pulumi.String("true"),
			"CACHE_NAME": pulumi.String(c.Identifier),
			"CACHE_USER": pulumi.String(user),
		},
		rights: []statement{{
			Sid: "ConnectToCache", Effect: "Allow", Action: "elasticache:Connect",
			Resource: []string{c.ARN, c.args.Scope.ARN("elasticache", "user:"+user)},
		}},
	}
}

// user of a service: id and name must be the same under IAM.
func (c *Cache) user(service string) string { return c.args.Scope.Name(NameCache, service) }

func (c *Cache) createSubnetGroup(ctx *pulumi.Context, name string) (err error) {
	c.parts.subnets, err = elasticache.NewSubnetGroup(ctx, autoNamed(NameSubnetGroup, name), &elasticache.SubnetGroupArgs{
		Description: pulumi.String("Database tier of " + c.Identifier),
		SubnetIds:   c.args.SubnetIDs,
		Tags:        named(name),
	}, pulumi.Parent(c))
	return err
}

// createParameterGroup puts the family into the name, so that the group of another family exists beside the old one.
func (c *Cache) createParameterGroup(ctx *pulumi.Context, name string) (err error) {
	logical := autoNamed(NameParameterGroup, name+nameSeparator+cacheFamily)
	c.parts.parameters, err = elasticache.NewParameterGroup(ctx, logical, &elasticache.ParameterGroupArgs{
		Description: pulumi.String("Parameters of " + c.Identifier),
		Family:      pulumi.String(cacheFamily),
		Parameters: elasticache.ParameterGroupParameterArray{elasticache.ParameterGroupParameterArgs{
			Name: pulumi.String("maxmemory-policy"), Value: pulumi.String(c.args.EvictionPolicy),
		}},
		Tags: named(logical),
	}, pulumi.Parent(c))
	return err
}

// createUsers makes the group without a user named default: one of Valkey takes none without a password, as AWS's own
// is, and needs none. Who does not say a name is refused then.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
func (c *Cache) createUsers(ctx *pulumi.Context, name string) (err error) {
	var ids pulumi.StringArray
	for _, service := range c.args.Users {
		user, err := elasticache.NewUser(ctx, name+nameSeparator+service, &elasticache.UserArgs{
			Engine:       pulumi.String(cacheEngine),
			UserId:       pulumi.String(c.user(service)),
			UserName:     pulumi.String(c.user(service)),
			AccessString: pulumi.String(cacheAccess),
			AuthenticationMode: elasticache.UserAuthenticationModeArgs{
				Type: pulumi.String("iam"),
			},
			Tags: named(c.user(service)),
		}, pulumi.Parent(c), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		ids = append(ids, user.UserId)
	}
	c.parts.users, err = elasticache.NewUserGroup(ctx, name, &elasticache.UserGroupArgs{
		Engine:      pulumi.String(cacheEngine),
		UserGroupId: pulumi.String(c.Identifier),
		UserIds:     ids,
		Tags:        named(c.Identifier),
	}, pulumi.Parent(c))
	return err
}

// createLogs writes the policy for the log delivery itself, as the log of AWS WAF does: left to AWS, a policy that no
// stack owns would grow with each group.
func (c *Cache) createLogs(ctx *pulumi.Context, name string) error {
	scope := c.args.Scope
	prefix := "/aws/elasticache/" + c.Identifier
	for _, log := range []string{"slow-log", "engine-log"} {
		group, err := cloudwatch.NewLogGroup(ctx, name+nameSeparator+log, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(prefix + "/" + log),
			RetentionInDays: pulumi.Int(c.args.LogRetentionDays),
			KmsKeyId:        c.args.LogKeyARN,
		}, pulumi.Parent(c))
		if err != nil {
			return fmt.Errorf("%s: %w", log, err)
		}
		c.LogGroupNames = append(c.LogGroupNames, prefix+"/"+log)
		c.parts.logs = append(c.parts.logs, elasticache.ReplicationGroupLogDeliveryConfigurationArgs{
			Destination: group.Name, DestinationType: pulumi.String("cloudwatch-logs"),
			LogFormat: pulumi.String("json"), LogType: pulumi.String(log),
		})
	}
	policy, err := cloudwatch.NewLogResourcePolicy(ctx, name, &cloudwatch.LogResourcePolicyArgs{
		PolicyName: pulumi.String(scope.Name(NameLogPolicy, name)),
		PolicyDocument: policyDocument(statement{
			Sid:       "DeliverCacheLogs",
			Effect:    "Allow",
			Principal: map[string]any{"Service": "delivery.logs.amazonaws.com"},
			Action:    []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource:  scope.LogGroupARN(prefix+"/*") + ":log-stream:*",
			Condition: scope.fromSource(scope.ARN("logs", "*")),
		}),
	}, pulumi.Parent(c))
	c.before = append(c.before, policy)
	return err
}

// createGroup fixes the identifier, because the task roles name it. AWS's own upgrades are left alone: after one the
// program would ask for the old version, and the provider would replace the group, which empties it.
func (c *Cache) createGroup(ctx *pulumi.Context, name string) (err error) {
	several := pulumi.Bool(c.args.Nodes > 1)
	opts := []pulumi.ResourceOption{
		pulumi.Parent(c), pulumi.DependsOn(c.before), pulumi.DeleteBeforeReplace(true), pulumi.Timeouts(&cacheTimeouts),
	}
	if !c.args.RaiseVersion {
		opts = append(opts, pulumi.IgnoreChanges([]string{"engineVersion"}))
	}
	c.group, err = elasticache.NewReplicationGroup(ctx, name, &elasticache.ReplicationGroupArgs{
		ReplicationGroupId:      pulumi.String(c.Identifier),
		Description:             pulumi.String("Cache of " + strings.TrimSuffix(c.args.Scope.NamesBegin(), nameSeparator)),
		Engine:                  pulumi.String(cacheEngine),
		EngineVersion:           pulumi.String(c.args.EngineVersion),
		AutoMinorVersionUpgrade: pulumi.Bool(true),
		ApplyImmediately:        pulumi.Bool(c.args.ApplyImmediately),
		NodeType:                pulumi.String(c.args.NodeType),
		NumCacheClusters:        pulumi.Int(c.args.Nodes),

		AutomaticFailoverEnabled: several,
		MultiAzEnabled:           several,
		ParameterGroupName:       c.parts.parameters.Name,

		SubnetGroupName:  c.parts.subnets.Name,
		SecurityGroupIds: pulumi.StringArray{c.args.SecurityGroupID},
		Port:             pulumi.Int(c.Port),

		AtRestEncryptionEnabled:  pulumi.Bool(true),
		KmsKeyId:                 c.args.DataKeyARN,
		TransitEncryptionEnabled: pulumi.Bool(true),
		TransitEncryptionMode:    pulumi.String("required"),
		UserGroupIds:             pulumi.StringArray{c.parts.users.UserGroupId},

		SnapshotRetentionLimit: pulumi.Int(c.args.SnapshotRetentionDays),
		SnapshotWindow:         pulumi.String(c.args.SnapshotWindow),
		MaintenanceWindow:      pulumi.String(c.args.MaintenanceWindow),

		LogDeliveryConfigurations: c.parts.logs,
		Tags:                      named(c.Identifier),
	}, opts...)
	if err != nil {
		return err
	}
	c.Address = c.group.PrimaryEndpointAddress
	return nil
}
