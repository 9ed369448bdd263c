package stack

import (
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// judgeRemoval: removing something protected takes two steps. Pulumi also refuses to do it in one,
// but its error names a resource and not the key.
func (w *workload) judgeRemoval() config.Errors {
	var errs config.Errors
	for _, part := range []struct {
		token, name            string
		enabled, given         bool
		key, what, protectedBy string
	}{
		{
			resourcetypes.Bucket, "audit", w.cfg.AuditTrail.Enabled, w.cfg.Storage.ForceDestroy,
			"auditTrail.enabled", "the trail's bucket and the evidence in it", "storage.forceDestroy",
		},
		{
			resourcetypes.BackupVault, "backup", w.cfg.Backup.Enabled, w.cfg.Backup.ForceDestroy,
			"backup.enabled", "the vault and the backups in it", "backup.forceDestroy",
		},
	} {
		if _, there := w.was.Find(part.token, part.name); !there || part.enabled || part.given {
			continue
		}
		errs = append(errs, &config.Error{
			Key: w.scope.Project + ":" + part.key, Found: "false",
			Allowed: "true while " + part.what + " are protected",
			Fix: "set " + part.protectedBy + " to true and deploy that first; where environment is prod, " +
				"which forbids it, that is a decision to take the environment down",
		})
	}
	return errs
}
