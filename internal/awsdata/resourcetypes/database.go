package resourcetypes

import (
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// The tokens of the database and the rotation of its secret.
const (
	DBInstance       = "aws:rds/instance:Instance"
	DBParameterGroup = "aws:rds/parameterGroup:ParameterGroup"
	DBSubnetGroup    = "aws:rds/subnetGroup:SubnetGroup"
	SecretRotation   = "aws:secretsmanager/secretRotation:SecretRotation"
)

func init() { register(databaseServices, databaseTypes) }

var databaseServices = []Service{
	{
		Prefix: "rds", Group: "data", Linked: "rds.amazonaws.com", UsesKeys: true,
		// Pulumi makes up the names of groups.
		Named: []string{"db:", "snapshot:"}, Unnamed: []string{"og:default*", "pg:*", "subgrp:*"},
		Actions: Actions{
			Read: "DescribeAccountAttributes DescribeDBEngineVersions DescribeDBSnapshots DescribeOrderableDBInstanceOptions",
		},
	},
	// RDS makes up the names of the secrets that it creates.
	{
		Prefix: "secretsmanager", Group: "data", UsesKeys: true, Unnamed: []string{"secret:rds!*"},
		Actions: Actions{Read: "ListSecrets"},
	},
}

var databaseTypes = []Type{
	{
		Token:  DBInstance,
		Create: Operation{Name: "rds.CreateDBInstance"},
		Actions: []Actions{
			{
				Service: "rds",
				Read:    "DescribeDBInstances ListTagsForResource",
				Write: "AddTagsToResource CreateDBInstance CreateDBSnapshot DeleteDBInstance ModifyDBInstance " +
					"RebootDBInstance RemoveTagsFromResource",
			},
			{Service: "secretsmanager", Write: "CreateSecret TagResource"},
		},
		Loss:     Loss{Critical, "the database's data and its automated backups"},
		Versions: []Version{{"engineVersion", endoflife.PostgreSQL}, {"caCertIdentifier", endoflife.CACertificate}},
		Times: Times{
			Create: 13 * time.Minute, Update: 2 * time.Minute, Delete: 5 * time.Minute,
			Source: "wait: rds/instance.go 60 s delay and 3 polls of 10 s; log: hashicorp/terraform issue 498, 5 to 10 " +
				"min and 15 to 20 min " +
				"with Multi-AZ (2014); estimate: Multi-AZ with monitoring and log exports 10 to 15 min today",
		},
	},
	{
		Token:  DBParameterGroup,
		Create: Operation{Name: "rds.CreateDBParameterGroup"},
		Actions: []Actions{
			{
				Service: "rds",
				Read:    "DescribeDBParameterGroups DescribeDBParameters ListTagsForResource",
				Write: "AddTagsToResource CreateDBParameterGroup DeleteDBParameterGroup ModifyDBParameterGroup " +
					"RemoveTagsFromResource ResetDBParameterGroup",
			},
		},
		Free: "part of the database",
		Times: Times{
			Create: 4 * time.Second, Update: 4 * time.Second, Delete: 2 * time.Second, Source: "estimate",
		},
	},
	{
		Token:  DBSubnetGroup,
		Create: Operation{Name: "rds.CreateDBSubnetGroup"},
		Actions: []Actions{
			{
				Service: "rds",
				Read:    "DescribeDBSubnetGroups ListTagsForResource",
				Write: "AddTagsToResource CreateDBSubnetGroup DeleteDBSubnetGroup ModifyDBSubnetGroup " +
					"RemoveTagsFromResource",
			},
		},
		Free: "part of the database",
	},
	{
		Token:   SecretRotation,
		Create:  Operation{Name: "secretsmanager.RotateSecret"},
		Actions: []Actions{{Service: "secretsmanager", Read: "DescribeSecret", Write: "CancelRotateSecret RotateSecret"}},
		Free:    "RDS rotates its own secrets without a function of ours",
	},
}
