package risk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// groups holds the rules of the security groups before the change, by group.
type groups map[string][]groupRule

// newGroups collects the rules of each group, whichever resource they are in: a rule that moves
// from one resource to another opens nothing.
func newGroups(steps []eventlog.Step) groups {
	g := groups{}
	for _, s := range steps {
		if rules := groupRules(s.Type, s.Old); len(rules) > 0 {
			key := groupOf(s, s.Old)
			g[key] = append(g[key], rules...)
		}
	}
	return g
}

// groupOf names the group that a resource's rules belong to: by its id if there is one, else by
// the resource itself.
func groupOf(s eventlog.Step, inputs resource.PropertyMap) string {
	property := "securityGroupId"
	if s.Type == groupType || s.Type == defaultGroupType {
		inputs, property = s.OldOutputs, "id"
	}
	if id, ok := prop.Of(inputs).Get(property).Text(); ok && id != "" {
		return id
	}
	return string(s.URN)
}

// rulesBefore returns the earlier rules of the group that a resource's rules belong to. The
// replacement of a group has no id yet; it is compared with the group that it replaces.
func (g groups) rulesBefore(s eventlog.Step) []groupRule {
	if s.Old != nil && prop.Of(s.New).Get("securityGroupId").IsUnknown() {
		return g[groupOf(s, s.Old)]
	}
	return g[groupOf(s, s.New)]
}

// judge finds rules that open a group further than before.
func (g groups) judge(s eventlog.Step) []Finding {
	if s.Op == eventlog.OpDelete {
		return nil
	}
	before, isNew := g.rulesBefore(s), fresh(s)
	var findings []Finding
	for _, rule := range groupRules(s.Type, s.New) {
		if covers(before, rule) {
			continue
		}
		if s.Old != nil && rule.unsure() {
			findings = append(findings, unknown("%s of the rule: what it %s cannot be compared", strings.Join(rule.unknown,
				", "), rule.verb()))
			continue
		}
		if level := levelOf(rule, isNew); level > None {
			findings = append(findings, opened(rule, level, before, isNew))
		}
	}
	return findings
}

// fresh reports whether the rules belong to a group that does not exist yet: then nothing
// behind it was closed before. The id of a new group is not known at preview.
func fresh(s eventlog.Step) bool {
	if s.Type == groupType {
		return s.Op == eventlog.OpCreate
	}
	return s.Op == eventlog.OpCreate && prop.Of(s.New).Get("securityGroupId").IsUnknown()
}

// levelOf returns the level of a new rule. For a new group only openings to the internet
// matter: without rules it would have no purpose.
func levelOf(r groupRule, isNew bool) Level {
	switch {
	case r.unsure():
		return High // something is opened that was not, only to whom is not known
	case r.ingress && r.world() && !r.web():
		return Critical
	case r.ingress && r.world():
		return pick(isNew, Medium, High)
	case r.ingress:
		return pick(isNew, None, High)
	case r.world() && !r.web():
		return pick(isNew, Medium, High)
	default:
		return pick(isNew, None, Medium)
	}
}

func pick(isNew bool, fresh, existing Level) Level {
	if isNew {
		return fresh
	}
	return existing
}

// unsure reports whether more of the rule is unknown than the id of a security group, which only means a
// group that the change creates.
func (r groupRule) unsure() bool {
	return slices.ContainsFunc(r.unknown, func(name string) bool { return !slices.Contains(groupProperties, name) })
}

func (r groupRule) verb() string {
	if r.ingress {
		return "lets in"
	}
	return "lets out"
}

func opened(r groupRule, level Level, before []groupRule, isNew bool) Finding {
	finding := Finding{Class: SecurityGroups, Level: level, Unknown: r.unsure(), Message: r.verb() + " " + r.String()}
	switch {
	case finding.Unknown:
		finding.Message += fmt.Sprintf("; %s is known only after the deployment", strings.Join(r.unknown, ", "))
	case isNew:
		finding.Message += " (the group is new)"
	default:
		if was := narrowerThan(before, r); was != "" {
			finding.Message += "; before: " + was
		} else {
			finding.Message += "; before: closed"
		}
	}
	return finding
}

// narrowerThan lists the parts of a rule, now wider, that a group let through before.
func narrowerThan(before []groupRule, r groupRule) string {
	const most = 3
	var was []string
	for _, b := range before {
		overlap := b.ports.from <= r.ports.to && r.ports.from <= b.ports.to
		protocol := b.protocol == r.protocol || b.protocol == "-1" || r.protocol == "-1"
		peer := b.block.IsValid() && r.block.IsValid() && b.block.Overlaps(r.block) || b.peer != "" && b.peer == r.peer
		if len(b.unknown) == 0 && b.ingress == r.ingress && overlap && protocol && peer {
			was = append(was, b.String())
		}
	}
	slices.Sort(was)
	was = slices.Compact(was)
	if len(was) > most {
		was = append(was[:most], fmt.Sprintf("%d more", len(was)-most))
	}
	return strings.Join(was, ", ")
}
