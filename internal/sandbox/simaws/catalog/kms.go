package catalog

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/policies/iamdoc"
)

const (
	badKeyPrincipal = "MalformedPolicyDocumentException: Policy contains a statement with one or more " +
		"invalid principals."
)

// keyNames lists the ways to name a KMS key.
var keyNames = []string{"arn", "id"}

func init() { tables = append(tables, kmsTypes) }

// kmsTypes are customer managed keys.
var kmsTypes = Types{
	resourcetypes.KMSKey: {
		ID: "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:kms:{region}:{account}:key/{id}", "keyId": "{id}", "multiRegion": false,
			"description": "", "rotationPeriodInDays": 365,
			"policy": `{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions",` +
				`"Effect":"Allow","Principal":{"AWS":"arn:{partition}:iam::{account}:root"},"Action":"kms:*","Resource":"*"}]}`,
		},
		JSON:     []string{"policy"},
		Checks:   []Check{deletionWindow},
		Rules:    []Rule{principalsExist("policy", badKeyPrincipal), keyStaysManageable},
		Tags:     true,
		NotFound: "NotFoundException: Key '{value}' does not exist",
	},
	resourcetypes.KMSAlias: {
		Name: &Name{Prefix: "namePrefix", Max: 256, Chars: regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]+$`)},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn":          "arn:{partition}:kms:{region}:{account}:{.name}",
			"targetKeyArn": Compute(func(c *Call) any { return keyArn(c, c.Text("targetKeyId")) }),
		},
		Refs: []Ref{{Path: "targetKeyId", To: resourcetypes.KMSKey, By: keyNames}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "AlreadyExistsException: An alias with the name " +
			"arn:{partition}:kms:{region}:{account}:{.name} already exists"}},
	},
}

// keyArn returns the ARN of the key that is named by id or ARN.
func keyArn(c *Call, name string) any {
	for _, property := range keyNames {
		if key, ok := c.Find(resourcetypes.KMSKey, property, name); ok {
			return prop.Text(key.Props, "arn")
		}
	}
	return nil
}

func deletionWindow(inputs resource.PropertyMap) (string, string) {
	days, ok := prop.Number(inputs, "deletionWindowInDays")
	if ok && (days < 7 || days > 30) {
		return "deletionWindowInDays", fmt.Sprintf("must be 7 to 30, found %v", days)
	}
	return "", ""
}

// keyStaysManageable is the lockout safety check of KMS.
func keyStaysManageable(c *Call) error {
	policy := c.Text("policy")
	if policy == "" || prop.True(c.Inputs, "bypassPolicyLockoutSafetyCheck") {
		return nil
	}
	root := iamdoc.Principal{Kind: "aws", ID: "arn:" + c.Partition + ":iam::" + c.Account + ":root"}
	put := iamdoc.Request{Caller: root, Action: "kms:PutKeyPolicy", Resource: c.Text("arn")}
	if readPolicy(policy).Decide(put).Allowed {
		return nil
	}
	return Errorf("MalformedPolicyDocumentException",
		"The new key policy will not allow you to update the key policy in the future.")
}

// keyServes: services that encrypt in their own name refuse a key whose policy does not let
// them use it for the resource. {key} in the refusal is filled in.
func keyServes(d deliveries.Delivery, refusal string) Rule {
	return func(c *Call) error {
		for _, name := range prop.Texts(c.Inputs, "kmsKeyId") {
			wording := c.Expand(refusal, map[string]string{"key": name})
			key, ours := c.keyPolicy(name)
			if !ours && c.Deleted(resourcetypes.KMSKey, name) {
				return Wording(wording)
			}
			if !ours {
				continue
			}
			arn := c.Expand("{.arn}", nil)
			if err := c.delivers(d, arn, key.about(arn)); err != nil {
				return refuse(wording, err)
			}
		}
		return nil
	}
}
