package components

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const databaseType = "aws-webapp:database:Database"

// DatabaseArgs describe a [Database].
type DatabaseArgs struct {
	// Scope of the stack.
	Scope Scope
	// SubnetIDs of the database tier, at least two in different zones.
	SubnetIDs pulumi.StringArrayInput
	// SecurityGroupID of the firewall's database group.
	SecurityGroupID pulumi.StringInput
	// DataKeyARN is the KMS key of the storage, the backups, the secret and Performance
	// Insights. A change replaces the instance.
	DataKeyARN pulumi.StringInput
	// LogKeyARN is the KMS key of the log groups.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the log groups, one of CloudWatch Logs' periods.
	LogRetentionDays int

	// Name of the database that is created, and Username of its owner. A change replaces
	// the instance.
	Name, Username string
	// EngineVersion of PostgreSQL: a major version such as 17, of which AWS takes its default
	// minor version, or a minor version. It decides at creation, and with RaiseVersion;
	// otherwise AWS alone raises the minor version, in the maintenance window.
	EngineVersion string
	// RaiseVersion brings an instance that is there to EngineVersion, which must be higher
	// than what it runs: RDS refuses to go back.
	RaiseVersion bool
	// AllowMajorVersionUpgrade lets RaiseVersion raise the major version, too. It goes with
	// ApplyImmediately: the old parameter group can be deleted only once the instance has
	// left it.
	AllowMajorVersionUpgrade bool
	// InstanceClass such as db.t3.small.
	InstanceClass string
	// AllocatedStorageGiB is the first size of the gp3 volume, 20 to 65536.
	AllocatedStorageGiB int
	// MaxAllocatedStorageGiB is where storage autoscaling ends, 0 to switch it off.
	MaxAllocatedStorageGiB int
	// MultiAZ keeps a standby in a second zone.
	MultiAZ bool
	// BackupRetentionDays of automated backups, 1 to 35.
	BackupRetentionDays int
	// ContinuousBackup says that AWS Backup owns the automated backups: it sets their
	// retention and window itself, and RDS refuses to change them from then on.
	ContinuousBackup bool
	// BackupWindow (hh:mm-hh:mm) and MaintenanceWindow (ddd:hh:mm-ddd:hh:mm) in UTC.
	BackupWindow, MaintenanceWindow string
	// ApplyImmediately changes the instance now and not in the maintenance window.
	ApplyImmediately bool
	// DeletionProtection refuses deletion at AWS and in Pulumi.
	DeletionProtection bool
	// FinalSnapshot keeps a last snapshot and the automated backups when the instance is
	// deleted. It is apart from DeletionProtection, which has to be lifted before.
	FinalSnapshot bool
	// PerformanceInsightsDays is 7, a multiple of 31 up to 713, or 731.
	PerformanceInsightsDays int
	// MonitoringIntervalSeconds of enhanced monitoring: 1, 5, 10, 15, 30 or 60.
	MonitoringIntervalSeconds int
	// RotationDays between rotations of the password, 1 to 1000.
	RotationDays int
	// LogMinDurationMilliseconds is how slow a statement must be to be logged; 0 logs all,
	// -1 none.
	LogMinDurationMilliseconds int
	// Parameters are further entries of the parameter group, or other values for the
	// program's own; rds.force_ssl stays 1.
	Parameters map[string]string
	// Alarms of the instance.
	Alarms DatabaseAlarms
}

// Database is a PostgreSQL instance on RDS. RDS makes, keeps and rotates the owner's
// password in Secrets Manager, so that it is in no state and no configuration.
type Database struct {
	pulumi.ResourceState

	// Identifier of the instance, and its ARN.
	Identifier, ARN string
	// Address is the host name. It stays the same through failovers and restarts.
	Address pulumi.StringOutput
	// Endpoint is address:port.
	Endpoint pulumi.StringOutput
	// Port that PostgreSQL listens on.
	Port int
	// SecretARN of the secret with the keys username and password.
	SecretARN pulumi.StringOutput
	// LogGroupNames of what the instance logs.
	LogGroupNames []string
	// PostgreSQLLogGroupName is the one among them that PostgreSQL's own log goes to.
	PostgreSQLLogGroupName string
	// AlarmNames of the alarms.
	AlarmNames []string

	args           DatabaseArgs
	subnetGroup    *rds.SubnetGroup
	parameterGroup *rds.ParameterGroup
	monitoringRole *iam.Role
	instance       *rds.Instance
	// before is what must exist before the instance, though no property of it says so.
	before []pulumi.Resource
}

// NewDatabase makes a [Database].
func NewDatabase(ctx *pulumi.Context, name string, args *DatabaseArgs, opts ...pulumi.ResourceOption) (*Database, error) {
	d := &Database{Port: postgresPort}
	if args != nil {
		d.args = *args
	}
	d.Identifier = d.args.Scope.Name(NameDBIdentifier, name)
	d.ARN = d.args.Scope.ARN("rds", "db:"+d.Identifier)
	if err := errors.Join(d.args.validate(), d.validateIdentifier()); err != nil {
		return nil, fmt.Errorf("database %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(databaseType, name, d, opts...); err != nil {
		return nil, fmt.Errorf("database %q: register: %w", name, err)
	}
	for _, step := range []struct {
		name   string
		create func(*pulumi.Context, string) error
	}{
		{"create subnet group", d.createSubnetGroup},
		{"create parameter group", d.createParameterGroup},
		{"create log groups", d.createLogGroups},
		{"create monitoring role", d.createMonitoringRole},
		{"create instance", d.createInstance},
		{"schedule rotation", d.scheduleRotation},
		{"create alarms", d.createAlarms},
		{"subscribe to events", d.subscribeToEvents},
	} {
		if err := step.create(ctx, name); err != nil {
			return nil, fmt.Errorf("database %q: %s: %w", name, step.name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(d, pulumi.Map{
		"identifier":    pulumi.String(d.Identifier),
		"arn":           pulumi.String(d.ARN),
		"address":       d.Address,
		"endpoint":      d.Endpoint,
		"port":          pulumi.Int(d.Port),
		"secretArn":     d.SecretARN,
		"logGroupNames": pulumi.ToStringArray(d.LogGroupNames),
	}); err != nil {
		return nil, fmt.Errorf("database %q: register outputs: %w", name, err)
	}
	return d, nil
}

// monitoringIntervals in seconds, that enhanced monitoring offers.
var monitoringIntervals = []int{1, 5, 10, 15, 30, 60}

var (
	// engineVersionPattern takes the versions since 10, of which the first number is the
	// major version.
	engineVersionPattern = regexp.MustCompile(`^([1-9]\d)(\.\d+)?$`)
	identifierPattern    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

func (a DatabaseArgs) validate() error {
	errs := errorList{a.Scope.validate()}
	for _, argument := range []struct {
		name, give string
		missing    bool
	}{
		{"SubnetIDs", "the network's database subnets", a.SubnetIDs == nil},
		{"SecurityGroupID", "the firewall's database group", a.SecurityGroupID == nil},
		{"DataKeyARN", "the KMS key for the data", a.DataKeyARN == nil},
		{"LogKeyARN", "the KMS key for the log groups", a.LogKeyARN == nil},
		{"Name", "the name of the database to create", a.Name == ""},
		{"Username", "the name of its owner", a.Username == ""},
		{"InstanceClass", "a class such as db.t3.small", a.InstanceClass == ""},
		{"BackupWindow", "hours in UTC such as 03:00-04:00", a.BackupWindow == ""},
		{"MaintenanceWindow", "days and hours in UTC such as sun:04:30-sun:05:30", a.MaintenanceWindow == ""},
	} {
		errs.addf(argument.missing, "%s is missing: give %s", argument.name, argument.give)
	}
	errs.addf(!engineVersionPattern.MatchString(a.EngineVersion),
		"EngineVersion is %q: give a PostgreSQL version since 10, a major one such as 17 or a minor one of it",
		a.EngineVersion)
	errs.addf(a.AllowMajorVersionUpgrade && !a.ApplyImmediately,
		"AllowMajorVersionUpgrade is set without ApplyImmediately: set both for the update that raises the major version")
	errs.outside("AllocatedStorageGiB", a.AllocatedStorageGiB, 20, 65536)
	errs.addf(a.MaxAllocatedStorageGiB != 0 && a.MaxAllocatedStorageGiB <= a.AllocatedStorageGiB,
		"MaxAllocatedStorageGiB is %d: give more than AllocatedStorageGiB, %d, or 0 for no autoscaling",
		a.MaxAllocatedStorageGiB, a.AllocatedStorageGiB)
	errs.outside("BackupRetentionDays", a.BackupRetentionDays, 1, 35)
	days := a.PerformanceInsightsDays
	errs.addf(days != 7 && days != 731 && (days < 31 || days > 713 || days%31 != 0),
		"PerformanceInsightsDays is %d: allowed are 7, multiples of 31 up to 713, and 731", days)
	errs.addf(!slices.Contains(monitoringIntervals, a.MonitoringIntervalSeconds),
		"MonitoringIntervalSeconds is %d: allowed are %v", a.MonitoringIntervalSeconds, monitoringIntervals)
	errs.outside("RotationDays", a.RotationDays, 1, 1000)
	errs.addf(a.LogMinDurationMilliseconds < -1,
		"LogMinDurationMilliseconds is %d: give milliseconds, 0 for every statement or -1 for none", a.LogMinDurationMilliseconds)
	forceSSL, given := a.Parameters[forceSSLParameter]
	errs.addf(given && forceSSL != "1",
		"Parameters sets %s to %q: leave it out, it stays 1 and connections stay encrypted", forceSSLParameter, forceSSL)
	errs = append(errs, a.Alarms.validate())
	return errors.Join(errs...)
}

// validateIdentifier finds names of projects and stacks that RDS does not accept.
func (d *Database) validateIdentifier() error {
	if identifierPattern.MatchString(d.Identifier) {
		return nil
	}
	return fmt.Errorf("RDS does not accept the identifier %q: name project, stack and component with letters, digits "+
		"and single inner hyphens, a letter first", d.Identifier)
}
