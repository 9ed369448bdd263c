package components

import (
	"crypto/sha256"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	databaseEngine = "postgres"
	// databaseLifecycle keeps AWS from enrolling the instance in Extended Support, which costs
	// extra, when the major version's standard support ends: AWS upgrades the instance instead. It
	// can only be set at creation (RDS User Guide, "Creating a DB instance with Amazon RDS
	// Extended Support").
	databaseLifecycle = "open-source-rds-extended-support-disabled"
	// databaseCA signs the server's certificate until 2061. Clients that verify it need the bundle
	// that AWS publishes.
	databaseCA = "rds-ca-rsa2048-g1"
)

// Multi-AZ instances with encrypted storage take longer than the provider waits by
// default, and a final snapshot longer still.
var databaseTimeouts = pulumi.CustomTimeouts{Create: "60m", Update: "80m", Delete: "60m"}

func (d *Database) createSubnetGroup(ctx *pulumi.Context, name string) (err error) {
	d.subnetGroup, err = rds.NewSubnetGroup(ctx, autoNamed(NameSubnetGroup, name), &rds.SubnetGroupArgs{
		Description: pulumi.String("Database tier of " + d.Identifier),
		SubnetIds:   d.args.SubnetIDs,
		Tags:        named(name),
	}, pulumi.Parent(d))
	return err
}

// createInstance fixes the identifier, because RDS derives the names of the log groups from it.
// No property that replaces an instance (name, owner, key) depends on generated names of other
// resources.
func (d *Database) createInstance(ctx *pulumi.Context, name string) error {
	args := &rds.InstanceArgs{
		Identifier:               pulumi.String(d.Identifier),
		Engine:                   pulumi.String(databaseEngine),
		EngineVersion:            pulumi.String(d.args.EngineVersion),
		EngineLifecycleSupport:   pulumi.String(databaseLifecycle),
		AutoMinorVersionUpgrade:  pulumi.Bool(true),
		AllowMajorVersionUpgrade: pulumi.Bool(d.args.AllowMajorVersionUpgrade),
		ApplyImmediately:         pulumi.Bool(d.args.ApplyImmediately),
		InstanceClass:            pulumi.String(d.args.InstanceClass),
		MultiAz:                  pulumi.Bool(d.args.MultiAZ),
		ParameterGroupName:       d.parameterGroup.Name,

		StorageType:         pulumi.String("gp3"),
		AllocatedStorage:    pulumi.Int(d.args.AllocatedStorageGiB),
		MaxAllocatedStorage: pulumi.Int(d.args.MaxAllocatedStorageGiB),
		StorageEncrypted:    pulumi.Bool(true),
		KmsKeyId:            d.args.DataKeyARN,

		DbSubnetGroupName:   d.subnetGroup.Name,
		VpcSecurityGroupIds: pulumi.StringArray{d.args.SecurityGroupID},
		PubliclyAccessible:  pulumi.Bool(false),
		Port:                pulumi.Int(d.Port),
		CaCertIdentifier:    pulumi.String(databaseCA),

		DbName:                           pulumi.String(d.args.Name),
		Username:                         pulumi.String(d.args.Username),
		ManageMasterUserPassword:         pulumi.Bool(true),
		MasterUserSecretKmsKeyId:         d.args.DataKeyARN,
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),

		BackupRetentionPeriod:  pulumi.Int(d.args.BackupRetentionDays),
		BackupWindow:           pulumi.String(d.args.BackupWindow),
		MaintenanceWindow:      pulumi.String(d.args.MaintenanceWindow),
		CopyTagsToSnapshot:     pulumi.Bool(true),
		DeleteAutomatedBackups: pulumi.Bool(!d.args.FinalSnapshot),
		SkipFinalSnapshot:      pulumi.Bool(!d.args.FinalSnapshot),
		DeletionProtection:     pulumi.Bool(d.args.DeletionProtection),

		EnabledCloudwatchLogsExports:       pulumi.ToStringArray(databaseLogs),
		MonitoringInterval:                 pulumi.Int(d.args.MonitoringIntervalSeconds),
		MonitoringRoleArn:                  d.monitoringRole.Arn,
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsKmsKeyId:        d.args.DataKeyARN,
		PerformanceInsightsRetentionPeriod: pulumi.Int(d.args.PerformanceInsightsDays),

		Tags: named(d.Identifier),
	}
	if d.args.FinalSnapshot {
		args.FinalSnapshotIdentifier = d.finalSnapshot()
	}
	instance, err := rds.NewInstance(ctx, name, args, d.instanceOptions()...)
	if err != nil {
		return err
	}
	d.instance = instance
	d.Address = instance.Address
	d.Endpoint = instance.Endpoint
	d.SecretARN = instance.MasterUserSecrets.Index(pulumi.Int(0)).SecretArn().Elem()
	return nil
}

// instanceOptions ignores changes of the version unless the update should raise it: AWS raises
// the minor version by itself, and after a refresh the program would try to lower it again,
// which AWS refuses. AWS ignores a changed lifecycle, which would therefore show up as a change
// in every preview (hashicorp/terraform-provider-aws#40870).
func (d *Database) instanceOptions() []pulumi.ResourceOption {
	opts := []pulumi.ResourceOption{
		pulumi.Parent(d),
		pulumi.DependsOn(d.before),
		pulumi.Protect(d.args.DeletionProtection),
		pulumi.DeleteBeforeReplace(true),
		pulumi.Timeouts(&databaseTimeouts),
	}
	ignored := []string{"engineLifecycleSupport"}
	if !d.args.RaiseVersion {
		ignored = append(ignored, "engineVersion")
	}
	if d.args.ContinuousBackup {
		ignored = append(ignored, "backupRetentionPeriod", "backupWindow")
	}
	return append(opts, pulumi.IgnoreChanges(ignored))
}

// finalSnapshot returns the name of the last snapshot. With only the identifier it would
// collide with the snapshot of an earlier instance, and RDS would refuse the deletion. A time
// or a random number would differ in every preview. So the name ends in a digest of values that
// change only with the instance: the random suffix that Pulumi gives the stack's subnet group,
// and the properties that make AWS replace the instance.
func (d *Database) finalSnapshot() pulumi.StringOutput {
	return pulumi.All(d.subnetGroup.Name, d.args.DataKeyARN).ApplyT(func(values []any) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%v %s %s", values, d.args.Name, d.args.Username))
		return fmt.Sprintf("%s-final-%x", d.Identifier, sum[:4])
	}).(pulumi.StringOutput)
}

// scheduleRotation replaces RDS's schedule of seven days. RDS rotates by itself, without a
// function. It does not rotate at once, which would invalidate the password of tasks that are
// just starting.
func (d *Database) scheduleRotation(ctx *pulumi.Context, name string) error {
	_, err := secretsmanager.NewSecretRotation(ctx, name, &secretsmanager.SecretRotationArgs{
		SecretId:          d.SecretARN,
		RotateImmediately: pulumi.Bool(false),
		RotationRules: secretsmanager.SecretRotationRotationRulesArgs{
			AutomaticallyAfterDays: pulumi.Int(d.args.RotationDays),
		},
	}, pulumi.Parent(d))
	return err
}
