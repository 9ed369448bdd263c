package resourcetypes

// The tokens of topics, queues and events.
const (
	EventRule         = "aws:cloudwatch/eventRule:EventRule"
	EventTarget       = "aws:cloudwatch/eventTarget:EventTarget"
	Topic             = "aws:sns/topic:Topic"
	TopicPolicy       = "aws:sns/topicPolicy:TopicPolicy"
	TopicSubscription = "aws:sns/topicSubscription:TopicSubscription"
	Queue             = "aws:sqs/queue:Queue"
	QueuePolicy       = "aws:sqs/queuePolicy:QueuePolicy"
)

func init() { register(messagingServices, messagingTypes) }

var messagingServices = []Service{
	{Prefix: "events", Group: "watch", Named: []string{"rule/"}},
	{
		Prefix: "sns", Group: "watch", Named: []string{""},
		Tasks: Tasks{Sid: "Heartbeats", Actions: []string{"sns:GetTopicAttributes", "sns:Publish"}, Named: []string{""}},
	},
	{
		Prefix: "sqs", Group: "watch", Named: []string{""},
		Tasks: Tasks{
			Sid: "KeepDeadLetters", Actions: []string{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"},
			Named: []string{""},
		},
	},
}

var messagingTypes = []Type{
	{
		Token:  EventRule,
		Create: Operation{Name: "events.PutRule"},
		Actions: []Actions{{
			Service: "events", Read: "DescribeRule ListTagsForResource",
			Write: "DeleteRule DisableRule EnableRule PutRule TagResource UntagResource",
		}},
		Free: "events of AWS services are free",
	},
	{
		Token: EventTarget,
		Create: Operation{Name: "events.PutTargets/Targets", Renamed: map[string]string{
			"targetId": "Id",
		}},
		Actions: []Actions{{Service: "events", Read: "ListTargetsByRule", Write: "PutTargets RemoveTargets"}},
		Free:    "events of AWS services are free",
	},
	{
		Token: Topic,
		Actions: []Actions{{
			Service: "sns", Read: "GetTopicAttributes ListTagsForResource",
			Write: "CreateTopic DeleteTopic SetTopicAttributes TagResource UntagResource",
		}},
		Loss:      Loss{Medium, "the topic's subscriptions: addresses have to be confirmed again"},
		Free:      "charged as its subscriptions' deliveries",
		Documents: []string{"policy"},
	},
	{
		Token:     TopicPolicy,
		Actions:   []Actions{{Service: "sns", Read: "GetTopicAttributes", Write: "SetTopicAttributes"}},
		Free:      "AWS does not charge for policies",
		Documents: []string{"policy"},
	},
	{
		Token: TopicSubscription,
		Actions: []Actions{{
			Service: "sns", Read: "GetSubscriptionAttributes ListSubscriptionsByTopic",
			Write: "SetSubscriptionAttributes Subscribe Unsubscribe",
		}},
	},
	{
		Token: Queue,
		Actions: []Actions{{
			Service: "sqs", Read: "GetQueueAttributes GetQueueUrl ListQueueTags",
			Write: "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue",
		}},
		Loss:      Loss{High, "the messages in the queue"},
		Documents: []string{"policy"},
	},
	{
		Token:     QueuePolicy,
		Actions:   []Actions{{Service: "sqs", Read: "GetQueueAttributes", Write: "SetQueueAttributes"}},
		Free:      "a setting of its queue",
		Documents: []string{"policy"},
	},
}
