// Rotationrelay is the Lambda function that brings a rotated secret to running tasks: package internal/rotation with
// the environment and the clients that it needs.
//
// # Event
//
// Secrets Manager itself reports, without CloudTrail, that a secret has a new current value: also for a secret that
// RDS manages, and also when somebody sets a value by hand. The rule on the default event bus (replace the ARN):
//
//	{
//	  "source": ["aws.secretsmanager"],
//	  "detail-type": ["Secret Label Updated"],
//	  "resources": ["arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX"],
//	  "detail": {"labelUpdated": ["AWSCURRENT"]}
//	}
//
// A failed rotation is for an alarm, not for this function. Secrets Manager reports it only through CloudTrail:
// "detail-type" is "AWS Service Event via CloudTrail", "detail" has "eventName": ["RotationFailed"] and
// "additionalEventData": {"SecretId": [ARN]}.
//
// # Function
//
// Runtime provided.al2023, architecture arm64, handler bootstrap, memory 128 MB, timeout 900 s (it waits until the
// tasks are replaced), invoked asynchronously by EventBridge with the default two retries and an SQS dead-letter
// queue. internal/rotation/patience has the time that it keeps trying altogether. Outside of a VPC it needs no
// endpoints. Alarm on its Errors and on the depth of the queue. A message of the queue is the original event; once
// the cause is fixed, invoke the function with it (README.md).
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
// These are names, not ARNs: all variables of a function together have 4 KB.
//
// # Permissions
//
//	ecs:DescribeServices, ecs:UpdateService  arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/*; UpdateService
//	                                         only with ROLLING_SERVICES
//	ecs:DescribeTasks                        arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/*
//	ecs:ListTasks                            *, with the condition key ecs:cluster
//
// and with BLUE_GREEN_SERVICES those of package internal/bluegreen with alarms overridden, for the deployment
// configuration CodeDeployDefault.ECSAllAtOnce; as well as logs:CreateLogStream and logs:PutLogEvents on its log group,
// and sqs:SendMessage on its dead-letter queue (with kms:GenerateDataKey and kms:Decrypt on the queue's key). It never
// reads the secret.
package main
