package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/opensearch-project/opensearch-go/v4/signer"
	"github.com/opensearch-project/opensearch-go/v4/signer/awsv2"

	"aws-webapp/lambda/logshipper/internal/bulk"
	"aws-webapp/lambda/logshipper/internal/deadletter"
	"aws-webapp/lambda/logshipper/internal/domain"
)

func main() {
	h, err := start(context.Background(), os.Getenv, os.Stdout)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "reason", err.Error())
		os.Exit(1)
	}
	if limit := memoryLimit(os.Getenv); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
	lambda.Start(h.handle)
}

// memoryLimit is the limit in bytes for the garbage collector: 85 % of the function's memory; the
// rest is for memory outside the heap. Without a limit, the heap may grow to twice the memory in
// use before it is collected, and a payload of the maximum size would end the function. 0 means no
// limit.
func memoryLimit(getenv func(string) string) int64 {
	const percent, mebibyte = 85, 1 << 20
	size, err := strconv.ParseInt(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32) // in MiB
	if err != nil || size <= 0 {
		return 0
	}
	return size * mebibyte * percent / 100
}

// start wires the handler up from the environment.
func start(ctx context.Context, getenv func(string) string, out io.Writer) (*handler, error) {
	settings, err := loadConfig(getenv)
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRetryMaxAttempts(sdkAttempts))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	sigV4, err := awsv2.NewSigner(cloud)
	if err != nil {
		return nil, fmt.Errorf("prepare request signing: %w", err)
	}
	return wire(settings, cloud, sigV4, bulk.Options{MaxBytes: settings.maxBulkBytes}, out)
}

// sdkAttempts is the number of times that the AWS SDK tries a call to SQS or Secrets Manager.
const sdkAttempts = 5

func wire(
	settings *config, cloud aws.Config, sigV4 signer.Signer, options bulk.Options, out io.Writer,
) (*handler, error) {
	client, err := domain.NewClient(settings.endpoint, sigV4)
	if err != nil {
		return nil, err
	}
	options.Explain = domain.Explain

	secrets := secretsmanager.NewFromConfig(cloud)
	h := &handler{
		config:  settings,
		shipper: bulk.New(client, options),
		letters: deadletter.New(sqs.NewFromConfig(cloud), settings.deadLetterURL),
		connect: func(context.Context) (*domain.Client, error) { return client, nil },
		log:     slog.New(slog.NewJSONHandler(out, nil)),
	}
	h.measure = func(logGroup string, answer *shipped, result *bulk.Result, took time.Duration) {
		if err := writeMetrics(out, settings.functionName, logGroup, answer, result, took); err != nil {
			h.log.Error("no metrics", "reason", err.Error())
		}
	}
	if arn := settings.setup.internalUserSecretARN; arn != "" {
		h.user = func(ctx context.Context) (*domain.InternalUser, error) { return readUser(ctx, secrets, arn) }
	}
	if arn := settings.setup.masterUserSecretARN; arn != "" {
		h.connect = func(ctx context.Context) (*domain.Client, error) {
			master, err := readUser(ctx, secrets, arn)
			if err != nil {
				return nil, err
			}
			return domain.NewClient(settings.endpoint, basicAuth{master})
		}
	}
	return h, nil
}
