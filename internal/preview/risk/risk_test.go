package risk_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
)

type props = map[string]any

// unknown is a value that a preview does not know.
var unknown = resource.MakeComputed(resource.NewStringProperty(""))

// inputs turns Go values into properties; a property value stays as it is.
func inputs(values props) resource.PropertyMap {
	if values == nil {
		return nil
	}
	m := resource.PropertyMap{}
	for key, value := range values {
		m[resource.PropertyKey(key)] = input(value)
	}
	return m
}

func input(value any) resource.PropertyValue {
	switch v := value.(type) {
	case resource.PropertyValue:
		return v
	case []any:
		list := []resource.PropertyValue{}
		for _, element := range v {
			list = append(list, input(element))
		}
		return resource.NewArrayProperty(list)
	case props:
		return resource.NewObjectProperty(inputs(v))
	default:
		return resource.NewPropertyValue(v)
	}
}

func step(op eventlog.Op, token, name string, old, now props) eventlog.Step {
	return eventlog.Step{
		Op: op, Type: token, Custom: true, Old: inputs(old), New: inputs(now), OldOutputs: inputs(old),
		URN: urn.URN("urn:pulumi:prod::aws-webapp::" + token + "::" + name),
	}
}

// findings of a single change, as "class level message".
func findings(t *testing.T, steps ...eventlog.Step) []string {
	t.Helper()
	found := []string{}
	for _, change := range risk.Judge(steps) {
		for _, f := range change.Findings {
			text := string(f.Class) + " " + f.Level.String() + ": " + f.Message
			if f.Unknown {
				text = "? " + text
			}
			found = append(found, text)
		}
	}
	return found
}

func TestStatefulResources(t *testing.T) {
	const database, bucket = "aws:rds/instance:Instance", "aws:s3/bucketV2:BucketV2"
	retained := step(eventlog.OpDelete, bucket, "a", props{"forceDestroy": true}, nil)
	retained.Retained = true
	for name, tc := range map[string]struct {
		step eventlog.Step
		want []string
	}{
		"database replaced, with a snapshot": {
			step(eventlog.OpReplace, database, "a", props{"finalSnapshotIdentifier": "last"}, props{}),
			[]string{"data-loss critical: is replaced: the new one starts empty, with the old one goes the database's data " +
				"and its automated backups; the final snapshot last is left"},
		},
		"database deleted, without": {
			step(eventlog.OpDelete, database, "a", props{"skipFinalSnapshot": true}, nil),
			[]string{"data-loss critical: is deleted: with it goes the database's data and its automated backups; no final " +
				"snapshot is taken (skipFinalSnapshot)"},
		},
		"bucket deleted": {
			step(eventlog.OpDelete, bucket, "a", props{}, nil),
			[]string{"data-loss critical: is deleted: with it goes the bucket's objects and their versions; AWS refuses " +
				"unless it is empty"},
		},
		"bucket given up": {
			retained,
			[]string{"data-loss medium: stays in AWS but is no longer managed (retainOnDelete): nobody updates, bills or " +
				"deletes it from here"},
		},
		"key deleted": {
			step(eventlog.OpDelete, "aws:kms/key:Key", "a", props{"deletionWindowInDays": 7}, nil),
			[]string{"data-loss critical: is deleted: with it goes the key: everything encrypted with it becomes unreadable " +
				"once the waiting period ends (7 days)"},
		},
		"database updated":   {step(eventlog.OpUpdate, database, "a", props{}, props{"tags": props{"a": "b"}}), []string{}},
		"stateless replaced": {step(eventlog.OpReplace, "aws:lb/targetGroup:TargetGroup", "a", props{}, props{}), []string{}},
		"nothing happens":    {step(eventlog.OpSame, database, "a", props{}, props{}), []string{}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, findings(t, tc.step)) })
	}
}

func TestWhatNothingElseIsKnownOf(t *testing.T) {
	for _, tc := range []struct {
		op    eventlog.Op
		token string
		class risk.Class
		level risk.Level
	}{
		{eventlog.OpReplace, "aws:lb/targetGroup:TargetGroup", risk.Replacement, risk.Medium},
		{eventlog.OpReplace, "aws:ecs/taskDefinition:TaskDefinition", risk.Replacement, risk.Low},
		{eventlog.OpDelete, "aws:lb/targetGroup:TargetGroup", risk.Deletion, risk.Medium},
		{eventlog.OpUpdate, "aws:lb/targetGroup:TargetGroup", risk.Modification, risk.Low},
		{eventlog.OpCreate, "aws:lb/targetGroup:TargetGroup", risk.Creation, risk.Low},
	} {
		changes := risk.Judge([]eventlog.Step{step(tc.op, tc.token, "a", props{}, props{})})
		require.Len(t, changes, 1)
		assert.Equal(t, tc.class, changes[0].Class, tc.op)
		assert.Equal(t, tc.level, changes[0].Level, tc.op)
	}
}

func TestOrder(t *testing.T) {
	component := step(eventlog.OpCreate, "aws-webapp:a:B", "component", nil, props{})
	component.Custom = false
	changes := risk.Judge([]eventlog.Step{
		step(eventlog.OpCreate, "aws:b/b:B", "created", nil, props{}),
		step(eventlog.OpUpdate, "aws:a/a:A", "updated", props{}, props{}),
		step(eventlog.OpDelete, "aws:a/a:A", "deleted", props{}, nil),
		step(eventlog.OpReplace, "aws:z/z:Z", "replaced", props{}, props{}),
		step(eventlog.OpDelete, "aws:s3/bucket:Bucket", "bucket", props{}, nil),
		step(eventlog.OpSame, "aws:s3/bucket:Bucket", "same", props{}, props{}),
		step(eventlog.OpUpdate, "aws:iam/rolePolicy:RolePolicy", "policy", props{"policy": "{}"}, props{"policy": unknown}),
		component,
	})
	names := []string{}
	for _, c := range changes {
		names = append(names, c.Name())
	}
	assert.Equal(t, []string{"bucket", "replaced", "deleted", "policy", "updated", "created"}, names)
}

func TestLevelNames(t *testing.T) {
	for _, level := range []risk.Level{risk.None, risk.Low, risk.Medium, risk.High, risk.Critical} {
		parsed, err := risk.ParseLevel(level.String())
		require.NoError(t, err)
		assert.Equal(t, level, parsed)
	}
	_, err := risk.ParseLevel("severe")
	require.EqualError(t, err, `found the risk level "severe", allowed are none, low, medium, high, critical`)
}
