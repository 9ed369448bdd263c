package main

import "aws-webapp/policies/testgraph"

const (
	buildProject = "aws:codebuild/project:Project"
	pipeline     = "aws:codepipeline/pipeline:Pipeline"
	vault        = "aws:backup/vault:Vault"
	webACL       = "aws:wafv2/webAcl:WebAcl"
	webACLLog    = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
)

// plain gives the builds one more plain variable.
func plain(name, value string) func(*testgraph.Stack) {
	return set(testgraph.First(buildProject), []any{
		testgraph.Nested(testgraph.Props{"name": "SERVICE", "value": "visitor-book"}),
		testgraph.Nested(testgraph.Props{"name": name, "value": value, "type": "PLAINTEXT"}),
	}, "environment", "environmentVariables")
}

// badInputs changes the rule of the firewall that refuses known bad inputs.
func badInputs(change testgraph.Props, statement testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		group := testgraph.Props{"vendorName": "AWS", "name": "AWSManagedRulesKnownBadInputsRuleSet"}
		for key, value := range statement {
			group[key] = value
		}
		rule := testgraph.Props{
			"name": "bad-inputs", "priority": 1, "overrideAction": testgraph.Props{"none": testgraph.Props{}},
			"statement": testgraph.Props{"managedRuleGroupStatement": group},
		}
		for key, value := range change {
			rule[key] = value
		}
		s.Set(testgraph.First(webACL), []any{testgraph.Nested(rule)}, "rules")
	}
}

func overridden(rule, action string) testgraph.Props {
	return testgraph.Props{"ruleActionOverrides": []any{
		testgraph.Props{"name": rule, "actionToUse": testgraph.Props{action: testgraph.Props{}}},
	}}
}

// The program builds in its delivery stack.
func buildMutants() []mutant {
	project, store := testgraph.First(buildProject), testgraph.First(pipeline)
	location := func(address string) func(*testgraph.Stack) { return set(project, address, "source", "location") }
	all := []mutant{
		{control: "codebuild-no-secrets", fault: "token", mutate: plain("API_TOKEN", "x")},
		{control: "codebuild-no-secrets", fault: "access key", mutate: plain("AWS_ACCESS_KEY_ID", "x")},
		{control: "codebuild-no-secrets", fault: "by its value", mutate: plain("X", "AKIAIOSFODNN7EXAMPLE")},
		{control: "codebuild-no-secrets", fault: "by its value alone", mutate: set(project,
			"postgresql://app:hunter2@db.internal/app", "environment", "environmentVariables", "0", "value")},
		{control: "codebuild-no-secrets", fault: "no secret's name", madeUp: true, mutate: set(project, nil,
			"environment", "environmentVariables", "1", "type")},
		{control: "codebuild-no-secrets", fault: "password of the source", mutate: location(
			"https://builder:hunter2@bitbucket.org/example/app.git")},
		{control: "codebuild-no-secrets", fault: "token of the source", mutate: location(
			"https://ghp_0123456789abcdefghijklmnopqrstuvwxyz@github.com/example/app.git")},
		{control: "codebuild-no-secrets", fault: "second source", mutate: set(project, []any{
			testgraph.Nested(testgraph.Props{
				"type": "BITBUCKET", "sourceIdentifier": "two", "location": "https://builder:hunter2@bitbucket.org/example/two.git",
			}),
		}, "secondarySources")},
		{control: "codebuild-no-secrets", fault: "in the specification", mutate: set(project,
			"phases:\n  build:\n    commands:\n      - AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE make", "source", "buildspec")},
		{control: "codebuild-no-secrets", fault: "password in a command", mutate: set(project,
			"phases:\n  build:\n    commands:\n      - git clone https://builder:hunter2@example.com/app.git",
			"source", "buildspec")},
		{control: "codebuild-privileged", fault: "on", mutate: set(project, true, "environment", "privilegedMode")},
		{
			control: "codebuild-privileged", fault: "of another project",
			config: param("codebuild-privileged", "projects", []any{"containers"}),
			mutate: set(project, true, "environment", "privilegedMode"),
		},
		{control: "codebuild-encrypted", fault: "no key", mutate: set(project, nil, "encryptionKey")},
		{control: "codebuild-encrypted", fault: "AWS's key", mutate: set(project, "alias/aws/s3", "encryptionKey")},
		{control: "codebuild-encrypted", fault: "artifacts in the clear", mutate: set(project, true,
			"artifacts", "encryptionDisabled")},
		{control: "codebuild-encrypted", fault: "second artifacts without key", mutate: func(s *testgraph.Stack) {
			s.Set(project, "NO_ARTIFACTS", "artifacts", "type")
			second := testgraph.Nested(testgraph.Props{"type": "S3", "artifactIdentifier": "two"})
			s.Set(project, []any{second}, "secondaryArtifacts")
			s.Set(project, nil, "encryptionKey")
		}},
		{control: "codebuild-encrypted", fault: "second artifacts in the clear", mutate: set(project, []any{
			testgraph.Nested(testgraph.Props{"type": "S3", "artifactIdentifier": "two", "encryptionDisabled": true}),
		}, "secondaryArtifacts")},
		{control: "codebuild-encrypted", fault: "log in the clear", mutate: set(project,
			testgraph.Nested(testgraph.Props{"status": "ENABLED", "location": "logs/build", "encryptionDisabled": true}),
			"logsConfig", "s3Logs")},
		{control: "codebuild-logs", fault: "off", mutate: set(project, "DISABLED", "logsConfig", "cloudwatchLogs", "status")},
		{control: "codepipeline-customer-key", fault: "none", mutate: set(store, nil,
			"artifactStores", "0", "encryptionKey")},
		{control: "codepipeline-customer-key", fault: "AWS's key", mutate: set(store, "alias/aws/s3",
			"artifactStores", "0", "encryptionKey", "id")},
		{control: "codepipeline-customer-key", fault: "second store", mutate: func(s *testgraph.Stack) {
			first, _ := s.Get(store).Get("artifactStores").List()
			id, _ := first[0].Dig("encryptionKey", "id").Text()
			s.Set(store, []any{
				testgraph.Nested(testgraph.Props{
					"type": "S3", "location": "one", "region": "us-east-1",
					"encryptionKey": testgraph.Props{"type": "KMS", "id": id},
				}),
				testgraph.Nested(testgraph.Props{"type": "S3", "location": "two", "region": "eu-west-1"}),
			}, "artifactStores")
		}},
	}
	for i := range all {
		all[i].stack = "delivery"
	}
	return all
}

func firewallMutants() []mutant {
	acl, log, backups := testgraph.First(webACL), testgraph.First(webACLLog), testgraph.First(vault)
	return []mutant{
		{control: "backup-vault-customer-key", fault: "none", mutate: set(backups, nil, "kmsKeyArn")},
		{control: "backup-vault-customer-key", fault: "AWS's key", mutate: set(backups, "alias/aws/backup", "kmsKeyArn")},
		{control: "waf-rules", fault: "none", mutate: set(acl, nil, "rules")},
		{control: "waf-rules", fault: "none in JSON", mutate: func(s *testgraph.Stack) {
			s.Set(acl, nil, "rules")
			s.Set(acl, "[]", "ruleJson")
		}},
		{control: "waf-known-bad-inputs", fault: "another group", mutate: badInputs(nil, testgraph.Props{
			"name": "AWSManagedRulesCommonRuleSet",
		})},
		{control: "waf-known-bad-inputs", fault: "another vendor's", mutate: badInputs(nil,
			testgraph.Props{"vendorName": "Other"})},
		{control: "waf-known-bad-inputs", fault: "counts alone", mutate: badInputs(testgraph.Props{
			"overrideAction": testgraph.Props{"count": testgraph.Props{}},
		}, nil)},
		{control: "waf-known-bad-inputs", fault: "counts Log4j", mutate: badInputs(nil,
			overridden("Log4JRCE_HEADER", "count"))},
		{control: "waf-known-bad-inputs", fault: "allows Log4j", mutate: badInputs(nil,
			overridden("Log4JRCE_BODY", "allow"))},
		{control: "waf-known-bad-inputs", fault: "missing in JSON", mutate: func(s *testgraph.Stack) {
			s.Set(acl, nil, "rules")
			s.Set(acl, `[{"Name":"bad","Priority":1,"OverrideAction":{"Count":{}},"Statement":`+
				`{"ManagedRuleGroupStatement":{"VendorName":"AWS","Name":"AWSManagedRulesKnownBadInputsRuleSet"}}}]`, "ruleJson")
		}},
		{control: "waf-logging", fault: "none", mutate: remove(log)},
		{control: "waf-logging", fault: "all dropped", mutate: set(log, testgraph.Nested(testgraph.Props{
			"defaultBehavior": "DROP", "filters": []any{testgraph.Props{"behavior": "DROP", "requirement": "MEETS_ANY"}},
		}), "loggingFilter")},
		{control: "waf-logging", fault: "of another stack's web ACL", madeUp: true, mutate: func(s *testgraph.Stack) {
			s.Add(webACLLog, "extra", testgraph.Props{
				"resourceArn":   "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/other/1",
				"loggingFilter": testgraph.Props{"defaultBehavior": "DROP"},
			})
		}},
	}
}
