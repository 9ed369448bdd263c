package components

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// ownActions lists the actions that the program itself and its commands need, beyond those of
// the resources.
var ownActions = []resourcetypes.Actions{
	{Service: "ec2", Read: "DescribeAvailabilityZones"},
	{Service: "sts", Read: "GetCallerIdentity"},
	// For releasing, and for the checks before and after.
	{
		Service: "codedeploy",
		Read: "BatchGetDeployments BatchGetDeploymentTargets GetApplicationRevision GetDeployment GetDeploymentConfig " +
			"ListDeployments ListDeploymentTargets",
		Write: "ContinueDeployment CreateDeployment RegisterApplicationRevision StopDeployment",
	},
	{Service: "access-analyzer", Read: "ListAnalyzers"},
	{Service: "backup", Read: "ListBackupVaults"},
	{Service: "cloudwatch", Read: "GetMetricStatistics"},
	{Service: "ec2", Read: "DescribeRegions"},
	{Service: "ecr", Read: "DescribeImages DescribeRepositories"},
	{Service: "ecs", Read: "DescribeTaskSets DescribeTasks ListTasks", Write: "RunTask StopTask"},
	{Service: "elasticache", Read: "DescribeCacheEngineVersions DescribeReservedCacheNodesOfferings"},
	{Service: "elasticloadbalancing", Read: "DescribeAccountLimits"},
	{Service: "es", Read: "DescribeInstanceTypeLimits"},
	{Service: "guardduty", Read: "ListDetectors"},
	{Service: "iam", Read: "ListOpenIDConnectProviders"},
	{Service: "lambda", Read: "GetAccountSettings"},
	{
		Service: "rds",
		Read: "DescribeAccountAttributes DescribeDBEngineVersions DescribeDBSnapshots " +
			"DescribeOrderableDBInstanceOptions",
	},
	{Service: "secretsmanager", Read: "ListSecrets"},
	{Service: "servicequotas", Read: "GetAWSDefaultServiceQuota GetServiceQuota ListServiceQuotas"},
}

// serviceActions returns the actions of the resources and of the program itself, by service, sorted.
func serviceActions(of func(resourcetypes.Actions) string) map[string][]string {
	all := slices.Clone(ownActions)
	for _, row := range resourcetypes.All() {
		all = append(all, row.Actions...)
	}
	actions := map[string][]string{}
	for _, one := range all {
		for _, name := range strings.Fields(of(one)) {
			actions[one.Service] = append(actions[one.Service], one.Service+":"+name)
		}
	}
	for service := range actions {
		slices.Sort(actions[service])
		actions[service] = slices.Compact(actions[service])
	}
	return actions
}

func readActions(a resourcetypes.Actions) string  { return a.Read }
func writeActions(a resourcetypes.Actions) string { return a.Write }
