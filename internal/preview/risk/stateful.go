package risk

import (
	"fmt"
	"maps"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// loss describes what is lost when a resource of a type is deleted.
type loss struct {
	level Level
	what  string
}

// levels of what the rows say of their types.
var levels = map[resourcetypes.Severity]Level{
	resourcetypes.Medium: Medium, resourcetypes.High: High, resourcetypes.Critical: Critical,
}

// stateful are the resource types that hold what no deployment can bring back, and what that is: those of the stacks as
// their rows say, and those that a team may add.
var stateful = func() map[string]loss {
	all := maps.Clone(otherStores)
	for _, row := range resourcetypes.All() {
		if row.Loss != (resourcetypes.Loss{}) {
			all[row.Token] = loss{levels[row.Loss.Severity], row.Loss.What}
		}
	}
	return all
}()

// otherStores are those that no stack makes. A type that is missing here is replaced without a word about its data, so
// that a new kind of store has to be entered.
var otherStores = map[string]loss{
	// Databases and caches.
	"aws:rds/cluster:Cluster":                 {Critical, "the database cluster's data and its automated backups"},
	"aws:rds/globalCluster:GlobalCluster":     {Critical, "the replication between the regions' clusters"},
	"aws:rds/snapshot:Snapshot":               {Critical, "the database snapshot"},
	"aws:rds/clusterSnapshot:ClusterSnapshot": {Critical, "the cluster snapshot"},
	"aws:docdb/cluster:Cluster":               {Critical, "the cluster's documents"},
	"aws:neptune/cluster:Cluster":             {Critical, "the graph's data"},
	"aws:redshift/cluster:Cluster":            {Critical, "the warehouse's data"},
	"aws:dynamodb/table:Table":                {Critical, "the table's items"},
	"aws:memorydb/cluster:Cluster":            {Critical, "the cluster's data"},
	"aws:elasticache/cluster:Cluster": {
		High, "what is cached: sessions and counters that live nowhere else are lost",
	},
	"aws:timestreamwrite/table:Table":              {Critical, "the table's measurements"},
	"aws:docdb/elasticCluster:ElasticCluster":      {Critical, "the cluster's documents"},
	"aws:docdb/clusterSnapshot:ClusterSnapshot":    {Critical, "the cluster snapshot"},
	"aws:neptune/clusterSnapshot:ClusterSnapshot":  {Critical, "the cluster snapshot"},
	"aws:redshift/clusterSnapshot:ClusterSnapshot": {Critical, "the cluster snapshot"},
	"aws:redshiftserverless/snapshot:Snapshot":     {Critical, "the snapshot of the warehouse"},
	"aws:memorydb/snapshot:Snapshot":               {Critical, "the cluster snapshot"},
	"aws:keyspaces/table:Table":                    {Critical, "the table's rows"},
	"aws:qldb/ledger:Ledger":                       {Critical, "the ledger's journal and documents"},
	"aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": {
		High, "the replication between the regions' caches",
	},
	"aws:elasticsearch/domain:Domain": {Critical, "the domain's indices"},

	// Files and disks.
	"aws:s3/bucket:Bucket":                        {Critical, "the bucket's objects and their versions"},
	"aws:fsx/lustreFileSystem:LustreFileSystem":   {Critical, "the file system's files"},
	"aws:fsx/ontapFileSystem:OntapFileSystem":     {Critical, "the file system's files"},
	"aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {Critical, "the file system's files"},
	"aws:fsx/windowsFileSystem:WindowsFileSystem": {Critical, "the file system's files"},
	"aws:s3/directoryBucket:DirectoryBucket":      {Critical, "the bucket's objects"},
	"aws:s3tables/tableBucket:TableBucket":        {Critical, "the bucket's tables"},
	"aws:fsx/ontapVolume:OntapVolume":             {Critical, "the volume's files"},
	"aws:fsx/openZfsVolume:OpenZfsVolume":         {Critical, "the volume's files"},
	"aws:fsx/openZfsSnapshot:OpenZfsSnapshot":     {Critical, "the volume snapshot"},
	"aws:storagegateway/storedIscsiVolume:StoredIscsiVolume": {
		Critical, "the volume's blocks",
	},
	"aws:ebs/volume:Volume":     {Critical, "the volume's blocks"},
	"aws:ebs/snapshot:Snapshot": {Critical, "the volume snapshot"},

	// Backups and evidence.
	"aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": {Critical, "the recovery points in the vault"},
	"aws:glacier/vault:Vault":                                    {Critical, "the archives in the vault"},
	"aws:dlm/lifecyclePolicy:LifecyclePolicy":                    {Medium, "the schedule of the snapshots"},

	// Keys, secrets and identities.
	"aws:kms/replicaKey:ReplicaKey": {
		Critical, "the key's replica: what is encrypted with it in this region becomes unreadable",
	},
	"aws:secretsmanager/secret:Secret":               {Critical, "the secret's value and its versions"},
	"aws:secretsmanager/secretVersion:SecretVersion": {High, "a version of the secret"},
	"aws:ssm/parameter:Parameter":                    {High, "the parameter's value and its history"},
	"aws:cognito/userPool:UserPool":                  {Critical, "the users and their passwords"},
	"aws:cognito/identityPool:IdentityPool":          {Critical, "the identities"},

	// Messages.
	"aws:kinesis/stream:Stream":                   {High, "the records in the stream"},
	"aws:msk/serverlessCluster:ServerlessCluster": {Critical, "the topics and their messages"},
	"aws:msk/cluster:Cluster":                     {Critical, "the topics and their messages"},
	"aws:mq/broker:Broker":                        {High, "the messages in the broker"},

	// Names that others rely on.
	"aws:route53/zone:Zone": {Critical, "the zone's records and name servers: the domain is dead until its registrar " +
		"knows the new ones"},
}

// judgeState finds what is lost when a resource is deleted.
func judgeState(s eventlog.Step) []Finding {
	gone, found := stateful[s.Type]
	if !found || s.Op != eventlog.OpReplace && s.Op != eventlog.OpDelete {
		return nil
	}
	if s.Retained {
		return []Finding{{
			Class: DataLoss, Level: Medium,
			Message: "stays in AWS but is no longer managed (retainOnDelete): nobody updates, bills or deletes it from here",
		}}
	}
	message := "is deleted: with it goes " + gone.what
	if s.Op == eventlog.OpReplace {
		message = "is replaced: the new one starts empty, with the old one goes " + gone.what
	}
	return []Finding{{Class: DataLoss, Level: gone.level, Message: message + safetyNet(s)}}
}

// safetyNet says what remains of a store, if its type has a safety net.
func safetyNet(s eventlog.Step) string {
	old := prop.Of(s.Old)
	switch s.Type {
	case resourcetypes.DBInstance, "aws:rds/cluster:Cluster":
		if old.Get("skipFinalSnapshot").IsTrue() == prop.Yes {
			return "; no final snapshot is taken (skipFinalSnapshot)"
		}
		if name := old.Get("finalSnapshotIdentifier"); name.IsSet() == prop.Yes {
			return fmt.Sprintf("; the final snapshot %s is left", name.Show())
		}
	case "aws:s3/bucket:Bucket", resourcetypes.Bucket, resourcetypes.Repository, resourcetypes.BackupVault:
		if old.Get("forceDestroy").IsTrue() == prop.Yes || old.Get("forceDelete").IsTrue() == prop.Yes {
			return "; nothing stops the deletion (forceDestroy)"
		}
		return "; AWS refuses unless it is empty"
	case resourcetypes.KMSKey:
		if days := old.Get("deletionWindowInDays"); days.IsSet() == prop.Yes {
			return fmt.Sprintf(" (%s days)", days.Show())
		}
	case "aws:secretsmanager/secret:Secret":
		if old.Get("recoveryWindowInDays").Is("0") == prop.Yes {
			return "; at once, without a recovery window"
		}
	}
	return ""
}
