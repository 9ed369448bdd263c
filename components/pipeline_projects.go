package components

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/codebuild"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/codestarconnections"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The tasks of the builds, which are part of their names and the names of their actions.
const (
	projectTest        = "test"
	projectImage       = "image"
	projectStaging     = "deploy-staging"
	projectIntegration = "integration"
	projectProduction  = "deploy-production"
)

const (
	// buildspecFolder is the folder of the buildspecs.
	buildspecFolder = "delivery/buildspec/"
	// buildMinutes bounds the tests and the build of the image.
	buildMinutes = 30
	// deployMinutes is long enough to create a whole stack, or for a slow canary. It is also
	// CodeBuild's limit for credentials.
	deployMinutes = 120
	// queueMinutes after which a build fails if no machine starts it.
	queueMinutes = 60
)

const (
	buildPrincipal    = "codebuild.amazonaws.com"
	pipelinePrincipal = "codepipeline.amazonaws.com"
)

// projectSpec is a build.
type projectSpec struct {
	does, description string
	buildspec         string
	minutes           int
	// privileged allows building an image with Docker.
	privileged bool
	variables  map[string]string
	// writes says that the build produces an artifact.
	writes bool
	// deploys is the role that the build assumes.
	deploys string
	// also holds permissions besides those for logs and artifacts.
	also []statement
}

func (p *Pipeline) projectSpecs() []projectSpec {
	args := p.args
	target := func(t PipelineTarget) map[string]string {
		return map[string]string{
			"STACK": t.Stack, "SERVICE": args.Service, "TARGET_URL": t.URL, "DEPLOY_ROLE_ARN": t.DeployRoleARN,
			"PULUMI_BACKEND_URL": args.StateURL, "REPOSITORY_URL": args.RepositoryURL,
		}
	}
	return []projectSpec{
		{
			does: projectTest, description: "Tests the application and the program.", buildspec: "test.yml",
			minutes: buildMinutes,
		},
		{
			does: projectImage, description: "Builds the image and pushes it.", buildspec: "image.yml", minutes: buildMinutes,
			privileged: true, writes: true,
			variables: map[string]string{"REPOSITORY_URL": args.RepositoryURL},
			also: []statement{
				// A registry login has no resource: AWS only accepts * here.
				{Sid: "RegistryLogin", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*"},
				{
					Sid: "PushImage", Effect: "Allow",
					Action: append([]string{
						"ecr:CompleteLayerUpload", "ecr:DescribeImages", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
					}, imagePullActions...),
					Resource: args.RepositoryARN,
				},
			},
		},
		{
			does: projectStaging, description: "Deploys to " + args.Staging.Stack + ".", buildspec: "deploy.yml",
			minutes:   deployMinutes,
			variables: target(args.Staging), deploys: args.Staging.DeployRoleARN,
		},
		{
			does: projectIntegration, description: "Tests " + args.Staging.Stack + " from outside.",
			buildspec: "integration.yml",
			minutes:   buildMinutes, variables: map[string]string{"TARGET_URL": args.Staging.URL},
		},
		{
			does: projectProduction, description: "Deploys to " + args.Production.Stack + ".", buildspec: "release.yml",
			minutes: deployMinutes, variables: target(args.Production), deploys: args.Production.DeployRoleARN,
			also: []statement{{
				// A release is another tag of the same image.
				Sid: "TagRelease", Effect: "Allow", Action: []string{"ecr:BatchGetImage", "ecr:PutImage"},
				Resource: args.RepositoryARN,
			}},
		},
	}
}

// createConnection makes a connection that is pending until somebody authorises it. It uses the
// resource under the service's former name, which older providers support, too.
func (p *Pipeline) createConnection(ctx *pulumi.Context, name string) error {
	if p.args.ConnectionARN != "" {
		p.ConnectionARN = pulumi.String(p.args.ConnectionARN).ToStringOutput()
		return nil
	}
	connection, err := codestarconnections.NewConnection(ctx, name, &codestarconnections.ConnectionArgs{
		Name:         pulumi.String(p.args.Scope.Name(NameConnection, "github")),
		ProviderType: pulumi.String("GitHub"),
		Tags:         named(p.args.Scope.Name(NameConnection, "github")),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	p.ConnectionARN = connection.Arn
	return nil
}

func (p *Pipeline) createProjects(ctx *pulumi.Context, name string) error {
	for _, spec := range p.projectSpecs() {
		if err := p.createProject(ctx, name+"-"+spec.does, spec); err != nil {
			return fmt.Errorf("%s: %w", spec.does, err)
		}
	}
	return nil
}

func (p *Pipeline) createProject(ctx *pulumi.Context, logical string, spec projectSpec) error {
	group, err := cloudwatch.NewLogGroup(ctx, logical, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(p.buildLogGroup(spec.does)),
		RetentionInDays: pulumi.Int(p.args.LogRetentionDays),
		KmsKeyId:        p.args.LogKeyARN,
		Tags:            named(p.buildLogGroup(spec.does)),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	role, policies, err := p.createBuildRole(ctx, logical, spec)
	if err != nil {
		return err
	}
	variables := codebuild.ProjectEnvironmentEnvironmentVariableArray{}
	for _, variable := range slices.Sorted(maps.Keys(spec.variables)) {
		variables = append(variables, codebuild.ProjectEnvironmentEnvironmentVariableArgs{
			Name: pulumi.String(variable), Value: pulumi.String(spec.variables[variable]), Type: pulumi.String("PLAINTEXT"),
		})
	}
	project, err := codebuild.NewProject(ctx, logical, &codebuild.ProjectArgs{
		Name:          pulumi.String(p.ProjectNames[spec.does]),
		Description:   pulumi.String(spec.description),
		ServiceRole:   role.Arn,
		BuildTimeout:  pulumi.Int(spec.minutes),
		QueuedTimeout: pulumi.Int(queueMinutes),
		EncryptionKey: p.args.ArtifactKeyARN,
		Artifacts:     codebuild.ProjectArtifactsArgs{Type: pulumi.String("CODEPIPELINE")},
		Source: codebuild.ProjectSourceArgs{
			Type: pulumi.String("CODEPIPELINE"), Buildspec: pulumi.String(buildspecFolder + spec.buildspec),
		},
		Environment: codebuild.ProjectEnvironmentArgs{
			Type:                     pulumi.String("LINUX_CONTAINER"),
			ComputeType:              pulumi.String(p.args.ComputeType),
			Image:                    pulumi.String(p.args.BuildImage),
			ImagePullCredentialsType: pulumi.String("CODEBUILD"),
			PrivilegedMode:           pulumi.Bool(spec.privileged),
			EnvironmentVariables:     variables,
		},
		Cache: codebuild.ProjectCacheArgs{Type: pulumi.String("S3"), Location: pulumi.String(p.cacheLocation(spec.does))},
		LogsConfig: codebuild.ProjectLogsConfigArgs{
			CloudwatchLogs: codebuild.ProjectLogsConfigCloudwatchLogsArgs{
				Status: pulumi.String("ENABLED"), GroupName: group.Name,
			},
		},
		Tags: named(p.ProjectNames[spec.does]),
	}, pulumi.Parent(p), pulumi.DependsOn(policies))
	if err != nil {
		return err
	}
	p.projects = append(p.projects, project)
	if spec.deploys != "" {
		p.Deployers = append(p.Deployers, role)
	}
	return nil
}

// cacheLocation differs for each project: files written by somebody's tests must not reach the
// build that deploys to production.
func (p *Pipeline) cacheLocation(does string) string { return p.ArtifactBucket + "/cache/" + does }

func (p *Pipeline) buildLogGroup(does string) string { return "/codebuild/" + p.ProjectNames[does] }

// buildRoleName is fixed: deploy roles trust it by name.
func (p *Pipeline) buildRoleName(does string) string {
	return p.args.Scope.Name(NameIAMRole, "build", does)
}

// createBuildRole lets a project's builds do their own task, and nothing that the other
// projects do.
func (p *Pipeline) createBuildRole(
	ctx *pulumi.Context, logical string, spec projectSpec,
) (*iam.Role, []pulumi.Resource, error) {
	scope := p.args.Scope
	physical := p.buildRoleName(spec.does)
	role, err := iam.NewRole(ctx, logical, &iam.RoleArgs{
		Name:        pulumi.String(physical),
		Description: pulumi.String(spec.description),
		AssumeRolePolicy: assumedBy(buildPrincipal,
			scope.fromSource(scope.ARN("codebuild", "project/"+p.ProjectNames[spec.does]))),
		Tags: named(physical),
	}, pulumi.Parent(p))
	if err != nil {
		return nil, nil, err
	}
	run := []statement{
		{
			Sid: "WriteLog", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: scope.LogGroupARN(p.buildLogGroup(spec.does)) + ":*",
		},
		p.artifactStatement(spec.writes),
		{
			Sid: "KeepCache", Effect: "Allow", Action: "s3:PutObject",
			Resource: scope.BucketARN(p.cacheLocation(spec.does)) + "/*",
		},
		{
			// Without it S3 answers "access denied" for a cache that does not exist yet.
			Sid: "FindCache", Effect: "Allow", Action: "s3:ListBucket", Resource: scope.BucketARN(p.ArtifactBucket),
			Condition: conditions{"StringLike": {"s3:prefix": "cache/" + spec.does + "/*"}},
		},
	}
	if spec.deploys != "" {
		run = append(run, statement{Sid: "Deploy", Effect: "Allow", Action: "sts:AssumeRole", Resource: spec.deploys})
	}
	policies, err := grant(ctx, p, logical, role,
		policyPart{"run", append(run, spec.also...)},
		policyPart{"artifact-key", []statement{p.artifactKeyStatement()}})
	return role, policies, err
}

func (p *Pipeline) artifactStatement(write bool) statement {
	actions := []string{"s3:GetObject", "s3:GetObjectVersion"}
	if write {
		actions = append(actions, "s3:PutObject")
	}
	return statement{
		Sid: "UseArtifacts", Effect: "Allow", Action: actions,
		Resource: p.args.Scope.BucketARN(p.ArtifactBucket) + "/*",
	}
}

// artifactKeyStatement waits for the key, so it is in a separate policy.
func (p *Pipeline) artifactKeyStatement() statement {
	return statement{
		Sid: "UseArtifactKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resource:  p.args.ArtifactKeyARN,
		Condition: p.args.Scope.viaService("s3"),
	}
}
