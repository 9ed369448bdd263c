package main

import (
	"maps"

	"aws-webapp/policies/testgraph"
)

const (
	fileSystem      = "aws:efs/fileSystem:FileSystem"
	fileAccessPoint = "aws:efs/accessPoint:AccessPoint"
	fileMount       = "aws:efs/mountTarget:MountTarget"
	filePolicy      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	backupSelection = "aws:backup/selection:Selection"

	filesTLSOnly = `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
)

// addFiles adds a file system that every control takes.
func addFiles(s *testgraph.Stack) {
	tasks := s.Get(testgraph.Tier("app"))
	group := s.Add("aws:ec2/securityGroup:SecurityGroup", "files", testgraph.Props{
		"vpcId":       testgraph.Of(s.Get(testgraph.First("aws:ec2/vpc:Vpc")), "id"),
		"description": "File system: NFS in, nothing out.",
		"tags":        testgraph.Props{"webapp:tier": "files"},
	})
	flow := func(token, name string, from, to testgraph.Props) {
		props := testgraph.Props{"ipProtocol": "tcp", "fromPort": 2049, "toPort": 2049, "description": "NFS"}
		maps.Copy(props, from)
		maps.Copy(props, to)
		s.Add(token, name, props)
	}
	flow("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "files-from-app",
		testgraph.Props{"securityGroupId": testgraph.Of(group, "id")},
		testgraph.Props{"referencedSecurityGroupId": testgraph.Of(tasks, "id")})
	flow("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "app-to-files",
		testgraph.Props{"securityGroupId": testgraph.Of(tasks, "id")},
		testgraph.Props{"referencedSecurityGroupId": testgraph.Of(group, "id")})
	files := s.Add(fileSystem, "files", testgraph.Props{
		"encrypted": true, "kmsKeyId": testgraph.Of(s.Get(testgraph.First(kmsKey)), "arn"), "throughputMode": "elastic",
	})
	files.Protect = true
	id := testgraph.Of(files, "id")
	s.Add(fileAccessPoint, "files", testgraph.Props{
		"fileSystemId": id, "posixUser": testgraph.Props{"uid": 1000, "gid": 1000},
		"rootDirectory": testgraph.Props{"path": "/files"},
	})
	s.Add(filePolicy, "files", testgraph.Props{"fileSystemId": id, "policy": document(filesTLSOnly)})
	s.Add(fileMount, "files", testgraph.Props{
		"fileSystemId": id, "subnetId": subnetsOf(s, "db")[0], "securityGroups": []any{testgraph.Of(group, "id")},
	})
	s.Add(backupSelection, "files", testgraph.Props{
		"name": "files", "planId": "1", "iamRoleArn": "arn:aws:iam::123456789012:role/backup",
		"resources": []any{testgraph.Of(files, "arn")},
	})
}

// fileVolume is a volume of a task on EFS, with changes.
func fileVolume(transit string, authorization testgraph.Props) []any {
	return []any{testgraph.Nested(testgraph.Props{"name": "files", "efsVolumeConfiguration": testgraph.Props{
		"fileSystemId": "fs-1", "transitEncryption": transit, "authorizationConfig": authorization,
	}})}
}

func fileMutants() []mutant {
	with := func(control, fault string, change func(*testgraph.Stack)) mutant {
		return mutant{control: control, fault: fault, madeUp: true, mutate: func(s *testgraph.Stack) {
			addFiles(s)
			change(s)
		}}
	}
	put := func(token string, value any, path ...string) func(*testgraph.Stack) {
		return func(s *testgraph.Stack) { s.Set(testgraph.Named(token, "files"), value, path...) }
	}
	allow := func(principal, condition string) string {
		return document(filesTLSOnly + `,{"Effect":"Allow","Principal":` + principal +
			`,"Action":"elasticfilesystem:ClientMount","Resource":"*"` + condition + `}`)
	}
	tasks := func(transit string, authorization testgraph.Props) func(*testgraph.Stack) {
		return func(s *testgraph.Stack) {
			s.Set(testgraph.First(ecsTask), fileVolume(transit, authorization), "volumes")
		}
	}
	return []mutant{
		with("efs-encrypted", "in the clear", put(fileSystem, false, "encrypted")),
		with("efs-encrypted", "nothing said", put(fileSystem, nil, "encrypted")),
		with("efs-encrypted", "AWS's key", put(fileSystem, nil, "kmsKeyId")),
		with("efs-tls-only", "of writing alone", put(filePolicy, document(`{"Effect":"Deny","Principal":"*",`+
			`"Action":"elasticfilesystem:ClientWrite","Resource":"*",`+
			`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")),
		with("efs-tls-only", "of one role", put(filePolicy, document(`{"Effect":"Deny",`+
			`"Principal":{"AWS":"arn:aws:iam::123456789012:role/web"},"Action":"*","Resource":"*",`+
			`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), "policy")),
		with("efs-no-anonymous-access", "everybody at a mount target", put(filePolicy, allow(`"*"`,
			`,"Condition":{"Bool":{"elasticfilesystem:AccessedViaMountTarget":"true"}}`), "policy")),
		with("efs-access-point-folder", "the root", put(fileAccessPoint, "/", "rootDirectory", "path")),
		with("efs-access-point-folder", "nothing said", put(fileAccessPoint, nil, "rootDirectory")),
		with("efs-access-point-user", "nothing said", put(fileAccessPoint, nil, "posixUser")),
		with("efs-access-point-user", "root", put(fileAccessPoint, 0, "posixUser", "uid")),
		with("efs-access-point-user", "the group of root", put(fileAccessPoint, 0, "posixUser", "gid")),
		with("efs-private-subnets", "public", func(s *testgraph.Stack) {
			s.Set(testgraph.Named(fileMount, "files"), subnetsOf(s, "public")[0], "subnetId")
		}),
		with("efs-backups", "in no plan", func(s *testgraph.Stack) {
			s.Remove(testgraph.Named(backupSelection, "files"))
		}),
		with("efs-backups", "AWS's own switched off", func(s *testgraph.Stack) {
			s.Remove(testgraph.Named(backupSelection, "files"))
			s.Add("aws:efs/backupPolicy:BackupPolicy", "files", testgraph.Props{
				"fileSystemId": testgraph.Of(s.Get(testgraph.Named(fileSystem, "files")), "id"),
				"backupPolicy": testgraph.Props{"status": "DISABLED"},
			})
		}),
		with("data-protected", "files", func(s *testgraph.Stack) { s.Unprotect(testgraph.Named(fileSystem, "files")) }),
		{
			control: "ecs-files-by-role", fault: "in the clear",
			mutate: tasks("DISABLED", testgraph.Props{"iam": "ENABLED", "accessPointId": "fsap-1"}),
		},
		{
			control: "ecs-files-by-role", fault: "without a role",
			mutate: tasks("ENABLED", testgraph.Props{"iam": "DISABLED", "accessPointId": "fsap-1"}),
		},
		{
			control: "ecs-files-by-role", fault: "all of it", mutate: tasks("ENABLED", testgraph.Props{"iam": "ENABLED"}),
		},
	}
}
