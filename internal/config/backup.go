package config

import "fmt"

// LockMode is the kind of lock on a vault's recovery points.
type LockMode string

// The modes. A [LockGovernance] lock can be removed with the right permissions; nobody can
// remove a [LockCompliance] lock once its grace period is over.
const (
	LockNone       LockMode = "none"
	LockGovernance LockMode = "governance"
	LockCompliance LockMode = "compliance"
)

// Backup copies the database into an AWS Backup vault every day. The copies survive the
// instance and, under a lock, people who may delete its snapshots. RDS's own automated backups
// continue. Limits are those of the AWS Backup API.
type Backup struct {
	// Enabled makes the vault and the plan. Default true; prod demands it.
	Enabled bool `json:"enabled"`
	// StartTime in UTC, hh:mm in quotes; a backup starts within the hour after it. The hour must
	// end an hour before database.maintenanceWindow and must not overlap database.backupWindow, in
	// which RDS takes no other snapshot. Default 06:00.
	StartTime string `json:"startTime" allowed:"<time of day>"`
	// RetentionDays of the daily backups, 1 to 36500. Default 35.
	RetentionDays int `json:"retentionDays" allowed:"1 to 36500"`
	// MonthlyRetentionDays of the backup of each month's first day, 0 to 36500 and more
	// than RetentionDays, 0 for none. Default 0.
	MonthlyRetentionDays int `json:"monthlyRetentionDays" allowed:"0 to 36500"`
	// Continuous hands RDS's automated backups, and with them point-in-time recovery, over to AWS
	// Backup, whose vault then protects them, too. They are still kept for
	// database.backupRetentionDays, but the program no longer sets their window. Default false.
	Continuous bool `json:"continuous"`
	// ForceDestroy makes destroy delete the recovery points with the vault. Never allowed in prod.
	// Default false.
	ForceDestroy bool `json:"forceDestroy"`
	// Lock of the vault.
	Lock BackupLock `json:"lock"`
}

func (b *Backup) defaults() {
	*b = Backup{
		Enabled:       true,
		StartTime:     "06:00",
		RetentionDays: 35,
		Lock: BackupLock{
			Mode:             LockNone,
			MinRetentionDays: 1,
		},
	}
}

// BackupLock keeps recovery points from being deleted, or their retention from being
// changed, before they expire.
type BackupLock struct {
	// Mode is none, governance or compliance. A governance lock can be removed with the permission
	// backup:DeleteBackupVaultLockConfiguration. Nobody, not even root or AWS, can remove a
	// compliance lock after GraceDays: the vault then stays, and costs money, until its last
	// recovery point expires. Default none.
	Mode LockMode `json:"mode" allowed:"none, governance, compliance"`
	// MinRetentionDays below which the vault refuses a backup, 1 to 36500. Default 1.
	MinRetentionDays int `json:"minRetentionDays" allowed:"1 to 36500"`
	// MaxRetentionDays above which the vault refuses a backup, 0 to 36500, 0 for no limit. Default
	// 0.
	MaxRetentionDays int `json:"maxRetentionDays" allowed:"0 to 36500"`
	// GraceDays in which a compliance lock can still be removed, 3 to 36500; they begin when it is
	// created. Only for compliance, 0 otherwise. Default 0.
	GraceDays int `json:"graceDays" allowed:"0, 3 to 36500"`
	// Irreversible must be true for compliance, to confirm that this cannot be undone. Default
	// false.
	Irreversible bool `json:"irreversible"`
}

const (
	// backupStartMinutes is the shortest window that AWS Backup has for starting a job.
	backupStartMinutes = 60
	// maintenanceLeadMinutes is the time before its maintenance window in which a database takes
	// no snapshot.
	maintenanceLeadMinutes = 60
)

func (b *Backup) validate(v *validation, at path) {
	v.inProd(!b.Enabled, at.key("enabled"),
		"false", "true in prod", "set true, so that backups outlive the instance and whoever deletes its snapshots")
	v.inProd(b.ForceDestroy, at.key("forceDestroy"),
		"true", "false in prod", "set false, so that destroy leaves the recovery points alone")
	if !b.Enabled {
		return
	}
	monthly, mode := at.key("monthlyRetentionDays"), at.key("lock").key("mode")
	if v.sound(at.key("retentionDays")) && b.MonthlyRetentionDays > 0 && b.MonthlyRetentionDays <= b.RetentionDays {
		v.add(monthly, show(b.MonthlyRetentionDays), fmt.Sprintf("0, or more than the %d of backup.retentionDays",
			b.RetentionDays),
			"raise it, or set 0: the daily backups are kept as long")
	}
	if b.Lock.Mode == LockCompliance && b.ForceDestroy {
		v.add(mode, quote(string(b.Lock.Mode)), "none or governance with backup.forceDestroy",
			"set forceDestroy to false: AWS deletes nothing that a compliance lock holds")
	}
}

// validate makes sure that nobody locks a vault for ever by accident.
func (l *BackupLock) validate(v *validation, at path) {
	mode, grace := at.key("mode"), at.key("graceDays")
	if !v.config.Backup.Enabled || !v.sound(grace) {
		return
	}
	if l.Mode != LockCompliance {
		if l.GraceDays != 0 || l.Irreversible {
			v.add(mode, quote(string(l.Mode)), "compliance with graceDays and irreversible", "set compliance, or remove the two")
		}
		return
	}
	if !l.Irreversible {
		v.add(mode, quote(string(l.Mode)), "compliance with backup.lock.irreversible: true alone",
			"set irreversible to true if you are sure: after the days of grace nobody lifts the lock, shortens a retention or "+
				"deletes the vault; governance can be lifted")
	}
	if l.GraceDays == 0 {
		v.add(grace, "0", "3 to 36500 with compliance", "set the days in which the lock can still be lifted, such as 14")
	}
}

// validateBackup compares the plan with the database's own windows and retention.
func (c *Config) validateBackup(v *validation, at path) {
	if !c.Backup.Enabled {
		return
	}
	c.validateBackupStart(v, at)
	if c.Backup.Lock.Mode != LockNone {
		c.validateLockedRetention(v, at)
	}
}

// validateBackupStart refuses a time at which RDS would let every job wait until it expires.
func (c *Config) validateBackupStart(v *validation, at path) {
	start, database := at.key("backup").key("startTime"), at.key("database")
	if !v.sound(database.key("backupWindow"), database.key("maintenanceWindow")) {
		return
	}
	hour := window{start: minuteOfDay(c.Backup.StartTime), length: backupStartMinutes}
	if !c.Backup.Continuous && hour.meetsDaily(parseDailyWindow(c.Database.BackupWindow)) {
		v.add(start, quote(c.Backup.StartTime), "an hour apart from database.backupWindow, "+c.Database.BackupWindow+
			" every day",
			"move one of them")
	}
	if parseWeeklyWindow(c.Database.MaintenanceWindow).earlier(maintenanceLeadMinutes).overlapsDaily(hour) {
		v.add(start, quote(c.Backup.StartTime),
			"an hour that ends an hour before database.maintenanceWindow, "+c.Database.MaintenanceWindow+", or begins after it",
			"move one of them: RDS takes no snapshot then")
	}
}

// validateLockedRetention compares the lock with the plan's retention: AWS Backup fails every
// job that the lock does not accept.
func (c *Config) validateLockedRetention(v *validation, at path) {
	backup, days := at.key("backup"), at.key("database").key("backupRetentionDays")
	least, most := backup.key("lock").key("minRetentionDays"), backup.key("lock").key("maxRetentionDays")
	if !v.sound(backup.key("retentionDays"), backup.key("monthlyRetentionDays"), days) {
		return
	}
	shortest, of := c.Backup.RetentionDays, "backup.retentionDays"
	if c.Backup.Continuous && c.Database.BackupRetentionDays < shortest {
		shortest, of = c.Database.BackupRetentionDays, "database.backupRetentionDays"
	}
	if lock := c.Backup.Lock.MinRetentionDays; lock > shortest {
		v.add(least, show(lock), fmt.Sprintf("at most the %d of %s", shortest, of),
			"lower it, or keep backups longer: AWS Backup fails jobs that the lock does not take")
	}
	longest := max(c.Backup.RetentionDays, c.Backup.MonthlyRetentionDays)
	if lock := c.Backup.Lock.MaxRetentionDays; lock != 0 && lock < longest {
		v.add(most, show(lock), fmt.Sprintf("0, or at least the %d days that backups are kept", longest),
			"raise it, or keep backups for a shorter time: AWS Backup fails jobs that the lock does not take")
	}
}
