package config

import (
	"regexp"
	"slices"
	"strings"
)

// The accesses of a short form.
const (
	accessRead      = "read"
	accessWrite     = "write"
	accessReadWrite = "read-write"
)

// shortForm is a key of [Permission] that stands for actions and resources.
type shortForm struct {
	key  string
	name func(*Permission) string
	// read and write are the actions of each access; a form without access has those of read alone.
	access      bool
	read, write []string
	// resources of a name in a region and an account.
	resources func(name, region, account string) []string
	// readAlso lists what only reading reaches, too.
	readAlso func(resource string) []string
}

// shortForms are what people mean, and AWS spells out. The actions are those that AWS's SDKs call for it:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-policies-s3.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html
// https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
var shortForms = []shortForm{
	{
		key: "bucket", name: func(p *Permission) string { return p.Bucket }, access: true,
		read:  []string{"s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"},
		write: []string{"s3:GetBucketLocation", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"},
		resources: func(name, _, _ string) []string {
			return []string{"arn:aws:s3:::" + name, "arn:aws:s3:::" + name + "/*"}
		},
	},
	{
		key: "queue", name: func(p *Permission) string { return p.Queue }, access: true,
		read: []string{
			"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
			"sqs:ReceiveMessage",
		},
		write:     []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"},
		resources: ownOrNamed("sqs", ""),
	},
	{
		key: "topic", name: func(p *Permission) string { return p.Topic },
		read: []string{"sns:Publish"}, resources: ownOrNamed("sns", ""),
	},
	{
		key: "table", name: func(p *Permission) string { return p.Table }, access: true,
		read: []string{
			"dynamodb:DescribeTable", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem",
			"dynamodb:Query", "dynamodb:Scan",
		},
		write: []string{
			"dynamodb:DescribeTable", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem",
			"dynamodb:UpdateItem",
		},
		resources: ownOrNamed("dynamodb", "table/"),
		readAlso:  func(table string) []string { return []string{table + "/index/*"} },
	},
	{
		key: "mail", name: func(p *Permission) string { return p.Mail },
		read: []string{"ses:SendEmail", "ses:SendRawEmail"}, resources: ownOrNamed("ses", "identity/"),
	},
	{
		key: "model", name: func(p *Permission) string { return p.Model },
		read:      []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"},
		resources: modelARNs,
	},
	{
		key: "role", name: func(p *Permission) string { return p.Role },
		read: []string{"sts:AssumeRole"}, resources: func(name, _, _ string) []string { return []string{name} },
	},
}

func init() {
	const place = `[a-z0-9-]+:\d{12}:`
	formats["bucket of permissions"] = patterned("the name of an S3 bucket", "uploads-example",
		`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	formats["queue"] = patterned("the name of an SQS queue in the stack's region and account, or its ARN", "orders",
		`^(arn:aws:sqs:`+place+`)?[A-Za-z0-9_-]{1,75}(\.fifo)?$`)
	formats["topic"] = patterned("the name of an SNS topic in the stack's region and account, or its ARN", "news",
		`^(arn:aws:sns:`+place+`)?[A-Za-z0-9_-]{1,251}(\.fifo)?$`)
	formats["table"] = patterned("the name of a DynamoDB table in the stack's region and account, or its ARN", "orders",
		`^(arn:aws:dynamodb:`+place+`table/)?[A-Za-z0-9_.-]{3,255}$`)
	formats["mail identity"] = patterned("a domain or address that SES may send from", "shop.example.com",
		`^([A-Za-z0-9._%+-]{1,64}@)?([a-z0-9-]{1,63}\.)+[a-z]{2,63}$`)
	formats["model"] = patterned("the id of a model or inference profile of Bedrock",
		"eu.anthropic.claude-sonnet-4-20250514-v1:0", `^[a-z0-9-]{2,40}\.[A-Za-z0-9_.:-]{1,140}$`)
}

// ownOrNamed returns the ARN of a name in the stack's region and account, or the ARN itself.
func ownOrNamed(service, kind string) func(name, region, account string) []string {
	return func(name, region, account string) []string {
		if strings.HasPrefix(name, "arn:") {
			return []string{name}
		}
		return []string{"arn:aws:" + service + ":" + region + ":" + account + ":" + kind + name}
	}
}

// profile matches the id of an inference profile: that of a model after the part of the world that serves it.
var profile = regexp.MustCompile(`^(us|eu|apac|jp|au|ca|global)\.(.+)$`)

// modelARNs returns a model of the stack's region. A profile sends requests on to the model in several regions, each of
// which has to be allowed.
func modelARNs(name, region, account string) []string {
	if parts := profile.FindStringSubmatch(name); parts != nil {
		return []string{
			"arn:aws:bedrock:" + region + ":" + account + ":inference-profile/" + name,
			"arn:aws:bedrock:*::foundation-model/" + parts[2],
		}
	}
	return []string{"arn:aws:bedrock:" + region + "::foundation-model/" + name}
}

// forms returns the short forms that the entry uses.
func (p *Permission) forms() []shortForm {
	return slices.DeleteFunc(slices.Clone(shortForms), func(f shortForm) bool { return f.name(p) == "" })
}

// Expanded returns the entry with the actions and resources that its short form stands for in a region and an account.
func (p Permission) Expanded(region, account string) Permission {
	forms := p.forms()
	if len(forms) == 0 {
		return p
	}
	form := forms[0]
	long := Permission{Reason: p.Reason, Resources: form.resources(form.name(&p), region, account)}
	reads := !form.access || p.Access != accessWrite
	if reads {
		long.Actions = append(long.Actions, form.read...)
	}
	if form.access && p.Access != accessRead {
		for _, action := range form.write {
			if !slices.Contains(long.Actions, action) {
				long.Actions = append(long.Actions, action)
			}
		}
	}
	if reads && form.readAlso != nil {
		long.Resources = append(long.Resources, form.readAlso(long.Resources[0])...)
	}
	return long
}

// expanded returns permissions without short forms.
func expanded(permissions []Permission, region, account string) []Permission {
	long := make([]Permission, len(permissions))
	for i, p := range permissions {
		long[i] = p.Expanded(region, account)
	}
	return long
}

// validateForm checks an entry that has a short form. It needs no check against AWS's data: a test makes it.
func (p *Permission) validateForm(v *validation, at path, forms []shortForm) {
	form, access := forms[0], at.key("access")
	for _, other := range forms[1:] {
		v.add(at.key(other.key), quote(other.name(p)), "one of bucket, queue, topic, table, mail, model and role",
			"give it an entry of its own")
	}
	for _, long := range []struct {
		key    string
		values []string
	}{{"actions", p.Actions}, {"resources", p.Resources}} {
		if len(long.values) > 0 {
			v.add(at.key(long.key), quote(long.values[0]), "nothing beside "+form.key+", which stands for both",
				"give it an entry of its own")
		}
	}
	switch {
	case form.access && p.Access == "":
		v.add(access, "nothing", "read, write, read-write", "set it, for the "+form.key)
	case !form.access && p.Access != "":
		v.add(access, quote(p.Access), "nothing with "+form.key+", for which there is one access", "remove it")
	}
}
