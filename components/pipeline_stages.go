package components

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/codepipeline"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// connectionSource is CodePipeline's name for a repository behind a connection.
	connectionSource = "CodeStarSourceConnection"
	sourceAction     = "Source"
)

// The artifacts that stages pass on. Builds find them under these names.
const (
	sourceArtifact = "source"
	imageArtifact  = "image"
)

// stages returns the stages in their order. A stage is done when its builds are: as its last
// step, a build that deploys verifies that what runs is what it deployed.
func (p *Pipeline) stages() codepipeline.PipelineStageArray {
	return codepipeline.PipelineStageArray{
		stage("Source", p.source()),
		stage("Build",
			p.build(projectTest, "Test", 1, nil, sourceArtifact),
			p.build(projectImage, "Build", 2, []string{imageArtifact}, sourceArtifact)),
		stage("Staging",
			p.build(projectStaging, "Build", 1, nil, sourceArtifact, imageArtifact),
			p.build(projectIntegration, "Test", 2, nil, sourceArtifact)),
		stage("Approval", p.approval()),
		stage("Production", p.build(projectProduction, "Build", 1, nil, sourceArtifact, imageArtifact)),
	}
}

func stage(name string, actions ...codepipeline.PipelineStageActionInput) codepipeline.PipelineStageArgs {
	return codepipeline.PipelineStageArgs{
		Name:    pulumi.String(name),
		Actions: codepipeline.PipelineStageActionArray(actions),
	}
}

// source does not start the pipeline: the trigger does, which knows the branch.
func (p *Pipeline) source() codepipeline.PipelineStageActionInput {
	return codepipeline.PipelineStageActionArgs{
		Name:            pulumi.String(sourceAction),
		Category:        pulumi.String("Source"),
		Owner:           pulumi.String("AWS"),
		Provider:        pulumi.String(connectionSource),
		Version:         pulumi.String("1"),
		Namespace:       pulumi.String("SourceVariables"),
		OutputArtifacts: pulumi.ToStringArray([]string{sourceArtifact}),
		Configuration: pulumi.StringMap{
			"ConnectionArn":        p.ConnectionARN,
			"FullRepositoryId":     pulumi.String(p.args.Repository),
			"BranchName":           pulumi.String(p.args.Branch),
			"OutputArtifactFormat": pulumi.String("CODE_ZIP"),
			"DetectChanges":        pulumi.String(strconv.FormatBool(false)),
		},
	}
}

func (p *Pipeline) build(
	does, category string, order int, outputs []string, inputs ...string,
) codepipeline.PipelineStageActionInput {
	configuration := pulumi.StringMap{"ProjectName": pulumi.String(p.ProjectNames[does])}
	if len(inputs) > 1 {
		configuration["PrimarySource"] = pulumi.String(inputs[0])
	}
	return codepipeline.PipelineStageActionArgs{
		Name:            pulumi.String(does),
		Category:        pulumi.String(category),
		Owner:           pulumi.String("AWS"),
		Provider:        pulumi.String("CodeBuild"),
		Version:         pulumi.String("1"),
		RunOrder:        pulumi.Int(order),
		InputArtifacts:  pulumi.ToStringArray(inputs),
		OutputArtifacts: pulumi.ToStringArray(outputs),
		Configuration:   configuration,
	}
}

func (p *Pipeline) approval() codepipeline.PipelineStageActionInput {
	return codepipeline.PipelineStageActionArgs{
		Name:             pulumi.String("Approve"),
		Category:         pulumi.String("Approval"),
		Owner:            pulumi.String("AWS"),
		Provider:         pulumi.String("Manual"),
		Version:          pulumi.String("1"),
		TimeoutInMinutes: pulumi.Int(p.args.ApprovalTimeoutMinutes),
		Configuration: pulumi.StringMap{
			"NotificationArn":    p.args.TopicARN,
			"ExternalEntityLink": pulumi.String(p.args.Staging.URL),
			"CustomData": pulumi.String("Commit #{SourceVariables.CommitId} runs in " + p.args.Staging.Stack +
				" and passed its integration tests. " +
				"Approve to deploy it to " + p.args.Production.Stack + "."),
		},
	}
}
