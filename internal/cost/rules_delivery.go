package cost

import (
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.Pipeline] = (*estimator).pipeline
	prices[resourcetypes.BuildProject] = (*estimator).buildProject
	prices[resourcetypes.Repository] = (*estimator).repository
}

func (e *estimator) pipeline(r *Resource) {
	e.add(r, charge{what: "action minutes", price: "pipeline.minute", quantity: e.usage.PipelineMinutes})
}

func (e *estimator) buildProject(r *Resource) {
	size := strings.ToLower(strings.TrimPrefix(r.object("environment").text("computeType"), "BUILD_"))
	e.add(r, charge{
		what: "build minutes", price: "codebuild." + strings.ReplaceAll(size, "_", "."),
		quantity: e.usage.BuildMinutes,
	})
}

func (e *estimator) repository(r *Resource) {
	e.add(r, charge{what: "images", price: "ecr.storage", quantity: e.usage.ImageGB})
}
