package main

import (
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

// typeMutants have the faults of types that few stacks have: each type that a control lists is needed by one of its
// mutants.
func typeMutants() []mutant {
	const everybody = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	var found []mutant
	add := func(control, fault, typeToken string, inputs testgraph.Props, config map[string]policytest.Policy) {
		found = append(found, mutant{control: control, fault: fault, config: config, mutate: func(s *testgraph.Stack) {
			s.Add(typeToken, "extra", inputs)
		}})
	}
	shared := testgraph.Props{"sharedAccounts": []any{"all"}}
	nobodyElse := param("no-foreign-accounts", "accounts", []any{"123456789012", "222222222222", "all"})
	add("rds-not-public", "copy of a snapshot", "aws:rds/snapshotCopy:SnapshotCopy", shared, nobodyElse)
	add("ecr-not-public", "the whole registry", "aws:ecr/registryPolicy:RegistryPolicy",
		testgraph.Props{"policy": document(everybody)}, nil)
	for fault, typeToken := range map[string]string{
		"policy of a domain": "aws:opensearch/domainPolicy:DomainPolicy",
		"policy of an old":   "aws:elasticsearch/domainPolicy:DomainPolicy",
	} {
		add("opensearch-not-anonymous", fault, typeToken, testgraph.Props{"accessPolicies": document(everybody)}, nil)
	}
	for fault, typeToken := range map[string]string{
		"password": "aws:iam/userLoginProfile:UserLoginProfile", "SSH key": "aws:iam/sshKey:SshKey",
		"certificate": "aws:iam/signingCertificate:SigningCertificate",
	} {
		add("iam-no-users", fault, typeToken, nil, nil)
	}
	found = append(found, mutant{
		control: "resource-policy-not-public", fault: "secret with a policy of its own", madeUp: true,
		mutate: set(testgraph.First(secret), document(everybody), "policy"),
	})
	for fault, typeToken := range map[string]string{
		"secret": "aws:secretsmanager/secretPolicy:SecretPolicy", "access point": "aws:s3/accessPoint:AccessPoint",
		"access point, apart": "aws:s3control/accessPointPolicy:AccessPointPolicy",
		"vault":               "aws:backup/vaultPolicy:VaultPolicy",
	} {
		add("resource-policy-not-public", fault, typeToken, testgraph.Props{"policy": document(everybody)}, nil)
	}
	const nobody = `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}},` + encryptedOnly
	unsent := func(fault, typeToken, property, service, action, condition string) {
		found = append(found, mutant{
			control: "service-conditions-sent", fault: fault, config: ourAccounts(), mutate: func(s *testgraph.Stack) {
				policy := document(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"` + action + `",` +
					`"Resource":"*","Condition":{"StringEquals":{` + condition + `}}},` + nobody)
				if property == "policyDocument" {
					s.Add(typeToken, "extra", testgraph.Props{"policyName": "extra", property: policy})
					return
				}
				s.Set(testgraph.First(typeToken), policy, property)
			},
		})
	}
	const account, organization = `"aws:SourceAccount":"123456789012"`, `"aws:SourceOrgID":"o-a1b2c3d4e5"`
	unsent("logs", "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "policyDocument",
		"es.amazonaws.com", "logs:PutLogEvents", organization)
	unsent("queue", "aws:sqs/queue:Queue", "policy", "events.amazonaws.com", "sqs:SendMessage", account)
	unsent("queue, apart", queuePolicy, "policy", "events.amazonaws.com", "sqs:SendMessage", account)
	unsent("bucket", bucketPrefix+"bucketPolicy:BucketPolicy", "policy",
		"logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject", account)
	found = append(found,
		mutant{
			control: "iam-no-unrestricted-writes", fault: "inline in the role", mutate: set(testgraph.First(iamRole), []any{
				testgraph.Nested(testgraph.Props{"name": "x", "policy": document(
					`{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}`)}),
			}, "inlinePolicies"),
		},
		mutant{
			control: "sg-no-all-protocol-ingress", fault: "standalone", config: flowsWith("block -> app all 0-65535 optional"),
			mutate: rule(ingressRule, "app", testgraph.Props{"ipProtocol": "-1", "cidrIpv4": "10.0.0.0/16"}),
		},
		mutant{
			control: "sg-world-only-to-alb", fault: "inline", config: flowsWith("internet -> loose tcp 9443 optional"),
			mutate: inlineRule(9443),
		},
		mutant{
			control: "sg-no-risky-port-from-world", fault: "inline", mutate: inlineRule(22),
			config: params(flowsWith("internet -> loose tcp 22 optional"),
				param("sg-world-only-to-alb", "ports", []any{22, 80, 443}),
				param("sg-world-only-to-alb", "tiers", []any{"alb", "loose"})),
		},
	)
	return found
}

// inlineRule adds a group that lets the world in on a port.
func inlineRule(port int) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		s.Add(securityGroup, "loose", testgraph.Props{
			"vpcId": testgraph.Of(s.Get(testgraph.First(vpc)), "id"), "description": "loose",
			"tags": testgraph.Props{"webapp:tier": "loose"},
			"ingress": []any{testgraph.Props{
				"protocol": "tcp", "fromPort": port, "toPort": port, "description": "all", "cidrBlocks": []any{"0.0.0.0/0"},
			}},
		})
		s.Add("aws:ec2/networkInterface:NetworkInterface", "extra", testgraph.Props{
			"securityGroups": []any{testgraph.Of(s.Get(testgraph.Tier("loose")), "id")},
		})
	}
}
