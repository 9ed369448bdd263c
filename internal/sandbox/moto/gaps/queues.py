"""SQS."""

import json

from moto.sqs.models import Queue


def sqs_queues_describe_their_dead_letters() -> None:
    """GetQueueAttributes leaves out RedriveAllowPolicy, for which the provider waits.

    And it writes RedrivePolicy with blanks, in which the provider sees a change.
    """
    attributes = Queue.attributes.fget

    def with_redrive_policies(self):
        described = attributes(self)
        if self.redrive_policy:
            described["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        allowed = getattr(self, "redrive_allow_policy", None)
        return {**described, **({"RedriveAllowPolicy": allowed} if allowed else {})}

    Queue.attributes = property(with_redrive_policies)
