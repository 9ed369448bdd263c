package replay_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/replay"
)

const (
	queue       = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters"
	bucket      = "artifacts"
	shipper     = "arn:aws:lambda:eu-central-1:123456789012:function:shipper"
	undelivered = "aws/lambda/async/shipper/2026/03/01/2026-03-01T10.00.00-"
	failed      = `{"errorMessage":"receive from the dead-letter queue: AccessDenied"}`
)

// account has a function, a bucket and a queue, whose messages are hidden once received.
type account struct {
	*awsfake.Cloud
	answers  []string
	events   []string
	objects  map[string]string
	messages []string
	hidden   map[string]bool
	out      bytes.Buffer
}

func newAccount(answers ...string) *account {
	a := &account{Cloud: awsfake.New(), answers: answers, objects: map[string]string{}, hidden: map[string]bool{}}
	awsfake.Answer(a.Cloud, func(in *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
		a.events = append(a.events, *in.FunctionName+" "+string(in.Payload))
		answer := a.answers[0]
		a.answers = a.answers[1:]
		out := &lambda.InvokeOutput{Payload: []byte(answer)}
		if answer == failed {
			out.FunctionError = aws.String("Unhandled")
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *s3.ListObjectsV2Input) (*s3.ListObjectsV2Output, error) {
		out := &s3.ListObjectsV2Output{}
		for _, key := range slices.Sorted(maps.Keys(a.objects)) {
			if strings.HasPrefix(key, *in.Prefix) {
				out.Contents = append(out.Contents, s3types.Object{Key: aws.String(key)})
			}
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
		return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(a.objects[*in.Key]))}, nil
	})
	awsfake.Answer(a.Cloud, func(in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
		delete(a.objects, *in.Key)
		return &s3.DeleteObjectOutput{}, nil
	})
	a.answerQueue()
	return a
}

func (a *account) answerQueue() {
	awsfake.Answer(a.Cloud, func(in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
		return asked(in, map[string]string{
			"ApproximateNumberOfMessages":           fmt.Sprint(len(a.messages) - len(a.hidden)),
			"ApproximateNumberOfMessagesNotVisible": fmt.Sprint(len(a.hidden)),
		}), nil
	})
	a.Demand("ReceiveMessage", `"MessageAttributeNames":["ErrorMessage","ERROR_MESSAGE"]`, `"WaitTimeSeconds":5`,
		`"VisibilityTimeout":1200`, `"MaxNumberOfMessages":1,`)
	awsfake.Answer(a.Cloud, func(*sqs.ReceiveMessageInput) (*sqs.ReceiveMessageOutput, error) {
		for _, body := range a.messages {
			if a.hidden[body] {
				continue
			}
			a.hidden[body] = true
			return &sqs.ReceiveMessageOutput{Messages: []sqstypes.Message{{
				MessageId: aws.String("m"), Body: aws.String(body), ReceiptHandle: aws.String(body),
				MessageAttributes: map[string]sqstypes.MessageAttributeValue{
					"ErrorMessage": {StringValue: aws.String("timed out"), DataType: aws.String("String")},
				},
			}}}, nil
		}
		return &sqs.ReceiveMessageOutput{}, nil
	})
	awsfake.Answer(a.Cloud, func(in *sqs.DeleteMessageInput) (*sqs.DeleteMessageOutput, error) {
		a.messages = slices.DeleteFunc(a.messages, func(body string) bool { return body == *in.ReceiptHandle })
		delete(a.hidden, *in.ReceiptHandle)
		return &sqs.DeleteMessageOutput{}, nil
	})
	awsfake.Answer(a.Cloud, func(in *sqs.ChangeMessageVisibilityInput) (*sqs.ChangeMessageVisibilityOutput, error) {
		if in.VisibilityTimeout == 0 {
			delete(a.hidden, *in.ReceiptHandle)
		}
		return &sqs.ChangeMessageVisibilityOutput{}, nil
	})
}

// asked are the attributes of a queue that SQS was asked for: it tells no others.
func asked(in *sqs.GetQueueAttributesInput, all map[string]string) *sqs.GetQueueAttributesOutput {
	maps.DeleteFunc(all, func(name, _ string) bool {
		return !slices.Contains(in.AttributeNames, sqstypes.QueueAttributeName(name))
	})
	return &sqs.GetQueueAttributesOutput{Attributes: all}
}

// An emulator knows buckets by their paths alone.
func TestBucketsOfAnEmulator(t *testing.T) {
	cfg := awsfake.New().Config("eu-central-1")
	assert.False(t, replay.New(cfg, io.Discard, true).S3.Options().UsePathStyle)
	cfg.BaseEndpoint = aws.String("http://localhost:5000")
	assert.True(t, replay.New(cfg, io.Discard, true).S3.Options().UsePathStyle)
}

func (a *account) replayer(dryRun bool) *replay.Replayer {
	return replay.New(awsapi.ChangeOnly(a.WriteConfig("eu-central-1"), replay.Changes...), &a.out, dryRun)
}

func (a *account) search(t *testing.T) error {
	t.Helper()
	return a.replayer(false).Search(t.Context(), shipper, queue, bucket)
}

func TestTheQueueIsDrained(t *testing.T) {
	for name, test := range map[string]struct {
		answers  []string
		out, err string
		rounds   int
	}{
		"an empty queue": {
			[]string{`{"empty":true}`},
			"the queue is empty: 0 events out of 0 messages are in the domain", "", 1,
		},
		"several rounds": {
			[]string{
				`{"messages":100,"deleted":100,"events":4000}`,
				`{"messages":100,"deleted":100,"events":3000}`,
				`{"messages":3,"deleted":3,"events":5,"empty":true}`,
			},
			"the queue is empty: 7005 events out of 203 messages are in the domain", "", 3,
		},
		"a domain that takes nothing": {
			[]string{`{"messages":10,"left":10,"reason":"status 503"}`},
			"10 messages: 0 delivered, 10 left",
			"10 messages stay in the queue and come back after its visibility timeout; the latest because of: status 503", 1,
		},
		"one message that cannot be delivered": {
			[]string{
				`{"messages":10,"deleted":9,"events":90,"left":1,"reason":"message m is not JSON"}`,
				`{"messages":5,"deleted":5,"events":50,"empty":true}`,
			},
			"140 events so far", "1 messages stay in the queue and come back after its visibility timeout; " +
				"the latest because of: message m is not JSON", 2,
		},
		"some in every round": {
			[]string{
				`{"messages":10,"deleted":9,"events":90,"left":1,"reason":"message m is not JSON"}`,
				`{"messages":5,"deleted":3,"events":30,"left":2,"reason":"status 400","empty":true}`,
			},
			"120 events so far", "3 messages stay in the queue and come back after its visibility timeout; " +
				"the latest because of: status 400", 2,
		},
		"a function that fails": {[]string{failed}, "", shipper + " failed: " + failed, 1},
		"another function":      {[]string{`"hello"`}, "", shipper + ` answers "\"hello\"": is it another function?`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(test.answers...)
			err := a.search(t)
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorAs(t, err, new(replay.LeftError))
				assert.True(t, strings.HasPrefix(err.Error(), test.err), err)
			}
			assert.Contains(t, a.out.String(), test.out)
			require.Len(t, a.events, test.rounds)
			assert.True(t, strings.HasSuffix(a.events[0], `:shipper {"action":"replay","limit":100}`), a.events[0])
		})
	}
}

// An event that was too large for the queue comes back out of Lambda's own record of it.
func TestWhatLambdaGaveUpOnIsGivenAgain(t *testing.T) {
	large := strings.Repeat("x", 300<<10)
	record := `{"version":"1.0","requestContext":{"condition":"RetriesExhausted"},` +
		`"requestPayload":{"awslogs":{"data":"` + large + `"}},"responseContext":{"functionError":"Unhandled"}}`
	for name, test := range map[string]struct {
		objects map[string]string
		answers []string
		err     string
		left    []string
		calls   int
	}{
		"all of them": {
			map[string]string{undelivered + "1": record, "builds/1.zip": "another's"},
			[]string{`{"events":7,"delivered":7}`, `{"empty":true}`},
			"",
			[]string{"builds/1.zip"},
			2,
		},
		"a function that fails again": {
			map[string]string{undelivered + "1": record},
			[]string{failed},
			undelivered + "1 stays in the bucket: ",
			[]string{undelivered + "1"},
			1,
		},
		"something else under the prefix": {
			map[string]string{undelivered + "1": `{}`}, nil, "has no requestPayload", []string{undelivered + "1"}, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(test.answers...)
			a.objects = test.objects
			err := a.search(t)
			assert.Contains(t, fmt.Sprint(err), test.err)
			assert.Equal(t, test.err == "", err == nil)
			require.Len(t, a.events, test.calls)
			if test.calls == 2 {
				assert.Contains(t, a.events[0], ` {"awslogs":{"data":"`+large+`"}}`)
				assert.Contains(t, a.out.String(), "the bucket is empty: 7 events out of 1 objects")
			}
			assert.Equal(t, test.left, slices.Sorted(maps.Keys(a.objects)))
		})
	}
}

const rotated = `{"detail-type":"AWS API Call via CloudTrail"}`

func TestTheRelayGetsItsEventsAgain(t *testing.T) {
	const done = `{"services":{"web":"tasks replaced"}}`
	for name, test := range map[string]struct {
		messages, answers, left []string
		out, err                string
	}{
		"two events": {
			[]string{rotated, `{"n":2}`},
			[]string{done, `{"ignored":"not a secret of these services"}`},
			nil,
			"event m, which had failed with: timed out\nweb: tasks replaced\n", "",
		},
		"none":                  {nil, nil, nil, "the queue is empty: the relay has dealt with 0 events", ""},
		"one that fails again":  {[]string{rotated}, []string{failed}, []string{rotated}, "", "the queue: relay failed: "},
		"one that is no event":  {[]string{"x"}, nil, []string{"x"}, "", "message m is not JSON"},
		"a relay that is other": {[]string{rotated}, []string{`[]`}, []string{rotated}, "", "is it another function?"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(test.answers...)
			a.messages = test.messages
			err := a.replayer(false).Rotation(t.Context(), "relay", queue)
			assert.Equal(t, test.err == "", err == nil)
			assert.Contains(t, fmt.Sprint(err), test.err)
			assert.Contains(t, a.out.String(), test.out)
			assert.Equal(t, test.left, slices.Clip(append([]string(nil), a.messages...)))
			assert.Empty(t, a.hidden, "what stays is there for the next call")
			if err != nil {
				require.ErrorAs(t, err, new(replay.LeftError))
			}
		})
	}
}

// What another call has taken comes back later: an empty queue would be the wrong word.
func TestAnEventThatAnotherCallHasIsNotDealtWith(t *testing.T) {
	a := newAccount()
	a.messages, a.hidden = []string{rotated}, map[string]bool{rotated: true}
	err := a.replayer(false).Rotation(t.Context(), "relay", queue)
	require.EqualError(t, err,
		"1 events are with another call, which died or is at work: call this again in 20 minutes")
}

func TestADryRunLooksAlone(t *testing.T) {
	a := newAccount()
	a.messages, a.objects = []string{rotated}, map[string]string{undelivered + "1": "{}", "builds/1.zip": ""}
	require.NoError(t, a.replayer(true).Rotation(t.Context(), "relay", queue))
	require.NoError(t, a.replayer(true).Search(t.Context(), "shipper", queue, bucket))
	assert.Equal(t, "1 events wait in the queue, 0 are being replayed\n"+
		"1 messages wait in the queue, 0 are being replayed, 1 objects lie in the bucket\n", a.out.String())
	for _, call := range a.Calls() {
		assert.True(t, awsapi.Reads(call.Operation), call.Operation)
	}
}

// Whichever call AWS refuses: no event is lost, and the answer is no success.
func TestWhateverIsRefusedNothingIsLost(t *testing.T) {
	for _, dryRun := range []bool{false, true} {
		awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
			a := newAccount(`{"services":{}}`, `{"events":1}`, `{"empty":true}`)
			a.messages, a.objects = []string{rotated}, map[string]string{undelivered + "1": `{"requestPayload":{}}`}
			a.FailCall(n)
			err := a.replayer(dryRun).Rotation(t.Context(), "relay", queue)
			if err == nil {
				err = a.replayer(dryRun).Search(t.Context(), "shipper", queue, bucket)
			}
			if n == 0 {
				require.NoError(t, err)
				return a.Cloud
			}
			require.ErrorContains(t, err, a.Failed().Operation)
			if len(a.events) == 0 {
				assert.Equal(t, []string{rotated}, a.messages)
			}
			return a.Cloud
		})
	}
}

// An event that cannot be given back at once is hidden for a while, and a queue that does not say how many it has is
// not taken for empty.
func TestWhatTheQueueDoesNotDo(t *testing.T) {
	a := newAccount(failed)
	a.messages = []string{rotated}
	a.Deny("sqs:ChangeMessageVisibility")
	require.ErrorContains(t, a.replayer(false).Rotation(t.Context(), "relay", queue), "the event stays in the queue: ")
	assert.Contains(t, a.out.String(), "the event comes back in 20 minutes: operation error SQS: ChangeMessageVisibility")

	for _, counts := range []map[string]string{
		{"ApproximateNumberOfMessages": "1"}, {"ApproximateNumberOfMessagesNotVisible": "1"},
	} {
		awsfake.Answer(a.Cloud, func(*sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
			return &sqs.GetQueueAttributesOutput{Attributes: counts}, nil
		})
		require.ErrorContains(t, a.replayer(true).Rotation(t.Context(), "relay", queue), "look at the queue "+queue)
	}
}

func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	a := newAccount(`{"services":{}}`, failed, `{"events":1}`, `{"empty":true}`)
	a.messages, a.objects = []string{rotated, `{"n":2}`}, map[string]string{undelivered + "1": `{"requestPayload":{}}`}
	require.Error(t, a.replayer(false).Rotation(t.Context(), "relay", queue))
	require.NoError(t, a.search(t))
	m := newMoves(1)
	m.steps = []sqstypes.ListMessageMoveTasksResultEntry{move(9, "COMPLETED", 1)}
	require.NoError(t, m.run(t, false, replay.Letters{}))
	m.all = []sqstypes.ListMessageMoveTasksResultEntry{move(9, "RUNNING", 1)}
	require.NoError(t, m.run(t, false, replay.Letters{Cancel: true}))

	called := append(a.Actions(), m.Actions()...)
	slices.Sort(called)
	// The keys of queues and bucket are used for the caller, and SQS sends what it moves in the caller's name: SQS
	// developer guide, "Learn how to configure a dead-letter queue redrive in Amazon SQS".
	called = append(slices.Compact(called), "kms:Decrypt", "kms:GenerateDataKey", "sqs:SendMessage")
	assert.ElementsMatch(t, called, awsfake.Documented(t, "### Permissions of replay\n"))
	for _, action := range replay.Changes {
		assert.Contains(t, called, action)
	}
}
