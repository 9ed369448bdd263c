package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// Dead letters go to a queue that is there and takes them.
func TestRedrivePoliciesAreRefused(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	arnOf := func(name string) string { return "arn:aws:sqs:us-east-1:123456789012:" + name }
	letters := func(allow string) props {
		return props{"name": "letters-" + allow, "redriveAllowPolicy": `{"redrivePermission": "` + allow +
			`", "sourceQueueArns": ["` + arnOf("work") + `"]}`}
	}
	for _, allow := range []string{"byQueue", "denyAll", "allowAll"} {
		e.make(resourcetypes.Queue, allow, letters(allow))
	}
	redrive := func(name, target string) props {
		return props{"name": name, "redrivePolicy": `{"deadLetterTargetArn": "` + arnOf(target) + `", "maxReceiveCount": 5}`}
	}
	for what, tc := range map[string]struct {
		queue props
		want  string
	}{
		"a queue that is not there": {redrive("work", "gone"), "Reason: Dead letter target does not exist."},
		"a queue that takes none":   {redrive("work", "letters-denyAll"), "redrive allow policy does not allow this queue"},
		"another queue's":           {redrive("other", "letters-byQueue"), "redrive allow policy does not allow this queue"},
		"no number of receives": {
			props{"name": "work", "redrivePolicy": `{"deadLetterTargetArn": "` + arnOf("letters-allowAll") + `"}`},
			"mandatory attribute: maxReceiveCount",
		},
	} {
		assert.ErrorContains(t, e.try(resourcetypes.Queue, "x", tc.queue), tc.want, what)
	}
	require.NoError(t, e.try(resourcetypes.Queue, "x", redrive("work", "letters-byQueue")))
	require.NoError(t, e.try(resourcetypes.Queue, "y", redrive("other", "letters-allowAll")))
}
