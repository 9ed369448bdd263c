package stack_test

import (
	"regexp"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
)

// roleAccount is the account of the record, which is moto's.
const roleAccount = "123456789012"

// named holds, for each type of resource of the workloads, the parameters with which a call names one, for the
// parts of the type's ARN. A call that sends an ARN of the type names it by that.
var named = map[string]map[string][]string{
	"access-analyzer:Analyzer":               {"AnalyzerName": {"analyzerName"}},
	"acm:certificate":                        {},
	"application-autoscaling:ScalableTarget": {},
	"budgets:budget":                         {"BudgetName": {"BudgetName"}},
	"backup:backupPlan":                      {"BackupPlanId": {"BackupPlanId"}},
	"backup:backupVault":                     {"BackupVaultName": {"BackupVaultName"}},
	"cloudtrail:trail":                       {"TrailName": {"TrailName", "Name", "trailNameList"}},
	"cloudwatch:alarm":                       {"AlarmName": {"AlarmName", "AlarmNames"}},
	"cloudwatch:dashboard":                   {"DashboardName": {"DashboardName", "DashboardNames"}},
	"codedeploy:application":                 {"ApplicationName": {"applicationName"}},
	"codedeploy:deploymentgroup": {
		"ApplicationName": {"applicationName"}, "DeploymentGroupName": {"deploymentGroupName", "currentDeploymentGroupName"},
	},
	"codedeploy:deploymentconfig": {"DeploymentConfigurationName": {"deploymentConfigName"}},
	"config:ConfigurationRecorder": {
		"RecorderName": {"ConfigurationRecorderName", "ConfigurationRecorderNames"},
	},
	"ec2:elastic-ip":          {"AllocationId": {"AllocationId", "AllocationIds"}},
	"ec2:internet-gateway":    {"InternetGatewayId": {"InternetGatewayId", "InternetGatewayIds"}},
	"ec2:natgateway":          {"NatGatewayId": {"NatGatewayId"}},
	"ec2:route-table":         {"RouteTableId": {"RouteTableId", "RouteTableIds"}},
	"ec2:security-group-rule": {"SecurityGroupRuleId": {"SecurityGroupRuleIds"}},
	"ec2:security-group":      {"SecurityGroupId": {"GroupId", "GroupIds", "SecurityGroupIds"}},
	"ec2:subnet":              {"SubnetId": {"SubnetId", "SubnetIds"}},
	"ec2:vpc":                 {"VpcId": {"VpcId", "ResourceIds"}},
	"ec2:vpc-endpoint":        {"VpcEndpointId": {"VpcEndpointId", "VpcEndpointIds"}},
	"ec2:vpc-flow-log":        {"VpcFlowLogId": {"FlowLogIds"}},
	"ecs:cluster":             {"ClusterName": {"clusterName", "cluster", "clusters"}},
	"ecs:service": {
		"ClusterName": {"cluster"}, "ServiceName": {"serviceName", "service", "services"},
	},
	"ecs:task":                               {"ClusterName": {"cluster"}},
	"ecs:task-definition":                    {"TaskDefinitionFamilyName": {"family"}},
	"elasticache:cluster":                    {"CacheClusterId": {"CacheClusterId"}},
	"elasticache:parametergroup":             {"CacheParameterGroupName": {"CacheParameterGroupName"}},
	"elasticache:replicationgroup":           {"ReplicationGroupId": {"ReplicationGroupId"}},
	"elasticache:subnetgroup":                {"CacheSubnetGroupName": {"CacheSubnetGroupName"}},
	"elasticache:user":                       {"UserId": {"UserId", "UserIds", "UserIdsToAdd"}},
	"elasticache:usergroup":                  {"UserGroupId": {"UserGroupId", "UserGroupIds", "UserGroupIdsToAdd"}},
	"elasticfilesystem:access-point":         {"AccessPointId": {"AccessPointId"}},
	"elasticfilesystem:file-system":          {"FileSystemId": {"FileSystemId"}},
	"elasticloadbalancing:loadbalancer/app/": {"LoadBalancerName": {"Name", "Names"}},
	"elasticloadbalancing:targetgroup":       {"TargetGroupName": {"Name", "Names"}},
	"es:domain":                              {"DomainName": {"DomainName"}},
	"events:rule-on-default-event-bus":       {"RuleName": {"Name", "Rule"}},
	"guardduty:detector":                     {"DetectorId": {"DetectorId"}},
	"iam:role":                               {"RoleNameWithPath": {"RoleName"}},
	"kms:alias":                              {"Alias": {"AliasName"}},
	"kms:key":                                {"KeyId": {"KeyId", "TargetKeyId"}},
	"lambda:function":                        {"FunctionName": {"FunctionName"}},
	"logs:log-group":                         {"LogGroupName": {"logGroupName", "logGroupNames", "logGroupIdentifiers"}},
	"rds:db":                                 {"DbInstanceName": {"DBInstanceIdentifier"}},
	"rds:es":                                 {"SubscriptionName": {"SubscriptionName"}},
	"rds:pg":                                 {"ParameterGroupName": {"DBParameterGroupName"}},
	"rds:snapshot":                           {"SnapshotName": {"DBSnapshotIdentifier", "FinalDBSnapshotIdentifier"}},
	"rds:subgrp":                             {"SubnetGroupName": {"DBSubnetGroupName"}},
	"route53:change":                         {"Id": {"Id"}},
	"route53:hostedzone":                     {"Id": {"HostedZoneId", "Id"}},
	"s3:bucket":                              {"BucketName": {"Bucket"}},
	"s3:object":                              {"BucketName": {"Bucket"}, "ObjectName": {"Key"}},
	"securityhub:hub":                        {},
	"scheduler:schedule":                     {"GroupName": {"GroupName"}, "ScheduleName": {"Name"}},
	"scheduler:schedule-group":               {"GroupName": {"Name"}},
	"secretsmanager:Secret":                  {},
	"servicediscovery:namespace":             {"NamespaceId": {"Id"}},
	"sns:topic":                              {"TopicName": {"Name"}},
	"sqs:queue":                              {"QueueName": {"QueueName", "QueueUrl"}},
	"wafv2:webacl":                           {"Name": {"Name"}},
}

// target is a resource of a request; its type is empty if the request is about none.
type target struct{ kind, arn string }

var arnPart = regexp.MustCompile(`\$\{(\w+)\}`)

// targets returns the resources on which AWS evaluates an action of the call.
func (c call) targets(action string, of authorization.Action) []target {
	service, _, _ := strings.Cut(action, ":")
	if action == "ec2:CreateTags" || action == "ec2:DeleteTags" {
		return taggedTargets(c.texts("Resources"))
	}
	var found []target
	for _, r := range of.Resources {
		sent := c.matching(r.ARN)
		if _, ours := named[service+":"+r.Type]; ours && len(sent) == 0 {
			sent = c.filled(service+":"+r.Type, r)
		}
		for _, arn := range sent {
			found = append(found, target{r.Type, arn})
		}
	}
	if len(found) == 0 && action == c.tagging() { // tags are for what the operation makes
		made, _ := authorization.Of(c.actions()[0])
		return slices.DeleteFunc(c.targets(c.actions()[0], made), func(on target) bool {
			return !slices.ContainsFunc(of.Resources, func(r authorization.Resource) bool { return r.Type == on.kind })
		})
	}
	if len(found) == 0 {
		return []target{{arn: "*"}}
	}
	return found
}

// matching returns the ARNs of a type that the call sends.
func (c call) matching(pattern string) []string {
	quoted := regexp.QuoteMeta(arnPart.ReplaceAllString(pattern, "\x00"))
	expression := regexp.MustCompile("^" + strings.ReplaceAll(quoted, "\x00", "[^:]*") + "$")
	var found []string
	for _, arn := range c.arns() {
		arn = strings.TrimSuffix(arn, ":*")
		if expression.MatchString(arn) && !slices.Contains(found, arn) {
			found = append(found, arn)
		}
	}
	return found
}

// filled returns the ARNs of a type, built from the names that the call sends. Names that AWS
// generates are "new"; a type that the call does not name only counts if every request has one.
func (c call) filled(kind string, r authorization.Resource) []string {
	arns, mentioned := []string{r.ARN}, false
	for _, part := range arnPart.FindAllStringSubmatch(r.ARN, -1) {
		var values []string
		switch part[1] {
		case "Partition":
			values = []string{"aws"}
		case "Region":
			values = []string{"us-east-1"}
		case "Account":
			values = []string{roleAccount}
		case "Scope":
			values = []string{"regional"}
		case "SecretId": // RDS makes up the name of a database's
			values = []string{"rds!db-new"}
		default:
			for _, parameter := range named[kind][part[1]] {
				values = append(values, c.texts(parameter)...)
			}
			mentioned = mentioned || len(values) > 0
			if len(values) == 0 {
				values = []string{"new"}
			}
		}
		var next []string
		for _, arn := range arns {
			for _, value := range values {
				next = append(next, strings.Replace(arn, part[0], lastPart(value), 1))
			}
		}
		arns = next
	}
	if !mentioned && !r.Required {
		return nil
	}
	return arns
}

// lastPart returns the name in a value that is an ARN, a URL or an alias.
func lastPart(value string) string {
	switch {
	case strings.HasPrefix(value, "arn:"), strings.HasPrefix(value, "http"):
		return value[strings.LastIndexAny(value, "/:")+1:]
	default:
		return strings.TrimPrefix(value, "alias/")
	}
}

// ec2Kinds maps prefixes of ids to types of EC2 resources.
var ec2Kinds = map[string]string{
	"eipalloc": "elastic-ip", "fl": "vpc-flow-log", "igw": "internet-gateway", "nat": "natgateway", "rtb": "route-table",
	"sg": "security-group", "sgr": "security-group-rule", "subnet": "subnet", "vpc": "vpc", "vpce": "vpc-endpoint",
}

func taggedTargets(ids []string) []target {
	var found []target
	for _, id := range ids {
		prefix, _, _ := strings.Cut(id, "-")
		kind := ec2Kinds[prefix]
		found = append(found, target{kind, "arn:aws:ec2:us-east-1:" + roleAccount + ":" + kind + "/" + id})
	}
	return found
}
