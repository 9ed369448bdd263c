package main

import "aws-webapp/policies/testgraph"

const (
	repository  = "aws:ecr/repository:Repository"
	secret      = "aws:secretsmanager/secret:Secret"
	rotation    = "aws:secretsmanager/secretRotation:SecretRotation"
	kmsKey      = "aws:kms/key:Key"
	function    = "aws:lambda/function:Function"
	permission  = "aws:lambda/permission:Permission"
	topic       = "aws:sns/topic:Topic"
	topicPolicy = "aws:sns/topicPolicy:TopicPolicy"
	queue       = "aws:sqs/queue:Queue"
	queuePolicy = "aws:sqs/queuePolicy:QueuePolicy"
)

// rotated gives the made-up secret's rotation another schedule.
func rotated(schedule string) func(*testgraph.Stack) {
	return set(testgraph.With(rotation, "rate(30 days)", "rotationRules", "scheduleExpression"), schedule,
		"rotationRules", "scheduleExpression")
}

// noDestination removes the functions' destinations for failures.
func noDestination(s *testgraph.Stack) {
	const destinations = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
	for range s.Every(testgraph.First(destinations)) {
		s.Remove(testgraph.First(destinations))
	}
}

func platformMutants() []mutant {
	repo, fn, key := testgraph.First(repository), testgraph.Named(function, "*-shipper"), testgraph.First(kmsKey)
	return []mutant{
		{control: "ecr-scan-on-push", fault: "off", madeUp: true, mutate: set(repo, false, "imageScanningConfiguration",
			"scanOnPush")},
		{control: "ecr-immutable-tags", fault: "mutable", madeUp: true, mutate: set(repo, "MUTABLE", "imageTagMutability")},
		{
			control: "ecr-lifecycle", fault: "none", madeUp: true,
			mutate: remove(testgraph.First("aws:ecr/lifecyclePolicy:LifecyclePolicy")),
		},
		{control: "ecr-customer-key", fault: "AES256", madeUp: true, mutate: set(repo, nil, "encryptionConfigurations")},
		{
			control: "ecr-not-public", fault: "everybody", madeUp: true,
			mutate: set(testgraph.First("aws:ecr/repositoryPolicy:RepositoryPolicy"),
				document(`{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`), "policy"),
		},
		{control: "ecr-not-public", fault: "public registry", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ecrpublic/repository:Repository", "extra", testgraph.Props{"repositoryName": "visitor-book"})
		}},
		{
			control: "secret-rotation", fault: "none", madeUp: true,
			mutate: remove(testgraph.With(rotation, "rate(30 days)", "rotationRules", "scheduleExpression")),
		},
		{control: "secret-rotation", fault: "too slow", mutate: set(testgraph.Named(rotation, "d*b*"), 91, "rotationRules",
			"automaticallyAfterDays")},
		{control: "secret-rotation", fault: "once a year", madeUp: true, mutate: rotated("rate(365 days)")},
		{control: "secret-rotation", fault: "once a year, by cron", madeUp: true, mutate: rotated("cron(0 8 1 1 ? *)")},
		{control: "secret-rotation", fault: "until a year", madeUp: true, mutate: rotated("cron(0 8 1 * ? 2027-2030)")},
		{control: "secret-rotation", fault: "not to be read", madeUp: true, mutate: rotated("every month")},
		{
			control: "secret-customer-key", fault: "AWS's key", madeUp: true,
			mutate: set(testgraph.First(secret), nil, "kmsKeyId"),
		},
		{
			control: "secret-customer-key", fault: "the database's",
			mutate: set(testgraph.First(instance), nil, "masterUserSecretKmsKeyId"),
		},
		{control: "kms-key-rotation", fault: "off", mutate: set(key, nil, "enableKeyRotation")},
		{control: "kms-key-rotation", fault: "every three years", mutate: set(key, 1095, "rotationPeriodInDays")},
		{control: "kms-key-not-public", fault: "replica", mutate: func(s *testgraph.Stack) {
			s.Add("aws:kms/replicaKey:ReplicaKey", "extra", testgraph.Props{
				"primaryKeyArn": testgraph.Of(s.Get(key), "arn"),
				"policy":        document(`{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}`),
			})
		}},
		{control: "kms-key-not-public", fault: "through a service only", mutate: set(key, document(
			`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":`+
				`{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}`), "policy")},
		{control: "kms-key-not-public", fault: "everybody", mutate: set(key, document(
			`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"kms:Decrypt","Resource":"*"}`), "policy")},
		{control: "kms-key-not-public", fault: "condition that narrows nothing", mutate: set(key, document(
			`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringLike":`+
				`{"kms:CallerAccount":"*"}}}`), "policy")},
		{
			control: "service-conditions-sent", fault: "an account for EventBridge", config: ourAccounts(),
			mutate: set(testgraph.First(topicPolicy), document(
				`{"Effect":"Allow","Principal":{"Service":["cloudwatch.amazonaws.com","events.amazonaws.com"]},`+
					`"Action":"sns:Publish",`+
					`"Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}},{"Effect":"Deny",`+
					`"Principal":"*",`+
					`"Action":"sns:Publish","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy"),
		},
		{
			control: "service-conditions-sent", fault: "an account for EventBridge, in a key", config: ourAccounts(),
			mutate: set(key, document(
				`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":["kms:Decrypt","kms:GenerateDataKey*"],`+
					`"Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`), "policy"),
		},
		{control: "service-conditions-sent", fault: "the trail's role", mutate: set(testgraph.First(iamRole), document(
			`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole",`+
				`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`), "assumeRolePolicy")},
		{control: "lambda-permission-narrow", fault: "everybody", mutate: set(testgraph.First(permission), "*", "principal")},
		{
			control: "lambda-permission-narrow", fault: "any resource",
			mutate: set(testgraph.First(permission), nil, "sourceArn"),
		},
		{control: "lambda-permission-narrow", fault: "any resource in China", mutate: func(s *testgraph.Stack) {
			s.Set(testgraph.First(permission), "s3.amazonaws.com.cn", "principal")
			s.Set(testgraph.First(permission), nil, "sourceArn")
		}},
		{control: "lambda-permission-narrow", fault: "any bucket", mutate: set(testgraph.First(permission), "arn:aws:s3:::*",
			"sourceArn")},
		{control: "no-foreign-accounts", fault: "function", mutate: set(testgraph.First(permission),
			"999999999999", "principal")},
		{control: "lambda-permission-narrow", fault: "open URL", mutate: func(s *testgraph.Stack) {
			s.Add("aws:lambda/functionUrl:FunctionUrl", "extra", testgraph.Props{
				"functionName": testgraph.Of(s.Get(fn), "name"), "authorizationType": "NONE",
			})
		}},
		{control: "lambda-environment", fault: "secret", mutate: set(fn, "x", "environment", "variables", "API_TOKEN")},
		{control: "lambda-environment", fault: "AWS's key", mutate: set(fn, nil, "kmsKeyArn")},
		{control: "lambda-in-vpc", fault: "outside", madeUp: true, mutate: set(fn, nil, "vpcConfig")},
		{
			control: "lambda-dead-letters", fault: "none", madeUp: true,
			mutate: changes(set(fn, nil, "deadLetterConfig"), noDestination),
		},
		{
			control: "lambda-dead-letters", fault: "hook that an event invokes, too", stays: function, madeUp: true,
			mutate: func(s *testgraph.Stack) {
				hook := s.Get(testgraph.Named(function, "deployment-test"))
				s.Add(permission, "nightly", testgraph.Props{
					"function": testgraph.Of(hook, "name"), "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
					"sourceArn": "arn:aws:events:us-east-1:123456789012:rule/nightly",
				})
			},
		},
		{control: "lambda-dead-letters", fault: "hook of no deployment", madeUp: true, mutate: set(
			testgraph.Named(iamRolePolicy, "*deployment*s"), document(`{"Effect":"Allow","Action":"lambda:InvokeFunction",`+
				`"Resource":"arn:aws:lambda:us-east-1:123456789012:function:another"}`), "policy")},
		{control: "sns-not-public", fault: "everybody", mutate: set(testgraph.First(topicPolicy), document(
			`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sns:Publish","Resource":"*"},`+
				`{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"*",`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`),
			"policy")},
		{control: "sns-customer-key", fault: "AWS's key", mutate: set(testgraph.First(topic), "alias/aws/sns",
			"kmsMasterKeyId")},
		{
			control: "sqs-encrypted", fault: "off", config: off("sqs-customer-key"), mutate: func(s *testgraph.Stack) {
				s.Set(testgraph.First(queue), nil, "kmsMasterKeyId")
				s.Set(testgraph.First(queue), false, "sqsManagedSseEnabled")
			},
		},
		{control: "sqs-customer-key", fault: "SQS's key", mutate: set(testgraph.First(queue), nil, "kmsMasterKeyId")},
		{control: "sqs-customer-key", fault: "AWS's key", mutate: set(
			testgraph.First(queue), "alias/aws/sqs", "kmsMasterKeyId")},
		{control: "sqs-no-wildcard-actions", fault: "of the service", config: ourAccounts(), mutate: set(
			testgraph.First(queuePolicy), document(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},`+
				`"Action":"SQS:*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "sqs-no-wildcard-actions", fault: "in the queue itself", config: ourAccounts(), mutate: set(
			testgraph.First(queue), document(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},`+
				`"Action":"*","Resource":"*"}`), "policy")},
		{control: "kms-key-enabled", fault: "off", mutate: set(key, false, "isEnabled")},
		{control: "kms-key-enabled", fault: "our own material", mutate: func(s *testgraph.Stack) {
			s.Add("aws:kms/externalKey:ExternalKey", "extra", testgraph.Props{"enabled": false})
		}},
		{control: "kms-key-enabled", fault: "replica", mutate: func(s *testgraph.Stack) {
			s.Add("aws:kms/replicaKey:ReplicaKey", "extra", testgraph.Props{
				"primaryKeyArn": testgraph.Of(s.Get(key), "arn"), "enabled": false,
			})
		}},
		{control: "messaging-tls-only", fault: "queue", mutate: remove(testgraph.First(queuePolicy))},
		{control: "messaging-tls-only", fault: "topic", mutate: set(testgraph.First(topicPolicy), document(
			`{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"*"}`),
			"policy")},
		{control: "ebs-encrypted", fault: "volume", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ebs/volume:Volume", "extra", testgraph.Props{"availabilityZone": "us-east-1a", "size": 8})
		}},
		{control: "ebs-encrypted", fault: "a machine's", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ec2/instance:Instance", "extra", testgraph.Props{
				"instanceType": "t3.micro", "rootBlockDevice": testgraph.Props{"encrypted": true},
				"ebsBlockDevices": []any{testgraph.Props{"deviceName": "/dev/sdf", "encrypted": false}},
			})
		}},
		{control: "ebs-encrypted", fault: "launch template", mutate: func(s *testgraph.Stack) {
			s.Add("aws:ec2/launchTemplate:LaunchTemplate", "extra", testgraph.Props{
				"blockDeviceMappings": []any{
					testgraph.Props{"deviceName": "/dev/xvda", "ebs": testgraph.Nested(testgraph.Props{"encrypted": "false"})},
				},
			})
		}},
		{control: "ebs-encrypted", fault: "default", mutate: set(
			testgraph.First("aws:ebs/encryptionByDefault:EncryptionByDefault"), false, "enabled")},
		{control: "required-tags", fault: "empty", mutate: set(key, testgraph.Nested(testgraph.Props{"Owner": ""}), "tags")},
		{control: "explicit-provider", fault: "default provider", mutate: func(s *testgraph.Stack) {
			r := s.Get(key)
			provider := *r.Provider
			provider.Name, provider.URN = "default_6_83_2", "urn:pulumi:prod::aws-webapp::pulumi:providers:aws::default_6_83_2"
			r.Provider = &provider
		}},
		{control: "resource-policy-not-public", fault: "queue", mutate: set(testgraph.First(queuePolicy), document(
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"},{"Effect":"Deny","Principal":"*",`+
				`"Action":"sqs:*",`+
				`"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "resource-policy-not-public", fault: "in a list", mutate: set(testgraph.First(queuePolicy), document(
			`{"Effect":"Allow","Principal":["*"],"Action":"sqs:SendMessage","Resource":"*"},{"Effect":"Deny","Principal":"*",`+
				`"Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "resource-policy-not-public", fault: "any endpoint", mutate: set(testgraph.First(queuePolicy), document(
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringLike":`+
				`{"aws:SourceVpce":"vpce-*"}}},{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "messaging-tls-only", fault: "queue, for senders alone", mutate: set(testgraph.First(queuePolicy), document(
			`{"Effect":"Deny","Principal":"*","Action":"sqs:SendMessage","Resource":"*",`+
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")},
		{control: "resource-policy-not-public", fault: "event bus", mutate: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "extra", testgraph.Props{
				"policy": document(`{"Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"*"}`),
			})
		}},
		{control: "resource-policy-not-public", fault: "event bus, by permission", mutate: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/eventPermission:EventPermission", "extra", testgraph.Props{
				"principal": "*", "statementId": "all",
			})
		}},
		{control: "resource-policy-not-public", fault: "layer", mutate: func(s *testgraph.Stack) {
			s.Add("aws:lambda/layerVersionPermission:LayerVersionPermission", "extra", testgraph.Props{
				"principal": "*", "action": "lambda:GetLayerVersion",
			})
		}},
		{control: "resource-policy-not-public", fault: "log destination", mutate: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "extra", testgraph.Props{
				"policyName":     "all",
				"policyDocument": document(`{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}`),
			})
		}},
		{control: "provider-judged", fault: "Cloud Control", mutate: func(s *testgraph.Stack) {
			s.Add("aws-native:s3:Bucket", "extra", nil)
		}},
		{
			// Without allowedAccountIds every account counts as foreign, until the configuration names
			// ours.
			control: "explicit-provider", fault: "any account", config: ourAccounts(),
			mutate: func(s *testgraph.Stack) {
				r := s.Get(key)
				provider := *r.Provider
				provider.Name, provider.URN = "other", "urn:pulumi:prod::aws-webapp::pulumi:providers:aws::other"
				provider.Inputs = provider.Inputs.Copy()
				delete(provider.Inputs, "allowedAccountIds")
				r.Provider = &provider
			},
		},
	}
}
