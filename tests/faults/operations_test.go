package faults_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
)

const (
	dbInstance   = "aws:rds/instance:Instance"
	subnetGroup  = "aws:rds/subnetGroup:SubnetGroup"
	logGroup     = "aws:cloudwatch/logGroup:LogGroup"
	subscription = "aws:sns/topicSubscription:TopicSubscription"
)

var (
	longerBackups = map[string]string{"aws-webapp:database.backupRetentionDays": "21"}
	secondReader  = map[string]string{
		"aws-webapp:monitoring.subscriptions[1].protocol": "email",
		"aws-webapp:monitoring.subscriptions[1].endpoint": "second-reader@example.com",
	}
	// patientReader lets the provider retry five times.
	patientReader = map[string]string{
		"aws-webapp:aws.maxRetries":                       "5",
		"aws-webapp:monitoring.subscriptions[1].protocol": "email",
		"aws-webapp:monitoring.subscriptions[1].endpoint": "second-reader@example.com",
	}
)

var (
	configuredMu sync.Mutex
	configured   = map[string]string{}
)

// configuredHome returns a home in which prod is up with the configuration; it is shared and
// must not be changed.
func configuredHome(t *testing.T, config map[string]string) string {
	t.Helper()
	configuredMu.Lock()
	defer configuredMu.Unlock()
	key := strings.Join(slices.Sorted(maps.Keys(config)), " ")
	if configured[key] == "" {
		home := deployedHome(t)
		_, err := open(t, home, setup{config: config}).Up(t.Context())
		require.NoError(t, err)
		configured[key] = keep(t, home)
	}
	return configured[key]
}

// TestTheNextUpMakesUpForIt: whichever step of a change fails, running up again is enough.
func TestTheNextUpMakesUpForIt(t *testing.T) {
	t.Parallel()
	refused := fault.Refuse("InternalFailure", "the service is not available")
	for _, tc := range []struct {
		name string
		// from and to are the configurations between which the stack changes.
		from, to map[string]string
		rule     fault.Rule
		want     string
	}{
		{
			"update refused", nil, longerBackups,
			fault.Rule{Op: fault.Update, Token: dbInstance, Effect: refused},
			"InternalFailure",
		},
		{
			"update whose answer is lost", nil, longerBackups,
			fault.Rule{Op: fault.Update, Token: dbInstance, Effect: fault.LoseAnswer()},
			"the response was lost",
		},
		{
			"update that never becomes ready", nil, longerBackups,
			fault.Rule{Op: fault.Update, Token: dbInstance, Effect: fault.NeverReady("timeout while waiting for state")},
			"timeout while waiting",
		},
		{
			"creation that never becomes ready", nil, secondReader,
			fault.Rule{Op: fault.Create, Token: subscription, Effect: fault.NeverReady("timeout while waiting for state")},
			"timeout while waiting",
		},
		{
			"deletion refused", secondReader, nil,
			fault.Rule{Op: fault.Delete, Token: subscription, Effect: refused},
			"InternalFailure",
		},
		{
			"deletion whose answer is lost", secondReader, nil,
			fault.Rule{Op: fault.Delete, Token: subscription, Effect: fault.LoseAnswer()},
			"the response was lost",
		},
		{
			"throttled for longer than the provider retries", nil, patientReader,
			fault.Rule{Op: fault.Create, Token: subscription, Effect: fault.Throttle(6)},
			"Rate exceeded (retry quota of 5 exhausted)",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			home := copyHome(t, configuredHome(t, tc.from))
			plan := fault.NewPlan(tc.rule)
			s := open(t, home, setup{faults: plan, config: tc.to})
			_, err := s.Up(t.Context())
			requireFailure(t, err, tc.want)
			require.Len(t, plan.Fired(), 1, "the fault did not happen")
			_, err = s.Up(t.Context())
			require.NoError(t, err)
			s.requireFlawless(configuredHome(t, tc.to))
		})
	}
}

// TestThrottlingGoesUnnoticed: the provider retries, and up does not notice.
func TestThrottlingGoesUnnoticed(t *testing.T) {
	t.Parallel()
	home := deployedHome(t)
	plan := fault.NewPlan(fault.Rule{Op: fault.Create, Times: -1, Effect: fault.Throttle(5)})
	s := open(t, home, setup{faults: plan, config: patientReader})
	_, err := s.Up(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, plan.Fired())
	s.requireFlawless(configuredHome(t, patientReader))
}

// TestFailedReadLeavesTheStateAlone: a refresh that cannot read reports it and forgets nothing.
func TestFailedReadLeavesTheStateAlone(t *testing.T) {
	t.Parallel()
	home := deployedHome(t)
	plan := fault.NewPlan(fault.Rule{
		Op: fault.Read, Token: dbInstance, Effect: fault.Refuse("InternalFailure", "the service is not available"),
	})
	s := open(t, home, setup{faults: plan})
	_, err := s.Refresh(t.Context())
	requireFailure(t, err, "InternalFailure")
	require.Len(t, plan.Fired(), 1)
	s.requireFlawless(flawlessHome(t))
	_, err = s.Refresh(t.Context())
	require.NoError(t, err)
	s.requireFlawless(flawlessHome(t))
}

// TestLostAnswerOfANamedCreation: AWS has the log group and Pulumi does not know it. Every
// further up fails because the name is in use, until somebody deletes the group or imports it.
func TestLostAnswerOfANamedCreation(t *testing.T) {
	t.Parallel()
	home, s := loseAnswer(t, logGroup, "visitor-book")
	_, err := s.Up(t.Context())
	requireFailure(t, err, "ResourceAlreadyExistsException")
	orphans := s.orphans()
	require.Equal(t, []string{"visitor-book (LogGroup)"}, labels(orphans), "the sweep names it")
	remove(t, home, orphans)
	_, err = s.Up(t.Context())
	require.NoError(t, err)
	s.requireFlawless(flawlessHome(t))
}

// TestLostAnswerOfAnAutoNamedCreation: the next up makes another one under another name and
// succeeds. The first stays and costs money until the sweep finds it.
func TestLostAnswerOfAnAutoNamedCreation(t *testing.T) {
	t.Parallel()
	home, s := loseAnswer(t, subnetGroup, "database")
	_, err := s.Up(t.Context())
	require.NoError(t, err)
	orphans := s.orphans()
	require.Equal(t, []string{"database (SubnetGroup)"}, labels(orphans), "the sweep names it")
	assert.Zero(t, orphans[0].Generation, "the first one is the orphan, the second is in use")
	remove(t, home, orphans)
	preview, err := s.Preview(t.Context())
	require.NoError(t, err)
	require.Empty(t, preview.Steps, "nothing needs the orphan")
}

// loseAnswer brings prod up until a creation whose answer is lost.
func loseAnswer(t *testing.T, token, name string) (string, *sandbox) {
	t.Helper()
	home := deployedHome(t)
	without(t, home, urnOf(t, token, name))
	s := open(t, home, setup{faults: fault.NewPlan(fault.Rule{
		Op: fault.Create, Token: token, Name: name, Effect: fault.LoseAnswer(),
	})})
	_, err := s.Up(t.Context())
	requireFailure(t, err, "the response was lost")
	require.Len(t, s.orphans(), 1)
	return home, s
}

// urnOf finds a resource of prod.
func urnOf(t *testing.T, token, name string) resource.URN {
	t.Helper()
	for urn := range managedIn(t, flawlessHome(t)) {
		if string(urn.Type()) == token && urn.Name() == name {
			return urn
		}
	}
	require.Fail(t, "prod has no "+token+" "+name)
	return ""
}

// remove deletes resources as an operator would by hand.
func remove(t *testing.T, home string, records []*cloud.Record) {
	t.Helper()
	gone := map[string]bool{}
	for _, r := range records {
		gone[r.Token+r.Key] = true
	}
	rewrite(t, home, func(r *cloud.Record) bool { return !gone[r.Token+r.Key] })
}
