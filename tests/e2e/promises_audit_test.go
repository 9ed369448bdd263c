//go:build e2e

package e2e

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (d *deployment) trail(t *testing.T) trailtypes.Trail {
	t.Helper()
	return only(t, got(d.trails.DescribeTrails(t.Context(), nil))(t).TrailList)
}

func (d *deployment) trailBucket(t *testing.T) string {
	t.Helper()
	return *d.trail(t).S3BucketName
}

func (d *deployment) trailLog() string { return "/cloudtrail/" + d.fixed("trail") }

func checkTrail(t *testing.T, d *deployment) {
	trail := d.trail(t)
	assert.Equal(t, d.fixed("trail"), *trail.Name)
	assert.True(t, *trail.IsMultiRegionTrail)
	assert.True(t, *trail.IncludeGlobalServiceEvents)
	assert.True(t, *trail.LogFileValidationEnabled)
	assert.Equal(t, d.key(t, "audit"), *trail.KmsKeyId)
	assert.Equal(t, d.arn("logs", "log-group:"+d.trailLog()+":*"), *trail.CloudWatchLogsLogGroupArn)
	status := got(d.trails.GetTrailStatus(t.Context(), &cloudtrail.GetTrailStatusInput{Name: trail.Name}))(t)
	assert.True(t, *status.IsLogging)

	insights := got(d.trails.GetInsightSelectors(t.Context(), &cloudtrail.GetInsightSelectorsInput{
		TrailName: trail.Name,
	}))(t).InsightSelectors
	assert.ElementsMatch(t, []trailtypes.InsightType{
		trailtypes.InsightTypeApiCallRateInsight,
		trailtypes.InsightTypeApiErrorRateInsight,
	},
		each(insights, func(s trailtypes.InsightSelector) trailtypes.InsightType { return s.InsightType }))

	selectors := got(d.trails.GetEventSelectors(t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: trail.Name}))(
		t).AdvancedEventSelectors
	names := each(selectors, func(s trailtypes.AdvancedEventSelector) string { return aws.ToString(s.Name) })
	want := []string{"Management events selector"}
	if d.cfg.AuditTrail.ObjectEvents {
		want = append(want, "Objects of application buckets")
	}
	assert.ElementsMatch(t, want, names)
}

// benchmark lists what the CIS benchmark requires alarms for, by the role of filter and alarm, and the program's own.
var benchmark = []string{
	"alert-changes",
	"bucket-policy-changes", "config-changes", "console-failures", "console-without-mfa", "gateway-changes", "iam-changes",
	"key-deletion", "network-acl-changes", "organization-changes", "root-use", "route-changes", "security-group-changes",
	"trail-changes", "unauthorized-calls", "vpc-changes",
}

func checkMetricFilters(t *testing.T, d *deployment) {
	log := d.trailLog()
	answer := got(d.logs.DescribeMetricFilters(t.Context(), &cloudwatchlogs.DescribeMetricFiltersInput{
		LogGroupName: &log,
	}))(t)
	alarms, _ := d.alarms(t)
	watched := map[string]bool{}
	for _, filter := range answer.MetricFilters {
		metric := only(t, filter.MetricTransformations)
		assert.Equal(t, "CISBenchmark", *metric.MetricNamespace)
		assert.NotEmpty(t, *filter.FilterPattern)
		watched[*metric.MetricName] = true
	}
	require.Len(t, watched, len(benchmark))
	for _, role := range benchmark {
		assert.True(t, watched[d.fixed(role)], "nothing counts %s", role)
		alarm, ok := alarms[d.fixed("audit-"+role)]
		if assert.True(t, ok, "no alarm on %s", role) {
			assert.Equal(t, d.fixed(role), *alarm.MetricName)
			assert.Equal(t, "CISBenchmark", *alarm.Namespace)
		}
	}
}

func checkAccount(t *testing.T, d *deployment) {
	cfg := d.cfg.AccountBaseline
	encryption := got(d.ec2.GetEbsEncryptionByDefault(t.Context(), &ec2.GetEbsEncryptionByDefaultInput{}))(t)
	assert.Equal(t, cfg.EBSEncryption, *encryption.EbsEncryptionByDefault)

	policy, err := d.iam.GetAccountPasswordPolicy(t.Context(), &iam.GetAccountPasswordPolicyInput{})
	if cfg.PasswordPolicy {
		require.NoError(t, err)
		assert.GreaterOrEqual(t, *policy.PasswordPolicy.MinimumPasswordLength, int32(14))
	} else {
		assert.ErrorContains(t, err, "NoSuchEntity")
	}

	detectors := got(d.guardduty.ListDetectors(t.Context(), nil))(t).DetectorIds
	if !cfg.GuardDuty {
		assert.Empty(t, detectors)
		return
	}
	id := only(t, detectors)
	detector := got(d.guardduty.GetDetector(t.Context(), &guardduty.GetDetectorInput{DetectorId: &id}))(t)
	assert.Equal(t, guarddutytypes.DetectorStatusEnabled, detector.Status)
	for _, feature := range detector.Features {
		wanted := guarddutytypes.FeatureStatusDisabled
		if slices.Contains(cfg.GuardDutyFeatures, string(feature.Name)) {
			wanted = guarddutytypes.FeatureStatusEnabled
		}
		assert.Equal(t, wanted, feature.Status, feature.Name)
	}
	assert.Len(t, detector.Features, 4)
}
