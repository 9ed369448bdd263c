// Package replay gives functions of the stack again what they had failed on, once the cause is gone: the rotation relay
// its events, and the log shipper what waits in its queue and in the bucket of the last resort. What was taken is
// deleted, what fails again stays, and a second call does no harm: the relay knows tasks that are new, and every log
// event has one place in the domain.
//
// The messages of a worker go back by SQS itself. Those of functions cannot: StartMessageMoveTask takes queues that are
// the dead-letter queue of another queue, and refuses those that Lambda and EventBridge write to
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).
package replay
