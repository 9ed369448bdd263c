// Deploymenttest is a Lambda function that tries a new version of an ECS service on the load balancer's test
// listener, before CodeDeploy moves any request to it. It does not matter who starts the deployment: CodeDeploy calls
// it as the hook AfterAllowTestTraffic of the deployment's AppSpec
// (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html).
//
// It asks CodeDeploy which service is deployed, asks each of the service's paths on the test listener until all have
// answered 200 to 399 three times in a row, and reports Succeeded. If they have not done so within four minutes, it
// reports Failed, and CodeDeploy takes the new version back. A redirect counts as an answer and is not followed.
//
// CodeDeploy regards a hook as failed if it has not reported within an hour. Lambda ends a function after 15 minutes;
// this one is made for five.
//
// Environment:
//
//   - APPLICATION is the name of the CodeDeploy applications, with * for the service's: app-prod-*.
//   - ADDRESS is the load balancer's DNS name, PORT that of its test listener.
//   - HOST is the name that clients use, which the certificate has and listener rules match.
//   - TESTS lists the requests for each service, as JSON:
//     {"web":{"paths":["/health"]},"api":{"host":"api.example.com", "paths":["/v1"]}}. A service without a host has
//     HOST.
//
// Permissions: codedeploy:GetDeployment on the deployment groups, and codedeploy:PutLifecycleEventHookExecutionStatus,
// for which IAM has no resource type. Network: HTTPS to CodeDeploy, and to the load balancer's public addresses on
// PORT.
package main
