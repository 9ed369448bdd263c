package rules

import (
	"sync"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

func messaging() []*control.Control {
	const subject = "SNS and SQS"
	const sqsGuide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
	return []*control.Control{
		{
			Name: "sns-not-public", Subject: subject, IDs: control.ParseIDs("SNS.4 K169"),
			Title:    "Topics are open to named callers only",
			Severity: control.High, Levels: mandatory, Types: []string{topicPolicyType, topicType},
			Present:   []string{"aws:sns/topic"},
			OnUnknown: control.Disabled,
			Risk:      "Anybody can send false alarms, or listen to the real ones",
			Fix: "name the services that may publish, CloudWatch and RDS with aws:SourceAccount, " +
				"EventBridge without a condition",
			Judge: func(c in) control.Result {
				return judgeDocument(c, "the policy of topic "+c.Name, c.Get("policy"), iamdoc.Document.Public)
			},
		},
		{
			Name: "sns-customer-key", Subject: subject, IDs: control.ParseIDs("SNS.1+ K26+"),
			Title:    "Topics are encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: []string{topicType}, Present: []string{"aws:sns/topic"},
			Risk: "Alarms hold names and addresses; with AWS's key, alarms cannot even publish",
			Fix:  "pass a key of our own as kmsMasterKeyId",
			Link: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
			Judge: func(c in) control.Result {
				return control.Want(ownKey(c, c.Get("kmsMasterKeyId")), "topic %s has no key of our own", c.Name)
			},
		},
		{
			Name: "sqs-encrypted", Subject: subject, IDs: control.ParseIDs("SQS.1 N:SQS2 K27~"),
			Beyond:   "Checkov wants a declaration, though SQS encrypts new queues by itself",
			Title:    "Queues are encrypted",
			Severity: control.Medium, Levels: mandatory, Types: []string{queueType}, Present: []string{"aws:sqs/queue:"},
			Risk: "Whoever gets at the storage of a queue reads the messages in it",
			Fix:  "set kmsMasterKeyId, or leave sqsManagedSseEnabled out, which is on by default",
			Link: sqsGuide + "sqs-server-side-encryption.html",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("kmsMasterKeyId").IsSet().Or(c.Get("sqsManagedSseEnabled").TrueByDefault()),
					"queue %s is not encrypted", c.Name)
			},
		},
		{
			Name: "sqs-customer-key", Subject: subject, IDs: control.ParseIDs("K2:73+"),
			Title:    "Queues are encrypted with a key of our own",
			Severity: control.Low, Levels: advisory, Types: []string{queueType}, Present: []string{"aws:sqs/queue:"},
			Risk: "AWS's keys cannot be revoked or audited; with alias/aws/sqs, AWS's services cannot even send",
			Fix:  "pass a key of our own as kmsMasterKeyId",
			Link: sqsGuide + "sqs-key-management.html",
			Judge: func(c in) control.Result {
				return control.Want(ownKey(c, c.Get("kmsMasterKeyId")), "queue %s has no kmsMasterKeyId of our own", c.Name)
			},
		},
		{
			Name: "sqs-no-wildcard-actions", Subject: subject, IDs: control.ParseIDs("K72+"),
			Title:    "Queue policies allow named actions",
			Severity: control.Medium, Levels: mandatory, Types: []string{queuePolicyType, queueType}, Optional: true,
			OnUnknown: control.Disabled,
			Risk:      "Who was to send can also read, delete and purge, and change the policy itself",
			Fix:       "name the actions, such as sqs:SendMessage",
			Link:      sqsGuide + "sqs-security-best-practices.html",
			Judge: func(c in) control.Result {
				if c.Get("policy").IsSet() == prop.No {
					return control.Skip()
				}
				return judgeDocument(c, "the policy of queue "+c.Name, c.Get("policy"), iamdoc.Document.WildcardActions)
			},
		},
		{
			Name: "messaging-tls-only", Subject: subject, IDs: control.ParseIDs("N:SNS3+ N:SQS4"),
			Title:    "Topics and queues refuse requests without TLS",
			Severity: control.Medium, Levels: advisory, Scope: control.PerStack,
			Types: []string{topicType, queueType, topicPolicyType, queuePolicyType}, Present: []string{
				"aws:sns/topic",
				"aws:sqs/queue",
			}, OnUnknown: control.Disabled,
			Risk:  "Messages cross the network in the clear",
			Fix:   "deny sns:Publish or sqs:* to everybody when aws:SecureTransport is false",
			Link:  "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
			Judge: judgeMessagingTLS,
		},
	}
}

// queueActions lists all actions that a queue's policy can deny; sqs:* stands for them. There is no policy yet when a
// queue is created.
var queueActions = sync.OnceValue(func() (names []string) {
	for _, action := range authorization.Actions("sqs") {
		if len(action.Resources) > 0 && action.Name != "sqs:CreateQueue" {
			names = append(names, action.Name)
		}
	}
	return names
})

func judgeMessagingTLS(c in) control.Result {
	actions, companion, property := []string{"sns:Publish"}, topicPolicyType, "arn"
	if c.Type == queueType || c.Type == queuePolicyType {
		actions, companion, property = queueActions(), queuePolicyType, "queueUrl"
	}
	denies := func(r *graph.Resource) prop.Truth {
		doc, ok := iamdoc.Read(r.Get("policy"))
		if ok == prop.Maybe {
			return prop.Maybe
		}
		for _, action := range actions {
			ok = ok.And(doc.Denies(action, "*", iamdoc.InsecureTransport))
		}
		return ok
	}
	if c.Type == companion {
		return alone(c, []string{topicType, queueType}, property, func() control.Result {
			return control.Want(denies(c.Resource),
				"the topic or queue of %s, which is not in this stack, accepts requests without TLS", c.Name)
		})
	}
	answer := exists(c.Graph.Referrers(c.Resource, companion, property), denies).Or(denies(c.Resource))
	return control.Want(answer, "topic or queue %s accepts requests without TLS", c.Name)
}
