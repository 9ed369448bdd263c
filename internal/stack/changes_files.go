package stack

import (
	"fmt"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// refuseFiles: EFS changes no access point, and the one that would take its place leaves files and folder to who they
// belong to. The services could not read what they wrote.
// https://docs.aws.amazon.com/efs/latest/ug/create-access-point.html
func (w *workload) refuseFiles() config.Errors {
	var errs config.Errors
	for i := range w.cfg.FileSystems {
		files := &w.cfg.FileSystems[i]
		point, up := w.was.Find(resourcetypes.FileSystemAccessPoint, components.FileSystemName(files.Name))
		if !up {
			continue
		}
		user, _ := point.Outputs["posixUser"].(map[string]any)
		root, _ := point.Outputs["rootDirectory"].(map[string]any)
		created, _ := root["creationInfo"].(map[string]any)
		uid, gid := files.Owner()
		mode, _ := created["permissions"].(string)
		for _, part := range []struct {
			key, is, was string
		}{
			{"user", fmt.Sprintf("%d:%d", uid, gid), fmt.Sprintf("%.0f:%.0f", user["uid"], user["gid"])},
			{"permissions", files.Permissions, mode},
		} {
			if part.is == part.was {
				continue
			}
			errs = append(errs, &config.Error{
				Key: w.key(fmt.Sprintf("fileSystems[%d].%s", i, part.key)), Found: part.is,
				Allowed: part.was + ", which the files of " + files.Name + " have",
				Fix: "set it back; or add a file system of another name that has it, mount both in a service, copy the files, " +
					"then remove this one",
			})
		}
	}
	return errs
}
