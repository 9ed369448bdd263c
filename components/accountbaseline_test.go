package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func baselineProgram(args AccountBaselineArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args.Scope = testScope
		_, err := NewAccountBaseline(ctx, "baseline", &args)
		return err
	}
}

func everyBaseline() AccountBaselineArgs {
	return AccountBaselineArgs{
		EBSEncryption: true, S3PublicAccessBlock: true, PasswordPolicy: true, AccessAnalyzer: true, GuardDuty: true,
		SecurityHub:       true,
		GuardDutyFeatures: []string{"S3_DATA_EVENTS", "RDS_LOGIN_EVENTS"},
		Config: &ConfigRecorderArgs{
			Bucket: "audit-bucket", Prefix: "config", KeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/audit"),
		},
	}
}

func TestAccountBaselineMakesOnlyWhatIsWanted(t *testing.T) {
	for name, tc := range map[string]struct {
		args AccountBaselineArgs
		want []string
	}{
		"nothing": {AccountBaselineArgs{}, nil},
		"volumes": {
			AccountBaselineArgs{EBSEncryption: true},
			[]string{"aws:ebs/encryptionByDefault:EncryptionByDefault"},
		},
		"buckets": {
			AccountBaselineArgs{S3PublicAccessBlock: true},
			[]string{"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"},
		},
		"passwords": {
			AccountBaselineArgs{PasswordPolicy: true},
			[]string{"aws:iam/accountPasswordPolicy:AccountPasswordPolicy"},
		},
		"access analyzer": {AccountBaselineArgs{AccessAnalyzer: true}, []string{"aws:accessanalyzer/analyzer:Analyzer"}},
		"guard duty": {AccountBaselineArgs{GuardDuty: true}, []string{
			"aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature",
			"aws:guardduty/detectorFeature:DetectorFeature", "aws:guardduty/detectorFeature:DetectorFeature",
			"aws:guardduty/detectorFeature:DetectorFeature",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			rec := deployed(t, baselineProgram(tc.args))
			rec.keepsContract(t, accountBaselineType, "baseline", map[string]any{})
			var types []string
			for _, r := range rec.resources {
				if r.request.GetCustom() {
					types = append(types, r.typ)
				}
			}
			assert.ElementsMatch(t, tc.want, types)
		})
	}
}

func TestAccountBaselineSettings(t *testing.T) {
	rec := deployed(t, baselineProgram(everyBaseline()))

	assert.Equal(t, true, rec.one(t, "aws:ebs/encryptionByDefault:EncryptionByDefault", "baseline-ebs").inputs["enabled"])
	assert.Equal(t, map[string]any{
		"accountId": "123456789012", "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		"restrictPublicBuckets": true,
	}, rec.one(t, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "baseline-s3").inputs)
	assert.Equal(t, map[string]any{
		"minimumPasswordLength": 14.0, "passwordReusePrevention": 24.0, "maxPasswordAge": 90.0,
		"requireLowercaseCharacters": true,
		"requireUppercaseCharacters": true, "requireNumbers": true, "requireSymbols": true,
		"allowUsersToChangePassword": true,
	}, rec.one(t, "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "baseline-passwords").inputs)
	assert.Equal(t, "ACCOUNT", rec.one(t, "aws:accessanalyzer/analyzer:Analyzer", "baseline-access").inputs["type"])
	assert.Equal(t, true, rec.one(t, "aws:guardduty/detector:Detector", "baseline-threats").inputs["enable"])
	assert.Equal(t, map[string]any{
		"S3_DATA_EVENTS": "ENABLED", "RDS_LOGIN_EVENTS": "ENABLED",
		"EBS_MALWARE_PROTECTION": "DISABLED", "LAMBDA_NETWORK_LOGS": "DISABLED",
	}, featureStates(rec), "what AWS switches on by itself is switched off")
	var standards []any
	for _, subscription := range rec.ofType("aws:securityhub/standardsSubscription:StandardsSubscription") {
		standards = append(standards, subscription.inputs["standardsArn"])
	}
	assert.Equal(t, []any{
		"arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
		"arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
	}, standards)
}

func featureStates(rec *recorder) map[string]any {
	states := map[string]any{}
	for _, feature := range rec.ofType("aws:guardduty/detectorFeature:DetectorFeature") {
		states[feature.inputs["name"].(string)] = feature.inputs["status"]
	}
	return states
}

// AWS refuses to record without a channel, and to judge without a recorder.
func TestAccountBaselineOrder(t *testing.T) {
	rec := deployed(t, baselineProgram(everyBaseline()))

	recorder := rec.one(t, "aws:cfg/recorder:Recorder", "baseline-config")
	channel := rec.one(t, "aws:cfg/deliveryChannel:DeliveryChannel", "baseline-config")
	status := rec.one(t, "aws:cfg/recorderStatus:RecorderStatus", "baseline-config")
	assert.True(t, channel.dependsOn(recorder))
	assert.True(t, status.dependsOn(channel))
}

// A role created by the stack would have the permissions boundary of the deploy role, with
// which AWS Config could read nothing.
func TestAccountBaselineRecordsWithTheServiceLinkedRole(t *testing.T) {
	const linked = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
	for name, made := range map[string]bool{"made here": true, "there already": false} {
		t.Run(name, func(t *testing.T) {
			args := everyBaseline()
			args.Config.ServiceLinkedRole = made
			rec := deployed(t, baselineProgram(args))
			assert.Empty(t, rec.ofType("aws:iam/role:Role"))
			recorder := rec.one(t, "aws:cfg/recorder:Recorder", "baseline-config")
			assert.Equal(t, linked, recorder.inputs["roleArn"])
			if !made {
				assert.Empty(t, rec.ofType("aws:iam/serviceLinkedRole:ServiceLinkedRole"), "an account has one")
				return
			}
			role := rec.one(t, "aws:iam/serviceLinkedRole:ServiceLinkedRole", "baseline-config")
			assert.Equal(t, "config.amazonaws.com", role.inputs["awsServiceName"])
			assert.True(t, recorder.dependsOn(role))
		})
	}
}
