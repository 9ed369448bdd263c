package config

import "strings"

// AWS names the account and the region that the stack may touch.
type AWS struct {
	// Region such as us-east-1, in AWS's partition aws: China, GovCloud and the sovereign clouds
	// have other hosts, services and principals, with which the program has not been tested.
	// Required.
	Region string `json:"region" required:"true" allowed:"<region>"`
	// AllowedAccountIDs lists the accounts, of 12 digits, to which the provider may deploy, at
	// least one: credentials of another account fail before anything is created. Required.
	AllowedAccountIDs []string `json:"allowedAccountIds" required:"true" count:"1 or more" allowed:"<account id>"`
	// Endpoints replaces service endpoints, service name to URL, for an AWS emulator.
	// Never allowed in prod.
	Endpoints map[string]string `json:"endpoints" keys:"<endpoint service>" allowed:"<endpoint URL>"`
	// PermissionsBoundaryARN limits every IAM role of the stack; a deploy role of the delivery
	// stack may not create a role without it. Optional.
	PermissionsBoundaryARN string `json:"permissionsBoundaryArn" optional:"true" allowed:"<policy ARN>"`
	// MaxRetries bounds how often the provider retries a throttled call, 0 to 100. Default 25.
	MaxRetries int `json:"maxRetries" allowed:"0 to 100"`
}

func (a *AWS) defaults() { a.MaxRetries = 25 }

// Tags are put on every taggable resource through the provider's default tags, in addition to
// Project, Stack and Environment, which the program sets. AWS accepts keys of 128 and values of
// 256 letters, digits, spaces and _ . : / = + - @.
type Tags struct {
	// Owner is the team responsible for the stack. Required.
	Owner string `json:"owner" required:"true" allowed:"<tag value>"`
	// CostCenter is the cost center that pays for the stack. Required.
	CostCenter string `json:"costCenter" required:"true" allowed:"<tag value>"`
	// Repository of the program, without https:// in front and .git at the end: alarms link to its
	// runbook. Required.
	Repository string `json:"repository" required:"true" allowed:"<repository>"`
	// Extra holds further tags, at most 40 (AWS allows 50 per resource).
	Extra map[string]string `json:"extra" count:"0 to 40" keys:"<tag key>" allowed:"<tag value>"`
}

// programTags lists the tags that other keys or the program set. AWS treats keys that differ
// only in case as two tags.
var programTags = map[string]string{
	"project":     "the project's name",
	"stack":       "the stack's name",
	"environment": "the key environment",
	"owner":       "tags.owner",
	"costcenter":  "tags.costCenter",
	"repository":  "tags.repository",
}

func (t *Tags) validate(v *validation, at path) {
	for key := range t.Extra {
		entry := at.key("extra").entry(key)
		if source, taken := programTags[strings.ToLower(key)]; taken {
			v.add(entry, "a tag that the program sets",
				"tags besides Project, Stack, Environment, Owner, CostCenter and Repository",
				"remove it: the value comes from "+source)
		}
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			v.add(entry, "a tag key that begins with aws:", "keys without that prefix, which AWS reserves",
				"rename the tag")
		}
	}
}

func (a *AWS) validate(v *validation, at path) {
	v.inProd(len(a.Endpoints) > 0, at.key("endpoints"), "endpoints of an emulator", "none in prod", "remove them")
}
