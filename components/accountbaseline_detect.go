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

const configPrincipal = "config.amazonaws.com"

// detectorFeatures lists the features of GuardDuty that fit a stack of this shape. Those for EKS
// would find nothing, and runtime monitoring would put an endpoint and a security group into the
// VPC that no state knows: docs/prowler.md has the reasons.
var detectorFeatures = []string{"S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"}

// securityStandards lists the standards that the policy pack follows, too.
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
		status := "DISABLED"
		if slices.Contains(b.args.GuardDutyFeatures, feature) {
			status = "ENABLED"
		}
		if _, err := guardduty.NewDetectorFeature(ctx, name+"-threats-"+feature, &guardduty.DetectorFeatureArgs{
			DetectorId: detector.ID(),
			Name:       pulumi.String(feature),
			Status:     pulumi.String(status),
		}, pulumi.Parent(b)); err != nil {
			return fmt.Errorf("%s: %w", feature, err)
		}
	}
	return nil
}

// createRecorder turns recording on last: without a delivery channel AWS refuses to start.
//
// The recorder has the service-linked role: AWS keeps it up to date with the types that AWS Config
// learns to read, no permissions boundary of a deploy role limits it, and Security Hub's Config.1
// requires it. It has no permission for bucket and key: AWS Config delivers as
// config.amazonaws.com, which their policies name.
// https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
// https://docs.aws.amazon.com/securityhub/latest/userguide/config-controls.html
func (b *AccountBaseline) createRecorder(ctx *pulumi.Context, name string) error {
	recorder, err := b.newRecorder(ctx, name+"-config")
	if err != nil {
		return err
	}
	channel, err := cfg.NewDeliveryChannel(ctx, name+"-config", &cfg.DeliveryChannelArgs{
		S3BucketName: pulumi.String(b.args.Config.Bucket),
		S3KeyPrefix:  pulumi.String(b.args.Config.Prefix),
		S3KmsKeyArn:  b.args.Config.KeyARN,
	}, pulumi.Parent(b), pulumi.DependsOn(append([]pulumi.Resource{recorder}, b.args.Config.After...)))
	if err != nil {
		return err
	}
	_, err = cfg.NewRecorderStatus(ctx, name+"-config", &cfg.RecorderStatusArgs{
		Name:      recorder.Name,
		IsEnabled: pulumi.Bool(true),
	}, pulumi.Parent(b), pulumi.DependsOn([]pulumi.Resource{channel}))
	return err
}

func (b *AccountBaseline) newRecorder(ctx *pulumi.Context, name string) (*cfg.Recorder, error) {
	var before []pulumi.Resource
	if b.args.Config.ServiceLinkedRole {
		role, err := iam.NewServiceLinkedRole(ctx, name, &iam.ServiceLinkedRoleArgs{
			AwsServiceName: pulumi.String(configPrincipal),
			Description:    pulumi.String("Lets AWS Config read the account's resources."),
		}, pulumi.Parent(b))
		if err != nil {
			return nil, err
		}
		before = []pulumi.Resource{role}
	}
	return cfg.NewRecorder(ctx, name, &cfg.RecorderArgs{
		RoleArn: pulumi.String(b.args.Scope.configRole()),
		RecordingGroup: cfg.RecorderRecordingGroupArgs{
			AllSupported:               pulumi.Bool(true),
			IncludeGlobalResourceTypes: pulumi.Bool(true),
		},
	}, pulumi.Parent(b), pulumi.DependsOn(before))
}

func (b *AccountBaseline) createSecurityHub(ctx *pulumi.Context, name string) error {
	account, err := securityhub.NewAccount(ctx, name+"-standards", &securityhub.AccountArgs{
		AutoEnableControls:      pulumi.Bool(true),
		ControlFindingGenerator: pulumi.String("SECURITY_CONTROL"),
		EnableDefaultStandards:  pulumi.Bool(false),
	}, pulumi.Parent(b), pulumi.DeleteBeforeReplace(true)) // an account enrols once
	if err != nil {
		return err
	}
	for _, standard := range securityStandards {
		arn := fmt.Sprintf("arn:%s:securityhub:%s::%s", b.args.Scope.Partition, b.args.Scope.Region, standard.path)
		if _, err := securityhub.NewStandardsSubscription(ctx, name+"-standards-"+standard.role,
			&securityhub.StandardsSubscriptionArgs{
				StandardsArn: pulumi.String(arn),
			}, pulumi.Parent(b), pulumi.DependsOn([]pulumi.Resource{account})); err != nil {
			return fmt.Errorf("%s: %w", standard.role, err)
		}
	}
	return nil
}

// configRole is AWS Config's service-linked role, whose name is the same in every account.
func (s Scope) configRole() string {
	return s.GlobalARN("iam", "role/aws-service-role/"+configPrincipal+"/AWSServiceRoleForConfig")
}
