package risk

import (
	"cmp"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// Change is a step with its risks.
type Change struct {
	eventlog.Step
	// Class in which the change is shown: that of its worst finding.
	Class Class
	// Level is the worst of its findings.
	Level Level
	// Findings, worst first.
	Findings []Finding
}

// world holds what has to be known about all steps to judge one.
type world struct {
	groups     groups
	identities identities
	// going holds the policies that are deleted.
	going map[string]document
	// deleted holds the ids and names of deleted resources.
	deleted map[string]bool
}

// Judge judges every step that changes a resource of a provider. The worst changes come first;
// within a class they are sorted by type and name.
func Judge(steps []eventlog.Step) []Change {
	w := world{
		groups: newGroups(steps), identities: newIdentities(steps), going: goingDocuments(steps), deleted: map[string]bool{},
	}
	for _, s := range steps {
		if s.Op != eventlog.OpDelete || !stands(s.Type) {
			continue
		}
		for _, property := range []string{"id", "arn", "bucket", "name"} {
			if id, ok := prop.Of(s.OldOutputs).Get(property).Text(); ok {
				w.deleted[id] = true
			}
		}
	}
	var changes []Change
	for _, s := range steps {
		if s.Changes() && (s.Custom || s.OfComponent) {
			changes = append(changes, w.judge(s))
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(b.Level, a.Level),
			cmp.Compare(slices.Index(Classes, a.Class), slices.Index(Classes, b.Class)),
			strings.Compare(a.Type, b.Type),
			strings.Compare(string(a.URN), string(b.URN)),
		)
	})
	return changes
}

// stands reports whether a type is a resource in its own right, rather than a setting of
// another one whose id it shares.
func stands(token string) bool {
	if _, store := stateful[token]; store {
		return true
	}
	switch token {
	case resourcetypes.Role, "aws:iam/user:User", "aws:iam/group:Group", resourcetypes.ManagedPolicy,
		resourcetypes.LoadBalancer, endpointType:
		return true
	default:
		return false
	}
}

func (w world) judge(s eventlog.Step) Change {
	change := Change{Step: s}
	change.Class, change.Level = plain(s)
	for _, findings := range [][]Finding{
		judgeState(s), judgeContainers(s), w.groups.judge(s), w.judgePermissions(s), w.judgeExposure(s), judgeRelease(s),
		judgeInterruption(s), w.judgeProtection(s),
	} {
		change.Findings = append(change.Findings, findings...)
	}
	slices.SortStableFunc(change.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level),
			cmp.Compare(slices.Index(Classes, a.Class), slices.Index(Classes, b.Class)))
	})
	if s.Op == eventlog.OpDelete && w.goesWith(s) {
		change.Level = Low // that its owner goes is said there
	}
	if len(change.Findings) > 0 && (change.Class != Containers || change.Findings[0].Level > change.Level) {
		change.Class, change.Level = change.Findings[0].Class, max(change.Level, change.Findings[0].Level)
	}
	return change
}

// revisions lists the types that AWS never changes: each change creates a new revision, and the
// old one is removed when nothing uses it any more.
var revisions = map[string]bool{
	resourcetypes.TaskDefinition:           true,
	"aws:lambda/layerVersion:LayerVersion": true,
}

// Revised reports whether each change of a type creates a new revision: then a replacement interrupts
// nothing.
func Revised(token string) bool { return revisions[token] }

// plain returns the class and level of a change about which nothing else is known.
func plain(s eventlog.Step) (Class, Level) {
	switch {
	case runsOther(s):
		return Containers, Low
	case s.Op == eventlog.OpReplace && revisions[s.Type]:
		return Replacement, Low
	case s.Op == eventlog.OpReplace:
		return Replacement, Medium
	case s.Op == eventlog.OpDelete:
		return Deletion, Medium
	case s.Op == eventlog.OpUpdate:
		return Modification, Low
	default:
		return Creation, Low
	}
}
