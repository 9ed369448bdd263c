package resourcetypes

import (
	"aws-webapp/internal/awsdata/endoflife"
)

// The tokens of images, builds and deployments.
const (
	BuildProject              = "aws:codebuild/project:Project"
	DeployApplication         = "aws:codedeploy/application:Application"
	DeploymentGroup           = "aws:codedeploy/deploymentGroup:DeploymentGroup"
	Pipeline                  = "aws:codepipeline/pipeline:Pipeline"
	CodeConnection            = "aws:codestarconnections/connection:Connection"
	RepositoryLifecyclePolicy = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	Repository                = "aws:ecr/repository:Repository"
	RepositoryPolicy          = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

func init() { register(deliveryServices, deliveryTypes) }

var deliveryServices = []Service{
	{
		Prefix: "codedeploy", Group: "compute", Named: []string{"application:", "deploymentgroup:"},
		// For releasing, and for the checks before and after.
		Actions: Actions{
			Read: "BatchGetDeployments BatchGetDeploymentTargets GetApplicationRevision GetDeployment GetDeploymentConfig " +
				"ListDeployments ListDeploymentTargets",
			Write: "ContinueDeployment CreateDeployment RegisterApplicationRevision StopDeployment",
		},
	},
	{Prefix: "ecr", Actions: Actions{Read: "DescribeImages DescribeRepositories"}},
}

var deliveryTypes = []Type{
	{
		Token:    BuildProject,
		Create:   Operation{Name: "codebuild.CreateProject"},
		Versions: []Version{{"environment.image", endoflife.BuildImage}},
	},
	{
		Token: DeployApplication,
		Create: Operation{Name: "codedeploy.CreateApplication", Renamed: map[string]string{
			"name": "applicationName",
		}},
		Actions: []Actions{{
			Service: "codedeploy", Read: "GetApplication ListTagsForResource",
			Write: "CreateApplication DeleteApplication TagResource UntagResource UpdateApplication",
		}},
		Free: "CodeDeploy to ECS is free",
	},
	{
		Token: DeploymentGroup,
		Create: Operation{Name: "codedeploy.CreateDeploymentGroup", Renamed: map[string]string{
			"appName": "applicationName",
		}},
		Actions: []Actions{{
			Service: "codedeploy", Read: "GetDeploymentConfig GetDeploymentGroup ListTagsForResource",
			Write: "CreateDeploymentGroup DeleteDeploymentGroup TagResource UntagResource UpdateDeploymentGroup",
		}},
		Free: "CodeDeploy to ECS is free",
	},
	{
		Token: Pipeline,
		Create: Operation{Name: "codepipeline.CreatePipeline/pipeline", Renamed: map[string]string{
			"stages.actions.category": "",
			"stages.actions.owner":    "",
			"stages.actions.provider": "",
			"stages.actions.version":  "",
		}},
	},
	{
		Token:  CodeConnection,
		Create: Operation{Name: "codestar-connections.CreateConnection"},
		Free:   "AWS does not charge for connections",
	},
	{
		Token: RepositoryLifecyclePolicy,
		Create: Operation{Name: "ecr.PutLifecyclePolicy", Renamed: map[string]string{
			"repository": "repositoryName",
			"policy":     "lifecyclePolicyText",
		}},
		Free: "a setting of its repository",
	},
	{
		Token: Repository,
		Create: Operation{Name: "ecr.CreateRepository", Renamed: map[string]string{
			"name": "repositoryName",
		}},
		Loss: Loss{Critical, "the images: running services can no longer start tasks from them"},
	},
	{
		Token: RepositoryPolicy,
		Create: Operation{Name: "ecr.SetRepositoryPolicy", Renamed: map[string]string{
			"repository": "repositoryName",
			"policy":     "policyText",
		}},
		Free:      "a setting of its repository",
		Documents: []string{"policy"},
	},
}
