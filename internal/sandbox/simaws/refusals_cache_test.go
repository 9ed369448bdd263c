package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// cacheParts makes the users and groups that a cache may name.
func (e *engine) cacheParts() {
	e.t.Helper()
	e.vpc()
	for _, s := range []step{
		{resourcetypes.CacheSubnetGroup, "subnets", props{"subnetIds": []any{"${a.id}", "${b.id}"}}},
		{resourcetypes.CacheParameterGroup, "valkey8", props{"name": "valkey8", "family": "valkey8"}},
		{resourcetypes.CacheUser, "web", props{
			"userId": "web", "userName": "web", "engine": "valkey", "accessString": "on ~* +@all",
			"authenticationMode": props{"type": "iam"},
		}},
		{resourcetypes.CacheUser, "default", props{
			"userId": "mine", "userName": "default", "engine": "redis", "accessString": "off", "noPasswordRequired": true,
		}},
		{resourcetypes.CacheUserGroup, "users", props{
			"userGroupId": "users", "engine": "valkey", "userIds": []any{"${web.id}"},
		}},
	} {
		e.make(s.token, s.name, s.inputs)
	}
}

// cacheOf returns a replication group of two nodes, with changes.
func cacheOf(changes props) props {
	return withProperties(props{
		"replicationGroupId": "cache", "description": "Cache", "engine": "valkey", "engineVersion": "8.0",
		"parameterGroupName": "${valkey8.name}", "subnetGroupName": "${subnets.name}", "securityGroupIds": []any{"${sg.id}"},
		"numCacheClusters": 2, "automaticFailoverEnabled": true, "multiAzEnabled": true,
		"transitEncryptionEnabled": true, "userGroupIds": []any{"${users.id}"},
	}, changes)
}

const combination = "api error InvalidParameterCombination: "

// TestCachesAreRefused changes one thing of a cache that AWS takes.
func TestCachesAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.cacheParts()
	for what, tc := range map[string]struct {
		changes props
		want    string
	}{
		"zones without failover": {
			props{"automaticFailoverEnabled": false},
			combination + "Must specify automatic failover when enabling Multi-AZ.",
		},
		"failover of one node": {
			props{"numCacheClusters": 1},
			combination + "Replication group with specified parameters must have at least one replica to enable " +
				"automatic failover.",
		},
		"users in the clear": {
			props{"transitEncryptionEnabled": false},
			combination + "Cannot enable access control without enabling encryption in transit.",
		},
		"a token in the clear": {
			props{"transitEncryptionEnabled": false, "userGroupIds": nil, "authToken": "a-long-enough-token"},
			combination + "Cannot enable access control without enabling encryption in transit.",
		},
		"parameters of another version": {
			props{"engineVersion": "7.2"},
			combination + "Expected a parameter group of family valkey7 but found one of family valkey8",
		},
		"two ways to log in": {
			props{"authToken": "a-long-enough-token"}, `[authToken: conflicts with "userGroupIds"]`,
		},
		"snapshots of five weeks": {
			props{"snapshotRetentionLimit": 36}, "[snapshotRetentionLimit: must be 0 to 35, found 36]",
		},
		"snapshots of no days": {
			props{"snapshotRetentionLimit": -1}, "[snapshotRetentionLimit: must be 0 to 35, found -1]",
		},
		"a missing log group": {
			props{"logDeliveryConfigurations": []any{props{"destination": "nowhere"}}},
			"api error ResourceNotFoundException: The specified log group does not exist.",
		},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.CacheGroup, "x", cacheOf(tc.changes)), tc.want, what)
	}
	for what, changes := range map[string]props{
		"alone":                     {"numCacheClusters": 1, "automaticFailoverEnabled": false, "multiAzEnabled": false},
		"as many as AWS says":       {"numCacheClusters": nil},
		"in the clear":              {"transitEncryptionEnabled": false, "userGroupIds": nil},
		"of Redis OSS":              {"engine": "redis", "engineVersion": "7.1"},
		"with AWS's own parameters": {"parameterGroupName": "default.valkey8", "engineVersion": "7.2"},
		"with snapshots":            {"snapshotRetentionLimit": 35},
		"without snapshots":         {"snapshotRetentionLimit": 0},
	} {
		require.NoError(t, e.try(resourcetypes.CacheGroup, "x", cacheOf(changes)), what)
		require.NoError(t, e.remove("x"), what)
		delete(e.made, "x")
	}
}

// TestCachesAreUpdated: no version is taken back, and logs change at once or not at all.
func TestCachesAreUpdated(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.cacheParts()
	e.make(group, "g", props{"name": "logs"})
	logs := []any{props{"destination": "${g.name}", "destinationType": "cloudwatch-logs", "logFormat": "json"}}
	made := e.make(resourcetypes.CacheGroup, "cache", cacheOf(nil))
	assert.Equal(t, []any{"cache-001", "cache-002"}, made.outputs["memberClusters"].Mappable())
	assert.Equal(t, "8.0.0", made.outputs["engineVersionActual"].StringValue())
	assert.Equal(t, e.made["vpc"].id, e.made["subnets"].outputs["vpcId"].StringValue())

	require.ErrorContains(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs})),
		combination+"Log delivery can only be modified with ApplyImmediately.")
	require.NoError(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs, "applyImmediately": true})))
	require.NoError(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs, "numCacheClusters": 3})))
	require.NoError(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs, "engineVersion": "8.1"})))
	require.ErrorContains(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs})),
		"api error InvalidParameterValue: Cannot downgrade from 8.1 to 8.0: the group would be replaced.")
	for _, version := range []string{"8.9", "8.10"} {
		require.NoError(t, e.update("cache", cacheOf(props{"logDeliveryConfigurations": logs, "engineVersion": version})))
	}
}

// TestCacheUsersAreRefused: ElastiCache User Guide, "Role-Based Access Control (RBAC)".
func TestCacheUsersAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.cacheParts()
	user := func(id, name, kind string) props {
		return props{
			"userId": id, "userName": name, "engine": "valkey", "accessString": "on ~* +@all",
			"authenticationMode": props{"type": kind},
		}
	}
	require.ErrorContains(t, e.try(resourcetypes.CacheUser, "x", user("one", "another", "iam")),
		combination+"User Id and User name must be same for authentication type: iam")
	e.make(resourcetypes.CacheUser, "other", user("other", "another", "password"))
	e.make(resourcetypes.CacheUser, "open", user("open", "open", "no-password-required"))
	members := func(engine string, ids ...any) props {
		return props{"userGroupId": "x", "engine": engine, "userIds": ids}
	}
	const mustLogIn = " must use authentication to be in a user group of engine valkey."
	for want, inputs := range map[string]props{
		"api error InvalidParameterValue: User open" + mustLogIn: members("valkey", "web", "open"),
		"api error InvalidParameterValue: User mine" + mustLogIn: members("VALKEY", "mine"),
		"api error DefaultUserRequired: User group needs to contain a user with the user name default.": members(
			"redis", "web"),
		"api error UserNotFound: User nobody not found.": members("valkey", "nobody"),
	} {
		require.ErrorContains(t, e.try(resourcetypes.CacheUserGroup, "x", inputs), want)
	}
	e.make(resourcetypes.CacheUserGroup, "redis", props{"userGroupId": "r", "engine": "REDIS", "userIds": []any{"mine"}})
	e.make(resourcetypes.CacheUserGroup, "more", members("valkey", "web", "other"))
}

// TestCachesHold: what a cache uses cannot be deleted before it.
func TestCachesHold(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.cacheParts()
	e.make(resourcetypes.CacheGroup, "cache", cacheOf(nil))
	for name, want := range map[string]string{
		"subnets": "CacheSubnetGroupInUse: Cache subnet group " + e.made["subnets"].id +
			" is currently in use by a cache cluster: cache (it is still used by cache (ReplicationGroup))",
		"valkey8": "InvalidCacheParameterGroupState: One or more cache clusters are still members of this parameter group " +
			"valkey8, so the group cannot be deleted (it is still used by cache (ReplicationGroup))",
		"users": "InvalidUserGroupState: User group users is in use by cache (it is still used by cache (ReplicationGroup))",
	} {
		assert.ErrorContains(t, e.remove(name), want)
	}
}
