package catalog

import "regexp"

const (
	vaultToken      = "aws:backup/vault:Vault"
	backupPlanToken = "aws:backup/plan:Plan"
)

var backupChars = regexp.MustCompile(`^[0-9A-Za-z_.-]+$`)

// backupTypes are AWS Backup.
var backupTypes = Types{
	vaultToken: {
		Replace:  []string{"kmsKeyArn", "name"},
		Defaults: map[string]any{"forceDestroy": false},
		Name:     &Name{Max: 50, Chars: backupChars},
		ID:       "{.name}",
		Outputs: Outputs{
			"arn":       "arn:{partition}:backup:{region}:{account}:backup-vault:{.name}",
			"kmsKeyArn": "arn:{partition}:kms:{region}:{account}:key/{uuid}", "recoveryPoints": 0,
		},
		Refs: []Ref{{Path: "kmsKeyArn", To: kmsKeyToken, By: arn, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "AlreadyExistsException: " +
			"Backup vault with the same name already exists"}},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Backup vault {value} does not exist",
	},
	backupPlanToken: {
		Required: []string{"rules"},
		Replace:  []string{"name"},
		Name:     &Name{Max: 50, Chars: backupChars},
		ID:       "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:backup:{region}:{account}:backup-plan:{id}", "version": "{lower48#version}",
		},
		OnUpdate: []string{"version"},
		Refs:     []Ref{{Path: "rules[].targetVaultName", To: vaultToken}},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Backup plan {value} does not exist",
		InUse:    "InvalidRequestException: Related backup plan selections must be deleted prior to backup plan deletion",
	},
	"aws:backup/selection:Selection": {
		Required: []string{"iamRoleArn", "planId"},
		Replace:  []string{"conditions", "iamRoleArn", "name", "notResources", "planId", "resources", "selectionTags"},
		Name:     &Name{Max: 50, Chars: backupChars},
		ID:       "{uuid}",
		Refs: []Ref{
			{Path: "planId", To: backupPlanToken, Holds: true},
			{Path: "iamRoleArn", To: roleToken, By: arn, Foreign: true},
		},
		Rules: []Rule{trusts("iamRoleArn", "backup.amazonaws.com", "InvalidParameterValueException: IAM Role cannot be "+
			"assumed by AWS Backup")},
	},
	"aws:backup/vaultPolicy:VaultPolicy": {
		Required: []string{"backupVaultName", "policy"},
		Replace:  []string{"backupVaultName"},
		ID:       "{.backupVaultName}",
		Outputs:  Outputs{"backupVaultArn": "arn:{partition}:backup:{region}:{account}:backup-vault:{.backupVaultName}"},
		Refs:     []Ref{{Path: "backupVaultName", To: vaultToken}},
		JSON:     []string{"policy"},
	},
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
		Required: []string{"backupVaultName"},
		Replace:  []string{"backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays"},
		ID:       "{.backupVaultName}",
		Outputs:  Outputs{"backupVaultArn": "arn:{partition}:backup:{region}:{account}:backup-vault:{.backupVaultName}"},
		Refs:     []Ref{{Path: "backupVaultName", To: vaultToken}},
	},
}
