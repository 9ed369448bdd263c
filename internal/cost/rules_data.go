package cost

import (
	"fmt"
	"strings"
)

var dataRules = map[string]rule{
	"aws:rds/instance:Instance":        priced((*estimator).database),
	"aws:opensearch/domain:Domain":     priced((*estimator).searchDomain),
	"aws:s3/bucketV2:BucketV2":         priced((*estimator).bucket),
	"aws:secretsmanager/secret:Secret": priced((*estimator).secret),
	"aws:backup/vault:Vault":           priced((*estimator).vault),
	"aws:sqs/queue:Queue":              priced((*estimator).queue),

	"aws:rds/eventSubscription:EventSubscription":                                                free("RDS does not charge for events"),
	"aws:rds/parameterGroup:ParameterGroup":                                                      free("part of the database"),
	"aws:rds/subnetGroup:SubnetGroup":                                                            free("part of the database"),
	"aws:opensearch/domainPolicy:DomainPolicy":                                                   free("part of the domain"),
	"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2":                                 free("a setting of its bucket"),
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       free("expiry is free; transitions are few"),
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                                                     free("charged as storage of the log bucket"),
	"aws:s3/bucketNotification:BucketNotification":                                               free("a setting of its bucket"),
	"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2":                     free("a setting of its bucket"),
	"aws:s3/bucketObjectv2:BucketObjectv2":                                                       free("charged as storage of its bucket"),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     free("a setting of its bucket"),
	"aws:s3/bucketPolicy:BucketPolicy":                                                           free("a setting of its bucket"),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     free("a setting of its bucket"),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": free("charged as requests to its key"),
	"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               free("charged as storage of its bucket"),
	"aws:secretsmanager/secretPolicy:SecretPolicy":                                               free("a setting of its secret"),
	"aws:secretsmanager/secretRotation:SecretRotation":                                           free("RDS rotates its own secrets without a function of ours"),
	"aws:secretsmanager/secretVersion:SecretVersion":                                             free("charged as its secret"),
	"aws:backup/plan:Plan":                                                                       free("charged as storage of its vault"),
	"aws:backup/selection:Selection":                                                             free("charged as storage of its vault"),
	"aws:backup/vaultLockConfiguration:VaultLockConfiguration":                                   free("a setting of its vault"),
	"aws:backup/vaultPolicy:VaultPolicy":                                                         free("a setting of its vault"),
	"aws:sqs/queuePolicy:QueuePolicy":                                                            free("a setting of its queue"),
	"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy":                                              free("a setting of its queue"),
	"aws:ssm/parameter:Parameter":                                                                free("standard parameters are free"),
	"aws:ebs/defaultKmsKey:DefaultKmsKey":                                                        free("an account setting"),
	"aws:ebs/encryptionByDefault:EncryptionByDefault":                                            free("an account setting"),
	"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess":                                free("an account setting"),
}

// multiAZ instances and their storage exist twice.
const multiAZ = 2

func (e *estimator) database(r *Resource) {
	copies, zones := 1.0, "Single-AZ"
	if r.flag("multiAz") {
		copies, zones = multiAZ, "Multi-AZ"
	}
	class := r.text("instanceClass")
	e.add(r, charge{what: class + " " + zones, price: "rds." + class, quantity: copies * e.usage.HoursPerMonth})
	e.add(r, charge{
		what: "storage " + zones, price: "rds." + r.text("storageType"),
		quantity: copies * r.number("allocatedStorage"), max: copies * r.number("maxAllocatedStorage"),
	})
	if r.number("backupRetentionPeriod") > 0 {
		e.add(r, charge{what: "backups beyond its size", price: "rds.backup", quantity: e.usage.DatabaseBackupGB})
	}
	if r.flag("manageMasterUserPassword") {
		e.add(r, charge{what: "secret of the master user", price: "secret.month", quantity: 1})
	}
}

func (e *estimator) searchDomain(r *Resource) {
	cluster, volumes := r.object("clusterConfig"), r.object("ebsOptions")
	nodes, kind := max(1, cluster.number("instanceCount")), cluster.text("instanceType")
	e.add(r, charge{what: fmt.Sprintf("%g × %s", nodes, kind), price: "opensearch." + kind, quantity: nodes * e.usage.HoursPerMonth})
	if cluster.flag("dedicatedMasterEnabled") {
		masters, kind := cluster.number("dedicatedMasterCount"), cluster.text("dedicatedMasterType")
		e.add(r, charge{what: fmt.Sprintf("%g × %s as dedicated masters", masters, kind), price: "opensearch." + kind, quantity: masters * e.usage.HoursPerMonth})
	}
	if volumes.flag("ebsEnabled") {
		e.add(r, charge{what: "storage", price: "opensearch." + volumes.text("volumeType"), quantity: nodes * volumes.number("volumeSize")})
	}
}

func (e *estimator) bucket(r *Resource) {
	size := e.usage.OtherBucketGB
	switch name := r.Name() + " " + r.text("bucket"); {
	case strings.Contains(name, "application"):
		size = e.usage.ApplicationBucketGB
	case strings.Contains(name, "log"), strings.Contains(name, "trail"):
		size = e.usage.LogBucketGB
	}
	requests := e.usage.BucketRequestsMillion * million
	e.add(r, charge{what: "storage", price: "s3.storage", quantity: size})
	e.add(r, charge{what: "writing requests", price: "s3.put", quantity: requests / 2})
	e.add(r, charge{what: "reading requests", price: "s3.get", quantity: requests / 2})
}

func (e *estimator) secret(r *Resource) {
	e.add(r, charge{what: "secret", price: "secret.month", quantity: 1})
}

func (e *estimator) vault(r *Resource) {
	e.add(r, charge{what: "recovery points", price: "backup.storage", quantity: e.usage.BackupGB})
}

func (e *estimator) queue(r *Resource) {
	e.add(r, charge{what: "requests", price: "sqs.request", quantity: e.usage.QueueRequestsMillion * million})
}
