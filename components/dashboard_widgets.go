package components

import (
	"fmt"
	"slices"
	"strings"
)

// The grid of a CloudWatch dashboard is 24 units wide.
const (
	gridWidth     = 24
	widgetHeight  = 6
	metricSeconds = 60
	// mostAlarms is the number of alarms that one widget can show.
	mostAlarms = 100
)

// widget of a dashboard's body, as CloudWatch's dashboard structure names its parts.
type widget struct {
	Type       string         `json:"type"`
	X          int            `json:"x"`
	Y          int            `json:"y"`
	Width      int            `json:"width"`
	Height     int            `json:"height"`
	Properties map[string]any `json:"properties"`
}

// metric is a row of a widget: namespace, name, dimension names and values, options.
type metric []any

// tile is a widget without a position yet.
type tile struct {
	kind       string
	properties map[string]any
}

// widgets lays out rows, from what users see down to the parts behind it: alarms, traffic, each
// service, the database, the search domain and the shipping of logs.
func (d *Dashboard) widgets() []widget {
	var rows [][]tile
	for alarms := range slices.Chunk(d.args.AlarmNames, mostAlarms) {
		rows = append(rows, []tile{d.alarmTile(alarms)})
	}
	rows = append(rows, d.trafficTiles())
	for _, service := range d.args.Services {
		rows = append(rows, d.serviceTiles(service))
	}
	rows = append(rows, d.databaseTiles())
	for _, row := range d.args.Rows {
		if len(row.tiles) > 0 {
			rows = append(rows, row.tiles)
		}
	}
	if d.args.Search != nil {
		rows = append(rows, d.searchTiles(*d.args.Search), d.shippingTiles(*d.args.Search))
	}
	if failures := d.errorTile(); failures != nil {
		rows = append(rows, []tile{*failures})
	}

	var page []widget
	for y, row := range rows {
		width := gridWidth / len(row)
		for x, t := range row {
			page = append(page, widget{
				Type: t.kind, X: x * width, Y: y * widgetHeight, Width: width, Height: widgetHeight, Properties: t.properties,
			})
		}
	}
	return page
}

func (d *Dashboard) graph(title string, metrics ...metric) tile {
	return d.args.Scope.graph(title, metrics...)
}

// graph is a tile with metrics of the stack's region.
func (s Scope) graph(title string, metrics ...metric) tile {
	return tile{"metric", map[string]any{
		"title":   title,
		"region":  s.Region,
		"view":    "timeSeries",
		"period":  metricSeconds,
		"metrics": metrics,
	}}
}

func (d *Dashboard) alarmTile(names []string) tile {
	arns := make([]string, len(names))
	for i, name := range names {
		arns[i] = d.args.Scope.ARN("cloudwatch", "alarm:"+name)
	}
	return tile{"alarm", map[string]any{"title": "Alarms", "sortBy": "stateUpdatedTimestamp", "alarms": arns}}
}

func (d *Dashboard) trafficTiles() []tile {
	alb := func(name, stat string) metric {
		return metric{balancerNamespace, name, "LoadBalancer", d.args.LoadBalancerSuffix, map[string]any{
			"stat": stat, "label": name + " " + stat,
		}}
	}
	return []tile{
		d.graph("Traffic", alb("RequestCount", "Sum"), alb("ActiveConnectionCount", "Sum"),
			alb("NewConnectionCount", "Sum"), alb("RejectedConnectionCount", "Sum")),
		d.graph("Errors",
			alb("HTTPCode_ELB_4XX_Count", "Sum"), alb("HTTPCode_ELB_5XX_Count", "Sum"),
			alb("HTTPCode_Target_4XX_Count", "Sum"), alb("HTTPCode_Target_5XX_Count", "Sum")),
		d.graph("Errors of the load balancer",
			alb("HTTPCode_ELB_502_Count", "Sum"), alb("HTTPCode_ELB_503_Count", "Sum"), alb("HTTPCode_ELB_504_Count", "Sum")),
		d.graph("Latency",
			alb("TargetResponseTime", "p50"), alb("TargetResponseTime", "p95"), alb("TargetResponseTime", "p99")),
	}
}

func (d *Dashboard) serviceTiles(service DashboardService) []tile {
	ecs := func(namespace, name string) metric {
		return metric{
			namespace, name, "ClusterName", d.args.ClusterName, "ServiceName", service.ECSName,
			map[string]any{"stat": "Average", "label": name},
		}
	}
	return []tile{
		d.graph(service.Name+": CPU and memory",
			ecs(serviceNamespace, "CPUUtilization"), ecs(serviceNamespace, "MemoryUtilization")),
		d.graph(service.Name+": tasks",
			ecs(insightsNamespace, "DesiredTaskCount"), ecs(insightsNamespace, "RunningTaskCount"),
			ecs(insightsNamespace, "PendingTaskCount")),
	}
}

func (d *Dashboard) databaseTiles() []tile {
	rds := func(name string) metric {
		return metric{databaseNamespace, name, "DBInstanceIdentifier", d.args.DatabaseIdentifier, map[string]any{
			"stat": "Average", "label": name,
		}}
	}
	return []tile{
		d.graph("Database: CPU", rds("CPUUtilization")),
		d.graph("Database: connections", rds("DatabaseConnections")),
		d.graph("Database: latency", rds("ReadLatency"), rds("WriteLatency")),
		d.graph("Database: free storage and memory", rds("FreeStorageSpace"), rds("FreeableMemory")),
	}
}

func (d *Dashboard) searchTiles(search DashboardSearch) []tile {
	domain := func(name, stat string) metric {
		return metric{
			searchNamespace, name, "DomainName", search.DomainName, "ClientId", d.args.Scope.AccountID,
			map[string]any{"stat": stat, "label": name},
		}
	}
	return []tile{
		d.graph("Search: health",
			domain("ClusterStatus.red", "Maximum"), domain("ClusterStatus.yellow", "Maximum"),
			domain("ClusterIndexWritesBlocked", "Maximum"), domain("Nodes", "Minimum")),
		d.graph("Search: free storage of the fullest node", domain("FreeStorageSpace", "Minimum")),
		d.graph("Search: JVM and CPU", domain("JVMMemoryPressure", "Maximum"), domain("CPUUtilization", "Maximum")),
		d.graph("Search: indexing", domain("IndexingRate", "Average"), domain("IndexingLatency", "Average"),
			domain("SearchLatency", "Average")),
	}
}

// shippingTiles shows the delivery of the services' log lines to the domain.
func (d *Dashboard) shippingTiles(search DashboardSearch) []tile {
	var delivered, failed []metric
	for _, service := range d.args.Services {
		shipped := func(name string) metric {
			return metric{
				shipperNamespace, name, "LogGroup", service.LogGroupName,
				map[string]any{"stat": "Sum", "label": service.Name + " " + name},
			}
		}
		delivered = append(delivered, shipped("Events"), shipped("Delivered"))
		failed = append(failed, shipped("DeadLettered"), shipped("Retried"), shipped("Flattened"))
	}
	function := func(name string) metric {
		return metric{lambdaNamespace, name, "FunctionName", search.FunctionName, map[string]any{
			"stat": "Sum", "label": name,
		}}
	}
	return []tile{
		d.graph("Logs: delivered", delivered...),
		d.graph("Logs: failed", append(failed, function("Errors"), function("Throttles"))...),
		d.graph("Logs: dead letters", metric{
			queueNamespace, "ApproximateNumberOfMessagesVisible", "QueueName", search.DeadLetterQueueName,
			map[string]any{"stat": "Maximum", "label": "waiting"},
		}),
	}
}

// errorTile queries the services' logs each time that somebody opens the page: Logs Insights
// charges for what the query reads in the time that the page shows.
func (d *Dashboard) errorTile() *tile {
	var sources []string
	for _, service := range d.args.Services {
		if service.LogGroupName != "" && len(sources) < mostQueriedGroups {
			sources = append(sources, fmt.Sprintf("SOURCE '%s'", service.LogGroupName))
		}
	}
	if len(sources) == 0 {
		return nil
	}
	return &tile{"log", map[string]any{
		"title":  "Logs: errors by event type",
		"region": d.args.Scope.Region,
		"view":   "table",
		"query":  strings.Join(append(sources, errorsByEventType), " | "),
	}}
}
