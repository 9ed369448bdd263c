package config

// SSLMode is libpq's name for how strictly a client checks the server.
type SSLMode string

// The modes that encrypt. [SSLVerifyFull] also needs the RDS certificate bundle in the
// image.
const (
	SSLRequire    SSLMode = "require"
	SSLVerifyFull SSLMode = "verify-full"
)

// Database is the PostgreSQL instance. Its password is made, kept and rotated by RDS in
// Secrets Manager; no key holds one.
type Database struct {
	// Name of the database that is created, 1 to 63 letters, digits and underscores. Default app.
	Name string `json:"name"`
	// Username of the owner, 1 to 63, none of the reserved or default names. Default app_owner.
	Username string `json:"username"`
	// EngineVersion is a PostgreSQL version that AWS still creates. Default 16.10.
	EngineVersion string `json:"engineVersion"`
	// InstanceClass such as db.t3.small, the default.
	InstanceClass string `json:"instanceClass"`
	// AllocatedStorageGiB is the first size of the gp3 volume, 20 to 65536. Default 20.
	AllocatedStorageGiB int `json:"allocatedStorageGiB"`
	// MaxAllocatedStorageGiB is where storage autoscaling ends, at least 10 % above the
	// first size, 0 to switch it off. Default 100.
	MaxAllocatedStorageGiB int `json:"maxAllocatedStorageGiB"`
	// MultiAZ keeps a standby in a second zone. Default true; prod demands it.
	MultiAZ bool `json:"multiAz"`
	// BackupRetentionDays of automated backups, 1 to 35. Default 7; prod demands 7.
	BackupRetentionDays int `json:"backupRetentionDays"`
	// BackupWindow in UTC, hh:mm-hh:mm, at least 30 minutes. Default 03:00-04:00.
	BackupWindow string `json:"backupWindow"`
	// MaintenanceWindow in UTC, ddd:hh:mm-ddd:hh:mm, not overlapping the backups.
	// Default sun:04:30-sun:05:30.
	MaintenanceWindow string `json:"maintenanceWindow"`
	// DeletionProtection refuses deletion at AWS and in Pulumi, and takes a final
	// snapshot when it is lifted. Default true; prod demands it.
	DeletionProtection bool `json:"deletionProtection"`
	// ApplyImmediately changes the instance now and not in the maintenance window.
	// Default false.
	ApplyImmediately bool `json:"applyImmediately"`
	// AllowMajorVersionUpgrade must be true for the one update that raises the major
	// version. Default false.
	AllowMajorVersionUpgrade bool `json:"allowMajorVersionUpgrade"`
	// PerformanceInsightsDays is 7, a multiple of 31 up to 713, or 731. Default 7.
	PerformanceInsightsDays int `json:"performanceInsightsDays"`
	// MonitoringIntervalSeconds of enhanced monitoring: 1, 5, 10, 15, 30 or 60. Default 60.
	MonitoringIntervalSeconds int `json:"monitoringIntervalSeconds"`
	// RotationDays between password rotations, 1 to 90. Default 30.
	RotationDays int `json:"rotationDays"`
	// SSLMode that services put in DATABASE_URL: require or verify-full. Default require.
	SSLMode SSLMode `json:"sslMode"`
	// LogMinDurationMilliseconds is how slow a statement must be to be logged, 0 for
	// all, -1 for none. Default 500.
	LogMinDurationMilliseconds int `json:"logMinDurationMilliseconds"`
	// Parameters are further parameter group entries by name. rds.force_ssl cannot be
	// lowered.
	Parameters map[string]string `json:"parameters"`
}
