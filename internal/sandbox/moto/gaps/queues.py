"""SQS."""

from moto.sqs.models import Queue


def sqs_queues_say_whose_dead_letters_they_take() -> None:
    """GetQueueAttributes leaves out RedriveAllowPolicy, for which the provider waits."""
    attributes = Queue.attributes.fget

    def with_redrive_allow_policy(self):
        allowed = getattr(self, "redrive_allow_policy", None)
        return {**attributes(self), **({"RedriveAllowPolicy": allowed} if allowed else {})}

    Queue.attributes = property(with_redrive_allow_policy)
