package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/rotation"
	"aws-webapp/lambda/internal/retrying"
)

func main() {
	relay, err := relayOf(context.Background(), os.Getenv, os.Stdout)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context, event json.RawMessage) (*rotation.Summary, error) {
		ctx, cancel := leaveTime(ctx)
		defer cancel()
		return relay.Handle(ctx, event)
	})
}

// relayOf wires the relay up from the environment.
func relayOf(ctx context.Context, getenv func(string) string, out io.Writer) (*rotation.Relay, error) {
	settings, err := loadConfig(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRetryer(patient))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	return &rotation.Relay{
		Config: *settings, ECS: ecs.NewFromConfig(cloud), CodeDeploy: codedeploy.NewFromConfig(cloud),
		Log: slog.New(slog.NewJSONHandler(out, nil)), Clock: clock.System{},
	}, nil
}

// leaveTime ends the waiting while there is time to report.
func leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	const margin = 5 * time.Second
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(margin, time.Until(deadline)/4)))
}

// patient rides out throttling for about a minute. Deployments are rare and nobody waits for them.
var patient = retrying.Patient(10, 20*time.Second)
