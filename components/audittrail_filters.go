package components

import "strings"

// auditFilter turns API calls in the trail into a metric that has an alarm.
type auditFilter struct {
	// role names the filter, its metric and its alarm.
	role string
	// cis is the control of the CIS AWS Foundations Benchmark v3.0 that asks for it; empty for the program's own.
	cis string
	// pattern in CloudWatch Logs' filter language.
	pattern string
	// meaning is the first part of the alarm's description.
	meaning string
	// threshold is the number of matches in five minutes that raises the alarm.
	threshold float64
}

// auditUrgencies are those of filters that do not wait for working hours, by role.
var auditUrgencies = map[string]urgency{
	"root-use":      urgencySecurity,
	"trail-changes": urgencySecurity,
	"alert-changes": urgencySecurity,
	"key-deletion":  urgencyPage,
}

// auditFilters returns the filters for the monitoring controls of the CIS AWS Foundations Benchmark, and one for the
// path of the alarms themselves, which the benchmark leaves out.
func auditFilters() []auditFilter {
	return []auditFilter{
		{
			"unauthorized-calls", "4.1",
			`{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`,
			"API calls were refused for lack of permission", 5,
		},
		{
			"console-without-mfa", "4.2",
			`{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = ` +
				`"IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`,
			"Somebody signed in to the console without a second factor", 1,
		},
		{
			"root-use", "4.3",
			`{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }`,
			"The root user was used", 1,
		},
		{
			"iam-changes", "4.4",
			anyEvent(
				"DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
				"CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy",
				"DetachRolePolicy",
				"AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy",
			),
			"An IAM policy changed", 1,
		},
		{
			"trail-changes", "4.5",
			anyEvent(
				"CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging",
				// Newer than the benchmark: they leave the trail on, and record less.
				"PutEventSelectors", "PutInsightSelectors",
			),
			"The audit trail changed", 1,
		},
		{
			"console-failures", "4.6",
			`{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }`,
			"Sign-ins to the console failed", 5,
		},
		{
			"key-deletion", "4.7",
			`{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "DisableKey") || ($.eventName = ` +
				`"ScheduleKeyDeletion")) }`,
			"A KMS key was disabled or is going to be deleted", 1,
		},
		{
			"bucket-policy-changes", "4.8",
			`{ ($.eventSource = "s3.amazonaws.com") && (` + anyOf(
				"PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
				"DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication",
			) + `) }`,
			"A bucket's policy changed", 1,
		},
		{
			"config-changes", "4.9",
			`{ ($.eventSource = "config.amazonaws.com") && (` + anyOf(
				"StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder",
			) + `) }`,
			"AWS Config changed", 1,
		},
		{
			"security-group-changes", "4.10",
			anyEvent(
				"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress",
				"RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup",
				// Newer than the benchmark, and a way around the other calls.
				"ModifySecurityGroupRules",
			),
			"A security group changed", 1,
		},
		{
			"network-acl-changes", "4.11",
			anyEvent(
				"CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
				"ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation",
			),
			"A network ACL changed", 1,
		},
		{
			"gateway-changes", "4.12",
			anyEvent(
				"CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
				"DeleteInternetGateway", "DetachInternetGateway",
			),
			"A network gateway changed", 1,
		},
		{
			"route-changes", "4.13",
			`{ ($.eventSource = "ec2.amazonaws.com") && (` + anyOf(
				"CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
				"DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable",
			) + `) }`,
			"A route changed", 1,
		},
		{
			"vpc-changes", "4.14",
			anyEvent(
				"CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
				"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
				"DisableVpcClassicLink", "EnableVpcClassicLink",
			),
			"A VPC changed", 1,
		},
		{
			"organization-changes", "4.15",
			`{ ($.eventSource = "organizations.amazonaws.com") && (` + anyOf(
				"AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit", "CreatePolicy", "DeclineHandshake",
				"DeleteOrganization", "DeleteOrganizationalUnit", "DeletePolicy", "DetachPolicy", "DisablePolicyType",
				"EnablePolicyType",
				"InviteAccountToOrganization", "LeaveOrganization", "MoveAccount", "RemoveAccountFromOrganization", "UpdatePolicy",
				"UpdateOrganizationalUnit",
				// Not in the benchmark, but these calls change the organization, too.
				"CancelHandshake", "CreateOrganization", "EnableAllFeatures",
			) + `) }`,
			"AWS Organizations changed", 1,
		},
		{
			"alert-changes", "",
			anyEvent(
				"DeleteAlarms", "DisableAlarmActions", "DisableRule", "DeleteRule", "RemoveTargets",
				"Unsubscribe", "DeleteTopic", "SetTopicAttributes", "SetSubscriptionAttributes",
				"DeleteMetricFilter", "DeleteSubscriptionFilter", "DeleteLogGroup",
			),
			"Part of the way that alarms take to people changed or went", 1,
		},
	}
}

func anyEvent(names ...string) string {
	return "{ " + anyOf(names...) + " }"
}

func anyOf(names ...string) string {
	terms := make([]string, len(names))
	for i, name := range names {
		terms[i] = `($.eventName = "` + name + `")`
	}
	return strings.Join(terms, " || ")
}
