//go:build e2e

package e2e

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	autoscaletypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

var serviceKinds = []kind{
	{name: "clusters", list: func(ctx context.Context, c clients) ([]string, error) {
		listed, err := c.ecs.ListClusters(ctx, nil)
		if err != nil || len(listed.ClusterArns) == 0 {
			return nil, err
		}
		answer, err := c.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{Clusters: listed.ClusterArns})
		if err != nil {
			return nil, err
		}
		var active []string
		for _, cluster := range answer.Clusters {
			if aws.ToString(cluster.Status) != "INACTIVE" {
				active = append(active, *cluster.ClusterName)
			}
		}
		return active, nil
	}},
	{name: "services", list: listServices},
	{name: "task definitions", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ecs.ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{
			Status: ecstypes.TaskDefinitionStatusActive,
		})
		if err != nil {
			return nil, err
		}
		return answer.TaskDefinitionArns, nil
	}},
	{name: "scalable targets", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.autoscale.DescribeScalableTargets(ctx,
			&applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: autoscaletypes.ServiceNamespaceEcs})
		if err != nil {
			return nil, err
		}
		return names(answer.ScalableTargets, func(t autoscaletypes.ScalableTarget) *string { return t.ResourceId }), nil
	}},
	{name: "scaling policies", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.autoscale.DescribeScalingPolicies(ctx,
			&applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: autoscaletypes.ServiceNamespaceEcs})
		if err != nil {
			return nil, err
		}
		return names(answer.ScalingPolicies, func(p autoscaletypes.ScalingPolicy) *string { return p.PolicyName }), nil
	}},
	{
		name: "CodeDeploy applications", absent: func(d *deployment) bool { return !d.blueGreen() },
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.codedeploy.ListApplications(ctx, nil)
			if err != nil {
				return nil, err
			}
			return answer.Applications, nil
		},
	},
	{name: "roles", list: func(ctx context.Context, c clients) ([]string, error) {
		var found []string
		pages := iam.NewListRolesPaginator(c.iam, &iam.ListRolesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, names(page.Roles, func(r iamtypes.Role) *string { return r.RoleName })...)
		}
		return found, nil
	}},
	{name: "own policies", absent: func(*deployment) bool {
		return true
	}, list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.iam.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
		if err != nil {
			return nil, err
		}
		return names(answer.Policies, func(p iamtypes.Policy) *string { return p.PolicyName }), nil
	}},
	{name: "password policies", list: func(ctx context.Context, c clients) ([]string, error) {
		_, err := c.iam.GetAccountPasswordPolicy(ctx, nil)
		if err != nil && strings.Contains(err.Error(), "NoSuchEntity") {
			return nil, nil
		}
		return []string{"account"}, err
	}},
	{name: "functions", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.lambda.ListFunctions(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Functions, func(f lambdatypes.FunctionConfiguration) *string { return f.FunctionName }), nil
	}},
	{name: "queues", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.sqs.ListQueues(ctx, nil)
		if err != nil {
			return nil, err
		}
		return answer.QueueUrls, nil
	}},
}

func listServices(ctx context.Context, c clients) ([]string, error) {
	clusters, err := c.ecs.ListClusters(ctx, nil)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, cluster := range clusters.ClusterArns {
		answer, err := c.ecs.ListServices(ctx, &ecs.ListServicesInput{Cluster: &cluster})
		if err != nil {
			return nil, err
		}
		found = append(found, answer.ServiceArns...)
	}
	return found, nil
}
