package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	cacheNamespace    = "AWS/ElastiCache"
	cacheAlarmPeriods = 15 // minutes
)

// CacheAlarms are the thresholds of a cache's alarms.
type CacheAlarms struct {
	// TopicARN hears of them.
	TopicARN pulumi.StringInput
	// CPUPercent and MemoryPercent over 15 minutes, of the busiest node, that are still normal.
	CPUPercent, MemoryPercent int
	// EvictionsPerMinute and Connections of the busiest node that are still normal.
	EvictionsPerMinute, Connections int
	// LagSeconds that a copy may be behind for five minutes.
	LagSeconds int
}

// createAlarms watches the busiest node: a group has no metrics of its own. Which of them takes writes changes with a
// failover. Metrics by node: ElastiCache User Guide, "Metrics for Valkey and Redis OSS".
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
func (c *Cache) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := c.args.Alarms
	alarms := []struct {
		alarmSpec
		metrics   []string
		statistic string
	}{
		{
			alarmSpec: alarmSpec{
				name: "cpu", evaluationPeriods: cacheAlarmPeriods, threshold: float64(thresholds.CPUPercent),
				description: "A node of the cache has been busy for 15 minutes. Look in the slow log for the commands that " +
					"take longest; if the load is real, choose a larger cache.nodeType.",
			},
			// Valkey works on one core: of large nodes its own figure tells, of small ones the whole machine's.
			metrics: []string{"EngineCPUUtilization", "CPUUtilization"}, statistic: "Average",
		},
		{
			alarmSpec: alarmSpec{
				name: "memory", evaluationPeriods: cacheAlarmPeriods, threshold: float64(thresholds.MemoryPercent),
				description: "The cache's memory is almost full. What then happens, cache.evictionPolicy says: keys are " +
					"deleted, or writes refused. Give keys an end, or choose a larger cache.nodeType.",
			},
			metrics: []string{"DatabaseMemoryUsagePercentage"}, statistic: "Average",
		},
		{
			alarmSpec: alarmSpec{
				name: "evictions", evaluationPeriods: 5, threshold: float64(thresholds.EvictionsPerMinute),
				description: "The cache deletes keys before their end because its memory is full: services ask the database " +
					"instead. Give keys an end, or choose a larger cache.nodeType.",
			},
			metrics: []string{"Evictions"}, statistic: "Sum",
		},
		{
			alarmSpec: alarmSpec{
				name: "connections", evaluationPeriods: 5, threshold: float64(thresholds.Connections),
				description: "The cache has many connections. Look for services that leak them or connect for each request.",
			},
			metrics: []string{"CurrConnections"}, statistic: "Maximum",
		},
	}
	if c.args.Nodes > 1 {
		lag := alarms[0]
		lag.alarmSpec = alarmSpec{
			name: "lag", evaluationPeriods: 5, threshold: float64(thresholds.LagSeconds),
			description: "A copy of the cache is behind: a failover would lose what it does not have yet. Look for a burst of " +
				"writes, or a node that is too small.",
		}
		lag.metrics, lag.statistic = []string{"ReplicationLag"}, "Maximum"
		alarms = append(alarms, lag)
	}
	for _, alarm := range alarms {
		spec := alarm.alarmSpec
		spec.scope = c.args.Scope
		spec.name = name + "-" + spec.name
		spec.queries = expressionOf("busiest node", "MAX(METRICS())", c.ofNodes(alarm.metrics, alarm.statistic)...)
		spec.comparison = comparisonAbove
		spec.missing = missingIsUnknown
		spec.topicARN = thresholds.TopicARN
		if err := c.addAlarm(ctx, c, spec); err != nil {
			return err
		}
	}
	return nil
}

// ofNodes are metrics of every node.
func (c *Cache) ofNodes(names []string, statistic string) []metricOf {
	var metrics []metricOf
	for node := range c.args.Nodes {
		for _, name := range names {
			metrics = append(metrics, metricOf{
				namespace: cacheNamespace, name: name, statistic: statistic,
				dimensions: pulumi.StringMap{"CacheClusterId": c.node(node)},
			})
		}
	}
	return metrics
}

// node is the identifier of a node, counted from 0. AWS chooses which one goes when there are fewer.
func (c *Cache) node(i int) pulumi.StringOutput { return c.group.MemberClusters.Index(pulumi.Int(i)) }

// DashboardRow shows the cache.
func (c *Cache) DashboardRow() DashboardRow {
	graph := func(title, statistic string, names ...string) tile {
		var metrics []metric
		for node := range c.args.Nodes {
			for _, name := range names {
				metrics = append(metrics, metric{
					cacheNamespace, name, "CacheClusterId", c.node(node),
					map[string]any{"stat": statistic, "label": fmt.Sprintf("%s %d", name, node+1)},
				})
			}
		}
		return c.args.Scope.graph(title, metrics...)
	}
	return DashboardRow{[]tile{
		graph("Cache: CPU and memory, %", "Average", "EngineCPUUtilization", "DatabaseMemoryUsagePercentage"),
		graph("Cache: hits and misses", "Sum", "CacheHits", "CacheMisses"),
		graph("Cache: evictions", "Sum", "Evictions"),
		graph("Cache: connections", "Average", "CurrConnections"),
	}}
}
