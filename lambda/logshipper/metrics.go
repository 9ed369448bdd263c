package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"aws-webapp/lambda/logshipper/internal/bulk"
)

// metricNamespace is the CloudWatch namespace of the metrics: by the dimension LogGroup, and for all
// groups together by FunctionName, which alarms watch.
const metricNamespace = "LogShipper"

// metricLine is a line in CloudWatch's embedded metric format: CloudWatch Logs makes metrics of
// it, without an API call and without a permission.
type metricLine struct {
	AWS struct {
		Timestamp         int64              `json:"Timestamp"`
		CloudWatchMetrics []metricDefinition `json:"CloudWatchMetrics"`
	} `json:"_aws"`
	LogGroup     string
	FunctionName string
	Events       int
	Delivered    int
	Duplicates   int
	Flattened    int
	DeadLettered int
	Retried      int
	Duration     float64
}

type metricDefinition struct {
	Namespace  string       `json:"Namespace"`
	Dimensions [][]string   `json:"Dimensions"`
	Metrics    []metricUnit `json:"Metrics"`
}

type metricUnit struct {
	Name string `json:"Name"`
	Unit string `json:"Unit"`
}

var metricDefinitions = []metricDefinition{{
	Namespace:  metricNamespace,
	Dimensions: [][]string{{"LogGroup"}, {"FunctionName"}},
	Metrics: []metricUnit{
		{"Events", "Count"},
		{"Delivered", "Count"},
		{"Duplicates", "Count"},
		{"Flattened", "Count"},
		{"DeadLettered", "Count"},
		{"Retried", "Count"},
		{"Duration", "Milliseconds"},
	},
}}

func writeMetrics(
	out io.Writer, function, logGroup string, answer *shipped, result *bulk.Result, took time.Duration,
) error {
	line := metricLine{
		LogGroup:     logGroup,
		FunctionName: function,
		Events:       answer.Events,
		Delivered:    answer.Delivered,
		Duplicates:   answer.Duplicates,
		Flattened:    answer.Flattened,
		DeadLettered: answer.DeadLettered,
		Retried:      result.Retried,
		Duration:     float64(took.Microseconds()) / 1000,
	}
	line.AWS.Timestamp = time.Now().UnixMilli()
	line.AWS.CloudWatchMetrics = metricDefinitions
	if err := json.NewEncoder(out).Encode(line); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}
