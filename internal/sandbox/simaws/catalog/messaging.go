package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

var topicChars = regexp.MustCompile(`^[0-9A-Za-z_-]+(\.fifo)?$`)

func init() { tables = append(tables, snsTypes) }

// snsTypes are topics and their subscriptions.
var snsTypes = Types{
	resourcetypes.Topic: {
		Name: &Name{Prefix: "namePrefix", Max: 256, Chars: topicChars},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn": "arn:{partition}:sns:{region}:{account}:{.name}", "owner": "{account}", "beginningArchiveTime": "",
			"signatureVersion": 1, "tracingConfig": "PassThrough",
			"policy": `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[]}`,
		},
		Refs: []Ref{{Path: "kmsMasterKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "InvalidParameter: Invalid parameter: Attributes " +
			"Reason: Topic already exists with different attributes"}},
		JSON:     []string{"policy"},
		Tags:     true,
		NotFound: "NotFound: Topic does not exist",
	},
	resourcetypes.TopicPolicy: {
		ID:      "{.arn}",
		Outputs: Outputs{"owner": "{account}"},
		Refs:    []Ref{{Path: "arn", To: resourcetypes.Topic}},
		JSON:    []string{"policy"},
		Rules:   []Rule{principalsExist("policy", "InvalidParameter: Invalid parameter: Policy Error: PrincipalNotFound")},
	},
	resourcetypes.TopicSubscription: {
		ID:     "{.topic}:{uuid}",
		MakeID: subscriptionARN,
		Outputs: Outputs{
			"arn": "{id}", "ownerId": "{account}", "filterPolicyScope": "",
			"confirmationWasAuthenticated": Compute(func(c *Call) any { return c.Text("protocol") != "email" }),
			"pendingConfirmation":          Compute(func(c *Call) any { return c.Text("protocol") == "email" }),
		},
		Refs: []Ref{{Path: "topic", To: resourcetypes.Topic}},
	},
}

// subscriptionARN returns the ARN of the topic's existing subscription for the protocol and the
// endpoint, if there is one: Subscribe creates no second one. Two resources of the program then
// share one subscription, and deleting either ends it for both. AWS's reference does not mention
// this; people who tried it do: https://github.com/getmoto/moto/pull/1418,
// https://github.com/floci-io/floci/pull/185.
func subscriptionARN(c *Call) any {
	for _, other := range c.List(c.Token) {
		same := func(property string) bool { return c.Text(property) == prop.Text(other.Props, property) }
		if same("topic") && same("protocol") && same("endpoint") {
			return other.ID
		}
	}
	return c.Expand(c.Type.ID, nil)
}

func init() { tables = append(tables, sqsTypes) }

// sqsTypes are queues.
var sqsTypes = Types{
	resourcetypes.Queue: {
		Name: &Name{Prefix: "namePrefix", Max: 80, Chars: topicChars},
		ID:   "https://sqs.{region}.amazonaws.com/{account}/{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:sqs:{region}:{account}:{.name}", "url": "{id}", "policy": "", "redrivePolicy": "",
			"redriveAllowPolicy": "", "kmsDataKeyReusePeriodSeconds": 300, "deduplicationScope": "",
			"fifoThroughputLimit":  "",
			"sqsManagedSseEnabled": Compute(func(c *Call) any { return !prop.Has(c.Inputs, "kmsMasterKeyId") }),
		},
		Refs: []Ref{{Path: "kmsMasterKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "QueueAlreadyExists: A queue already exists with the same " +
			"name and a different value for attribute"}},
		JSON:     []string{"policy", "redrivePolicy", "redriveAllowPolicy"},
		Tags:     true,
		NotFound: "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.",
	},
	resourcetypes.QueuePolicy: {
		ID:   "{.queueUrl}",
		Refs: []Ref{{Path: "queueUrl", To: resourcetypes.Queue}},
		JSON: []string{"policy"},
	},
}
