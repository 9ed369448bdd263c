package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/simaws/fault"
)

var (
	createBucket = fault.Site{Op: fault.Create, Token: "aws:s3/bucketV2:BucketV2", Name: "logs", URN: "urn:logs"}
	createVpc    = fault.Site{Op: fault.Create, Token: "aws:ec2/vpc:Vpc", Name: "web", URN: "urn:web"}
	deleteBucket = fault.Site{Op: fault.Delete, Token: "aws:s3/bucketV2:BucketV2", Name: "logs", URN: "urn:logs", ID: "b"}
)

func TestSelection(t *testing.T) {
	for _, tc := range []struct {
		name string
		rule fault.Rule
		want []bool // createBucket, createVpc, deleteBucket
	}{
		{"everything", fault.Rule{}, []bool{true, true, true}},
		{"by operation", fault.Rule{Op: fault.Create}, []bool{true, true, false}},
		{"by type", fault.Rule{Token: "aws:ec2/vpc:Vpc"}, []bool{false, true, false}},
		{"by pattern of type", fault.Rule{Token: "aws:s3/*"}, []bool{true, false, true}},
		{"by name", fault.Rule{Name: "w?b"}, []bool{false, true, false}},
		{"by URN", fault.Rule{URN: "urn:logs"}, []bool{true, false, true}},
		{"by several", fault.Rule{Op: fault.Delete, Name: "web"}, []bool{false, false, false}},
		{"malformed pattern", fault.Rule{Name: "[web"}, []bool{false, false, false}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.rule.Times, tc.rule.Effect = -1, fault.LoseAnswer()
			plan := fault.NewPlan(tc.rule)
			for i, site := range []fault.Site{createBucket, createVpc, deleteBucket} {
				assert.Equal(t, tc.want[i], plan.At(site).Lost, site)
			}
		})
	}
}

func TestNthAndTimes(t *testing.T) {
	for _, tc := range []struct {
		name string
		rule fault.Rule
		want []bool
	}{
		{"once", fault.Rule{}, []bool{true, false, false, false, false}},
		{"the third", fault.Rule{Skip: 2}, []bool{false, false, true, false, false}},
		{"twice from the second", fault.Rule{Skip: 1, Times: 2}, []bool{false, true, true, false, false}},
		{"always", fault.Rule{Times: -1}, []bool{true, true, true, true, true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.rule.Effect = fault.Throttle(3)
			plan := fault.NewPlan(tc.rule)
			for i, want := range tc.want {
				assert.Equal(t, want, plan.At(createVpc).Throttled == 3, "operation %d", i+1)
			}
		})
	}
}

func TestFirstRuleWinsAndAllCount(t *testing.T) {
	plan := fault.NewPlan(
		fault.Rule{Op: fault.Create, Effect: fault.Wait(time.Second)},
		fault.Rule{Op: fault.Create, Skip: 1, Effect: fault.NeverReady("still pending")},
		fault.Rule{Op: fault.Read, Effect: fault.LoseAnswer()},
	)
	assert.Len(t, plan.Pending(), 3)
	assert.Equal(t, fault.Effect{Delay: time.Second}, plan.At(createVpc))
	assert.Equal(t, fault.Effect{Unready: "still pending"}, plan.At(createBucket))
	assert.Equal(t, fault.Effect{}, plan.At(createBucket))
	assert.Equal(t, []fault.Firing{{Rule: 0, Site: createVpc}, {Rule: 1, Site: createBucket}}, plan.Fired())
	pending := plan.Pending()
	assert.Len(t, pending, 1)
	assert.Equal(t, fault.Read, pending[0].Op)
}

func TestOneRuleHitsAnOperation(t *testing.T) {
	plan := fault.NewPlan(
		fault.Rule{Effect: fault.Throttle(1), Times: -1},
		fault.Rule{Effect: fault.LoseAnswer(), Times: -1},
	)
	assert.Equal(t, fault.Effect{Throttled: 1}, plan.At(createVpc))
	assert.Equal(t, []fault.Firing{{Rule: 0, Site: createVpc}}, plan.Fired())
}

// A rule that has fired as often as it should is not pending; one that always fires should have
// fired once.
func TestPending(t *testing.T) {
	for times, pending := range map[int][]int{-1: {1, 0, 0}, 0: {1, 0, 0}, 1: {1, 0, 0}, 2: {1, 1, 0}} {
		plan := fault.NewPlan(fault.Rule{Times: times})
		for fired, want := range pending {
			assert.Len(t, plan.Pending(), want, "of %d times %d have fired", times, fired)
			plan.At(createVpc)
		}
	}
}

func TestNilPlan(t *testing.T) {
	var plan *fault.Plan
	assert.Equal(t, fault.Effect{}, plan.At(createVpc))
	assert.Empty(t, plan.Fired())
	assert.Empty(t, plan.Pending())
}

func TestRefusalReadsLikeAWS(t *testing.T) {
	effect := fault.Refuse("LimitExceeded", "too many")
	assert.EqualError(t, effect.Err, "api error LimitExceeded: too many")
	assert.Equal(t, `create aws:ec2/vpc:Vpc "web"`, createVpc.String())
}
