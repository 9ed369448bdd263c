package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
	"aws-webapp/internal/rotation/patience"
)

// createRotationRelay makes a relay if a service reads the database's password.
func (w *workload) createRotationRelay(ctx *pulumi.Context) error {
	services := w.readersOfDatabaseSecret()
	if len(services) == 0 {
		return nil
	}
	code, err := lambdaPackage(ctx, "rotationrelay")
	if err != nil {
		return err
	}
	w.relay, err = components.NewRotationRelay(ctx, "rotation", &components.RotationRelayArgs{
		Scope:            w.scope,
		SecretARN:        w.database.SecretARN,
		Trail:            w.cfg.AuditTrail.Enabled || w.cfg.AuditTrail.OrganizationTrail,
		ClusterName:      w.cluster.Name,
		Services:         services,
		PackagePath:      code,
		AttemptMinutes:   patience.AttemptMinutes,
		TrafficShift:     patience.TrafficShift,
		LogKeyARN:        w.keys.LogsARN,
		LogRetentionDays: w.cfg.Logging.RetentionDays,
		TopicARN:         w.alerts.TopicARN,
	}, w.opts...)
	if err != nil {
		return err
	}
	ctx.Export("rotationRelay", pulumi.Map{
		"functionName":       pulumi.String(w.relay.FunctionName),
		"logGroup":           pulumi.String(w.relay.LogGroupName),
		"deadLetterQueueUrl": w.relay.DeadLetterQueueURL,
	})
	return nil
}

// readersOfDatabaseSecret returns the services whose tasks read the password when they start.
func (w *workload) readersOfDatabaseSecret() []components.RotationRelayService {
	var readers []components.RotationRelayService
	for i, service := range w.services {
		cfg := w.cfg.Services[i]
		if !cfg.DatabaseAccess && !cfg.Previous.DatabaseAccess {
			continue
		}
		readers = append(readers, components.RotationRelayService{
			Name: service.Name, BlueGreen: cfg.Deployment.Controller == config.BlueGreen,
		})
	}
	return readers
}
