package testgraph

import (
	"fmt"
	"strings"

	"aws-webapp/policies/graph"
)

// cisPatterns holds the metric filters of the audit trail.
var cisPatterns = map[string]string{
	"unauthorised-calls": `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`,
	"console-no-mfa":     `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }`,
	"root-use":           `{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }`,
	"iam-changes": events("DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy " +
		"PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy " +
		"AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy"),
	"cloudtrail-changes": events("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
	"console-failures":   `{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`,
	"key-deletion":       events("DisableKey ScheduleKeyDeletion"),
	"bucket-policies": events("PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication " +
		"DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication"),
	"config-changes": events("StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel " +
		"PutConfigurationRecorder"),
	"sg-changes": events("AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress " +
		"RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup"),
	"nacl-changes": events("CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry " +
		"ReplaceNetworkAclEntry ReplaceNetworkAclAssociation"),
	"gateway-changes": events("CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway " +
		"DeleteInternetGateway DetachInternetGateway"),
	"route-changes": events("CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable " +
		"DeleteRoute DisassociateRouteTable"),
	"vpc-changes": events("CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection " +
		"DeleteVpcPeeringConnection RejectVpcPeeringConnection"),
	"organization-changes": `{ ($.eventSource = organizations.amazonaws.com) && ` + either("AcceptHandshake AttachPolicy "+
		"CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit "+
		"DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization "+
		"MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit") + ` }`,
}

// events returns the pattern of a filter for calls, as the CIS benchmark writes it.
func events(names string) string { return "{ " + either(names) + " }" }

func either(names string) string {
	return "(($.eventName=" + strings.Join(strings.Fields(names), ") || ($.eventName=") + "))"
}

func (b *builder) audit(keys keyring, s buckets) {
	topic := b.add(nil, "aws:sns/topic:Topic", "app-alerts", props{"kmsMasterKeyId": arn(keys.logs)})
	b.add(nil, "aws:sns/topicPolicy:TopicPolicy", "app-alerts", props{
		"arn": arn(topic), "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":` +
			`"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"*",` +
			`"Condition":{"StringEquals":{"aws:SourceAccount":"` +
			account + `"}}},{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"*","Condition":{"Bool":` +
			`{"aws:SecureTransport":"false"}}}]}`,
	})
	group := b.logGroup("audit", "/audit/trail", keys)
	role := b.role("audit", "cloudtrail.amazonaws.com")
	b.rolePolicy("audit", role, `{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":`+
		`"arn:aws:logs:us-east-1:`+account+`:log-group:/audit/trail:*"}`)
	b.add(nil, "aws:cloudtrail/trail:Trail", "audit", props{
		"s3BucketName": ref{to: s.audit, output: "bucket"}, "isMultiRegionTrail": true, "enableLogFileValidation": true,
		"kmsKeyId": arn(keys.audit), "cloudWatchLogsGroupArn": ref{to: group, output: "arn", format: "%s:*"},
		"cloudWatchLogsRoleArn": arn(role),
		"insightSelectors": []any{
			props{"insightType": "ApiCallRateInsight"},
			props{"insightType": "ApiErrorRateInsight"},
		},
		"eventSelectors": []any{props{
			"readWriteType": "All", "includeManagementEvents": true,
			"dataResources": []any{props{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}},
		}},
	})
	for event, pattern := range cisPatterns {
		b.add(nil, "aws:cloudwatch/logMetricFilter:LogMetricFilter", event, props{
			"logGroupName": name(group), "pattern": pattern,
			"metricTransformation": props{"namespace": "Audit", "name": event, "value": "1"},
		})
		b.alarm(event, props{"namespace": "Audit", "metricName": event}, topic)
	}
	b.alarm("alb-4xx", props{"namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_ELB_4XX_Count"}, topic)
}

func (b *builder) alarm(logical string, inputs props, topic *graph.Resource) {
	inputs["alarmActions"] = []any{arn(topic)}
	inputs["okActions"] = []any{arn(topic)}
	b.add(nil, "aws:cloudwatch/metricAlarm:MetricAlarm", logical, inputs)
}

func (b *builder) search(n net, f groups, keys keyring) {
	group := b.logGroup("search", "/search/domain", keys)
	var publishing []any
	for _, log := range []string{"ES_APPLICATION_LOGS", "AUDIT_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"} {
		publishing = append(publishing, props{"logType": log, "cloudwatchLogGroupArn": arn(group), "enabled": true})
	}
	role := b.role("shipper", "lambda.amazonaws.com")
	domain := b.add(nil, "aws:opensearch/domain:Domain", "app-logs", props{
		"engineVersion": "OpenSearch_2.19", "encryptAtRest": props{"enabled": true, "kmsKeyId": arn(keys.logs)},
		"vpcOptions":           props{"subnetIds": ids(n.app), "securityGroupIds": []any{id(f.search)}},
		"nodeToNodeEncryption": props{"enabled": true}, "logPublishingOptions": publishing,
		"clusterConfig": props{
			"instanceType": "r6g.large.search", "instanceCount": 2,
			"zoneAwarenessEnabled": true,
		},
		"advancedSecurityOptions": props{"enabled": true, "masterUserOptions": props{"masterUserArn": arn(role)}},
		"domainEndpointOptions":   props{"enforceHttps": true, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
		"accessPolicies": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` +
			account +
			`:role/shipper"},"Action":"es:ESHttp*","Resource":"*"}]}`,
	})
	queue := b.add(nil, "aws:sqs/queue:Queue", "shipper-dead", props{"kmsMasterKeyId": arn(keys.logs)})
	b.add(nil, "aws:sqs/queuePolicy:QueuePolicy", "shipper-dead", props{
		"queueUrl": id(queue),
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*",` +
			`"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
	})
	shipper := b.add(nil, "aws:lambda/function:Function", "search-shipper", props{
		"runtime": "provided.al2023", "role": arn(role), "handler": "bootstrap", "kmsKeyArn": arn(keys.logs),
		"environment":      props{"variables": props{"ENDPOINT": ref{to: domain, output: "name"}, "INDEX_PREFIX": "app"}},
		"vpcConfig":        props{"subnetIds": ids(n.app), "securityGroupIds": []any{id(f.shipper)}},
		"deadLetterConfig": props{"targetArn": arn(queue)},
	})
	b.add(nil, "aws:lambda/permission:Permission", "logs", props{
		"function": name(shipper), "action": "lambda:InvokeFunction", "principal": "logs.us-east-1.amazonaws.com",
		"sourceArn": fmt.Sprintf("arn:aws:logs:us-east-1:%s:log-group:/ecs/visitor-book:*", account),
	})
}

func (b *builder) registry(keys keyring) {
	repository := b.add(nil, "aws:ecr/repository:Repository", "visitor-book", props{
		"name": "visitor-book", "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": props{"scanOnPush": true},
		"encryptionConfigurations": []any{props{"encryptionType": "KMS", "kmsKey": arn(keys.data)}},
	})
	b.add(nil, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "visitor-book",
		props{"repository": name(repository), "policy": `{"rules":[]}`})
	b.add(nil, "aws:ecr/repositoryPolicy:RepositoryPolicy", "visitor-book", props{
		"repository": name(repository),
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":` +
			`"arn:aws:iam::` + account + `:root"},"Action":"ecr:BatchGetImage"}]}`,
	})
}

func (b *builder) rest(keys keyring) {
	secret := b.add(nil, "aws:secretsmanager/secret:Secret", "api", props{"kmsKeyId": arn(keys.data)})
	b.add(nil, "aws:secretsmanager/secretRotation:SecretRotation", "api", props{
		"secretId": arn(secret), "rotationRules": props{"scheduleExpression": "rate(30 days)"},
	})
	b.account()
}

// account adds the settings of the whole account.
func (b *builder) account() {
	b.add(nil, "aws:ebs/encryptionByDefault:EncryptionByDefault", "account", props{"enabled": true})
	b.add(nil, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", props{
		"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
	})
	b.add(nil, "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "account", props{"minimumPasswordLength": 14})
	b.add(nil, "aws:accessanalyzer/analyzer:Analyzer", "account", props{"type": "ACCOUNT", "analyzerName": "account"})
	b.add(nil, "aws:guardduty/detector:Detector", "account", props{"enable": true})
	recorder := b.role("recorder", "config.amazonaws.com")
	b.add(nil, "aws:cfg/recorder:Recorder", "account", props{"roleArn": arn(recorder)})
	b.add(nil, "aws:securityhub/account:Account", "account", props{})
}
