package simaws_test

import (
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/fault"
)

const queueToken = "aws:sqs/queue:Queue"

func faulty(t *testing.T, rules ...fault.Rule) *engine {
	t.Helper()
	return start(t, simaws.Options{Faults: fault.NewPlan(rules...)}, props{"maxRetries": 3})
}

// count returns the number of queues in the cloud.
func (e *engine) count() int {
	e.t.Helper()
	records, err := e.cloud.Records()
	require.NoError(e.t, err)
	return len(records)
}

func TestRefusedCreationLeavesNothing(t *testing.T) {
	e := faulty(t, fault.Rule{Op: fault.Create, Effect: fault.Refuse("ServiceUnavailable", "try later")})
	require.ErrorContains(t, e.try(queueToken, "q", nil),
		`creating aws:sqs/queue:Queue "q": api error ServiceUnavailable: try later`)
	assert.Zero(t, e.count())
	require.NoError(t, e.try(queueToken, "q", nil), "a rule fires once")
}

func TestLostAnswerLeavesAnOrphan(t *testing.T) {
	e := faulty(t, fault.Rule{Op: fault.Create, Effect: fault.LoseAnswer()})
	require.ErrorContains(t, e.try(queueToken, "q", nil), "the response was lost")
	assert.Equal(t, 1, e.count())
	require.NoError(t, e.try(queueToken, "q", nil))
	assert.Equal(t, 2, e.count(), "the second has another name")
	orphans, err := e.cloud.Orphans(nil)
	require.NoError(t, err)
	assert.Len(t, orphans, 2)
}

func TestNeverReadyIsRecorded(t *testing.T) {
	e := faulty(t,
		fault.Rule{Op: fault.Create, Effect: fault.NeverReady("timeout while waiting for state to become 'available'")})
	err := e.try(queueToken, "q", nil)
	require.ErrorContains(t, err, "timeout while waiting")
	details := status.Convert(err).Details()
	require.Len(t, details, 1)
	failed, ok := details[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	assert.Contains(t, failed.GetId(), "/q-")
	assert.Equal(t, []string{status.Convert(err).Message()}, failed.GetReasons())
	assert.Equal(t, 1, e.count())
}

func TestThrottlingIsRetried(t *testing.T) {
	e := faulty(t,
		fault.Rule{Op: fault.Create, Name: "patient", Effect: fault.Throttle(3)},
		fault.Rule{Op: fault.Create, Name: "hopeless", Effect: fault.Throttle(4)},
	)
	require.NoError(t, e.try(queueToken, "patient", nil))
	require.ErrorContains(t, e.try(queueToken, "hopeless", nil),
		"ThrottlingException: Rate exceeded (retry quota of 3 exhausted)")
	assert.Equal(t, 1, e.count())
}

func TestFaultsOnTheOtherOperations(t *testing.T) {
	e := faulty(t,
		fault.Rule{Op: fault.Update, Effect: fault.Refuse("InternalError", "update")},
		fault.Rule{Op: fault.Delete, Effect: fault.Refuse("InternalError", "delete")},
		fault.Rule{Op: fault.Delete, Skip: 1, Effect: fault.LoseAnswer()},
		fault.Rule{Op: fault.Read, Effect: fault.Refuse("InternalError", "read")},
	)
	queue := e.make(queueToken, "q", nil)
	require.ErrorContains(t, e.update("q", props{"delaySeconds": 9}), "updating aws:sqs/queue:Queue")
	_, err := e.client.Read(t.Context(), &pulumirpc.ReadRequest{Urn: urnOf(queueToken, "q"), Id: queue.id})
	require.ErrorContains(t, err, "InternalError: read")
	assert.Zero(t, e.read("q").inputs["delaySeconds"].NumberValue(), "the refused update changed nothing")
	require.ErrorContains(t, e.remove("q"), "InternalError: delete")
	assert.Equal(t, 1, e.count())
	require.ErrorContains(t, e.remove("q"), "the response was lost")
	assert.Zero(t, e.count())
	require.NoError(t, e.remove("q"))
}

func TestPaceAndObservation(t *testing.T) {
	var mu sync.Mutex
	var seen []simaws.Operation
	e := start(t, simaws.Options{
		Pace: 0.01,
		Observe: func(op simaws.Operation) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, op)
		},
	}, nil)
	began := time.Now()
	e.make(queueToken, "q", nil)
	require.Error(t, e.try(subnet, "s", props{"vpcId": "vpc-0"}))
	require.NoError(t, e.remove("q"))
	require.Len(t, seen, 3)
	assert.Equal(t, fault.Create, seen[0].Op)
	assert.Equal(t, urnOf(queueToken, "q"), string(seen[0].URN))
	assert.Equal(t, 2*time.Second, seen[0].Modelled)
	assert.GreaterOrEqual(t, seen[0].End.Sub(seen[0].Start), 20*time.Millisecond)
	require.Error(t, seen[1].Err)
	for _, op := range seen {
		assert.WithinRange(t, op.Start, began, op.End)
	}
	assert.Equal(t, fault.Delete, seen[2].Op)
	assert.Equal(t, e.made["q"].id, seen[2].ID)
	assert.Equal(t, resourcetypes.TimesOf(queueToken).Delete, seen[2].Modelled)
	assert.NotZero(t, seen[2].Modelled)
}

func TestCancelEndsWaits(t *testing.T) {
	e := start(t, simaws.Options{Faults: fault.NewPlan(fault.Rule{Effect: fault.Wait(time.Hour)})}, nil)
	done := make(chan error)
	go func() { done <- e.try(queueToken, "q", nil) }()
	require.Eventually(t, func() bool {
		_, err := e.client.Cancel(t.Context(), &emptypb.Empty{})
		require.NoError(t, err)
		select {
		case err = <-done:
			require.ErrorContains(t, err, "cancelled while waiting")
			return true
		default:
			return false
		}
	}, 10*time.Second, 10*time.Millisecond)
	for _, name := range []string{"a", "b", "c", "d"} {
		e.make(queueToken, name, nil) // which waits for nothing
	}
}

func TestHookSeesTheSite(t *testing.T) {
	var seen []fault.Site
	e := faulty(t, fault.Rule{Times: -1, Effect: fault.Call(func(s fault.Site) { seen = append(seen, s) })})
	queue := e.make(queueToken, "q", nil)
	require.NoError(t, e.update("q", props{"delaySeconds": 9}))
	e.read("q")
	require.NoError(t, e.remove("q"))
	var want []fault.Site
	for _, op := range []fault.Op{fault.Create, fault.Update, fault.Read, fault.Delete} {
		want = append(want, fault.Site{
			Op: op, Token: queueToken, Name: "q", URN: resource.URN(urnOf(queueToken, "q")), ID: queue.id,
		})
	}
	want[0].ID = ""
	assert.Equal(t, want, seen)
}
