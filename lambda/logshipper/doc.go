// Logshipper is the Lambda function LogsToOpenSearch: it delivers the log events of subscribed
// CloudWatch log groups to indices of an OpenSearch domain. Events that it cannot deliver go to
// a dead-letter queue. No event arrives twice; see README.md in this directory for how, for
// what can still be lost, and for operating it.
//
// # Invocations
//
// The event decides what the function does:
//
//   - {"awslogs": {"data": ...}}, from a subscription filter: deliver.
//   - {"action": "replay", "limit": N}, from webapp replay search or an
//     operator: deliver the contents of the dead-letter queue, N messages
//     (rounded up to the next ten) or all.
//   - {"action": "setup"}, from the deployment: apply index template, retention policy, audit
//     and slow logs, roles and role mappings to the domain. Applying them again changes nothing.
//
// # Two functions, one zip
//
// Setup needs a role that is master of the domain; shipping needs to write documents. Give each
// its own function with its own role, both from logshipper.zip: the shipping function then cannot
// change permissions. Deploy them in this order: domain, setup function, its invocation, and only
// then the subscription filters. Logs that arrive before the index template do get an index, but
// with guessed field types.
//
// The shipping function: asynchronous invocation by CloudWatch Logs, timeout 120 s (delivery ends 8
// s earlier, to leave time for the queue), memory 512 MB, in the subnets that reach the domain,
// dead-letter queue = the same SQS queue as DEAD_LETTER_QUEUE_URL: it then also receives an event
// that made the function itself fail three times, if the event fits into a message; on-failure
// destination = an S3 bucket, which takes the larger ones. The setup function: timeout 60 s, memory
// 256 MB, invoked synchronously. Both: runtime provided.al2023, architecture arm64, handler
// bootstrap, log format Text (their lines are already JSON, and CloudWatch reads the metrics out of
// them unchanged).
//
// The queue's visibility timeout has to exceed the function's timeout, or a replay meets its own
// messages; 15 minutes are fine. Its retention should be the maximum, 14 days.
//
// # Environment
//
//	OPENSEARCH_ENDPOINT       required  host name or https:// URL of the domain's VPC endpoint
//	DEAD_LETTER_QUEUE_URL     required  SQS queue for what cannot be delivered
//	INDEX_PREFIX              app-logs  indices are <prefix>-<log group>-<period>; lower case, digits, -
//	INDEX_PERIOD              day       what an index spans: day, week or month
//	MAX_BULK_BYTES            5242880   size of a bulk request, 64 KiB to 100 MiB; the domain's own
//	                                    limit is 10 MiB for small instance types
//	MAX_PAYLOAD_BYTES         67108864  decompressed size of a payload, 1 MiB to 512 MiB
//	RETENTION_DAYS            30        setup: days that events are kept at least, 1 to 3650
//	INDEX_SHARDS              1         setup: primary shards of an index, 1 to 100
//	INDEX_REPLICAS            1         setup: replicas, 0 to 10; 0 on a domain of one node
//	WRITER_ROLE_ARN           setup: required; execution role of the shipping function
//	READER_ROLE_ARNS          setup: roles that may search and use Dashboards, comma separated
//	ADMINISTRATOR_ROLE_ARNS   setup: roles that may change everything in the domain, comma separated
//	INTERNAL_USER_SECRET_ARN  setup: secret {"username", "password"} of a user to create in the
//	                          domain who may search and use Dashboards
//	MASTER_USER_SECRET_ARN    setup: secret {"username", "password"} to sign in with, for a domain
//	                          whose master is an internal user; without it requests are signed
//	                          with the function's role
//
// AWS_REGION and AWS_LAMBDA_LOG_GROUP_NAME are set by Lambda; the latter is the guard against a
// loop: events of the function's own log group are never shipped.
//
// # Permissions
//
// The shipping function's role:
//
//	es:ESHttpPost                          <domain ARN>/_bulk
//	sqs:SendMessage                        <queue ARN>
//	sqs:ReceiveMessage, sqs:DeleteMessage  <queue ARN>  (replay)
//	kms:GenerateDataKey, kms:Decrypt       <key ARN of the queue>
//	s3:PutObject                           <bucket ARN>/aws/lambda/async/<function>/*  (Lambda's own)
//	s3:ListBucket, kms:GenerateDataKey     <bucket ARN>, <its key ARN>                 (Lambda's own)
//
// The setup function's role, which is the domain's IAM master:
//
//	es:ESHttpGet, es:ESHttpPut, es:ESHttpPost
//	                                 <domain ARN>/_index_template/*, <domain ARN>/_plugins/*,
//	                                 <domain ARN>/<prefix>-*/_settings
//	secretsmanager:GetSecretValue    <ARNs of the secrets named above, if any>
//	kms:Decrypt                      <key ARN of these secrets>
//
// Both: logs:CreateLogStream and logs:PutLogEvents on their own log group,
// ec2:CreateNetworkInterface and its companions for the VPC. The setup function and a function in
// isolated subnets reach SQS and Secrets Manager only through interface endpoints. The domain's
// access policy has to allow both roles (and has to allow unsigned requests, that is any principal,
// if internal users are to sign in: OpenSearch Service cannot check both a signature and a password);
// inside the domain, setup maps WRITER_ROLE_ARN to the role <prefix>-writer.
//
// # Metrics
//
// In the namespace LogShipper, by dimension LogGroup and by FunctionName: Events, Delivered, Duplicates, Flattened,
// DeadLettered, Retried (counts) and Duration (milliseconds), written as log lines in the embedded
// metric format.
package main
