// Package restore brings a database back: it restores a copy beside the stack's instance, from the automated backups or
// from a snapshot, and makes a copy the one that the stack manages. Both look first, do what is left to do, and can be
// called again after any failure.
//
// A copy of AWS Backup is a snapshot of RDS, whose ARN is that of the recovery point. It is restored as one: by RDS,
// with the caller's rights, and without a role of AWS Backup. Sources:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/recovery-points.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
package restore
