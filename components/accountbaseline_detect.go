package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cfg"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/guardduty"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/securityhub"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// detectorFeatures are the kinds of events that a web application of this shape produces.
var detectorFeatures = []string{"S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"}

// securityStandards are the standards that the policy pack follows, too.
var securityStandards = []struct{ role, path string }{
	{"fsbp", "standards/aws-foundational-security-best-practices/v/1.0.0"},
	{"cis", "standards/cis-aws-foundations-benchmark/v/3.0.0"},
}

func (b *AccountBaseline) createDetector(ctx *pulumi.Context, name string) error {
	detector, err := guardduty.NewDetector(ctx, name+"-threats", &guardduty.DetectorArgs{
		Enable:                     pulumi.Bool(true),
		FindingPublishingFrequency: pulumi.String("FIFTEEN_MINUTES"),
		Tags:                       named(name + "-threats"),
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	for _, feature := range detectorFeatures {
		if _, err := guardduty.NewDetectorFeature(ctx, name+"-threats-"+feature, &guardduty.DetectorFeatureArgs{
			DetectorId: detector.ID(),
			Name:       pulumi.String(feature),
			Status:     pulumi.String("ENABLED"),
		}, pulumi.Parent(b)); err != nil {
			return fmt.Errorf("%s: %w", feature, err)
		}
	}
	return nil
}

// createRecorder turns recording on last: without a delivery channel AWS refuses to start. It
// tries the channel's bucket with the role, so that the role's policies come first.
func (b *AccountBaseline) createRecorder(ctx *pulumi.Context, name string) error {
	role, policies, err := b.createRecorderRole(ctx, name+"-config")
	if err != nil {
		return err
	}
	recorder, err := cfg.NewRecorder(ctx, name+"-config", &cfg.RecorderArgs{
		RoleArn: role.Arn,
		RecordingGroup: cfg.RecorderRecordingGroupArgs{
			AllSupported:               pulumi.Bool(true),
			IncludeGlobalResourceTypes: pulumi.Bool(true),
		},
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	channel, err := cfg.NewDeliveryChannel(ctx, name+"-config", &cfg.DeliveryChannelArgs{
		S3BucketName: pulumi.String(b.args.Config.Bucket),
		S3KeyPrefix:  pulumi.String(b.args.Config.Prefix),
		S3KmsKeyArn:  b.args.Config.KeyARN,
	}, pulumi.Parent(b), pulumi.DependsOn(slices.Concat([]pulumi.Resource{recorder}, policies, b.args.Config.After)))
	if err != nil {
		return err
	}
	_, err = cfg.NewRecorderStatus(ctx, name+"-config", &cfg.RecorderStatusArgs{
		Name:      recorder.Name,
		IsEnabled: pulumi.Bool(true),
	}, pulumi.Parent(b), pulumi.DependsOn([]pulumi.Resource{channel}))
	return err
}

func (b *AccountBaseline) createRecorderRole(ctx *pulumi.Context, name string) (*iam.Role, []pulumi.Resource, error) {
	scope := b.args.Scope
	role, err := iam.NewRole(ctx, scope.roleNamed(name), &iam.RoleArgs{
		Description:      pulumi.String("Lets AWS Config read resources and deliver their history."),
		AssumeRolePolicy: assumedBy("config.amazonaws.com", scope.sameAccount()),
	}, pulumi.Parent(b))
	if err != nil {
		return nil, nil, err
	}
	// The managed policy follows the resource types that AWS Config learns to read.
	read, err := iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.String("arn:" + scope.Partition + ":iam::aws:policy/service-role/AWS_ConfigRole"),
	}, pulumi.Parent(b))
	if err != nil {
		return nil, nil, err
	}
	bucket := scope.BucketARN(b.args.Config.Bucket)
	write, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{
		Role: role.Name,
		Policy: policyDocument(
			allow("s3:PutObject", fmt.Sprintf("%s/%s/AWSLogs/%s/Config/*", bucket, b.args.Config.Prefix, scope.AccountID)),
			allow([]string{"s3:GetBucketAcl", "s3:ListBucket"}, bucket),
			allow([]string{"kms:Decrypt", "kms:GenerateDataKey"}, b.args.Config.KeyARN),
		),
	}, pulumi.Parent(b))
	return role, []pulumi.Resource{read, write}, err
}

func (b *AccountBaseline) createSecurityHub(ctx *pulumi.Context, name string) error {
	account, err := securityhub.NewAccount(ctx, name+"-standards", &securityhub.AccountArgs{
		AutoEnableControls:      pulumi.Bool(true),
		ControlFindingGenerator: pulumi.String("SECURITY_CONTROL"),
		EnableDefaultStandards:  pulumi.Bool(false),
	}, pulumi.Parent(b))
	if err != nil {
		return err
	}
	for _, standard := range securityStandards {
		arn := fmt.Sprintf("arn:%s:securityhub:%s::%s", b.args.Scope.Partition, b.args.Scope.Region, standard.path)
		if _, err := securityhub.NewStandardsSubscription(ctx, name+"-standards-"+standard.role, &securityhub.StandardsSubscriptionArgs{
			StandardsArn: pulumi.String(arn),
		}, pulumi.Parent(b), pulumi.DependsOn([]pulumi.Resource{account})); err != nil {
			return fmt.Errorf("%s: %w", standard.role, err)
		}
	}
	return nil
}
