package catalog

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/policies/iamdoc"
)

func init() { tables = append(tables, fileTypes) }

const efsArn = "arn:{partition}:elasticfilesystem:{region}:{account}:"

// fileTypes are file systems on EFS. The words are those of the EFS API Reference, and of the errors that public issues
// quote: hashicorp/terraform-provider-aws#2525, rebuy-de/aws-nuke#1203.
var fileTypes = Types{
	resourcetypes.FileSystem: {
		ID: "fs-{hex17}",
		Outputs: Outputs{
			"arn": efsArn + "file-system/{id}", "creationToken": "terraform-{digits26#token}",
			"dnsName":   "{id}.efs.{region}.amazonaws.com",
			"encrypted": false, "kmsKeyId": "", "performanceMode": "generalPurpose", "ownerId": "{account}",
			"numberOfMountTargets": 0, "availabilityZoneId": "", "availabilityZoneName": "",
			"name":        Compute(func(c *Call) any { return prop.Text(c.Inputs, "tags.Name") }),
			"protection":  map[string]any{"replicationOverwrite": "ENABLED"},
			"sizeInBytes": []any{map[string]any{"value": 6144, "valueInStandard": 6144, "valueInIa": 0}},
		},
		Refs: []Ref{{Path: "kmsKeyId", To: resourcetypes.KMSKey, By: arn, Foreign: true}},
		Unique: []Unique{{
			Properties: []string{"creationToken"}, Error: "FileSystemAlreadyExists: File system '{id}' already exists with " +
				"creation token '{.creationToken}'",
		}},
		Checks:   []Check{lifecycleFits},
		Rules:    []Rule{modesFit},
		Tags:     true,
		NotFound: "FileSystemNotFound: File system '{value}' does not exist.",
		InUse: "FileSystemInUse: The file system '{id}' cannot be deleted because it has mount targets. You must delete " +
			"the mount targets, and then try again.",
	},
	resourcetypes.FileSystemAccessPoint: {
		ID: "fsap-{hex17}",
		Outputs: Outputs{
			"arn": efsArn + "access-point/{id}", "fileSystemArn": efsArn + "file-system/{.fileSystemId}",
			"ownerId": "{account}", "rootDirectory": map[string]any{"path": "/"},
		},
		Refs:     []Ref{{Path: "fileSystemId", To: resourcetypes.FileSystem}},
		Checks:   []Check{accessPointFits},
		Tags:     true,
		NotFound: "AccessPointNotFound: Access point '{value}' does not exist.",
	},
	resourcetypes.FileSystemMountTarget: {
		ID: "fsmt-{hex17}",
		Outputs: Outputs{
			"availabilityZoneName": Compute(func(c *Call) any { return c.zoneOf(c.Text("subnetId")) }),
			"availabilityZoneId":   "use1-az1", "dnsName": "{.fileSystemId}.efs.{region}.amazonaws.com",
			"mountTargetDnsName": "{.availabilityZoneName}.{.fileSystemId}.efs.{region}.amazonaws.com",
			"fileSystemArn":      efsArn + "file-system/{.fileSystemId}", "ipAddress": "10.0.0.17",
			"networkInterfaceId": "eni-{hex17#eni}", "ownerId": "{account}", "securityGroups": []any{},
		},
		Refs: []Ref{
			{Path: "fileSystemId", To: resourcetypes.FileSystem, Holds: true},
			{Path: "subnetId", To: resourcetypes.Subnet, Holds: true},
			{Path: "securityGroups[]", To: resourcetypes.SecurityGroup, Holds: true},
		},
		Rules: []Rule{
			oneMountTargetAZone,
			groupsOfVpc("securityGroups[]", func(c *Call) string { return c.vpcOf("subnetId") }),
		},
		NotFound: "MountTargetNotFound: Mount target '{value}' does not exist.",
	},
	resourcetypes.FileSystemPolicy: {
		ID:    "{.fileSystemId}",
		Refs:  []Ref{{Path: "fileSystemId", To: resourcetypes.FileSystem}},
		JSON:  []string{"policy"},
		Rules: []Rule{filesStayManageable},
	},
}

func (c *Call) zoneOf(subnet string) string {
	found, _ := c.Find(resourcetypes.Subnet, "id", subnet)
	return prop.Text(found.Props, "availabilityZone")
}

// modesFit: EFS API Reference, CreateFileSystem.
func modesFit(c *Call) error {
	switch {
	case c.Text("throughputMode") == "elastic" && c.Text("performanceMode") == "maxIO":
		return Errorf("BadRequest", "Max I/O performance mode is not supported with Elastic throughput.")
	case c.Text("kmsKeyId") != "" && !prop.True(c.Inputs, "encrypted"):
		return Errorf("BadRequest", "KmsKeyId can only be specified if Encrypted is true.")
	}
	return nil
}

// lifecycleFits: "each LifecyclePolicy object [has] only a single transition" (EFS API Reference,
// PutLifecycleConfiguration).
func lifecycleFits(inputs resource.PropertyMap) (string, string) {
	for i, policy := range prop.Objects(inputs, "lifecyclePolicies[]") {
		if len(policy) != 1 {
			return fmt.Sprintf("lifecyclePolicies[%d]", i), "each policy has one transition"
		}
	}
	return "", ""
}

var (
	// EFS API Reference, RootDirectory and CreationInfo. A part that begins with a dot is refused, which Go's expressions
	// cannot say after a slash.
	accessPointPath = regexp.MustCompile(`^(/|(/[^$#<>;` + "`" + `|&?{}^*/\n.][^$#<>;` + "`" + `|&?{}^*/\n]*){1,4})$`)
	octalMode       = regexp.MustCompile(`^[0-7]{3,4}$`)
)

func accessPointFits(inputs resource.PropertyMap) (string, string) {
	const root, longest, lastID = "rootDirectory.path", 100, 1<<32 - 1
	if path := prop.Text(inputs, root); path != "" && (len(path) > longest || !accessPointPath.MatchString(path)) {
		return root, fmt.Sprintf("%q: an absolute path of at most 4 folders and 100 characters", path)
	}
	const mode = "rootDirectory.creationInfo.permissions"
	if text := prop.Text(inputs, mode); text != "" && !octalMode.MatchString(text) {
		return mode, fmt.Sprintf("%q: three or four octal digits", text)
	}
	for _, id := range []string{
		"posixUser.uid", "posixUser.gid", "rootDirectory.creationInfo.ownerUid", "rootDirectory.creationInfo.ownerGid",
	} {
		if number, given := prop.Number(inputs, id); given && (number < 0 || number > lastID) {
			return id, fmt.Sprintf("%v: must be 0 to 4294967295", number)
		}
	}
	return "", ""
}

// oneMountTargetAZone: EFS API Reference, CreateMountTarget.
func oneMountTargetAZone(c *Call) error {
	zone, vpc := c.zoneOf(c.Text("subnetId")), c.vpcOf("subnetId")
	for _, other := range c.List(resourcetypes.FileSystemMountTarget) {
		if c.is(other) || prop.Text(other.Props, "fileSystemId") != c.Text("fileSystemId") {
			continue
		}
		subnet, _ := c.Find(resourcetypes.Subnet, "id", prop.Text(other.Props, "subnetId"))
		if prop.Text(subnet.Props, "vpcId") != vpc {
			return Errorf("MountTargetConflict", "requested subnet for new mount target is not in the same VPC as existing "+
				"mount targets")
		}
		if prop.Text(subnet.Props, "availabilityZone") == zone {
			return Errorf("MountTargetConflict", "mount target already exists in this AZ")
		}
	}
	return nil
}

// filesStayManageable is the lockout check of PutFileSystemPolicy.
func filesStayManageable(c *Call) error {
	if prop.True(c.Inputs, "bypassPolicyLockoutSafetyCheck") {
		return nil
	}
	files, _ := c.Find(resourcetypes.FileSystem, "id", c.Text("fileSystemId"))
	put := iamdoc.Request{
		Caller: iamdoc.Principal{Kind: "aws", ID: "arn:" + c.Partition + ":iam::" + c.Account + ":root"},
		Action: "elasticfilesystem:PutFileSystemPolicy", Resource: prop.Text(files.Props, "arn"),
		Keys: map[string][]string{"aws:SecureTransport": {"true"}},
	}
	if readPolicy(c.Text("policy")).Decide(put).DeniedBy == "" {
		return nil
	}
	return Errorf("InvalidPolicyException", "The policy would lock the caller out from making future PutFileSystemPolicy "+
		"requests.")
}
