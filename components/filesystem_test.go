package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	filesToken       = "aws:efs/fileSystem:FileSystem"
	accessPointToken = "aws:efs/accessPoint:AccessPoint"
	mountTargetToken = "aws:efs/mountTarget:MountTarget"
	filesPolicyToken = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	testFiles        = "files-media"
)

func testFileSystemArgs() FileSystemArgs {
	return FileSystemArgs{
		Scope:                testScope,
		SubnetIDs:            pulumi.ToStringArray([]string{"subnet-db-1", "subnet-db-2"}),
		SecurityGroupID:      pulumi.String("sg-files"),
		DataKeyARN:           pulumi.String(testDataKeyARN),
		UID:                  1000,
		GID:                  2000,
		Folder:               "files",
		Permissions:          "0750",
		InfrequentAccessDays: 30,
		Protect:              true,
		Alarms: FileSystemAlarms{
			TopicARN: pulumi.String(testTopicARN), IOPercent: 80, TrafficGiBPerHour: 50, SizeGiB: 100,
		},
	}
}

func fileSystemProgram(change func(*FileSystemArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := testFileSystemArgs()
		change(&args)
		_, err := NewFileSystem(ctx, FileSystemName("media"), &args)
		return err
	}
}

func unchangedFiles(*FileSystemArgs) {}

func TestFileSystemKeepsTheContract(t *testing.T) {
	deployed(t, fileSystemProgram(unchangedFiles)).keepsContract(t, fileSystemType, testFiles, map[string]any{
		"id": testFiles + "-id", "arn": arnOf(filesToken, testFiles), "accessPointId": testFiles + "-id",
	})
}

func TestFileSystem(t *testing.T) {
	rec := deployed(t, fileSystemProgram(unchangedFiles))
	files := rec.one(t, filesToken, testFiles)
	assert.Equal(t, map[string]any{
		"encrypted":       true,
		"kmsKeyId":        testDataKeyARN,
		"performanceMode": "generalPurpose",
		"throughputMode":  "elastic",
		// EFS takes one transition in each.
		"lifecyclePolicies": []any{
			map[string]any{"transitionToIa": "AFTER_30_DAYS"},
			map[string]any{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
		},
		"tags": map[string]any{"Name": testFiles},
	}, files.inputs)
	assert.True(t, files.request.GetProtect(), "AWS deletes a file system with its files")
	assert.Equal(t, map[string]any{
		"fileSystemId": testFiles + "-id",
		"posixUser":    map[string]any{"uid": 1000.0, "gid": 2000.0},
		"rootDirectory": map[string]any{
			"path":         "/files",
			"creationInfo": map[string]any{"ownerUid": 1000.0, "ownerGid": 2000.0, "permissions": "0750"},
		},
		"tags": map[string]any{"Name": testFiles},
	}, rec.one(t, accessPointToken, testFiles).inputs)
	policy := rec.one(t, filesPolicyToken, testFiles)
	for i, subnet := range []string{"subnet-db-1", "subnet-db-2"} {
		target := rec.one(t, mountTargetToken, testFiles+[]string{"-1", "-2"}[i])
		assert.Equal(t, map[string]any{
			"fileSystemId": testFiles + "-id", "subnetId": subnet, "securityGroups": []any{"sg-files"},
		}, target.inputs)
		assert.True(t, target.request.GetDeleteBeforeReplace(), "a zone takes one")
		assert.True(t, target.dependsOn(policy), "nobody reaches the files before the policy is in force")
	}
}

func TestFileSystemThatKeepsFilesClose(t *testing.T) {
	rec := deployed(t, fileSystemProgram(func(a *FileSystemArgs) { a.InfrequentAccessDays, a.Protect = 0, false }))
	files := rec.one(t, filesToken, testFiles)
	assert.NotContains(t, files.inputs, "lifecyclePolicies")
	assert.False(t, files.request.GetProtect())
	rec = deployed(t, fileSystemProgram(func(a *FileSystemArgs) { a.InfrequentAccessDays = 1 }))
	assert.Contains(t, rec.one(t, filesToken, testFiles).inputs["lifecyclePolicies"],
		map[string]any{"transitionToIa": "AFTER_1_DAY"})
}

// A policy that allows something would let in whoever reaches a mount target.
func TestFileSystemPolicyDeniesAlone(t *testing.T) {
	rec := deployed(t, fileSystemProgram(unchangedFiles))
	var document struct{ Statement []map[string]any }
	text := rec.one(t, filesPolicyToken, testFiles).inputs["policy"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	assert.Equal(t, []map[string]any{
		{
			"Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": arnOf(filesToken, testFiles),
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		},
		{
			"Sid": "AccessPointOnly", "Effect": "Deny", "Principal": "*", "Resource": arnOf(filesToken, testFiles),
			"Action": []any{
				"elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite",
			},
			"Condition": map[string]any{"StringNotEquals": map[string]any{
				"elasticfilesystem:AccessPointArn": arnOf(accessPointToken, testFiles),
			}},
		},
	}, document.Statement)
}

// mounting makes a file system and a service with a sidecar that mount it.
func mounting(readOnly bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := testFileSystemArgs()
		files, err := NewFileSystem(ctx, testFiles, &args)
		if err != nil {
			return err
		}
		service := testServiceArgs()
		service.Uses = []ServiceUse{files.For(readOnly)}
		service.Container.Mounts = []ServiceMount{{Volume: files.VolumeName, Path: "/srv/media", ReadOnly: readOnly}}
		service.Sidecars = []TaskSidecar{{
			Name: "agent", Image: "example/agent:1.0.0", User: "100", TmpMiB: 16,
			Mounts: []ServiceMount{{Volume: files.VolumeName, Path: "/media", ReadOnly: true}},
		}}
		_, err = NewService(ctx, "visitor-book", &service)
		return err
	}
}

func TestServiceMountsFiles(t *testing.T) {
	rec := deployed(t, mounting(false))
	definition := rec.one(t, "aws:ecs/taskDefinition:TaskDefinition", "visitor-book")
	assert.Contains(t, definition.inputs["volumes"], map[string]any{
		"name": testFiles,
		"efsVolumeConfiguration": map[string]any{
			"fileSystemId": testFiles + "-id", "transitEncryption": "ENABLED",
			"authorizationConfig": map[string]any{"accessPointId": testFiles + "-id", "iam": "ENABLED"},
		},
	})
	var containers []containerDefinition
	require.NoError(t, json.Unmarshal([]byte(definition.inputs["containerDefinitions"].(string)), &containers))
	assert.Contains(t, containers[0].MountPoints, mountPoint{SourceVolume: testFiles, ContainerPath: "/srv/media"})
	assert.Equal(t, []mountPoint{{testFiles, "/media", true}}, containers[1].MountPoints)

	service := rec.one(t, "aws:ecs/service:Service", "visitor-book")
	for _, target := range rec.ofType(mountTargetToken) {
		assert.True(t, service.dependsOn(target), "without one in its zone a task does not start: %s", target.name)
	}
	assert.True(t, service.dependsOn(rec.one(t, filesPolicyToken, testFiles)))
}

func TestServiceMayUseItsFilesAlone(t *testing.T) {
	for readOnly, actions := range map[bool][]any{
		false: {"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"},
		true:  {"elasticfilesystem:ClientMount"},
	} {
		rec := deployed(t, mounting(readOnly))
		found := 0
		for _, policy := range rec.ofType("aws:iam/rolePolicy:RolePolicy") {
			var document struct{ Statement []map[string]any }
			require.NoError(t, json.Unmarshal([]byte(policy.inputs["policy"].(string)), &document))
			for _, s := range document.Statement {
				if s["Sid"] != "MountFiles" {
					continue
				}
				found++
				assert.Equal(t, map[string]any{
					"Sid": "MountFiles", "Effect": "Allow", "Action": actions, "Resource": arnOf(filesToken, testFiles),
					"Condition": map[string]any{"StringEquals": map[string]any{
						"elasticfilesystem:AccessPointArn": arnOf(accessPointToken, testFiles),
					}},
				}, s)
			}
		}
		assert.Equal(t, 1, found, "the task role's alone")
	}
}

// Two file systems are two groups of one tier, so that a service reaches what it mounts.
func TestFileSystemsHaveGroupsOfTheirOwn(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewSecurityGroups(ctx, "groups", &SecurityGroupsArgs{
			VPCID:    pulumi.String("vpc-1"),
			Services: []SecurityGroupsService{{Name: "web", Stores: []string{"files-media"}}, {Name: "api"}},
			Stores:   []SecurityGroupsStore{FileSystemStore("files-media"), FileSystemStore("files-data")},
		})
		return err
	})
	for _, group := range []string{"groups-files-media", "groups-files-data"} {
		tags := rec.one(t, "aws:ec2/securityGroup:SecurityGroup", group).inputs["tags"]
		assert.Equal(t, map[string]any{"Name": group, "webapp:tier": "files"}, tags)
	}
	into := rec.one(t, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "groups-files-media-from-app-web-2049")
	assert.Equal(t, "NFS from web", into.inputs["description"])
	assert.Equal(t, 2049.0, into.inputs["fromPort"])
	rec.one(t, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "groups-app-web-to-files-media-2049")
	for _, rule := range rec.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		assert.NotContains(t, rule.name, "files-data", "nobody uses it")
	}
}
