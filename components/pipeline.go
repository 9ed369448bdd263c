package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/codepipeline"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const pipelineType = "aws-webapp:delivery:Pipeline"

// PipelineArgs describe [Pipeline].
type PipelineArgs struct {
	// Scope of the stack.
	Scope Scope
	// Repository on GitHub, owner/name, and the branch whose pushes start the pipeline.
	Repository, Branch string
	// ConnectionARN of the connection to GitHub. If it is empty, the component creates one, which
	// somebody has to authorise in the console before the first execution.
	ConnectionARN string
	// RepositoryURL and RepositoryARN of the ECR repository.
	RepositoryURL, RepositoryARN string
	// Service that runs the image, by its name in the workload stacks.
	Service string
	// StateURL of the backend that keeps the states.
	StateURL string
	// Staging and Production are the stacks to which the image is deployed.
	Staging, Production PipelineTarget
	// ArtifactKeyARN and LogKeyARN are the KMS keys of artifacts, and of logs and messages.
	ArtifactKeyARN, LogKeyARN pulumi.StringInput
	// LogBucket, by name, receives the artifact bucket's access log, once the resources of
	// LogBucketReady exist.
	LogBucket      string
	LogBucketReady []pulumi.Resource
	// TopicARN is notified of approvals that wait and of executions that end.
	TopicARN pulumi.StringInput
	// ComputeType and BuildImage of builds, as CodeBuild calls them.
	ComputeType, BuildImage string
	// ApprovalTimeoutMinutes after which an approval counts as refused.
	ApprovalTimeoutMinutes int
	// ArtifactDays is the time after which artifacts are deleted, LogRetentionDays that of logs.
	ArtifactDays, LogRetentionDays int
	// ForceDestroy lets destroy empty the artifact bucket.
	ForceDestroy bool
}

// PipelineTarget is a workload stack.
type PipelineTarget struct {
	// Stack by its name.
	Stack string
	// DeployRoleARN is the role that deploys it.
	DeployRoleARN string
	// URL that answers when a deployment is done.
	URL string
}

// Pipeline brings a commit to production: tests, an image, which is identified by its digest
// from then on, staging, integration tests, an approval, production. The commands of a stage
// are in the repository, below delivery/buildspec; its project's role limits what they may do.
//
// Production is deployed blue/green by CodeDeploy if its stack says so: application and
// deployment group belong to that stack, whose listeners they move.
type Pipeline struct {
	pulumi.ResourceState

	// Name of the pipeline.
	Name string
	// ConnectionARN of the connection to GitHub.
	ConnectionARN pulumi.StringOutput
	// ProjectNames of the builds, by what they do.
	ProjectNames map[string]string
	// ArtifactBucket by name.
	ArtifactBucket string
	// Deployers holds the roles of builds that deploy, and DeployerARNs their ARNs by stack.
	Deployers    []pulumi.Resource
	DeployerARNs map[string]string

	args PipelineArgs
	// ready lists the resources that the pipeline's artifacts wait for.
	ready []pulumi.Resource
	// role and policies of the pipeline.
	role     *iam.Role
	policies []pulumi.Resource
	projects []pulumi.Resource
}

// ArtifactBucketName returns the physical name of a delivery stack's artifact bucket.
func ArtifactBucketName(scope Scope) string { return scope.BucketName(artifactsRole) }

// NewPipeline makes [Pipeline].
func NewPipeline(
	ctx *pulumi.Context, name string, args *PipelineArgs, opts ...pulumi.ResourceOption,
) (*Pipeline, error) {
	p := &Pipeline{args: given(args)}
	p.nameParts()
	return construct(ctx, name, p, opts, construction{
		kind: "pipeline", token: pipelineType, wrong: check(p.args),
		steps: []step{
			{"create artifact bucket", p.createArtifactBucket},
			{"create connection", p.createConnection},
			{"create builds", p.createProjects},
			{"create role", p.createRole},
			{"create pipeline", p.createPipeline},
			{"create notifications", p.createNotifications},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"name":           pulumi.String(p.Name),
				"connectionArn":  p.ConnectionARN,
				"artifactBucket": pulumi.String(p.ArtifactBucket),
			}
		},
	})
}

// nameParts fixes the names of resources that policies name before they exist.
func (p *Pipeline) nameParts() {
	scope := p.args.Scope
	p.Name = scope.Name(NamePipeline, p.args.Service)
	p.ArtifactBucket = ArtifactBucketName(scope)
	p.ProjectNames, p.DeployerARNs = map[string]string{}, map[string]string{}
	for _, project := range p.projectSpecs() {
		p.ProjectNames[project.does] = scope.Name(NameBuildProject, project.does)
		if project.deploys != "" {
			p.DeployerARNs[project.variables["STACK"]] = scope.GlobalARN("iam", "role/"+p.buildRoleName(project.does))
		}
	}
}

func (p *Pipeline) createArtifactBucket(ctx *pulumi.Context, name string) (err error) {
	arn := p.args.Scope.BucketARN(p.ArtifactBucket)
	p.ready, err = newBucket(ctx, p, bucketSpec{
		logical:      name + "-" + artifactsRole,
		name:         p.ArtifactBucket,
		keyARN:       p.args.ArtifactKeyARN,
		forceDestroy: p.args.ForceDestroy,
		lifecycle: []lifecycleRule{
			abortUploads(), expireVersions(p.args.ArtifactDays),
			expireObjects(p.args.ArtifactDays),
		},
		policy:         append(tlsOnly(arn), keyOnly(arn, p.args.ArtifactKeyARN)...),
		logBucket:      p.args.LogBucket,
		logBucketReady: p.args.LogBucketReady,
	})
	return err
}

func (p *Pipeline) createPipeline(ctx *pulumi.Context, name string) error {
	_, err := codepipeline.NewPipeline(ctx, name, &codepipeline.PipelineArgs{
		Name:         pulumi.String(p.Name),
		PipelineType: pulumi.String("V2"),
		// If several commits wait for the same stage, the newest goes on.
		ExecutionMode: pulumi.String("SUPERSEDED"),
		RoleArn:       p.role.Arn,
		ArtifactStores: codepipeline.PipelineArtifactStoreArray{codepipeline.PipelineArtifactStoreArgs{
			Type:     pulumi.String("S3"),
			Location: pulumi.String(p.ArtifactBucket),
			EncryptionKey: codepipeline.PipelineArtifactStoreEncryptionKeyArgs{
				Type: pulumi.String("KMS"), Id: p.args.ArtifactKeyARN,
			},
		}},
		Triggers: codepipeline.PipelineTriggerArray{codepipeline.PipelineTriggerArgs{
			ProviderType: pulumi.String(connectionSource),
			GitConfiguration: codepipeline.PipelineTriggerGitConfigurationArgs{
				SourceActionName: pulumi.String(sourceAction),
				Pushes: codepipeline.PipelineTriggerGitConfigurationPushArray{codepipeline.PipelineTriggerGitConfigurationPushArgs{
					Branches: codepipeline.PipelineTriggerGitConfigurationPushBranchesArgs{
						Includes: pulumi.ToStringArray([]string{p.args.Branch}),
					},
				}},
			},
		}},
		Stages: p.stages(),
		Tags:   named(p.Name),
	}, pulumi.Parent(p), pulumi.DependsOn(append(append(p.ready, p.policies...), p.projects...)))
	return err
}
