package replay

import (
	"context"
	"fmt"
)

// batch is the number of messages that the function is asked to deliver at once: they take less than its 15 minutes.
const batch = 100

// Search has the log shipper deliver what Lambda gave up on, out of the bucket of the last resort, and then what waits
// in its queue. Only the function reaches the domain, which is in the VPC. It ends without an error when both are
// empty.
func (r *Replayer) Search(ctx context.Context, function, queue, bucket string) error {
	if r.DryRun {
		visible, taken, err := r.waiting(ctx, queue)
		if err != nil {
			return err
		}
		objects, err := r.objects(ctx, bucket, function)
		if err != nil {
			return err
		}
		r.say("%d messages wait in the queue, %d are being replayed, %d objects lie in the bucket",
			visible, taken, len(objects))
		return nil
	}
	// The bucket comes first: the function sends events that the domain still refuses to the queue.
	if err := r.restore(ctx, bucket, function); err != nil {
		return err
	}
	return r.drain(ctx, function)
}

// round is the function's answer.
type round struct {
	Messages int    `json:"messages"`
	Deleted  int    `json:"deleted"`
	Events   int    `json:"events"`
	Left     int    `json:"left"`
	Reason   string `json:"reason"`
	Empty    bool   `json:"empty"`
}

func (r *Replayer) drain(ctx context.Context, function string) error {
	var total round
	for {
		got, err := r.deliver(ctx, function)
		if err != nil {
			return err
		}
		total.Events += got.Events
		total.Deleted += got.Deleted
		total.Left += got.Left
		if got.Reason != "" {
			total.Reason = got.Reason
		}
		r.say("%d messages: %d delivered, %d left; %d events so far",
			got.Messages, got.Deleted, got.Left, total.Events)
		switch {
		case got.Empty && total.Left == 0:
			r.say("the queue is empty: %d events out of %d messages are in the domain", total.Events, total.Deleted)
			return nil
		case got.Empty || got.Deleted == 0:
			return leftf("%d messages stay in the queue and come back after its visibility timeout; the latest because of: %s",
				total.Left, total.Reason)
		}
	}
}

func (r *Replayer) deliver(ctx context.Context, function string) (*round, error) {
	event := fmt.Appendf(nil, `{"action":"replay","limit":%d}`, batch)
	var got round
	return &got, r.call(ctx, function, event, &got)
}
