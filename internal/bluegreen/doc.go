// Package bluegreen starts deployments of CodeDeploy for an ECS service and follows them: for the release command and
// for the function that brings a rotated password to the tasks.
//
// A deployment group has one deployment at a time. It stays active long after all requests have moved: for as long as
// it keeps the old tasks for a way back (terminationWaitTimeInMinutes). [Start] ends that waiting time, and waits for
// the shift alone. Nor does it wait for tasks that never get healthy, as CodeDeploy does for an hour: see
// [StartsWithin].
//
// # Permissions
//
// On the deployment group: codedeploy:BatchGetDeployments, codedeploy:CreateDeployment, codedeploy:ListDeployments; and
// codedeploy:UpdateDeploymentGroup where alarms are overridden (AWS asks for it:
// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html, overrideAlarmConfiguration). On
// the application: codedeploy:GetApplicationRevision, codedeploy:RegisterApplicationRevision. On the deployment
// configuration: codedeploy:GetDeploymentConfig. On *, since AWS knows no resource for them:
// codedeploy:BatchGetDeploymentTargets, codedeploy:ContinueDeployment, codedeploy:ListDeploymentTargets,
// codedeploy:StopDeployment
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html).
package bluegreen
