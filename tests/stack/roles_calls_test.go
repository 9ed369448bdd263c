package stack_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// call is a call of the AWS provider: a line "service:Operation parameters" of
// tests/e2e/testdata/calls, which make e2e records, or of testdata/roles.
type call struct {
	service, operation string
	parameters         map[string]any
	// stack that the call is for, and the line itself.
	stack, line string
}

// readCalls reads lines as they are kept; empty ones and those that begin with # are comments. STACK
// stands for the stack's name.
func readCalls(t *testing.T, stack string, path ...string) []call {
	t.Helper()
	file, err := os.Open(filepath.Join(path...))
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // it is only read
	var calls []call
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.ReplaceAll(strings.TrimSpace(lines.Text()), "STACK", stack)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, parameters, _ := strings.Cut(line, " ")
		c := call{stack: stack, line: line, parameters: map[string]any{}}
		c.service, c.operation, _ = strings.Cut(name, ":")
		if parameters != "" {
			require.NoError(t, json.Unmarshal([]byte(parameters), &c.parameters), line)
		}
		calls = append(calls, c)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, calls)
	return calls
}

// prefixes lists the services whose names in IAM differ from those in the SDKs.
var prefixes = map[string]string{
	"accessanalyzer": "access-analyzer", "efs": "elasticfilesystem",
	"elbv2": "elasticloadbalancing", "opensearch": "es", "s3control": "s3",
}

// renamed lists the operations whose actions have other names; all others have the operation's
// name.
//
// Sources: "Required permissions for Amazon S3 API operations" in the S3 user guide,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html; the
// description of lambda:InvokeFunction in the Service
// Authorization Reference; "Billing and Cost Management actions policies", which has no other actions for budgets.
var renamed = map[string][]string{
	"budgets:CreateBudget":                {"budgets:ModifyBudget"},
	"budgets:CreateNotification":          {"budgets:ModifyBudget"},
	"budgets:DeleteBudget":                {"budgets:ModifyBudget"},
	"budgets:DescribeBudget":              {"budgets:ViewBudget"},
	"budgets:UpdateBudget":                {"budgets:ModifyBudget"},
	"lambda:Invoke":                       {"lambda:InvokeFunction"},
	"s3:DeleteBucketEncryption":           {"s3:PutEncryptionConfiguration"},
	"s3:DeleteBucketLifecycle":            {"s3:PutLifecycleConfiguration"},
	"s3:DeleteBucketOwnershipControls":    {"s3:PutBucketOwnershipControls"},
	"s3:DeleteObjects":                    {"s3:DeleteObject", "s3:DeleteObjectVersion"},
	"s3:DeletePublicAccessBlock":          {"s3:PutBucketPublicAccessBlock"},
	"s3:GetBucketAccelerateConfiguration": {"s3:GetAccelerateConfiguration"},
	"s3:GetBucketCors":                    {"s3:GetBucketCORS"},
	"s3:GetBucketEncryption":              {"s3:GetEncryptionConfiguration"},
	"s3:GetBucketLifecycleConfiguration":  {"s3:GetLifecycleConfiguration"},
	"s3:GetBucketReplication":             {"s3:GetReplicationConfiguration"},
	"s3:GetObjectLockConfiguration":       {"s3:GetBucketObjectLockConfiguration"},
	"s3:GetPublicAccessBlock":             {"s3:GetBucketPublicAccessBlock"},
	"s3:HeadBucket":                       {"s3:ListBucket"},
	"s3:ListObjectVersions":               {"s3:ListBucketVersions"},
	"s3:PutBucketEncryption":              {"s3:PutEncryptionConfiguration"},
	"s3:PutBucketLifecycleConfiguration":  {"s3:PutLifecycleConfiguration"},
	"s3:PutPublicAccessBlock":             {"s3:PutBucketPublicAccessBlock"},
	"s3control:DeletePublicAccessBlock":   {"s3:PutAccountPublicAccessBlock"},
	"s3control:GetPublicAccessBlock":      {"s3:GetAccountPublicAccessBlock"},
	"s3control:PutPublicAccessBlock":      {"s3:PutAccountPublicAccessBlock"},
}

// actions returns IAM's names for the operation.
func (c call) actions() []string {
	if actions, ok := renamed[c.service+":"+c.operation]; ok {
		return actions
	}
	return []string{c.prefix() + ":" + c.operation}
}

// prefix returns IAM's name for the service.
func (c call) prefix() string {
	if prefix, ok := prefixes[c.service]; ok {
		return prefix
	}
	return c.service
}

// texts returns the values of a parameter, wherever it is in the call.
func (c call) texts(name string) []string {
	var found []string
	walk(c.parameters, func(key, text string) {
		if key == name {
			found = append(found, text)
		}
	})
	return found
}

// arns returns the ARNs that the call sends, those of a parameter or all, outside of documents.
func (c call) arns() []string {
	var found []string
	walk(c.parameters, func(_, text string) {
		if strings.HasPrefix(text, "arn:") {
			found = append(found, text)
		}
	})
	return found
}

// walk visits every text with the name of the nearest parameter.
func walk(value any, visit func(key, text string)) { walkNamed("", value, visit) }

func walkNamed(key string, value any, visit func(key, text string)) {
	switch value := value.(type) {
	case string:
		visit(key, value)
	case []any:
		for _, element := range value {
			walkNamed(key, element, visit)
		}
	case map[string]any:
		for name, element := range value {
			walkNamed(name, element, visit)
		}
	}
}

// tags returns the tags that the call puts on what it creates or tags; nil for none.
func (c call) tags() map[string]string {
	for name, value := range c.parameters {
		switch strings.ToLower(name) {
		case "tags", "taglist", "tagslist", "backupplantags", "backupvaulttags":
			return tagsOf(value)
		case "tagspecifications":
			return tagsOf(value.([]any)[0].(map[string]any)["Tags"])
		}
	}
	return nil
}

// tagsOf reads the three forms in which services accept tags. The record has none for AWS Backup.
func tagsOf(value any) map[string]string {
	tags := map[string]string{}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			tag, isTag := element.(map[string]any)
			if !isTag {
				continue
			}
			texts := map[string]string{}
			for name, part := range tag {
				texts[strings.TrimPrefix(strings.ToLower(name), "tag")], _ = part.(string)
			}
			tags[texts["key"]] = texts["value"]
		}
	case map[string]any:
		for name, part := range value {
			tags[name], _ = part.(string)
		}
	case string:
		tags["Project"] = project
	}
	return tags
}
