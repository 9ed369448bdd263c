package stack

import (
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
