package resourcetypes

// The tokens of the account's settings and detective controls.
const (
	AccessAnalyzer           = "aws:accessanalyzer/analyzer:Analyzer"
	ConfigDeliveryChannel    = "aws:cfg/deliveryChannel:DeliveryChannel"
	ConfigRecorder           = "aws:cfg/recorder:Recorder"
	ConfigRecorderStatus     = "aws:cfg/recorderStatus:RecorderStatus"
	Trail                    = "aws:cloudtrail/trail:Trail"
	EBSEncryptionByDefault   = "aws:ebs/encryptionByDefault:EncryptionByDefault"
	GuardDutyDetector        = "aws:guardduty/detector:Detector"
	GuardDutyFeature         = "aws:guardduty/detectorFeature:DetectorFeature"
	AccountPasswordPolicy    = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy" //nolint:gosec // names a type
	AccountPublicAccessBlock = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
	SecurityHub              = "aws:securityhub/account:Account"
	SecurityStandard         = "aws:securityhub/standardsSubscription:StandardsSubscription"
)

func init() { register(accountServices, accountTypes) }

var accountServices = []Service{
	{
		Prefix: "access-analyzer", Group: "watch", Linked: "access-analyzer.amazonaws.com",
		Actions: Actions{Read: "ListAnalyzers"},
	},
	{Prefix: "cloudtrail", Group: "watch", Named: []string{"trail/"}},
	{Prefix: "config", Group: "watch", Linked: "config.amazonaws.com"},
	{Prefix: "guardduty", Group: "watch", Linked: "guardduty.amazonaws.com", Actions: Actions{Read: "ListDetectors"}},
	{Prefix: "securityhub", Group: "watch", Linked: "securityhub.amazonaws.com"},
	{
		Prefix:  "servicequotas",
		Actions: Actions{Read: "GetAWSDefaultServiceQuota GetServiceQuota ListServiceQuotas"},
	},
	{Prefix: "sts", Actions: Actions{Read: "GetCallerIdentity"}},
}

var accountTypes = []Type{
	{
		Token:  AccessAnalyzer,
		Create: Operation{Name: "accessanalyzer.CreateAnalyzer"},
		Actions: []Actions{{
			Service: "access-analyzer", Read: "GetAnalyzer ListTagsForResource",
			Write: "CreateAnalyzer DeleteAnalyzer TagResource UntagResource UpdateAnalyzer",
		}},
		Loss: Loss{Medium, "the analyzer's findings and their archive"},
		Free: "analysis of external access is free",
	},
	{
		Token:  ConfigDeliveryChannel,
		Create: Operation{Name: "config.PutDeliveryChannel/DeliveryChannel"},
		Actions: []Actions{{
			Service: "config", Read: "DescribeDeliveryChannels", Write: "DeleteDeliveryChannel PutDeliveryChannel",
		}},
		Free: "charged as the recorder's items",
	},
	{
		Token:  ConfigRecorder,
		Create: Operation{Name: "config.PutConfigurationRecorder/ConfigurationRecorder"},
		Actions: []Actions{{
			Service: "config", Read: "DescribeConfigurationRecorders",
			Write: "DeleteConfigurationRecorder PutConfigurationRecorder",
		}},
		Loss: Loss{High, "the configuration history: changes until it is back are not recorded"},
	},
	{
		Token: ConfigRecorderStatus,
		Actions: []Actions{{
			Service: "config", Read: "DescribeConfigurationRecorderStatus DescribeConfigurationRecorders",
			Write: "StartConfigurationRecorder StopConfigurationRecorder",
		}},
		Free: "charged as the recorder's items",
	},
	{
		Token:  Trail,
		Create: Operation{Name: "cloudtrail.CreateTrail"},
		Actions: []Actions{
			{
				Service: "cloudtrail",
				Read:    "DescribeTrails GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus ListTags",
				Write: "AddTags CreateTrail DeleteTrail PutEventSelectors PutInsightSelectors RemoveTags StartLogging " +
					"StopLogging UpdateTrail",
			},
		},
		Loss: Loss{High, "the audit trail: what happens until it is back is not recorded"},
	},
	{
		Token: EBSEncryptionByDefault,
		Actions: []Actions{{
			Service: "ec2", Read: "GetEbsEncryptionByDefault",
			Write: "DisableEbsEncryptionByDefault EnableEbsEncryptionByDefault",
		}},
		Free: "an account setting",
	},
	{
		Token: GuardDutyDetector,
		Actions: []Actions{{
			Service: "guardduty", Read: "GetDetector ListTagsForResource",
			Write: "CreateDetector DeleteDetector TagResource UntagResource UpdateDetector",
		}},
		Loss: Loss{High, "the detector's findings and what it has learned"},
	},
	{
		Token:   GuardDutyFeature,
		Actions: []Actions{{Service: "guardduty", Read: "GetDetector", Write: "UpdateDetector"}},
	},
	{
		Token:  AccountPasswordPolicy,
		Create: Operation{Name: "iam.UpdateAccountPasswordPolicy"},
		Actions: []Actions{{
			Service: "iam", Read: "GetAccountPasswordPolicy",
			Write: "DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy",
		}},
		Free: "IAM is free",
	},
	{
		Token:   AccountPublicAccessBlock,
		Actions: []Actions{{Service: "s3", Read: "GetAccountPublicAccessBlock", Write: "PutAccountPublicAccessBlock"}},
		Free:    "an account setting",
	},
	{
		Token: SecurityHub,
		Actions: []Actions{{
			Service: "securityhub", Read: "DescribeHub GetEnabledStandards",
			Write: "DisableSecurityHub EnableSecurityHub UpdateSecurityHubConfiguration",
		}},
		Loss: Loss{High, "the findings and their workflow states"},
		Free: "charged as the standards' checks",
	},
	{
		Token: SecurityStandard,
		Actions: []Actions{{
			Service: "securityhub", Read: "GetEnabledStandards", Write: "BatchDisableStandards BatchEnableStandards",
		}},
	},
}
