package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/accessanalyzer"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const accountBaselineType = "aws-webapp:account:AccountBaseline"

// AccountBaselineArgs describe an [AccountBaseline]. Every part is a setting of the whole
// account or region: exactly one stack may own it.
type AccountBaselineArgs struct {
	// Scope of the stack.
	Scope Scope
	// EBSEncryption encrypts every new volume of the region.
	EBSEncryption bool
	// S3PublicAccessBlock closes every bucket of the account to the public.
	S3PublicAccessBlock bool
	// PasswordPolicy requires strong passwords of IAM users.
	PasswordPolicy bool
	// AccessAnalyzer reports resources that the account shares with others.
	AccessAnalyzer bool
	// GuardDuty looks for threats in the region. AWS charges per event analysed.
	GuardDuty bool
	// GuardDutyFeatures lists optional features by the names of AWS's API: S3_DATA_EVENTS,
	// EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS and LAMBDA_NETWORK_LOGS. Features that are not
	// listed are switched off, because AWS switches them on with a new detector.
	GuardDutyFeatures []string
	// Config records every resource of the region; nil for none. AWS charges per change recorded.
	Config *ConfigRecorderArgs
	// SecurityHub checks the region against the AWS and CIS standards. It needs Config.
	SecurityHub bool
}

// ConfigRecorderArgs say where AWS Config keeps its history.
type ConfigRecorderArgs struct {
	// ServiceLinkedRole creates the role with which AWS Config reads the account. An account has
	// only one; if false, it must already exist.
	ServiceLinkedRole bool
	// Bucket whose policy lets config.amazonaws.com write below Prefix.
	Bucket string
	// Prefix of the history in the bucket.
	Prefix string
	// KeyARN is the KMS key that encrypts the history. Its policy must let config.amazonaws.com
	// use it.
	KeyARN pulumi.StringInput
	// After lists resources that delivery needs: the bucket's policy.
	After []pulumi.Resource
}

// AccountBaseline holds the security settings that every account should have once, whatever
// runs in it.
type AccountBaseline struct {
	pulumi.ResourceState

	args AccountBaselineArgs
}

// NewAccountBaseline makes an [AccountBaseline].
func NewAccountBaseline(
	ctx *pulumi.Context, name string, args *AccountBaselineArgs, opts ...pulumi.ResourceOption,
) (*AccountBaseline, error) {
	b := &AccountBaseline{args: given(args)}
	var steps []step
	for _, part := range []struct {
		wanted bool
		step   step
	}{
		{b.args.EBSEncryption, step{"encrypt volumes", b.encryptVolumes}},
		{b.args.S3PublicAccessBlock, step{"close buckets", b.closeBuckets}},
		{b.args.PasswordPolicy, step{"set password policy", b.setPasswordPolicy}},
		{b.args.AccessAnalyzer, step{"create access analyzer", b.createAnalyzer}},
		{b.args.GuardDuty, step{"create detector", b.createDetector}},
		{b.args.Config != nil, step{"create configuration recorder", b.createRecorder}},
		{b.args.SecurityHub, step{"subscribe to standards", b.createSecurityHub}},
	} {
		if part.wanted {
			steps = append(steps, part.step)
		}
	}
	return construct(ctx, name, b, opts, construction{
		kind: "account baseline", token: accountBaselineType, wrong: check(b.args), steps: steps,
	})
}

func (b *AccountBaseline) encryptVolumes(ctx *pulumi.Context, name string) error {
	_, err := ebs.NewEncryptionByDefault(ctx, name+"-ebs", &ebs.EncryptionByDefaultArgs{
		Enabled: pulumi.Bool(true),
	}, pulumi.Parent(b))
	return err
}

func (b *AccountBaseline) closeBuckets(ctx *pulumi.Context, name string) error {
	_, err := s3.NewAccountPublicAccessBlock(ctx, name+"-s3", &s3.AccountPublicAccessBlockArgs{
		AccountId:             pulumi.String(b.args.Scope.AccountID),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, pulumi.Parent(b))
	return err
}

// setPasswordPolicy follows CIS AWS Foundations 1.8 and 1.9 and FSBP IAM.7.
func (b *AccountBaseline) setPasswordPolicy(ctx *pulumi.Context, name string) error {
	_, err := iam.NewAccountPasswordPolicy(ctx, name+"-passwords", &iam.AccountPasswordPolicyArgs{
		MinimumPasswordLength:      pulumi.Int(14),
		PasswordReusePrevention:    pulumi.Int(24),
		MaxPasswordAge:             pulumi.Int(90),
		RequireLowercaseCharacters: pulumi.Bool(true),
		RequireUppercaseCharacters: pulumi.Bool(true),
		RequireNumbers:             pulumi.Bool(true),
		RequireSymbols:             pulumi.Bool(true),
		AllowUsersToChangePassword: pulumi.Bool(true),
	}, pulumi.Parent(b))
	return err
}

func (b *AccountBaseline) createAnalyzer(ctx *pulumi.Context, name string) error {
	_, err := accessanalyzer.NewAnalyzer(ctx, name+"-access", &accessanalyzer.AnalyzerArgs{
		AnalyzerName: pulumi.String(b.args.Scope.Name(NameAnalyzer, "access")),
		Type:         pulumi.String("ACCOUNT"),
	}, pulumi.Parent(b))
	return err
}
