package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

// corner is a stack of which several controls, or none, say something.
type corner struct {
	change func(*testgraph.Stack)
	// config of the policies, and of the stack beside its environment.
	config map[string]policytest.Policy
	stack  map[string]string
	want   []string
}

// What few stacks have is judged as what all have: engines without options, machines, accounts that nobody has named.
func TestCorners(t *testing.T) {
	for name, c := range corners() {
		t.Run(name, func(t *testing.T) {
			in := prodStack
			in.Config = map[string]string{"aws-webapp:environment": "prod"}
			for key, value := range c.stack {
				in.Config[key] = value
			}
			s := baseline(testgraph.Deployed)
			c.change(s)
			assert.Equal(t, c.want, violatedHere(t, in, s, c.config))
		})
	}
}

func corners() map[string]corner {
	db, balancer := testgraph.First(instance), testgraph.First("aws:lb/loadBalancer:LoadBalancer")
	earlier := map[string]string{"aws-webapp:services": `[{"name":"web","port":8000,"previous":{"port":9000}}]`}
	definition := testgraph.First("aws:ecs/taskDefinition:TaskDefinition")
	foreign := set(testgraph.First(queuePolicy), document(foreignRoot), "policy")
	unnamed := func(s *testgraph.Stack) {
		for _, r := range s.Resources {
			if r.Provider != nil {
				delete(r.Provider.Inputs, "allowedAccountIds")
			}
		}
	}
	return map[string]corner{
		"an engine that nobody knows": {
			change: set(db, "informix", "engine"), want: []string{"rds-force-ssl", "rds-statement-logging", "sg-flow-matrix"},
		},
		"Oracle without options": {
			change: anotherEngine("oracle-se2", "oracle-se2-19", 1521, []any{"alert", "audit", "listener"}),
			want:   []string{"rds-force-ssl"},
		},
		"a port of the version before": {change: pair("alb", "app", 9000), stack: earlier},
		"another port than that of the version before": {
			change: pair("alb", "app", 9001), stack: earlier, want: []string{"sg-flow-matrix"},
		},
		"an internal load balancer without a firewall": {change: func(s *testgraph.Stack) {
			s.Set(balancer, true, "internal")
			removeAll("aws:wafv2/webAclAssociation:")(s)
		}},
		"accounts that nobody has named": {change: unnamed, want: []string{"explicit-provider"}},
		"another account than those of the ARNs": {
			change: changes(unnamed, foreign),
			want:   []string{"explicit-provider", "messaging-tls-only", "no-foreign-accounts", "sqs-no-wildcard-actions"},
		},
		"what a network ACL lets out": {change: func(s *testgraph.Stack) {
			s.Add("aws:ec2/networkAclRule:NetworkAclRule", "out", testgraph.Props{
				"egress": true, "protocol": "-1", "ruleAction": "allow", "ruleNumber": 100, "cidrBlock": "0.0.0.0/0",
			})
		}},
		"a policy that is no document": {
			change: set(testgraph.First(queuePolicy), "everybody", "policy"),
			want: []string{
				"iam-sent-condition-keys", "messaging-tls-only", "no-foreign-accounts", "resource-policy-not-public",
				"service-conditions-sent", "sqs-no-wildcard-actions",
			},
		},
		"containers that are no list": {
			change: set(definition, "web", "containerDefinitions"),
			want: []string{
				"ecs-image-pinned", "ecs-logging", "ecs-no-secrets-in-environment", "ecs-not-privileged", "ecs-not-root",
				"ecs-read-only-root",
			},
		},
		"a resource of no provider": {
			change: func(s *testgraph.Stack) { s.Get(testgraph.First(vpc)).Provider = nil },
			want:   []string{"explicit-provider", "required-tags"},
		},
		"a group that belongs to two tiers": {
			change: func(s *testgraph.Stack) {
				app := s.Get(testgraph.Tier("app"))
				s.Set(testgraph.Tier("app"), nil, "tags", "webapp:tier")
				s.Set(db, []any{testgraph.Of(app, "id")}, "vpcSecurityGroupIds")
			},
			want: []string{"sg-flow-matrix"},
		},
		"a listener that a flow of our own counts on": {
			change: func(*testgraph.Stack) {},
			config: flowsWith("app -> alb tcp listener"), want: []string{"sg-flow-matrix"},
		},
		"a replica that does not say its engine": {change: func(s *testgraph.Stack) {
			s.Set(db, nil, "engine")
			s.Set(db, nil, "engineVersion")
		}, want: []string{"sg-flow-matrix"}},
		"a replica of a database of the stack": {change: replica},
		"roles of another stack": {change: func(s *testgraph.Stack) {
			s.Set(definition, "arn:aws:iam::123456789012:role/one", "taskRoleArn")
			s.Set(definition, "arn:aws:iam::123456789012:role/two", "executionRoleArn")
		}},
		"one role of another stack": {change: func(s *testgraph.Stack) {
			s.Set(definition, "arn:aws:iam::123456789012:role/one", "taskRoleArn")
			s.Set(definition, "arn:aws:iam::123456789012:role/one", "executionRoleArn")
		}, want: []string{"ecs-separate-roles"}},
		"a flow log of a subnet": {change: func(s *testgraph.Stack) {
			s.Add("aws:ec2/flowLog:FlowLog", "subnet", testgraph.Props{
				"subnetId": testgraph.Of(s.Get(testgraph.Subnet("Private")), "id"), "trafficType": "ACCEPT",
			})
		}},
		"machines instead of services": {change: func(s *testgraph.Stack) {
			removeAll("aws:ecs/service:")(s)
		}, want: []string{"policy-coverage", "sg-used"}},
		"a plain listener without actions": {
			change: set(testgraph.With(listener, "HTTP", "protocol"), []any{}, "defaultActions"),
			want:   []string{"lb-http-redirects"},
		},
	}
}

// replica adds a copy of the database that names it as its source and leaves the rest to it.
func replica(s *testgraph.Stack) {
	source := s.Get(testgraph.First(instance))
	inputs := testgraph.Props{}
	for key, value := range source.Inputs {
		inputs[string(key)] = value
	}
	for _, inherited := range []string{"engine", "engineVersion", "username", "manageMasterUserPassword"} {
		delete(inputs, inherited)
	}
	inputs["replicateSourceDb"] = testgraph.Of(source, "arn")
	s.Add(instance, "replica", inputs)
}
