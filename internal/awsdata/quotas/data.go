package quotas

const rdsQuotas = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"

// Amazon RDS.
var (
	// DatabaseInstances of a region.
	DatabaseInstances = Quota{
		Name: "database instances", Limit: 40, Raisable: true, Service: "rds", Code: "L-7B6409FD", Source: rdsQuotas,
	}
	// DatabaseStorage is the storage of all instances of a region together, in GiB.
	DatabaseStorage = Quota{
		Name: "database storage, GiB", Limit: 100000, Raisable: true, Service: "rds", Code: "L-7ADDB58A", Source: rdsQuotas,
	}
	// DatabaseParameterGroups of a region.
	DatabaseParameterGroups = Quota{
		Name: "database parameter groups", Limit: 50, Raisable: true, Service: "rds", Code: "L-DE55804A", Source: rdsQuotas,
	}
	// DatabaseSubnetGroups of a region.
	DatabaseSubnetGroups = Quota{
		Name: "database subnet groups", Limit: 50, Raisable: true, Service: "rds", Code: "L-48C6BF61", Source: rdsQuotas,
	}
)

// Amazon S3.
var (
	// BucketPolicy is the size of a bucket's policy.
	BucketPolicy = Quota{
		Name: "the policy of a bucket", Limit: 20 << 10, Unit: Bytes, Service: "s3", Code: "L-748707F3",
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html",
	}
)

// AWS Systems Manager.
var (
	// Parameter is the size of a standard parameter's value.
	Parameter = Quota{
		Name: "the value of a standard parameter", Limit: 4096, Unit: Bytes, Service: "ssm", Code: "L-BCC99751",
		Source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
	}
	// AdvancedParameter is the size of an advanced one's.
	AdvancedParameter = Quota{
		Name: "the value of an advanced parameter", Limit: 8192, Unit: Bytes, Service: "ssm", Code: "L-CECCEB04",
		Source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
	}
)

// AWS WAF.
var (
	// WebACLCapacity is the sum of the capacity units of a web ACL's rules. AWS charges for units above
	// 1,500.
	WebACLCapacity = Quota{
		Name: "capacity units of a web ACL", Limit: 5000,
		Source: "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html",
	}
)

// AWS CodeDeploy.
var (
	// DeploymentAlarms is the number of alarms of a deployment group.
	DeploymentAlarms = Quota{
		Name: "alarms of a deployment group", Limit: 10, Source: "AlarmsLimitExceededException, CodeDeploy API Reference",
	}
)
