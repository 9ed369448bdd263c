package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

const classicBucket = "aws:s3/bucket:Bucket"

// addClassicBucket adds a bucket whose settings are inline, as they were before BucketV2.
func addClassicBucket(s *testgraph.Stack, more testgraph.Props) {
	inputs := testgraph.Props{
		"bucket": "classic", "versioning": testgraph.Props{"enabled": true},
		"serverSideEncryptionConfiguration": testgraph.Props{
			"rule": testgraph.Props{"applyServerSideEncryptionByDefault": testgraph.Props{
				"sseAlgorithm": "aws:kms", "kmsMasterKeyId": testgraph.Of(s.Get(testgraph.First(kmsKey)), "arn"),
			}},
		},
		"loggings":       []any{testgraph.Props{"targetBucket": "logs"}},
		"lifecycleRules": []any{testgraph.Props{"enabled": true, "abortIncompleteMultipartUploadDays": 7}},
		"policy":         document(tlsOnly + "," + encryptedOnly),
	}
	for key, value := range more {
		inputs[key] = value
	}
	bucket := s.Add(classicBucket, "classic", inputs)
	s.Add("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "classic", testgraph.Props{
		"bucket": testgraph.Of(bucket, "id"), "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		"restrictPublicBuckets": true,
	})
	s.Add("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "classic", testgraph.Props{
		"bucket": testgraph.Of(bucket, "id"), "rule": testgraph.Props{"objectOwnership": "BucketOwnerEnforced"},
	})
}

// alternative is a change of the prod baseline that complies just as well.
type alternative struct {
	change func(*testgraph.Stack)
	config map[string]policytest.Policy
}

func alternatives() map[string]alternative {
	task := testgraph.Named(iamRolePolicy, "*k-task*")
	return map[string]alternative{
		"classic bucket": {change: func(s *testgraph.Stack) { addClassicBucket(s, nil) }},
		"groups without tiers, which what has them tells": {change: func(s *testgraph.Stack) {
			for _, tier := range []string{"alb", "app", "db"} {
				s.Set(testgraph.Tier(tier), nil, "tags", "webapp:tier")
			}
		}},
		"replica without backups of its own": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(instance), "primary", "replicateSourceDb")
			s.Set(testgraph.First(instance), nil, "backupRetentionPeriod")
		}},
		"alarm without actions, in the rule of one with some": {
			change: partOfSum("ALARM(%q)", testgraph.Props{"alarmActions": []any{"arn:x"}}),
		},
		"advanced event selectors": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(trail), nil, "eventSelectors")
			s.Set(testgraph.First(trail), []any{
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Management"}},
				}}),
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Data"}},
					testgraph.Props{"field": "resources.type", "equals": []any{"AWS::S3::Object"}},
				}}),
			}, "advancedEventSelectors")
		}},
		"statement about everything of a kind, with a reason": {change: set(task, document(
			`{"Sid":"BecauseTheSearchFillsAllTables1","Effect":"Allow","Action":["dynamodb:PutItem","dynamodb:Get*"],`+
				`"Resource":"arn:aws:dynamodb:us-east-1:123456789012:table/*"}`), "policy")},
		"way out of the tasks, with a reason": {
			change: rule(egressRule, "app", tcp(587, reasoned("mail servers of the provider"))),
		},
		"container that may write to its root, with a reason": {change: func(s *testgraph.Stack) {
			container("readonlyRootFilesystem", false)(s)
			s.Set(testgraph.First(ecsTask), "it unpacks its plugins", "tags", "webapp:writable-root")
		}},
		"container that may write to its root, with a reason of its own": {change: func(s *testgraph.Stack) {
			container("readonlyRootFilesystem", false)(s)
			s.Set(testgraph.First(ecsTask), "it unpacks its plugins", "tags", "webapp:writable-root-visitor-book")
		}},
		"containers of Windows, whose root file system cannot be read-only": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsTask), "WINDOWS_SERVER_2022_CORE", "runtimePlatform", "operatingSystemFamily")
			s.Container(func(c map[string]any) {
				c["user"] = "ContainerUser"
				delete(c, "readonlyRootFilesystem")
			})
		}},
		"targets that speak QUIC": {change: set(testgraph.First("aws:lb/targetGroup:TargetGroup"), "QUIC", "protocol")},
		"required dedicated masters": {
			change: set(testgraph.First(searchDomain), true, "clusterConfig", "dedicatedMasterEnabled"),
			config: param("opensearch-resilient", "dedicatedMasters", true),
		},
		"exclusive attachments": {change: func(s *testgraph.Stack) {
			s.Add("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "task", testgraph.Props{
				"roleName": "task", "policyArns": []any{"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"},
			})
		}},
		"network load balancer": {change: func(s *testgraph.Stack) {
			lb := testgraph.First(loadBalancer)
			s.Set(lb, "network", "loadBalancerType")
			s.Set(lb, nil, "dropInvalidHeaderFields")
			s.Set(lb, "monitor", "desyncMitigationMode")
			s.Remove(testgraph.First(association2))
		}},
		"no way for sessions that nobody opens": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsService), nil, "enableExecuteCommand")
			s.Remove(testgraph.Named(endpoint, "*-ssmmessages"))
		}},
		"zones by id": {change: func(s *testgraph.Stack) {
			for i, r := range s.Every(testgraph.Subnet("Public")) {
				pick := testgraph.Named(r.Type, r.Name)
				s.Set(pick, nil, "availabilityZone")
				s.Set(pick, []string{"use1-az1", "use1-az2"}[i], "availabilityZoneId")
			}
		}},
		"blue/green without circuit breaker": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsService), nil, "deploymentCircuitBreaker")
			s.Set(testgraph.First(ecsService), nil, "alarms")
			byCodeDeploy(s, s.Get(testgraph.First(ecsService)))
		}},
		"machines deployed half by half": {change: func(s *testgraph.Stack) {
			s.Add(deploymentGroup, "machines", testgraph.Props{
				"appName": "machines", "deploymentConfigName": "CodeDeployDefault.HalfAtATime",
				"ec2TagFilters":             []any{testgraph.Props{"key": "app", "type": "KEY_ONLY"}},
				"autoRollbackConfiguration": rollsBack(), "alarmConfiguration": looksAtAlarms(s),
			})
		}},
		"function by a linear configuration of our own": {change: func(s *testgraph.Stack) {
			linear := s.Add(deploymentConfig, "linear", testgraph.Props{
				"deploymentConfigName": "linear", "computePlatform": "Lambda", "trafficRoutingConfig": testgraph.Props{
					"type": "TimeBasedLinear", "timeBasedLinear": testgraph.Nested(testgraph.Props{"interval": 2, "percentage": 20}),
				},
			})
			s.Add(deploymentGroup, "function", testgraph.Props{
				"appName": "function", "deploymentConfigName": testgraph.Of(linear, "id"),
				"autoRollbackConfiguration": rollsBack(), "alarmConfiguration": looksAtAlarms(s),
			})
		}},
		"old tasks that stay": {change: set(testgraph.First(deploymentGroup),
			testgraph.Nested(testgraph.Props{"action": "KEEP_ALIVE"}),
			"blueGreenDeploymentConfig", "terminateBlueInstancesOnDeploymentSuccess")},
		"tasks that others deploy": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsService), testgraph.Nested(testgraph.Props{"type": "EXTERNAL"}), "deploymentController")
			s.Set(testgraph.First(ecsService), nil, "deploymentCircuitBreaker")
			s.Set(testgraph.First(ecsService), nil, "alarms")
		}},
		"data that AWS protects": {change: func(s *testgraph.Stack) {
			s.Add("aws:dynamodb/table:Table", "extra", testgraph.Props{"hashKey": "id", "deletionProtectionEnabled": true})
			s.Add("aws:cognito/userPool:UserPool", "extra", testgraph.Props{"deletionProtection": "ACTIVE"})
		}},
		"files that Pulumi protects": {change: func(s *testgraph.Stack) {
			addFiles(s)
			s.Set(testgraph.First(ecsTask), fileVolume("ENABLED", testgraph.Props{
				"iam": "ENABLED", "accessPointId": "fsap-1",
			}), "volumes")
		}},
		"files with AWS's own backups": {change: func(s *testgraph.Stack) {
			addFiles(s)
			s.Remove(testgraph.Named(backupSelection, "files"))
			s.Add("aws:efs/backupPolicy:BackupPolicy", "files", testgraph.Props{
				"fileSystemId": testgraph.Of(s.Get(testgraph.Named(fileSystem, "files")), "id"),
				"backupPolicy": testgraph.Props{"status": "ENABLED"},
			})
		}},
		"files in a plan by tags": {change: func(s *testgraph.Stack) {
			addFiles(s)
			s.Set(testgraph.Named(backupSelection, "files"), nil, "resources")
			s.Set(testgraph.Named(backupSelection, "files"), []any{testgraph.Nested(testgraph.Props{
				"type": "STRINGEQUALS", "key": "backup", "value": "daily",
			})}, "selectionTags")
			s.Set(testgraph.Named(fileSystem, "files"), "daily", "tags", "backup")
		}},
		"files for one role by name": {change: func(s *testgraph.Stack) {
			addFiles(s)
			s.Set(testgraph.Named(filePolicy, "files"), document(filesTLSOnly+`,{"Effect":"Allow",`+
				`"Principal":{"AWS":"arn:aws:iam::123456789012:role/web"},"Action":"elasticfilesystem:ClientMount",`+
				`"Resource":"*"}`), "policy")
		}},
		"test listener for the office": {change: func(s *testgraph.Stack) {
			rule(ingressRule, "alb", tcp(8443, testgraph.Props{"cidrIpv4": "203.0.113.0/24"}))(s)
		}},
		"application for the office only": {change: func(s *testgraph.Stack) {
			for _, port := range []string{"80", "443"} {
				s.Set(testgraph.Named(ingressRule, "alb-from-world-"+port), "203.0.113.0/24", "cidrIpv4")
			}
		}},
		"inline rules": {change: func(s *testgraph.Stack) {
			app := s.Get(testgraph.Tier("app"))
			s.Remove(testgraph.Named(ingressRule, "*db-from-app*"))
			s.Set(testgraph.Tier("db"), []any{testgraph.Nested(testgraph.Props{
				"protocol": "tcp", "fromPort": 5432, "toPort": 5432, "description": "app", "securityGroups": []any{
					testgraph.Of(app, "id"),
				},
			})}, "ingress")
		}},
		"rules of the old kind": {change: func(s *testgraph.Stack) {
			s.Remove(testgraph.Named(ingressRule, "*db-from-app*"))
			s.Add(oldRule, "db-from-app", testgraph.Props{
				"securityGroupId": testgraph.Of(s.Get(testgraph.Tier("db")), "id"), "type": "ingress", "protocol": "tcp",
				"fromPort": 5432,
				"toPort":   5432, "sourceSecurityGroupId": testgraph.Of(s.Get(testgraph.Tier("app")), "id"), "description": "app",
			})
		}},
		"builds of images": {
			change: set(testgraph.First(buildProject), true, "environment", "privilegedMode"),
			config: param("codebuild-privileged", "projects", []any{"im*"}),
		},
		"build that clones with a token": {change: set(testgraph.First(buildProject),
			"phases:\n  build:\n    commands:\n      - git clone https://x-access-token:${TOKEN}@github.com/example/app.git\n"+
				"      - export PASSWORD=$(aws secretsmanager get-secret-value --secret-id app)\n", "source", "buildspec")},
		"build without artifacts": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(buildProject), "NO_ARTIFACTS", "artifacts", "type")
			s.Set(testgraph.First(buildProject), nil, "encryptionKey")
			s.Set(testgraph.First(buildProject), nil, "logsConfig")
		}},
		"rules of the firewall as JSON": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(webACL), nil, "rules")
			s.Set(testgraph.First(webACL), `[{"Name":"bad","Priority":1,"OverrideAction":{"None":{}},"Statement":`+
				`{"ManagedRuleGroupStatement":{"VendorName":"AWS","Name":"AWSManagedRulesKnownBadInputsRuleSet",`+
				`"RuleActionOverrides":[{"Name":"Host_localhost_HEADER","ActionToUse":{"Count":{}}}]}}}]`, "ruleJson")
		}},
		"queue with SQS's key": {
			change: set(testgraph.First(queue), nil, "kmsMasterKeyId"), config: off("sqs-customer-key"),
		},
		"authority of another kind": {change: set(testgraph.First(instance), "rds-ca-ecc384-g1", "caCertIdentifier")},
		"API behind a gateway": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.Named(function, "*-shipper"), nil, "deadLetterConfig")
			s.Set(testgraph.First(permission), "apigateway.amazonaws.com", "principal")
		}},
		"destination for failures": {change: func(s *testgraph.Stack) {
			shipper := testgraph.Named(function, "*-shipper")
			s.Set(shipper, nil, "deadLetterConfig")
			s.Add("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "failures", testgraph.Props{
				"functionName": testgraph.Of(s.Get(shipper), "name"), "destinationConfig": testgraph.Props{
					"onFailure": testgraph.Props{"destination": "arn:aws:sqs:us-east-1:123456789012:failures"},
				},
			})
		}},
		"hook in a role's own policies": {change: func(s *testgraph.Stack) {
			policy := s.Get(testgraph.Named(iamRolePolicy, "deployments"))
			s.Set(testgraph.Named(iamRole, "deployments"), []any{testgraph.Nested(testgraph.Props{
				"name": "run", "policy": policy.Inputs["policy"],
			})}, "inlinePolicies")
			s.Remove(testgraph.Named(iamRolePolicy, "deployments"))
		}},
		"second service":                   {change: func(s *testgraph.Stack) { secondService(s, 8000, true) }},
		"second service, port of its own":  {change: func(s *testgraph.Stack) { secondService(s, 8080, true) }},
		"second service, without database": {change: func(s *testgraph.Stack) { secondService(s, 8080, false) }},
		"another port": {change: func(s *testgraph.Stack) {
			movePort(s, "alb", "app", 8080)
			s.Set(testgraph.First(ecsService), 8080, "loadBalancers", "0", "containerPort")
		}},
		"another port of the database": {change: func(s *testgraph.Stack) {
			movePort(s, "app", "db", 6000)
			s.Set(testgraph.First(instance), 6000, "port")
		}},
		"checks on a port of their own": {change: func(s *testgraph.Stack) {
			pair("alb", "app", 9090)(s)
			s.Set(testgraph.First(targetGroup), "9090", "healthCheck", "port")
		}},
		"listener for tests": {change: rule(ingressRule, "alb", tcp(8443, testgraph.Props{"cidrIpv4": "203.0.113.0/24"}))},
		"listener for tests on another port": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.Named(listener, "test"), 9443, "port")
			s.Set(testgraph.Named(egressRule, "tester-to-listener"), 9443, "fromPort")
			s.Set(testgraph.Named(egressRule, "tester-to-listener"), 9443, "toPort")
			s.Remove(testgraph.Named(ingressRule, "alb-from-nat"))
			rule(ingressRule, "alb", tcp(9443, testgraph.Props{"cidrIpv4": "203.0.113.0/24"}))(s)
		}},
		"internal load balancer with a probe beside it": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(loadBalancer), true, "internal")
			for _, port := range []string{"443", "80"} {
				s.Set(testgraph.Named(ingressRule, "alb-from-world-"+port), "10.0.0.0/8", "cidrIpv4")
			}
			probeInside(s)
		}},
		"CloudFront's list, HTTPS alone": {change: func(s *testgraph.Stack) {
			s.Remove(testgraph.With(listener, "HTTP", "protocol"))
			s.Remove(testgraph.Named(ingressRule, "alb-from-world-80"))
			s.Set(testgraph.Named(ingressRule, "alb-from-world-443"), nil, "cidrIpv4")
			s.Set(testgraph.Named(ingressRule, "alb-from-world-443"), "pl-3b927c52", "prefixListId")
		}},
		"HTTPS alone": {change: func(s *testgraph.Stack) {
			s.Remove(testgraph.With(listener, "HTTP", "protocol"))
			s.Remove(testgraph.Named(ingressRule, "alb-from-world-80"))
		}},
		"worker": {change: func(s *testgraph.Stack) {
			secondService(s, 8080, true)
			s.Set(testgraph.Named(ecsService, "two"), nil, "loadBalancers")
			s.Remove(testgraph.Named(ingressRule, "two-from-alb"))
			s.Remove(testgraph.Named(egressRule, "alb-to-two"))
		}},
		"port that CodeDeploy moves a service to": {change: func(s *testgraph.Stack) {
			byCodeDeploy(s, s.Get(testgraph.First(ecsService)))
			container("portMappings", []any{map[string]any{"containerPort": 8080}})(s)
			movePort(s, "alb", "app", 8080)
		}},
		"services that reach each other by name": {change: connected(nil, 8000)},
		"services that reach each other at the proxy's port": {
			change: connected(testgraph.Props{"services": []any{
				testgraph.Props{"portName": "orders", "ingressPortOverride": 8500},
			}}, 8500),
		},
		"flow of our own": {
			config: flowsWith("app -> app tcp 9000-9010 optional"), change: pair("app", "app", 9005),
		},
		"default flow made optional": {
			config: flowsWith("app -> internet tcp 443 optional"), change: remove(testgraph.Named(egressRule, "app-to-world")),
		},
		"closed network ACL": {change: inlineACL(testgraph.Props{
			"action": "allow", "protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlock": "0.0.0.0/0", "ruleNo": 100,
		})},
		"Aurora cluster": {change: func(s *testgraph.Stack) { addCluster(s, nil) }},
		"restored cluster": {change: func(s *testgraph.Stack) {
			addCluster(s, testgraph.Props{
				"manageMasterUserPassword": false, "dbSubnetGroupName": "",
				"replicationSourceIdentifier": "primary",
			})
		}},
		"IPv6 through an egress-only gateway": {change: func(s *testgraph.Stack) {
			s.Add(route, "extra", testgraph.Props{
				"routeTableId": testgraph.Of(s.Get(tableOf("*-app-1")), "id"), "destinationIpv6CidrBlock": "::/0",
				"egressOnlyGatewayId": "eigw-1",
			})
		}},
		"office through a VPN": {change: func(s *testgraph.Stack) {
			s.Add(route, "extra", testgraph.Props{
				"routeTableId": testgraph.Of(s.Get(tableOf("*-app-1")), "id"), "destinationCidrBlock": "192.168.0.0/16",
				"gatewayId": "vgw-1",
			})
		}},
		"office by prefix list": {
			config: flowsWith("prefix-list -> alb tcp 9443 optional"), change: func(s *testgraph.Stack) {
				list := s.Add("aws:ec2/managedPrefixList:ManagedPrefixList", "office", testgraph.Props{
					"addressFamily": "IPv4", "maxEntries": 1, "entries": []any{testgraph.Props{"cidr": "203.0.113.0/24"}},
				})
				rule(ingressRule, "alb", tcp(9443, testgraph.Props{"prefixListId": testgraph.Of(list, "id")}))(s)
			},
		},
		"rule of the HTTP listener that redirects": {change: func(s *testgraph.Stack) {
			s.Add("aws:lb/listenerRule:ListenerRule", "extra", testgraph.Props{
				"listenerArn": testgraph.Of(s.Get(testgraph.With(listener, "HTTP", "protocol")), "arn"),
				"actions": []any{testgraph.Nested(testgraph.Props{"type": "redirect", "redirect": testgraph.Props{
					"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301",
				}})},
			})
		}},
		"post-quantum policies": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.Named(listener, "https"), "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "sslPolicy")
			s.Set(testgraph.Named(listener, "test"), "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09", "sslPolicy")
		}},
		"HTTP that is not named and redirects": {change: set(testgraph.With(listener, "HTTP", "protocol"), nil, "protocol")},
		"gateway load balancer": {change: func(s *testgraph.Stack) {
			lb := s.Add(loadBalancer, "inspection", testgraph.Props{
				"loadBalancerType": "gateway", "enableDeletionProtection": true,
				"subnetMappings": []any{testgraph.Props{"subnetId": "subnet-1"}, testgraph.Props{"subnetId": "subnet-2"}},
			})
			group := s.Add(targetGroup, "inspection", testgraph.Props{
				"protocol": "GENEVE", "port": 6081, "healthCheck": testgraph.Props{"protocol": "TCP"},
			})
			s.Add(listener, "inspection", testgraph.Props{
				"loadBalancerArn": testgraph.Of(lb, "arn"),
				"defaultActions":  []any{testgraph.Props{"type": "forward", "targetGroupArn": testgraph.Of(group, "arn")}},
			})
		}},
		"targets that are a load balancer or a function": {change: func(s *testgraph.Stack) {
			s.Add(targetGroup, "balancer", testgraph.Props{
				"targetType": "alb", "protocol": "TCP", "port": 443,
				"healthCheck": testgraph.Props{"path": "/health", "protocol": "HTTPS"},
			})
			s.Add(targetGroup, "function", testgraph.Props{"targetType": "lambda"})
		}},
		"rule of the HTTPS listener": {change: func(s *testgraph.Stack) {
			s.Add("aws:lb/listenerRule:ListenerRule", "extra", testgraph.Props{
				"listenerArn": testgraph.Of(s.Get(testgraph.With(listener, "HTTPS", "protocol")), "arn"),
				"actions": []any{
					testgraph.Props{"type": "forward", "targetGroupArn": testgraph.Of(s.Get(testgraph.First(targetGroup)), "arn")},
				},
			})
		}},
		"encrypted machine": {change: func(s *testgraph.Stack) {
			s.Add("aws:ec2/instance:Instance", "extra", testgraph.Props{"rootBlockDevice": testgraph.Props{"encrypted": true}})
		}},
		"function URL for our own callers": {change: func(s *testgraph.Stack) {
			s.Add("aws:lambda/functionUrl:FunctionUrl", "extra", testgraph.Props{
				"functionName": testgraph.Of(s.Get(testgraph.First(function)), "name"), "authorizationType": "AWS_IAM",
			})
		}},
		"event that starts no task": {change: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/eventTarget:EventTarget", "extra", testgraph.Props{
				"arn": "arn:aws:sqs:us-east-1:123456789012:x",
			})
		}},
		"permissions boundary": {change: func(s *testgraph.Stack) {
			boundary := s.Add(iamPolicy, "deploy-roles-boundary", testgraph.Props{
				"policy": document(`{"Effect":"Allow","Action":"*","Resource":"*"}`),
			})
			s.Set(testgraph.Named(iamRole, "*-task"), testgraph.Of(boundary, "arn"), "permissionsBoundary")
		}},
		"lonely app tier": {change: func(s *testgraph.Stack) { s.Remove(testgraph.Named(route, "*-app-1")) }},
		"denied after all": {change: set(task, document(
			`{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}`),
			"policy")},
		"narrowed by condition": {change: set(task, document(`{"Effect":"Allow","Action":"ecs:UpdateService","Resource":"*",`+
			`"Condition":{"ArnEquals":{"ecs:cluster":"arn:aws:ecs:us-east-1:123456789012:cluster/one"}}}`), "policy")},
		"GitHub environment": {
			change: set(testgraph.Named(iamRole, "*-task"), document(`{"Effect":"Allow","Principal":{"Federated":`+
				`"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},`+
				`"Action":"sts:AssumeRoleWithWebIdentity",`+
				`"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",`+
				`"token.actions.githubusercontent.com:sub":"repo:example/app:environment:prod"}}}`), "assumeRolePolicy"),
		},
		"image function": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(function), "Image", "packageType")
			s.Set(testgraph.First(function), nil, "runtime")
		}},
		"function that the program waits for": {change: func(s *testgraph.Stack) {
			setup := s.Add(function, "setup", testgraph.Props{
				"runtime": "provided.al2023", "vpcConfig": testgraph.Props{"subnetIds": []any{"subnet-1", "subnet-2"}},
			})
			s.Add("aws:lambda/invocation:Invocation", "setup", testgraph.Props{
				"functionName": testgraph.Of(setup, "name"),
				"input":        "{}",
			})
		}},
		"immutable tag": {change: container("image", "registry.example.com:5000/app:1.4.2")},
		"MySQL": {change: anotherEngine("mysql", "mysql8.4", 3306, []any{"error", "slowquery"},
			setting("require_secure_transport", "1"), setting("slow_query_log", "1"))},
		"MySQL that forces TLS by default": {change: anotherEngine("mysql", "mysql9.7", 3306, []any{"error"},
			setting("slow_query_log", "1"))},
		"SQL Server": {change: func(s *testgraph.Stack) {
			anotherEngine("sqlserver-se", "sqlserver-se-16.0", 1433, []any{"error"}, setting("rds.force_ssl", "1"))(s)
			s.Set(testgraph.First(instance), nil, "iamDatabaseAuthenticationEnabled")
		}},
		"Oracle": {change: func(s *testgraph.Stack) {
			oracle("NATIVE_NETWORK_ENCRYPTION", "REQUIRED")(s)
			s.Set(testgraph.First(instance), nil, "iamDatabaseAuthenticationEnabled")
		}},
		"PostgreSQL that forces TLS by default": {change: func(s *testgraph.Stack) {
			renameParameter(s, "rds.force_ssl", "rds.logical_replication")
		}},
		"read replica": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(instance), nil, "manageMasterUserPassword")
			s.Set(testgraph.First(instance), nil, "masterUserSecretKmsKeyId")
			s.Set(testgraph.First(instance), "primary", "replicateSourceDb")
		}},
		"asymmetric key": {change: func(s *testgraph.Stack) {
			s.Set(testgraph.First(kmsKey), nil, "enableKeyRotation")
			s.Set(testgraph.First(kmsKey), "RSA_4096", "customerMasterKeySpec")
		}},
		"secret rotated by cron":     {change: rotated("cron(0 8 1,15 * ? *)")},
		"secret rotated by the hour": {change: rotated("rate(12 hours)")},
		"queue for the endpoints of an account": {change: set(testgraph.First(queuePolicy), document(
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringEquals":`+
				`{"aws:VpceAccount":"123456789012"}}},{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		"GitHub environment, with ids": {change: set(testgraph.Named(iamRole, "*-task"), document(
			`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/`+
				`token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":`+
				`{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":`+
				`["repo:example@1234/app@5678:environment:prod","repo:example/app:environment:prod"]}}}`), "assumeRolePolicy")},
		"accounts that may come in": {
			config: param("no-foreign-accounts", "accounts", []any{"999999999999"}), change: func(s *testgraph.Stack) {
				s.Add("aws:secretsmanager/secretPolicy:SecretPolicy", "extra", testgraph.Props{"policy": document(foreignRoot)})
				s.Add("aws:ec2/amiLaunchPermission:AmiLaunchPermission", "extra", testgraph.Props{
					"imageId": "ami-1", "accountId": "999999999999",
				})
			},
		},
		"layer for our organisation": {change: func(s *testgraph.Stack) {
			s.Add("aws:lambda/layerVersionPermission:LayerVersionPermission", "extra", testgraph.Props{
				"principal": "*", "organizationId": "o-a1b2c3d4e5", "action": "lambda:GetLayerVersion",
			})
		}},
		"queue with its own policy": {change: func(s *testgraph.Stack) {
			s.Remove(testgraph.First(queuePolicy))
			s.Set(testgraph.First("aws:sqs/queue:Queue"), document(
				`{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",`+
					`"Condition":{"Bool":{"aws:SecureTransport":false}}}`), "policy")
		}},
	}
}

func TestCompliantAlternativesPass(t *testing.T) {
	for name, a := range alternatives() {
		t.Run(name, func(t *testing.T) {
			s := baseline(testgraph.Deployed)
			a.change(s)
			assert.Empty(t, violatedHere(t, prodStack, s, a.config))
		})
	}
}

// movePort changes the port on which one tier reaches another.
func movePort(s *testgraph.Stack, from, to string, port int) {
	for _, pick := range []testgraph.Pick{s.Between(egressRule, from, to), s.Between(ingressRule, to, from)} {
		s.Set(pick, port, "fromPort")
		s.Set(pick, port, "toPort")
	}
}
