package simaws_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// TestFileSystemsAreRefused: EFS API Reference, CreateFileSystem.
func TestFileSystemsAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(key, "k", props{"policy": policyOf(keyOfAccount)})
	for want, inputs := range map[string]props{
		"api error BadRequest: Max I/O performance mode is not supported with Elastic throughput.": {
			"throughputMode": "elastic", "performanceMode": "maxIO",
		},
		"api error BadRequest: KmsKeyId can only be specified if Encrypted is true.": {"kmsKeyId": "${k.arn}"},
		"[lifecyclePolicies[0]: each policy has one transition]": {"lifecyclePolicies": []any{
			props{"transitionToIa": "AFTER_30_DAYS", "transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
		}},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.FileSystem, "x", inputs), want)
	}
	made := e.make(resourcetypes.FileSystem, "files", props{
		"encrypted": true, "kmsKeyId": "${k.arn}", "throughputMode": "elastic", "creationToken": "mine",
		"lifecyclePolicies": []any{props{"transitionToIa": "AFTER_30_DAYS"}},
	})
	assert.Equal(t, made.id+".efs.us-east-1.amazonaws.com", made.outputs["dnsName"].StringValue())
	require.ErrorContains(t, e.try(resourcetypes.FileSystem, "y", props{"creationToken": "mine"}),
		"FileSystemAlreadyExists")
}

// TestAccessPointsAreRefused: EFS API Reference, RootDirectory, CreationInfo and PosixUser.
func TestAccessPointsAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(resourcetypes.FileSystem, "files", props{})
	point := func(path, mode string, uid float64) props {
		return props{
			"fileSystemId": "${files.id}", "posixUser": props{"uid": uid, "gid": 1000},
			"rootDirectory": props{
				"path": path, "creationInfo": props{"ownerUid": 1000, "ownerGid": 1000, "permissions": mode},
			},
		}
	}
	for what, tc := range map[string]struct {
		inputs props
		want   string
	}{
		"a path without a slash": {point("files", "0750", 1000), "rootDirectory.path: "},
		"five folders":           {point("/a/b/c/d/e", "0750", 1000), "rootDirectory.path: "},
		"101 characters":         {point("/"+strings.Repeat("a", 100), "0750", 1000), "rootDirectory.path: "},
		"a hidden folder":        {point("/.files", "0750", 1000), "rootDirectory.path: "},
		"a wildcard":             {point("/files*", "0750", 1000), "rootDirectory.path: "},
		"a mode in words":        {point("/files", "rwx", 1000), "rootDirectory.creationInfo.permissions: "},
		"a mode that is none":    {point("/files", "0850", 1000), "rootDirectory.creationInfo.permissions: "},
		"a user above 32 bits":   {point("/files", "0750", 1<<32), "posixUser.uid: "},
		"no file system": {
			props{"fileSystemId": "fs-0123456789abcdef0"},
			"FileSystemNotFound: File system 'fs-0123456789abcdef0' does not exist.",
		},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.FileSystemAccessPoint, "x", tc.inputs), tc.want, what)
	}
	for _, id := range []string{"uid", "gid", "ownerUid", "ownerGid"} {
		for _, number := range []float64{-1, 1 << 32} {
			inputs := point("/files", "0750", 1000)
			user := inputs["posixUser"].(props)
			if strings.HasPrefix(id, "owner") {
				user = inputs["rootDirectory"].(props)["creationInfo"].(props)
			}
			user[id] = number
			assert.ErrorContains(t, e.try(resourcetypes.FileSystemAccessPoint, "x", inputs), "."+id+": ")
		}
	}
	for char := '!'; char <= '~'; char++ {
		err := e.try(resourcetypes.FileSystemAccessPoint, "x", point("/files/a"+string(char)+"b", "0750", 1000))
		assert.Equal(t, strings.ContainsRune("$#<>;`|&?{}^*", char), err != nil, "%c", char)
	}
	e.make(resourcetypes.FileSystemAccessPoint, "100", point("/"+strings.Repeat("a", 99), "0750", 1000))
	e.make(resourcetypes.FileSystemAccessPoint, "four", point("/a/b/c/d", "750", 1<<32-1))
	e.make(resourcetypes.FileSystemAccessPoint, "root", props{"fileSystemId": "${files.id}"})
}

// TestMountTargetsAreRefused: one in each zone of one VPC, and the file system goes after them.
func TestMountTargetsAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	for _, s := range []step{
		{resourcetypes.FileSystem, "files", props{}},
		{resourcetypes.Subnet, "again", props{
			"vpcId": "${vpc.id}", "cidrBlock": "10.0.9.0/24", "availabilityZone": "us-east-1a",
		}},
		{resourcetypes.VPC, "other", props{"cidrBlock": "10.1.0.0/16"}},
		{resourcetypes.Subnet, "far", props{
			"vpcId": "${other.id}", "cidrBlock": "10.1.1.0/24", "availabilityZone": "us-east-1c",
		}},
		{resourcetypes.SecurityGroup, "theirs", props{"vpcId": "${other.id}", "description": "x"}},
	} {
		e.make(s.token, s.name, s.inputs)
	}
	target := func(subnet, group string) props {
		return props{"fileSystemId": "${files.id}", "subnetId": subnet, "securityGroups": []any{group}}
	}
	require.ErrorContains(t, e.try(resourcetypes.FileSystemMountTarget, "x", target("${a.id}", "${theirs.id}")),
		"InvalidGroup.NotFound")
	e.make(resourcetypes.FileSystemMountTarget, "first", target("${a.id}", "${sg.id}"))
	for subnet, want := range map[string]string{
		"${again.id}": "api error MountTargetConflict: mount target already exists in this AZ",
		"${far.id}": "api error MountTargetConflict: requested subnet for new mount target is not in the same VPC as " +
			"existing mount targets",
	} {
		group := "${sg.id}"
		if subnet == "${far.id}" {
			group = "${theirs.id}"
		}
		require.ErrorContains(t, e.try(resourcetypes.FileSystemMountTarget, "x", target(subnet, group)), want)
	}
	e.make(resourcetypes.FileSystemMountTarget, "second", target("${b.id}", "${sg.id}"))
	require.NoError(t, e.update("second", target("${b.id}", "${sg.id}")), "it is itself in its zone")
	require.ErrorContains(t, e.remove("files"), "FileSystemInUse: The file system '"+e.made["files"].id+
		"' cannot be deleted because it has mount targets.")
	require.NoError(t, e.remove("first"))
	require.NoError(t, e.remove("second"))
	require.NoError(t, e.remove("files"))
}

func TestFilePoliciesThatLockOutAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(resourcetypes.FileSystem, "files", props{})
	const root, put = `{"AWS":"arn:aws:iam::123456789012:root"}`, "elasticfilesystem:PutFileSystemPolicy"
	policy := func(principal, action, resource, condition string) props {
		return props{"fileSystemId": "${files.id}", "policy": policyOf(`{"Effect":"Deny","Principal":` + principal +
			`,"Action":"` + action + `","Resource":"` + resource + `"` + condition + `}`)}
	}
	for what, locked := range map[string]props{
		"everybody":   policy(`"*"`, "*", "*", ""),
		"the account": policy(root, put, "${files.arn}", ""),
		"who has TLS": policy(`"*"`, "*", "*", `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`),
	} {
		require.ErrorContains(t, e.try(resourcetypes.FileSystemPolicy, "x", locked), "InvalidPolicyException", what)
	}
	bypassed := policy(`"*"`, "*", "*", "")
	bypassed["bypassPolicyLockoutSafetyCheck"] = true
	for what, open := range map[string]props{
		"a bypass":        bypassed,
		"another account": policy(`{"AWS":"arn:aws:iam::999999999999:root"}`, "*", "*", ""),
		"a service":       policy(`{"Service":"backup.amazonaws.com"}`, "*", "*", ""),
		"another action":  policy(`"*"`, "elasticfilesystem:ClientMount", "*", ""),
		"other files":     policy(`"*"`, "*", "${files.arn}0", ""),
		"no TLS":          policy(`"*"`, "*", "*", `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}`),
	} {
		require.NoError(t, e.try(resourcetypes.FileSystemPolicy, what, open), what)
	}
}

// filesOf are a file system with what it takes to mount it, and a role.
func (e *engine) filesOf(rights, denial string) {
	e.t.Helper()
	e.vpc()
	for _, s := range []step{
		{resourcetypes.FileSystem, "files", props{}},
		{resourcetypes.FileSystemAccessPoint, "point", props{
			"fileSystemId": "${files.id}", "rootDirectory": props{
				"path": "/files", "creationInfo": props{"ownerUid": 1, "ownerGid": 1, "permissions": "750"},
			},
		}},
		{resourcetypes.FileSystemAccessPoint, "nowhere", props{
			"fileSystemId": "${files.id}", "rootDirectory": props{"path": "/files"},
		}},
		{resourcetypes.FileSystemPolicy, "policy", props{"fileSystemId": "${files.id}", "policy": policyOf(denial)}},
		{resourcetypes.FileSystemMountTarget, "in-a", props{"fileSystemId": "${files.id}", "subnetId": "${a.id}"}},
		{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
		{rolePolicy, "p", props{"role": "${r.name}", "policy": policyOf(rights)}},
		{cluster, "c", props{"name": "c"}},
	} {
		e.make(s.token, s.name, s.inputs)
	}
}

const (
	mayMount = `{"Effect":"Allow","Action":"elasticfilesystem:ClientMount","Resource":"*"}`
	mayAll   = `{"Effect":"Allow","Action":"elasticfilesystem:Client*","Resource":"*"}`
	noClear  = `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
)

// mounting is a task definition with the file system, whose volume is changed.
func mounting(changes props) props {
	volume := props{
		"fileSystemId": "${files.id}", "transitEncryption": "ENABLED",
		"authorizationConfig": props{"accessPointId": "${point.id}", "iam": "ENABLED"},
	}
	maps.Copy(volume, changes)
	return props{
		"family": "web", "taskRoleArn": "${r.arn}",
		"volumes": []any{props{"name": "files", "efsVolumeConfiguration": volume}},
		"containerDefinitions": `[{"name":"web","image":"nginx","mountPoints":[{"sourceVolume":"files",` +
			`"containerPath":"/srv"}]}]`,
	}
}

// TestTasksThatCannotMount: what ECS refuses of a volume at once, and what keeps a task from starting.
func TestTasksThatCannotMount(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.filesOf(mayAll, noClear)
	for what, tc := range map[string]struct {
		changes props
		want    string
	}{
		"in the clear": {props{"transitEncryption": "DISABLED"}, "transitEncryption must be ENABLED"},
		"IAM in the clear": {
			props{"transitEncryption": "DISABLED", "authorizationConfig": props{"iam": "ENABLED"}},
			"transitEncryption must be ENABLED",
		},
		"an access point in the clear": {
			props{"transitEncryption": "DISABLED", "authorizationConfig": props{"accessPointId": "${point.id}"}},
			"transitEncryption must be ENABLED",
		},
		"a folder beside the": {props{"rootDirectory": "/data"}, "rootDirectory must be / or left out"},
	} {
		assert.ErrorContains(t, e.try(task, "t", mounting(tc.changes)), tc.want, what)
	}
	nobody := mounting(nil)
	delete(nobody, "taskRoleArn")
	require.ErrorContains(t, e.try(task, "t", nobody), "IAM authorization needs a task role")

	e.make(task, "t", mounting(nil))
	e.make(resourcetypes.FileSystemAccessPoint, "top", props{
		"fileSystemId": "${files.id}", "rootDirectory": props{"path": "/"},
	})
	e.make(task, "whole", mounting(props{"authorizationConfig": props{"accessPointId": "${top.id}", "iam": "ENABLED"}}))
	e.make(task, "lost", mounting(props{"authorizationConfig": props{"accessPointId": "${nowhere.id}", "iam": "ENABLED"}}))
	runs := func(name, definition string, subnets ...any) props {
		return props{
			"name": name, "cluster": "${c.arn}", "taskDefinition": definition,
			"networkConfiguration": props{"subnets": subnets, "securityGroups": []any{"${sg.id}"}},
		}
	}
	require.NoError(t, e.try(service, "s", runs("s", "${t.arn}", "${a.id}")))
	require.NoError(t, e.try(service, "w", runs("w", "${whole.arn}", "${a.id}")), "the root is always there")
	require.ErrorContains(t, e.try(service, "x", runs("x", "${t.arn}", "${a.id}", "${b.id}")),
		"ensure that the VPC has an EFS mount target")
	require.ErrorContains(t, e.try(service, "x", runs("x", "${lost.arn}", "${a.id}")), "No such file or directory")
	old := runs("x", "${t.arn}", "${a.id}")
	old["platformVersion"] = "1.3.0"
	require.ErrorContains(t, e.try(service, "x", old), "PlatformTaskDefinitionIncompatibilityException")
	old["platformVersion"] = "1.4.0"
	require.NoError(t, e.try(service, "x", old))

	e.make(task, "theirs", mounting(props{"fileSystemId": "fs-0123456789abcdef0", "authorizationConfig": props{}}))
	require.NoError(t, e.try(service, "y", runs("y", "${theirs.arn}", "${b.id}")), "a file system of another stack")
}

// TestTasksThatMayNotWrite: a role that may mount need not write, unless a container may.
func TestTasksThatMayNotWrite(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.filesOf(mayMount, noClear)
	for _, setting := range []string{`,"readOnly":true`, ``} {
		definition := mounting(nil)
		definition["containerDefinitions"] = `[{"name":"web","image":"nginx","mountPoints":[{"sourceVolume":"files",` +
			`"containerPath":"/srv"` + setting + `}]},{"name":"beside","image":"nginx","essential":false,"mountPoints":[` +
			`{"sourceVolume":"files","containerPath":"/srv","readOnly":true}]}]`
		e.make(task, "t", definition)
		err := simaws.Undelivered(e.cloud)
		if setting != "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "elasticfilesystem:ClientWrite is refused by the policies of role r-")
	}
}

// TestTasksThatMayNotMount: the role has to allow it, and the file system's policy not to deny it.
func TestTasksThatMayNotMount(t *testing.T) {
	const onlyPoint = `{"Sid":"AccessPointOnly","Effect":"Deny","Principal":"*","Action":"elasticfilesystem:Client*",` +
		`"Resource":"*","Condition":{"StringNotEquals":{"elasticfilesystem:AccessPointArn":"arn:other"}}}`
	for what, tc := range map[string]struct{ rights, denial, want string }{
		"nothing":            {nothing, noClear, "access denied by server while mounting"},
		"not this way":       {mayAll, onlyPoint, `"AccessPointOnly" denies it`},
		"all":                {mayAll, noClear, ""},
		"mounting is enough": {mayMount, noClear, ""},
	} {
		t.Run(what, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.filesOf(tc.rights, tc.denial)
			e.make(task, "t", mounting(nil))
			err := e.try(service, "s", props{
				"name": "s", "cluster": "${c.arn}", "taskDefinition": "${t.arn}",
				"networkConfiguration": props{"subnets": []any{"${a.id}"}, "securityGroups": []any{"${sg.id}"}},
			})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}
