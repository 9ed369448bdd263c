package iamdoc

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/tests/golden"
)

// TestFamilies records which of all AWS actions belong to a family: a reviewer sees what a rule, or newer
// data, catches.
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
	golden.Equal(t, "testdata/families.txt", b.String(), "go test ./policies/iamdoc -run TestFamilies -update")
}

// A rule that decides nothing, because no action is so named or another rule says the same of all of them, is
// misspelt, or is about what AWS has no longer.
func TestEveryRuleOfAFamilyDecidesSomething(t *testing.T) {
	decides := map[string]bool{}
	for _, prefix := range authorization.Services() {
		for _, a := range authorization.Actions(prefix) {
			action := strings.ToLower(a.Name)
			_, name, _ := strings.Cut(action, ":")
			for _, f := range families {
				in := slices.Concat(covering(f.names, name), covering(f.actions, action))
				but := covering(f.but, action)
				switch {
				case len(in) == 1 && len(but) == 0:
					decides[f.does+in[0]] = true
				case len(in) > 0 && len(but) == 1:
					decides[f.does+but[0]] = true
				}
			}
		}
	}
	for _, f := range families {
		for _, pattern := range slices.Concat(f.names, f.actions, f.but) {
			assert.True(t, decides[f.does+pattern], "%s decides nothing", pattern)
		}
	}
}

// covering are the patterns that cover a text.
func covering(patterns []string, text string) []string {
	var found []string
	for _, pattern := range patterns {
		if Match(pattern, text) {
			found = append(found, pattern)
		}
	}
	return found
}

// Actions that others list as credentials or data belong to a family; those that only describe
// them do not.
func TestWhatOthersListIsOfAFamily(t *testing.T) {
	for does, actions := range map[string][]string{
		data.does: {
			"ebs:GetSnapshotBlock", "redshift-data:GetStatementResult", "s3-object-lambda:GetObject",
			"codecommit:GetFile", "s3:GetObject", "ssm:GetParametersByPath", "dynamodb:Scan", "kinesisvideo:GetMedia",
			"qldb:PartiQLSelect", "sqs:ReceiveMessage", "logs:Unmask", "rds:DownloadCompleteDBLogFile",
			"healthlake:SearchWithGet", "athena:GetQueryResultsStream", "lambda:GetFunction",
			"ecr:GetDownloadUrlForLayer", "mediapackagev2:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent",
			"s3:GetObjectAttributes", "s3:GetObjectVersionForReplication", "mediapackagev2:HarvestObject",
			"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "sagemaker:GetRecord",
			"dynamodb:GetRecords", "neptune-db:GetStreamRecords", "sagemaker:BatchGetRecord", "glue:GetEntityRecords",
			"dynamodb:Query", "honeycode:QueryTableRows", "cassandra:Select", "cassandra:SelectMultiRegionResource",
			"dynamodb:PartiQLSelect", "s3vectors:QueryVectors", "s3vectors:GetVectors",
			"dynamodb:ReadDataForReplication", "s3tables:GetTableData", "redshift:ExecuteQuery",
			"opensearch:GetDirectQueryResult", "athena:GetQueryResults", "codecommit:GetBlob", "bedrock-mantle:GetFile",
			"codecommit:GetFolder", "codecommit:GetCommit", "codecommit:GetDifferences", "codecommit:GetComment",
			"codecommit:GitPull", "codeartifact:GetPackageVersionAsset", "codeartifact:GetPackageVersionReadme",
			"codeartifact:ReadFromRepository", "lambda:GetLayerVersion", "amplify:GetArtifactUrl",
			"greengrass:GetComponentVersionArtifact", "iotanalytics:GetDatasetContent", "tax:GetDocument",
			"trustedadvisor:GetEngagementAttachment", "connect:GetAttachedFile", "healthlake:GetExportedFile",
			"migrationhub-orchestrator:GetMessage", "iq:GetChatMessages", "chime:GetChannelMessage",
			"iot:GetRetainedMessage", "ses:GetArchiveMessage", "kinesisvideo:GetMediaForFragmentList",
			"kinesisvideo:GetClip", "kinesisvideo:GetImages", "kinesisvideo:GetDASHStreamingSessionURL",
			"medical-imaging:GetImageFrame", "medical-imaging:GetImageSet", "omics:GetReadSet", "logs:GetLogEvents",
			"logs:FilterLogEvents", "logs:GetLogRecord", "logs:StartLiveTail", "qldb:GetBlock", "bedrock:Retrieve",
			"glacier:GetJobOutput", "ts:GetExecutionOutput", "s3:GetDataAccess", "kinesis:SubscribeToShard",
			"es:ESHttpGet", "healthlake:ReadResource", "healthlake:VersionReadResource", "healthlake:SearchEverything",
			"a4b:SearchProfiles", "a4b:SearchContacts", "iotanalytics:SampleChannelData",
			"iotsitewise:GetAssetPropertyValue", "iotsitewise:GetAssetPropertyAggregates",
			"bedrock-agentcore:GetMemoryRecord", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory",
			"ssm:GetCommandInvocation", "ecr:BatchGetImage", "cloudformation:GetTemplate", "ec2:GetConsoleOutput",
			"ec2:GetConsoleScreenshot", "appconfig:GetConfiguration", "appconfig:GetLatestConfiguration",
			"codecommit:GetTree", "codecommit:BatchGetCommits", "support:DescribeAttachment",
			"support:DescribeCommunications", "cognito-sync:ListRecords", "cognito-sync:QueryRecords",
			"datapipeline:QueryObjects", "cognito-idp:ListUsers", "cognito-idp:AdminGetUser",
			"elasticfilesystem:ClientMount", "elasticfilesystem:ReplicationRead", "es:ESCrossClusterGet",
			"connect:BatchDescribeDataTableValue", "sqlworkbench:ExportNotebook",
			"cloudtrail:GenerateQueryResultsSummary",
		},
		credentials.does: {
			"glue:GetConnection", "redshift:GetClusterCredentialsWithIAM", "lightsail:GetInstanceAccessDetails",
			"lightsail:GetRelationalDatabaseMasterUserPassword", "secretsmanager:GetSecretValue",
			"codeartifact:GetAuthorizationToken", "sts:AssumeRoleWithWebIdentity", "connect:GetFederationToken",
			"cognito-identity:GetCredentialsForIdentity", "storagegateway:DescribeChapCredentials",
			"appsync:ListApiKeys", "ec2:GetPasswordData", "snowball:GetJobUnlockCode",
			"gamelift:RequestUploadCredentials", "secretsmanager:BatchGetSecretValue", "states:RevealSecrets",
			"cognito-idp:ListUserPoolClientSecrets", "amplifybackend:GetToken",
			"bedrock-agentcore:GetWorkloadAccessTokenForJWT", "airflow:CreateCliToken",
			"sso-directory:ListBearerTokens", "bedrock-agentcore:GetResourceApiKey", "lightsail:GetBucketAccessKeys",
			"connect:ListSecurityKeys", "ivs:BatchGetStreamKey", "lightsail:GetKeyPair",
			"elasticmapreduce:CreateStudioPresignedUrl", "quicksight:GetAnonymousUserEmbedUrl",
			"quicksight:GetAuthCode", "lightsail:DownloadDefaultKeyPair", "events:RetrieveConnectionCredentials",
			"lightsail:CreateGUISessionAccessDetails", "gamelift:GetInstanceAccess", "finspace:GetKxConnectionString",
			"chatbot:GetMicrosoftTeamsOauthParameters", "signin:AuthorizeOAuth2Access", "acm:ExportCertificate",
			"bedrock:CallWithBearerToken", "sts:AssumeRole", "glue:GetConnections",
			"cognito-idp:DescribeUserPoolClient", "apigateway:GET",
		},
		acts.does: {
			"bedrock:InvokeModel", "quicksight:PassDataSource", "bedrock:InvokeAgent", "cleanrooms:PassCollaboration",
			"codeconnections:UseConnection", "qbusiness:Chat", "securityhub:SendFindingEvents",
			"bedrock-agentcore:SetTokenVaultCMK", "bedrock-agentcore:CompleteResourceTokenAuth",
			"cloudshell:ApproveCommand", "eks:AccessKubernetesApi",
		},
		"": {
			"s3:GetObjectTagging", "s3:GetBucketPolicy", "iam:GetAccountPasswordPolicy",
			"secretsmanager:DescribeSecret", "iam:ListAccessKeys", "ec2:DescribeKeyPairs", "ecr:GetAuthorizationToken",
			"logs:DescribeLogStreams", "dynamodb:DescribeTable", "networkmanager:GetVpcAttachment",
			"internetmonitor:GetQueryResults", "secretsmanager:GetRandomPassword", "waf:GetChangeToken",
			"waf-regional:GetChangeToken", "wafv2:ListAPIKeys", "wafv2:GetDecryptedAPIKey",
			"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", "networkmanager:GetConnectAttachment",
			"ec2:GetNetworkInsightsAccessScopeContent", "elasticloadbalancing:GetTrustStoreRevocationContent",
			"elemental-activations:DownloadKickstart", "iot-device-tester:DownloadTestSuite",
			"trustedadvisor:DownloadRisk", "ssm:GetDocument", "textract:GetDocumentAnalysis",
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
