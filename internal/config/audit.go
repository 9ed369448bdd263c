package config

// AuditTrail records every API call of the account.
type AuditTrail struct {
	// Enabled makes a multi-region trail with Insights, log file validation and the alarms
	// of the CIS benchmark. Switch it off only where an organization's trail does it.
	// Default true.
	Enabled bool `json:"enabled"`
	// OrganizationTrail says that a trail of the organization records the account. Where
	// there is none at all, running tasks still get a rotated password, since Secrets
	// Manager tells of it by itself; but nobody hears of a rotation that failed. Default false.
	OrganizationTrail bool `json:"organizationTrail"`
	// BucketDays that events are kept in the trail's bucket, 90 to 3650. Default 365.
	BucketDays int `json:"bucketDays" allowed:"90 to 3650"`
	// LogRetentionDays of the events in CloudWatch Logs, one of its periods. Default 90.
	LogRetentionDays int `json:"logRetentionDays" allowed:"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"`
	// ObjectEvents also records who reads and writes objects of the application bucket.
	// AWS charges by event. Default true.
	ObjectEvents bool `json:"objectEvents"`
}

// AccountBaseline is what an account should have once, whatever runs in it. Exactly one
// stack of an account may set any of it.
type AccountBaseline struct {
	// EBSEncryption encrypts every new volume of the region. Default false.
	EBSEncryption bool `json:"ebsEncryption"`
	// S3PublicAccessBlock closes every bucket of the account to the public. Default false.
	S3PublicAccessBlock bool `json:"s3PublicAccessBlock"`
	// PasswordPolicy asks IAM users for strong passwords. Default false.
	PasswordPolicy bool `json:"passwordPolicy"`
	// AccessAnalyzer reports what the account shares with others. Default false.
	AccessAnalyzer bool `json:"accessAnalyzer"`
	// GuardDuty looks for threats in the region; AWS charges by event. Default false.
	GuardDuty bool `json:"guardDuty"`
	// GuardDutyFeatures are what GuardDuty looks at beside API calls, traffic and names. In
	// us-east-1 AWS charges for S3_DATA_EVENTS $0.80 a million events, for RDS_LOGIN_EVENTS $1 a
	// month and vCPU of the databases, for LAMBDA_NETWORK_LOGS $1 a GB, and for
	// EBS_MALWARE_PROTECTION $0.03 a GB of the volumes of an EC2 instance that GuardDuty suspects,
	// of which these stacks have none. What is left out is switched off. Default S3_DATA_EVENTS,
	// EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS, LAMBDA_NETWORK_LOGS.
	GuardDutyFeatures []string `json:"guardDutyFeatures" allowed:"S3_DATA_EVENTS, EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS, LAMBDA_NETWORK_LOGS"`
	// ConfigRecorder keeps the history of every resource of the region; AWS charges by
	// change. It needs auditTrail.enabled, whose bucket it uses. Default false.
	ConfigRecorder bool `json:"configRecorder"`
	// ConfigServiceLinkedRole makes the role with which AWS Config reads the account. An account
	// has one: true in one stack, or in none if the account has it already. Default false.
	ConfigServiceLinkedRole bool `json:"configServiceLinkedRole"`
	// SecurityHub judges the region by AWS's and CIS's standards. It needs
	// configRecorder. Default false.
	SecurityHub bool `json:"securityHub"`
}

// Claimed says whether the stack owns any part of its account's baseline.
func (b AccountBaseline) Claimed() bool {
	return b.EBSEncryption || b.S3PublicAccessBlock || b.PasswordPolicy || b.AccessAnalyzer || b.GuardDuty ||
		b.ConfigRecorder || b.SecurityHub
}

func (b *AccountBaseline) validate(v *validation, at path) {
	if b.SecurityHub && !b.ConfigRecorder {
		v.add(at.key("securityHub"), "true", "true with accountBaseline.configRecorder alone",
			"set configRecorder to true: the standards judge what it records")
	}
	if b.ConfigRecorder && !v.config.AuditTrail.Enabled {
		v.add(at.key("configRecorder"), "true", "true with auditTrail.enabled alone",
			"set auditTrail.enabled to true: the recorder keeps its history in the trail's bucket")
	}
}
