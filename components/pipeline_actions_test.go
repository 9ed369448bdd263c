package components

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// actionKeys lists what CodePipeline takes from an action, by its provider: the category, the configuration that it
// must have, and the one that it may have.
// https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
var actionKeys = map[string]struct {
	categories, must, may []string
}{
	"CodeStarSourceConnection": {
		[]string{"Source"},
		[]string{"BranchName", "ConnectionArn", "FullRepositoryId"},
		[]string{"DetectChanges", "OutputArtifactFormat"},
	},
	"CodeBuild": {[]string{"Build", "Test"}, []string{"ProjectName"}, []string{"PrimarySource"}},
	"Manual":    {[]string{"Approval"}, nil, []string{"CustomData", "ExternalEntityLink", "NotificationArn"}},
}

func TestActionsSayWhatTheirProviderTakes(t *testing.T) {
	rec := deployed(t, pipelineProgram(givenConnection))
	var projects []any
	for _, project := range rec.ofType("aws:codebuild/project:Project") {
		projects = append(projects, project.inputs["name"])
	}
	for _, stage := range rec.one(t, "aws:codepipeline/pipeline:Pipeline", "pipeline").inputs["stages"].([]any) {
		for _, action := range stage.(map[string]any)["actions"].([]any) {
			a := action.(map[string]any)
			keys, known := actionKeys[a["provider"].(string)]
			require.True(t, known, a["provider"])
			assert.Contains(t, keys.categories, a["category"], a["name"])
			assert.Equal(t, []any{"AWS", "1"}, []any{a["owner"], a["version"]}, a["name"])
			configuration := a["configuration"].(map[string]any)
			for _, key := range keys.must {
				assert.NotEmpty(t, configuration[key], "%s of %s", key, a["name"])
			}
			for key, value := range configuration {
				assert.Contains(t, slices.Concat(keys.must, keys.may), key, a["name"])
				assert.NotEmpty(t, value, "%s of %s", key, a["name"])
			}
			if project, builds := configuration["ProjectName"]; builds {
				assert.Contains(t, projects, project)
				inputs := a["inputArtifacts"].([]any)
				assert.Equal(t, len(inputs) > 1, configuration["PrimarySource"] != nil, "CodeBuild has to know which is first")
			}
		}
	}
	of := func(stage int) map[string]any {
		stages := rec.one(t, "aws:codepipeline/pipeline:Pipeline", "pipeline").inputs["stages"].([]any)
		action := stages[stage].(map[string]any)["actions"].([]any)[0].(map[string]any)
		return action["configuration"].(map[string]any)
	}
	assert.Equal(t, []any{"example/app", "main", givenConnection, "CODE_ZIP", "false"}, []any{
		of(0)["FullRepositoryId"], of(0)["BranchName"], of(0)["ConnectionArn"], of(0)["OutputArtifactFormat"],
		of(0)["DetectChanges"],
	})
	assert.Equal(t, "source", of(2)["PrimarySource"], "the buildspec is in it")
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:topic", of(3)["NotificationArn"])
	assert.Equal(t, "https://staging.example.com", of(3)["ExternalEntityLink"], "who approves looks at staging")
}

var usedVariable = regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]*)`)

// Buildspecs get the variables that they use, with the values of their stack, and no others.
func TestBuildsHaveTheirVariables(t *testing.T) {
	rec := deployed(t, pipelineProgram(""))
	common := map[string]string{
		"SERVICE": "web", "PULUMI_BACKEND_URL": "s3://state?region=us-east-1",
		"REPOSITORY_URL": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web",
	}
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(common)
		maps.Copy(all, more)
		return all
	}
	want := map[string]map[string]string{
		"test": {}, "image": {"REPOSITORY_URL": common["REPOSITORY_URL"]},
		"integration": {"TARGET_URL": "https://staging.example.com"},
		"deploy-staging": with(map[string]string{
			"STACK": "staging", "TARGET_URL": "https://staging.example.com",
			"DEPLOY_ROLE_ARN": "arn:aws:iam::111111111111:role/deploy",
		}),
		"deploy-production": with(map[string]string{
			"STACK": "prod", "TARGET_URL": "https://app.example.com", "DEPLOY_ROLE_ARN": "arn:aws:iam::222222222222:role/deploy",
		}),
	}
	for _, project := range rec.ofType("aws:codebuild/project:Project") {
		given := map[string]string{}
		variables, _ := project.inputs["environment"].(map[string]any)["environmentVariables"].([]any)
		for _, variable := range variables {
			v := variable.(map[string]any)
			given[v["name"].(string)] = v["value"].(string)
		}
		assert.Equal(t, want[strings.TrimPrefix(project.name, "pipeline-")], given, project.name)
		buildspec := project.inputs["source"].(map[string]any)["buildspec"].(string)
		text, err := os.ReadFile(filepath.Join("..", buildspec))
		require.NoError(t, err)
		for _, used := range usedVariable.FindAllStringSubmatch(string(text), -1) {
			ofAWS := strings.HasPrefix(used[1], "CODEBUILD_") || used[1] == "PATH" || used[1] == "PWD"
			assert.True(t, ofAWS || given[used[1]] != "", "%s uses %s, which nobody sets", buildspec, used[1])
		}
	}
}

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
func TestTheImagesBuildMayPush(t *testing.T) {
	rec := previewed(t, pipelineProgram(givenConnection))
	actions := func(does, sid string) any {
		policy := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "pipeline-"+does+"-run").policy(t, "policy")
		return policy.sid(t, sid)["Action"]
	}
	assert.Subset(t, actions("image", "PushImage"), []any{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
		"ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
	})
	assert.Equal(t, "ecr:GetAuthorizationToken", actions("image", "RegistryLogin"))
	assert.Equal(t, []any{"ecr:BatchGetImage", "ecr:PutImage"}, actions("deploy-production", "TagRelease"))
	for _, does := range []string{"deploy-staging", "deploy-production"} {
		assert.Equal(t, "sts:AssumeRole", actions(does, "Deploy"))
	}
}
