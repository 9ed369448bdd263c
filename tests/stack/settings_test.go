package stack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// settings are the same for all resources of a type, in every stack and whatever its file says: what is encrypted with
// which key, what is closed, recorded or kept, and what AWS would do otherwise by default. An ARN is shown by its
// resource's name. The values of all entries of a list are in one line, each once.
const settings = `
accessanalyzer/analyzer:Analyzer
  type = ACCOUNT
acm/certificate:Certificate
  validationMethod = DNS
acm/certificateValidation:CertificateValidation
  certificateArn = web
appautoscaling/policy:Policy
  policyType = TargetTrackingScaling
  scalableDimension = ecs:service:DesiredCount
  serviceNamespace = ecs
appautoscaling/target:Target
  scalableDimension = ecs:service:DesiredCount
  serviceNamespace = ecs
awsx:ec2:Vpc
  enableDnsHostnames = true
  enableDnsSupport = true
  natGateways.strategy = None
  subnetSpecs[].name = app db public
  subnetSpecs[].type = Isolated Private Public
  subnetStrategy = Auto
backup/plan:Plan
  rules[].completionWindow = 720
  rules[].startWindow = 60
backup/selection:Selection
  name = database | files
backup/vault:Vault
  kmsKeyArn = keys-data
cfg/deliveryChannel:DeliveryChannel
  s3KeyPrefix = config
  s3KmsKeyArn = keys-audit
cfg/recorder:Recorder
  recordingGroup.allSupported = true
  recordingGroup.includeGlobalResourceTypes = true
cloudtrail/trail:Trail
  cloudWatchLogsGroupArn = audit:*
  enableLogFileValidation = true
  enableLogging = true
  includeGlobalServiceEvents = true
  insightSelectors[].insightType = ApiCallRateInsight ApiErrorRateInsight
  isMultiRegionTrail = true
  kmsKeyId = keys-audit
cloudwatch/compositeAlarm:CompositeAlarm
  actionsEnabled = true
cloudwatch/logMetricFilter:LogMetricFilter
  metricTransformation.defaultValue = 0
  metricTransformation.namespace = CISBenchmark
  metricTransformation.value = 1
cloudwatch/logSubscriptionFilter:LogSubscriptionFilter
  destinationArn = search-shipper
cloudwatch/metricAlarm:MetricAlarm
  actionsEnabled = true
codebuild/project:Project
  artifacts.type = CODEPIPELINE
  cache.type = S3
  encryptionKey = keys-artifacts
  environment.imagePullCredentialsType = CODEBUILD
  environment.type = LINUX_CONTAINER
  logsConfig.cloudwatchLogs.status = ENABLED
  queuedTimeout = 60
  source.type = CODEPIPELINE
codedeploy/application:Application
  computePlatform = ECS
codedeploy/deploymentGroup:DeploymentGroup
  alarmConfiguration.enabled = true
  autoRollbackConfiguration.enabled = true
  blueGreenDeploymentConfig.deploymentReadyOption.actionOnTimeout = CONTINUE_DEPLOYMENT
  blueGreenDeploymentConfig.terminateBlueInstancesOnDeploymentSuccess.action = TERMINATE
  deploymentStyle.deploymentOption = WITH_TRAFFIC_CONTROL
  deploymentStyle.deploymentType = BLUE_GREEN
  loadBalancerInfo.targetGroupPairInfo.prodTrafficRoute.listenerArns[] = web-https
  loadBalancerInfo.targetGroupPairInfo.testTrafficRoute.listenerArns[] = web-test
codepipeline/pipeline:Pipeline
  artifactStores[].encryptionKey.id = keys-artifacts
  artifactStores[].encryptionKey.type = KMS
  artifactStores[].type = S3
  executionMode = SUPERSEDED
  pipelineType = V2
  roleArn = pipeline
codestarconnections/connection:Connection
  providerType = GitHub
ebs/encryptionByDefault:EncryptionByDefault
  enabled = true
ec2/defaultSecurityGroup:DefaultSecurityGroup
  vpcId = vpc-1
ec2/eip:Eip
  domain = vpc
ec2/flowLog:FlowLog
  logDestination = network-flow-logs
  logDestinationType = cloud-watch-logs
  maxAggregationInterval = 60
  trafficType = ALL
  vpcId = vpc-1
ec2/route:Route
  destinationCidrBlock = 0.0.0.0/0
ec2/securityGroup:SecurityGroup
  vpcId = vpc-1
ec2/vpcEndpoint:VpcEndpoint
  vpcId = vpc-1
ecr/repository:Repository
  encryptionConfigurations[].encryptionType = KMS
  encryptionConfigurations[].kmsKey = keys-artifacts
  imageScanningConfiguration.scanOnPush = true
  imageTagMutability = IMMUTABLE
ecs/cluster:Cluster
  configuration.executeCommandConfiguration.kmsKeyId = keys-logs
  configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled = true
  configuration.executeCommandConfiguration.logging = OVERRIDE
ecs/service:Service
  cluster = cluster
  enableEcsManagedTags = true
  networkConfiguration.assignPublicIp = false
  platformVersion = LATEST
  propagateTags = SERVICE
  schedulingStrategy = REPLICA
ecs/taskDefinition:TaskDefinition
  networkMode = awsvpc
  requiresCompatibilities[] = FARGATE
  runtimePlatform.operatingSystemFamily = LINUX
  skipDestroy = true
  volumes[].efsVolumeConfiguration.authorizationConfig.iam =  | ENABLED
  volumes[].efsVolumeConfiguration.transitEncryption =  | ENABLED
  volumes[].name =  | scratch-srv-static | exec-agent exec-log exec-state | ` +
	`files-media | files-data files-media | files-data
efs/accessPoint:AccessPoint
  rootDirectory.path = /files
efs/fileSystem:FileSystem
  encrypted = true
  kmsKeyId = keys-data
  performanceMode = generalPurpose
  throughputMode = elastic
efs/mountTarget:MountTarget
  securityGroups[] = security-groups-files-media-id | security-groups-files-data-id
guardduty/detector:Detector
  enable = true
  findingPublishingFrequency = FIFTEEN_MINUTES
iam/accountPasswordPolicy:AccountPasswordPolicy
  allowUsersToChangePassword = true
  maxPasswordAge = 90
  minimumPasswordLength = 14
  passwordReusePrevention = 24
  requireLowercaseCharacters = true
  requireNumbers = true
  requireSymbols = true
  requireUppercaseCharacters = true
iam/openIdConnectProvider:OpenIdConnectProvider
  url = https://token.actions.githubusercontent.com
kms/key:Key
  enableKeyRotation = true
lambda/function:Function
  architectures[] = arm64
  handler = bootstrap
  kmsKeyArn = keys-logs
  loggingConfig.logFormat = Text
  runtime = provided.al2023
lambda/functionEventInvokeConfig:FunctionEventInvokeConfig
  maximumEventAgeInSeconds = 21600
  maximumRetryAttempts = 2
lambda/permission:Permission
  action = lambda:InvokeFunction
lb/listener:Listener
  loadBalancerArn = web
  routingHttpResponseServerEnabled = false
lb/listenerRule:ListenerRule
  actions[].type = forward
lb/loadBalancer:LoadBalancer
  accessLogs.enabled = true
  accessLogs.prefix = alb-access
  connectionLogs.enabled = true
  connectionLogs.prefix = alb-connections
  dropInvalidHeaderFields = true
  enableHttp2 = true
  enableWafFailOpen = false
  internal = false | true
  ipAddressType = ipv4
  loadBalancerType = application
  preserveHostHeader = true
  securityGroups[] = security-groups-alb-id | security-groups-alb-id security-groups-callers-id
  xffHeaderProcessingMode = append
lb/targetGroup:TargetGroup
  healthCheck.enabled = true
  healthCheck.port = traffic-port
  ipAddressType = ipv4
  loadBalancingAlgorithmType = least_outstanding_requests
  port = 80
  targetType = ip
  vpcId = vpc-1
opensearch/domain:Domain
  advancedOptions.rest.action.multi.allow_explicit_index = true
  advancedSecurityOptions.anonymousAuthEnabled = false
  advancedSecurityOptions.enabled = true
  advancedSecurityOptions.internalUserDatabaseEnabled = false
  domainEndpointOptions.enforceHttps = true
  domainEndpointOptions.tlsSecurityPolicy = Policy-Min-TLS-1-2-PFS-2023-10
  ebsOptions.ebsEnabled = true
  ebsOptions.volumeType = gp3
  encryptAtRest.enabled = true
  encryptAtRest.kmsKeyId = keys-logs
  nodeToNodeEncryption.enabled = true
  offPeakWindowOptions.enabled = true
  offPeakWindowOptions.offPeakWindow.windowStartTime.minutes = 0
  softwareUpdateOptions.autoSoftwareUpdateEnabled = true
  vpcOptions.securityGroupIds[] = search-domain-id
rds/instance:Instance
  autoMinorVersionUpgrade = true
  caCertIdentifier = rds-ca-rsa2048-g1
  copyTagsToSnapshot = true
  dbSubnetGroupName = database
  enabledCloudwatchLogsExports[] = postgresql upgrade
  engine = postgres
  engineLifecycleSupport = open-source-rds-extended-support-disabled
  iamDatabaseAuthenticationEnabled = true
  kmsKeyId = keys-data
  manageMasterUserPassword = true
  masterUserSecretKmsKeyId = keys-data
  performanceInsightsEnabled = true
  performanceInsightsKmsKeyId = keys-data
  port = 5432
  publiclyAccessible = false
  storageEncrypted = true
  storageType = gp3
  vpcSecurityGroupIds[] = security-groups-db-id
s3/accountPublicAccessBlock:AccountPublicAccessBlock
  accountId = 123456789012
  blockPublicAcls = true
  blockPublicPolicy = true
  ignorePublicAcls = true
  restrictPublicBuckets = true
s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2
  rules[].abortIncompleteMultipartUpload.daysAfterInitiation = 7
  rules[].expiration.expiredObjectDeleteMarker = true
  rules[].status = Enabled
s3/bucketLoggingV2:BucketLoggingV2
  targetObjectKeyFormat.partitionedPrefix.partitionDateSource = EventTime
  targetPrefix = s3-access/
s3/bucketOwnershipControls:BucketOwnershipControls
  rule.objectOwnership = BucketOwnerEnforced
s3/bucketPublicAccessBlock:BucketPublicAccessBlock
  blockPublicAcls = true
  blockPublicPolicy = true
  ignorePublicAcls = true
  restrictPublicBuckets = true
s3/bucketVersioningV2:BucketVersioningV2
  versioningConfiguration.status = Enabled
scheduler/schedule:Schedule
  flexibleTimeWindow.mode = OFF
  state = ENABLED
  target.ecsParameters.launchType = FARGATE
  target.ecsParameters.networkConfiguration.assignPublicIp = false
  target.ecsParameters.taskCount = 1
secretsmanager/secretRotation:SecretRotation
  rotateImmediately = false
securityhub/account:Account
  autoEnableControls = true
  controlFindingGenerator = SECURITY_CONTROL
  enableDefaultStandards = false
sns/topic:Topic
  kmsMasterKeyId = keys-logs
sqs/queue:Queue
  kmsMasterKeyId = keys-logs | keys-data
  messageRetentionSeconds = 1209600 | 604800
vpc/securityGroupEgressRule:SecurityGroupEgressRule
  ipProtocol = tcp
vpc/securityGroupIngressRule:SecurityGroupIngressRule
  ipProtocol = tcp
wafv2/webAcl:WebAcl
  rules[].action.block.customResponse.responseCode = 429
  rules[].statement.rateBasedStatement.aggregateKeyType = IP
  rules[].statement.rateBasedStatement.evaluationWindowSec = 300
  rules[].visibilityConfig.cloudwatchMetricsEnabled = true
  rules[].visibilityConfig.sampledRequestsEnabled = true
  scope = REGIONAL
  visibilityConfig.cloudwatchMetricsEnabled = true
  visibilityConfig.sampledRequestsEnabled = true
wafv2/webAclAssociation:WebAclAssociation
  resourceArn = web
  webAclArn = web
wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration
  logDestinationConfigs[] = web-waf
  redactedFields[].singleHeader.name = authorization cookie
  resourceArn = web
`

func TestSettings(t *testing.T) {
	byType, typ := map[string][]string{}, ""
	for _, line := range strings.Split(strings.TrimSpace(settings), "\n") {
		if setting, indented := strings.CutPrefix(line, "  "); indented {
			byType[typ] = append(byType[typ], setting)
		} else {
			typ = strings.TrimSpace(line)
		}
	}
	judged := map[string]bool{}
	everyVariant(t, func(t *testing.T, g *graph) int {
		for _, r := range g.resources {
			for _, setting := range byType[strings.TrimPrefix(r.typ, "aws:")] {
				path, want, found := strings.Cut(setting, " = ")
				require.True(t, found, setting)
				values := valuesAt(resource.NewProperty(r.inputs), strings.Split(path, "."))
				assert.Containsf(t, strings.Split(want, " | "), strings.Join(values, " "), "%s of %s", path, r.key())
				judged[strings.TrimPrefix(r.typ, "aws:")] = true
			}
		}
		return len(g.resources)
	})
	for typ := range byType {
		assert.Truef(t, judged[typ], "no variant has a %s", typ)
	}
}

// valuesAt are the values at a path, in which [] stands for each entry of a list: each once, sorted.
func valuesAt(value resource.PropertyValue, path []string) []string {
	var values []string
	for _, item := range elements(value) {
		switch {
		case len(path) == 0:
			values = append(values, strings.TrimPrefix(fmt.Sprint(plainValue(item)), "arn:aws:mock:us-east-1:123456789012:"))
		case item.IsObject():
			for n := 1; n <= len(path); n++ { // a key may have dots itself
				key := strings.TrimSuffix(strings.Join(path[:n], "."), "[]")
				if inner, ok := item.ObjectValue()[resource.PropertyKey(key)]; ok {
					values = append(values, valuesAt(inner, path[n:])...)
				}
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func plainValue(value resource.PropertyValue) any {
	if value.IsNumber() {
		return fmt.Sprintf("%.0f", value.NumberValue())
	}
	return value.V
}
