package commands

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// values are what only the person at the keyboard, or the shell, knows in calls of the AWS CLI, by service; those of
// "" are for every service. One in braces is a thing whose id the cloud gives: tests/e2e/documents makes it, as it
// makes everything that has a name here.
var values = map[string]map[string]string{
	"": {
		"<clusterName>": "aws-webapp-prod-cluster", "<certificateArn>": "{certificate}", "CLUSTER": "aws-webapp-prod-cluster",
		"SERVICE": "visitor-book", "<database>": "aws-webapp-prod-database", "<databaseSecretArn>": "{secret}",
		"<alertTopicArn>": "{topic}", "<deadLetterUrl>": "{deadLetters}",
		"<logSearch.domainName>": "aws-webapp-prod", "<domain>": "aws-webapp-prod",
		"<logSearch.functionName>": "aws-webapp-prod-shipper", "<logSearch.lastResortBucket>": "aws-webapp-prod-artifacts",
		"<logSearch.setupFunctionName>": "aws-webapp-prod-setup", "$BUCKET": "aws-webapp-prod-application",
		"AWS": "AWS",
	},
	"backup": {
		"<id>": "{backupJob}", "$INSTANCE": "{instance}", "$()": "aws-webapp-prod-backup", "EFS": "EFS",
		"<files>": "fs-0123456789abcdef0", "<job>": "{backupJob}",
		"<arn>":  "arn:aws:backup:us-east-1:123456789012:recovery-point:1",
		"<role>": "arn:aws:iam::123456789012:role/restore",
	},
	"cloudtrail": {"<name or id>": "aws-webapp-prod-database", "SESSION": "alice"},
	"deploy": {
		"<id>": "{deployment}", "ID": "{deployment}", "<cluster>": "aws-webapp-prod-cluster", "<service>": "visitor-book",
	},
	"ecs": {
		"<name>": "visitor-book", "<service>": "visitor-book", "<job>": "nightly", "<task id>": "{task}", "<number>": "1",
	},
	"iam": {
		"ROLE": "preview", "$role": "preview", "$file": "preview-1.json", "${file%.json}": "preview-1",
		"$arn": "{policy}",
	},
	"kms":    {"<id>": "{key}"},
	"lambda": {"<name>": "aws-webapp-prod-shipper", "NAME": "aws-webapp-prod-shipper"},
	"rds":    {"<name>": "aws-webapp-prod-database"},
	"s3api": {
		"<path>": "a/", "<key>": "a/b", "<of the delete marker>": "{marker}", "<version>": "{version}",
		"<key of the bucket>": "{key}",
	},
	"secretsmanager": {"$()": "{secret}"},
	"service-quotas": {"SERVICE": "vpc", "<vCPUs>": "100"},
	"sqs":            {"<handle>": "{handle}", "QUEUE": "{deadLetters}"},
}

// placeholder is a part of a word that somebody has to replace.
var placeholder = regexp.MustCompile(`<[^>]+>|\$\{[^}]*\}|\$\(\)|\$[A-Za-z_]+|\b[A-Z]{2,}$`)

// Filled returns the words of a call of the AWS CLI with a value in place of each placeholder. One without a value is
// an error: nobody could run the command.
func Filled(words []string) ([]string, error) {
	filled := slices.Clone(words)
	known := maps.Clone(values[""])
	maps.Copy(known, values[words[1]])
	for i, word := range words[3:] {
		if one := operations().Operations[words[1]+" "+words[2]][words[2+i]]; slices.Contains(one.Enum, word) {
			continue
		}
		filled[3+i] = placeholder.ReplaceAllStringFunc(word, func(found string) string {
			if value, is := known[found]; is {
				return value
			}
			return found
		})
		for _, left := range placeholder.FindAllString(filled[3+i], -1) {
			if known[left] != left {
				return nil, fmt.Errorf("%s: no test runs it: give %s a value in tests/commands/stand.go, and make what it "+
					"names in tests/e2e/documents", strings.Join(words, " "), left)
			}
		}
	}
	return filled, nil
}
