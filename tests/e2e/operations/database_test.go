//go:build e2e

package operations

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pulumiScript stands for the Pulumi CLI: it keeps the state in a file.
const pulumiScript = `#!/bin/sh
case "$1 $2" in
"stack export") cat "%[1]s" ;;
"stack import") while [ "$1" != --file ]; do shift; done; cp "$2" "%[1]s" ;;
refresh*) echo "refreshed $*" >> "%[1]s.log" ;;
*) exit 1 ;;
esac
`

// A copy of the database becomes the stack's, and the old one keeps its data under another name.
func TestTheDatabaseIsRestoredAndAdopted(t *testing.T) {
	c := newCloud(t)
	client := rds.NewFromConfig(c.config())
	made, err := client.CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("app-database"), DBInstanceClass: aws.String("db.t4g.micro"),
		Engine: aws.String("postgres"), AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("app"),
		ManageMasterUserPassword: aws.Bool(true), BackupRetentionPeriod: aws.Int32(7), StorageEncrypted: aws.Bool(true),
	})
	require.NoError(t, err)
	old := *made.DBInstance.DbiResourceId
	_, err = client.CreateDBSnapshot(t.Context(), &rds.CreateDBSnapshotInput{
		DBInstanceIdentifier: aws.String("app-database"), DBSnapshotIdentifier: aws.String("by-hand"),
	})
	require.NoError(t, err)

	folder := t.TempDir()
	state := filepath.Join(folder, "state.json")
	require.NoError(t, os.WriteFile(state, fmt.Appendf(nil, `{"deployment": {"resources": [{"urn": "urn:db",
		"type": "aws:rds/instance:Instance", "id": %[1]q, "outputs": {"arn": %[2]q, "identifier": "app-database",
		"resourceId": %[1]q}}]}}`, old, *made.DBInstance.DBInstanceArn), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "pulumi"), fmt.Appendf(nil, pulumiScript, state), 0o700))
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("TMPDIR", folder)

	for _, from := range [][]string{
		{"--snapshot", "by-hand"},
		{"--at", time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), "--name", "app-database-second"},
	} {
		out, code := c.webapp(t, append([]string{"database", "restore", "--stack", "prod"}, from...)...)
		require.Zero(t, code)
		assert.Contains(t, out, "is available at ")
	}
	out, code := c.webapp(t, "database", "adopt", "--stack", "prod", "--instance", "app-database-restored")
	require.Zero(t, code)
	assert.Contains(t, out, "app-database is the database of the stack")

	now, err := client.DescribeDBInstances(t.Context(), &rds.DescribeDBInstancesInput{
		DBInstanceIdentifier: aws.String("app-database"),
	})
	require.NoError(t, err)
	assert.NotEqual(t, old, *now.DBInstances[0].DbiResourceId)
	text, err := os.ReadFile(state)
	require.NoError(t, err)
	assert.NotContains(t, string(text), old)
	assert.Contains(t, string(text), *now.DBInstances[0].DbiResourceId)
	assert.FileExists(t, state+".log")
}
