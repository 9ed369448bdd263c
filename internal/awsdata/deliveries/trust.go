package deliveries

// assumeRole is the action with which services assume roles.
var assumeRole = []string{"sts:AssumeRole"}

// documented: the service's guide shows trust policies with both keys.
func documented(source string, pages ...string) []Reading {
	return []Reading{{Keys: map[string]string{SourceAccount: "{account}", SourceARN: source}, Sources: pages}}
}

// undocumented: the guide's trust policies have no condition. A role cannot be passed to a
// service in another account, so nothing is lost without a condition:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func undocumented(pages ...string) []Reading {
	return append([]Reading{{Sources: pages}},
		documented("{source}", "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html")...)
}

// The calls with which services assume the roles of these stacks and of similar ones; the
// source is the resource that has the role.
var (
	CloudTrailRole = Delivery{
		Name: "CloudTrail takes on the role for its log group", Service: "cloudtrail.amazonaws.com", Actions: assumeRole,
		// The guide once said that this role's trust supports neither key, and no longer mentions it.
		Readings: undocumented(
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
			"https://github.com/prowler-cloud/prowler/issues/4714"),
	}
	BackupRole = Delivery{
		Name: "AWS Backup takes on the role of a plan", Service: "backup.amazonaws.com", Actions: assumeRole,
		Readings: undocumented("https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html",
			"https://github.com/prowler-cloud/prowler/issues/2810"),
	}
	FlowLogRole = Delivery{
		Name: "VPC flow logs take on their role", Service: "vpc-flow-logs.amazonaws.com", Actions: assumeRole,
		Readings: documented("{source}", "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"),
	}
	ConfigRole = Delivery{
		Name: "AWS Config takes on the role of a recorder", Service: "config.amazonaws.com", Actions: assumeRole,
		// The ARN is a pattern for the account and region that ends in *.
		Readings: documented("arn:{partition}:config:{region}:{account}:*",
			"https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html"),
	}
	MonitoringRole = Delivery{
		Name: "RDS takes on the role for enhanced monitoring", Service: "monitoring.rds.amazonaws.com", Actions: assumeRole,
		Readings: documented("{source}",
			"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html"),
	}
	BuildRole = Delivery{
		Name: "CodeBuild takes on the role of a project", Service: "codebuild.amazonaws.com", Actions: assumeRole,
		Readings: documented("{source}",
			"https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html"),
	}
	PipelineRole = Delivery{
		Name: "CodePipeline takes on the role of a pipeline", Service: "codepipeline.amazonaws.com", Actions: assumeRole,
		Readings: undocumented(
			"https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html"),
	}
	DeploymentRole = Delivery{
		Name: "CodeDeploy takes on the role of a deployment group", Service: "codedeploy.amazonaws.com", Actions: assumeRole,
		Readings: undocumented(
			"https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html"),
	}
	TaskRole = Delivery{
		Name: "ECS takes on the role of a task", Service: tasks, Actions: assumeRole,
		Readings: documented("arn:{partition}:ecs:{region}:{account}:task/cluster/0123456789abcdef",
			"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
			"https://github.com/awsdocs/amazon-ecs-developer-guide/issues/208"),
	}
	TaskExecutionRole = Delivery{
		Name: "ECS takes on the role that starts a task", Service: tasks, Actions: assumeRole,
		Readings: undocumented("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"),
	}
	FunctionRole = Delivery{
		Name: "Lambda takes on the role of a function", Service: "lambda.amazonaws.com", Actions: assumeRole,
		Readings: undocumented("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"),
	}
	ScheduleRole = Delivery{
		Name: "EventBridge Scheduler takes on the role of a schedule", Service: "scheduler.amazonaws.com",
		Actions: assumeRole,
		// The target is the schedule's group: the guide names it now, and named the schedule before.
		Readings: append(documented("{target}", schedulePage), documented("{source}", schedulePage)...),
	}
	SubscriptionRole = Delivery{
		Name: "CloudWatch Logs takes on the role of a subscription", Service: "logs.amazonaws.com", Actions: assumeRole,
		Readings: documented("arn:{partition}:logs:{region}:{account}:*",
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html"),
	}
)

const (
	tasks        = "ecs-tasks.amazonaws.com"
	schedulePage = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html"
)

var trusts = []Delivery{
	CloudTrailRole, BackupRole, FlowLogRole, ConfigRole, MonitoringRole, BuildRole, PipelineRole, DeploymentRole, TaskRole,
	TaskExecutionRole, FunctionRole, ScheduleRole, SubscriptionRole,
}

// Guarded returns the services that send a source key whenever they assume a role, for every
// role and under every reading: each role's trust policy can require the key.
func Guarded() []string {
	silent := map[string]bool{}
	for _, d := range trusts {
		silent[d.Service] = silent[d.Service] || !d.Sends(SourceAccount) && !d.Sends(SourceARN)
	}
	var services []string
	for _, d := range trusts {
		if !silent[d.Service] {
			services = append(services, d.Service)
		}
	}
	return services
}
