package stack

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

const databaseName = "database"

// judgeDatabase compares the deployed instance with the stack file.
func (w *workload) judgeDatabase() config.Errors {
	instance, there := w.was.Find(resourcetypes.DBInstance, databaseName)
	if !there {
		return nil
	}
	w.runningVersion = instance.Text("engineVersionActual")
	protected, _ := instance.Outputs["deletionProtection"].(bool)
	var errs config.Errors
	w.versionStep, errs = w.cfg.Database.Judge(config.DeployedDatabase{
		Version:   w.runningVersion,
		Name:      instance.Text("dbName"),
		Username:  instance.Text("username"),
		Protected: protected,
	})
	for _, err := range errs {
		err.Key = w.scope.Project + ":" + err.Key
	}
	return errs
}

// tellVersion warns if the stack file has an older version, to which the update does not go
// back.
func (w *workload) tellVersion(ctx *pulumi.Context) error {
	if w.versionStep != config.VersionIgnored {
		return nil
	}
	const warning = "%s:database.engineVersion: %q is ignored: the instance runs %s, and RDS cannot go back"
	return ctx.Log.Warn(fmt.Sprintf(warning, w.scope.Project, w.cfg.Database.EngineVersion, w.runningVersion), nil)
}
