package components

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testDashboardArgs() DashboardArgs {
	return DashboardArgs{
		Scope:              testScope,
		LoadBalancerSuffix: pulumi.String("app/web/50dc6c495c0c9188"),
		ClusterName:        pulumi.String("cluster-1"),
		Services: []DashboardService{{
			Name: "visitor-book", ECSName: pulumi.String("visitor-book-1"), LogGroupName: "/ecs/visitor-book",
		}},
		DatabaseIdentifier: pulumi.String("db-1"),
		Search: &DashboardSearch{
			DomainName: "search-1", FunctionName: "shipper-1",
			DeadLetterQueueName: "dead-letters-1",
		},
		AlarmNames: []string{"aws-webapp-prod-web-5xx", "aws-webapp-prod-database-cpu"},
	}
}

func dashboardProgram(args DashboardArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewDashboard(ctx, "dashboard", &args)
		return err
	}
}

// page returns the body of the dashboard, its widgets by title.
func page(t *testing.T, args DashboardArgs) ([]string, map[string]widget) {
	t.Helper()
	input := deployed(t, dashboardProgram(args)).one(t, "aws:cloudwatch/dashboard:Dashboard",
		"dashboard").inputs["dashboardBody"]
	var body struct{ Widgets []widget }
	require.NoError(t, json.Unmarshal([]byte(input.(string)), &body))
	var titles []string
	widgets := map[string]widget{}
	taken := map[[2]int]bool{}
	for _, w := range body.Widgets {
		title := w.Properties["title"].(string)
		titles = append(titles, title)
		widgets[title] = w
		assert.LessOrEqual(t, w.X+w.Width, 24, "the grid is 24 wide")
		assert.False(t, taken[[2]int{w.X, w.Y}], "widgets overlap")
		taken[[2]int{w.X, w.Y}] = true
	}
	return titles, widgets
}

// metricOn returns a widget's row for a metric.
func metricOn(t *testing.T, w widget, name string) []any {
	t.Helper()
	for _, row := range w.Properties["metrics"].([]any) {
		if row.([]any)[1] == name {
			return row.([]any)
		}
	}
	require.Failf(t, "no such metric", "%s is not in %v", name, w.Properties["metrics"])
	return nil
}

func TestDashboardShowsEveryPart(t *testing.T) {
	rec := deployed(t, dashboardProgram(testDashboardArgs()))
	const url = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/aws-webapp-prod-dashboard"
	rec.keepsContract(t, dashboardType, "dashboard", map[string]any{"url": url})
	assert.Equal(t, "aws-webapp-prod-dashboard", rec.one(t, "aws:cloudwatch/dashboard:Dashboard",
		"dashboard").inputs["dashboardName"])

	titles, widgets := page(t, testDashboardArgs())
	assert.Equal(t, []string{
		"Alarms",
		"Traffic", "Errors", "Errors of the load balancer", "Latency",
		"visitor-book: CPU and memory", "visitor-book: tasks",
		"Database: CPU", "Database: connections", "Database: latency", "Database: free storage and memory",
		"Search: health", "Search: free storage of the fullest node", "Search: JVM and CPU", "Search: indexing",
		"Logs: delivered", "Logs: failed", "Logs: dead letters",
		"Logs: errors by event type",
	}, titles)
	for title, want := range map[string][]any{
		"visitor-book: CPU and memory": {
			"AWS/ECS", "CPUUtilization", "ClusterName", "cluster-1", "ServiceName", "visitor-book-1",
			map[string]any{"label": "CPUUtilization", "stat": "Average"},
		},
		"Search: health": {
			"AWS/ES", "ClusterStatus.red", "DomainName", "search-1", "ClientId", "123456789012",
			map[string]any{"label": "ClusterStatus.red", "stat": "Maximum"},
		},
		"Logs: delivered": {
			"LogShipper", "Delivered", "LogGroup", "/ecs/visitor-book",
			map[string]any{"label": "visitor-book Delivered", "stat": "Sum"},
		},
		"Logs: failed": {
			"AWS/Lambda", "Errors", "FunctionName", "shipper-1", map[string]any{"label": "Errors", "stat": "Sum"},
		},
		"Logs: dead letters": {
			"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "dead-letters-1",
			map[string]any{"label": "waiting", "stat": "Maximum"},
		},
	} {
		assert.Equal(t, want, metricOn(t, widgets[title], want[1].(string)), title)
	}
	shown := map[string][]string{}
	for title, w := range widgets {
		metrics, _ := w.Properties["metrics"].([]any)
		for _, row := range metrics {
			row := row.([]any)
			options := row[len(row)-1].(map[string]any)
			shown[title] = append(shown[title], fmt.Sprint(row[1], " ", options["stat"]))
		}
	}
	assert.Equal(t, map[string][]string{
		"Traffic": {
			"RequestCount Sum", "ActiveConnectionCount Sum", "NewConnectionCount Sum", "RejectedConnectionCount Sum",
		},
		"Errors of the load balancer": {
			"HTTPCode_ELB_502_Count Sum", "HTTPCode_ELB_503_Count Sum", "HTTPCode_ELB_504_Count Sum",
		},
		"Errors": {
			"HTTPCode_ELB_4XX_Count Sum", "HTTPCode_ELB_5XX_Count Sum",
			"HTTPCode_Target_4XX_Count Sum", "HTTPCode_Target_5XX_Count Sum",
		},
		"Latency":                      {"TargetResponseTime p50", "TargetResponseTime p95", "TargetResponseTime p99"},
		"visitor-book: CPU and memory": {"CPUUtilization Average", "MemoryUtilization Average"},
		"visitor-book: tasks": {
			"DesiredTaskCount Average", "RunningTaskCount Average", "PendingTaskCount Average",
		},
		"Database: CPU":                     {"CPUUtilization Average"},
		"Database: connections":             {"DatabaseConnections Average"},
		"Database: latency":                 {"ReadLatency Average", "WriteLatency Average"},
		"Database: free storage and memory": {"FreeStorageSpace Average", "FreeableMemory Average"},
		"Search: health": {
			"ClusterStatus.red Maximum", "ClusterStatus.yellow Maximum", "ClusterIndexWritesBlocked Maximum", "Nodes Minimum",
		},
		"Search: free storage of the fullest node": {"FreeStorageSpace Minimum"},
		"Search: JVM and CPU":                      {"JVMMemoryPressure Maximum", "CPUUtilization Maximum"},
		"Search: indexing": {
			"IndexingRate Average", "IndexingLatency Average", "SearchLatency Average",
		},
		"Logs: delivered": {"Events Sum", "Delivered Sum"},
		"Logs: failed": {
			"DeadLettered Sum", "Retried Sum", "Flattened Sum", "Errors Sum", "Throttles Sum",
		},
		"Logs: dead letters": {"ApproximateNumberOfMessagesVisible Maximum"},
	}, shown)
	assert.Equal(t, []any{
		"arn:aws:cloudwatch:us-east-1:123456789012:alarm:aws-webapp-prod-web-5xx",
		"arn:aws:cloudwatch:us-east-1:123456789012:alarm:aws-webapp-prod-database-cpu",
	}, widgets["Alarms"].Properties["alarms"])
	assert.Equal(t, "alarm", widgets["Alarms"].Type)
	assert.Equal(t, "log", widgets["Logs: errors by event type"].Type)
	assert.Equal(t, "SOURCE '/ecs/visitor-book' | "+errorsByEventType,
		widgets["Logs: errors by event type"].Properties["query"])
}

func TestDashboardLeavesOutWhatIsNotThere(t *testing.T) {
	args := testDashboardArgs()
	args.Search, args.AlarmNames, args.Services[0].LogGroupName = nil, nil, ""
	titles, _ := page(t, args)
	assert.Equal(t, []string{
		"Traffic", "Errors", "Errors of the load balancer", "Latency", "visitor-book: CPU and memory", "visitor-book: tasks",
		"Database: CPU", "Database: connections", "Database: latency", "Database: free storage and memory",
	}, titles)
}

// CloudWatch refuses a widget with more than 100 alarms.
func TestDashboardDividesManyAlarms(t *testing.T) {
	args := testDashboardArgs()
	args.AlarmNames = nil
	for i := range 101 {
		args.AlarmNames = append(args.AlarmNames, fmt.Sprint("alarm-", i))
	}
	titles, widgets := page(t, args)
	assert.Equal(t, []string{"Alarms", "Alarms", "Traffic"}, titles[:3])
	assert.Len(t, widgets["Alarms"].Properties["alarms"], 1, "the last one")
}

// The shipper's metrics have the same names here as in the function.
func TestDashboardKnowsTheShippersMetrics(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "lambda", "logshipper", "metrics.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `const metricNamespace = "`+shipperNamespace+`"`)
	_, widgets := page(t, testDashboardArgs())
	for _, title := range []string{"Logs: delivered", "Logs: failed"} {
		for _, row := range widgets[title].Properties["metrics"].([]any) {
			if row.([]any)[0] == shipperNamespace {
				assert.Contains(t, string(source), fmt.Sprintf("{%q, \"Count\"}", row.([]any)[1]))
			}
		}
	}
}
