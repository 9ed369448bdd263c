package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

var backupChars = regexp.MustCompile(`^[0-9A-Za-z_.-]+$`)

func init() { tables = append(tables, backupTypes) }

// backupTypes are AWS Backup.
var backupTypes = Types{
	resourcetypes.BackupVault: {
		Name: &Name{Max: 50, Chars: backupChars},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn":       "arn:{partition}:backup:{region}:{account}:backup-vault:{.name}",
			"kmsKeyArn": "arn:{partition}:kms:{region}:{account}:key/{uuid}", "recoveryPoints": 0,
		},
		Refs: []Ref{{Path: "kmsKeyArn", To: resourcetypes.KMSKey, By: arn, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "AlreadyExistsException: " +
			"Backup vault with the same name already exists"}},
		Guards:   []Rule{vaultEmpty},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Backup vault {value} does not exist",
	},
	resourcetypes.BackupPlan: {
		Name: &Name{Max: 50, Chars: backupChars},
		ID:   "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:backup:{region}:{account}:backup-plan:{id}", "version": "{lower48#version}",
		},
		OnUpdate: []string{"version"},
		Refs:     []Ref{{Path: "rules[].targetVaultName", To: resourcetypes.BackupVault}},
		Rules: []Rule{
			backupWindowsFit, backupLifecycleFits, validSchedule("rules[].schedule", "InvalidParameterValueException"),
		},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Backup plan {value} does not exist",
		InUse:    "InvalidRequestException: Related backup plan selections must be deleted prior to backup plan deletion",
	},
	resourcetypes.BackupSelection: {
		Name: &Name{Max: 50, Chars: backupChars},
		ID:   "{uuid}",
		Refs: []Ref{
			{Path: "planId", To: resourcetypes.BackupPlan, Holds: true},
			{Path: "iamRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "resources[]", To: resourcetypes.FileSystem, By: arn, Foreign: true},
		},
		Rules: []Rule{trusts("iamRoleArn", deliveries.BackupRole, "InvalidParameterValueException: IAM Role cannot be "+
			"assumed by AWS Backup")},
	},
	resourcetypes.BackupVaultLock: {
		ID:      "{.backupVaultName}",
		Outputs: Outputs{"backupVaultArn": "arn:{partition}:backup:{region}:{account}:backup-vault:{.backupVaultName}"},
		Refs:    []Ref{{Path: "backupVaultName", To: resourcetypes.BackupVault}},
		Rules:   []Rule{lockFits},
	},
}

// The bounds of the AWS Backup API.
const (
	shortestStart      = 60.0
	completionLead     = 60.0
	longestContinuous  = 35.0
	shortestColdDays   = 90.0
	shortestGrace      = 3.0
	longestLockSetting = 36500.0
)

// vaultEmpty: AWS refuses to delete a vault with recovery points. The provider deletes them
// first if it is told to.
func vaultEmpty(c *Call) error {
	if points, _ := prop.Number(c.Old, "recoveryPoints"); points > 0 && !prop.True(c.Old, "forceDestroy") {
		return Errorf("InvalidRequestException", "Backup vault cannot be deleted (contains %v recovery points)", points)
	}
	return nil
}

// backupWindowsFit: a job has an hour to begin in, and another to be done.
func backupWindowsFit(c *Call) error {
	for _, rule := range prop.Objects(c.Inputs, "rules[]") {
		start, given := prop.Number(rule, "startWindow")
		if !given {
			continue
		}
		if start < shortestStart {
			return Errorf("InvalidParameterValueException", "Invalid start window: minimum value is %v minutes", shortestStart)
		}
		if completion, given := prop.Number(rule, "completionWindow"); given && completion < start+completionLead {
			return Errorf("InvalidParameterValueException",
				"Value for CompletionWindowMinutes must be at least %v minutes greater than StartWindowMinutes", completionLead)
		}
	}
	return nil
}

// backupLifecycleFits: cold backups stay cold for 90 days, and continuous ones go back 35.
func backupLifecycleFits(c *Call) error {
	for _, rule := range prop.Objects(c.Inputs, "rules[]") {
		keep, kept := prop.Number(rule, "lifecycle.deleteAfter")
		if cold, moved := prop.Number(rule, "lifecycle.coldStorageAfter"); kept && moved && keep < cold+shortestColdDays {
			return Errorf("InvalidParameterValueException",
				"Invalid lifecycle. DeleteAfterDays cannot be less than %v days apart from MoveToColdStorageAfterDays",
				shortestColdDays)
		}
		if prop.True(rule, "enableContinuousBackup") && (!kept || keep > longestContinuous) {
			return Errorf("InvalidParameterValueException",
				"Invalid lifecycle. DeleteAfterDays of a continuous backup must be between 1 and %v", longestContinuous)
		}
	}
	return nil
}

// lockFits: a grace period makes a compliance lock, and AWS requires at least three days.
func lockFits(c *Call) error {
	grace, compliance := prop.Number(c.Inputs, "changeableForDays")
	if compliance && (grace < shortestGrace || grace > longestLockSetting) {
		return Errorf("InvalidParameterValueException", "ChangeableForDays must be between %v and %v", shortestGrace,
			longestLockSetting)
	}
	least, bounded := prop.Number(c.Inputs, "minRetentionDays")
	if bounded && (least < 1 || least > longestLockSetting) {
		return Errorf("InvalidParameterValueException", "MinRetentionDays must be between 1 and %v", longestLockSetting)
	}
	if most, limited := prop.Number(c.Inputs, "maxRetentionDays"); limited && most < least {
		return Errorf("InvalidParameterValueException", "MaxRetentionDays must not be less than MinRetentionDays")
	}
	return nil
}
