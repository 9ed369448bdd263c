package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// fileVolume is a volume of a task definition on EFS.
type fileVolume struct {
	name string
	resource.PropertyMap
}

func (v fileVolume) text(path string) string { return prop.Text(v.PropertyMap, path) }

func fileVolumes(definition resource.PropertyMap) []fileVolume {
	var volumes []fileVolume
	for _, volume := range prop.Objects(definition, "volumes[]") {
		for _, files := range prop.Objects(volume, "efsVolumeConfiguration") {
			volumes = append(volumes, fileVolume{prop.Text(volume, "name"), files})
		}
	}
	return volumes
}

// filesEncrypted: an access point, and IAM, want TLS, and an access point brings its own folder. The words of the
// refusals are not published.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
func filesEncrypted(inputs resource.PropertyMap) (string, string) {
	const property = "volumes"
	for _, v := range fileVolumes(inputs) {
		point, tls := v.text("authorizationConfig.accessPointId"), v.text("transitEncryption") == "ENABLED"
		iam := v.text("authorizationConfig.iam") == "ENABLED"
		if root := v.text("rootDirectory"); point != "" && root != "" && root != "/" {
			return property, fmt.Sprintf("volume %s: rootDirectory must be / or left out with an access point", v.name)
		}
		if (point != "" || iam) && !tls {
			return property, fmt.Sprintf("volume %s: transitEncryption must be ENABLED with an access point or IAM", v.name)
		}
		if iam && !prop.Has(inputs, "taskRoleArn") {
			return property, fmt.Sprintf("volume %s: IAM authorization needs a task role", v.name)
		}
	}
	return "", ""
}

// filesMountable: a task does not start in a zone without a mount target, nor if its role may not mount. What AWS says
// then is in aws/copilot-cli#5419 and aws-samples/aws-cdk-examples#920.
func filesMountable(c *Call) error {
	const failed = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
	task, _ := c.taskOfService()
	for _, v := range fileVolumes(task.Props) {
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
		if version := c.Text("platformVersion"); strings.HasPrefix(version, "1.") && version < "1.4" {
			return Errorf("PlatformTaskDefinitionIncompatibilityException",
				"One or more of the requested capabilities are not supported.")
		}
		id := v.text("fileSystemId")
		if _, known := c.Find(resourcetypes.FileSystem, "id", id); !known {
			continue
		}
		for _, subnet := range prop.Texts(c.Inputs, "networkConfiguration.subnets[]") {
			if !c.mountTargetIn(id, c.zoneOf(subnet)) {
				return Wording(failed + fmt.Sprintf("Failed to resolve %q - check that your file system ID is correct, and "+
					"ensure that the VPC has an EFS mount target for this file system ID. : unsuccessful EFS utils command "+
					"execution; code: 1", c.Expand(id+".efs.{region}.amazonaws.com", nil)))
			}
		}
		point, known := c.Find(resourcetypes.FileSystemAccessPoint, "id", v.text("authorizationConfig.accessPointId"))
		if path := prop.Text(point.Props, "rootDirectory.path"); known && path != "/" &&
			prop.Text(point.Props, "rootDirectory.creationInfo.permissions") == "" {
			return Wording(failed + "b'mount.nfs4: mounting " + id + ":/ failed, reason given by server: No such file or " +
				"directory' : unsuccessful EFS utils command execution; code: 32")
		}
		if err := c.mounts(deliveries.TaskMountsFiles, task.Props, v); err != nil {
			return refuse(failed+"b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils "+
				"command execution; code: 32", err)
		}
	}
	return nil
}

func (c *Call) mountTargetIn(files, zone string) bool {
	return slices.ContainsFunc(c.List(resourcetypes.FileSystemMountTarget), func(target Object) bool {
		return prop.Text(target.Props, "fileSystemId") == files && c.zoneOf(prop.Text(target.Props, "subnetId")) == zone
	})
}

// mounts says why a task of a definition may not do something with a volume.
func (c *Call) mounts(how deliveries.Delivery, definition resource.PropertyMap, v fileVolume) error {
	files, _ := c.Find(resourcetypes.FileSystem, "id", v.text("fileSystemId"))
	point, _ := c.Find(resourcetypes.FileSystemAccessPoint, "id", v.text("authorizationConfig.accessPointId"))
	policy, has := c.Find(resourcetypes.FileSystemPolicy, "fileSystemId", files.ID)
	if !has {
		return nil
	}
	to := holding("the policy of file system "+files.Label, prop.Text(files.Props, "arn"),
		prop.Text(policy.Props, "policy")).about(prop.Text(point.Props, "arn"))
	return c.roleDoes(how, prop.Text(definition, "taskRoleArn"), to)
}

// filesWritable: a task that may not write starts all the same, and fails when it writes.
func filesWritable(c *Call) error {
	var containers []struct {
		MountPoints []struct {
			SourceVolume string
			ReadOnly     bool
		}
	}
	if json.Unmarshal([]byte(c.Text("containerDefinitions")), &containers) != nil {
		return nil
	}
	written := map[string]bool{}
	for _, container := range containers {
		for _, mount := range container.MountPoints {
			written[mount.SourceVolume] = written[mount.SourceVolume] || !mount.ReadOnly
		}
	}
	var errs []error
	for _, v := range fileVolumes(c.Inputs) {
		if written[v.name] {
			errs = append(errs, c.mounts(deliveries.TaskWritesFiles, c.Inputs, v))
		}
	}
	return errors.Join(errs...)
}
