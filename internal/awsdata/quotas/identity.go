package quotas

const (
	iamQuotas = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	kmsQuotas = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"
)

// AWS Identity and Access Management.
var (
	// RoleInlinePolicies is the size of all inline policies of a role together.
	RoleInlinePolicies = Quota{Name: "inline policies of a role", Limit: 10240, Unit: Characters, Source: iamQuotas}
	// ManagedPolicy is the size of one managed policy.
	ManagedPolicy = Quota{
		Name: "a managed policy", Limit: 6144, Unit: Characters, Service: "iam", Code: "L-ED111B8C", Source: iamQuotas,
	}
	// TrustPolicy is the size of a role's trust policy; AWS raises it to 4,096 at least.
	TrustPolicy = Quota{
		Name: "the trust policy of a role", Limit: 2048, Unit: Characters, Raisable: true, Service: "iam",
		Code: "L-C07B4B0D", Source: iamQuotas,
	}
	// RolePolicies is the number of managed policies attached to a role.
	RolePolicies = Quota{
		Name: "managed policies of a role", Limit: 10, Raisable: true, Service: "iam", Code: "L-0DA4ABF3", Source: iamQuotas,
	}
	// Roles of an account.
	Roles = Quota{Name: "roles", Limit: 1000, Raisable: true, Service: "iam", Code: "L-FE177D64", Source: iamQuotas}
	// Policies are the customer managed policies of an account.
	Policies = Quota{
		Name: "customer managed policies", Limit: 1500, Raisable: true, Service: "iam", Code: "L-E95E4862", Source: iamQuotas,
	}
)

// AWS Key Management Service.
var (
	// Keys of a region.
	Keys = Quota{
		Name: "KMS keys", Limit: 100000, Raisable: true, Service: "kms", Code: "L-C2F1777E", Source: kmsQuotas,
	}
	// KeyAliases is the number of aliases of a key.
	KeyAliases = Quota{Name: "aliases of a KMS key", Limit: 50, Raisable: true, Source: kmsQuotas}
	// KeyPolicy is the size of a key's policy.
	KeyPolicy = Quota{Name: "the policy of a KMS key", Limit: 32 << 10, Unit: Bytes, Source: kmsQuotas}
)
