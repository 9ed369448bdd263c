package preflight

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/outcome"
)

// checkDeployments looks for active CodeDeploy deployments: their tasks keep running, and Pulumi waits 20 minutes
// for the service to disappear (aws.ecs.Service, default timeout of deletions).
func (p *Preflight) checkDeployments(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, application := range p.named(ApplicationName) {
		service := application.Role
		active, err := bluegreen.Active(ctx, codedeploy.NewFromConfig(p.AWS), application.Value, service)
		switch code := awsapi.Code(err); {
		case code == "ApplicationDoesNotExistException" || code == "DeploymentGroupDoesNotExistException":
			continue
		case err != nil:
			return findings, err
		case active == nil:
			continue
		}
		fix := "wait until it has ended, or aws deploy stop-deployment --deployment-id " + active.ID
		if active.Phase == bluegreen.Waiting {
			fix = "aws deploy continue-deployment --deployment-wait-type TERMINATION_WAIT --deployment-id " + active.ID
		}
		findings = append(findings, outcome.Finding{
			Check: "deployment of " + service, Status: outcome.Blocked, Found: active.ID + " is " + string(active.Phase),
			Needed: "none", Fix: fix,
		})
	}
	if len(findings) == 0 {
		findings = []outcome.Finding{{Check: "deployments", Status: outcome.OK, Found: "none by CodeDeploy"}}
	}
	return findings, nil
}
