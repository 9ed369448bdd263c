package main

import (
	"maps"

	"aws-webapp/policies/testgraph"
)

const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup"

// subnetsOf are the subnets of a tier.
func subnetsOf(s *testgraph.Stack, tier string) []any {
	var subnets []any
	for _, zone := range []string{"1", "2"} {
		subnet := s.Get(testgraph.Named("aws:ec2/subnet:Subnet", "*-"+tier+"-"+zone))
		subnets = append(subnets, testgraph.Of(subnet, "id"))
	}
	return subnets
}

// addCache adds a cache that every control takes, with changes: nil takes a property away.
func addCache(s *testgraph.Stack, changes testgraph.Props) {
	tasks := s.Get(testgraph.Tier("app"))
	group := s.Add("aws:ec2/securityGroup:SecurityGroup", "cache", testgraph.Props{
		"vpcId":       testgraph.Of(s.Get(testgraph.First("aws:ec2/vpc:Vpc")), "id"),
		"description": "Cache: Valkey in, nothing out.",
		"tags":        testgraph.Props{"webapp:tier": "cache"},
	})
	flow := func(token, name string, from, to testgraph.Props) {
		props := testgraph.Props{"ipProtocol": "tcp", "fromPort": 6379, "toPort": 6379, "description": "Valkey"}
		maps.Copy(props, from)
		maps.Copy(props, to)
		s.Add(token, name, props)
	}
	flow("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cache-from-app",
		testgraph.Props{"securityGroupId": testgraph.Of(group, "id")},
		testgraph.Props{"referencedSecurityGroupId": testgraph.Of(tasks, "id")})
	flow("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "app-to-cache",
		testgraph.Props{"securityGroupId": testgraph.Of(tasks, "id")},
		testgraph.Props{"referencedSecurityGroupId": testgraph.Of(group, "id")})
	subnets := s.Add(cacheSubnets, "cache", testgraph.Props{
		"subnetIds": subnetsOf(s, "db"),
	})
	inputs := testgraph.Props{
		"replicationGroupId": "cache", "description": "Cache", "engine": "valkey", "engineVersion": "8.1",
		"nodeType": "cache.t4g.small", "numCacheClusters": 2, "automaticFailoverEnabled": true, "multiAzEnabled": true,
		"atRestEncryptionEnabled": true, "kmsKeyId": testgraph.Of(s.Get(testgraph.First(kmsKey)), "arn"),
		"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "userGroupIds": []any{"cache"},
		"snapshotRetentionLimit": 1, "subnetGroupName": testgraph.Of(subnets, "name"),
		"securityGroupIds": []any{testgraph.Of(group, "id")}, "port": 6379,
	}
	for name, value := range changes {
		if value == nil {
			delete(inputs, name)
			continue
		}
		inputs[name] = value
	}
	s.Add(replicationGroup, "cache", inputs)
}

func cacheMutants() []mutant {
	with := func(control, fault string, changes testgraph.Props) mutant {
		return mutant{control: control, fault: fault, madeUp: true, mutate: func(s *testgraph.Stack) { addCache(s, changes) }}
	}
	return []mutant{
		with("cache-encrypted", "in the clear", testgraph.Props{"atRestEncryptionEnabled": false}),
		with("cache-encrypted", "Redis by default", testgraph.Props{
			"atRestEncryptionEnabled": nil, "engine": "redis", "engineVersion": "7.1",
		}),
		with("cache-encrypted", "AWS's key", testgraph.Props{"kmsKeyId": nil}),
		with("cache-tls", "in the clear", testgraph.Props{"transitEncryptionEnabled": false, "transitEncryptionMode": nil}),
		with("cache-tls", "in the clear, too", testgraph.Props{"transitEncryptionMode": "preferred"}),
		with("cache-authentication", "nobody is asked", testgraph.Props{"userGroupIds": nil}),
		with("cache-authentication", "a token for all to read", testgraph.Props{
			"userGroupIds": nil, "authToken": "hunter2hunter2hunter2",
		}),
		with("cache-multi-az", "one zone", testgraph.Props{"multiAzEnabled": false}),
		with("cache-multi-az", "no failover", testgraph.Props{"automaticFailoverEnabled": false}),
		with("cache-private-subnets", "the default group", testgraph.Props{"subnetGroupName": nil}),
		{control: "cache-private-subnets", fault: "public", madeUp: true, mutate: func(s *testgraph.Stack) {
			addCache(s, nil)
			s.Set(testgraph.First(cacheSubnets), subnetsOf(s, "public"), "subnetIds")
		}},
		with("cache-backups", "no snapshot", testgraph.Props{"snapshotRetentionLimit": 0}),
		with("cache-backups", "nothing said", testgraph.Props{"snapshotRetentionLimit": nil}),
		with("cache-minor-upgrades", "off", testgraph.Props{"autoMinorVersionUpgrade": false}),
	}
}
