package catalog

import (
	"errors"
	"fmt"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// Rules about settings that AWS accepts and then silently does not act on. They are checked
// once a stack is up.

// eventsArrive follows a rule's events to their target, and undelivered ones to the queue that
// keeps them.
func eventsArrive(c *Call) error {
	rule, ours := c.Find(resourcetypes.EventRule, "name", c.Text("rule"))
	if !ours {
		return nil
	}
	source, target := prop.Text(rule.Props, "arn"), c.Text("arn")
	var errs []error
	if _, ours := c.Find(resourcetypes.Topic, "arn", target); ours {
		errs = append(errs, c.reachesTopic(deliveries.EventsToTopic, deliveries.EventsToTopicKey, source, target))
	}
	if function, ours := c.Find(resourcetypes.Function, "arn", target); ours {
		errs = append(errs, c.delivers(deliveries.EventsToFunction, source, c.functionPolicy(function)))
	}
	for _, queue := range []string{target, c.Text("deadLetterConfig.arn")} {
		if found, ours := c.Find(resourcetypes.Queue, "arn", queue); ours {
			errs = append(errs,
				c.delivers(deliveries.EventsToQueue, source, c.queuePolicy(found)),
				c.encrypts(deliveries.EventsToQueueKey, source, queue, prop.Text(found.Props, "kmsMasterKeyId")))
		}
	}
	return errors.Join(errs...)
}

// messagesArrive follows a topic's messages to a function.
func messagesArrive(c *Call) error {
	function, ours := c.Find(resourcetypes.Function, "arn", c.Text("endpoint"))
	if !ours || c.Text("protocol") != "lambda" {
		return nil
	}
	return c.delivers(deliveries.TopicToFunction, c.Text("topic"), c.functionPolicy(function))
}

func alarmsArrive(c *Call) error {
	topics := map[string]bool{}
	for _, action := range alarmActions {
		for _, topic := range prop.Texts(c.Inputs, action.Path) {
			topics[topic] = true
		}
	}
	var errs []error
	for topic := range topics {
		errs = append(errs, c.reachesTopic(deliveries.AlarmsToTopic, deliveries.AlarmsToTopicKey, c.Text("arn"), topic))
	}
	return errors.Join(errs...)
}

func budgetsArrive(c *Call) error {
	var errs []error
	for _, topic := range prop.Texts(c.Inputs, "notifications[].subscriberSnsTopicArns[]") {
		errs = append(errs, c.reachesTopic(deliveries.BudgetToTopic, deliveries.BudgetToTopicKey, c.Text("arn"), topic))
	}
	return errors.Join(errs...)
}

// reachesTopic says why a message does not reach a topic of the stack.
func (c *Call) reachesTopic(publish, encrypt deliveries.Delivery, source, arn string) error {
	topic, ours := c.Find(resourcetypes.Topic, "arn", arn)
	if !ours {
		return nil
	}
	return errors.Join(
		c.delivers(publish, source, c.topicPolicy(topic)),
		c.encrypts(encrypt, source, arn, prop.Text(topic.Props, "kmsMasterKeyId")))
}

// encrypts says why a service cannot use the key of its target.
func (c *Call) encrypts(d deliveries.Delivery, source, target, key string) error {
	policy, ours := c.keyPolicy(key)
	if !ours {
		return nil
	}
	return c.delivers(d, source, policy.about(target))
}

// accessLogArrives: S3 accepts any bucket as the target of an access log.
func accessLogArrives(c *Call) error {
	target := c.Text("targetBucket")
	if _, ours := c.Find(resourcetypes.Bucket, "id", target); !ours {
		return nil
	}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
	if c.encryptsByKMS(target) {
		return fmt.Errorf("S3 writes no access log to bucket %s, which a KMS key encrypts. "+
			"Fix: let S3 encrypt it with keys of its own", target)
	}
	to := c.bucketPolicy(target).on("/" + c.Text("targetPrefix") + "any")
	return c.delivers(deliveries.BucketToBucket, "arn:"+c.Partition+":s3:::"+c.Text("bucket"), to)
}

// firewallLogsArrive: if no policy lets WAF's logs in, AWS writes one that no stack owns.
func firewallLogsArrive(c *Call) error {
	var errs []error
	for _, group := range prop.Texts(c.Inputs, "logDestinationConfigs[]") {
		if _, ours := c.Find(resourcetypes.LogGroup, "arn", group); ours {
			errs = append(errs,
				c.delivers(deliveries.FirewallToLogs, c.Text("resourceArn"), c.logPolicies(group).on(":log-stream:any")))
		}
	}
	return errors.Join(errs...)
}

// flowLogsArrive: a flow log whose role may not write is created, and stays empty.
func flowLogsArrive(c *Call) error {
	group, role := c.Text("logDestination"), c.Text("iamRoleArn")
	if c.Text("logDestinationType") != "cloud-watch-logs" || role == "" {
		return nil
	}
	return c.roleDoes(deliveries.FlowLogsWrite, role, held{resource: group + ":log-stream:any"})
}

// deadLettersTaken: Lambda refuses a queue that the function's role may not send to.
func deadLettersTaken(c *Call) error {
	queue, ours := c.Find(resourcetypes.Queue, "arn", c.Text("deadLetterConfig.targetArn"))
	if !ours {
		return nil
	}
	if err := c.roleDoes(deliveries.FunctionToQueue, c.Text("role"), c.queuePolicy(queue)); err != nil {
		return refuse("InvalidParameterValueException: The provided execution role does not have permissions to call "+
			"SendMessage on SQS", err)
	}
	return nil
}

// deadLettersEncrypted: an event that the role cannot encrypt for the queue is lost.
func deadLettersEncrypted(c *Call) error {
	return c.sendsTo(c.Text("deadLetterConfig.targetArn"), c.Text("role"))
}

// failuresArrive follows the events on which a function failed to the bucket that keeps them.
func failuresArrive(c *Call) error {
	for _, property := range functionNames {
		if function, ours := c.Find(resourcetypes.Function, property, c.Text("functionName")); ours {
			role, destination := prop.Text(function.Props, "role"), c.Text("destinationConfig.onFailure.destination")
			return c.writesTo(destination, role, function)
		}
	}
	return nil
}

// writesTo says why Lambda cannot keep a function's failures in a bucket of the stack.
func (c *Call) writesTo(bucketARN, role string, function Object) error {
	bucket, ours := c.Find(resourcetypes.Bucket, "arn", bucketARN)
	if !ours {
		return nil
	}
	policy := c.bucketPolicy(bucket.ID)
	object := policy.on("/aws/lambda/async/" + prop.Text(function.Props, "name") + "/any")
	errs := []error{
		c.roleDoes(deliveries.FunctionFindsBucket, role, policy),
		c.roleDoes(deliveries.FunctionToBucket, role, object),
	}
	if setting, ok := c.Find(resourcetypes.BucketEncryption, "bucket", bucket.ID); ok {
		key, target := prop.Text(setting.Props, "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId"), object.resource
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
		if prop.True(setting.Props, "rules[].bucketKeyEnabled") {
			target = bucketARN
		}
		errs = append(errs, c.roleUses(deliveries.FunctionToBucketKey, role, target, key))
	}
	return errors.Join(errs...)
}

func (c *Call) sendsTo(queueARN, role string) error {
	queue, ours := c.Find(resourcetypes.Queue, "arn", queueARN)
	if !ours {
		return nil
	}
	return errors.Join(
		c.roleDoes(deliveries.FunctionToQueue, role, c.queuePolicy(queue)),
		c.roleUses(deliveries.FunctionToQueueKey, role, queueARN, prop.Text(queue.Props, "kmsMasterKeyId")))
}

// settingsReadable: a function whose role cannot decrypt its settings does not start.
func settingsReadable(c *Call) error {
	if !prop.Has(c.Inputs, "environment") {
		return nil
	}
	return c.roleUses(deliveries.FunctionDecrypts, c.Text("role"), c.Text("arn"), c.Text("kmsKeyArn"))
}
