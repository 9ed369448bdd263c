// Replay empties the dead-letter queue of the log shipper into the OpenSearch domain and, with
// -bucket, the events that Lambda gave up on. The domain can only be reached from its VPC, so the
// command asks the function to do it, again and again until the queue is empty or nothing moves any
// more:
//
//	go run ./lambda/logshipper/replay -function NAME [-bucket BUCKET] [-region REGION] [-batch MESSAGES]
//
// It needs lambda:InvokeFunction on the function; for the bucket s3:ListBucket, s3:GetObject,
// s3:DeleteObject and kms:Decrypt with its key. Running it twice does no harm: every event has one
// place in the domain.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

// run is the command. It ends without an error when the queue is empty.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(errOut)
	function := flags.String("function", "", "name or ARN of the shipping function (an output of the stack)")
	region := flags.String("region", "", "AWS region; default is that of the AWS configuration")
	bucket := flags.String("bucket", "", "bucket of the last resort (an output of the stack); default is the queue alone")
	batch := flags.Int("batch", 100, "messages per invocation")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *function == "" {
		return errors.New("-function is missing: the name or ARN of the shipping function")
	}
	if *batch < 1 {
		return fmt.Errorf("-batch: found %d, allowed are 1 and more", *batch)
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(*region))
	if err != nil {
		return fmt.Errorf("load AWS configuration: %w", err)
	}
	client := lambda.NewFromConfig(cloud)
	if *bucket != "" {
		// The bucket comes first: the function sends events that the domain still refuses to the
		// queue.
		store := s3.NewFromConfig(cloud, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
		if err := restore(ctx, store, client, *bucket, *function, out); err != nil {
			return err
		}
	}
	return drain(ctx, client, *function, *batch, out)
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

func drain(ctx context.Context, client *lambda.Client, function string, batch int, out io.Writer) error {
	var total round
	for {
		got, err := invoke(ctx, client, function, batch)
		if err != nil {
			return err
		}
		total.Events += got.Events
		total.Deleted += got.Deleted
		total.Left += got.Left
		if got.Reason != "" {
			total.Reason = got.Reason
		}
		fmt.Fprintf(out, "%d messages: %d delivered, %d left; %d events so far\n",
			got.Messages, got.Deleted, got.Left, total.Events)
		switch {
		case got.Empty && total.Left == 0:
			fmt.Fprintf(out, "the queue is empty: %d events out of %d messages are in the domain\n", total.Events, total.Deleted)
			return nil
		case got.Empty || got.Deleted == 0:
			return fmt.Errorf("%d messages stay in the queue and come back after its visibility timeout; the latest "+
				"because of: %s",
				total.Left, total.Reason)
		}
	}
}

func invoke(ctx context.Context, client *lambda.Client, function string, batch int) (*round, error) {
	event, err := json.Marshal(map[string]any{"action": "replay", "limit": batch})
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	var got round
	return &got, call(ctx, client, function, event, &got)
}

// call invokes the function and decodes its answer.
func call(ctx context.Context, client *lambda.Client, function string, event []byte, target any) error {
	answer, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), Payload: event})
	if err != nil {
		return fmt.Errorf("invoke %s: %w", function, err)
	}
	if answer.FunctionError != nil {
		return fmt.Errorf("%s failed: %s", function, answer.Payload)
	}
	if err := json.Unmarshal(answer.Payload, target); err != nil {
		return fmt.Errorf("%s answers %q: is it the log shipper? %w", function, answer.Payload, err)
	}
	return nil
}
