package alarms

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestComposite(t *testing.T) {
	states := map[string]State{"on": Alarm, "off": OK, "new": Insufficient}
	for rule, want := range map[string]bool{
		`ALARM("on")`:                                      true,
		`ALARM("off")`:                                     false,
		`ALARM("new")`:                                     false,
		`ALARM(off) OR ALARM(on)`:                          true,
		`ALARM(off) AND ALARM(on)`:                         false,
		`ALARM(on) AND NOT ALARM(off)`:                     true,
		`NOT (ALARM(on) OR OK(off))`:                       false,
		`ALARM(on) OR ALARM(off) AND ALARM(new)`:           true,
		`(ALARM(on) OR ALARM(off)) AND ALARM(new)`:         false,
		`INSUFFICIENT_DATA(new) AND OK(off) AND ALARM(on)`: true,
	} {
		got, err := Composite(rule, states)
		require.NoError(t, err, rule)
		assert.Equal(t, want, got, rule)
	}
	for _, bad := range []string{`ALARM("gone")`, `ALARM(on`, `ALARM(on) ALARM(off)`, `LOUD(on)`, ``} {
		_, err := Composite(bad, states)
		assert.Error(t, err, bad)
	}
}

func TestMatches(t *testing.T) {
	record := map[string]string{"eventName": "StopLogging", "errorCode": "AccessDenied", "userIdentity.type": "Root"}
	for pattern, want := range map[string]bool{
		`{ $.eventName = "StopLogging" }`:                                      true,
		`{ ($.eventName = "DeleteTrail") || ($.eventName = "StopLogging") }`:   true,
		`{ ($.eventName = "StopLogging") && ($.errorCode = "Throttled") }`:     false,
		`{ ($.errorCode = "Access*") }`:                                        true,
		`{ ($.errorCode = "*Operation") }`:                                     false,
		`{ ($.userIdentity.type = "Root") && ($.invokedBy NOT EXISTS) }`:       true,
		`{ ($.userIdentity.type NOT EXISTS) }`:                                 false,
		`{ ($.userIdentity.type != "IAMUser") && ($.eventName != "Console") }`: true,
	} {
		got, err := Matches(pattern, record)
		require.NoError(t, err, pattern)
		assert.Equal(t, want, got, pattern)
	}
	for _, bad := range []string{`StopLogging`, `{ $.eventName > 3 }`, `{ eventName = "X" }`, `{ ($.eventName = "X" }`} {
		_, err := Matches(bad, record)
		assert.Error(t, err, bad)
	}
}
