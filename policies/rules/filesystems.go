package rules

import (
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

const (
	fileAccessPointType = "aws:efs/accessPoint:AccessPoint"
	fileMountType       = "aws:efs/mountTarget:MountTarget"
	fileBackupType      = "aws:efs/backupPolicy:BackupPolicy"
	filePolicyType      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	selectionType       = "aws:backup/selection:Selection"
)

func init() {
	tierOwners = append(tierOwners, tierOwner{"files", fileMountType, []string{"securityGroups"}})
	tierNames = append(tierNames, "files=*files*")
	defaultFlows = append(defaultFlows, "app -> files tcp 2049 optional")
}

// fileSystems are the controls of EFS, and of tasks that use it.
func fileSystems() []*control.Control {
	const subject = "EFS"
	files, points := []string{fileSystemType}, []string{fileAccessPointType}
	present := []string{"aws:efs/fileSystem:"}
	return []*control.Control{
		{
			Name: "efs-encrypted", Subject: subject, IDs: control.ParseIDs("EFS.1+ EFS.8+ C2.4.1+ K42+ K184 N:EFS1+"),
			Title:    "File systems are encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: files, Present: present,
			Risk: "Files and their backups can be read by whoever gets at the storage; it cannot be switched on later",
			Fix:  "set encrypted, and kmsKeyId to a key of your own", Here: "pass the data key",
			Judge: func(c in) control.Result {
				return control.All(
					control.Want(c.Get("encrypted").IsTrue(), "file system %s is not encrypted", c.Name),
					control.Want(ownKey(c, c.Get("kmsKeyId")), "file system %s has no kmsKeyId of our own", c.Name),
				)
			},
		},
		{
			Name: "efs-tls-only", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "File systems refuse clients without TLS",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: files, Present: present,
			OnUnknown: control.Disabled,
			Risk:      "Files cross the network in the clear",
			Fix:       "deny every action to everybody in an efs.FileSystemPolicy when aws:SecureTransport is false",
			Link:      "https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html",
			Judge: func(c in) control.Result {
				return control.Want(filePolicy(c, func(doc iamdoc.Document) prop.Truth {
					return doc.Denies("elasticfilesystem:ClientMount", "*", iamdoc.InsecureTransport)
				}), "file system %s takes clients without TLS", c.Name)
			},
		},
		{
			Name: "efs-no-anonymous-access", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "File systems have a policy, which lets in nobody without a role",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: files, Present: present,
			OnUnknown: control.Disabled,
			Risk:      "Without a policy, whoever reaches a mount target reads and writes everything, as root if they like",
			Fix: "add an efs.FileSystemPolicy that denies, or that allows named roles, and mount with IAM authorization; a " +
				"condition on elasticfilesystem:AccessedViaMountTarget limits nobody",
			Link: "https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html",
			Judge: func(c in) control.Result {
				return control.Want(filePolicy(c, func(doc iamdoc.Document) prop.Truth {
					return prop.Known(len(doc.Public()) == 0)
				}), "file system %s lets in clients without a role", c.Name)
			},
		},
		{
			Name: "efs-access-point-folder", Subject: subject, IDs: control.ParseIDs("EFS.3 K329"),
			Title:    "Access points show a folder, and not the whole file system",
			Severity: control.Medium, Levels: mandatory, Types: points, Present: []string{"aws:efs/accessPoint:"},
			Risk: "A client sees the files of all others, and those of restored backups",
			Fix:  "set rootDirectory.path to a folder, with creationInfo, without which nothing makes it",
			Link: "https://docs.aws.amazon.com/efs/latest/ug/enforce-root-directory-access-point.html",
			Judge: func(c in) control.Result {
				path := c.Get("rootDirectory", "path")
				return control.Want(path.IsSet().And(path.Is("/").Not()), "access point %s shows the whole file system", c.Name)
			},
		},
		{
			Name: "efs-access-point-user", Subject: subject, IDs: control.ParseIDs("EFS.4+ K330+"),
			Title:    "Access points decide as whom files are used, and not as root",
			Severity: control.Medium, Levels: mandatory, Types: points, Present: []string{"aws:efs/accessPoint:"},
			Risk: "A client is whom it says to be, root included",
			Fix:  "set posixUser.uid and posixUser.gid, neither 0",
			Link: "https://docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html",
			Judge: func(c in) control.Result {
				mine := func(id string) prop.Truth { return c.Get("posixUser", id).AtLeast(1) }
				return control.Want(mine("uid").And(mine("gid")), "access point %s lets clients be root", c.Name)
			},
		},
		{
			Name: "efs-private-subnets", Subject: subject, IDs: control.ParseIDs("EFS.6+"),
			Title:    "Mount targets are in subnets without a route to an internet gateway",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: []string{fileMountType},
			Present: []string{"aws:efs/mountTarget:"},
			Risk:    "A single wrong rule of the security group then puts the files on the internet",
			Fix:     "put the mount target into a subnet without a route to an internet gateway", Here: "isolatedSubnetIds",
			Judge: func(c in) control.Result {
				subnets := c.Graph.Follow(c.Resource, []string{subnetType}, "subnetId")
				return control.Want(subnets.All(func(subnet *graph.Resource) prop.Truth { return private(c.Graph, subnet) }),
					"mount target %s is in a subnet with a route to an internet gateway", c.Name)
			},
		},
		{
			Name: "efs-backups", Subject: subject, IDs: control.ParseIDs("EFS.2 EFS.7~"),
			Beyond:   "EFS.7 asks for AWS's own daily backups, where a plan of ours will do here",
			Title:    "File systems are backed up (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Scope: control.PerStack, Types: files, Present: present,
			Risk: "A file that is deleted or overwritten is gone: EFS has no versions and no snapshots of its own",
			Fix:  "name the file system in a backup.Selection, or enable its efs.BackupPolicy", Here: "backup.enabled",
			Judge: func(c in) control.Result {
				own := exists(c.Graph.Referrers(c.Resource, fileBackupType, "fileSystemId"), func(r *graph.Resource) prop.Truth {
					return r.Get("backupPolicy", "status").Is("ENABLED")
				})
				planned := exists(c.Graph.Referrers(c.Resource, selectionType, "resources"), anything)
				has := func(tag prop.Value) prop.Truth { return tagged(c, tag) }
				for _, selection := range c.Graph.OfType(selectionType) {
					planned = planned.Or(some(selection.Get("selectionTags"), has))
				}
				return control.Want(own.Or(planned), "file system %s is in no backup plan", c.Name)
			},
		},
		{
			Name: "ecs-files-by-role", Subject: "ECS", IDs: control.ParseIDs("K97+"),
			Title:    "Tasks mount file systems over TLS, with their role, by an access point",
			Severity: control.High, Levels: mandatory, Types: []string{ecsTaskType}, Optional: true,
			Risk: "Files cross the network in the clear, or every task that reaches the file system has all of it",
			Fix: "set transitEncryption and authorizationConfig.iam to ENABLED, and authorizationConfig.accessPointId, in " +
				"efsVolumeConfiguration",
			Link: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-best-practices.html",
			Judge: func(c in) control.Result {
				volumes, complete := c.Get("volumes").List()
				if complete == prop.Yes && len(volumes) == 0 {
					return control.Skip()
				}
				answer := complete
				for _, volume := range volumes {
					files := volume.Get("efsVolumeConfiguration")
					guarded := files.Get("transitEncryption").Is("ENABLED").
						And(files.Get("authorizationConfig").Get("iam").Is("ENABLED")).
						And(files.Get("authorizationConfig").Get("accessPointId").IsSet())
					answer = answer.And(files.IsEmpty().Or(guarded))
				}
				return control.Want(answer, "a task of %s mounts a file system without TLS, role or access point", c.Name)
			},
		},
	}
}

// filePolicy answers whether the policy of a file system satisfies f.
func filePolicy(c in, f func(iamdoc.Document) prop.Truth) prop.Truth {
	return settled(c.Graph.Referrers(c.Resource, filePolicyType, "fileSystemId"), func(r *graph.Resource) prop.Truth {
		doc, ok := iamdoc.Read(r.Get("policy"))
		if ok != prop.Yes {
			return ok
		}
		return f(doc)
	})
}

// tagged answers whether the resource has the tag of a selection, itself or by its provider.
func tagged(c in, tag prop.Value) prop.Truth {
	key, known := tag.Get("key").Text()
	value, alsoKnown := tag.Get("value").Text()
	if !known || !alsoKnown {
		return prop.Maybe
	}
	own := c.Get("tags", key)
	if own.Absent() && c.Provider != nil {
		own = c.Provider.DefaultTags().Get(key)
	}
	return own.Is(value)
}
