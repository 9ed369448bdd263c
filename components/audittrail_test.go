package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	auditKeyARN = "arn:aws:kms:us-east-1:123456789012:key/audit"
	trailBucket = "aws-webapp-prod-trail-123456789012-us-east-1"
)

func auditTrailProgram(ctx *pulumi.Context) error {
	return auditTrailWith("")(ctx)
}

func auditTrailWith(configPrefix string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewAuditTrail(ctx, "audit", &AuditTrailArgs{
			Scope:            testScope,
			KeyARN:           pulumi.String(auditKeyARN),
			AccessLogBucket:  "log-bucket",
			BucketDays:       365,
			LogRetentionDays: 90,
			ConfigPrefix:     configPrefix,
			DataEventBuckets: []string{"arn:aws:s3:::application"},
			TopicARN:         pulumi.String("arn:aws:sns:us-east-1:123456789012:alerts"),
		})
		return err
	}
}

func TestAuditTrailRecordsEverythingEverywhere(t *testing.T) {
	rec := deployed(t, auditTrailProgram)

	rec.keepsContract(t, auditTrailType, "audit", map[string]any{
		"trailArn": arnOf("aws:cloudtrail/trail:Trail", "audit"), "bucket": trailBucket,
		"logGroupName": "/cloudtrail/aws-webapp-prod-trail",
	})
	trail := rec.one(t, "aws:cloudtrail/trail:Trail", "audit").inputs
	assert.Equal(t, "aws-webapp-prod-trail", trail["name"])
	assert.Equal(t, auditKeyARN, trail["kmsKeyId"])
	assert.Equal(t, trailBucket, trail["s3BucketName"])
	for _, flag := range []string{
		"isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation",
		"enableLogging",
	} {
		assert.Equal(t, true, trail[flag], flag)
	}
	assert.Equal(t, []any{
		map[string]any{"insightType": "ApiCallRateInsight"}, map[string]any{"insightType": "ApiErrorRateInsight"},
	}, trail["insightSelectors"])
	assert.Equal(t, []any{
		map[string]any{"name": "Management events selector", "fieldSelectors": []any{
			map[string]any{"field": "eventCategory", "equals": []any{"Management"}},
		}},
		map[string]any{"name": "Objects of application buckets", "fieldSelectors": []any{
			map[string]any{"field": "eventCategory", "equals": []any{"Data"}},
			map[string]any{"field": "resources.type", "equals": []any{"AWS::S3::Object"}},
			map[string]any{"field": "resources.ARN", "startsWiths": []any{"arn:aws:s3:::application/"}},
		}},
	}, trail["advancedEventSelectors"])

	group := rec.one(t, "aws:cloudwatch/logGroup:LogGroup", "audit").inputs
	assert.Equal(t, "/cloudtrail/aws-webapp-prod-trail", group["name"])
	assert.Equal(t, auditKeyARN, group["kmsKeyId"])
	assert.InDelta(t, 90, group["retentionInDays"], 0)
}

// CloudTrail tests bucket, key and log group when the trail is created.
func TestAuditTrailComesLast(t *testing.T) {
	rec := deployed(t, auditTrailProgram)

	trail := rec.one(t, "aws:cloudtrail/trail:Trail", "audit")
	assert.True(t, trail.dependsOn(rec.one(t, "aws:s3/bucketPolicy:BucketPolicy", "audit")))
	assert.True(t, trail.dependsOn(rec.one(t, "aws:iam/rolePolicy:RolePolicy", "audit-delivery")))
}

func TestAuditTrailPoliciesAreKnownAtPreviewAndNameTheTrail(t *testing.T) {
	rec := previewed(t, auditTrailProgram)
	source := map[string]any{"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/aws-webapp-prod-trail"}

	bucket := rec.one(t, "aws:s3/bucketPolicy:BucketPolicy", "audit").policy(t, "policy")
	writes := bucket.sid(t, "CloudTrailWrites")
	assert.Equal(t, "arn:aws:s3:::"+trailBucket+"/AWSLogs/123456789012/*", writes["Resource"])
	assert.Equal(t, map[string]any{
		"StringEquals": map[string]any{"s3:x-amz-acl": "bucket-owner-full-control"},
		"ArnLike":      source,
	}, writes["Condition"])
	assert.Equal(t, map[string]any{"ArnLike": source}, bucket.sid(t, "CloudTrailChecks")["Condition"])
	assert.Equal(t, map[string]any{"aws:PrincipalIsAWSService": "false"},
		bucket.sid(t, "BucketEncryptionOnly")["Condition"].(map[string]any)["Bool"], "digest files have S3's encryption")

	delivery := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "audit-delivery").policy(t, "policy")
	assert.Equal(t, []map[string]any{{
		"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/cloudtrail/aws-webapp-prod-trail:log-stream:123456789012_CloudTrail_us-east-1*",
	}}, delivery.Statement)
	trust := rec.one(t, "aws:iam/role:Role", "aws-webapp-prod-audit-delivery").policy(t, "assumeRolePolicy")
	assert.NotContains(t, trust.Statement[0], "Condition", "nobody knows whether CloudTrail sends a key to ask for")
}

func TestAuditTrailBucketTakesConfigsHistory(t *testing.T) {
	own := map[string]any{"aws:SourceAccount": "123456789012"}
	rec := deployed(t, auditTrailWith("config"))
	policy := rec.one(t, bucketPolicyToken, "audit").policy(t, "policy")
	const bucket = "arn:aws:s3:::" + trailBucket
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "config.amazonaws.com"},
		"Action": []any{"s3:GetBucketAcl", "s3:ListBucket"}, "Resource": bucket,
		"Condition": map[string]any{"StringEquals": own},
	}, policy.sid(t, "ConfigChecks"))
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "config.amazonaws.com"},
		"Action": "s3:PutObject", "Resource": bucket + "/config/AWSLogs/123456789012/Config/*",
		"Condition": map[string]any{"StringEquals": map[string]any{
			"aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control",
		}},
	}, policy.sid(t, "ConfigWrites"))

	without := deployed(t, auditTrailProgram).one(t, bucketPolicyToken, "audit").policy(t, "policy")
	for _, statement := range without.Statement {
		assert.NotContains(t, statement["Sid"], "Config", "without a recorder AWS Config stays out")
	}
}

// With a bucket key CloudTrail would need permission to decrypt before it can write.
func TestAuditTrailBucketHasNoBucketKey(t *testing.T) {
	rec := deployed(t, auditTrailProgram)
	rules := rec.one(t, encryptionToken, "audit").inputs["rules"].([]any)
	assert.Equal(t, false, rules[0].(map[string]any)["bucketKeyEnabled"])
}

func TestAuditTrailRaisesAnAlarmForEveryFilter(t *testing.T) {
	rec := deployed(t, auditTrailProgram)

	filters := rec.ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter")
	assert.Len(t, filters, 16)
	for _, filter := range filters {
		metric := filter.inputs["metricTransformation"].(map[string]any)
		alarm := rec.one(t, "aws:cloudwatch/metricAlarm:MetricAlarm", filter.name).inputs
		assert.Equal(t, metric["name"], alarm["metricName"])
		assert.Equal(t, metric["namespace"], alarm["namespace"])
		assert.Equal(t, []any{"arn:aws:sns:us-east-1:123456789012:alerts"}, alarm["alarmActions"])
		assert.Equal(t, "GreaterThanOrEqualToThreshold", alarm["comparisonOperator"])
	}
}

// A trail that records nothing while there is a database, which makes calls, is an alarm. Without one nobody can tell.
func TestATrailThatIsSilent(t *testing.T) {
	program := func(database string) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			_, err := NewAuditTrail(ctx, "audit", &AuditTrailArgs{
				Scope: testScope, KeyARN: pulumi.String(auditKeyARN), AccessLogBucket: "log-bucket", BucketDays: 365,
				LogRetentionDays: 90, TopicARN: pulumi.String(topicARN), DatabaseIdentifier: database,
			})
			return err
		}
	}
	assert.NotContains(t, deployed(t, program("")).names(alarmType), "audit-silent")
	alarm := deployed(t, program("db-1")).one(t, alarmType, "audit-silent").inputs
	assert.Equal(t, []any{"LessThanThreshold", 1.0, 3.0, "notBreaching", []any{topicARN}}, []any{
		alarm["comparisonOperator"], alarm["threshold"], alarm["evaluationPeriods"], alarm["treatMissingData"],
		alarm["alarmActions"],
	})
	var watched []any
	for _, query := range alarm["metricQueries"].([]any) {
		query := query.(map[string]any)
		if query["expression"] != nil {
			assert.Equal(t, "IF(m2 >= 50, SUM([m1, 0 * m2]), 1)", query["expression"])
			continue
		}
		metric := query["metric"].(map[string]any)
		watched = append(watched, metric["namespace"], metric["metricName"], metric["stat"], metric["period"],
			metric["dimensions"])
	}
	assert.Equal(t, []any{
		"AWS/Logs", "IncomingLogEvents", "Sum", 3600.0,
		map[string]any{"LogGroupName": "/cloudtrail/aws-webapp-prod-trail"},
		"AWS/RDS", "CPUUtilization", "SampleCount", 3600.0,
		map[string]any{"DBInstanceIdentifier": "db-1"},
	}, watched)
}
