package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const logsKey = "arn:aws:kms:us-east-1:123456789012:key/logs"

func testClusterArgs() ClusterArgs {
	return ClusterArgs{
		Scope:             testScope,
		ContainerInsights: InsightsEnhanced,
		LogKeyARN:         pulumi.String(logsKey),
		LogRetentionDays:  30,
		TopicARN:          pulumi.String(testTopicARN),
	}
}

func clusterProgram(args *ClusterArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewCluster(ctx, "web", args)
		return err
	}
}

func TestClusterKeepsTheContract(t *testing.T) {
	args := testClusterArgs()
	deployed(t, clusterProgram(&args)).keepsContract(t, clusterType, "web", map[string]any{
		"name":             "aws-webapp-prod-web",
		"arn":              "arn:aws:ecs:us-east-1:123456789012:web",
		"execLogGroupName": "/ecs-exec/aws-webapp-prod-web",
	})
}

func TestClusterEncryptsAndLogsExecSessions(t *testing.T) {
	args := testClusterArgs()
	rec := previewed(t, clusterProgram(&args))
	assert.Equal(t, map[string]any{
		"name":     "aws-webapp-prod-web",
		"settings": []any{map[string]any{"name": "containerInsights", "value": "enhanced"}},
		"configuration": map[string]any{"executeCommandConfiguration": map[string]any{
			"kmsKeyId": logsKey,
			"logging":  "OVERRIDE",
			"logConfiguration": map[string]any{
				"cloudWatchEncryptionEnabled": true,
				"cloudWatchLogGroupName":      "/ecs-exec/aws-webapp-prod-web",
			},
		}},
		"tags": map[string]any{"Name": "aws-webapp-prod-web"},
	}, rec.one(t, "aws:ecs/cluster:Cluster", "web").inputs)
	assert.Equal(t, map[string]any{
		"name":            "/ecs-exec/aws-webapp-prod-web",
		"retentionInDays": 30.0,
		"kmsKeyId":        logsKey,
	}, rec.one(t, "aws:cloudwatch/logGroup:LogGroup", "web-exec").inputs)
}

func TestClusterInsightsLevels(t *testing.T) {
	for level, want := range map[ContainerInsights]string{InsightsEnabled: "enabled", InsightsEnhanced: "enhanced"} {
		t.Run(want, func(t *testing.T) {
			args := testClusterArgs()
			args.ContainerInsights = level
			assert.Equal(t, []any{map[string]any{"name": "containerInsights", "value": want}},
				deployed(t, clusterProgram(&args)).one(t, "aws:ecs/cluster:Cluster", "web").inputs["settings"])
		})
	}
}

func TestClusterOffersFargateAndSpot(t *testing.T) {
	args := testClusterArgs()
	providers := deployed(t, clusterProgram(&args)).one(t, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
		"web")
	assert.Equal(t, map[string]any{
		"clusterName":                       "aws-webapp-prod-web",
		"capacityProviders":                 []any{"FARGATE", "FARGATE_SPOT"},
		"defaultCapacityProviderStrategies": []any{map[string]any{"capacityProvider": "FARGATE", "weight": 1.0}},
	}, providers.inputs)
}

func TestClusterWaitsForItsLogGroup(t *testing.T) {
	args := testClusterArgs()
	rec := deployed(t, clusterProgram(&args))
	assert.True(t, rec.one(t, "aws:ecs/cluster:Cluster", "web").dependsOn(rec.one(t, "aws:cloudwatch/logGroup:LogGroup",
		"web-exec")))
}

// ECS refuses a service whose capacity provider the cluster does not have yet.
func TestWhoUsesTheClustersARNWaitsForItsCapacityProviders(t *testing.T) {
	args := testClusterArgs()
	rec := deployed(t, func(ctx *pulumi.Context) error {
		cluster, err := NewCluster(ctx, "web", &args)
		if err != nil {
			return err
		}
		service := testServiceArgs()
		service.ClusterName, service.ClusterARN = cluster.Name, cluster.ARN
		_, err = NewService(ctx, "visitor-book", &service)
		return err
	})
	service := rec.one(t, "aws:ecs/service:Service", "visitor-book")
	assert.Equal(t, "arn:aws:ecs:us-east-1:123456789012:web", service.inputs["cluster"])
	assert.True(t, service.dependsOn(rec.one(t, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "web")))
}

// Spot has a quota of its own, which only matters to who uses it.
func TestClusterWatchesItsQuotas(t *testing.T) {
	for spot, want := range map[bool][]string{
		false: {"web-fargate-quota"}, true: {"web-fargate-quota", "web-spot-quota"},
	} {
		args := testClusterArgs()
		args.Spot = spot
		rec := deployed(t, clusterProgram(&args))
		assert.Equal(t, want, rec.names(alarmToken))
		classes := map[string]string{"web-fargate-quota": "Standard/OnDemand", "web-spot-quota": "Standard/Spot"}
		for _, name := range want {
			inputs := rec.one(t, alarmToken, name).inputs
			assert.Equal(t, 80.0, inputs["threshold"])
			assert.Contains(t, fmt.Sprint(inputs["metricQueries"]), "Class:"+classes[name])
			assert.Contains(t, fmt.Sprint(inputs["metricQueries"]), "100 * m1 / SERVICE_QUOTA(m1)")
		}
	}
}
