package deliveries

// AWS's deliveries of logs; the source is the resource that is logged.
var (
	// BalancerToBucket carries access and connection logs. The documentation shows the load
	// balancer's ARN as an option, but there are reports of load balancers that were refused until
	// it was removed. ELB tests the bucket when the attribute is set, perhaps before it has an ARN
	// to send.
	BalancerToBucket = row(Delivery{
		Name: "Elastic Load Balancing writes to the log bucket", Service: "logdelivery.elasticloadbalancing.amazonaws.com",
		Actions: []string{"s3:PutObject"},
		Readings: []Reading{
			{Sources: []string{
				"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
			}},
			{
				Keys:    map[string]string{SourceARN: "{source}"},
				Sources: []string{"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"},
			},
		},
	})
	// BucketToBucket carries a bucket's access log, and says nothing about encryption.
	BucketToBucket = row(Delivery{
		Name: "S3 writes a bucket's access log", Service: "logging.s3.amazonaws.com", Actions: []string{"s3:PutObject"},
		Readings: documented("{source}",
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"),
	})
	// FirewallToLogs goes through CloudWatch's log delivery, which names itself as the source.
	FirewallToLogs = row(Delivery{
		Name: "WAF writes to its log group", Service: "delivery.logs.amazonaws.com",
		Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Readings: documented("arn:{partition}:logs:{region}:{account}:*",
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html"),
	})
	// CacheToLogs likewise: CloudWatch Logs' table of what it delivers has ElastiCache, too.
	CacheToLogs = row(Delivery{
		Name: "ElastiCache writes to the cache's log groups", Service: "delivery.logs.amazonaws.com",
		Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Readings: documented("arn:{partition}:logs:{region}:{account}:*",
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html",
			"https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Logging-destinations.html"),
	})
	// FlowLogsWrite with the role that the flow log names.
	FlowLogsWrite = byRole("VPC flow logs write to their log group",
		"https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
		"logs:CreateLogStream", "logs:PutLogEvents")
	SearchToLogs = row(Delivery{
		Name: "OpenSearch writes to the domain's log group", Service: "es.amazonaws.com",
		Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Readings: documented("{source}",
			"https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html"),
	})
	// LogsToKey: the target is the log group.
	LogsToKey = row(Delivery{
		Name: "CloudWatch Logs encrypts a log group", Service: "logs.{region}.amazonaws.com",
		Actions: []string{"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"},
		Readings: []Reading{{
			Keys:    map[string]string{"kms:EncryptionContext:aws:logs:arn": "{target}"},
			Sources: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"},
		}},
	})
	// LogsToFunction: the source is the log group's ARN followed by :*. Older pages name the
	// service with the region, newer ones without; Lambda accepts both.
	LogsToFunction = row(Delivery{
		Name: "CloudWatch Logs invokes the function of a subscription", Service: "logs.{region}.amazonaws.com",
		Actions: []string{"lambda:InvokeFunction"},
		Readings: documented("{source}",
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample"),
	})
)
