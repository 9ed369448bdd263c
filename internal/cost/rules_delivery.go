package cost

import "strings"

var deliveryRules = map[string]rule{
	"aws:codepipeline/pipeline:Pipeline": priced((*estimator).pipeline),
	"aws:codebuild/project:Project":      priced((*estimator).buildProject),
	"aws:ecr/repository:Repository":      priced((*estimator).repository),

	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                             free("a setting of its repository"),
	"aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": free("basic scanning is free"),
	"aws:ecr/repositoryPolicy:RepositoryPolicy":                           free("a setting of its repository"),
	"aws:codeconnections/connection:Connection":                           free("AWS does not charge for connections"),
	"aws:codestarconnections/connection:Connection":                       free("AWS does not charge for connections"),
	"aws:codestarnotifications/notificationRule:NotificationRule":         free("charged as the topic's deliveries"),
	"aws:codedeploy/application:Application":                              free("CodeDeploy to ECS is free"),
	"aws:codedeploy/deploymentConfig:DeploymentConfig":                    free("CodeDeploy to ECS is free"),
	"aws:codedeploy/deploymentGroup:DeploymentGroup":                      free("CodeDeploy to ECS is free"),
}

func (e *estimator) pipeline(r *Resource) {
	e.add(r, charge{what: "action minutes", price: "pipeline.minute", quantity: e.usage.PipelineMinutes})
}

func (e *estimator) buildProject(r *Resource) {
	size := strings.ToLower(strings.TrimPrefix(r.object("environment").text("computeType"), "BUILD_"))
	e.add(r, charge{what: "build minutes", price: "codebuild." + strings.ReplaceAll(size, "_", "."), quantity: e.usage.BuildMinutes})
}

func (e *estimator) repository(r *Resource) {
	e.add(r, charge{what: "images", price: "ecr.storage", quantity: e.usage.ImageGB})
}
