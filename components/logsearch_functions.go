package components

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The functions' settings, from the documentation of lambda/logshipper.
const (
	logIndexPrefix        = "app-logs"
	shipperMemoryMiB      = 512
	shipperTimeoutSeconds = 120
	setupMemoryMiB        = 256
	setupTimeoutSeconds   = 60
	setupEvent            = `{"action":"setup"}`
	// visibilitySeconds has to exceed the function's timeout, or a replay receives its own
	// messages again.
	visibilitySeconds = 900
	// deliveryRetries and eventAgeSeconds are the highest values that Lambda offers.
	deliveryRetries, eventAgeSeconds = 2, 6 * 60 * 60
	// deadLetterSeconds is 14 days, the longest that SQS keeps a message.
	deadLetterSeconds = 14 * 24 * 60 * 60
)

func functionLogGroup(function string) string {
	return "/aws/lambda/" + function
}

// createQueue makes the queue that keeps undelivered events until somebody replays them.
func (s *LogSearch) createQueue(ctx *pulumi.Context, name string) error {
	queue, err := sqs.NewQueue(ctx, name+"-dead-letters", &sqs.QueueArgs{
		Name:                     pulumi.String(s.DeadLetterQueueName),
		KmsMasterKeyId:           s.args.LogKeyARN,
		VisibilityTimeoutSeconds: pulumi.Int(visibilitySeconds),
		MessageRetentionSeconds:  pulumi.Int(deadLetterSeconds),
		Tags:                     named(s.DeadLetterQueueName),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	policy, err := sqs.NewQueuePolicy(ctx, name+"-dead-letters", &sqs.QueuePolicyArgs{
		QueueUrl: queue.Url,
		Policy:   policyDocument(tlsOnlyQueue(s.queueARN())),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	s.queue = queue
	s.DeadLetterQueueURL = queue.Url
	s.shipper.before = append(s.shipper.before, policy)
	return nil
}

func (s *LogSearch) createFunctions(ctx *pulumi.Context, name string) error {
	shipping := &lambda.FunctionArgs{
		Description: pulumi.String("Ships log groups to the search domain."),
		MemorySize:  pulumi.Int(shipperMemoryMiB),
		Timeout:     pulumi.Int(shipperTimeoutSeconds),
		// CloudWatch Logs does not wait for an answer: without the queue, an event on which the
		// function failed three times would be lost. See keepUndelivered for events that do not fit
		// into the queue.
		DeadLetterConfig: lambda.FunctionDeadLetterConfigArgs{TargetArn: s.queue.Arn},
	}
	if s.args.MaxConcurrency > 0 {
		shipping.ReservedConcurrentExecutions = pulumi.Int(s.args.MaxConcurrency)
	}
	if err := s.createFunction(ctx, name+"-shipper", &s.shipper, s.FunctionName, shipping, nil); err != nil {
		return fmt.Errorf("shipper: %w", err)
	}
	if err := s.createFunction(ctx, name+"-setup", &s.setup, s.SetupFunctionName, &lambda.FunctionArgs{
		Description: pulumi.String("Prepares the search domain: index template, retention, roles."),
		MemorySize:  pulumi.Int(setupMemoryMiB),
		Timeout:     pulumi.Int(setupTimeoutSeconds),
	}, s.setupSettings()); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	return nil
}

// setupSettings returns the environment of the setup function: the configuration of the domain.
func (s *LogSearch) setupSettings() map[string]string {
	replicas := 1
	if s.args.InstanceCount == 1 {
		// There is no second node for a replica, so the domain would stay yellow for ever.
		replicas = 0
	}
	return map[string]string{
		"RETENTION_DAYS":          strconv.Itoa(s.args.RetentionDays),
		"INDEX_SHARDS":            "1",
		"INDEX_REPLICAS":          strconv.Itoa(replicas),
		"WRITER_ROLE_ARN":         s.roleARN(s.FunctionName),
		"READER_ROLE_ARNS":        strings.Join(slices.Sorted(slices.Values(s.args.ReaderRoleARNs)), ","),
		"ADMINISTRATOR_ROLE_ARNS": strings.Join(slices.Sorted(slices.Values(s.args.AdministratorRoleARNs)), ","),
	}
}

// createFunction makes a function with everything that both have in common.
func (s *LogSearch) createFunction(
	ctx *pulumi.Context, logical string, f *searchFunction, physical string, args *lambda.FunctionArgs,
	settings map[string]string,
) (err error) {
	environment := pulumi.StringMap{
		"OPENSEARCH_ENDPOINT":   s.Endpoint,
		"DEAD_LETTER_QUEUE_URL": s.queue.Url,
		"INDEX_PREFIX":          pulumi.String(logIndexPrefix),
		"INDEX_PERIOD":          pulumi.String(s.args.IndexPeriod),
	}
	for key, value := range settings {
		environment[key] = pulumi.String(value)
	}
	args.VpcConfig = lambda.FunctionVpcConfigArgs{
		SubnetIds:        s.args.SubnetIDs,
		SecurityGroupIds: pulumi.StringArray{s.functionGroup.ID()},
	}
	f.function, f.logGroup, err = function{
		name: physical, packagePath: s.args.PackagePath, role: f.role,
		after:            slices.Concat(f.before, s.network, s.args.After),
		logRetentionDays: s.args.LogRetentionDays, logKeyARN: s.args.LogKeyARN, variables: environment, args: args,
	}.create(ctx, s, logical)
	return err
}

// keepUndelivered makes Lambda also write the events on which it gives up to S3, which has room for the
// whole event: up to 1 MiB, while a message of the queue has 256 KiB. SQS has accepted 1 MiB since August
// 2025, but the provider refuses to set it before version 7 (pulumi/pulumi-aws#6321). Lambda tests whether
// the function's role may write there (Lambda developer guide, "Capturing records of Lambda asynchronous
// invocations").
func (s *LogSearch) keepUndelivered(ctx *pulumi.Context, name string) error {
	after := slices.Concat(s.shipper.before, s.args.LastResort.After)
	_, err := lambda.NewFunctionEventInvokeConfig(ctx, name+"-shipper", &lambda.FunctionEventInvokeConfigArgs{
		FunctionName:             s.shipper.function.Name,
		MaximumRetryAttempts:     pulumi.Int(deliveryRetries),
		MaximumEventAgeInSeconds: pulumi.Int(eventAgeSeconds),
		DestinationConfig: lambda.FunctionEventInvokeConfigDestinationConfigArgs{
			OnFailure: lambda.FunctionEventInvokeConfigDestinationConfigOnFailureArgs{
				Destination: pulumi.String(s.args.Scope.BucketARN(s.args.LastResort.Bucket)),
			},
		},
	}, pulumi.Parent(s), pulumi.DependsOn(after))
	return err
}

// prepareDomain runs the setup function, and runs it again whenever the code, the settings or
// the domain changes.
func (s *LogSearch) prepareDomain(ctx *pulumi.Context, name string) (err error) {
	triggers := pulumi.StringMap{
		"code": pulumi.String(s.codeHash), "domain": s.Endpoint, "INDEX_PERIOD": pulumi.String(s.args.IndexPeriod),
	}
	for key, value := range s.setupSettings() {
		triggers[key] = pulumi.String(value)
	}
	s.setupComplete, err = lambda.NewInvocation(ctx, name+"-setup", &lambda.InvocationArgs{
		FunctionName: s.setup.function.Name,
		Input:        pulumi.String(setupEvent),
		Triggers:     triggers,
	}, pulumi.Parent(s))
	return err
}

// subscribe starts shipping once the domain is prepared: documents that arrive before the index
// template get an index with guessed types.
func (s *LogSearch) subscribe(ctx *pulumi.Context, name string) error {
	permissions, err := s.letLogsInvoke(ctx, name)
	if err != nil {
		return err
	}
	for _, source := range s.args.Sources {
		logical := name + "-from-" + source.Name
		// CloudWatch Logs invokes the function once before it accepts the filter.
		after := append([]pulumi.Resource{permissions[path.Dir(source.LogGroupName)], s.setupComplete}, source.After...)
		if _, err := cloudwatch.NewLogSubscriptionFilter(ctx, logical, &cloudwatch.LogSubscriptionFilterArgs{
			LogGroup:       pulumi.String(source.LogGroupName),
			DestinationArn: s.shipper.function.Arn,
			FilterPattern:  pulumi.String(""),
		}, pulumi.Parent(s), pulumi.DependsOn(after)); err != nil {
			return fmt.Errorf("filter of %s: %w", source.Name, err)
		}
	}
	return nil
}

// letLogsInvoke allows whole folders of log groups, such as /ecs: all permissions of a function
// together have 20 KB, too little for 50 services with one permission each.
func (s *LogSearch) letLogsInvoke(ctx *pulumi.Context, name string) (map[string]pulumi.Resource, error) {
	scope, permissions := s.args.Scope, map[string]pulumi.Resource{}
	for _, source := range s.args.Sources {
		folder := path.Dir(source.LogGroupName)
		if permissions[folder] != nil {
			continue
		}
		logical := name + "-logs" + strings.ReplaceAll(folder, "/", "-")
		permission, err := lambda.NewPermission(ctx, logical, &lambda.PermissionArgs{
			Function:      s.shipper.function.Name,
			Action:        pulumi.String("lambda:InvokeFunction"),
			Principal:     pulumi.Sprintf("logs.%s.amazonaws.com", scope.Region),
			SourceArn:     pulumi.String(scope.LogGroupARN(strings.TrimSuffix(folder, "/") + "/*")),
			SourceAccount: pulumi.String(scope.AccountID),
		}, pulumi.Parent(s))
		if err != nil {
			return nil, fmt.Errorf("permission for %s: %w", folder, err)
		}
		permissions[folder] = permission
	}
	return permissions, nil
}
