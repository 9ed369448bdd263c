// Probe is a Lambda function that asks for the stack's addresses as a client does: by DNS, over the internet, with TLS
// and its verification, through firewall and load balancer. A schedule calls it each minute. It runs outside of the
// VPC, so that nothing of the stack's network is in its way.
//
// An address answers with status 200 to 399; a redirect is an answer and is not followed. One that does not is asked
// again after two seconds, on a new connection.
//
// Every five minutes it also looks at the alert topic and at the database's password. A topic whose subscriptions are
// all confirmed and whose policy lets its publishers in gets a heartbeat, if somebody watches: a message with the
// attribute heartbeat, which comes back to this function as its only other kind of event. Only then does it ask for the
// watcher's URL, so that a topic that is gone, a key that is disabled, or a function that does not run end the signs of
// life, and somebody outside of AWS notices.
//
// It writes a line in CloudWatch's embedded metric format (CloudWatch User Guide, "Specification: Embedded metric
// format"), of which CloudWatch Logs makes metrics in the namespace Probe, with the dimension FunctionName:
//
//   - Failed is the number of addresses that did not answer; left out where there are none to ask for.
//   - CertificateDays are the days to the end of the first certificate that ends. It is left out where no address
//     answered by TLS.
//   - MissingSubscriptions are the topic's that get no message, because nobody confirmed them or they are gone.
//   - PasswordDays are the days since the database's password was rotated, or made.
//
// The function itself fails if its settings are wrong, or if the watcher cannot be told. Environment:
//
//   - ADDRESSES lists what to ask for by name, as JSON: {"web":"/health","api":"https://api.example.com/v1"}, or {} for
//     nothing. HOST is the host of those without one: all variables together have 4 KB.
//   - TOPIC_ARN of the alert topic, SUBSCRIPTIONS, the number that it should have, and PUBLISHERS, the services that
//     its policy should let in, with commas between them.
//   - PASSWORD_SECRET_ARN of the secret that rotates.
//   - HEARTBEAT_SECRET_ARN of the secret with the watcher's URL, which holds a token; empty if nobody watches.
//
// Permissions: logs:CreateLogStream and logs:PutLogEvents on its log group, sns:GetTopicAttributes,
// secretsmanager:DescribeSecret; with a watcher sns:Publish, the topic's key, and secretsmanager:GetSecretValue.
package main
