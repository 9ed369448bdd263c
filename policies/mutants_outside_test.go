package main

import (
	"strings"

	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

// outsideMutants refer by a literal id to known resources that are not in the stack.
func outsideMutants() []mutant {
	db, alb := testgraph.First(instance), testgraph.First(loadBalancer)
	subnets := []any{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}
	logging := params(off("rds-statement-logging"), param("engine-version-supported", "soonDays", 0))
	return []mutant{
		{control: "rds-private-subnets", fault: "AWS's own subnet group", mutate: set(db, "default", "dbSubnetGroupName")},
		{control: "rds-private-subnets", fault: "literal subnets", mutate: set(testgraph.First(subnetGroup), subnets,
			"subnetIds")},
		{control: "rds-private-subnets", fault: "one literal subnet", mutate: func(s *testgraph.Stack) {
			private := s.Every(testgraph.Subnet("Isolated"))[0]
			s.Set(testgraph.First(subnetGroup), []any{testgraph.Of(private, "id"), subnets[0]}, "subnetIds")
		}},
		{control: "rds-force-ssl", fault: "default group of an old version", config: logging, mutate: changes(
			set(db, "14", "engineVersion"), set(db, "default.postgres14", "parameterGroupName"))},
		{control: "rds-force-ssl", fault: "no group and an old version", config: logging, mutate: changes(
			set(db, "14.20", "engineVersion"), set(db, nil, "parameterGroupName"))},
		{control: "rds-statement-logging", fault: "default group", mutate: set(db, "default.postgres17",
			"parameterGroupName")},
		{control: "rds-force-ssl", fault: "group of another stack", config: logging, mutate: set(db, "shared",
			"parameterGroupName")},
		{control: "ecs-app-subnets", fault: "literal subnets", mutate: func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsService), testgraph.Nested(testgraph.Props{
				"subnets": subnets, "assignPublicIp": false,
				"securityGroups": []any{testgraph.Of(s.Get(testgraph.Tier("app")), "id")},
			}), "networkConfiguration")
		}},
		{control: "lb-several-zones", fault: "literal subnets", mutate: set(alb, subnets, "subnets")},
		{control: "lb-http-rules-redirect", fault: "literal listener", mutate: func(s *testgraph.Stack) {
			s.Add("aws:lb/listenerRule:ListenerRule", "extra", testgraph.Props{
				"listenerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/0123/4567",
				"actions": []any{testgraph.Props{
					"type":           "forward",
					"targetGroupArn": testgraph.Of(s.Get(testgraph.First(targetGroup)), "arn"),
				}},
			})
		}},
		{control: "sg-flow-matrix", fault: "rule for a literal group", mutate: func(s *testgraph.Stack) {
			rule(ingressRule, "app", tcp(8000,
				testgraph.Props{"referencedSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier("alb")), "id")}))(s)
			s.Set(testgraph.Named(ingressRule, "extra"), "sg-0123456789abcdef0", "securityGroupId")
		}},
		{control: "iam-no-escalation-in-sum", fault: "role of another stack", mutate: func(s *testgraph.Stack) {
			const one = `"Resource":"arn:aws:s3:::aws-webapp-app/*"}`
			for name, verbs := range map[string]string{"reads": `"s3:Get*","s3:List*"`, "writes": `"s3:Put*","s3:Delete*"`} {
				s.Add(iamRolePolicy, name, testgraph.Props{
					"role":   "shared",
					"policy": document(`{"Effect":"Allow","Action":[` + verbs + `],` + one),
				})
			}
		}},
		{control: "iam-no-escalation-in-sum", fault: "policy of another stack", mutate: func(s *testgraph.Stack) {
			s.Add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "extra", testgraph.Props{
				"role":      testgraph.Of(s.Get(testgraph.Named(iamRole, "*-task")), "name"),
				"policyArn": "arn:aws:iam::123456789012:policy/shared",
			})
		}},
		ofSharedBucket("s3-public-access-block", "BucketPublicAccessBlock", testgraph.Props{
			"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		}),
		ofSharedBucket("s3-tls-only", "BucketPolicy", testgraph.Props{"policy": document(encryptedOnly)}),
		ofSharedBucket("s3-encryption-header", "BucketPolicy", testgraph.Props{"policy": document(tlsOnly)}),
		ofSharedBucket("s3-versioning", "BucketVersioningV2", testgraph.Props{
			"versioningConfiguration": testgraph.Props{"status": "Suspended"},
		}),
		ofSharedBucket("s3-encryption", "BucketServerSideEncryptionConfigurationV2", testgraph.Props{
			"rules": []any{testgraph.Props{
				"applyServerSideEncryptionByDefault": testgraph.Nested(testgraph.Props{"sseAlgorithm": "AES256"}),
			}},
		}),
		ofSharedBucket("s3-acls-off", "BucketOwnershipControls",
			testgraph.Props{"rule": testgraph.Props{"objectOwnership": "ObjectWriter"}}),
		alone(off("s3-abort-uploads"), ofSharedBucket("s3-lifecycle", "BucketLifecycleConfigurationV2", testgraph.Props{
			"rules": []any{testgraph.Props{"id": "expire", "status": "Disabled"}},
		})),
		ofSharedBucket("s3-abort-uploads", "BucketLifecycleConfigurationV2", testgraph.Props{
			"rules": []any{testgraph.Props{"id": "expire", "status": "Enabled"}},
		}),
		{
			control: "messaging-tls-only", fault: "topic of another stack", config: ourAccounts(),
			mutate: func(s *testgraph.Stack) {
				s.Add(topicPolicy, "extra", testgraph.Props{
					"arn": "arn:aws:sns:us-east-1:123456789012:shared",
					"policy": document(`{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},` +
						`"Action":"sns:Publish","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`),
				})
			},
		},
	}
}

// ofSharedBucket adds a resource that configures a bucket of another stack. alone is a mutant
// with a configuration that switches off the other controls that would find it.
func alone(config map[string]policytest.Policy, m mutant) mutant {
	m.config = config
	return m
}

func ofSharedBucket(control, kind string, inputs testgraph.Props) mutant {
	return mutant{control: control, fault: "bucket of another stack", mutate: func(s *testgraph.Stack) {
		inputs["bucket"] = "shared"
		s.Add(bucketPrefix+strings.ToLower(kind[:1])+kind[1:]+":"+kind, "extra", inputs)
	}}
}
