package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const fileSystemType = "aws-webapp:files:FileSystem"

const (
	// filesTier is the tier of the security groups of all file systems.
	filesTier = "files"
	nfsPort   = 2049
	// elasticThroughput costs by what is read and written, and needs no planning. Bursting gives a file system 50 KiB/s
	// for each GiB in it once its credits are spent: a small one, as most are, stands still.
	// https://docs.aws.amazon.com/efs/latest/ug/performance.html
	elasticThroughput = "elastic"
)

// FileSystemName is the name of the component of a file system, its volumes and its security group.
func FileSystemName(name string) string { return filesTier + nameSeparator + name }

// FileSystemStore is a file system as the security groups know it, by the name of its component.
func FileSystemStore(name string) SecurityGroupsStore {
	return SecurityGroupsStore{Name: name, Tier: filesTier, Title: "File system", Protocol: "NFS", Port: nfsPort}
}

// FileSystemArgs describe a [FileSystem].
type FileSystemArgs struct {
	// Scope of the stack.
	Scope Scope
	// SubnetIDs of the database tier, one in each zone: EFS takes one mount target a zone.
	SubnetIDs pulumi.StringArray
	// SecurityGroupID of the security group for [FileSystemStore].
	SecurityGroupID pulumi.StringInput
	// DataKeyARN is the KMS key of the files. A change replaces the file system.
	DataKeyARN pulumi.StringInput

	// UID and GID as which all services read and write, not 0. A change replaces the access point, and leaves the files
	// to who they belong to.
	UID, GID int
	// Folder in the file system that services see, without a slash before it. A change replaces the access point. It is
	// not the root, which belongs to root, and which an access point should not show (Security Hub, EFS.3).
	Folder string
	// Permissions of the folder, in octal digits. They count when the first task mounts it.
	Permissions string
	// InfrequentAccessDays after which files that nobody reads become cheaper to keep: one of EFS's periods, 0 for never.
	InfrequentAccessDays int
	// Protect keeps Pulumi from deleting it. AWS has no such setting.
	Protect bool
	// Alarms of the file system.
	Alarms FileSystemAlarms
}

// FileSystem is a folder on EFS that tasks share: encrypted, over TLS alone, and open to roles that may use its one
// access point. The access point decides as whom files are read and written, whoever the containers run as.
type FileSystem struct {
	pulumi.ResourceState

	// VolumeName of the file system in task definitions, which is the component's name.
	VolumeName string
	// ID and ARN of the file system, and ID of the access point.
	ID, ARN, AccessPointID pulumi.StringOutput
	alarms

	args   FileSystemArgs
	files  *efs.FileSystem
	point  *efs.AccessPoint
	policy *efs.FileSystemPolicy
	// ready is what tasks need to mount it.
	ready []pulumi.Resource
}

// NewFileSystem makes a [FileSystem]. Its name should be a [FileSystemName].
func NewFileSystem(
	ctx *pulumi.Context, name string, args *FileSystemArgs, opts ...pulumi.ResourceOption,
) (*FileSystem, error) {
	f := &FileSystem{VolumeName: name, args: given(args)}
	return construct(ctx, name, f, opts, construction{
		kind: "file system", token: fileSystemType, wrong: check(f.args),
		steps: []step{
			{"create file system", f.createFiles},
			{"create access point", f.createAccessPoint},
			{"create policy", f.createPolicy},
			{"create mount targets", f.createMountTargets},
			{"create alarms", f.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{"id": f.ID, "arn": f.ARN, "accessPointId": f.AccessPointID}
		},
	})
}

func (f *FileSystem) createFiles(ctx *pulumi.Context, name string) (err error) {
	var moves efs.FileSystemLifecyclePolicyArray
	if days := f.args.InfrequentAccessDays; days > 0 {
		moves = efs.FileSystemLifecyclePolicyArray{
			efs.FileSystemLifecyclePolicyArgs{TransitionToIa: pulumi.String(afterDays(days))},
			efs.FileSystemLifecyclePolicyArgs{TransitionToPrimaryStorageClass: pulumi.String("AFTER_1_ACCESS")},
		}
	}
	f.files, err = efs.NewFileSystem(ctx, name, &efs.FileSystemArgs{
		Encrypted:         pulumi.Bool(true),
		KmsKeyId:          f.args.DataKeyARN,
		PerformanceMode:   pulumi.String("generalPurpose"),
		ThroughputMode:    pulumi.String(elasticThroughput),
		LifecyclePolicies: moves,
		Tags:              named(name),
	}, pulumi.Parent(f), pulumi.Protect(f.args.Protect))
	if err != nil {
		return err
	}
	f.ID, f.ARN = f.files.ID().ToStringOutput(), f.files.Arn
	return nil
}

// afterDays is EFS's word for a period.
func afterDays(days int) string {
	if days == 1 {
		return "AFTER_1_DAY"
	}
	return fmt.Sprintf("AFTER_%d_DAYS", days)
}

func (f *FileSystem) createAccessPoint(ctx *pulumi.Context, name string) (err error) {
	f.point, err = efs.NewAccessPoint(ctx, name, &efs.AccessPointArgs{
		FileSystemId: f.ID,
		PosixUser:    efs.AccessPointPosixUserArgs{Uid: pulumi.Int(f.args.UID), Gid: pulumi.Int(f.args.GID)},
		RootDirectory: efs.AccessPointRootDirectoryArgs{
			Path: pulumi.String("/" + f.args.Folder),
			CreationInfo: efs.AccessPointRootDirectoryCreationInfoArgs{
				OwnerUid: pulumi.Int(f.args.UID), OwnerGid: pulumi.Int(f.args.GID),
				Permissions: pulumi.String(f.args.Permissions),
			},
		},
		Tags: named(name),
	}, pulumi.Parent(f))
	if err != nil {
		return err
	}
	f.AccessPointID = f.point.ID().ToStringOutput()
	return nil
}

// createPolicy denies, and allows nothing: without a policy everybody who reaches a mount target may do everything,
// with one those alone whose role allows it. Who comes without the access point, and so perhaps as root, is refused
// whatever their role says. Of other keys EFS knows TLS, the access point and the mount target alone.
// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
func (f *FileSystem) createPolicy(ctx *pulumi.Context, name string) (err error) {
	f.policy, err = efs.NewFileSystemPolicy(ctx, name, &efs.FileSystemPolicyArgs{
		FileSystemId: f.ID,
		Policy: policyDocument(
			deny("TLSOnly", "*", f.ARN, conditions{"Bool": {"aws:SecureTransport": "false"}}),
			deny("AccessPointOnly", []string{
				"elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite",
			}, f.ARN, conditions{"StringNotEquals": {accessPointKey: f.point.Arn}}),
		),
	}, pulumi.Parent(f))
	return err
}

const accessPointKey = "elasticfilesystem:AccessPointArn"

// createMountTargets makes one in each zone, after the policy: nobody reaches the files before it is in force.
func (f *FileSystem) createMountTargets(ctx *pulumi.Context, name string) error {
	f.ready = append(f.ready, f.policy)
	for zone, subnet := range f.args.SubnetIDs {
		target, err := efs.NewMountTarget(ctx, fmt.Sprintf("%s-%d", name, zone+1), &efs.MountTargetArgs{
			FileSystemId:   f.ID,
			SubnetId:       subnet,
			SecurityGroups: pulumi.StringArray{f.args.SecurityGroupID},
		}, pulumi.Parent(f), pulumi.DependsOn([]pulumi.Resource{f.policy}), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return fmt.Errorf("zone %d: %w", zone+1, err)
		}
		f.ready = append(f.ready, target)
	}
	return nil
}

// For returns what tasks need that mount the file system; those that read only may not write.
func (f *FileSystem) For(readOnly bool) ServiceUse {
	actions := []string{"elasticfilesystem:ClientMount"}
	if !readOnly {
		actions = append(actions, "elasticfilesystem:ClientWrite")
	}
	return ServiceUse{
		Name:   f.VolumeName,
		volume: &taskVolume{name: f.VolumeName, fileSystemID: f.ID, accessPointID: f.AccessPointID},
		before: f.ready,
		rights: []statement{{
			Sid: "MountFiles", Effect: "Allow", Action: actions, Resource: f.ARN,
			Condition: pulumi.Map{"StringEquals": pulumi.Map{accessPointKey: f.point.Arn}},
		}},
	}
}
