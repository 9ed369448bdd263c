package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// createOperator makes the task for people. The outputs are what it takes to start it.
func (w *workload) createOperator(ctx *pulumi.Context) error {
	cfg := w.cfg.Operator
	if !cfg.Enabled {
		return nil
	}
	operator, err := components.NewOperator(ctx, config.OperatorName, &components.OperatorArgs{
		Scope:        w.scope,
		Image:        w.cfg.OperatorImage(),
		Architecture: string(config.X8664),
		Minutes:      cfg.Minutes,
		DataKeyARN:   w.keys.DataARN,
		Database:     *w.serviceDatabase(true, nil),
		Exec:         components.ServiceExec{LogGroupName: w.cluster.ExecLogGroupName, KeyARN: w.keys.LogsARN},
		Logs: components.ServiceLogs{
			Prefix:        w.cfg.Logging.ServicePrefix,
			RetentionDays: w.cfg.Logging.RetentionDays,
			KeyARN:        w.keys.LogsARN,
		},
	}, w.opts...)
	if err != nil {
		return err
	}
	ctx.Export("operator", pulumi.Map{
		"taskDefinitionArn": operator.TaskDefinitionARN,
		"subnetIds":         w.network.AppSubnetIDs,
		"securityGroupId":   w.securityGroups.ServiceGroupIDs[config.OperatorName],
		"sessionLogGroup":   pulumi.String(w.cluster.ExecLogGroupName),
		"minutes":           pulumi.Int(cfg.Minutes),
	})
	return nil
}
