package awsfake

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"aws-webapp/internal/awsapi"
)

// Cloud answers calls. Its zero value is not ready for use; New makes one.
type Cloud struct {
	mu       sync.Mutex
	answers  map[reflect.Type]func(any) (any, error)
	failures map[string][]error
	demands  map[string][]string
	calls    []Call
	// left counts down to the call that fails, for [Cloud.FailCall], which was made after from calls; failed is the
	// call that failed.
	left, from int
	failed     *Call
	// paged clouds answer one item a page, of the answers that they have kept.
	paged bool
	kept  []any
}

// Call is one request that reached the cloud. Every retry is another Call.
type Call struct {
	// Action is the IAM action that the call needs.
	Action string
	// Operation such as DescribeServices.
	Operation string
	// Input as the SDK's type.
	Input any
}

// New makes a cloud that answers nothing yet.
func New() *Cloud {
	return &Cloud{
		answers: map[reflect.Type]func(any) (any, error){}, failures: map[string][]error{}, demands: map[string][]string{},
	}
}

// Answer registers the function that answers an operation, which the type of its input
// identifies. A later answer to the same operation replaces an earlier one.
func Answer[Input, Output any](c *Cloud, answer func(*Input) (*Output, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[reflect.TypeFor[*Input]()] = func(input any) (any, error) { return answer(input.(*Input)) }
}

// Fail makes the next calls that need an IAM action fail, one with each error.
func (c *Cloud) Fail(action string, errs ...error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures[action] = append(c.failures[action], errs...)
}

// Deny refuses every call that needs one of the actions.
func (c *Cloud) Deny(actions ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, action := range actions {
		c.failures[action] = nil
	}
}

// Failure is an error as AWS answers it.
func Failure(status int, code, message string) error {
	return &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: message},
	}
}

// Calls that reached the cloud, in order.
func (c *Cloud) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.calls)
}

// Actions that the calls needed, each once, sorted.
func (c *Cloud) Actions() []string {
	var actions []string
	for _, call := range c.Calls() {
		actions = append(actions, call.Action)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// Config returns the configuration of clients that talk to the cloud and, like commands that only
// read, may change nothing.
func (c *Cloud) Config(region string) aws.Config { return awsapi.LookOnly(c.WriteConfig(region)) }

// WriteConfig returns the configuration of clients that may also change something.
func (c *Cloud) WriteConfig(region string) aws.Config {
	return aws.Config{
		Region:      region,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "example", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = 3
				o.MaxBackoff = time.Millisecond
				o.RateLimiter = ratelimit.None
			})
		},
		APIOptions: []func(*middleware.Stack) error{c.attach},
	}
}

type inputKey struct{}

// attach keeps an operation's input until the request would be sent, and answers instead.
func (c *Cloud) attach(stack *middleware.Stack) error {
	keep := middleware.InitializeMiddlewareFunc("awsfake.Keep",
		func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(middleware.WithStackValue(ctx, inputKey{}, in.Parameters), in)
		})
	answer := middleware.DeserializeMiddlewareFunc("awsfake.Answer",
		func(
			ctx context.Context, _ middleware.DeserializeInput, _ middleware.DeserializeHandler,
		) (middleware.DeserializeOutput, middleware.Metadata, error) {
			output, err := c.answer(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx),
				middleware.GetStackValue(ctx, inputKey{}))
			return middleware.DeserializeOutput{Result: output}, middleware.Metadata{}, err
		})
	if err := stack.Initialize.Add(keep, middleware.After); err != nil {
		return err
	}
	return stack.Deserialize.Add(answer, middleware.Before)
}

func (c *Cloud) answer(service, operation string, input any) (any, error) {
	action := awsapi.Action(service, operation)
	refused := refuse(input)
	call := Call{Action: action, Operation: operation, Input: input}
	c.mu.Lock()
	if refused == nil {
		refused = c.missed(operation, input)
	}
	c.calls = append(c.calls, call)
	if c.left--; c.left == 0 {
		c.failed = &call
		refused = Failure(http.StatusBadRequest, brokenCode, "this call fails")
	}
	answer, known := c.answers[reflect.TypeOf(input)]
	paged := c.paged
	errs, fails := c.failures[action]
	if len(errs) > 0 {
		c.failures[action] = errs[1:]
		if len(errs) == 1 {
			delete(c.failures, action)
		}
	}
	c.mu.Unlock()
	switch {
	case refused != nil:
		return nil, refused
	case len(errs) > 0:
		return nil, errs[0]
	case fails:
		return nil, Failure(http.StatusForbidden, "AccessDeniedException", "not authorized to perform "+action)
	case !known:
		return nil, fmt.Errorf("awsfake: nothing answers %s of %s", operation, service)
	case paged && !slices.Contains(whole, operation):
		return c.page(input, answer)
	default:
		return answer(input)
	}
}
