// Package bluegreen starts deployments of CodeDeploy for an ECS service and follows them, for the release command and
// for the function that brings a rotated password to the tasks. Which service gets which version, they decide. It
// imports internal/clock and internal/rotation/patience.
//
// A deployment group has one deployment at a time. It stays active long after all requests have moved: for as long as
// it keeps the old tasks for a rollback (terminationWaitTimeInMinutes). [Start] ends that waiting time, and only
// waits for the shift of requests. CodeDeploy waits for an hour for tasks that never get healthy; Start does not: see
// [StartsWithin].
//
// # Permissions
//
// On the deployment group: codedeploy:BatchGetDeployments, codedeploy:CreateDeployment, codedeploy:ListDeployments;
// and codedeploy:UpdateDeploymentGroup if alarms are overridden (AWS requires it:
// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html, overrideAlarmConfiguration).
// On the application: codedeploy:GetApplicationRevision, codedeploy:RegisterApplicationRevision. On the deployment
// configuration: codedeploy:GetDeploymentConfig. On *, since IAM has no resource types for them:
// codedeploy:BatchGetDeploymentTargets, codedeploy:ContinueDeployment, codedeploy:ListDeploymentTargets,
// codedeploy:StopDeployment
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html).
package bluegreen
