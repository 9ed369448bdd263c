package components

import (
	"slices"
	"strings"
)

// operations are the actions of one service with which the AWS provider keeps a resource, as
// names between spaces.
type operations struct {
	service string
	// read is what refreshing takes, write what creating, changing and deleting take besides.
	read, write string
}

// workloadOperations are the operations of every resource type of a workload stack, from the
// calls that the provider makes for it. Tags are operations of their own in most services. A
// test holds the table against the golden graphs: a type that is new to the program is new
// to the roles that deploy it.
var workloadOperations = map[string][]operations{
	"aws:accessanalyzer/analyzer:Analyzer": {{
		"access-analyzer", "GetAnalyzer ListTagsForResource", "CreateAnalyzer DeleteAnalyzer TagResource UntagResource UpdateAnalyzer",
	}},
	"aws:acm/certificate:Certificate": {{
		"acm", "DescribeCertificate ListTagsForCertificate",
		"AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate RequestCertificate UpdateCertificateOptions",
	}},
	"aws:acm/certificateValidation:CertificateValidation": {{"acm", "DescribeCertificate", ""}},
	"aws:appautoscaling/policy:Policy": {{
		"application-autoscaling", "DescribeScalingPolicies", "DeleteScalingPolicy PutScalingPolicy",
	}},
	"aws:appautoscaling/scheduledAction:ScheduledAction": {{
		"application-autoscaling", "DescribeScheduledActions", "DeleteScheduledAction PutScheduledAction",
	}},
	"aws:appautoscaling/target:Target": {{
		"application-autoscaling", "DescribeScalableTargets ListTagsForResource",
		"DeregisterScalableTarget RegisterScalableTarget TagResource UntagResource",
	}},
	"aws:backup/plan:Plan": {{
		"backup", "GetBackupPlan ListTags", "CreateBackupPlan DeleteBackupPlan TagResource UntagResource UpdateBackupPlan",
	}},
	"aws:backup/selection:Selection": {{"backup", "GetBackupSelection", "CreateBackupSelection DeleteBackupSelection"}},
	"aws:backup/vault:Vault": {
		{
			"backup", "DescribeBackupVault ListTags",
			"CreateBackupVault DeleteBackupVault ListRecoveryPointsByBackupVault TagResource UntagResource",
		},
		{"backup-storage", "", "MountCapsule"},
	},
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration": {{
		"backup", "DescribeBackupVault", "DeleteBackupVaultLockConfiguration PutBackupVaultLockConfiguration",
	}},
	"aws:backup/vaultPolicy:VaultPolicy": {{
		"backup", "GetBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy PutBackupVaultAccessPolicy",
	}},
	"aws:budgets/budget:Budget": {{"budgets", "ListTagsForResource ViewBudget", "ModifyBudget TagResource UntagResource"}},
	"aws:cfg/deliveryChannel:DeliveryChannel": {{
		"config", "DescribeDeliveryChannels", "DeleteDeliveryChannel PutDeliveryChannel",
	}},
	"aws:cfg/recorder:Recorder": {{
		"config", "DescribeConfigurationRecorders", "DeleteConfigurationRecorder PutConfigurationRecorder",
	}},
	"aws:cfg/recorderStatus:RecorderStatus": {{
		"config", "DescribeConfigurationRecorderStatus DescribeConfigurationRecorders",
		"StartConfigurationRecorder StopConfigurationRecorder",
	}},
	"aws:cloudtrail/trail:Trail": {{
		"cloudtrail", "DescribeTrails GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus ListTags",
		"AddTags CreateTrail DeleteTrail PutEventSelectors PutInsightSelectors RemoveTags StartLogging StopLogging UpdateTrail",
	}},
	"aws:cloudwatch/compositeAlarm:CompositeAlarm": {alarmOperations, {"cloudwatch", "", "PutCompositeAlarm"}},
	"aws:cloudwatch/dashboard:Dashboard":           {{"cloudwatch", "GetDashboard", "DeleteDashboards PutDashboard"}},
	"aws:cloudwatch/eventRule:EventRule": {{
		"events", "DescribeRule ListTagsForResource", "DeleteRule DisableRule EnableRule PutRule TagResource UntagResource",
	}},
	"aws:cloudwatch/eventTarget:EventTarget": {{"events", "ListTargetsByRule", "PutTargets RemoveTargets"}},
	"aws:cloudwatch/logGroup:LogGroup": {{
		"logs", "DescribeLogGroups ListTagsForResource",
		"AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey PutRetentionPolicy TagResource UntagResource",
	}},
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": {{"logs", "DescribeMetricFilters", "DeleteMetricFilter PutMetricFilter"}},
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {{
		"logs", "DescribeResourcePolicies", "DeleteResourcePolicy PutResourcePolicy",
	}},
	"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {{
		"logs", "DescribeSubscriptionFilters", "DeleteSubscriptionFilter PutSubscriptionFilter",
	}},
	"aws:cloudwatch/metricAlarm:MetricAlarm": {alarmOperations},
	"aws:cloudwatch/queryDefinition:QueryDefinition": {{
		"logs", "DescribeQueryDefinitions", "DeleteQueryDefinition PutQueryDefinition",
	}},
	"aws:codedeploy/application:Application": {{
		"codedeploy", "GetApplication ListTagsForResource",
		"CreateApplication DeleteApplication TagResource UntagResource UpdateApplication",
	}},
	"aws:codedeploy/deploymentGroup:DeploymentGroup": {{
		"codedeploy", "GetDeploymentConfig GetDeploymentGroup ListTagsForResource",
		"CreateDeploymentGroup DeleteDeploymentGroup TagResource UntagResource UpdateDeploymentGroup",
	}},
	"aws:ebs/encryptionByDefault:EncryptionByDefault": {{
		"ec2", "GetEbsEncryptionByDefault", "DisableEbsEncryptionByDefault EnableEbsEncryptionByDefault",
	}},
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {{
		"ec2", "DescribeSecurityGroups",
		"AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateTags DeleteTags RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
	}},
	"aws:ec2/eip:Eip": {{
		"ec2", "DescribeAddresses DescribeAddressesAttribute",
		"AllocateAddress AssociateAddress CreateTags DeleteTags DisassociateAddress ReleaseAddress",
	}},
	"aws:ec2/flowLog:FlowLog": {{"ec2", "DescribeFlowLogs", "CreateFlowLogs CreateTags DeleteFlowLogs DeleteTags"}},
	"aws:ec2/internetGateway:InternetGateway": {{
		"ec2", "DescribeInternetGateways",
		"AttachInternetGateway CreateInternetGateway CreateTags DeleteInternetGateway DeleteTags DetachInternetGateway",
	}},
	"aws:ec2/natGateway:NatGateway": {{"ec2", "DescribeNatGateways", "CreateNatGateway CreateTags DeleteNatGateway DeleteTags"}},
	"aws:ec2/route:Route":           {{"ec2", "DescribeRouteTables", "CreateRoute DeleteRoute ReplaceRoute"}},
	"aws:ec2/routeTable:RouteTable": {{"ec2", "DescribeRouteTables", "CreateRouteTable CreateTags DeleteRouteTable DeleteTags"}},
	"aws:ec2/routeTableAssociation:RouteTableAssociation": {{
		"ec2", "DescribeRouteTables", "AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
	}},
	"aws:ec2/securityGroup:SecurityGroup": {{
		"ec2", "DescribeNetworkInterfaces DescribeSecurityGroups",
		"CreateSecurityGroup CreateTags DeleteSecurityGroup DeleteTags RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
	}},
	"aws:ec2/subnet:Subnet": {{
		"ec2", "DescribeNetworkInterfaces DescribeSubnets", "CreateSubnet CreateTags DeleteSubnet DeleteTags ModifySubnetAttribute",
	}},
	"aws:ec2/vpc:Vpc": {{
		"ec2", "DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeVpcAttribute DescribeVpcs",
		"CreateTags CreateVpc DeleteTags DeleteVpc ModifyVpcAttribute",
	}},
	"aws:ec2/vpcEndpoint:VpcEndpoint": {
		{
			"ec2", "DescribePrefixLists DescribeVpcEndpoints",
			"CreateTags CreateVpcEndpoint DeleteTags DeleteVpcEndpoints ModifyVpcEndpoint",
		},
		{"route53", "", "AssociateVPCWithHostedZone"}, // for private DNS names, in the caller's name
	},
	"aws:ecs/cluster:Cluster": {{
		"ecs", "DescribeClusters ListTagsForResource", "CreateCluster DeleteCluster TagResource UntagResource UpdateCluster",
	}},
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {{"ecs", "DescribeClusters", "PutClusterCapacityProviders"}},
	"aws:ecs/service:Service": {{
		"ecs", "DescribeServices ListTagsForResource", "CreateService DeleteService TagResource UntagResource UpdateService",
	}},
	"aws:ecs/taskDefinition:TaskDefinition": {{
		"ecs", "DescribeTaskDefinition ListTagsForResource", "DeregisterTaskDefinition RegisterTaskDefinition TagResource UntagResource",
	}},
	"aws:guardduty/detector:Detector": {{
		"guardduty", "GetDetector ListTagsForResource", "CreateDetector DeleteDetector TagResource UntagResource UpdateDetector",
	}},
	"aws:guardduty/detectorFeature:DetectorFeature": {{"guardduty", "GetDetector", "UpdateDetector"}},
	"aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {{
		"iam", "GetAccountPasswordPolicy", "DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy",
	}},
	// What writes roles is in accessRoleStatements, since it takes conditions.
	"aws:iam/role:Role":                                 {{"iam", "GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags", ""}},
	"aws:iam/rolePolicy:RolePolicy":                     {{"iam", "GetRolePolicy", ""}},
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {{"iam", "ListAttachedRolePolicies", ""}},
	"aws:iam/serviceLinkedRole:ServiceLinkedRole":       {{"iam", "GetRole GetServiceLinkedRoleDeletionStatus", ""}},
	"aws:kms/alias:Alias":                               {{"kms", "ListAliases", ""}},
	"aws:kms/key:Key":                                   {{"kms", "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags", ""}},
	"aws:lambda/function:Function": {
		{
			"lambda", "GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration GetPolicy ListTags ListVersionsByFunction",
			"CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction PutFunctionConcurrency TagResource UntagResource " +
				"UpdateFunctionCode UpdateFunctionConfiguration",
		},
	},
	"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {{
		"lambda", "GetFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig PutFunctionEventInvokeConfig",
	}},
	"aws:lambda/invocation:Invocation": {{"lambda", "", "InvokeFunction"}},
	"aws:lambda/permission:Permission": {{"lambda", "GetPolicy", "AddPermission RemovePermission"}},
	"aws:lb/listener:Listener": {{
		"elasticloadbalancing", "DescribeListenerAttributes DescribeListeners DescribeTags",
		"AddTags CreateListener DeleteListener ModifyListener ModifyListenerAttributes RemoveTags",
	}},
	"aws:lb/listenerRule:ListenerRule": {{
		"elasticloadbalancing", "DescribeRules DescribeTags", "AddTags CreateRule DeleteRule ModifyRule RemoveTags SetRulePriorities",
	}},
	"aws:lb/loadBalancer:LoadBalancer": {
		{
			"elasticloadbalancing", "DescribeCapacityReservation DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTags",
			"AddTags CreateLoadBalancer DeleteLoadBalancer ModifyLoadBalancerAttributes RemoveTags SetIpAddressType SetSecurityGroups SetSubnets",
		},
		// Asked of who creates a load balancer (kubernetes-sigs/aws-load-balancer-controller#3917).
		{"ec2", "GetSecurityGroupsForVpc", ""},
		{"ec2", "DescribeAccountAttributes DescribeAvailabilityZones DescribeNetworkInterfaces", ""},
	},
	"aws:lb/targetGroup:TargetGroup": {{
		"elasticloadbalancing", "DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth",
		"AddTags CreateTargetGroup DeleteTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags",
	}},
	"aws:opensearch/domain:Domain": {{
		"es", "DescribeDomain DescribeDomainChangeProgress DescribeDomainConfig GetCompatibleVersions GetUpgradeStatus ListTags",
		"AddTags CreateDomain DeleteDomain RemoveTags UpdateDomainConfig UpgradeDomain",
	}},
	"aws:rds/eventSubscription:EventSubscription": {{
		"rds", "DescribeEventSubscriptions ListTagsForResource",
		"AddSourceIdentifierToSubscription AddTagsToResource CreateEventSubscription DeleteEventSubscription " +
			"ModifyEventSubscription RemoveSourceIdentifierFromSubscription RemoveTagsFromResource",
	}},
	"aws:rds/instance:Instance": {
		{
			"rds", "DescribeDBInstances ListTagsForResource",
			"AddTagsToResource CreateDBInstance CreateDBSnapshot DeleteDBInstance ModifyDBInstance RebootDBInstance RemoveTagsFromResource",
		},
		{"secretsmanager", "", "CreateSecret TagResource"},
	},
	"aws:rds/parameterGroup:ParameterGroup": {{
		"rds", "DescribeDBParameterGroups DescribeDBParameters ListTagsForResource",
		"AddTagsToResource CreateDBParameterGroup DeleteDBParameterGroup ModifyDBParameterGroup RemoveTagsFromResource ResetDBParameterGroup",
	}},
	"aws:rds/subnetGroup:SubnetGroup": {{
		"rds", "DescribeDBSubnetGroups ListTagsForResource",
		"AddTagsToResource CreateDBSubnetGroup DeleteDBSubnetGroup ModifyDBSubnetGroup RemoveTagsFromResource",
	}},
	"aws:route53/record:Record": {{
		"route53", "GetChange GetHostedZone ListHostedZones ListResourceRecordSets", "ChangeResourceRecordSets",
	}},
	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {{
		"s3", "GetAccountPublicAccessBlock", "PutAccountPublicAccessBlock",
	}},
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": {{
		"s3", "GetLifecycleConfiguration", "PutLifecycleConfiguration",
	}},
	"aws:s3/bucketLoggingV2:BucketLoggingV2": {{"s3", "GetBucketLogging", "PutBucketLogging"}},
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls": {{
		"s3", "GetBucketOwnershipControls", "PutBucketOwnershipControls",
	}},
	"aws:s3/bucketPolicy:BucketPolicy": {{"s3", "GetBucketPolicy", "DeleteBucketPolicy PutBucketPolicy"}},
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {{
		"s3", "GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock",
	}},
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {{
		"s3", "GetEncryptionConfiguration", "PutEncryptionConfiguration",
	}},
	"aws:s3/bucketV2:BucketV2": {{
		"s3", "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration " +
			"GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration " +
			"GetLifecycleConfiguration GetReplicationConfiguration ListBucket",
		"CreateBucket DeleteBucket DeleteObject DeleteObjectVersion ListBucketVersions PutBucketTagging",
	}},
	"aws:s3/bucketVersioningV2:BucketVersioningV2": {{"s3", "GetBucketVersioning", "PutBucketVersioning"}},
	"aws:secretsmanager/secretRotation:SecretRotation": {{
		"secretsmanager", "DescribeSecret", "CancelRotateSecret RotateSecret",
	}},
	"aws:securityhub/account:Account": {{
		"securityhub", "DescribeHub GetEnabledStandards", "DisableSecurityHub EnableSecurityHub UpdateSecurityHubConfiguration",
	}},
	"aws:securityhub/standardsSubscription:StandardsSubscription": {{
		"securityhub", "GetEnabledStandards", "BatchDisableStandards BatchEnableStandards",
	}},
	"aws:sns/topic:Topic": {{
		"sns", "GetTopicAttributes ListTagsForResource", "CreateTopic DeleteTopic SetTopicAttributes TagResource UntagResource",
	}},
	"aws:sns/topicPolicy:TopicPolicy": {{"sns", "GetTopicAttributes", "SetTopicAttributes"}},
	"aws:sns/topicSubscription:TopicSubscription": {{
		"sns", "GetSubscriptionAttributes ListSubscriptionsByTopic", "SetSubscriptionAttributes Subscribe Unsubscribe",
	}},
	"aws:sqs/queue:Queue": {{
		"sqs", "GetQueueAttributes GetQueueUrl ListQueueTags", "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue",
	}},
	"aws:sqs/queuePolicy:QueuePolicy": {{"sqs", "GetQueueAttributes", "SetQueueAttributes"}},
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {{
		"ec2", "DescribeSecurityGroupRules",
		"AuthorizeSecurityGroupEgress CreateTags DeleteTags ModifySecurityGroupRules RevokeSecurityGroupEgress",
	}},
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {{
		"ec2", "DescribeSecurityGroupRules",
		"AuthorizeSecurityGroupIngress CreateTags DeleteTags ModifySecurityGroupRules RevokeSecurityGroupIngress",
	}},
	"aws:wafv2/webAcl:WebAcl": {{
		"wafv2", "GetWebACL ListTagsForResource", "CreateWebACL DeleteWebACL TagResource UntagResource UpdateWebACL",
	}},
	"aws:wafv2/webAclAssociation:WebAclAssociation": {
		{"wafv2", "GetWebACLForResource", "AssociateWebACL DisassociateWebACL"},
		{"elasticloadbalancing", "", "SetWebAcl"},
	},
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
		{"wafv2", "GetLoggingConfiguration", "DeleteLoggingConfiguration PutLoggingConfiguration"},
		{"logs", "ListLogDeliveries", "CreateLogDelivery DeleteLogDelivery"},
		// Delivery of WAF logs adds itself to the log group's resource policy.
		{"logs", "DescribeResourcePolicies", "PutResourcePolicy"},
	},
}

var alarmOperations = operations{
	"cloudwatch", "DescribeAlarms ListTagsForResource", "DeleteAlarms PutMetricAlarm TagResource UntagResource",
}

// ownOperations are what the program asks by itself, and the commands around it.
var ownOperations = []operations{
	{"ec2", "DescribeAvailabilityZones", ""},
	{"sts", "GetCallerIdentity", ""},
	// What releases, and what looks before and after.
	{
		"codedeploy",
		"BatchGetDeployments BatchGetDeploymentTargets GetApplicationRevision GetDeployment GetDeploymentConfig " +
			"ListDeployments ListDeploymentTargets",
		"ContinueDeployment CreateDeployment RegisterApplicationRevision StopDeployment",
	},
	{"access-analyzer", "ListAnalyzers", ""},
	{"backup", "ListBackupVaults", ""},
	{"cloudwatch", "GetMetricStatistics", ""},
	{"ec2", "DescribeRegions", ""},
	{"ecr", "DescribeImages DescribeRepositories", ""},
	{"ecs", "DescribeTaskSets DescribeTasks ListTasks", "RunTask StopTask"},
	{"elasticloadbalancing", "DescribeAccountLimits", ""},
	{"es", "DescribeInstanceTypeLimits", ""},
	{"guardduty", "ListDetectors", ""},
	{"iam", "ListOpenIDConnectProviders", ""},
	{"lambda", "GetAccountSettings", ""},
	{"rds", "DescribeAccountAttributes DescribeDBEngineVersions DescribeDBSnapshots DescribeOrderableDBInstanceOptions", ""},
	{"secretsmanager", "ListSecrets", ""},
	{"servicequotas", "GetAWSDefaultServiceQuota GetServiceQuota ListServiceQuotas", ""},
}

// serviceActions are the actions of the workload's operations by service, sorted.
func serviceActions(of func(operations) string) map[string][]string {
	actions := map[string][]string{}
	add := func(all []operations) {
		for _, operation := range all {
			for _, name := range strings.Fields(of(operation)) {
				actions[operation.service] = append(actions[operation.service], operation.service+":"+name)
			}
		}
	}
	for _, all := range workloadOperations {
		add(all)
	}
	add(ownOperations)
	for service := range actions {
		slices.Sort(actions[service])
		actions[service] = slices.Compact(actions[service])
	}
	return actions
}

func readOperations(o operations) string  { return o.read }
func writeOperations(o operations) string { return o.write }
