package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createRole lets the pipeline start its builds and pass on their artifacts. It deploys nothing
// itself. The guide's trust policy for CodePipeline has no condition:
// https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html
func (p *Pipeline) createRole(ctx *pulumi.Context, name string) (err error) {
	scope := p.args.Scope
	physical := scope.Name(NameIAMRole, "pipeline")
	p.role, err = iam.NewRole(ctx, name, &iam.RoleArgs{
		Name:             pulumi.String(physical),
		Description:      pulumi.String("Lets the pipeline start builds."),
		AssumeRolePolicy: assumedBy(pipelinePrincipal, nil),
		Tags:             named(physical),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	projects := make([]string, 0, len(p.ProjectNames))
	for _, project := range slices.Sorted(maps.Values(p.ProjectNames)) {
		projects = append(projects, scope.ARN("codebuild", "project/"+project))
	}
	p.policies, err = grant(ctx, p, name, p.role,
		policyPart{"run", []statement{
			{
				Sid: "StartBuilds", Effect: "Allow", Action: []string{"codebuild:BatchGetBuilds", "codebuild:StartBuild"},
				Resource: projects,
			},
			p.artifactStatement(true),
			{
				Sid: "FindArtifacts", Effect: "Allow", Action: []string{"s3:GetBucketLocation", "s3:GetBucketVersioning"},
				Resource: scope.BucketARN(p.ArtifactBucket),
			},
		}},
		policyPart{"artifact-key", []statement{p.artifactKeyStatement()}},
		policyPart{"source", []statement{{
			Sid: "UseConnection", Effect: "Allow",
			// The service used to be called CodeStar, and connections from that time still have that
			// prefix.
			Action:   []string{"codeconnections:UseConnection", "codestar-connections:UseConnection"},
			Resource: pulumi.StringArray{p.ConnectionARN},
		}}},
		policyPart{"notify", []statement{
			{Sid: "AskForApproval", Effect: "Allow", Action: "sns:Publish", Resource: pulumi.StringArray{p.args.TopicARN}},
			{
				Sid: "EncryptMessages", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
				Resource:  pulumi.StringArray{p.args.LogKeyARN},
				Condition: scope.viaService("sns"),
			},
		}})
	return err
}
