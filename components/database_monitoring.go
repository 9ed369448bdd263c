package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// databaseLogs lists the logs that RDS exports for PostgreSQL.
var databaseLogs = []string{postgreSQLLog, "upgrade"}

const postgreSQLLog = "postgresql"

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
