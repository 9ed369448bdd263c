package catalog

import (
	"encoding/json"
	"regexp"
	"slices"

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
		Refs:  []Ref{{Path: "topic", To: resourcetypes.Topic}},
		JSON:  []string{"filterPolicy"},
		After: []Rule{messagesArrive},
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
		Rules:    []Rule{redriveTargetTakes},
		Tags:     true,
		NotFound: "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.",
	},
	resourcetypes.QueuePolicy: {
		ID:   "{.queueUrl}",
		Refs: []Ref{{Path: "queueUrl", To: resourcetypes.Queue}},
		JSON: []string{"policy"},
	},
}

// redriveTargetTakes: the queue for dead letters has to be there, and to take those of this queue.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
func redriveTargetTakes(c *Call) error {
	text := c.Text("redrivePolicy")
	if text == "" {
		return nil
	}
	refused := func(reason string) error {
		return Errorf("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: %s.", text, reason)
	}
	var policy struct {
		DeadLetterTargetArn string          `json:"deadLetterTargetArn"`
		MaxReceiveCount     json.RawMessage `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(text), &policy); err != nil || len(policy.MaxReceiveCount) == 0 {
		return refused("Redrive policy does not contain mandatory attribute: maxReceiveCount")
	}
	letters, there := c.Find(resourcetypes.Queue, "arn", policy.DeadLetterTargetArn)
	if !there {
		return refused("Dead letter target does not exist")
	}
	var allow struct {
		RedrivePermission string   `json:"redrivePermission"`
		SourceQueueArns   []string `json:"sourceQueueArns"`
	}
	taken := prop.Text(letters.Props, "redriveAllowPolicy")
	if taken == "" || json.Unmarshal([]byte(taken), &allow) != nil || allow.RedrivePermission == "allowAll" {
		return nil
	}
	own := c.Expand("arn:{partition}:sqs:{region}:{account}:{.name}", nil)
	if allow.RedrivePermission == "byQueue" && slices.Contains(allow.SourceQueueArns, own) {
		return nil
	}
	return refused("The dead letter queue's redrive allow policy does not allow this queue")
}
