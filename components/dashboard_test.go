package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDashboardShowsEveryPart(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewDashboard(ctx, "dashboard", &DashboardArgs{
			Scope:              testScope,
			LoadBalancerSuffix: pulumi.String("app/web/50dc6c495c0c9188"),
			ClusterName:        pulumi.String("cluster-1"),
			Services:           []DashboardService{{Name: "visitor-book", ECSName: pulumi.String("visitor-book-1")}},
			DatabaseIdentifier: pulumi.String("db-1"),
		})
		return err
	})

	const url = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/aws-webapp-prod-dashboard"
	rec.keepsContract(t, dashboardType, "dashboard", map[string]any{"url": url})
	page := rec.one(t, "aws:cloudwatch/dashboard:Dashboard", "dashboard")
	assert.Equal(t, "aws-webapp-prod-dashboard", page.inputs["dashboardName"])

	var body struct{ Widgets []widget }
	require.NoError(t, json.Unmarshal([]byte(page.inputs["dashboardBody"].(string)), &body))
	var titles []any
	taken := map[[2]int]bool{}
	for _, w := range body.Widgets {
		titles = append(titles, w.Properties["title"])
		assert.LessOrEqual(t, w.X+w.Width, 24, "the grid is 24 wide")
		assert.False(t, taken[[2]int{w.X, w.Y}], "widgets overlap")
		taken[[2]int{w.X, w.Y}] = true
	}
	assert.Equal(t, []any{
		"Traffic", "Errors", "Latency", "visitor-book: CPU and memory", "visitor-book: tasks",
		"Database: CPU", "Database: connections", "Database: latency", "Database: free storage and memory",
	}, titles)
	assert.Equal(t, []any{
		"AWS/ECS", "CPUUtilization", "ClusterName", "cluster-1", "ServiceName", "visitor-book-1",
		map[string]any{"label": "CPUUtilization", "stat": "Average"},
	}, body.Widgets[3].Properties["metrics"].([]any)[0])
}

func TestDashboardArgsNameWhatIsWrong(t *testing.T) {
	err := refused(t, func(ctx *pulumi.Context) error {
		_, err := NewDashboard(ctx, "dashboard", &DashboardArgs{Scope: testScope, Services: []DashboardService{{}}})
		return err
	})
	for _, missing := range []string{"LoadBalancerSuffix is missing", "ClusterName is missing", "DatabaseIdentifier is missing", "Services[0] is incomplete"} {
		assert.ErrorContains(t, err, missing)
	}
}
