package components

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const givenConnection = "arn:aws:codeconnections:us-east-1:123456789012:connection/12345678-1234-1234-1234-123456789012"

func pipelineProgram(connection string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewPipeline(ctx, "pipeline", &PipelineArgs{
			Scope: testScope.of("delivery"), Repository: "example/app", Branch: "main", ConnectionARN: connection,
			RepositoryURL: "123456789012.dkr.ecr.us-east-1.amazonaws.com/web",
			RepositoryARN: "arn:aws:ecr:us-east-1:123456789012:repository/web",
			Service:       "web", StateURL: "s3://state?region=us-east-1",
			Staging: PipelineTarget{
				Stack: "staging", DeployRoleARN: "arn:aws:iam::111111111111:role/deploy",
				URL: "https://staging.example.com",
			},
			Production: PipelineTarget{
				Stack: "prod", DeployRoleARN: "arn:aws:iam::222222222222:role/deploy",
				URL: "https://app.example.com",
			},
			ArtifactKeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/artifacts"),
			LogKeyARN:      pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
			TopicARN:       pulumi.String("arn:aws:sns:us-east-1:123456789012:topic"),
			LogBucket:      "logs", ComputeType: "BUILD_GENERAL1_MEDIUM",
			BuildImage:             "aws/codebuild/amazonlinux-x86_64-standard:5.0",
			ApprovalTimeoutMinutes: 1440, ArtifactDays: 30, LogRetentionDays: 90,
		})
		return err
	}
}

// stagesOf writes each action as "stage: action [inputs] -> [outputs]" in the order of running.
func stagesOf(pipeline *recorded) []string {
	var written []string
	for _, entry := range pipeline.inputs["stages"].([]any) {
		stage := entry.(map[string]any)
		for _, action := range stage["actions"].([]any) {
			a := action.(map[string]any)
			written = append(written, fmt.Sprintf("%v: %v %v %v %v -> %v", stage["name"], a["runOrder"], a["provider"],
				a["name"], a["inputArtifacts"], a["outputArtifacts"]))
		}
	}
	return written
}

func TestPipelineGoesByStagingAndApprovalToProduction(t *testing.T) {
	rec := deployed(t, pipelineProgram(""))
	rec.keepsContract(t, pipelineType, "pipeline", map[string]any{
		"name":           "aws-webapp-delivery-web",
		"connectionArn":  arnOf("aws:codestarconnections/connection:Connection", "pipeline"),
		"artifactBucket": "aws-webapp-delivery-artifacts-123456789012-us-east-1",
	})
	pipeline := rec.one(t, "aws:codepipeline/pipeline:Pipeline", "pipeline")
	assert.Equal(t, "V2", pipeline.inputs["pipelineType"])
	assert.Equal(t, []string{
		"Source: <nil> CodeStarSourceConnection Source <nil> -> [source]",
		"Build: 1 CodeBuild test [source] -> []",
		"Build: 2 CodeBuild image [source] -> [image]",
		"Staging: 1 CodeBuild deploy-staging [source image] -> []",
		"Staging: 2 CodeBuild integration [source] -> []",
		"Approval: <nil> Manual Approve <nil> -> <nil>",
		"Production: 1 CodeBuild deploy-production [source image] -> []",
	}, stagesOf(pipeline))
	assert.Equal(t, []any{map[string]any{
		"providerType": "CodeStarSourceConnection",
		"gitConfiguration": map[string]any{
			"sourceActionName": "Source",
			"pushes":           []any{map[string]any{"branches": map[string]any{"includes": []any{"main"}}}},
		},
	}}, pipeline.inputs["triggers"])
	stores := pipeline.inputs["artifactStores"].([]any)[0].(map[string]any)
	assert.Equal(t, map[string]any{"type": "KMS", "id": "arn:aws:kms:us-east-1:123456789012:key/artifacts"},
		stores["encryptionKey"])
	for _, policy := range rec.ofType("aws:iam/rolePolicy:RolePolicy") {
		if !strings.HasPrefix(policy.name, "pipeline-test") && policy.inputs["role"] == "aws-webapp-delivery-pipeline" {
			assert.True(t, pipeline.dependsOn(policy), policy.name)
		}
	}
}

func TestPipelineUsesAGivenConnection(t *testing.T) {
	rec := previewed(t, pipelineProgram(givenConnection))
	assert.Empty(t, rec.names("aws:codestarconnections/connection:Connection"))
	use := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "pipeline-source").policy(t, "policy").sid(t, "UseConnection")
	assert.Equal(t, []any{givenConnection}, use["Resource"])
}

// Each build may only do its own task. The build that runs the application's tests, which
// anybody who may push can change, gets only its log and its source.
func TestBuildsHaveTheirOwnRights(t *testing.T) {
	rec := previewed(t, pipelineProgram(givenConnection))
	logs := func(does string) string {
		return "arn:aws:logs:us-east-1:123456789012:log-group:/codebuild/aws-webapp-delivery-" + does + ":*"
	}
	want := map[string][]string{
		"test": nil, "integration": nil, "image": {"RegistryLogin", "PushImage"}, "deploy-staging": {"Deploy"},
		"deploy-production": {"Deploy", "TagRelease"},
	}
	for does, sids := range want {
		policy := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "pipeline-"+does+"-run").policy(t, "policy")
		assert.Len(t, policy.Statement, 4+len(sids), does)
		cache := policy.sid(t, "KeepCache")["Resource"]
		assert.Contains(t, cache, "-artifacts-123456789012-us-east-1/cache/"+does+"/*", "no other build's")
		assert.Equal(t, logs(does), policy.sid(t, "WriteLog")["Resource"])
		for _, sid := range sids {
			policy.sid(t, sid)
		}
		writes := strings.Contains(jsonText(t, policy.sid(t, "UseArtifacts")["Action"]), "s3:PutObject")
		assert.Equal(t, does == "image", writes, "%s writes artifacts", does)
		trust := rec.one(t, "aws:iam/role:Role", "pipeline-"+does).policy(t, "assumeRolePolicy")
		assert.Equal(t, map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike": map[string]any{
				"aws:SourceArn": "arn:aws:codebuild:us-east-1:123456789012:project/aws-webapp-delivery-" + does,
			},
		}, trust.Statement[0]["Condition"])
	}
	staging := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "pipeline-deploy-staging-run").policy(t,
		"policy").sid(t, "Deploy")
	assert.Equal(t, "arn:aws:iam::111111111111:role/deploy", staging["Resource"], "staging's build cannot deploy prod")
	push := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "pipeline-image-run").policy(t, "policy").sid(t, "PushImage")
	assert.Equal(t, "arn:aws:ecr:us-east-1:123456789012:repository/web", push["Resource"])
}

func TestBuildsFindTheirBuildspecs(t *testing.T) {
	rec := deployed(t, pipelineProgram(""))
	projects := rec.ofType("aws:codebuild/project:Project")
	require.Len(t, projects, 5)
	for _, project := range projects {
		buildspec := project.inputs["source"].(map[string]any)["buildspec"].(string)
		_, err := os.Stat(filepath.Join("..", buildspec))
		assert.NoError(t, err, project.name)
		environment := project.inputs["environment"].(map[string]any)
		assert.Equal(t, project.name == "pipeline-image", environment["privilegedMode"], "only images take Docker: %s",
			project.name)
		group := rec.one(t, "aws:cloudwatch/logGroup:LogGroup", project.name)
		assert.Equal(t, "arn:aws:kms:us-east-1:123456789012:key/logs", group.inputs["kmsKeyId"])
		assert.InDelta(t, 90, group.inputs["retentionInDays"], 0)
		logs := project.inputs["logsConfig"].(map[string]any)["cloudwatchLogs"].(map[string]any)
		assert.Equal(t, group.inputs["name"], logs["groupName"])
		for _, variable := range environment["environmentVariables"].([]any) {
			assert.Equal(t, "PLAINTEXT", variable.(map[string]any)["type"], "there are no secrets to hand over")
		}
	}
}

func TestSomebodyIsAskedAndTold(t *testing.T) {
	rec := deployed(t, pipelineProgram(""))
	stages := rec.one(t, "aws:codepipeline/pipeline:Pipeline", "pipeline").inputs["stages"].([]any)
	approval := stages[3].(map[string]any)["actions"].([]any)[0].(map[string]any)
	assert.InDelta(t, 1440, approval["timeoutInMinutes"], 0)
	configuration := approval["configuration"].(map[string]any)
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:topic", configuration["NotificationArn"])
	assert.Equal(t, "https://staging.example.com", configuration["ExternalEntityLink"])
	assert.Contains(t, configuration["CustomData"], "#{SourceVariables.CommitId}")

	rule := rec.one(t, "aws:cloudwatch/eventRule:EventRule", "pipeline")
	assert.JSONEq(t, `{"source": ["aws.codepipeline"], "detail-type": ["CodePipeline Pipeline Execution State Change"],
		"detail": {"pipeline": ["aws-webapp-delivery-web"], "state": ["FAILED", "STOPPED", "SUCCEEDED"]}}`,
		rule.inputs["eventPattern"].(string))
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:topic", rec.one(t, "aws:cloudwatch/eventTarget:EventTarget",
		"pipeline").inputs["arn"])
}
