package main

import (
	"fmt"
	"maps"
	"strings"

	"aws-webapp/policies/testgraph"
)

const (
	trail        = "aws:cloudtrail/trail:Trail"
	metricFilter = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	metricAlarm  = "aws:cloudwatch/metricAlarm:MetricAlarm"
	logGroup     = "aws:cloudwatch/logGroup:LogGroup"
)

func auditMutants() []mutant {
	audit := testgraph.First(trail)
	return []mutant{
		{control: "cloudtrail-multi-region", fault: "one region", mutate: set(audit, false, "isMultiRegionTrail")},
		{control: "cloudtrail-multi-region", fault: "switched off", mutate: set(audit, false, "enableLogging")},
		{
			control: "cloudtrail-multi-region", fault: "no global services",
			mutate: set(audit, false, "includeGlobalServiceEvents"),
		},
		{control: "cloudtrail-multi-region", fault: "writes only", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "advancedEventSelectors")
			s.Set(audit, []any{
				testgraph.Nested(testgraph.Props{"readWriteType": "WriteOnly"}),
				testgraph.Nested(testgraph.Props{
					"includeManagementEvents": false,
					"dataResources":           []any{testgraph.Props{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}},
				}),
			}, "eventSelectors")
		}},
		{control: "cloudtrail-multi-region", fault: "without KMS", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "advancedEventSelectors")
			s.Set(audit, []any{testgraph.Nested(testgraph.Props{
				"readWriteType": "All", "excludeManagementEventSources": []any{"kms.amazonaws.com"},
				"dataResources": []any{testgraph.Props{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}},
			})}, "eventSelectors")
		}},
		{control: "cloudtrail-multi-region", fault: "without KMS, advanced", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "eventSelectors")
			s.Set(audit, []any{
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Management"}},
					testgraph.Props{"field": "eventSource", "notEquals": []any{"kms.amazonaws.com"}},
				}}),
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Data"}},
					testgraph.Props{"field": "resources.type", "equals": []any{"AWS::S3::Object"}},
				}}),
			}, "advancedEventSelectors")
		}},
		{control: "cloudtrail-multi-region", fault: "data events only", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "eventSelectors")
			s.Set(audit, []any{testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
				testgraph.Props{"field": "eventCategory", "equals": []any{"Data"}},
				testgraph.Props{"field": "resources.type", "equals": []any{"AWS::S3::Object"}},
			}})}, "advancedEventSelectors")
		}},
		{control: "cloudtrail-encrypted", fault: "S3's key by alias", mutate: set(audit, "alias/aws/s3", "kmsKeyId")},
		{control: "cloudtrail-encrypted", fault: "S3's key", mutate: set(audit, nil, "kmsKeyId")},
		{control: "cloudtrail-validation", fault: "off", mutate: set(audit, nil, "enableLogFileValidation")},
		{control: "cloudtrail-to-logs", fault: "bucket only", mutate: set(audit, nil, "cloudWatchLogsGroupArn")},
		{control: "cloudtrail-insights", fault: "one of two", mutate: set(audit, []any{
			testgraph.Nested(testgraph.Props{"insightType": "ApiCallRateInsight"}),
		}, "insightSelectors")},
		{control: "cloudtrail-object-events", fault: "management only", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "eventSelectors")
			s.Set(audit, nil, "advancedEventSelectors")
		}},
		{control: "cloudtrail-object-events", fault: "reads only", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "eventSelectors")
			s.Set(audit, []any{
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Management"}},
				}}),
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Data"}},
					testgraph.Props{"field": "resources.type", "equals": []any{"AWS::S3::Object"}},
					testgraph.Props{"field": "readOnly", "equals": []any{"true"}},
				}}),
			}, "advancedEventSelectors")
		}},
		{control: "cloudtrail-object-events", fault: "writes only, basic", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "advancedEventSelectors")
			s.Set(audit, []any{
				testgraph.Nested(testgraph.Props{"readWriteType": "All"}),
				testgraph.Nested(testgraph.Props{
					"readWriteType": "WriteOnly", "includeManagementEvents": false,
					"dataResources": []any{testgraph.Props{"type": "AWS::S3::Object", "values": []any{"arn:aws:s3"}}},
				}),
			}, "eventSelectors")
		}},
		{control: "cloudtrail-object-events", fault: "other events", mutate: func(s *testgraph.Stack) {
			s.Set(audit, nil, "eventSelectors")
			s.Set(audit, []any{
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Management"}},
				}}),
				testgraph.Nested(testgraph.Props{"fieldSelectors": []any{
					testgraph.Props{"field": "eventCategory", "equals": []any{"Data"}},
					testgraph.Props{"field": "resources.type", "equals": []any{"AWS::Lambda::Function"}},
				}}),
			}, "advancedEventSelectors")
		}},
		{control: "cloudtrail-metric-alarms", fault: "no filter", mutate: remove(testgraph.Named(metricFilter, "*root*"))},
		{control: "cloudtrail-metric-alarms", fault: "no alarm", mutate: remove(testgraph.Named(metricAlarm, "*root*"))},
		{
			control: "cloudtrail-metric-alarms", fault: "other pattern",
			mutate: set(testgraph.Named(metricFilter, "*vpc-changes"), "{ $.eventName = CreateVpc }", "pattern"),
		},
		{control: "cloudtrail-metric-alarms", fault: "all but one call", mutate: func(s *testgraph.Stack) {
			filter := testgraph.Named(metricFilter, "*route-changes")
			pattern, _ := s.Get(filter).Get("pattern").Text()
			twice := strings.NewReplacer("=DeleteRoute)", "=DeleteRouteTable)", `= "DeleteRoute")`, `= "DeleteRouteTable")`)
			s.Set(filter, twice.Replace(pattern), "pattern")
		}},
		{
			control: "cloudtrail-metric-alarms", fault: "nothing about the organisation",
			mutate: remove(testgraph.Named(metricFilter, "*organization-changes")),
		},
		{control: "log-retention", fault: "for ever", mutate: set(testgraph.First(logGroup), nil, "retentionInDays")},
		{control: "log-retention", fault: "too short", mutate: set(testgraph.First(logGroup), 7, "retentionInDays")},
		{control: "log-customer-key", fault: "AWS's key", mutate: set(testgraph.First(logGroup), nil, "kmsKeyId")},
		{control: "alarm-has-action", fault: "none", mutate: set(testgraph.Named(metricAlarm, "*-4xx"), []any{},
			"alarmActions")},
		{control: "alarm-has-action", fault: "composite", mutate: func(s *testgraph.Stack) {
			s.Add("aws:cloudwatch/compositeAlarm:CompositeAlarm", "extra", testgraph.Props{
				"alarmName": "all", "alarmRule": "ALARM(x)",
			})
		}},
		{control: "alarm-has-action", fault: "part of an alarm that tells nobody", mutate: partOfSum("ALARM(%q)", nil)},
		{
			control: "alarm-has-action", fault: "part of an alarm whose actions are off",
			mutate: partOfSum("ALARM(%q)", testgraph.Props{"alarmActions": []any{"arn:x"}, "actionsEnabled": false}),
		},
		{
			control: "alarm-has-action", fault: "an alarm that names another",
			mutate: partOfSum("ALARM(\"not-%s\")", testgraph.Props{"alarmActions": []any{"arn:x"}}),
		},
		{control: "log-customer-key", fault: "AWS's key by alias", mutate: set(testgraph.First(logGroup), "alias/aws/logs",
			"kmsKeyId")},
		{control: "alarm-has-action", fault: "switched off", mutate: set(testgraph.Named(metricAlarm, "*-4xx"), false,
			"actionsEnabled")},
	}
}

// partOfSum leaves an alarm without actions to a composite one with a rule about it.
func partOfSum(rule string, more testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		part := testgraph.Named(metricAlarm, "*-4xx")
		s.Set(part, nil, "alarmActions")
		s.Set(part, "part", "name")
		inputs := testgraph.Props{"alarmName": "sum", "alarmRule": fmt.Sprintf(rule, "part")}
		maps.Copy(inputs, more)
		s.Add(compositeAlarm, "sum", inputs)
	}
}
