package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
)

func TestSearchDomains(t *testing.T) {
	log := func(kind string) p { return p{"logType": kind, "cloudwatchLogGroupArn": "arn:group"} }
	all := []any{log("ES_APPLICATION_LOGS"), log("AUDIT_LOGS"), log("INDEX_SLOW_LOGS"), log("SEARCH_SLOW_LOGS")}
	logs := []change{{"logPublishingOptions", nil, fails}, {"logPublishingOptions", unknownText, open}}
	for _, i := range []string{"0", "1", "2", "3"} {
		one := "logPublishingOptions." + i
		logs = append(logs, change{one + ".enabled", false, fails}, change{one + ".enabled", true, passes},
			change{one + ".cloudwatchLogGroupArn", nil, fails}, change{one + ".logType", "X", fails})
	}
	tls := p{"domainEndpointOptions": p{"enforceHttps": true, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}}
	var rows []judged
	for _, domain := range []string{searchDomainType, elasticDomainType} {
		rows = append(rows,
			ownKeyed("opensearch-encrypted", domain, "encryptAtRest.kmsKeyId", p{"encryptAtRest": p{
				"enabled":  true,
				"kmsKeyId": ours,
			}}),
			judged{
				control: "opensearch-encrypted", typeToken: domain, want: passes,
				base:    p{"encryptAtRest": p{"enabled": true, "kmsKeyId": ours}},
				changes: []change{{"encryptAtRest.enabled", false, fails}, {"encryptAtRest.enabled", nil, fails}},
			},
			judged{
				control: "opensearch-in-vpc", typeToken: domain, want: passes,
				base: p{"vpcOptions": p{"subnetIds": []any{"a"}, "securityGroupIds": []any{"g"}}}, changes: []change{
					{"vpcOptions.subnetIds", nil, fails}, {"vpcOptions.securityGroupIds", nil, fails}, {"vpcOptions", nil, fails},
				},
			},
			judged{
				control: "opensearch-node-to-node", typeToken: domain, want: passes,
				base:    p{"nodeToNodeEncryption": p{"enabled": true}},
				changes: []change{{"nodeToNodeEncryption.enabled", false, fails}, {"nodeToNodeEncryption", nil, fails}},
			},
			judged{
				control: "opensearch-logs", typeToken: domain, want: passes, base: p{"logPublishingOptions": all},
				changes: logs,
			},
			judged{
				control: "opensearch-resilient", typeToken: domain, want: passes,
				base: p{"clusterConfig": p{"zoneAwarenessEnabled": true, "instanceCount": 2}}, changes: []change{
					{"clusterConfig.zoneAwarenessEnabled", false, fails},
					{"clusterConfig.instanceCount", 1, fails},
					{"clusterConfig.instanceCount", nil, fails},
					{"clusterConfig.instanceCount", 3, passes},
				},
			},
			judged{
				control: "opensearch-resilient", typeToken: domain, want: fails, params: control.Params{"dedicatedMasters": true},
				base:    p{"clusterConfig": p{"zoneAwarenessEnabled": true, "instanceCount": 2}},
				changes: []change{{"clusterConfig.dedicatedMasterEnabled", true, passes}},
			},
			judged{
				control: "opensearch-access-control", typeToken: domain, want: passes,
				base:    p{"advancedSecurityOptions": p{"enabled": true}},
				changes: []change{{"advancedSecurityOptions.enabled", false, fails}, {"advancedSecurityOptions", nil, fails}},
			},
			judged{control: "opensearch-https", typeToken: domain, want: passes, base: tls, changes: []change{
				{"domainEndpointOptions.enforceHttps", false, fails},
				{"domainEndpointOptions.enforceHttps", nil, fails},
				{"domainEndpointOptions.tlsSecurityPolicy", nil, fails},
				{"domainEndpointOptions.tlsSecurityPolicy", "Policy-Min-TLS-1-2-2019-07", fails},
			}},
			judged{control: "opensearch-no-master-password", typeToken: domain, want: passes, changes: []change{
				{"advancedSecurityOptions.masterUserOptions.masterUserPassword", "x", fails},
				{"advancedSecurityOptions.masterUserOptions.masterUserPassword", unknownText, open},
				{
					"advancedSecurityOptions.masterUserOptions.masterUserPassword",
					resource.MakeSecret(resource.NewStringProperty("x")), passes,
				},
			}},
		)
	}
	for _, typeToken := range []string{searchDomainType, searchDomainPolicyType, elasticDomainType, elasticPolicyType} {
		anonymous := map[bool]control.Verdict{true: fails, false: passes}[typeToken == searchDomainType]
		rows = append(rows, judged{
			control: "opensearch-not-anonymous", typeToken: typeToken, want: passes,
			base: p{"accessPolicies": policyOf(weMay)},
			changes: []change{
				{"accessPolicies", policyOf(everyoneMay), fails},
				{"accessPolicies", unknownText, open},
				{"advancedSecurityOptions.anonymousAuthEnabled", true, anonymous},
				{"advancedSecurityOptions.anonymousAuthEnabled", false, passes},
			},
		})
	}
	judgeAll(t, rows)
}

func TestFirewalls(t *testing.T) {
	group := p{"statement": p{"managedRuleGroupStatement": p{
		"name":       "AWSManagedRulesKnownBadInputsRuleSet",
		"vendorName": "AWS",
	}}}
	other := p{"statement": p{"managedRuleGroupStatement": p{
		"name":       "AWSManagedRulesCommonRuleSet",
		"vendorName": "AWS",
	}}}
	const managed = "rules.1.statement.managedRuleGroupStatement"
	override := func(name any, action p) []any { return []any{p{"name": name, "actionToUse": action}} }
	log := func(more p) []made {
		inputs := p{"resourceArn": "it"}
		for key, value := range more {
			inputs[key] = value
		}
		return []made{{webACLLoggingType, "log", inputs}}
	}
	judgeAll(t, []judged{
		{control: "waf-rules", want: fails, changes: []change{
			{"rules", []any{other}, passes},
			{"rules", []any{}, fails},
			{"ruleJson", `[{"Name":"a"}]`, passes},
			{"ruleJson", "[]", fails},
			{"ruleJson", unknownText, open},
			{"rules", unknownText, open},
		}},
		{control: "waf-known-bad-inputs", want: passes, base: p{"rules": []any{other, group}}, changes: []change{
			{"rules", []any{other}, fails},
			{"rules", []any{}, none},
			{managed + ".vendorName", "Them", fails},
			{managed + ".vendorName", nil, passes},
			{"rules.1.overrideAction", p{"count": p{}}, fails},
			{"rules.1.overrideAction", p{"none": p{}}, passes},
			{managed + ".ruleActionOverrides", override("Log4JRCE_BODY", p{"count": p{}}), fails},
			{managed + ".ruleActionOverrides", override("Log4JRCE_BODY", p{"block": p{}}), passes},
			{managed + ".ruleActionOverrides", override("Host_Localhost_HEADER", p{"count": p{}}), passes},
			{managed + ".ruleActionOverrides", override(unknownText, p{"count": p{}}), open},
			{"rules", unknownText, open},
		}},
		{control: "waf-logging", want: passes, others: log(nil)},
		{control: "waf-logging", want: fails},
		{control: "waf-logging", want: passes, others: log(p{"loggingFilter": p{"defaultBehavior": "KEEP"}})},
		{control: "waf-logging", want: fails, others: log(p{"loggingFilter": p{"defaultBehavior": "DROP"}})},
		{control: "waf-logging", want: passes, others: log(p{"loggingFilter": p{
			"defaultBehavior": "DROP", "filters": []any{p{"behavior": "DROP"}, p{"behavior": "KEEP"}},
		}})},
		{control: "waf-logging", want: fails, others: log(p{"loggingFilter": p{
			"defaultBehavior": "DROP", "filters": []any{p{"behavior": "DROP"}},
		}})},
		{
			control: "waf-logging", typeToken: webACLLoggingType, want: passes, base: p{"resourceArn": "another"},
			changes: []change{
				{"loggingFilter.defaultBehavior", "DROP", fails},
			},
		},
		{
			control: "waf-logging", typeToken: webACLLoggingType, want: none, base: p{"resourceArn": "acl"},
			others: []made{{webACLType, "acl", nil}},
		},
	})
}

func TestBuilds(t *testing.T) {
	variable := func(name, value, kind any) []any {
		v := p{"name": name, "value": value}
		if kind != nil {
			v["type"] = kind
		}
		return []any{p{"name": "STAGE", "value": "prod"}, v}
	}
	const variables = "environment.environmentVariables"
	judgeAll(t, []judged{
		{control: "codebuild-no-secrets", want: passes, changes: []change{
			{variables, variable("DB_PASSWORD", "hunter2", nil), fails},
			{variables, variable("DB_PASSWORD", "hunter2", "PLAINTEXT"), fails},
			{variables, variable("DB_PASSWORD", "hunter2", ""), fails},
			{variables, variable("DB_PASSWORD", "name", "SECRETS_MANAGER"), passes},
			{variables, variable("DB_PASSWORD", "name", "PARAMETER_STORE"), passes},
			{variables, variable("AWS_ACCESS_KEY_ID", "x", nil), fails},
			{variables, variable("aws_access_key_id", "x", nil), fails},
			{variables, variable("AWS_ACCESS_KEY_ID", "", nil), passes},
			{variables, variable("NAME", unknownText, nil), open},
			{variables, variable(unknownText, "x", nil), open},
			{variables, variable("DB_PASSWORD", "hunter2", unknownText), open},
			{variables, unknownText, open},
			{"source.location", "https://user:hunter2@example.com/a.git", fails},
			{"source.location", "https://user:${TOKEN}@example.com/a.git", passes},
			{"source.location", "https://example.com/a.git", passes},
			{"source.location", unknownText, open},
			{"source.buildspec", "git clone https://user:hunter2@example.com/a.git", fails},
			{"secondarySources", []any{p{"location": "https://user:hunter2@example.com/a.git"}}, fails},
			{"secondarySources", []any{p{"buildspec": "git clone https://user:hunter2@example.com/a"}}, fails},
			{"secondarySources", []any{p{"location": "https://example.com/a.git"}}, passes},
			{"secondarySources", unknownText, open},
		}},
		{control: "codebuild-privileged", want: passes, changes: []change{
			{"environment.privilegedMode", true, fails}, {"environment.privilegedMode", false, passes},
		}},
		{
			control: "codebuild-privileged", want: passes, params: control.Params{"projects": []string{"i*"}},
			base: p{"environment": p{"privilegedMode": true}},
		},
		{
			control: "codebuild-privileged", want: fails, params: control.Params{"projects": []string{"image*"}},
			base: p{"environment": p{"privilegedMode": true}},
		},
		{
			control: "codebuild-encrypted", want: passes, base: p{"encryptionKey": ours, "artifacts": p{"type": "S3"}},
			changes: []change{
				{"encryptionKey", nil, fails},
				{"artifacts.encryptionDisabled", true, fails},
				{"artifacts.encryptionDisabled", false, passes},
				{"secondaryArtifacts", []any{p{"encryptionDisabled": true}}, fails},
				{"secondaryArtifacts", []any{p{"encryptionDisabled": false}}, passes},
				{"logsConfig.s3Logs.encryptionDisabled", true, fails},
				{"logsConfig.s3Logs.encryptionDisabled", false, passes},
			},
		},
		{control: "codebuild-encrypted", want: passes, base: p{"artifacts": p{"type": "NO_ARTIFACTS"}}, changes: []change{
			{"artifacts.type", "CODEPIPELINE", fails},
			{"secondaryArtifacts", []any{p{"type": "S3"}}, fails},
			{"secondaryArtifacts", unknownText, open},
			{"logsConfig.s3Logs.encryptionDisabled", true, fails},
		}},
		{control: "codebuild-logs", want: passes, changes: []change{
			{"logsConfig.cloudwatchLogs.status", "ENABLED", passes},
			{"logsConfig.cloudwatchLogs.status", "DISABLED", fails},
			{"logsConfig", p{"cloudwatchLogs": p{"status": "DISABLED"}, "s3Logs": p{"status": "ENABLED"}}, passes},
			{"logsConfig", p{"cloudwatchLogs": p{"status": "DISABLED"}, "s3Logs": p{"status": "DISABLED"}}, fails},
		}},
		{
			control: "codepipeline-customer-key", want: passes,
			base: p{"artifactStores": []any{p{"encryptionKey": p{"id": ours}}, p{"encryptionKey": p{"id": ours}}}},
			changes: []change{
				{"artifactStores.1.encryptionKey", nil, fails},
				{"artifactStores", []any{}, fails},
				{"artifactStores", nil, fails},
				{"artifactStores", unknownText, open},
				{"artifactStores.0.encryptionKey.id", "alias/aws/s3", fails},
			},
		},
		ownKeyed("backup-vault-customer-key", "", "kmsKeyArn", p{"kmsKeyArn": ours}),
		{control: "ecr-customer-key", want: passes, base: p{"encryptionConfigurations": []any{p{
			"encryptionType": "KMS", "kmsKey": ours,
		}}}, changes: []change{
			{"encryptionConfigurations.0.encryptionType", "KMS_DSSE", passes},
			{"encryptionConfigurations.0.encryptionType", "AES256", fails},
			{"encryptionConfigurations.0.kmsKey", nil, fails},
			{"encryptionConfigurations", nil, fails},
		}},
		{control: "ecr-immutable-tags", want: passes, base: p{"imageTagMutability": "IMMUTABLE"}, changes: []change{
			{"imageTagMutability", "MUTABLE", fails}, {"imageTagMutability", nil, fails},
		}},
		{
			control: "ecr-lifecycle", want: passes,
			others: []made{{ecrLifecycleType, "l", p{"repository": "it"}}},
		},
		{control: "ecr-lifecycle", want: fails, others: []made{{ecrLifecycleType, "l", p{"repository": "another"}}}},
		{control: "ecr-not-public", typeToken: ecrPublicType, want: fails},
		{
			control: "ecr-not-public", typeToken: ecrPolicyType, want: passes, base: p{"policy": policyOf(weMay)},
			changes: []change{
				{"policy", policyOf(everyoneMay), fails},
			},
		},
	})
}

func TestVolumes(t *testing.T) {
	judgeAll(t, onlyTrue("ebs-encrypted", "encrypted", fails, volumeType))
	judgeAll(t, onlyTrue("ebs-encrypted", "enabled", passes, defaultVolumeEncType))
	judgeAll(t, []judged{
		{
			control: "ebs-encrypted", typeToken: machineType, want: passes, base: p{"rootBlockDevice": p{"encrypted": true}},
			changes: []change{
				{"rootBlockDevice.encrypted", false, fails},
				{"rootBlockDevice", nil, fails},
				{"ebsBlockDevices", []any{p{"encrypted": true}}, passes},
				{"ebsBlockDevices", []any{p{"encrypted": true}, p{"encrypted": false}}, fails},
				{"ebsBlockDevices", []any{}, passes},
			},
		},
		{
			control: "ebs-encrypted", typeToken: launchTemplateType, want: passes,
			base: p{"blockDeviceMappings": []any{p{"ebs": p{"encrypted": "true"}}}}, changes: []change{
				{"blockDeviceMappings.0.ebs.encrypted", "false", fails},
				{"blockDeviceMappings.0.ebs", nil, fails},
				{"blockDeviceMappings", []any{}, fails},
			},
		},
		{control: "rds-certificate-authority", typeToken: dbInstanceType, want: passes, changes: []change{
			{"caCertIdentifier", "rds-ca-rsa2048-g1", passes},
			{"caCertIdentifier", "rds-ca-2019", fails},
			{"caCertificateIdentifier", "rds-ca-2019", passes},
		}},
		{control: "rds-certificate-authority", typeToken: dbClusterType, want: passes, changes: []change{
			{"caCertificateIdentifier", "rds-ca-2019", fails}, {"caCertIdentifier", "rds-ca-2019", passes},
		}},
	})
}
