package resourcetypes

// The tokens of AWS Backup.
const (
	BackupPlan      = "aws:backup/plan:Plan"
	BackupSelection = "aws:backup/selection:Selection"
	BackupVault     = "aws:backup/vault:Vault"
	BackupVaultLock = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
)

func init() { register(backupServices, backupTypes) }

var backupServices = []Service{
	// AWS Backup's guide does not say whose permission its service-linked role takes:
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/using-service-linked-roles.html
	{
		Prefix: "backup", Group: "data", Linked: "backup.amazonaws.com", UsesKeys: true,
		// AWS makes up the ids of plans.
		Named: []string{"backup-vault:"}, Unnamed: []string{"backup-plan:*"},
		Actions: Actions{Read: "ListBackupVaults"},
	},
	{Prefix: "backup-storage", Group: "data"},
}

var backupTypes = []Type{
	{
		Token: BackupPlan,
		Create: Operation{Name: "backup.CreateBackupPlan/BackupPlan", Renamed: map[string]string{
			"rules.scheduleExpression": "",
			"rules.targetVaultName":    "TargetBackupVaultName",
		}},
		Actions: []Actions{{
			Service: "backup", Read: "GetBackupPlan ListTags",
			Write: "CreateBackupPlan DeleteBackupPlan TagResource UntagResource UpdateBackupPlan",
		}},
		Free: "charged as storage of its vault",
	},
	{
		Token:  BackupSelection,
		Create: Operation{Name: "backup.CreateBackupSelection/BackupSelection"},
		Actions: []Actions{{
			Service: "backup", Read: "GetBackupSelection", Write: "CreateBackupSelection DeleteBackupSelection",
		}},
		Free: "charged as storage of its vault",
	},
	{
		Token:  BackupVault,
		Create: Operation{Name: "backup.CreateBackupVault"},
		Actions: []Actions{
			{
				Service: "backup",
				Read:    "DescribeBackupVault ListTags",
				Write:   "CreateBackupVault DeleteBackupVault ListRecoveryPointsByBackupVault TagResource UntagResource",
			},
			{Service: "backup-storage", Write: "MountCapsule"},
		},
		Loss: Loss{Critical, "the recovery points in the vault"},
	},
	{
		Token: BackupVaultLock,
		Actions: []Actions{{
			Service: "backup", Read: "DescribeBackupVault",
			Write: "DeleteBackupVaultLockConfiguration PutBackupVaultLockConfiguration",
		}},
		Free: "a setting of its vault",
	},
}
