package iamdoc

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
)

var update = flag.Bool("update", false, "rewrite testdata/families.txt")

// TestFamilies writes down which of all actions of AWS are of a family, so that a reviewer sees what a rule,
// or newer data, catches.
func TestFamilies(t *testing.T) {
	var b strings.Builder
	for _, f := range families {
		b.WriteString(f.does + "\n")
		for _, prefix := range authorization.Services() {
			var names []string
			for _, a := range authorization.Actions(prefix) {
				if o, bad := judge(a); bad && strings.HasSuffix(o.why, " "+f.does) {
					names = append(names, strings.TrimPrefix(a.Name, prefix+":"))
				}
			}
			if len(names) > 0 {
				b.WriteString("  " + prefix + ": " + strings.Join(names, " ") + "\n")
			}
		}
	}
	const golden = "testdata/families.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String(), "other actions are of the families now: read which, and run with -update")
}

// A rule or an exception that concerns no action is misspelt, or about what AWS has no longer.
func TestEveryRuleOfAFamilyCatchesSomething(t *testing.T) {
	caught := map[string]bool{}
	for _, prefix := range authorization.Services() {
		for _, a := range authorization.Actions(prefix) {
			action := strings.ToLower(a.Name)
			_, name, _ := strings.Cut(action, ":")
			for _, f := range families {
				for _, pattern := range f.names {
					caught[pattern] = caught[pattern] || Match(pattern, name)
				}
				for _, pattern := range append(f.actions, f.but...) {
					caught[pattern] = caught[pattern] || Match(pattern, action)
				}
			}
		}
	}
	for pattern, has := range caught {
		assert.True(t, has, "%s is no action of AWS", pattern)
	}
}

// What others list as credentials or data is of a family, and what only tells about them is not.
func TestWhatOthersListIsOfAFamily(t *testing.T) {
	for does, actions := range map[string][]string{
		data.does: {
			"ebs:GetSnapshotBlock", "redshift-data:GetStatementResult", "s3-object-lambda:GetObject", "codecommit:GetFile",
			"s3:GetObject", "ssm:GetParametersByPath", "dynamodb:Scan", "kinesisvideo:GetMedia", "qldb:PartiQLSelect",
			"sqs:ReceiveMessage", "logs:Unmask", "rds:DownloadCompleteDBLogFile", "healthlake:SearchWithGet",
			"athena:GetQueryResultsStream", "lambda:GetFunction", "ecr:GetDownloadUrlForLayer",
		},
		credentials.does: {
			"glue:GetConnection", "redshift:GetClusterCredentialsWithIAM", "lightsail:GetInstanceAccessDetails",
			"lightsail:GetRelationalDatabaseMasterUserPassword", "secretsmanager:GetSecretValue",
			"codeartifact:GetAuthorizationToken", "sts:AssumeRoleWithWebIdentity", "connect:GetFederationToken",
			"cognito-identity:GetCredentialsForIdentity", "storagegateway:DescribeChapCredentials", "appsync:ListApiKeys",
			"ec2:GetPasswordData", "snowball:GetJobUnlockCode",
		},
		acts.does: {"bedrock:InvokeModel", "quicksight:PassDataSource"},
		"": {
			"s3:GetObjectTagging", "s3:GetBucketPolicy", "iam:GetAccountPasswordPolicy", "secretsmanager:DescribeSecret",
			"iam:ListAccessKeys", "ec2:DescribeKeyPairs", "ecr:GetAuthorizationToken", "logs:DescribeLogStreams",
			"dynamodb:DescribeTable", "networkmanager:GetVpcAttachment", "internetmonitor:GetQueryResults",
		},
	} {
		for _, action := range actions {
			a, known := authorization.Of(action)
			require.True(t, known, action)
			want := ""
			if does != "" {
				want = action + " " + does
			}
			o, _ := judge(&a)
			assert.Equal(t, want, o.why, action)
			assert.Equal(t, does == credentials.does, o.opens, action)
		}
	}
}
