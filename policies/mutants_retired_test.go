package main

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/testgraph"
)

const replicationGroup = "aws:elasticache/replicationGroup:ReplicationGroup"

// runs adds something that runs a version.
func runs(typeToken string, inputs testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { s.Add(typeToken, "extra", inputs) }
}

func globalCluster(engine, version string) func(*testgraph.Stack) {
	return runs("aws:rds/globalCluster:GlobalCluster", testgraph.Props{
		"engine": engine, "engineVersion": version, "storageEncrypted": true, "deletionProtection": true,
	})
}

func cache(changes testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { addCache(s, changes) }
}

func retiredMutants() []mutant {
	db, domain := testgraph.First(instance), testgraph.First(searchDomain)
	fn := testgraph.Named(function, "*-shipper")
	ended := func(fault string, mutate func(*testgraph.Stack)) mutant {
		return mutant{control: "engine-version-supported", fault: fault, mutate: mutate}
	}
	endedCache := func(fault string, changes testgraph.Props) mutant {
		return mutant{control: "engine-version-supported", fault: fault, mutate: cache(changes), madeUp: true}
	}
	return []mutant{
		ended("retired minor version", set(db, "16.4", "engineVersion")),
		ended("older than the calendar", set(db, "9.6.24", "engineVersion")),
		ended("ends soon", set(db, "14.20", "engineVersion")),
		ended("search domain", set(domain, "OpenSearch_1.0", "engineVersion")),
		ended("Elasticsearch", set(domain, "Elasticsearch_7.8", "engineVersion")),
		ended("Aurora MySQL", globalCluster("aurora-mysql", "5.7.mysql_aurora.2.12.5")),
		ended("Aurora PostgreSQL", globalCluster("aurora-postgresql", "12.22")),
		ended("Kubernetes", runs("aws:eks/cluster:Cluster", testgraph.Props{"version": "1.31"})),
		ended("Kubernetes, soon", runs("aws:eks/cluster:Cluster", testgraph.Props{"version": "1.34"})),
		ended("nodes", runs("aws:eks/nodeGroup:NodeGroup", testgraph.Props{"clusterName": "extra", "version": "1.29"})),
		endedCache("Redis", testgraph.Props{"engine": "redis", "engineVersion": "5.0.6"}),
		endedCache("Redis by default", testgraph.Props{"engine": nil, "engineVersion": "6.x"}),
		ended("cache cluster", runs("aws:elasticache/cluster:Cluster", testgraph.Props{
			"engine": "redis", "engineVersion": "4.0.10",
		})),
		ended("serverless cache", runs("aws:elasticache/serverlessCache:ServerlessCache", testgraph.Props{
			"engine": "redis", "name": "extra", "majorEngineVersion": "6",
		})),
		{control: "lambda-runtime", fault: "old", mutate: set(fn, "go1.x", "runtime")},
		{control: "lambda-runtime", fault: "ended by the table", mutate: set(fn, "provided.al2", "runtime")},
		{control: "lambda-runtime", fault: "ends soon", mutate: set(fn, "nodejs22.x", "runtime")},
	}
}

// A version that ends soon is reported with its date and stops nobody; one that has ended does.
func TestWhatEndsSoonIsAdvice(t *testing.T) {
	session := local(t, "prod", false)
	for version, want := range map[string]struct {
		mandatory bool
		words     string
	}{
		"14.20": {false, "runs a version that ends soon: AWS ends the standard support of PostgreSQL 14.20 on 2027-02-28"},
		"13.22": {true, "runs a version that has ended: AWS ends the standard support of PostgreSQL 13.22 on 2026-02-28"},
		"9.6":   {true, "runs a version that is older than all that AWS supports"},
	} {
		outcome := judged(t, session, testgraph.Baseline("prod", testgraph.Deployed),
			set(testgraph.First(instance), version, "engineVersion"), nil)
		mandatory := outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY)
		assert.Equal(t, want.mandatory, mandatory["engine-version-supported"] == 1, version)
		assert.Contains(t, messages(outcome), want.words)
	}
}

// Engines without a calendar, versions that AWS chooses and those newer than the calendar pass.
func TestVersionsThatPass(t *testing.T) {
	session := local(t, "prod", false)
	for name, change := range map[string]func(*testgraph.Stack){
		"left open":    set(testgraph.First(searchDomain), nil, "engineVersion"),
		"newest":       set(testgraph.First(instance), "18.1", "engineVersion"),
		"newer":        runs("aws:eks/cluster:Cluster", testgraph.Props{"version": "1.36"}),
		"Aurora MySQL": globalCluster("aurora-mysql", "8.0.mysql_aurora.3.10.0"),
		"Valkey":       cache(testgraph.Props{"engine": "valkey", "engineVersion": "7.2"}),
		"Redis":        cache(testgraph.Props{"engine": "redis", "engineVersion": "7.1"}),
	} {
		outcome := judged(t, session, testgraph.Baseline("prod", testgraph.Deployed), change, nil)
		assert.NotContains(t, violated(outcome), "engine-version-supported", name)
	}
}

// A runtime that has ended stays out of production, whatever the configuration says.
func TestConfigurationCannotAllowEndedRuntimesInProduction(t *testing.T) {
	session := local(t, "prod", false)
	config := param("lambda-runtime", "runtimes", []any{"provided.al2023", "nodejs20.x"})
	assert.ErrorContains(t, session.Configure(t.Context(), prodStack, config),
		"runtimes has nodejs20.x, which has ended: AWS makes no new nodejs20.x from 2026-08-31 on")
	assert.NoError(t, session.Configure(t.Context(), stagingStack, config))
}
