package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// SSLMode is libpq's setting for how strictly a client checks the server.
type SSLMode string

// The modes that encrypt. [SSLVerifyFull] also needs the RDS certificate bundle in the
// image.
const (
	SSLRequire    SSLMode = "require"
	SSLVerifyFull SSLMode = "verify-full"
)

// Database is the PostgreSQL instance. RDS creates, stores and rotates its password in Secrets
// Manager; no key holds one. Limits are those of the RDS API's CreateDBInstance.
type Database struct {
	// Name of the database to create, 1 to 63 letters, digits and underscores, but no word that
	// PostgreSQL or RDS reserves. Changing it replaces the instance: see allowReplacement. Default
	// app.
	Name string `json:"name" allowed:"<database name>"`
	// Username of the owner, 1 to 63 letters, digits and underscores, but no reserved or default
	// name. Changing it replaces the instance: see allowReplacement. Default app_owner.
	Username string `json:"username" allowed:"<database user>"`
	// EngineVersion is a major version of PostgreSQL in quotes, for which AWS picks the default
	// minor version and raises it later; or a minor version, which AWS retires after about a year.
	// Versions that AWS has retired are refused. An instance can be upgraded but never downgraded:
	// a lower minor version is ignored, a higher one applied; for a higher major version see
	// allowMajorVersionUpgrade. Default 17.
	EngineVersion string `json:"engineVersion" wholeNumber:"true" allowed:"<PostgreSQL version>"`
	// InstanceClass such as db.t3.small. Default db.t3.small.
	InstanceClass string `json:"instanceClass" allowed:"<instance class>"`
	// AllocatedStorageGiB is the first size of the gp3 volume, 20 to 65536. Default 20.
	AllocatedStorageGiB int `json:"allocatedStorageGiB" allowed:"20 to 65536"`
	// MaxAllocatedStorageGiB is the limit of storage autoscaling, 22 to 65536 and at least 10 %
	// above the first size, 0 to switch it off. Default 100.
	MaxAllocatedStorageGiB int `json:"maxAllocatedStorageGiB" allowed:"0, 22 to 65536"`
	// MultiAZ keeps a standby in a second zone. Default true; prod demands it.
	MultiAZ bool `json:"multiAz"`
	// BackupRetentionDays of automated backups, 1 to 35. Default 7; prod demands 7.
	BackupRetentionDays int `json:"backupRetentionDays" allowed:"1 to 35"`
	// BackupWindow in UTC, hh:mm-hh:mm, at least 30 minutes. Default 03:00-04:00.
	BackupWindow string `json:"backupWindow" allowed:"<daily window>"`
	// MaintenanceWindow in UTC, ddd:hh:mm-ddd:hh:mm, 30 minutes to 24 hours, not
	// overlapping the backups. Default sun:04:30-sun:05:30.
	MaintenanceWindow string `json:"maintenanceWindow" allowed:"<weekly window>"`
	// DeletionProtection prevents deletion, in AWS and in Pulumi. Default true; prod demands it.
	DeletionProtection bool `json:"deletionProtection"`
	// AllowReplacement allows a change of name or username to replace the instance by an empty
	// one. Without it such a change is refused. Default false; prod refuses it.
	AllowReplacement bool `json:"allowReplacement"`
	// FinalSnapshot keeps a last snapshot and the automated backups when the instance is
	// deleted. Default true; prod demands it.
	FinalSnapshot bool `json:"finalSnapshot"`
	// ApplyImmediately changes the instance now instead of in the maintenance window. Default
	// false.
	ApplyImmediately bool `json:"applyImmediately"`
	// AllowMajorVersionUpgrade must be true for the one update that raises the major
	// version, with applyImmediately. Default false.
	AllowMajorVersionUpgrade bool `json:"allowMajorVersionUpgrade"`
	// PerformanceInsightsDays that CloudWatch Database Insights looks back: 7, a multiple of 31
	// up to 713, or 731. Default 7.
	PerformanceInsightsDays int `json:"performanceInsightsDays" allowed:"7, multiples of 31 up to 713, 731"`
	// MonitoringIntervalSeconds of enhanced monitoring: 1, 5, 10, 15, 30 or 60. Default 60.
	MonitoringIntervalSeconds int `json:"monitoringIntervalSeconds" allowed:"1, 5, 10, 15, 30, 60"`
	// RotationDays between password rotations, 1 to 90. Default 30.
	RotationDays int `json:"rotationDays" allowed:"1 to 90"`
	// SSLMode that services put in DATABASE_URL: require or verify-full. Default require.
	SSLMode SSLMode `json:"sslMode" allowed:"require, verify-full"`
	// LogMinDurationMilliseconds is the duration from which a statement is logged, -1 to
	// 2147483647: 0 logs all, -1 none. Default 500.
	LogMinDurationMilliseconds int `json:"logMinDurationMilliseconds" allowed:"-1 to 2147483647"`
	// Parameters holds further parameter group entries by name. rds.force_ssl cannot be lowered.
	Parameters map[string]string `json:"parameters" keys:"<parameter name>" allowed:"<parameter value>"`
}

func (d *Database) defaults() {
	*d = Database{
		Name:                       "app",
		Username:                   "app_owner",
		EngineVersion:              "17",
		InstanceClass:              "db.t3.small",
		AllocatedStorageGiB:        20,
		MaxAllocatedStorageGiB:     100,
		MultiAZ:                    true,
		BackupRetentionDays:        7,
		BackupWindow:               "03:00-04:00",
		MaintenanceWindow:          "sun:04:30-sun:05:30",
		DeletionProtection:         true,
		FinalSnapshot:              true,
		PerformanceInsightsDays:    7,
		MonitoringIntervalSeconds:  60,
		RotationDays:               30,
		SSLMode:                    SSLRequire,
		LogMinDurationMilliseconds: 500,
	}
}

func (d *Database) validate(v *validation, at path) {
	d.validateNames(v, at)
	d.validateVersion(v, at)
	d.validateStorage(v, at)
	v.windows(at, "backupWindow", d.BackupWindow, d.MaintenanceWindow, shortestWindow)
	d.validateParameters(v, at.key("parameters"))
	d.validateProd(v, at)
}

// fewestProdBackupDays allows finding a mistake after a week.
const fewestProdBackupDays = 7

func (d *Database) validateProd(v *validation, at path) {
	v.inProd(!d.MultiAZ, at.key("multiAz"),
		"false", "true in prod", "set true, so that the loss of a zone does not stop the database")
	v.inProd(!d.DeletionProtection, at.key("deletionProtection"),
		"false", "true in prod", "set true, so that no slip deletes the data")
	v.inProd(d.AllowReplacement, at.key("allowReplacement"),
		"true", "false in prod", "set false, so that no changed name empties the database")
	v.inProd(!d.FinalSnapshot, at.key("finalSnapshot"),
		"false", "true in prod", "set true, so that the data outlive the instance")
	v.inProd(d.BackupRetentionDays < fewestProdBackupDays, at.key("backupRetentionDays"),
		show(d.BackupRetentionDays), "7 to 35 in prod", "set 7 or more")
}

func (d *Database) validateNames(v *validation, at path) {
	if reservedDatabaseName(d.Name) {
		v.add(at.key("name"), quote(d.Name), "a name that PostgreSQL and RDS do not reserve",
			fmt.Sprintf("choose another, such as %s_data", strings.ToLower(d.Name)))
	}
	if reservedDatabaseUser(d.Username) {
		v.add(at.key("username"), quote(d.Username), "a name that is neither reserved nor the first one to be guessed",
			"choose another, such as app_owner")
	}
}

func (d *Database) validateStorage(v *validation, at path) {
	limit := at.key("maxAllocatedStorageGiB")
	if !v.sound(at.key("allocatedStorageGiB")) || d.MaxAllocatedStorageGiB == 0 {
		return
	}
	if least := (d.AllocatedStorageGiB*11 + 9) / 10; d.MaxAllocatedStorageGiB < least {
		v.add(limit, show(d.MaxAllocatedStorageGiB),
			fmt.Sprintf("0, or %d and more (10 %% above allocatedStorageGiB)", least),
			fmt.Sprintf("set %d or more, or 0 to switch storage autoscaling off", least))
	}
}

// programParameters lists the parameters that other keys or the program itself set.
var programParameters = map[string]string{
	"log_min_duration_statement": "set logMinDurationMilliseconds instead",
	"rds.force_ssl":              "remove it: the program sets it to 1",
}

func (d *Database) validateParameters(v *validation, at path) {
	for _, name := range slices.Sorted(maps.Keys(programParameters)) {
		value, given := d.Parameters[name]
		if !given || name == "rds.force_ssl" && value == "1" {
			continue
		}
		v.add(at.entry(name), quote(value), "parameters that the program does not set", programParameters[name])
	}
}
