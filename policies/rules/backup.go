package rules

import "aws-webapp/policies/control"

func backups() []*control.Control {
	return []*control.Control{{
		Name: "backup-vault-customer-key", Subject: "AWS Backup", IDs: control.ParseIDs("K166+"),
		Title:    "Backup vaults are encrypted with a key of our own",
		Severity: control.Medium, Levels: mandatory, Types: []string{vaultType}, Present: []string{"aws:backup/vault:"},
		Risk: "With AWS's key, backups cannot be shared with a restore account, and the key cannot be revoked or audited",
		Fix:  "pass a key of our own as kmsKeyArn; changing it replaces the vault",
		Link: "https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
		Judge: func(c in) control.Result {
			return control.Want(ownKey(c, c.Get("kmsKeyArn")), "vault %s has no kmsKeyArn of our own", c.Name)
		},
	}}
}
