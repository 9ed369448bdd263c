package config

import (
	"regexp"
	"strings"
	_ "time/tzdata" // a container that runs the program may have no time zones

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/internal/awsdata/prefixlists"
)

// format is a form of strings.
type format struct {
	// allowed is the format in words.
	allowed string
	// example is a string in the format.
	example string
	matches func(string) bool
	// expression is the regular expression that matches; empty if code decides.
	expression string
	// shortest and longest string, if the pattern cannot express it; 0 for no limit.
	shortest, longest int
}

// patterned returns a format described by a regular expression.
func patterned(allowed, example, expression string) format {
	f := checked(allowed, example, regexp.MustCompile(expression).MatchString)
	f.expression = expression
	return f
}

// sized returns a format with limits on the length.
func sized(shortest, longest int, f format) format {
	matches := f.matches
	f.shortest, f.longest = shortest, longest
	f.matches = func(text string) bool { return len(text) >= shortest && len(text) <= longest && matches(text) }
	return f
}

// checked returns a format that code decides.
func checked(allowed, example string, matches func(string) bool) format {
	return format{allowed: allowed, example: example, matches: matches}
}

// lists holds the allowed strings that come from a table, by the names that the allowed tag
// uses.
var lists = map[string][]string{
	"TLS policy": endoflife.Good(endoflife.TLSPolicy),
	"interface endpoint": {
		"ecr.api", "ecr.dkr", "logs", "secretsmanager", "sns", "sqs", "ssm", "kms", "sts", "ssmmessages",
	},
	"database part": {"host", "port", "name", "user", "password", "sslmode", "url", "json"},
}

// formats by the names that the allowed and keys tags use. A subject's file may add one in
// its init.
var formats = map[string]format{
	"region":           checked("a region of the partition aws", "us-east-1", isRegion),
	"account id":       patterned("the 12 digits of an account, in quotes", `"123456789012"`, `^\d{12}$`),
	"endpoint service": patterned("the AWS provider's name of a service", "ec2", `^[a-z0-9]{2,40}$`),
	"endpoint URL": checked(
		"an http:// or https:// URL without user and password", "http://localhost:5000",
		isEndpointURL,
	),
	"tag key": patterned(
		"1 to 128 letters, digits, spaces and _ . : / = + - @", "Team",
		`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$`,
	),
	"repository": checked(
		"host and path of the repository, without https://", "github.com/example/web",
		isRepository,
	),
	"tag value": patterned(
		"1 to 256 letters, digits, spaces and _ . : / = + - @", "platform",
		`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$`,
	),

	"VPC block": checked(
		"an IPv4 block from /16 to /24 that begins where its prefix does", "10.0.0.0/16",
		isVPCBlock,
	),
	"CIDR block": checked("an IPv4 block that begins where its prefix does", "203.0.113.0/24", isBlock),
	"availability zone": patterned(
		"the name of an availability zone", "us-east-1a",
		`^[a-z]{2,4}(-[a-z]+){1,2}-[1-9][0-9]?[a-z]$`,
	),

	"bucket": patterned(
		"the name of an S3 bucket, or * for all, in quotes", "packages-example",
		`^(\*|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$`,
	),

	"log group prefix": sized(2, 401, patterned(
		"a slash, then up to 400 letters, digits and _ - / . #, no slash at the end", "/ecs",
		`^(/[A-Za-z0-9_.#-]+)+$`,
	)),

	"database name": patterned(
		"1 to 63 letters, digits and underscores, a letter first", "visitorbook",
		`^[A-Za-z][A-Za-z0-9_]{0,62}$`,
	),
	"database user": patterned(
		"1 to 63 letters, digits and underscores, a letter first", "app_owner",
		`^[A-Za-z][A-Za-z0-9_]{0,62}$`,
	),
	"PostgreSQL version": patterned("a major or minor version, in quotes", `"17"`, `^[1-9][0-9](\.[0-9]{1,2})?$`),
	"instance class": patterned(
		"an RDS instance class", "db.t3.small",
		`^db\.[a-z][a-z0-9-]{1,15}\.(micro|small|medium|large|[0-9]{0,2}xlarge|metal)$`,
	),
	"time of day":  patterned("hh:mm in UTC, in quotes", `"06:00"`, `^`+clock+`$`),
	"daily window": patterned("hh:mm-hh:mm in UTC", "03:00-04:00", `^`+clock+`-`+clock+`$`),
	"weekly window": patterned(
		"ddd:hh:mm-ddd:hh:mm in UTC", "sun:04:30-sun:05:30",
		`^`+weekday+`:`+clock+`-`+weekday+`:`+clock+`$`,
	),
	"parameter name": patterned(
		"the name of a PostgreSQL parameter", "work_mem",
		`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`,
	),
	"parameter value": patterned("a text of 1 to 255 characters, in quotes", `"64"`, `^[ -~]{1,255}$`),

	"certificate ARN": patterned(
		"the ARN of an ACM certificate",
		"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
		`^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]{36}$`,
	),
	"managed rule group": patterned(
		"a rule group of AWS, AWSManagedRules...", "AWSManagedRulesCommonRuleSet",
		`^AWSManagedRules[A-Za-z0-9]{1,100}$`,
	),
	"rule name": patterned(
		"the name of a rule in the group, as AWS writes it", "SizeRestrictions_BODY", `^[A-Za-z0-9_-]{1,128}$`,
	),
	"domain": checked("a domain name in lower case", "app.example.com", isDomain),
	"domain or wildcard": checked(
		"a domain name in lower case, or one after *.", "*.example.com",
		func(name string) bool { return isDomain(strings.TrimPrefix(name, "*.")) },
	),
	"hosted zone id": patterned("the id of a Route 53 zone", "Z0123456789ABCDEFGHIJ", `^Z[A-Z0-9]{1,31}$`),

	"service name": patterned(
		"1 to 24 of a-z, 0-9 and inner hyphens", "visitor-book",
		`^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$`,
	),
	"image reference": checked(
		"an image reference", "123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		isImage,
	),
	"reason": sized(10, 256, patterned(
		"a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @", "the image unpacks its plugins at start",
		`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`,
	)),
	"folder": patterned("the absolute path of a folder, without a slash at the end", "/var/cache/app",
		`^(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){1,8}$`,
	),
	"way out": checked(
		"an IPv4 block that begins where its prefix does, or the id of a prefix list", "203.0.113.0/24", isWayOut,
	),
	"prefix list": checked("the id of a prefix list", "pl-3b927c52", prefixlists.IsID),
	"action": patterned(
		"an action as AWS writes it, service:Action", "sqs:SendMessage", `^[a-z0-9-]+:[A-Za-z0-9*?]+$`,
	),
	"resource": patterned(
		"an ARN, or * alone", "arn:aws:sqs:us-east-1:123456789012:orders",
		`^(\*|arn:aws:[a-z0-9-]+:[a-z0-9*-]*:([0-9]{12}|aws|\*)?:[^\s"\\$]+)$`,
	),
	"numeric user": patterned(
		"a numeric uid or uid:gid above 0", `"65532:65532"`,
		`^[1-9][0-9]{0,9}(:[1-9][0-9]{0,9})?$`,
	),
	"variable name": patterned(
		"letters, digits and underscores, no digit first", "LOG_LEVEL",
		`^[A-Za-z_][A-Za-z0-9_]*$`,
	),
	"text": checked("any text", "text", func(string) bool { return true }),
	"secret": patterned(
		"the ARN of a Secrets Manager secret, with :KEY for one value of its JSON, or the ARN or /name of an SSM parameter",
		"/visitor-book/smtp",
		`^(arn:aws:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+(:[^:\s]+|:[^:\s]*:[^:\s]*:[^:\s]*)?|`+
			`ssm:[a-z0-9-]+:\d{12}:parameter/[A-Za-z0-9/_.-]+)|(/[A-Za-z0-9_.-]+){1,15})$`,
	),
	"Secrets Manager ARN": patterned(
		"the ARN of a secret in Secrets Manager, with the six characters at its end",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:watcher-AbCdEf",
		`^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$`,
	),

	"KMS key ARN": patterned(
		"the ARN of a KMS key, not of an alias",
		"arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
		`^arn:aws:kms:[a-z0-9-]+:\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`,
	),

	"path pattern": patterned(
		"a slash or wildcard, then up to 127 letters, digits, wildcards * ? and _ - . $ / ~ \" ' @ : + &", "/api/*",
		`^[/*?][A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$`,
	),
	"host pattern": checked(
		"up to 128 letters, digits, wildcards * ? and - . _, letters alone after the last dot", "*.example.com",
		isHostPattern,
	),
	"URL path": patterned("a slash, then up to 999 visible characters", "/health", `^/[!-~]{0,999}$`),
	"status codes": checked(
		"codes from 200 to 499, or of gRPC from 0 to 99, as a list or a range, in quotes", `"200-299"`,
		func(text string) bool { return isMatcher(text) || isGRPCMatcher(text) },
	),

	"schedule name": patterned("1 to 64 letters, digits and _ . -", "night", `^[A-Za-z0-9_.-]{1,64}$`),
	"schedule expression": checked(
		"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "cron(0 22 * * ? *)",
		isSchedule,
	),
	"time zone": checked("an IANA time zone", "Europe/Berlin", isTimezone),

	"OpenSearch version": patterned(
		"a version of OpenSearch from 2 on, in quotes", `"2.19"`,
		`^[2-9]\.[0-9]{1,2}$`,
	),
	"OpenSearch instance type": patterned(
		"an OpenSearch instance type", "r6g.large.search",
		`^[a-z][a-z0-9]{1,15}\.(micro|small|medium|large|[0-9]{0,2}xlarge)\.search$`,
	),
	"role ARN": patterned(
		"the ARN of an IAM role", "arn:aws:iam::123456789012:role/support",
		`^arn:aws:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$`,
	),

	"policy ARN": patterned(
		"the ARN of an IAM policy", "arn:aws:iam::123456789012:policy/boundary",
		`^arn:aws:iam::(\d{12}|aws):policy/[A-Za-z0-9+=,.@_/-]{1,512}$`,
	),
	"connection ARN": patterned(
		"the ARN of a CodeConnections connection",
		"arn:aws:codeconnections:us-east-1:123456789012:connection/12345678-1234-1234-1234-123456789012",
		`^arn:aws:code(connections|star-connections):[a-z0-9-]+:\d{12}:connection/[0-9a-f-]{36}$`,
	),
	"repository name": sized(2, 200, patterned(
		"2 to 200 of a-z, 0-9 and inner . _ - /", "visitor-book",
		`^[a-z0-9]+([._/-][a-z0-9]+)*$`,
	)),
	"GitHub repository": patterned(
		"owner/name", "example/aws-webapp",
		`^[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}$`,
	),
	"GitHub subject": patterned(
		"pull_request, ref:refs/heads/<branch> or environment:<name>, without wildcards", "ref:refs/heads/main",
		`^(pull_request|ref:refs/heads/[A-Za-z0-9._/-]{1,200}|environment:[A-Za-z0-9 ._-]{1,255})$`,
	),
	"GitHub subject ids": checked(
		"repo:owner@1/name@2, as GitHub says", "repo:example@12/aws-webapp@345",
		isSubjectPrefix,
	),
	"branch": patterned("the name of a branch", "main", `^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$`),
	"build image": patterned(
		"one of CodeBuild's own images", "aws/codebuild/amazonlinux-x86_64-standard:5.0",
		`^aws/codebuild/[a-z0-9_-]+:[A-Za-z0-9._-]+$`,
	),
	"stack name": patterned(
		"1 to 40 of a-z, 0-9 and inner hyphens", "prod",
		`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`,
	),
	"HTTPS URL": checked("an https:// URL without user and password", "https://app.example.com", isPlainHTTPS),

	"subscription endpoint": checked("a mail address, an https:// URL or an ARN", "oncall@example.com", isEndpoint),
}
