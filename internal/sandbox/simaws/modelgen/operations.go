package main

import "strings"

// operation is the one that creates a resource type.
type operation struct {
	// service is the folder of the model, name the operation, member the part of its input that holds
	// the resource where that is not the input itself.
	service, name, member string
	// renamed maps properties that the provider calls otherwise than the API; "" means that they are
	// something else there.
	renamed map[string]string
}

// of reads "service.Operation/member" and "property=Member". A ^ before the member says that it is one
// of the input's own, though the property is nested.
func of(path string, renamed ...string) operation {
	service, rest, _ := strings.Cut(path, ".")
	name, member, _ := strings.Cut(rest, "/")
	op := operation{service, name, member, map[string]string{}}
	for _, one := range renamed {
		property, to, _ := strings.Cut(one, "=")
		op.renamed[property] = to
	}
	return op
}

// operations by Pulumi token. Properties and members find each other by their names.
var operations = map[string]operation{
	"aws:accessanalyzer/analyzer:Analyzer":               of("accessanalyzer.CreateAnalyzer"),
	"aws:acm/certificate:Certificate":                    of("acm.RequestCertificate"),
	"aws:appautoscaling/policy:Policy":                   of("application-autoscaling.PutScalingPolicy"),
	"aws:appautoscaling/scheduledAction:ScheduledAction": of("application-autoscaling.PutScheduledAction"),
	"aws:appautoscaling/target:Target":                   of("application-autoscaling.RegisterScalableTarget"),
	"aws:backup/plan:Plan": of("backup.CreateBackupPlan/BackupPlan",
		"rules.scheduleExpression=",
		"rules.targetVaultName=TargetBackupVaultName",
	),
	"aws:backup/selection:Selection":               of("backup.CreateBackupSelection/BackupSelection"),
	"aws:backup/vault:Vault":                       of("backup.CreateBackupVault"),
	"aws:cfg/deliveryChannel:DeliveryChannel":      of("config.PutDeliveryChannel/DeliveryChannel"),
	"aws:cfg/recorder:Recorder":                    of("config.PutConfigurationRecorder/ConfigurationRecorder"),
	"aws:cloudtrail/trail:Trail":                   of("cloudtrail.CreateTrail"),
	"aws:cloudwatch/compositeAlarm:CompositeAlarm": of("cloudwatch.PutCompositeAlarm"),
	"aws:cloudwatch/dashboard:Dashboard":           of("cloudwatch.PutDashboard"),
	"aws:cloudwatch/eventRule:EventRule":           of("events.PutRule"),
	"aws:cloudwatch/eventTarget:EventTarget":       of("events.PutTargets/Targets", "targetId=Id"),
	"aws:cloudwatch/logGroup:LogGroup":             of("logs.CreateLogGroup"),
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": of("logs.PutMetricFilter",
		"name=filterName",
		"pattern=filterPattern",
		"metricTransformation=metricTransformations",
		"metricTransformation.name=metricName",
		"metricTransformation.namespace=metricNamespace",
		"metricTransformation.value=metricValue",
	),
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy": of("logs.PutResourcePolicy"),
	"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": of("logs.PutSubscriptionFilter",
		"name=filterName",
		"logGroup=logGroupName",
	),
	"aws:cloudwatch/metricAlarm:MetricAlarm":         of("cloudwatch.PutMetricAlarm", "name=AlarmName"),
	"aws:cloudwatch/queryDefinition:QueryDefinition": of("logs.PutQueryDefinition"),
	"aws:codebuild/project:Project":                  of("codebuild.CreateProject"),
	"aws:codedeploy/application:Application":         of("codedeploy.CreateApplication", "name=applicationName"),
	"aws:codedeploy/deploymentGroup:DeploymentGroup": of("codedeploy.CreateDeploymentGroup", "appName=applicationName"),
	"aws:codepipeline/pipeline:Pipeline": of("codepipeline.CreatePipeline/pipeline",
		"stages.actions.category=",
		"stages.actions.owner=",
		"stages.actions.provider=",
		"stages.actions.version=",
	),
	"aws:codestarconnections/connection:Connection": of("codestar-connections.CreateConnection"),
	"aws:ecr/lifecyclePolicy:LifecyclePolicy": of("ecr.PutLifecyclePolicy",
		"repository=repositoryName",
		"policy=lifecyclePolicyText",
	),
	"aws:ecr/repository:Repository": of("ecr.CreateRepository", "name=repositoryName"),
	"aws:ecr/repositoryPolicy:RepositoryPolicy": of("ecr.SetRepositoryPolicy",
		"repository=repositoryName",
		"policy=policyText",
	),
	"aws:ecs/cluster:Cluster":                             of("ecs.CreateCluster"),
	"aws:ecs/service:Service":                             of("ecs.CreateService"),
	"aws:ecs/taskDefinition:TaskDefinition":               of("ecs.RegisterTaskDefinition", "containerDefinitions="),
	"aws:iam/accountPasswordPolicy:AccountPasswordPolicy": of("iam.UpdateAccountPasswordPolicy"),
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": of("iam.CreateOpenIDConnectProvider"),
	"aws:iam/policy:Policy":                               of("iam.CreatePolicy", "policy=PolicyDocument"),
	"aws:iam/role:Role": of(
		"iam.CreateRole",
		"assumeRolePolicy=AssumeRolePolicyDocument",
	),
	"aws:iam/rolePolicy:RolePolicy": of("iam.PutRolePolicy",
		"policy=PolicyDocument",
		"role=RoleName",
		"name=PolicyName",
	),
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment": of("iam.AttachRolePolicy", "role=RoleName"),
	"aws:kms/alias:Alias":                               of("kms.CreateAlias"),
	"aws:kms/key:Key":                                   of("kms.CreateKey"),
	"aws:lambda/function:Function": of("lambda.CreateFunction",
		"layers=",
		"code=",
		"imageConfig=",
	),
	"aws:lambda/permission:Permission": of("lambda.AddPermission", "function=FunctionName"),
	"aws:lb/listener:Listener":         of("elbv2.CreateListener"),
	"aws:lb/listenerRule:ListenerRule": of("elbv2.CreateRule"),
	"aws:lb/loadBalancer:LoadBalancer": of("elbv2.CreateLoadBalancer"),
	"aws:lb/targetGroup:TargetGroup": of("elbv2.CreateTargetGroup",
		"healthCheck.interval=^HealthCheckIntervalSeconds",
		"healthCheck.timeout=^HealthCheckTimeoutSeconds",
		"healthCheck.path=^HealthCheckPath",
		"healthCheck.healthyThreshold=^HealthyThresholdCount",
		"healthCheck.unhealthyThreshold=^UnhealthyThresholdCount",
	),
	"aws:opensearch/domain:Domain":                     of("opensearch.CreateDomain"),
	"aws:rds/eventSubscription:EventSubscription":      of("rds.CreateEventSubscription"),
	"aws:rds/instance:Instance":                        of("rds.CreateDBInstance"),
	"aws:rds/parameterGroup:ParameterGroup":            of("rds.CreateDBParameterGroup"),
	"aws:rds/subnetGroup:SubnetGroup":                  of("rds.CreateDBSubnetGroup"),
	"aws:secretsmanager/secret:Secret":                 of("secretsmanager.CreateSecret"),
	"aws:secretsmanager/secretRotation:SecretRotation": of("secretsmanager.RotateSecret"),
	"aws:ssm/parameter:Parameter":                      of("ssm.PutParameter"),
	"aws:wafv2/webAcl:WebAcl":                          of("wafv2.CreateWebACL", "rule=Rules"),
	"aws:wafv2/webAclAssociation:WebAclAssociation":    of("wafv2.AssociateWebACL"),
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": of(
		"wafv2.PutLoggingConfiguration/LoggingConfiguration",
	),
}
