package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
)

func main() {
	r, err := start(context.Background(), os.Getenv, os.Stdout)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	lambda.Start(r.handle)
}

// start wires the relay up from the environment.
func start(ctx context.Context, getenv func(string) string, out io.Writer) (*relay, error) {
	settings, err := loadConfig(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRetryer(patient))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	const pollEvery = 20 * time.Second
	return wire(settings, cloud, pollEvery, out), nil
}

// patient rides out throttling: about a minute of exponential backoff. Deployments are rare and
// nobody waits for them.
func patient() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 10
		o.MaxBackoff = 20 * time.Second
		// The token bucket is made for busy clients; it would end the attempts early.
		o.RateLimiter = ratelimit.None
	})
}

func wire(settings *config, cloud aws.Config, pollEvery time.Duration, out io.Writer) *relay {
	return &relay{
		config:     settings,
		ecs:        ecs.NewFromConfig(cloud),
		codedeploy: codedeploy.NewFromConfig(cloud),
		log:        slog.New(slog.NewJSONHandler(out, nil)),
		pollEvery:  pollEvery,
	}
}
