package retrying

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Patient rides out throttling by exponential backoff, with at most this many attempts and pauses no longer than
// longest.
func Patient(attempts int, longest time.Duration) func() aws.Retryer {
	return func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = attempts
			o.MaxBackoff = longest
			// The token bucket is made for busy clients; it would end the attempts early.
			o.RateLimiter = ratelimit.None
		})
	}
}
