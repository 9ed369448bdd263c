package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// An example that is not valid would send people in circles.
func TestFormatsTakeTheirExamples(t *testing.T) {
	for name, format := range formats {
		assert.True(t, format.matches(strings.Trim(format.example, `"`)), name)
	}
}

func TestFormatsAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, key := range documentedKeys(t) {
		for _, tag := range []string{"allowed", "keys"} {
			used[strings.Trim(key.tag.Get(tag), "<>")] = true
		}
	}
	for name := range formats {
		assert.True(t, used[name], name)
	}
}

func TestFormats(t *testing.T) {
	tests := map[string]struct{ good, bad []string }{
		"region": {
			[]string{"us-east-1", "ap-southeast-7", "mx-central-1"},
			[]string{
				"", "us-east", "us-east-1a", "US-EAST-1", "useast1", "us_east_1",
				"us-gov-west-1", "cn-north-1", "eusc-de-east-1",
			},
		},
		"repository": {
			[]string{"github.com/example/aws-webapp", "git.example.com/a/b/c"},
			[]string{
				"", "https://github.com/example/web", "github.com/example/web.git", "git@github.com:example/web", "web",
				"github.com/web",
			},
		},
		"availability zone": {
			[]string{"us-east-1f", "us-gov-west-1b"},
			[]string{"us-east-1", "use1-az1", "us-west-2-lax-1a"},
		},
		"VPC block": {
			[]string{"10.0.0.0/16", "100.64.0.0/20", "192.168.255.0/24"},
			[]string{
				"", "10.0.0.0", "10.0.0.0/15", "10.0.0.0/25", "10.0.0.1/24", "127.0.0.0/16", "224.0.0.0/16", "0.0.0.0/16",
				"240.0.0.0/16", "::ffff:10.0.0.0/112",
			},
		},
		"CIDR block": {
			[]string{"0.0.0.0/0", "203.0.113.7/32"},
			[]string{"203.0.113.7", "203.0.113.7/24", "2001:db8::/32", "0.0.0.0/33"},
		},
		"PostgreSQL version": {[]string{"13", "17", "17.12"}, []string{"", "9.6", "17.", "17.7.1", "v17"}},
		"instance class": {
			[]string{"db.t4g.micro", "db.r6gd.16xlarge", "db.m7i.xlarge", "db.x2iedn.32xlarge", "db.r8g.metal"},
			[]string{"", "t3.small", "db.t3", "db.serverless", "db.t3.tiny", "DB.T3.SMALL"},
		},
		"OpenSearch version": {[]string{"2.19", "3.1"}, []string{"", "1.3", "2", "2.19.1", "OpenSearch_2.19"}},
		"OpenSearch instance type": {
			[]string{"t3.small.search", "r6g.large.search", "or1.16xlarge.search"},
			[]string{"", "r6g.large", "t3.search", "ultrawarm1.medium.elasticsearch"},
		},
		"role ARN": {
			[]string{
				"arn:aws:iam::123456789012:role/support",
				"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_a_1",
			},
			[]string{
				"", "support", "arn:aws:iam::123456789012:user/support", "arn:aws:iam::123456789012:role/*",
				"arn:aws-cn:iam::123456789012:role/support", "arn:aws:sts::123456789012:assumed-role/a/b",
			},
		},
		"daily window": {[]string{"00:00-23:59", "23:30-00:30"}, []string{
			"24:00-01:00", "3:00-4:00", "03:60-04:00",
			"03:00 - 04:00",
		}},
		"weekly window": {
			[]string{"mon:00:00-sun:23:59"}, []string{"Mon:00:00-Mon:01:00", "mon:00:00", "monday:00:00-monday:01:00"},
		},
		"parameter name": {
			[]string{"work_mem", "rds.force_ssl", "auto_explain.log_min_duration"},
			[]string{"", "Work", "a.b.c", "-x"},
		},
		"parameter value": {
			[]string{"1", "pg_stat_statements,auto_explain", "{DBInstanceClassMemory/32768}"},
			[]string{"", "ä", strings.Repeat("x", 256)},
		},
		"domain": {
			[]string{"example.com", "a.b.c.example.museum", "xn--bcher-kva.example", strings.Repeat("a.", 124) + "com"},
			[]string{
				"", "example", "example.com.", "Example.com", "*.example.com", "-a.example.com", "a_b.example.com",
				strings.Repeat("a.", 126) + "com",
			},
		},
		"domain or wildcard": {[]string{"*.example.com", "example.com"}, []string{"*", "a.*.example.com", "*.*.example.com"}},
		"hosted zone id":     {[]string{"Z2FDTNDATAQYW2"}, []string{"", "z2fdtndataqyw2", "/hostedzone/Z2FDTNDATAQYW2"}},
		"service name": {
			[]string{"a", "visitor-book", strings.Repeat("a", 24)},
			[]string{"", "-a", "a-", "A", "a_b", strings.Repeat("a", 25)},
		},
		"numeric user":  {[]string{"1", "65532", "1000:1000"}, []string{"", "0", "0:1", "1:0", "root", "1000:", "-1", "01"}},
		"variable name": {[]string{"A", "_a1", "LOG_LEVEL"}, []string{"", "1A", "A-B", "A B", "A="}},
		"image reference": {
			[]string{"nginx", "nginx:1.27.3", "localhost:5000/a/b:c", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2"},
			[]string{"", "Nginx:1", "nginx:", "nginx:tag with space", "https://nginx", "nginx@sha256:0", "a//b"},
		},
		"KMS key ARN": {
			[]string{
				"arn:aws:kms:eu-west-1:111111111111:key/12345678-1234-1234-1234-123456789012",
				"arn:aws:kms:us-west-1:111111111111:key/mrk-0123456789abcdef0123456789abcdef",
			},
			[]string{"", "arn:aws:kms:eu-west-1:111111111111:alias/smtp", "arn:aws:kms:eu-west-1:111111111111:key/*"},
		},
		"secret": {
			[]string{
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:web/smtp-AbCdEf",
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf:password::",
				"arn:aws:ssm:us-west-1:111111111111:parameter/web/flags", "/web/prod/SMTP_token", "/smtp",
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf:password",
			},
			[]string{
				"", "smtp", "/", "/web/", "web/smtp", "/web//smtp", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p",
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf:",
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:a:b:c",
				"arn:aws:secretsmanager:eu-west-1:111111111111:secret:", "arn:aws:s3:::bucket",
				"arn:aws:ssm:eu-west-1:111111111111:document/x",
			},
		},
		"schedule name": {[]string{"night", "week-end_1.2"}, []string{"", "a b", "a/b", strings.Repeat("a", 65)}},
		"schedule expression": {
			[]string{
				"at(2030-01-01T00:00:00)", "rate(1 day)", "rate(5 minutes)", "cron(0 22 * * ? *)",
				"cron(0/15 8-18 ? * MON-FRI *)", "cron(0 0 L * ? 2030)",
			},
			[]string{
				"", "at(2030-01-01)", "rate(1 days)", "rate(2 day)", "rate(0 days)", "cron(0 22 * * * *)",
				"cron(0 22 ? * ? *)", "cron(0 22 * * ?)", "cron(0 22 * * ? *", "every(1 day)", "cron(0 22 * * ? $)",
			},
		},
		"time zone": {
			[]string{"UTC", "Europe/Berlin", "America/New_York"},
			[]string{"", "Local", "Berlin", "../etc/passwd", "CEST"},
		},
		"subscription endpoint": {[]string{"a@example.com"}, []string{"", "a b", strings.Repeat("a", 2049)}},
		"endpoint URL": {
			[]string{"http://127.0.0.1:5000", "https://localhost"},
			[]string{"", "localhost", "ftp://localhost", "http://", "http://u:p@localhost"},
		},
		"log group prefix": {
			[]string{"/ecs", "/a", "/team.a/web_1", "/" + strings.Repeat("a", 400)},
			[]string{"", "/", "ecs", "/ecs/", "/e cs", "//ecs", "/" + strings.Repeat("a", 401)},
		},
		"repository name": {
			[]string{"ab", "a/b", "team/web.app_1-x", strings.Repeat("a", 200)},
			[]string{"", "a", "Web", "-a", "a-", "a//b", "a b", strings.Repeat("a", 201)},
		},
		"managed rule group": {[]string{"AWSManagedRulesLinuxRuleSet"}, []string{"", "AWSManagedRules", "CommonRuleSet"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, text := range test.good {
				assert.True(t, formats[name].matches(text), "refuses %q", text)
			}
			for _, text := range test.bad {
				assert.False(t, formats[name].matches(text), "takes %q", text)
			}
		})
	}
}
