package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// databaseLogs lists the logs that RDS exports for PostgreSQL.
var databaseLogs = []string{postgreSQLLog, "upgrade"}

const postgreSQLLog = "postgresql"

// databaseEvents lists the event categories that people should be notified of, by kind of
// resource. Backups are not among them. A rotation of the password counts as a change of the
// configuration: one message each time. DB security groups no longer exist since EC2-Classic is
// gone, but the subscription costs nothing, and Security Hub asks for it (RDS.20, RDS.21,
// RDS.22). https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
var databaseEvents = []struct {
	role, source string
	categories   []string
}{
	{"events", "db-instance", []string{
		"availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance",
		"notification", "read replica", "recovery",
	}},
	{"parameter-events", "db-parameter-group", []string{"configuration change"}},
	{"security-events", "db-security-group", []string{"configuration change", "failure"}},
}

// createLogGroups creates the groups under the names that RDS uses, before the instance.
// Otherwise RDS would create them itself, unencrypted and kept for ever.
func (d *Database) createLogGroups(ctx *pulumi.Context, name string) error {
	for _, log := range databaseLogs {
		groupName := d.logGroupName(log)
		group, err := cloudwatch.NewLogGroup(ctx, name+"-"+log, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(groupName),
			RetentionInDays: pulumi.Int(d.args.LogRetentionDays),
			KmsKeyId:        d.args.LogKeyARN,
		}, pulumi.Parent(d))
		if err != nil {
			return fmt.Errorf("%s: %w", log, err)
		}
		d.LogGroupNames = append(d.LogGroupNames, groupName)
		d.before = append(d.before, group)
	}
	d.PostgreSQLLogGroupName = d.logGroupName(postgreSQLLog)
	return nil
}

func (d *Database) logGroupName(log string) string {
	return fmt.Sprintf("/aws/rds/instance/%s/%s", d.Identifier, log)
}

// createMonitoringRole lets enhanced monitoring of this instance only write to the log group
// RDSOSMetrics.
func (d *Database) createMonitoringRole(ctx *pulumi.Context, name string) error {
	scope := d.args.Scope
	logical := name + "-monitoring"
	role, err := iam.NewRole(ctx, scope.roleNamed(logical), &iam.RoleArgs{
		Description:      pulumi.String("Lets RDS publish the operating system's metrics of " + d.Identifier + "."),
		AssumeRolePolicy: assumedBy("monitoring.rds.amazonaws.com", scope.fromSource(d.ARN)),
		Tags:             named(logical),
	}, pulumi.Parent(d))
	if err != nil {
		return err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, logical, &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", scope.Partition),
	}, pulumi.Parent(d))
	if err != nil {
		return err
	}
	d.monitoringRole = role
	d.before = append(d.before, attachment)
	return nil
}

func (d *Database) subscribeToEvents(ctx *pulumi.Context, name string) error {
	sources := map[string]pulumi.StringArray{
		"db-instance":        {d.instance.Identifier},
		"db-parameter-group": {d.parameterGroup.Name},
	}
	for _, events := range databaseEvents {
		logical := name + "-" + events.role
		args := &rds.EventSubscriptionArgs{
			SnsTopic:        d.args.Alarms.TopicARN,
			SourceType:      pulumi.String(events.source),
			EventCategories: pulumi.ToStringArray(events.categories),
			Tags:            named(logical),
		}
		if ids, some := sources[events.source]; some {
			args.SourceIds = ids
		}
		if _, err := rds.NewEventSubscription(ctx, logical, args, pulumi.Parent(d)); err != nil {
			return fmt.Errorf("%s: %w", events.source, err)
		}
	}
	return nil
}
