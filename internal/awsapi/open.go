package awsapi

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
)

// Profile of a configuration file; its credentials are renewed. The zero value means the caller's own
// credentials.
type Profile struct{ Name, File string }

// Open finds credentials and region as the AWS CLI does (environment, profile, container,
// instance); a given region takes precedence. The environment variable AWS_ENDPOINT_URL leads
// to an emulator. Clients of the configuration can only read.
func Open(ctx context.Context, region string) (aws.Config, error) {
	return OpenToChange(ctx, region, Profile{})
}

// OpenToChange is Open with a profile. Its clients may also call operations that need one of
// the IAM actions.
func OpenToChange(ctx context.Context, region string, as Profile, actions ...string) (aws.Config, error) {
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithRetryer(patient)}
	if region != "" {
		options = append(options, awsconfig.WithRegion(region))
	}
	if as.Name != "" {
		options = append(options,
			awsconfig.WithSharedConfigProfile(as.Name), awsconfig.WithSharedConfigFiles([]string{as.File}))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, fmt.Errorf("found no AWS region: set AWS_REGION, or name it with --region")
	}
	return ChangeOnly(cfg, actions...), nil
}

// patient rides out throttling: about half a minute of exponential backoff.
func patient() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 6
		o.MaxBackoff = 10 * time.Second
		// The token bucket is made for busy clients; it would end the attempts early.
		o.RateLimiter = ratelimit.None
	})
}
