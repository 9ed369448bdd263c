package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fileVolumes are the file systems that the task uses. ECS asks for TLS with an access point and with IAM, and for no
// folder of its own: the access point has one.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
//
// The task needs no VPC endpoint for them: what mounts asks the VPC's name server for the mount target of its zone, and
// signs with the task role's credentials by itself. The endpoint of EFS is for its API.
// https://docs.aws.amazon.com/efs/latest/ug/efs-vpc-endpoints.html
func (t *Task) fileVolumes() ecs.TaskDefinitionVolumeArray {
	const on = "ENABLED"
	var volumes ecs.TaskDefinitionVolumeArray
	for _, use := range t.args.Uses {
		if use.volume == nil {
			continue
		}
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{
			Name: pulumi.String(use.volume.name),
			EfsVolumeConfiguration: ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
				FileSystemId:      use.volume.fileSystemID,
				TransitEncryption: pulumi.String(on),
				AuthorizationConfig: ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
					AccessPointId: use.volume.accessPointID,
					Iam:           pulumi.String(on),
				},
			},
		})
	}
	return volumes
}

func fileMounts(mounts []ServiceMount) []mountPoint {
	var points []mountPoint
	for _, mount := range mounts {
		points = append(points, mountPoint{
			SourceVolume: mount.Volume, ContainerPath: mount.Path, ReadOnly: mount.ReadOnly,
		})
	}
	return points
}
