package strangers_test

const introduction = `# The policies and programs of others

<!-- Written by go test ./tests/strangers -update. Do not edit. -->

What the policy pack says to programs that are not this project's, without any configuration of policies, in a
stack called prod. The programs are in [tests/strangers/programs](../tests/strangers/programs): what tutorials
show, and of each what a careful team makes of it, which has to pass everything that is mandatory. They are Go
programs, run without engine and cloud; the pack is told what the engine would tell it. How to use the pack
elsewhere is in [policies.md](policies.md#in-another-project).

**Right** means that the program has the fault. **Opinion** means that a team may see it otherwise, and then gives
the policy the level advisory in its configuration, or waives it for one resource. *Repaired* is what the pack
corrects by itself. Of CloudFront, API Gateway, DynamoDB, EKS, Kinesis, Firehose and Step Functions nothing is
judged but the roles, keys, logs and policies around them.

## Findings
`

// judgements says of each finding whether it is right, by control, or by program and control if
// they differ.
var judgements = map[string]string{
	"cluster sg-world-only-to-alb":      "right: the API of the cluster",
	"data-protected":                    "right",
	"ebs-encrypted":                     "right, unless the account encrypts by default",
	"ecr-customer-key":                  "opinion",
	"ecr-immutable-tags":                "right",
	"ecr-lifecycle":                     "right",
	"ecr-scan-on-push":                  "right",
	"ecs-circuit-breaker":               "right",
	"ecs-container-insights":            "opinion: it costs",
	"ecs-exec-logged":                   "opinion where nobody uses ECS exec",
	"ecs-image-pinned":                  "right: latest moves",
	"ecs-no-public-ip":                  "right",
	"ecs-no-secrets-in-environment":     "right",
	"ecs-not-root":                      "right",
	"ecs-read-only-root":                "right; the image may need a volume",
	"engine-version-supported":          "right",
	"guest rds-force-ssl":               "right: its source is elsewhere, which somebody has to look at",
	"guest rds-multi-az":                "opinion: a replica is no standby for anybody",
	"guest rds-statement-logging":       "right: its source is elsewhere",
	"iam-no-administrator":              "right",
	"iam-no-unrestricted-writes":        "right",
	"iam-no-wildcard-actions":           "right",
	"lambda-environment":                "right about the secret; the key is an opinion",
	"lambda-in-vpc":                     "opinion: a function without a database needs no VPC",
	"lambda-permission-narrow":          "right",
	"lambda-runtime":                    "right: it ends within half a year",
	"lb-access-logs":                    "right",
	"lb-deletion-protection":            "right",
	"lb-drop-invalid-headers":           "right",
	"lb-encrypted-targets":              "opinion: the traffic stays in the VPC",
	"lb-health-check":                   "right: the default asks for /",
	"lb-http-redirects":                 "right",
	"lb-waf-attached":                   "opinion: it costs",
	"log-customer-key":                  "opinion",
	"log-retention":                     "right: the group keeps everything for ever",
	"messaging-tls-only":                "right; AWS's SDKs use TLS anyway",
	"provider-judged":                   "right: nothing else looks at it",
	"rds-admin-user-name":               "opinion",
	"rds-backups":                       "right",
	"rds-customer-key":                  "opinion",
	"rds-deletion-protection":           "right",
	"rds-encrypted":                     "right",
	"rds-enhanced-monitoring":           "opinion: it costs",
	"rds-force-ssl":                     "right: MySQL does not by default",
	"rds-iam-authentication":            "opinion",
	"rds-log-exports":                   "right",
	"rds-multi-az":                      "right",
	"rds-performance-insights":          "opinion",
	"rds-private-subnets":               "right",
	"rds-statement-logging":             "right",
	"rds-tags-to-snapshots":             "right",
	"resource-policy-not-public":        "right",
	"s3-abort-uploads":                  "right: what no listing shows is paid for",
	"s3-access-logs":                    "opinion, for a trail may have them",
	"s3-acls-off":                       "opinion: buckets since April 2023 have none unless they are asked for",
	"s3-encryption":                     "opinion: S3 encrypts with its own key",
	"s3-lifecycle":                      "opinion",
	"s3-public-access-block":            "right: AWS's default is not declared, and can be lost",
	"s3-tls-only":                       "right",
	"s3-versioning":                     "right",
	"sg-descriptions":                   "right",
	"sg-no-all-port-egress":             "opinion: AWS's own default",
	"sg-no-all-protocol-ingress":        "right",
	"sg-no-risky-port-from-world":       "right",
	"sg-world-only-to-alb":              "right",
	"sns-customer-key":                  "opinion, unless alarms publish to it",
	"sqs-customer-key":                  "opinion: SQS encrypts with its own key",
	"subnet-no-public-ip":               "right",
	"vpc-default-security-group-closed": "right",
	"vpc-endpoints-present":             "opinion: name the services that you use in its services",
	"vpc-flow-log":                      "right",
}
