package testgraph

// delivery adds the resources that build and deliver the application, its backups and its
// firewall.
func (b *builder) delivery(keys keyring) {
	b.add(nil, "aws:codebuild/project:Project", "image", props{
		"name": "image" + b.suffix, "serviceRole": arn(b.role("image", "codebuild.amazonaws.com")),
		"artifacts": props{"type": "CODEPIPELINE"}, "encryptionKey": arn(keys.data),
		"source": props{"type": "CODEPIPELINE", "buildspec": "image.yml"},
		"environment": props{
			"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": "aws/codebuild/standard:7.0",
			"environmentVariables": []any{
				props{"name": "SERVICE", "value": "visitor-book"},
				props{"name": "API_TOKEN", "value": "api", "type": "SECRETS_MANAGER"},
			},
		},
		"logsConfig": props{"cloudwatchLogs": props{"groupName": "/codebuild/image", "status": "ENABLED"}},
	})
	b.add(nil, "aws:codepipeline/pipeline:Pipeline", "visitor-book", props{
		"name": "visitor-book" + b.suffix, "roleArn": arn(b.role("pipeline", "codepipeline.amazonaws.com")),
		"artifactStores": []any{props{
			"type": "S3", "location": "artifacts", "encryptionKey": props{"type": "KMS", "id": arn(keys.data)},
		}},
	})
	b.add(nil, "aws:backup/vault:Vault", "backup", props{"name": "backup" + b.suffix, "kmsKeyArn": arn(keys.data)})
	acl := b.add(nil, "aws:wafv2/webAcl:WebAcl", "web", props{
		"scope": "REGIONAL", "defaultAction": props{"allow": props{}}, "rules": []any{
			props{"name": "limit", "priority": 1, "action": props{"block": props{}}, "statement": props{
				"rateBasedStatement": props{"aggregateKeyType": "IP", "limit": 2000},
			}},
			props{"name": "bad-inputs", "priority": 2, "overrideAction": props{"none": props{}}, "statement": props{
				"managedRuleGroupStatement": props{"vendorName": "AWS", "name": "AWSManagedRulesKnownBadInputsRuleSet"},
			}},
		},
	})
	b.add(nil, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "web", props{
		"resourceArn":           arn(acl),
		"logDestinationConfigs": []any{"arn:aws:logs:us-east-1:" + account + ":log-group:aws-waf-logs-web"},
	})
}
