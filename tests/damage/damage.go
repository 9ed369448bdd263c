// Package damage lists what was changed or removed by hand in the drills of a game day, so that the same damage is told
// about (tests/stack) and repaired (tests/engine).
package damage

import "aws-webapp/internal/awsdata/resourcetypes"

// Damage is what happened to a resource of prod.
type Damage struct {
	// Token and Name of the resource in the program.
	Token, Name string
	// Property that was changed, and its value; without one the resource was removed.
	Property string
	Value    any
}

// ByDrill has what is broken by hand, by the title of the drill.
var ByDrill = map[string]Damage{
	"EventBridge cannot reach the relay": {Token: resourcetypes.FunctionPermission, Name: "rotation"},
	"The audit trail is stopped": {
		Token: resourcetypes.Trail, Name: "audit", Property: "enableLogging", Value: false,
	},
	"The alert topic refuses alarms": {
		Token: resourcetypes.TopicPolicy, Name: "app-alerts", Property: "policy",
		Value: `{"Version":"2012-10-17","Statement":[]}`,
	},
	"Backups stop":                  {Token: resourcetypes.BackupSelection, Name: "backup"},
	"A certificate is about to end": {Token: resourcetypes.DNSRecord, Name: "web-validation-visitors.example.com"},
	"Nobody reaches the site":       {Token: resourcetypes.DNSRecord, Name: "web-alias-visitors.example.com"},
	"The probe does not run": {
		Token: resourcetypes.EventRule, Name: "probe", Property: "state", Value: "DISABLED",
	},
}
