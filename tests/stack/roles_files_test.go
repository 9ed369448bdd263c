package stack_test

const arnFiles = "arn:aws:elasticfilesystem:us-east-1:123456789012:"

// fileAttacks are on the file systems of others: to delete them, to open them, and to tag them so that they look like
// ours.
func fileAttacks() []attack {
	const theirs, ours = arnFiles + "file-system/fs-1", arnFiles + "file-system/fs-2"
	tag := func(project, stack string) map[string]string {
		return map[string]string{"aws:ResourceTag/Project": project, "aws:ResourceTag/Stack": stack}
	}
	made := func(project, stack, by string) map[string]string {
		keys := map[string]string{"aws:RequestTag/Project": project, "aws:RequestTag/Stack": stack}
		if by != "" {
			keys["elasticfilesystem:CreateAction"] = by
		}
		return keys
	}
	adopts := made("aws-webapp", "staging", "CreateFileSystem")
	attacks := []attack{
		{"staging", "elasticfilesystem:PutFileSystemPolicy", theirs, nil, ours, ourTags},
		{
			"staging", "elasticfilesystem:DeleteAccessPoint", arnFiles + "access-point/fsap-1", elsewhere,
			arnFiles + "access-point/fsap-2", ourTags,
		},
		{"staging", "elasticfilesystem:TagResource", theirs, made("aws-webapp", "staging", ""), ours, adopts},
		{
			"staging", "elasticfilesystem:TagResource", theirs, both(elsewhere, made("aws-webapp", "staging", "")), ours, adopts,
		},
		{"staging", "elasticfilesystem:TagResource", theirs, made("billing", "staging", "CreateFileSystem"), ours, adopts},
		{"staging", "elasticfilesystem:TagResource", theirs, made("aws-webapp", "prod", "CreateFileSystem"), ours, adopts},
		// What belongs to a workload within the boundary: its own policies name the file system, and nothing is root.
		{"workload", "elasticfilesystem:ClientRootAccess", theirs, nil, "", nil},
		{
			"workload", "elasticfilesystem:ClientMount",
			"arn:aws:elasticfilesystem:us-east-1:999999999999:file-system/fs-1", nil,
			ours, nil,
		},
	}
	for _, tags := range []map[string]string{tag("billing", "staging"), tag("aws-webapp", "prod"), elsewhere} {
		attacks = append(attacks, attack{"staging", "elasticfilesystem:DeleteFileSystem", theirs, tags, ours, ourTags})
	}
	return attacks
}
