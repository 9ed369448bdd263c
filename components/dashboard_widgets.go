package components

// The grid of a CloudWatch dashboard is 24 units wide.
const (
	gridWidth     = 24
	widgetHeight  = 6
	metricSeconds = 60
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

// graph is a widget before it has its place.
type graph struct {
	title   string
	metrics []metric
}

// widgets lays out a row of graphs for traffic, each service and the database.
func (d *Dashboard) widgets() []widget {
	rows := [][]graph{d.trafficGraphs()}
	for _, service := range d.args.Services {
		rows = append(rows, d.serviceGraphs(service))
	}
	rows = append(rows, d.databaseGraphs())

	var page []widget
	for y, row := range rows {
		width := gridWidth / len(row)
		for x, g := range row {
			page = append(page, widget{
				Type: "metric", X: x * width, Y: y * widgetHeight, Width: width, Height: widgetHeight,
				Properties: map[string]any{
					"title":   g.title,
					"region":  d.args.Scope.Region,
					"view":    "timeSeries",
					"period":  metricSeconds,
					"metrics": g.metrics,
				},
			})
		}
	}
	return page
}

func (d *Dashboard) trafficGraphs() []graph {
	alb := func(name, stat string) metric {
		return metric{"AWS/ApplicationELB", name, "LoadBalancer", d.args.LoadBalancerSuffix, map[string]any{"stat": stat, "label": name + " " + stat}}
	}
	return []graph{
		{"Traffic", []metric{alb("RequestCount", "Sum"), alb("ActiveConnectionCount", "Sum")}},
		{"Errors", []metric{
			alb("HTTPCode_ELB_4XX_Count", "Sum"), alb("HTTPCode_ELB_5XX_Count", "Sum"),
			alb("HTTPCode_Target_4XX_Count", "Sum"), alb("HTTPCode_Target_5XX_Count", "Sum"),
		}},
		{"Latency", []metric{
			alb("TargetResponseTime", "p50"), alb("TargetResponseTime", "p95"), alb("TargetResponseTime", "p99"),
		}},
	}
}

func (d *Dashboard) serviceGraphs(service DashboardService) []graph {
	ecs := func(namespace, name string) metric {
		return metric{
			namespace, name, "ClusterName", d.args.ClusterName, "ServiceName", service.ECSName,
			map[string]any{"stat": "Average", "label": name},
		}
	}
	return []graph{
		{service.Name + ": CPU and memory", []metric{
			ecs("AWS/ECS", "CPUUtilization"), ecs("AWS/ECS", "MemoryUtilization"),
		}},
		{service.Name + ": tasks", []metric{
			ecs("ECS/ContainerInsights", "DesiredTaskCount"), ecs("ECS/ContainerInsights", "RunningTaskCount"),
			ecs("ECS/ContainerInsights", "PendingTaskCount"),
		}},
	}
}

func (d *Dashboard) databaseGraphs() []graph {
	rds := func(name string) metric {
		return metric{"AWS/RDS", name, "DBInstanceIdentifier", d.args.DatabaseIdentifier, map[string]any{"stat": "Average", "label": name}}
	}
	return []graph{
		{"Database: CPU", []metric{rds("CPUUtilization")}},
		{"Database: connections", []metric{rds("DatabaseConnections")}},
		{"Database: latency", []metric{rds("ReadLatency"), rds("WriteLatency")}},
		{"Database: free storage and memory", []metric{rds("FreeStorageSpace"), rds("FreeableMemory")}},
	}
}
