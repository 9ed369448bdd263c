package main

import "aws-webapp/policies/testgraph"

const bucketV2 = "aws:s3/bucketV2:BucketV2"

// unprotected removes the option protect.
func unprotected(p testgraph.Pick) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { s.Unprotect(p) }
}

// stored adds something that holds data.
func stored(typeToken string, inputs testgraph.Props) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { s.Add(typeToken, "extra", inputs) }
}

func protectionMutants() []mutant {
	lost := func(fault string, mutate func(*testgraph.Stack)) mutant {
		return mutant{control: "data-protected", fault: fault, mutate: mutate}
	}
	return []mutant{
		{control: "vpc-protected", fault: "VPC", mutate: unprotected(testgraph.First("aws:ec2/vpc:Vpc"))},
		{control: "vpc-protected", fault: "one subnet", mutate: unprotected(testgraph.Subnet("Isolated"))},
		lost("bucket", set(testgraph.Named(bucketV2, "*logs"), true, "forceDestroy")),
		{
			control: "data-protected", fault: "repository", madeUp: true,
			mutate: set(testgraph.First(repository), true, "forceDelete"),
		},
		lost("vault", stored("aws:backup/vault:Vault", testgraph.Props{
			"forceDestroy": true, "kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
		})),
		lost("global database", stored("aws:rds/globalCluster:GlobalCluster", testgraph.Props{
			"engine": "aurora-postgresql", "engineVersion": "16.6", "storageEncrypted": true,
		})),
		lost("documents", stored("aws:docdb/cluster:Cluster", testgraph.Props{"storageEncrypted": true})),
		lost("graph", stored("aws:neptune/cluster:Cluster", testgraph.Props{"storageEncrypted": true})),
		lost("table", stored("aws:dynamodb/table:Table", testgraph.Props{"hashKey": "id"})),
		lost("users", stored("aws:cognito/userPool:UserPool", testgraph.Props{"deletionProtection": "INACTIVE"})),
		lost("warehouse", stored("aws:redshift/cluster:Cluster", testgraph.Props{
			"skipFinalSnapshot": true, "encrypted": true,
		})),
		{
			control: "data-protected", fault: "secret without a way back", madeUp: true,
			mutate: set(testgraph.First(secret), 0, "recoveryWindowInDays"),
		},
	}
}
