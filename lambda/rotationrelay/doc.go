// Rotationrelay is the Lambda function that brings a rotated secret to running tasks. ECS reads
// secrets when a task starts and never again, so after a rotation the tasks of every service that
// uses the secret have to be replaced: UpdateService with forceNewDeployment for services that ECS
// deploys, CreateDeployment for those that CodeDeploy deploys (it refuses the former).
//
// # Event
//
// Secrets Manager reports a finished rotation, also of a secret that RDS manages, as a service
// event through CloudTrail, so the account needs a trail that logs. The rule on the default event
// bus (replace the ARN; "resources" and "requestParameters" are empty in this event):
//
//	{
//	  "source": ["aws.secretsmanager"],
//	  "detail-type": ["AWS Service Event via CloudTrail"],
//	  "detail": {
//	    "eventSource": ["secretsmanager.amazonaws.com"],
//	    "eventName": ["RotationSucceeded"],
//	    "additionalEventData": {"SecretId": ["arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX"]}
//	  }
//	}
//
// In an account without a trail, this rule serves instead; it also matches a value that somebody
// sets by hand. Secrets Manager sends it directly, without CloudTrail. Use one rule or the other:
// both together deploy twice.
//
//	{
//	  "source": ["aws.secretsmanager"],
//	  "detail-type": ["Secret Label Updated"],
//	  "resources": ["arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX"],
//	  "detail": {"labelUpdated": ["AWSCURRENT"]}
//	}
//
// A failed rotation is for an alarm, not for this function: the same pattern as the first with
// "RotationFailed".
//
// # Function
//
// Runtime provided.al2023, architecture arm64, handler bootstrap, memory 128 MB, timeout 900 s (it
// waits for a CodeDeploy deployment that is in progress), invoked asynchronously by EventBridge
// with the default two retries and an SQS dead-letter queue: with the waits, a deployment in
// progress may last 45 minutes. Outside of a VPC it needs no endpoints. Alarm on its Errors and on
// the depth of the queue. A message of the queue is the event as it came; after the cause is mended,
// invoke the function with it (README.md).
//
// # Environment
//
//	CLUSTER              required: name or ARN of the ECS cluster
//	SECRET_ARNS          required: ARNs of the secrets whose rotation matters, comma separated; events of
//	                     others are ignored
//	ROLLING_SERVICES     names of the services that ECS deploys, comma separated
//	BLUE_GREEN_SERVICES  names of those that CodeDeploy deploys; one of the two is required
//	APPLICATION          required with BLUE_GREEN_SERVICES: the name of their CodeDeploy applications, in
//	                     which * stands for the service's name; the deployment group has that name
//
// Names and no ARNs: all variables of a function together have 4 KB.
//
// # Permissions
//
//	ecs:DescribeServices, ecs:UpdateService  arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/*; UpdateService
//	                                         only with ROLLING_SERVICES
//
// and with BLUE_GREEN_SERVICES:
//
//	codedeploy:CreateDeployment, codedeploy:ListDeployments, codedeploy:BatchGetDeployments
//	    arn:aws:codedeploy:REGION:ACCOUNT:deploymentgroup:APPLICATION/*
//	codedeploy:GetApplicationRevision, codedeploy:RegisterApplicationRevision
//	    arn:aws:codedeploy:REGION:ACCOUNT:application:APPLICATION
//	codedeploy:GetDeploymentConfig
//	    arn:aws:codedeploy:REGION:ACCOUNT:deploymentconfig:CONFIG of each group
//
// as well as logs:CreateLogStream and logs:PutLogEvents on its log group, and sqs:SendMessage on its
// dead-letter queue (with kms:GenerateDataKey and kms:Decrypt on the queue's key). It never reads
// the secret.
package main
