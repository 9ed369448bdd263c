package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// cacheID is a name of 1 to 40 letters, digits and single inner hyphens, a letter first.
var cacheID = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9])*$`)

// engineMoves is why another engine replaces nothing: Redis OSS goes on as Valkey.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html
const engineMoves = "newer than the Terraform provider that make awsplugin builds: Redis OSS becomes Valkey in place"

func init() { tables = append(tables, cacheTypes) }

// cacheTypes are replication groups and what they are made of. The words are those of the ElastiCache API Reference and
// of the errors that hashicorp/terraform-provider-aws' issues quote.
var cacheTypes = Types{
	resourcetypes.CacheGroup: {
		Differs: []Difference{{"engine", InPlace, engineMoves}},
		Name:    &Name{Property: "replicationGroupId", Max: 40, Lower: true, Chars: cacheID},
		ID:      "{.replicationGroupId}",
		Outputs: Outputs{
			"arn":                          "arn:{partition}:elasticache:{region}:{account}:replicationgroup:{id}",
			"primaryEndpointAddress":       "master.{.replicationGroupId}.{lower6#dns}.use1.cache.amazonaws.com",
			"readerEndpointAddress":        "replica.{.replicationGroupId}.{lower6#dns}.use1.cache.amazonaws.com",
			"configurationEndpointAddress": "", "clusterEnabled": false, "clusterMode": "disabled",
			"memberClusters": Compute(memberClusters), "engineVersionActual": "{.engineVersion}.0",
			"engineVersion": "7.1", "ipDiscovery": "ipv4", "networkType": "ipv4",
			"numNodeGroups": 1, "numCacheClusters": 1, "maintenanceWindow": "sun:05:00-sun:06:00",
			"snapshotWindow": "03:00-04:00", "dataTieringEnabled": false, "globalReplicationGroupId": "",
			"transitEncryptionEnabled": false, "transitEncryptionMode": "", "atRestEncryptionEnabled": false,
			"autoMinorVersionUpgrade": true, "subnetGroupName": "default", "parameterGroupName": "default.{.engine}7",
			"applyImmediately": false, "nodeType": "cache.t4g.micro", "replicasPerNodeGroup": 0,
			"securityGroupIds": []any{}, "securityGroupNames": []any{},
		},
		Refs: []Ref{
			{Path: "subnetGroupName", To: resourcetypes.CacheSubnetGroup, Holds: true},
			{Path: "parameterGroupName", To: resourcetypes.CacheParameterGroup, Holds: true, Foreign: true},
			{Path: "securityGroupIds[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "userGroupIds[]", To: resourcetypes.CacheUserGroup, Holds: true},
			{Path: "kmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "logDeliveryConfigurations[].destination", To: resourcetypes.LogGroup},
		},
		Unique: []Unique{{
			Properties: []string{"replicationGroupId"},
			Error:      "ReplicationGroupAlreadyExists: Replication group {.replicationGroupId} already exists",
		}},
		Checks: []Check{oneLogin, cacheSnapshots},
		Rules: []Rule{
			groupsOfVpc("securityGroupIds[]", func(c *Call) string {
				group, _ := c.Find(resourcetypes.CacheSubnetGroup, "id", c.Text("subnetGroupName"))
				return prop.Text(group.Props, "vpcId")
			}),
			failoverNeedsCopies, usersNeedTLS, cacheFamilyFits, cacheGoesUp, logsGoAtOnce,
		},
		After:    []Rule{cacheLogsArrive},
		Tags:     true,
		NotFound: "ReplicationGroupNotFoundFault: ReplicationGroup {value} not found.",
	},
	resourcetypes.CacheSubnetGroup: {
		Name: &Name{Max: 255, Lower: true, Chars: regexp.MustCompile(`^[0-9a-z-]+$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn":   "arn:{partition}:elasticache:{region}:{account}:subnetgroup:{.name}",
			"vpcId": Compute(func(c *Call) any { return c.vpcOf("subnetIds[]") }),
		},
		Refs: []Ref{{Path: "subnetIds[]", To: resourcetypes.Subnet, Holds: true}},
		Unique: []Unique{{
			Properties: []string{"name"}, Error: "CacheSubnetGroupAlreadyExists: Cache subnet group {.name} already exists.",
		}},
		Tags:     true,
		NotFound: "CacheSubnetGroupNotFoundFault: Cache Subnet Group {value} does not exist.",
		InUse:    "CacheSubnetGroupInUse: Cache subnet group {id} is currently in use by a cache cluster: {user}",
	},
	resourcetypes.CacheParameterGroup: {
		Name:    &Name{Max: 255, Lower: true, Chars: cacheID},
		ID:      "{.name}",
		Outputs: Outputs{"arn": "arn:{partition}:elasticache:{region}:{account}:parametergroup:{.name}"},
		Unique: []Unique{{
			Properties: []string{"name"}, Error: "CacheParameterGroupAlreadyExists: Parameter group {.name} already exists",
		}},
		Tags:     true,
		NotFound: "CacheParameterGroupNotFound: CacheParameterGroup {value} not found.",
		InUse: "InvalidCacheParameterGroupState: One or more cache clusters are still members of this parameter group " +
			"{id}, so the group cannot be deleted",
	},
	resourcetypes.CacheUser: {
		Differs: []Difference{{"engine", InPlace, engineMoves}},
		ID:      "{.userId}",
		Outputs: Outputs{
			"arn":                "arn:{partition}:elasticache:{region}:{account}:user:{.userId}",
			"authenticationMode": map[string]any{"type": "no-password-required"},
		},
		Unique: []Unique{{
			Properties: []string{"userId"}, Error: "UserAlreadyExists: User {.userId} already exists.",
		}},
		Rules:    []Rule{sameNameUnderIAM},
		Tags:     true,
		NotFound: "UserNotFound: User {value} not found.",
	},
	resourcetypes.CacheUserGroup: {
		Differs: []Difference{{"engine", InPlace, engineMoves}},
		ID:      "{.userGroupId}",
		Outputs: Outputs{"arn": "arn:{partition}:elasticache:{region}:{account}:usergroup:{.userGroupId}"},
		Refs:    []Ref{{Path: "userIds[]", To: resourcetypes.CacheUser}},
		Unique: []Unique{{
			Properties: []string{"userGroupId"}, Error: "UserGroupAlreadyExists: User Group {.userGroupId} already exists.",
		}},
		Rules:    []Rule{usersFitEngine},
		Tags:     true,
		NotFound: "UserGroupNotFound: User Group {value} not found.",
		InUse:    "InvalidUserGroupState: User group {id} is in use by {user}",
	},
}

// memberClusters are a group's nodes.
func memberClusters(c *Call) any {
	nodes, _ := prop.Number(c.Inputs, "numCacheClusters")
	var names []any
	for i := range max(int(nodes), 1) {
		names = append(names, fmt.Sprintf("%s-%03d", c.Text("replicationGroupId"), i+1))
	}
	return names
}

// oneLogin is a ConflictsWith of the provider.
func oneLogin(inputs resource.PropertyMap) (string, string) {
	if prop.Has(inputs, "authToken") && prop.Has(inputs, "userGroupIds") {
		return "authToken", `conflicts with "userGroupIds"`
	}
	return "", ""
}

func cacheSnapshots(inputs resource.PropertyMap) (string, string) {
	if days, ok := prop.Number(inputs, "snapshotRetentionLimit"); ok && (days < 0 || days > 35) {
		return "snapshotRetentionLimit", fmt.Sprintf("must be 0 to 35, found %v", days)
	}
	return "", ""
}

// failoverNeedsCopies: of one node nothing can take over, and Multi-AZ is failover between zones.
func failoverNeedsCopies(c *Call) error {
	nodes, given := prop.Number(c.Inputs, "numCacheClusters")
	failover, multi := prop.True(c.Inputs, "automaticFailoverEnabled"), prop.True(c.Inputs, "multiAzEnabled")
	switch {
	case multi && !failover:
		return Errorf("InvalidParameterCombination", "Must specify automatic failover when enabling Multi-AZ.")
	case failover && given && nodes < 2:
		return Errorf("InvalidParameterCombination", "Replication group with specified parameters must have at least one "+
			"replica to enable automatic failover.")
	}
	return nil
}

// usersNeedTLS: role-based access and tokens are for encrypted connections alone.
func usersNeedTLS(c *Call) error {
	secured := prop.True(c.Inputs, "transitEncryptionEnabled")
	if (prop.Has(c.Inputs, "userGroupIds") || prop.Has(c.Inputs, "authToken")) && !secured {
		return Errorf("InvalidParameterCombination", "Cannot enable access control without enabling encryption in transit.")
	}
	return nil
}

// cacheFamilyFits: a parameter group belongs to a major version of an engine.
func cacheFamilyFits(c *Call) error {
	group, ok := c.Find(resourcetypes.CacheParameterGroup, "id", c.Text("parameterGroupName"))
	major, _, _ := strings.Cut(c.Text("engineVersion"), ".")
	family := prop.Text(group.Props, "family")
	if !ok || c.Text("engine") != "valkey" || family == c.Text("engine")+major {
		return nil
	}
	return Errorf("InvalidParameterCombination", "Expected a parameter group of family %s%s but found one of family %s",
		c.Text("engine"), major, family)
}

// cacheGoesUp: AWS takes no version back. (The provider replaces the group then, which the table cannot say: that would
// be a loss without an error.)
func cacheGoesUp(c *Call) error {
	if c.Op != Update {
		return nil
	}
	was, is := prop.Text(c.Old, "engineVersion"), c.Text("engineVersion")
	if less(is, was) {
		return Errorf("InvalidParameterValue", "Cannot downgrade from %s to %s: the group would be replaced.", was, is)
	}
	return nil
}

// logsGoAtOnce: "You must set the apply-immediately parameter for all log delivery modifications."
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
func logsGoAtOnce(c *Call) error {
	const logs = "logDeliveryConfigurations"
	if c.Op != Update || prop.True(c.Inputs, "applyImmediately") || c.Inputs[logs].DeepEquals(c.Old[logs]) {
		return nil
	}
	return Errorf("InvalidParameterCombination", "Log delivery can only be modified with ApplyImmediately.")
}

// sameNameUnderIAM: ElastiCache User Guide, "Authenticating with IAM"; the words are those of
// terraform-aws-modules/terraform-aws-elasticache issue 65.
func sameNameUnderIAM(c *Call) error {
	if c.Text("authenticationMode.type") == "iam" && c.Text("userId") != c.Text("userName") {
		return Errorf("InvalidParameterCombination", "User Id and User name must be same for authentication type: iam")
	}
	return nil
}

// usersFitEngine: a group for Redis OSS has a user named default, one for Valkey none that needs no password.
// hashicorp/terraform-provider-aws issue 25593; ElastiCache User Guide, "Role-Based Access Control".
func usersFitEngine(c *Call) error {
	named := false
	for _, id := range prop.Texts(c.Inputs, "userIds[]") {
		user, _ := c.Find(resourcetypes.CacheUser, "id", id)
		named = named || id == "default" || prop.Text(user.Props, "userName") == "default"
		open := id == "default" || prop.True(user.Props, "noPasswordRequired") ||
			prop.Text(user.Props, "authenticationMode.type") == "no-password-required"
		if open && strings.EqualFold(c.Text("engine"), "valkey") {
			return Errorf("InvalidParameterValue", "User %s must use authentication to be in a user group of engine valkey.", id)
		}
	}
	if !named && strings.EqualFold(c.Text("engine"), "redis") {
		return Errorf("DefaultUserRequired", "User group needs to contain a user with the user name default.")
	}
	return nil
}

// cacheLogsArrive: where no policy lets the logs in, AWS writes one that no stack owns.
func cacheLogsArrive(c *Call) error {
	var errs []error
	for _, name := range prop.Texts(c.Inputs, "logDeliveryConfigurations[].destination") {
		if group, ours := c.Find(resourcetypes.LogGroup, "name", name); ours {
			policies := c.logPolicies(prop.Text(group.Props, "arn"))
			errs = append(errs, c.delivers(deliveries.CacheToLogs, c.Text("arn"), policies.on(":log-stream:any")))
		}
	}
	return errors.Join(errs...)
}
