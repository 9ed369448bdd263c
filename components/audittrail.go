package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudtrail"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const auditTrailType = "aws-webapp:audit:AuditTrail"

const cloudTrailPrincipal = "cloudtrail.amazonaws.com"

// AuditTrailArgs describe an [AuditTrail].
type AuditTrailArgs struct {
	// Scope of the stack.
	Scope Scope
	// KeyARN is the KMS key that encrypts the trail, its bucket and its log group. Its
	// policy must let [TrailName] use it.
	KeyARN pulumi.StringInput
	// AccessLogBucket receives the access log of the trail's bucket, once the resources of
	// AccessLogBucketReady exist.
	AccessLogBucket      string
	AccessLogBucketReady []pulumi.Resource
	// BucketDays that events are kept in the bucket.
	BucketDays int
	// LogRetentionDays of the events in CloudWatch Logs, one of the periods that it offers.
	LogRetentionDays int
	// ForceDestroy lets destroy empty the bucket.
	ForceDestroy bool
	// ConfigPrefix is the folder of the bucket in which AWS Config keeps its history; empty for
	// none.
	ConfigPrefix string
	// DataEventBuckets lists the ARNs of buckets for which reads and writes of objects are
	// recorded.
	DataEventBuckets []string
	// DatabaseIdentifier of an RDS instance of the account. While it has been there for hours, there are calls to record:
	// a trail without any is broken. Without it nobody hears of a trail that has become silent.
	DatabaseIdentifier string
	// TopicARN is notified of the alarms.
	TopicARN pulumi.StringInput
}

// AuditTrail records every API call of the account in all regions, looks for unusual rates of
// calls and errors, and raises the alarms that the CIS benchmark asks for.
type AuditTrail struct {
	pulumi.ResourceState

	// TrailARN of the trail.
	TrailARN pulumi.StringOutput
	// Bucket keeps the events. LogGroupName is the log group for searching them.
	Bucket, LogGroupName string
	alarms

	// BucketReady lists the resources that must exist before anything writes to the bucket:
	// CloudTrail tests its policy.
	BucketReady []pulumi.Resource

	args        AuditTrailArgs
	logGroup    *cloudwatch.LogGroup
	delivery    *iam.Role
	deliverable pulumi.Resource
}

// NewAuditTrail makes an [AuditTrail].
func NewAuditTrail(
	ctx *pulumi.Context, name string, args *AuditTrailArgs, opts ...pulumi.ResourceOption,
) (*AuditTrail, error) {
	a := &AuditTrail{args: given(args)}
	a.Bucket = TrailBucketName(a.args.Scope)
	a.LogGroupName = "/cloudtrail/" + TrailName(a.args.Scope)
	return construct(ctx, name, a, opts, construction{
		kind: "audit trail", token: auditTrailType, wrong: check(a.args),
		steps: []step{
			{"create bucket", a.createBucket},
			{"create log group", a.createLogGroup},
			{"create delivery role", a.createDeliveryRole},
			{"create trail", a.createTrail},
			{"create metric filters", a.createFilters},
			{"watch for silence", a.watchSilence},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"trailArn":     a.TrailARN,
				"bucket":       pulumi.String(a.Bucket),
				"logGroupName": pulumi.String(a.LogGroupName),
			}
		},
	})
}

// createLogGroup makes the trail's log group. Unlike the services' groups it is encrypted with
// the audit key.
func (a *AuditTrail) createLogGroup(ctx *pulumi.Context, name string) error {
	group, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(a.LogGroupName),
		RetentionInDays: pulumi.Int(a.args.LogRetentionDays),
		KmsKeyId:        a.args.KeyARN,
	}, pulumi.Parent(a))
	a.logGroup = group
	return err
}

// createDeliveryRole lets the trail write only its own stream, which CloudTrail names
// <account>_CloudTrail_<region>. AWS does not document whether CloudTrail sends the trail's ARN
// when it assumes the role, and a trust policy that requires it has been refused:
// https://github.com/prowler-cloud/prowler/issues/4714
func (a *AuditTrail) createDeliveryRole(ctx *pulumi.Context, name string) error {
	scope := a.args.Scope
	role, err := iam.NewRole(ctx, scope.roleNamed(name+"-delivery"), &iam.RoleArgs{
		Description:      pulumi.String("Lets CloudTrail write events to its log group."),
		AssumeRolePolicy: assumedBy(cloudTrailPrincipal, nil),
		Tags:             named(name + "-delivery"),
	}, pulumi.Parent(a))
	if err != nil {
		return err
	}
	stream := fmt.Sprintf("%s:log-stream:%s_CloudTrail_%s*", scope.LogGroupARN(a.LogGroupName), scope.AccountID,
		scope.Region)
	a.deliverable, err = iam.NewRolePolicy(ctx, name+"-delivery", &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: policyDocument(allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, stream)),
	}, pulumi.Parent(a))
	a.delivery = role
	return err
}

func (a *AuditTrail) trailARN() string {
	return a.args.Scope.ARN("cloudtrail", "trail/"+TrailName(a.args.Scope))
}

// createTrail waits for the things that CloudTrail checks at creation: bucket policy, key
// policy and the permission to write to the log group.
func (a *AuditTrail) createTrail(ctx *pulumi.Context, name string) error {
	trail, err := cloudtrail.NewTrail(ctx, name, &cloudtrail.TrailArgs{
		Name:                       pulumi.String(TrailName(a.args.Scope)),
		S3BucketName:               pulumi.String(a.Bucket),
		KmsKeyId:                   a.args.KeyARN,
		CloudWatchLogsGroupArn:     pulumi.Sprintf("%s:*", a.logGroup.Arn),
		CloudWatchLogsRoleArn:      a.delivery.Arn,
		IsMultiRegionTrail:         pulumi.Bool(true),
		IncludeGlobalServiceEvents: pulumi.Bool(true),
		EnableLogFileValidation:    pulumi.Bool(true),
		EnableLogging:              pulumi.Bool(true),
		AdvancedEventSelectors:     a.eventSelectors(),
		InsightSelectors: cloudtrail.TrailInsightSelectorArray{
			cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiCallRateInsight")},
			cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiErrorRateInsight")},
		},
		Tags: named(TrailName(a.args.Scope)),
	}, pulumi.Parent(a), pulumi.DependsOn(append([]pulumi.Resource{a.deliverable}, a.BucketReady...)))
	if err != nil {
		return err
	}
	a.TrailARN = trail.Arn
	return nil
}

// eventSelectors records all management events, which Insights need, and reads and writes of
// objects. The first selector has the name that the console gives it, because Prowler looks for
// that.
func (a *AuditTrail) eventSelectors() cloudtrail.TrailAdvancedEventSelectorArray {
	selectors := cloudtrail.TrailAdvancedEventSelectorArray{
		eventSelector("Management events selector", fieldEquals("eventCategory", "Management")),
	}
	if len(a.args.DataEventBuckets) == 0 {
		return selectors
	}
	objects := make([]string, len(a.args.DataEventBuckets))
	for i, bucket := range a.args.DataEventBuckets {
		objects[i] = bucket + "/"
	}
	return append(selectors, eventSelector(
		"Objects of application buckets",
		fieldEquals("eventCategory", "Data"),
		fieldEquals("resources.type", "AWS::S3::Object"),
		cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
			Field: pulumi.String("resources.ARN"), StartsWiths: pulumi.ToStringArray(objects),
		},
	))
}

func eventSelector(
	name string, fields ...cloudtrail.TrailAdvancedEventSelectorFieldSelectorInput,
) cloudtrail.TrailAdvancedEventSelectorArgs {
	return cloudtrail.TrailAdvancedEventSelectorArgs{
		Name:           pulumi.String(name),
		FieldSelectors: cloudtrail.TrailAdvancedEventSelectorFieldSelectorArray(fields),
	}
}

func fieldEquals(field, value string) cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs {
	return cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs{
		Field: pulumi.String(field), Equals: pulumi.ToStringArray([]string{value}),
	}
}

// auditNamespace holds the metrics of the filters.
const auditNamespace = "CISBenchmark"

func (a *AuditTrail) createFilters(ctx *pulumi.Context, name string) error {
	for _, filter := range auditFilters() {
		if err := a.createFilter(ctx, name+"-"+filter.role, filter); err != nil {
			return fmt.Errorf("%s: %w", filter.role, err)
		}
	}
	return nil
}

func (a *AuditTrail) createFilter(ctx *pulumi.Context, name string, filter auditFilter) error {
	metric := a.args.Scope.Name(NameAlarm, filter.role)
	if _, err := cloudwatch.NewLogMetricFilter(ctx, name, &cloudwatch.LogMetricFilterArgs{
		LogGroupName: a.logGroup.Name,
		Pattern:      pulumi.String(filter.pattern),
		MetricTransformation: cloudwatch.LogMetricFilterMetricTransformationArgs{
			Namespace:    pulumi.String(auditNamespace),
			Name:         pulumi.String(metric),
			Value:        pulumi.String("1"),
			DefaultValue: pulumi.String("0"),
		},
	}, pulumi.Parent(a)); err != nil {
		return err
	}
	meaning := filter.meaning
	if filter.cis != "" {
		meaning += " (CIS " + filter.cis + ")"
	}
	return a.addAlarm(ctx, a, alarmSpec{
		scope:             a.args.Scope,
		name:              name,
		runbook:           "audit-" + filter.role,
		urgency:           auditUrgencies[filter.role],
		description:       fmt.Sprintf("%s: find the call in %s and ask who made it.", meaning, a.LogGroupName),
		namespace:         auditNamespace,
		metric:            metric,
		statistic:         "Sum",
		periodSeconds:     300,
		evaluationPeriods: 1,
		comparison:        comparisonAtLeast,
		threshold:         filter.threshold,
		missing:           missingIsGood,
		endsByItself:      true,
		topicARN:          a.args.TopicARN,
	})
}
