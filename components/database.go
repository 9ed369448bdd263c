package components

import (
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
	// SecurityGroupID of the database.
	SecurityGroupID pulumi.StringInput
	// DataKeyARN is the KMS key of the storage, the backups, the secret and Performance
	// Insights. A change replaces the instance.
	DataKeyARN pulumi.StringInput
	// LogKeyARN is the KMS key of the log groups.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the log groups, one of CloudWatch Logs' periods.
	LogRetentionDays int

	// Name of the database to create, and Username of its owner. A change replaces the instance.
	Name, Username string
	// EngineVersion of PostgreSQL: a minor version, or a major version such as 17, for which AWS
	// picks the default minor version. It applies at creation, and with RaiseVersion; otherwise
	// only AWS raises the minor version, in the maintenance window.
	EngineVersion string
	// RaiseVersion upgrades an existing instance to EngineVersion, which must be higher than its
	// current version: RDS cannot downgrade.
	RaiseVersion bool
	// AllowMajorVersionUpgrade lets RaiseVersion raise the major version, too. It needs
	// ApplyImmediately: the old parameter group can only be deleted once the instance no longer
	// uses it.
	AllowMajorVersionUpgrade bool
	// InstanceClass such as db.t3.small.
	InstanceClass string
	// AllocatedStorageGiB is the first size of the gp3 volume.
	AllocatedStorageGiB int
	// MaxAllocatedStorageGiB is the limit of storage autoscaling; 0 switches it off.
	MaxAllocatedStorageGiB int
	// MultiAZ keeps a standby in a second zone.
	MultiAZ bool
	// BackupRetentionDays of automated backups.
	BackupRetentionDays int
	// ContinuousBackup says that AWS Backup manages the automated backups: it sets their retention
	// and window, and RDS then refuses to change them.
	ContinuousBackup bool
	// BackupWindow (hh:mm-hh:mm) and MaintenanceWindow (ddd:hh:mm-ddd:hh:mm) in UTC.
	BackupWindow, MaintenanceWindow string
	// ApplyImmediately changes the instance now instead of in the maintenance window.
	ApplyImmediately bool
	// DeletionProtection prevents deletion, in AWS and in Pulumi.
	DeletionProtection bool
	// FinalSnapshot keeps a last snapshot and the automated backups when the instance is deleted.
	// It is independent of DeletionProtection, which has to be lifted first.
	FinalSnapshot bool
	// PerformanceInsightsDays is the retention of Performance Insights.
	PerformanceInsightsDays int
	// MonitoringIntervalSeconds of enhanced monitoring.
	MonitoringIntervalSeconds int
	// RotationDays between rotations of the password.
	RotationDays int
	// LogMinDurationMilliseconds is the duration from which a statement is logged; 0 logs all, -1
	// none.
	LogMinDurationMilliseconds int
	// Parameters holds further entries of the parameter group, or other values for the program's
	// own entries; rds.force_ssl stays 1.
	Parameters map[string]string
	// Alarms of the instance.
	Alarms DatabaseAlarms
}

// Database is a PostgreSQL instance on RDS. RDS creates, stores and rotates the owner's
// password in Secrets Manager: neither state nor configuration contains it.
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
	// LogGroupNames of the instance's logs.
	LogGroupNames []string
	// PostgreSQLLogGroupName is the log group of PostgreSQL's own log.
	PostgreSQLLogGroupName string
	alarms

	args           DatabaseArgs
	subnetGroup    *rds.SubnetGroup
	parameterGroup *rds.ParameterGroup
	monitoringRole *iam.Role
	instance       *rds.Instance
	// before lists resources that must exist before the instance although none of its properties
	// refers to them.
	before []pulumi.Resource
}

// NewDatabase makes a [Database].
func NewDatabase(
	ctx *pulumi.Context, name string, args *DatabaseArgs, opts ...pulumi.ResourceOption,
) (*Database, error) {
	d := &Database{Port: postgresPort, args: given(args)}
	d.Identifier = d.args.Scope.Name(NameDBIdentifier, name)
	d.ARN = d.args.Scope.ARN("rds", "db:"+d.Identifier)
	return construct(ctx, name, d, opts, construction{
		kind: "database", token: databaseType, wrong: check(d.args),
		steps: []step{
			{"create subnet group", d.createSubnetGroup},
			{"create parameter group", d.createParameterGroup},
			{"create log groups", d.createLogGroups},
			{"create monitoring role", d.createMonitoringRole},
			{"create instance", d.createInstance},
			{"schedule rotation", d.scheduleRotation},
			{"create alarms", d.createAlarms},
			{"report events", d.reportEvents},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"identifier":    pulumi.String(d.Identifier),
				"arn":           pulumi.String(d.ARN),
				"address":       d.Address,
				"endpoint":      d.Endpoint,
				"port":          pulumi.Int(d.Port),
				"secretArn":     d.SecretARN,
				"logGroupNames": pulumi.ToStringArray(d.LogGroupNames),
			}
		},
	})
}
