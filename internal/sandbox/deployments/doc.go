// Package deployments models the parts of AWS that release a version: ECS services under both controllers,
// CodeDeploy's deployments, the alarms that stop them, the database's password with the tasks that hold it, and
// autoscaling. The real clients of the AWS SDK talk to it: the release command and the function that follows a
// rotation run unchanged. Only tests use it, in a bubble of testing/synctest, where an hour passes in a moment. It
// does not model the creation of resources: that is internal/sandbox/simaws.
//
// # Rules
//
// Each has its source. Where AWS does not document a behaviour, [Doubts] has a switch, and the
// program has to work either way.
//
// Rolling (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html and
// deployment-circuit-breaker.html, deployment-alarm-failure.html):
//   - A new deployment becomes PRIMARY, and its tasks replace the others as they get healthy. It ends a deployment in
//     progress. A sixth deployment is refused (https://github.com/aws/containers-roadmap/issues/2836).
//   - The circuit breaker fails a deployment after three tasks that ended by themselves; an alarm that goes on
//     fails it as well. ECS then goes back to the last deployment that completed. An alarm that is already on when
//     the deployment starts is ignored until it goes off.
//
// CodeDeploy (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html,
// deployment-configurations.html, troubleshooting-ecs.html, and the API reference):
//   - A group has one active deployment; CreateDeployment refuses another one with DeploymentLimitExceededException.
//   - A deployment starts a task set beside the one that serves, waits until all its tasks are healthy, for 60
//     minutes at most, moves requests as its configuration says, and keeps the old tasks for the waiting time. It
//     is InProgress all that time; its target is Succeeded from the moment in which all requests have moved
//     (https://github.com/aws/containers-roadmap/issues/269).
//   - An alarm that is on stops a deployment, also one that has just been created, unless the alarms are overridden
//     (API_CreateDeployment.html, overrideAlarmConfiguration). In that case, and when somebody stops the deployment,
//     all requests go back to the old tasks, which still run. CodeDeploy does this with another deployment, which
//     keeps the group busy meanwhile.
//   - A hook AfterAllowTestTraffic is called when the new tasks are healthy and the test listener leads to them;
//     requests move when it has answered Succeeded, and the deployment fails when it answers Failed, or not within an
//     hour (reference-appspec-file-structure-hooks.html).
//   - A change of the number of tasks during a deployment leaves five minutes to become steady
//     (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html).
//   - A task definition that is INACTIVE starts no deployment
//     (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html).
//
// Password (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data-secrets.html, and
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html, single user):
//   - A task keeps the value that AWSCURRENT had when the task started.
//   - A rotation sets the new password in the database first, which refuses the old one from then on, and moves
//     AWSCURRENT afterwards: a task that starts in between has a dead password too. The event comes with the move.
//   - A task with a dead password answers 5XX, and passes its health check: the worst case.
package deployments
