package config

// AuditTrail records every API call of the account.
type AuditTrail struct {
	// Enabled makes a multi-region trail with Insights, log file validation and the alarms of the
	// CIS benchmark. Switch it off only if an organization's trail does the same. Default true.
	Enabled bool `json:"enabled"`
	// OrganizationTrail says that a trail of the organization records the account. Without any
	// trail, running tasks still get a rotated password, since Secrets Manager itself reports it;
	// but nobody is notified of a failed rotation. Default false.
	OrganizationTrail bool `json:"organizationTrail"`
	// BucketDays that events are kept in the trail's bucket, 90 to 3650. Default 365.
	BucketDays int `json:"bucketDays" allowed:"90 to 3650"`
	// LogRetentionDays of the events in CloudWatch Logs, one of the periods that it offers.
	// Default 90.
	LogRetentionDays int `json:"logRetentionDays" allowed:"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"`
	// ObjectEvents also records reads and writes of objects in the application bucket. AWS charges
	// per event. Default true.
	ObjectEvents bool `json:"objectEvents"`
}

func (a *AuditTrail) defaults() {
	*a = AuditTrail{
		Enabled:          true,
		BucketDays:       365,
		LogRetentionDays: 90,
		ObjectEvents:     true,
	}
}

// AccountBaseline holds the security settings that every account should have once, whatever
// runs in it. Only one stack of an account may set any of them.
type AccountBaseline struct {
	// EBSEncryption encrypts every new volume of the region. Default false.
	EBSEncryption bool `json:"ebsEncryption"`
	// S3PublicAccessBlock closes every bucket of the account to the public. Default false.
	S3PublicAccessBlock bool `json:"s3PublicAccessBlock"`
	// PasswordPolicy requires strong passwords of IAM users. Default false.
	PasswordPolicy bool `json:"passwordPolicy"`
	// AccessAnalyzer reports resources that the account shares with others. Default false.
	AccessAnalyzer bool `json:"accessAnalyzer"`
	// GuardDuty looks for threats in the region; AWS charges per event. Default false.
	GuardDuty bool `json:"guardDuty"`
	// GuardDutyFeatures lists what GuardDuty examines besides API calls, traffic and DNS names. In
	// us-east-1 AWS charges $0.80 per million events for S3_DATA_EVENTS, $1 per month and vCPU of
	// the databases for RDS_LOGIN_EVENTS, $1 per GB for LAMBDA_NETWORK_LOGS, and $0.03 per GB of
	// the volumes of a suspicious EC2 instance (these stacks have none) for
	// EBS_MALWARE_PROTECTION. Features that are left out are switched off. Default S3_DATA_EVENTS,
	// EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS, LAMBDA_NETWORK_LOGS.
	GuardDutyFeatures []string `json:"guardDutyFeatures" allowed:"S3_DATA_EVENTS, EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS, LAMBDA_NETWORK_LOGS"`
	// ConfigRecorder keeps the history of every resource of the region; AWS charges per change. It
	// needs auditTrail.enabled, whose bucket it uses. Default false.
	ConfigRecorder bool `json:"configRecorder"`
	// ConfigServiceLinkedRole creates the role with which AWS Config reads the account. An account
	// has only one: set it in one stack, or in none if the account already has the role. Default
	// false.
	ConfigServiceLinkedRole bool `json:"configServiceLinkedRole"`
	// SecurityHub checks the region against the AWS and CIS standards. It needs configRecorder.
	// Default false.
	SecurityHub bool `json:"securityHub"`
}

func (b *AccountBaseline) defaults() {
	*b = AccountBaseline{
		GuardDutyFeatures: []string{"S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"},
	}
}

// Claimed reports whether the stack owns any part of its account's baseline.
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
