package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// createSavedQueries makes queries over every log group that the person on call reads.
func (w *workload) createSavedQueries(ctx *pulumi.Context) error {
	args := &components.SavedQueriesArgs{
		Scope:            w.scope,
		FlowLogGroup:     w.network.FlowLogGroupName,
		WAFLogGroup:      w.balancer.WAFLogGroupName,
		DatabaseLogGroup: w.database.PostgreSQLLogGroupName,
	}
	for _, task := range w.tasks() {
		args.ServiceLogGroups = append(args.ServiceLogGroups, task.LogGroupName)
	}
	if w.audit != nil {
		args.AuditLogGroup = w.audit.LogGroupName
	}
	if w.search != nil {
		args.FunctionLogGroups = append(args.FunctionLogGroups, w.search.FunctionLogGroups...)
	}
	if w.relay != nil {
		args.FunctionLogGroups = append(args.FunctionLogGroups, w.relay.LogGroupName)
	}
	if w.tester != nil {
		args.FunctionLogGroups = append(args.FunctionLogGroups, w.tester.LogGroupName)
	}
	if w.probe != nil {
		args.FunctionLogGroups = append(args.FunctionLogGroups, w.probe.LogGroupName)
	}
	queries, err := components.NewSavedQueries(ctx, "queries", args, w.opts...)
	if err != nil {
		return err
	}
	ctx.Export("savedQueries", pulumi.ToStringArray(queries.Names))
	return nil
}

// createProbe looks at the stack: for each service as a client does, at the topic and at the password.
func (w *workload) createProbe(ctx *pulumi.Context) error {
	monitoring := w.cfg.Monitoring
	if !monitoring.Probe {
		return nil
	}
	after := slices.Clone(w.balancer.Ready)
	for _, service := range w.services {
		after = append(after, service.Serving())
	}
	code, err := lambdaPackage(ctx, "probe")
	if err != nil {
		return err
	}
	args := &components.ProbeArgs{
		Scope: w.scope, Addresses: w.cfg.ProbeAddresses(), HostName: w.cfg.ClientHost(),
		PackagePath: code, LogKeyARN: w.keys.LogsARN,
		LogRetentionDays: w.cfg.Logging.RetentionDays, TopicARN: w.alerts.TopicARN,
		TopicName: w.alerts.TopicName, After: after,
		Subscriptions: monitoring.AllSubscriptions(), HeartbeatSecretARN: monitoring.HeartbeatSecretARN,
		PasswordSecretARN: w.database.SecretARN, RotationDays: w.cfg.Database.RotationDays,
	}
	if w.cfg.ProbeFrom() == config.ProbeInside {
		access := w.balancerAccess()
		args.Inside = &access
	}
	w.probe, err = components.NewProbe(ctx, "probe", args, w.opts...)
	if err == nil {
		w.alarms = append(w.alarms, w.probe.AlarmNames...)
	}
	return err
}

// createFindings passes on what AWS finds in the account.
func (w *workload) createFindings(ctx *pulumi.Context) error {
	severity := w.cfg.Monitoring.Findings
	if severity == "none" {
		return nil
	}
	findings, err := components.NewFindings(ctx, "findings", &components.FindingsArgs{
		Scope: w.scope, Severity: components.FindingSeverity(severity), TopicARN: w.alerts.TopicARN,
	}, w.opts...)
	if err == nil {
		w.alarms = append(w.alarms, findings.AlarmNames...)
	}
	return err
}

// createBudget tells of what the stack costs.
func (w *workload) createBudget(ctx *pulumi.Context) error {
	if w.cfg.Monitoring.MonthlyBudget == 0 {
		return nil
	}
	_, err := components.NewBudget(ctx, "spending", &components.BudgetArgs{
		Scope: w.scope, MonthlyUSD: w.cfg.Monitoring.MonthlyBudget, TopicARN: w.alerts.TopicARN,
	}, w.opts...)
	return err
}

// createOutage makes one alarm of all that say that clients are not served.
func (w *workload) createOutage(ctx *pulumi.Context) (err error) {
	alarms := slices.Concat(w.database.OutageAlarms, w.balancer.OutageAlarms)
	for _, service := range w.services {
		alarms = append(alarms, service.OutageAlarms...)
	}
	if w.relay != nil {
		alarms = append(alarms, w.relay.OutageAlarms...)
	}
	if w.probe != nil {
		alarms = append(alarms, w.probe.OutageAlarms...)
	}
	w.outage, err = components.NewOutage(ctx, "outage", &components.OutageArgs{
		Scope: w.scope, Alarms: alarms, TopicARN: w.alerts.TopicARN,
	}, w.opts...)
	return err
}

func (w *workload) createDashboard(ctx *pulumi.Context) (err error) {
	args := &components.DashboardArgs{
		Scope:              w.scope,
		LoadBalancerSuffix: w.balancer.ARNSuffix,
		ClusterName:        pulumi.String(w.cluster.Name),
		DatabaseIdentifier: pulumi.String(w.database.Identifier),
		AlarmNames:         w.alarmNames(),
		Rows:               append(w.rows, w.network.DashboardRow()),
	}
	for _, service := range w.services {
		args.Services = append(args.Services, components.DashboardService{
			Name: service.Name, ECSName: pulumi.String(service.Name), LogGroupName: service.LogGroupName,
		})
	}
	if w.search != nil {
		args.Search = &components.DashboardSearch{
			DomainName:          w.search.DomainName,
			FunctionName:        w.search.FunctionName,
			DeadLetterQueueName: w.search.DeadLetterQueueName,
		}
	}
	w.dashboard, err = components.NewDashboard(ctx, "dashboard", args, w.opts...)
	return err
}

// show puts a part of the stack on the dashboard.
func (w *workload) show(alarms []string, row components.DashboardRow) {
	w.alarms, w.rows = append(w.alarms, alarms...), append(w.rows, row)
}

// alarmNames returns the names of all alarms of the stack, those that clients notice first.
func (w *workload) alarmNames() []string {
	names := append([]string{w.outage.AlarmName}, w.balancer.AlarmNames...)
	for _, service := range w.services {
		names = append(names, service.AlarmNames...)
	}
	names = append(names, w.database.AlarmNames...)
	names = append(names, w.alarms...)
	if w.backup != nil {
		names = append(names, w.backup.AlarmNames...)
	}
	if w.relay != nil {
		names = append(names, w.relay.AlarmNames...)
	}
	if w.tester != nil {
		names = append(names, w.tester.AlarmNames...)
	}
	names = append(names, w.network.AlarmNames...)
	if w.search != nil {
		names = append(names, w.search.AlarmNames...)
	}
	if w.audit != nil {
		names = append(names, w.audit.AlarmNames...)
	}
	return names
}
