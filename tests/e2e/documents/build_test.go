//go:build e2e

package documents

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// build makes what the documents' calls ask about, under the names of tests/commands/stand.go.
func (c *cloud) build(t *testing.T) {
	t.Helper()
	c.write(t)
	for _, one := range []struct{ thing, field, call string }{
		{"key", "KeyMetadata.KeyId", "kms create-key"},
		{"", "", "kms create-alias --alias-name alias/aws-webapp-prod-logs --target-key-id {key}"},
		{"topic", "TopicArn", "sns create-topic --name alerts"},
		{"secret", "ARN", "secretsmanager create-secret --name rds!db-1 --secret-string x --tags Key=a,Value=b"},
		{"certificate", "CertificateArn", "acm request-certificate --domain-name www.example.com"},
		{"deadLetters", "QueueUrl", "sqs create-queue --queue-name dead-letters"},
		{"", "", "sqs send-message --queue-url {deadLetters} --message-body {}"},
		{"", "", "sqs send-message --queue-url {deadLetters} --message-body {}"},
		{"", "", "ecs create-cluster --cluster-name aws-webapp-prod-cluster"},
		{"", "", "ecs create-cluster --cluster-name aws-webapp-local-cluster"},
		{
			"", "", "ecs register-task-definition --family aws-webapp-prod-visitor-book " +
				`--container-definitions [{"name":"visitor-book","image":"a@sha256:b","memory":128}]`,
		},
		{
			"", "", "ecs create-service --cluster aws-webapp-prod-cluster --service-name visitor-book --desired-count 1 " +
				"--task-definition aws-webapp-prod-visitor-book",
		},
		{
			"", "", "ecs create-service --cluster aws-webapp-local-cluster --service-name visitor-book --desired-count 1 " +
				"--task-definition aws-webapp-prod-visitor-book",
		},
		{"subnet", "Subnets[0].SubnetId", "ec2 describe-subnets"},
		{
			"task", "tasks[0].taskArn", "ecs run-task --cluster aws-webapp-prod-cluster --launch-type FARGATE " +
				"--task-definition aws-webapp-prod-visitor-book --network-configuration awsvpcConfiguration={subnets=[{subnet}]}",
		},
		{
			"instance", "DBInstance.DBInstanceArn", "rds create-db-instance --db-instance-identifier aws-webapp-prod-database " +
				"--db-instance-class db.t4g.micro --engine postgres --allocated-storage 20 --master-username a " +
				"--master-user-password not-a-real-one",
		},
		{
			"", "", "rds create-db-snapshot --db-instance-identifier aws-webapp-prod-database " +
				"--db-snapshot-identifier before",
		},
		{"", "", "rds stop-db-instance --db-instance-identifier aws-webapp-prod-database"},
		{"", "", "s3api create-bucket --bucket aws-webapp-prod-application"},
		{"", "", "s3api create-bucket --bucket aws-webapp-prod-artifacts"},
		{"", "", "s3api create-bucket --bucket logs"},
		{"", "", "s3api put-object --bucket aws-webapp-prod-artifacts --key aws/lambda/async/shipper/1"},
		{
			"", "", "s3api put-bucket-versioning --bucket aws-webapp-prod-application " +
				"--versioning-configuration Status=Enabled",
		},
		{
			"", "", "s3api put-bucket-encryption --bucket aws-webapp-prod-application --server-side-encryption-configuration " +
				`{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}`,
		},
		{"version", "VersionId", "s3api put-object --bucket aws-webapp-prod-application --key a/b"},
		{"marker", "VersionId", "s3api delete-object --bucket aws-webapp-prod-application --key a/b"},
		{"", "", "cloudtrail create-trail --name aws-webapp-prod-trail --s3-bucket-name logs"},
		{"", "", "cloudtrail create-trail --name aws-webapp-staging-trail --s3-bucket-name logs"},
		{"", "", "backup create-backup-vault --backup-vault-name aws-webapp-prod-backup"},
		{"", "", "opensearch create-domain --domain-name aws-webapp-prod"},
		{"", "", "logs create-log-group --log-group-name /aws/OpenSearchService/domains/aws-webapp-prod/application"},
		{"role", "Role.Arn", "iam create-role --role-name preview --assume-role-policy-document {}"},
		{"policy", "Policy.Arn", "iam create-policy --policy-name before --policy-document file://policy.json"},
		{"", "", c.function("aws-webapp-prod-shipper")},
		{"", "", c.function("aws-webapp-prod-setup")},
		{"", "", c.function("aws-webapp-staging-LogsToOpenSearch-setup")},
		{"", "", "deploy create-application --application-name app --compute-platform ECS"},
		{
			"", "", "deploy create-deployment-group --application-name app --deployment-group-name web " +
				"--service-role-arn {role}",
		},
		{
			"deployment", "deploymentId", "deploy create-deployment --application-name app --deployment-group-name web " +
				"--revision revisionType=String,string={content=x}",
		},
	} {
		c.make(t, one.thing, one.field, one.call)
	}
	c.things["backupJob"] = "1"
}

func (c *cloud) function(name string) string {
	return "lambda create-function --function-name " + name + " --runtime provided.al2023 --handler bootstrap " +
		"--role {role} --zip-file fileb://function.zip"
}

// write writes the files that calls name.
func (c *cloud) write(t *testing.T) {
	t.Helper()
	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	for name, content := range map[string]string{
		"policy.json": policy, "event.json": "{}", "boundary.json": policy, "preview-state.json": policy,
		"preview-1.json": policy, "preview-trust.json": policy,
		"preview-role.json": `{"RoleName":"aws-webapp-delivery-preview"}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(c.folder, name), []byte(content), 0o600))
	}
	file, err := os.Create(filepath.Join(c.folder, "function.zip"))
	require.NoError(t, err)
	archive := zip.NewWriter(file)
	_, err = archive.Create("bootstrap")
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	require.NoError(t, file.Close())
}
