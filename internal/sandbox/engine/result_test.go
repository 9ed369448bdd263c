package engine

import (
	"errors"
	"testing"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
)

const bucketURN = "urn:pulumi:prod::aws-webapp::aws-webapp:storage:Storage$aws:s3/bucketV2:BucketV2::storage-logs"

func event(e apitype.EngineEvent) events.EngineEvent { return events.EngineEvent{EngineEvent: e} }

func step(op apitype.OpType) events.EngineEvent {
	return event(apitype.EngineEvent{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: apitype.StepEventMetadata{
		Op: op, URN: bucketURN, Type: "aws:s3/bucketV2:BucketV2", Diffs: []string{"tags"}, Keys: []string{"bucket"},
	}}})
}

func violation(policy, level string) events.EngineEvent {
	return event(apitype.EngineEvent{PolicyEvent: &apitype.PolicyEvent{
		PolicyName: policy, EnforcementLevel: level, Message: "<{%fg 1%}>Wrong.<{%reset%}>\nRisk: much.",
	}})
}

func TestResultGathersWhatMatters(t *testing.T) {
	stream := make(chan events.EngineEvent, 8)
	for _, e := range []events.EngineEvent{
		step(apitype.OpSame), step(apitype.OpUpdate), step(apitype.OpRead),
		violation("a-advice", "advisory"), violation("z-rule", "mandatory"), violation("b-rule", "mandatory"),
		event(apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "warning", Message: "beware"}}),
		event(apitype.EngineEvent{
			DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "<{%reset%}>broken\n"},
		}),
	} {
		stream <- e
	}
	close(stream)
	r := &Result{Operation: "up", Stack: "prod"}
	r.collect(stream, &eventLog{}, nil)

	assert.Equal(t, []Step{{
		Op: "update", URN: bucketURN, Type: "aws:s3/bucketV2:BucketV2", Name: "storage-logs",
		Changed: []string{"tags"}, ReplacedBy: []string{"bucket"},
	}}, r.Steps)
	assert.Equal(t, 1, r.Unchanged)
	assert.Equal(t, map[string]int{"update": 1}, r.Counts())
	assert.Equal(t, []string{"broken"}, r.Errors)
	var order []string
	for _, v := range r.Violations {
		order = append(order, v.Policy)
	}
	assert.Equal(t, []string{"b-rule", "z-rule", "a-advice"}, order, "mandatory ones first")

	failure := &Failure{Result: r, Cause: errors.New("exit status 255")}
	assert.Equal(t, "up of stack \"prod\" failed:\n  policy b-rule: Wrong.\n  policy z-rule: Wrong.\n  broken",
		failure.Error())
}

func TestFailureWithoutDetailsShowsItsCause(t *testing.T) {
	failure := &Failure{Result: &Result{Operation: "up", Stack: "prod"}, Cause: errors.New("exit status 255")}
	assert.EqualError(t, failure, "up of stack \"prod\" failed:\n  exit status 255")
}

func TestWhichCLIFits(t *testing.T) {
	wanted := semver.MustParse("3.259.0")
	for found, want := range map[string]bool{
		"3.259.0": true, "3.300.1": true, "3.258.9": false, "4.0.0": false, "2.300.0": false,
	} {
		assert.Equal(t, want, fits(semver.MustParse(found), wanted), found)
	}
}

func TestUsersPulumiSettingsStayOutside(t *testing.T) {
	assert.Equal(t, []string{"PATH=/bin", "HOME=/home/me"},
		inherited([]string{"PATH=/bin", "PULUMI_ACCESS_TOKEN=x", "PULUMI_BACKEND_URL=s3://mine", "HOME=/home/me"}))
}
