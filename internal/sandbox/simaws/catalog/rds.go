package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// dbChars is what the provider accepts in identifiers, without capital letters: validIdentifier in
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/validate.go
var dbChars = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9])*$`)

func init() { tables = append(tables, rdsTypes) }

// rdsTypes are relational databases. Almost every property of an instance changes in place; the
// others would lose the data.
var rdsTypes = Types{
	resourcetypes.DBInstance: {
		Name: &Name{
			Property: "identifier", Prefix: "identifierPrefix", Max: 63, Chars: dbChars, Fallback: "tf-{digits26}",
		},
		ID: "db-{upper26}",
		Outputs: Outputs{
			"address":      "{.identifier}.{lower12#dns}.{region}.rds.amazonaws.com",
			"endpoint":     "{.address}:{.port}",
			"arn":          "arn:{partition}:rds:{region}:{account}:db:{.identifier}",
			"resourceId":   "{id}",
			"hostedZoneId": "Z{upper13#zone}",
			"status":       "available", "port": Compute(enginePort), "engineVersionActual": Compute(runningVersion),
			"availabilityZone": Compute(dbZone), "multiAz": false, "backupRetentionPeriod": 0,
			"backupWindow": "03:00-03:30", "maintenanceWindow": "sun:05:00-sun:05:30",
			"caCertIdentifier": "rds-ca-rsa2048-g1", "networkType": "IPV4", "backupTarget": "region",
			"licenseModel": "postgresql-license", "engineLifecycleSupport": "open-source-rds-extended-support",
			"storageType": "gp2", "storageThroughput": 0, "iops": 0, "latestRestorableTime": "", "timezone": "",
			"characterSetName": "", "domainFqdn": "", "replicaMode": "", "ncharCharacterSetName": "",
			"optionGroupName": "default:{.engine}", "parameterGroupName": "default.{.engine}",
			"listenerEndpoints": []any{}, "replicas": []any{},
			"masterUserSecrets":           Compute(masterUserSecrets),
			"dbSubnetGroupName":           "default",
			"performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0, "monitoringRoleArn": "",
			"masterUserSecretKmsKeyId": "",
		},
		Refs: []Ref{
			{Path: "dbSubnetGroupName", To: resourcetypes.DBSubnetGroup, Holds: true},
			{Path: "parameterGroupName", To: resourcetypes.DBParameterGroup, Holds: true, Foreign: true},
			{Path: "vpcSecurityGroupIds[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "kmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "masterUserSecretKmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "performanceInsightsKmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{Path: "monitoringRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
		},
		Unique: []Unique{{Properties: []string{"identifier"}, Error: "DBInstanceAlreadyExists: DB instance already exists"}},
		Checks: []Check{noPasswordTwice, backupRetention},
		Guards: []Rule{finalSnapshotNamed},
		Rules: []Rule{
			trusts("monitoringRoleArn", deliveries.MonitoringRole, "InvalidParameterValue: IAM role ARN value is "+
				"invalid or does not include the required permissions for: ENHANCED_MONITORING"),
			groupsOfVpc("vpcSecurityGroupIds[]", func(c *Call) string {
				group, _ := c.Find(resourcetypes.DBSubnetGroup, "id", c.Text("dbSubnetGroupName"))
				return prop.Text(group.Props, "vpcId")
			}),
			versionIsOffered,
			familyFitsVersion,
		},
		Protect: map[string]string{"deletionProtection": "InvalidParameterCombination: Cannot delete protected DB " +
			"Instance, please disable deletion protection and try again."},
		Spawns: []Spawn{{
			Token: secretToken, ID: "masterUserSecrets[].secretArn",
			Outputs: Outputs{
				"name": "rds!{id}", "kmsKeyId": "{.masterUserSecretKmsKeyId}",
				"description": "Secret associated with primary RDS DB instance: {.arn}",
			},
		}},
		Tags:     true,
		NotFound: "DBInstanceNotFound: DBInstance {value} not found.",
	},
	resourcetypes.DBSubnetGroup: {
		Name: &Name{
			Prefix: "namePrefix", Max: 255, Lower: true, Chars: regexp.MustCompile(`^[ .0-9a-z_-]+$`),
		},
		ID: "{.name}",
		Outputs: Outputs{
			"arn":                   "arn:{partition}:rds:{region}:{account}:subgrp:{.name}",
			"supportedNetworkTypes": []any{"IPV4"},
			"vpcId":                 Compute(func(c *Call) any { return c.vpcOf("subnetIds[]") }),
		},
		Refs: []Ref{{Path: "subnetIds[]", To: resourcetypes.Subnet}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DBSubnetGroupAlreadyExists: " +
			"The DB subnet group '{.name}' already exists."}},
		Rules: []Rule{subnetsCoverZones("subnetIds[]", "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group "+
			"doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {zones}. "+
			"Add subnets to cover at least 2 AZs.")},
		Tags:     true,
		NotFound: "DBSubnetGroupNotFoundFault: DB subnet group '{value}' does not exist.",
		InUse: "InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '{id}' because at least one database " +
			"instance: {user} is still using it.",
	},
	resourcetypes.DBParameterGroup: {
		Name:    &Name{Prefix: "namePrefix", Max: 255, Lower: true, Chars: dbChars},
		ID:      "{.name}",
		Outputs: Outputs{"arn": "arn:{partition}:rds:{region}:{account}:pg:{.name}"},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DBParameterGroupAlreadyExists: " +
			"Parameter group {.name} already exists"}},
		Tags:     true,
		NotFound: "DBParameterGroupNotFound: DBParameterGroup not found: {value}",
		InUse: "InvalidDBParameterGroupState: One or more database instances are still members of this parameter " +
			"group {id}, so the group cannot be deleted",
	},
}

func enginePort(c *Call) any {
	switch engine := c.Text("engine"); {
	case strings.Contains(engine, "postgres"):
		return 5432
	case strings.Contains(engine, "sqlserver"):
		return 1433
	case strings.Contains(engine, "oracle"):
		return 1521
	default:
		return 3306
	}
}

// dbZone returns the zone of the first subnet of the instance's subnet group.
func dbZone(c *Call) any {
	group, _ := c.Find(resourcetypes.DBSubnetGroup, "id", c.Text("dbSubnetGroupName"))
	if subnet, ok := c.Find(resourcetypes.Subnet, "id", prop.Text(group.Props, "subnetIds[]")); ok {
		return prop.Text(subnet.Props, "availabilityZone")
	}
	return c.Region + "a"
}

func masterUserSecrets(c *Call) any {
	if !prop.True(c.Inputs, "manageMasterUserPassword") {
		return []any{}
	}
	key := c.Text("masterUserSecretKmsKeyId")
	return []any{map[string]any{
		"kmsKeyId":     key,
		"secretArn":    c.Expand("arn:{partition}:secretsmanager:{region}:{account}:secret:rds!{id}-{lower6#secret}", nil),
		"secretStatus": "active",
	}}
}

func noPasswordTwice(inputs resource.PropertyMap) (string, string) {
	if prop.True(inputs, "manageMasterUserPassword") && prop.Has(inputs, "password") {
		return "password", `conflicts with "manageMasterUserPassword": RDS makes the password itself`
	}
	return "", ""
}

func backupRetention(inputs resource.PropertyMap) (string, string) {
	days, ok := prop.Number(inputs, "backupRetentionPeriod")
	if ok && (days < 0 || days > 35) {
		return "backupRetentionPeriod", fmt.Sprintf("must be 0 to 35, found %v", days)
	}
	return "", ""
}

// finalSnapshotNamed refuses, as the provider does, to delete an instance that should keep a
// final snapshot but has no name for it.
func finalSnapshotNamed(c *Call) error {
	if prop.True(c.Old, "skipFinalSnapshot") || prop.Has(c.Old, "finalSnapshotIdentifier") {
		return nil
	}
	return Errorf("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is "+
		"specified: set finalSnapshotIdentifier or skipFinalSnapshot, run up, then destroy")
}

// familyFitsVersion: a parameter group belongs to a major version.
func familyFitsVersion(c *Call) error {
	group, ok := c.Find(resourcetypes.DBParameterGroup, "id", c.Text("parameterGroupName"))
	major, _, _ := strings.Cut(c.Text("engineVersion"), ".")
	want := c.Text("engine") + major
	if family := prop.Text(group.Props, "family"); ok && major != "" && c.Text("engine") == "postgres" && family != want {
		return Errorf("InvalidParameterCombination", "The Parameter Group %s with DBParameterGroupFamily %s can't be "+
			"used for this instance. Please use a Parameter Group with DBParameterGroupFamily %s", group.ID, family, want)
	}
	return nil
}

// subnetsCoverZones: managed services require subnets in two availability zones. {zones} in the
// refusal stands for the zones covered.
func subnetsCoverZones(path, refusal string) Rule {
	return func(c *Call) error {
		zones := map[string]bool{}
		for _, id := range prop.Texts(c.Inputs, path) {
			if subnet, ok := c.Find(resourcetypes.Subnet, "id", id); ok {
				zones[prop.Text(subnet.Props, "availabilityZone")] = true
			}
		}
		if len(zones) >= 2 {
			return nil
		}
		var names []string
		for zone := range zones {
			names = append(names, zone)
		}
		return Wording(strings.ReplaceAll(refusal, "{zones}", strings.Join(names, ", ")))
	}
}
