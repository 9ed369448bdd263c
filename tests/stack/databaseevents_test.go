package stack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// databaseEvent is an event of RDS about the database.
type databaseEvent struct {
	minute             int
	category, id, text string
}

// instanceEvent is such an event as EventBridge gets it: the instance, its categories, its id and message.
// RDS User Guide, "Creating a rule that triggers on an Amazon RDS event", has one in full.
const instanceEvent = `{"source": "aws.rds", "detail-type": "RDS DB Instance Event",
	"resources": ["arn:aws:rds:us-east-1:123456789012:db:%[1]s"], "detail": {"EventCategories": [%[2]q],
	"SourceType": "DB_INSTANCE", "SourceArn": "arn:aws:rds:us-east-1:123456789012:db:%[1]s", "SourceIdentifier": %[1]q,
	"EventID": "%[3]s", "Message": %[4]q}}`

func (e databaseEvent) event() string {
	return fmt.Sprintf(instanceEvent, "aws-webapp-prod-database", e.category, e.id, e.text)
}

// aboutDatabase is an event of a category whose id, or whose instance, is left open.
func aboutDatabase(category, id string) string {
	return databaseEvent{category: category, id: id, text: "Something happened"}.event()
}

// instanceEvents are those that RDS's documentation has for an instance, by category, without the ones that only other
// engines have. RDS User Guide, "Amazon RDS event categories and event messages".
var instanceEvents = map[string]string{
	"availability": "0004 0006 0221 0222",
	"configuration change": "0009 0010 0011 0012 0014 0016 0017 0018 0024 0025 0028 0029 0030 0032 0033 0067 0078 0092 " +
		"0217 0218",
	"deletion":     "0003",
	"failover":     "0013 0015 0034 0049 0050 0051 0065",
	"failure":      "0031 0035 0036 0079 0080 0219 0220 0223 0224 0237 0254",
	"low storage":  "0007 0089",
	"maintenance":  "0026 0027 0047 0155",
	"notification": "0044 0048 0055 0056 0087 0088 0154 0157 0158 0189 0225 0231",
	"read replica": "0045 0046 0057 0062 0063 0202",
	"recovery":     "0020 0021 0023 0052 0053",
	// Not passed on.
	"backup": "0001 0002", "creation": "0005", "restoration": "0019 0043", "security patching": "0230",
}

// other rules than database-notice, by the events that they pass on.
var databaseRules = map[string]string{
	"database-down":    "0003 0007 0031 0035 0036 0087 0221",
	"database-storage": "0089 0219 0220 0222 0223 0224 0225 0231 0237 0254",
	"database-trouble": "0028 0044 0045 0057 0067 0079 0080 0155 0158 0202",
}

// Each event is one message, of the urgency that it has.
func TestEachEventOfTheDatabaseIsOneMessage(t *testing.T) {
	g := graphOf(t, "prod")
	for category, ids := range instanceEvents {
		for _, id := range strings.Fields(ids) {
			want := []string{"database-notice"}
			for rule, named := range databaseRules {
				if strings.Contains(named, id) {
					want = []string{rule}
				}
			}
			switch category {
			case "backup", "creation", "restoration", "security patching":
				want = nil
			}
			_, rules := targetsOf(t, g, aboutDatabase(category, "RDS-EVENT-"+id))
			assert.Equal(t, want, rules, "%s, RDS-EVENT-%s", category, id)
		}
	}
	// What RDS will have one day goes by its category.
	for category, want := range map[string]string{
		"failure": "database-trouble", "low storage": "database-storage", "deletion": "database-down",
		"failover": "database-notice", "notification": "database-notice",
	} {
		_, rules := targetsOf(t, g, aboutDatabase(category, "RDS-EVENT-9999"))
		assert.Equal(t, []string{want}, rules, category)
	}
}

// Every message begins with who acts, also one that is made of an event: a mail's reader, or a program that calls by
// telephone, looks at nothing else.
func TestEveryMessageBeginsWithWhoActs(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		seen := 0
		for _, target := range g.ofType("aws:cloudwatch/eventTarget:EventTarget") {
			if !strings.HasSuffix(target.inputs["arn"].StringValue(), "-alerts") {
				continue
			}
			seen++
			transformer := target.inputs["inputTransformer"]
			require.True(t, transformer.IsObject(), "%s sends the event as it is", target.name)
			var text string
			require.NoError(t, json.Unmarshal(
				[]byte(transformer.ObjectValue()["inputTemplate"].StringValue()), &text), target.name)
			assert.Regexp(t, `^(Page|Security team|Working hours|Notice): [A-Z]`, text, target.name)
		}
		return seen
	})
}
