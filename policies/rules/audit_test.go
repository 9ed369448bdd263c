package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/policies/control"
)

func TestTrails(t *testing.T) {
	selector := p{"readWriteType": "All", "includeManagementEvents": true}
	field := func(name string, values ...any) p { return p{"field": name, "equals": values} }
	advanced := func(fields ...any) []any { return []any{p{"fieldSelectors": fields}} }
	management := field("eventCategory", "Management")
	data, objects := field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object")
	judgeAll(t, onlyTrue("cloudtrail-validation", "enableLogFileValidation", fails, trailType))
	judgeAll(t, []judged{
		{control: "cloudtrail-multi-region", want: passes, base: p{"isMultiRegionTrail": true}, changes: []change{
			{"isMultiRegionTrail", false, fails},
			{"isMultiRegionTrail", nil, fails},
			{"enableLogging", false, fails},
			{"enableLogging", true, passes},
			{"includeGlobalServiceEvents", false, fails},
			{"includeGlobalServiceEvents", true, passes},
			{"eventSelectors", []any{}, passes},
			{"eventSelectors", []any{selector}, passes},
			{"eventSelectors", []any{p{}}, passes},
			{"eventSelectors", []any{p{"includeManagementEvents": false}}, fails},
			{"eventSelectors", []any{p{"readWriteType": "WriteOnly"}}, fails},
			{"eventSelectors", []any{p{"excludeManagementEventSources": []any{"kms.amazonaws.com"}}}, fails},
			{"eventSelectors", []any{p{"readWriteType": "ReadOnly"}, selector}, passes},
			{"advancedEventSelectors", advanced(management), passes},
			{"advancedEventSelectors", advanced(data), fails},
			{"advancedEventSelectors", advanced(management, field("readOnly", "true")), fails},
			{"advancedEventSelectors", advanced(field("eventName", "Management")), fails},
			{"advancedEventSelectors", advanced(), fails},
		}},
		ownKeyed("cloudtrail-encrypted", "", "kmsKeyId", p{"kmsKeyId": ours}),
		{
			control: "cloudtrail-to-logs", want: passes, base: p{
				"cloudWatchLogsGroupArn": "arn:g",
				"cloudWatchLogsRoleArn":  "arn:r",
			},
			changes: []change{{"cloudWatchLogsGroupArn", nil, fails}, {"cloudWatchLogsRoleArn", nil, fails}},
		},
		{control: "cloudtrail-insights", want: passes, base: p{"insightSelectors": []any{
			p{"insightType": "ApiCallRateInsight"}, p{"insightType": "ApiErrorRateInsight"},
		}}, changes: []change{
			{"insightSelectors.0.insightType", "X", fails},
			{"insightSelectors.1.insightType", "X", fails},
			{"insightSelectors", nil, fails},
		}},
		{control: "cloudtrail-object-events", want: fails, changes: []change{
			{"eventSelectors", []any{p{"dataResources": []any{
				p{"type": "AWS::Lambda::Function"},
				p{"type": "AWS::S3::Object"},
			}}}, passes},
			{
				"eventSelectors",
				[]any{p{"readWriteType": "WriteOnly", "dataResources": []any{p{"type": "AWS::S3::Object"}}}},
				fails,
			},
			{"eventSelectors", []any{p{"readWriteType": "All", "dataResources": []any{p{"type": "AWS::S3::Object"}}}}, passes},
			{"eventSelectors", []any{p{"dataResources": []any{p{"type": "AWS::Lambda::Function"}}}}, fails},
			{"advancedEventSelectors", advanced(data, objects), passes},
			{"advancedEventSelectors", advanced(data), fails},
			{"advancedEventSelectors", advanced(data, objects, field("resources.ARN", "arn:aws:s3:::b/")), passes},
			{"advancedEventSelectors", advanced(data, objects, field("readOnly", "true")), fails},
			{"advancedEventSelectors", advanced(field("eventName", "AWS::S3::Object")), fails},
		}},
	})
}

// filters are a metric filter on each event's words with an alarm on each, but for one that is changed.
func filters(changed int, filter, alarm p) []made {
	var all []made
	for i, event := range cisEvents {
		metric := p{"namespace": "audit", "name": event.id}
		inputs := p{
			"pattern":              "{ ($.x = \"" + strings.Join(event.words, `") || ($.x = "`) + `") }`,
			"metricTransformation": metric,
		}
		watches := p{"namespace": "audit", "metricName": event.id, "alarmActions": []any{"arn:topic"}}
		if i == changed {
			for key, value := range filter {
				inputs[key] = value
			}
			for key, value := range alarm {
				watches[key] = value
			}
		}
		all = append(all, made{metricFilterType, "f" + event.id, inputs}, made{metricAlarmType, "a" + event.id, watches})
	}
	return all
}

// Each word of each event of the CIS benchmark counts, and so does the alarm.
func TestEventsOfCIS(t *testing.T) {
	judgeAll(t, []judged{{control: "cloudtrail-metric-alarms", want: passes, others: filters(-1, nil, nil)}})
	var rows []judged
	for i, event := range cisEvents {
		assert.Equal(t, fmt.Sprintf("4.%d", i+1), event.id)
		for j, word := range event.words {
			for _, missing := range []string{word + "x", "x" + word} {
				words := append([]string{missing}, event.words[:j]...)
				pattern := `{ ($.x = "` + strings.Join(append(words, event.words[j+1:]...), `") || ($.x = "`) + `") }`
				if strings.Contains(word, " ") {
					continue // a text is found within others
				}
				rows = append(rows, judged{
					control: "cloudtrail-metric-alarms", want: fails, others: filters(i, p{"pattern": pattern}, nil),
				})
			}
		}
		for _, c := range []struct {
			filter, alarm p
			want          control.Verdict
		}{
			{p{"pattern": unknownText}, nil, open},
			{p{"metricTransformation": p{"namespace": "audit", "name": "other"}}, nil, fails},
			{p{"metricTransformation": p{"namespace": "audit", "name": unknownText}}, nil, open},
			{p{"metricTransformation": p{"namespace": "other", "name": event.id}}, nil, fails},
			{nil, p{"alarmActions": []any{}}, fails},
			{nil, p{"metricName": "other"}, fails},
			{nil, p{"alarmActions": unknownText}, passes},
		} {
			rows = append(rows, judged{
				control: "cloudtrail-metric-alarms", want: c.want, others: filters(i, c.filter, c.alarm),
			})
		}
	}
	judgeAll(t, rows)
	few := map[string][]string{}
	for _, event := range cisEvents {
		if len(event.words) < 4 {
			few[event.id] = event.words
		}
		for _, word := range event.words {
			assert.NotEmpty(t, word)
		}
	}
	assert.Equal(t, map[string][]string{
		"4.1": {"UnauthorizedOperation", "AccessDenied"}, "4.2": {"ConsoleLogin", "additionalEventData.MFAUsed"},
		"4.3": {"userIdentity.type", "Root"}, "4.6": {"ConsoleLogin", "Failed authentication"},
		"4.7": {"DisableKey", "ScheduleKeyDeletion"},
	}, few)
}

func TestVersions(t *testing.T) {
	ended := func(engine, version string) p { return p{"engine": engine, "engineVersion": version} }
	judgeAll(t, []judged{
		{control: "engine-version-supported", want: fails, base: ended("postgres", "13.22"), changes: []change{
			{"engine", "POSTGRES", fails},
			{"engine", "oracle-se2", none},
			{"engine", unknownText, open},
			{"engine", nil, none},
			{"engineVersion", unknownText, open},
			{"engineVersion", nil, none},
			{"engineVersion", "17", passes},
			{"engineVersion", "9.6", fails},
			{"engine", "mysql", none},
		}},
		{control: "engine-version-supported", typeToken: dbClusterType, want: fails, base: ended("aurora-postgresql",
			"12.22")},
		{control: "engine-version-supported", typeToken: dbGlobalClusterType, want: fails, base: ended("aurora-mysql",
			"5.7.mysql_aurora.2.12.5")},
		{control: "engine-version-supported", typeToken: dbInstanceType, want: fails, base: ended("mysql", "5.7.44")},
		{control: "engine-version-supported", typeToken: dbInstanceType, want: fails, base: ended("mariadb", "10.5.20")},
		{control: "engine-version-supported", typeToken: cacheClusterType, want: fails, base: ended("redis", "4.0.10")},
		{
			control: "engine-version-supported", typeToken: cacheGroupType, want: fails, base: p{"engineVersion": "5.0.6"},
			changes: []change{
				{"engine", "valkey", none}, {"engine", "redis", fails}, {"engineVersion", "7.1", passes},
			},
		},
		{control: "engine-version-supported", typeToken: serverlessCacheType, want: fails, base: p{
			"engine": "redis", "majorEngineVersion": "5",
		}, changes: []change{{"engine", "valkey", none}, {"majorEngineVersion", "7", passes}}},
		{
			control: "engine-version-supported", typeToken: searchDomainType, want: fails,
			base: p{"engineVersion": "OpenSearch_1.0"}, changes: []change{
				{"engineVersion", "OpenSearch_2.19", passes},
				{"engineVersion", "Elasticsearch_7.8", fails},
				{"engineVersion", nil, none},
				{"engineVersion", unknownText, open},
			},
		},
		{control: "engine-version-supported", typeToken: elasticDomainType, want: fails, changes: []change{
			{"elasticsearchVersion", "7.8", fails}, {"elasticsearchVersion", "7.10", passes}, {
				"elasticsearchVersion",
				unknownText, open,
			},
		}},
		{control: "engine-version-supported", typeToken: eksClusterType, want: fails, base: p{"version": "1.29"}},
		{control: "engine-version-supported", typeToken: eksNodesType, want: fails, base: p{"version": "1.29"}},
		{control: "lambda-runtime", want: passes, base: p{"runtime": "provided.al2023"}, changes: []change{
			{"runtime", "provided.al2", fails},
			{"runtime", "provided.al2", fails},
			{"runtime", nil, fails},
			{"runtime", unknownText, open},
			{"packageType", "Image", none},
			{"packageType", "Zip", passes},
		}},
		{
			control: "lambda-runtime", want: fails, params: control.Params{"runtimes": []string{"python3.14"}},
			base: p{"runtime": "provided.al2023"}, changes: []change{{"runtime", "python3.14", passes}},
		},
	})
}

// A message about a version says when it ends, but nothing of a version that is secret; one that ends soon is advice.
func TestWhatIsSaidOfAVersion(t *testing.T) {
	say := func(version any, days float64) control.Result {
		r := build(made{dbInstanceType, "db", p{"engine": "postgres", "engineVersion": version}})
		return judgeEngineVersion(in{Resource: r, Params: control.Params{soonParam: days}})
	}
	result := say("13.22", 0)
	assert.Equal(t, []string{
		"db runs a version that has ended: AWS ends the standard support of PostgreSQL 13.22 on 2026-02-28",
	}, result.Problems)
	assert.False(t, result.Advisory)
	hidden := say(resource.MakeSecret(resource.NewStringProperty("13.22")), 0)
	assert.Equal(t, []string{"db runs a version that has ended"}, hidden.Problems)
	end, _ := endoflife.Of(endoflife.PostgreSQL, "14.20")
	days := end.Last().Sub(endoflife.Reviewed).Hours() / 24
	assert.Equal(t, passes, say("14.20", days).Verdict(), "it ends on the last day")
	soon := say("14.20", days+1)
	assert.True(t, soon.Advisory)
	assert.Equal(t, []string{"db runs a version that ends soon: " + end.String()}, soon.Problems)
	ended, _ := endoflife.Of(endoflife.LambdaRuntime, "provided.al2")
	assert.EqualError(t, runtimesFloor(control.Params{"runtimes": []string{"provided.al2023", "provided.al2"}}),
		"runtimes has provided.al2, which has ended: "+ended.String())
	assert.Error(t, runtimesFloor(control.Params{"runtimes": []string{"provided.al2"}}))
	assert.NoError(t, runtimesFloor(control.Params{"runtimes": []string{"provided.al2023", "ours"}}))
	runtime := func(name string, days float64) control.Result {
		params := control.Params{soonParam: days, "runtimes": endoflife.Good(endoflife.LambdaRuntime)}
		return judgeRuntime(in{Resource: build(made{functionType, "fn", p{"runtime": name}}), Params: params})
	}
	assert.Equal(t, passes, runtime("nodejs22.x", 0).Verdict())
	assert.True(t, runtime("nodejs22.x", 400).Advisory)
	assert.Contains(t, runtime("nodejs22.x", 400).Problems[0], "fn runs a runtime that ends soon: ")
	assert.False(t, runtime("provided.al2", 400).Advisory)
	assert.Contains(t, runtime("provided.al2", 400).Problems[0], "fn runs a runtime that has ended: ")
}
