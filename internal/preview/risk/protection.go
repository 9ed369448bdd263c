package risk

import (
	"fmt"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// safeguard is a setting that protects data, availability or evidence.
type safeguard struct {
	path []string
	// lost reports whether the protection is weaker than before.
	lost  func(old, now prop.Value) prop.Truth
	level Level
	what  string
}

// safeAnywhere lists the settings that protect any resource that has them.
var safeAnywhere = []safeguard{
	{[]string{"deletionProtection"}, turnedOff, High, "AWS no longer refuses to delete it"},
	{[]string{"deletionProtectionEnabled"}, turnedOff, High, "AWS no longer refuses to delete it"},
	{[]string{"enableDeletionProtection"}, turnedOff, High, "AWS no longer refuses to delete it"},
	{[]string{"skipFinalSnapshot"}, turnedOn, High, "no final snapshot is taken when it is deleted"},
	{[]string{"backupRetentionPeriod"}, lowered, High, "older backups are deleted"},
	{[]string{"forceDestroy"}, turnedOn, High, "it may be deleted with what is in it"},
	{[]string{"forceDelete"}, turnedOn, High, "it may be deleted with what is in it"},
}

// safeguards lists further ones by resource type.
var safeguards = map[string][]safeguard{
	resourcetypes.DBInstance: {
		{[]string{"multiAz"}, turnedOff, Medium, "the outage of a zone takes the database down"},
		{[]string{"iamDatabaseAuthenticationEnabled"}, turnedOff, Medium, "IAM identities can no longer log in"},
	},
	"aws:dynamodb/table:Table": {
		{[]string{"pointInTimeRecovery", "enabled"}, turnedOff, High, "the table can no longer be restored to a moment"},
	},
	resourcetypes.LoadBalancer: {
		{[]string{"accessLogs", "enabled"}, turnedOff, Medium, "requests are no longer logged"},
	},
	resourcetypes.BucketVersioning: {
		{
			[]string{"versioningConfiguration", "status"},
			leaves("Enabled"), High,
			"deleted and overwritten objects are gone for good",
		},
	},
	resourcetypes.KMSKey: {
		{[]string{"enableKeyRotation"}, turnedOff, Medium, "the key is no longer rotated"},
		{[]string{"deletionWindowInDays"}, lowered, Medium, "there is less time to cancel a deletion"},
	},
	"aws:secretsmanager/secret:Secret": {
		{[]string{"recoveryWindowInDays"}, lowered, Medium, "there is less time to cancel a deletion"},
	},
	resourcetypes.LogGroup: {
		{[]string{"retentionInDays"}, lowered, Medium, "older log events are deleted"},
	},
	resourcetypes.Repository: {
		{[]string{"imageTagMutability"}, leaves("IMMUTABLE"), High, "a tag may be moved to another image"},
	},
	resourcetypes.Trail: {
		{[]string{"enableLogging"}, turnedOff, Critical, "API calls are no longer recorded"},
		{[]string{"isMultiRegionTrail"}, turnedOff, High, "API calls in other regions are no longer recorded"},
		{[]string{"enableLogFileValidation"}, turnedOff, High, "a log file that was changed can no longer be detected"},
	},
	resourcetypes.ConfigRecorderStatus: {{[]string{"isEnabled"}, turnedOff, High, "changes are no longer recorded"}},
	resourcetypes.GuardDutyDetector:    {{[]string{"enable"}, turnedOff, High, "threats are no longer detected"}},
	resourcetypes.Listener: {
		{[]string{"protocol"}, leaves("HTTPS"), Critical, "traffic is no longer encrypted"},
	},
	resourcetypes.MetricAlarm: {
		{[]string{"actionsEnabled"}, turnedOff, Medium, "the alarm notifies nobody"},
		{[]string{"evaluationPeriods"}, raised, Medium, "the alarm goes off later"},
		{[]string{"datapointsToAlarm"}, raised, Medium, "the alarm goes off later"},
	},
}

// sentinels lists the types that protect by their existence.
var sentinels = map[string]loss{
	resourcetypes.MetricAlarm:           {Medium, "nobody is told any more"},
	resourcetypes.BackupPlan:            {High, "no more backups are made"},
	resourcetypes.BackupSelection:       {High, "what was selected is no longer backed up"},
	resourcetypes.FlowLog:               {Medium, "traffic is no longer recorded"},
	resourcetypes.SecretRotation:        {High, "the secret is no longer rotated"},
	resourcetypes.BucketVersioning:      {High, "deleted and overwritten objects are gone for good"},
	resourcetypes.BucketEncryption:      {High, "new objects are no longer encrypted with the configured key"},
	resourcetypes.LogSubscriptionFilter: {Medium, "logs are no longer shipped"},
}

func turnedOff(old, now prop.Value) prop.Truth { return old.IsTrue().And(now.IsTrue().Not()) }

func turnedOn(old, now prop.Value) prop.Truth { return old.IsTrue().Not().And(now.IsTrue()) }

func lowered(old, now prop.Value) prop.Truth {
	before, known := old.Number()
	if !known {
		return prop.No
	}
	return now.AtLeast(before).Not()
}

func raised(old, now prop.Value) prop.Truth {
	before, known := old.Number()
	after, knownToo := now.Number()
	if !known || !knownToo {
		return prop.No
	}
	return prop.Known(after > before)
}

// leaves returns a test for a protection that only one value gives.
func leaves(value string) func(old, now prop.Value) prop.Truth {
	return func(old, now prop.Value) prop.Truth { return old.Is(value).And(now.Is(value).Not()) }
}

// shown formats a value for a message; a list as its elements.
func shown(v prop.Value) string {
	elements, complete := v.List()
	if complete != prop.Yes || v.Secret() || v.Absent() {
		return v.Show()
	}
	if len(elements) == 0 {
		return "none"
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		texts[i] = element.Show()
	}
	return list(texts)
}

// unknown returns a finding about a value that is known only after the deployment.
func unknown(format string, args ...any) Finding {
	return Finding{Class: Unknown, Level: Low, Unknown: true, Message: "known only after the deployment: " +
		"" + fmt.Sprintf(format, args...)}
}

// judgeProtection finds protection that is weaker than before.
func (w world) judgeProtection(s eventlog.Step) []Finding {
	var findings []Finding
	if s.Unprotected {
		findings = append(findings, Finding{
			Class: Protection, Level: High, Message: "protect is removed: the next deployment may delete or replace it",
		})
	}
	if gone, found := sentinels[s.Type]; found && s.Op == eventlog.OpDelete && !w.goesWith(s) {
		findings = append(findings, Finding{Class: Protection, Level: gone.level, Message: "is deleted: " + gone.what})
	}
	return append(findings, judgeGuards(s, Protection, slices.Concat(safeAnywhere, safeguards[s.Type]))...)
}

// judgeGuards finds settings that protect less than before.
func judgeGuards(s eventlog.Step, class Class, guards []safeguard) []Finding {
	if s.Old == nil || s.New == nil {
		return nil
	}
	var findings []Finding
	for _, guard := range guards {
		old, now := prop.Of(s.Old).Dig(guard.path...), prop.Of(s.New).Dig(guard.path...)
		name := guard.path[len(guard.path)-1]
		switch lost := guard.lost(old, now); {
		case lost == prop.Yes:
			findings = append(findings, Finding{
				Class: class, Level: guard.level, Message: fmt.Sprintf("%s: %s → %s: %s", name, shown(old), shown(now),
					guard.what),
			})
		case lost == prop.Maybe && now.IsUnknown():
			findings = append(findings, unknown("%s: perhaps %s", name, guard.what))
		}
	}
	return findings
}
