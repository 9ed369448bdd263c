package cost

import (
	"fmt"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.DBInstance] = (*estimator).database
	prices[resourcetypes.SearchDomain] = (*estimator).searchDomain
	prices[resourcetypes.Bucket] = (*estimator).bucket
	prices[resourcetypes.BackupVault] = (*estimator).vault
	prices[resourcetypes.Queue] = (*estimator).queue
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
		e.add(r, charge{
			what: "reads of the secret", price: "secret.request", quantity: e.usage.SecretReadsMillion * million,
		})
	}
}

func (e *estimator) searchDomain(r *Resource) {
	cluster, volumes := r.object("clusterConfig"), r.object("ebsOptions")
	nodes, kind := max(1, cluster.number("instanceCount")), cluster.text("instanceType")
	e.add(r, charge{
		what: fmt.Sprintf("%g × %s", nodes, kind), price: "opensearch." + kind,
		quantity: nodes * e.usage.HoursPerMonth,
	})
	if cluster.flag("dedicatedMasterEnabled") {
		masters, kind := cluster.number("dedicatedMasterCount"), cluster.text("dedicatedMasterType")
		e.add(r, charge{
			what: fmt.Sprintf("%g × %s as dedicated masters", masters, kind), price: "opensearch." + kind,
			quantity: masters * e.usage.HoursPerMonth,
		})
	}
	if volumes.flag("ebsEnabled") {
		e.add(r, charge{
			what: "storage", price: "opensearch." + volumes.text("volumeType"),
			quantity: nodes * volumes.number("volumeSize"),
		})
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

func (e *estimator) vault(r *Resource) {
	e.add(r, charge{what: "recovery points", price: "backup.storage", quantity: e.usage.BackupGB})
}

func (e *estimator) queue(r *Resource) {
	e.add(r, charge{what: "requests", price: "sqs.request", quantity: e.usage.QueueRequestsMillion * million})
}
