package resourcetypes

import "time"

// The tokens of file systems.
const (
	FileSystem            = "aws:efs/fileSystem:FileSystem"
	FileSystemAccessPoint = "aws:efs/accessPoint:AccessPoint"
	FileSystemMountTarget = "aws:efs/mountTarget:MountTarget"
	FileSystemPolicy      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
)

func init() { register(fileServices, fileTypes) }

// AWS makes up the ids of file systems, access points and mount targets. Of conditions, EFS sends a task's role nothing
// that says whose the file system is: within the boundary the role's own policy names it.
var fileServices = []Service{{
	Prefix: "elasticfilesystem", Group: "data", Linked: "elasticfilesystem.amazonaws.com", UsesKeys: true,
	Unnamed: []string{"file-system/*", "access-point/*"},
	Tasks: Tasks{
		Sid: "UseFiles", Unnamed: []string{"file-system/*"},
		Actions: []string{
			"elasticfilesystem:Backup", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite",
			"elasticfilesystem:DescribeTags",
		},
	},
}}

var fileTypes = []Type{
	{
		Token: FileSystem,
		// Lifecycle policies are a call of their own.
		Create: Operation{Name: "efs.CreateFileSystem"},
		Actions: []Actions{{
			Service: "elasticfilesystem", Read: "DescribeFileSystems DescribeLifecycleConfiguration ListTagsForResource",
			Write: "CreateFileSystem DeleteFileSystem PutLifecycleConfiguration TagResource UntagResource UpdateFileSystem",
		}},
		Loss: Loss{Critical, "the files in it"},
		Times: Times{
			Create: 8 * time.Second, Update: 8 * time.Second, Delete: 8 * time.Second,
			Source: "wait: efs/file_system.go polls of 3 s after 2 s",
		},
	},
	{
		Token:  FileSystemAccessPoint,
		Create: Operation{Name: "efs.CreateAccessPoint"},
		Actions: []Actions{{
			Service: "elasticfilesystem", Read: "DescribeAccessPoints ListTagsForResource",
			Write: "CreateAccessPoint DeleteAccessPoint TagResource UntagResource",
		}},
		Free: "part of the file system",
	},
	{
		Token:  FileSystemMountTarget,
		Create: Operation{Name: "efs.CreateMountTarget"},
		Actions: []Actions{
			{
				Service: "elasticfilesystem", Read: "DescribeMountTargetSecurityGroups DescribeMountTargets",
				Write: "CreateMountTarget DeleteMountTarget ModifyMountTargetSecurityGroups",
			},
			// The network interface is made with the permissions of whoever makes the mount target: EFS API Reference,
			// CreateMountTarget, DeleteMountTarget and ModifyMountTargetSecurityGroups.
			{
				Service: "ec2", Read: "DescribeNetworkInterfaces DescribeSubnets",
				Write: "CreateNetworkInterface DeleteNetworkInterface ModifyNetworkInterfaceAttribute",
			},
		},
		Free: "part of the file system",
		Times: Times{
			Create: 90 * time.Second, Update: 10 * time.Second, Delete: 20 * time.Second,
			Source: "wait: efs/mount_target.go polls of 3 s; log: 80 to 90 s in public apply logs",
		},
	},
	{
		Token: FileSystemPolicy,
		Actions: []Actions{{
			Service: "elasticfilesystem", Read: "DescribeFileSystemPolicy",
			Write: "DeleteFileSystemPolicy PutFileSystemPolicy",
		}},
		Free:      "a setting of its file system",
		Documents: []string{"policy"},
	},
}
