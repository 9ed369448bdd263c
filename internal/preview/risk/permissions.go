package risk

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// attachments lists the types that attach a managed policy, with the properties that name the
// identity.
var attachments = map[string][]string{
	resourcetypes.RolePolicyAttachment:                    {"role"},
	"aws:iam/userPolicyAttachment:UserPolicyAttachment":   {"user"},
	"aws:iam/groupPolicyAttachment:GroupPolicyAttachment": {"group"},
	"aws:iam/policyAttachment:PolicyAttachment":           {"roles", "users", "groups"},
}

// holders lists the properties by which a policy names its owner.
var holders = map[string]string{
	resourcetypes.RolePolicy:          "role",
	"aws:iam/userPolicy:UserPolicy":   "user",
	"aws:iam/groupPolicy:GroupPolicy": "group",
}

// identities holds the names of the IAM roles, users and groups that the change itself creates.
// Their permissions widen nothing that exists.
type identities map[string]bool

// goingDocuments returns the deleted policies by type and owner. A new policy of the same role
// is compared with them.
func goingDocuments(steps []eventlog.Step) map[string]document {
	going := map[string]document{}
	for _, s := range steps {
		who, named := prop.Of(s.Old).Get(holders[s.Type]).Text()
		if !named || s.Op != eventlog.OpDelete {
			continue
		}
		one := read(s.Old, "policy")
		all := going[s.Type+who]
		all.Statements = append(all.Statements, one.Statements...)
		all.secret = all.secret || one.secret
		going[s.Type+who] = all
	}
	return going
}

func newIdentities(steps []eventlog.Step) identities {
	created := identities{}
	for _, s := range steps {
		if s.Op != eventlog.OpCreate {
			continue
		}
		switch s.Type {
		case resourcetypes.Role, "aws:iam/user:User", "aws:iam/group:Group":
			if name, ok := prop.Of(s.New).Get("name").Text(); ok {
				created[name] = true
			}
		}
	}
	return created
}

// judgePermissions finds permissions that a step adds.
func (w world) judgePermissions(s eventlog.Step) []Finding {
	var findings []Finding
	for _, name := range documentsOf(s.Type) {
		if s.Op == eventlog.OpDelete {
			findings = append(findings, w.judgeRemovedDocument(s, name)...)
			continue
		}
		findings = append(findings, w.judgeDocument(s, name)...)
	}
	if holders, found := attachments[s.Type]; found {
		findings = append(findings, w.identities.judgeAttachment(s, holders)...)
	}
	if s.Type == resourcetypes.Role {
		findings = append(findings, judgeRole(s)...)
	}
	if s.Type == ecsServiceType && s.Old != nil && turnedOn(prop.Of(s.Old).Get("enableExecuteCommand"),
		prop.Of(s.New).Get("enableExecuteCommand")) == prop.Yes {
		findings = append(findings, Finding{
			Class: Permissions, Level: Medium, Message: "enableExecuteCommand: whoever may call ecs:ExecuteCommand gets a " +
				"shell in the tasks",
		})
	}
	return append(findings, judgeInvocation(s)...)
}

// judgeDocument compares the documents in one property.
func (w world) judgeDocument(s eventlog.Step, name string) []Finding {
	old, now := read(s.Old, name), read(s.New, name)
	existing := s.Op != eventlog.OpCreate || w.identities.extendsExisting(s)
	if who, named := prop.Of(s.New).Get(holders[s.Type]).Text(); named && s.Op == eventlog.OpCreate {
		old = w.going[s.Type+who]
	}
	switch {
	case ofEndpoint(s.Type) && (!existing || old.absent):
		return nil // without a policy everything passes: one that comes narrows
	case ofEndpoint(s.Type) && now.absent:
		return []Finding{{Class: Permissions, Level: High, Message: name + " is removed: everything may pass the endpoint"}}
	case now.absent:
		return nil
	case now.secret || old.secret:
		return []Finding{{
			Class: Permissions, Level: pick(!existing, Medium, High), Unknown: true,
			Message: name + " is secret, so nobody can see what it allows",
		}}
	case now.unknown:
		return []Finding{unknown("what %s allows", name)}
	case now.unreadable:
		return []Finding{{
			Class: Permissions, Level: High, Unknown: true,
			Message: name + " is not a readable policy document, so it cannot be compared",
		}}
	}
	if !existing {
		return judgeNewDocument(s, name, now)
	}
	if ofEndpoint(s.Type) {
		return widenings(name, old, now) // "everybody" means every caller inside of the VPC
	}
	return compare(name, old, now)
}

// extendsExisting reports whether a new policy belongs to an existing identity.
func (made identities) extendsExisting(s eventlog.Step) bool {
	return made.exists(prop.Of(s.New).Get(holders[s.Type]))
}

// exists reports whether a role, user or group existed before. One whose name is not known yet
// did not.
func (made identities) exists(who prop.Value) bool {
	name, ok := who.Text()
	return ok && !made[name[strings.LastIndexByte(name, '/')+1:]]
}

// judgeAttachment finds managed policies that are attached to an identity.
func (made identities) judgeAttachment(s eventlog.Step, holders []string) []Finding {
	policy := prop.Of(s.New).Get("policyArn")
	same := s.Old != nil && equal(policy, prop.Of(s.Old).Get("policyArn"))
	var gets []string
	for _, holder := range holders {
		had, _ := prop.Of(s.Old).Get(holder).List()
		has, _ := prop.Of(s.New).Get(holder).List()
		for _, who := range has {
			kept := same && slices.ContainsFunc(had, func(before prop.Value) bool { return equal(before, who) })
			if made.exists(who) && !kept {
				gets = append(gets, show(who))
			}
		}
	}
	arn, _ := policy.Text()
	switch {
	case s.Op == eventlog.OpDelete:
		return nil
	case !same && strings.HasSuffix(arn, ":policy/AdministratorAccess"):
		return []Finding{
			{Class: Permissions, Level: Critical, Message: "gives AdministratorAccess: everything in the account"},
		}
	case len(gets) == 0:
		return nil
	}
	return []Finding{{
		Class: Permissions, Level: High, Unknown: policy.IsUnknown(),
		Message: fmt.Sprintf("gives %s the managed policy %s", list(gets), show(policy)),
	}}
}

// judgeRole finds other changes that widen a role: a boundary that is removed, managed policies
// that are added.
func judgeRole(s eventlog.Step) []Finding {
	if s.Old == nil || s.New == nil {
		return nil
	}
	var findings []Finding
	old, now := prop.Of(s.Old), prop.Of(s.New)
	if was := old.Get("permissionsBoundary"); was.IsSet() == prop.Yes &&
		now.Get("permissionsBoundary").IsSet() != prop.Yes {
		findings = append(findings, Finding{
			Class: Permissions, Level: High,
			Message: fmt.Sprintf("permissionsBoundary is removed: the role may do all that its policies say, no longer only "+
				"what %s allows", show(was)),
		})
	}
	before, _ := old.Get("managedPolicyArns").List()
	after, _ := now.Get("managedPolicyArns").List()
	for _, policy := range after {
		if !slices.ContainsFunc(before, func(b prop.Value) bool { return equal(b, policy) }) {
			findings = append(findings, Finding{
				Class: Permissions, Level: High, Unknown: policy.IsUnknown(), Message: "gets the managed policy " + show(policy),
			})
		}
	}
	return findings
}

// judgeInvocation finds new callers of a function.
func judgeInvocation(s eventlog.Step) []Finding {
	if s.Type != resourcetypes.FunctionPermission || s.Op == eventlog.OpDelete {
		return nil
	}
	principal, source := prop.Of(s.New).Get("principal"), prop.Of(s.New).Get("sourceArn")
	if principal.Is("*") == prop.Yes {
		return []Finding{{Class: Exposure, Level: Critical, Message: "lets everybody invoke the function (principal *)"}}
	}
	if s.Old == nil {
		return nil
	}
	was := prop.Of(s.Old).Get("sourceArn")
	if was.IsSet() == prop.Yes && source.IsSet() != prop.Yes {
		return []Finding{{
			Class: Permissions, Level: High,
			Message: fmt.Sprintf("sourceArn is removed: %s may invoke the function for anybody, no longer only for %s",
				show(principal), show(was)),
		}}
	}
	return nil
}

// equal reports whether two values are known and the same string.
func equal(a, b prop.Value) bool {
	textA, knownA := a.Text()
	textB, knownB := b.Text()
	return knownA && knownB && textA == textB
}

// show formats a name or an ARN for a message. Unlike [prop.Value.Show] it shows the value in
// full, however long, because it is only a name.
func show(v prop.Value) string {
	if text, ok := v.Text(); ok && !v.Secret() {
		return text
	}
	return v.Show()
}

// judgeNewDocument judges a document that did not exist before. Its permissions belong to
// something new, too, unless they cover everything.
func judgeNewDocument(s eventlog.Step, name string, now document) []Finding {
	if s.Type == resourcetypes.KMSKey || s.Type == "aws:kms/keyPolicy:KeyPolicy" {
		// A key policy has to allow the account every action on "*", which means the key itself.
		return public(name, document{}, now)
	}
	var findings []Finding
	for _, problem := range now.WildcardActions() {
		findings = append(findings, Finding{Class: Permissions, Level: High, Message: name + ": " + problem.String()})
	}
	return append(findings, public(name, document{}, now)...)
}

// compare finds what a document allows in addition to before.
func compare(name string, old, now document) []Finding {
	findings := public(name, old, now)
	return append(findings, widenings(name, old, now)...)
}

func widenings(name string, old, now document) []Finding {
	var findings []Finding
	for _, change := range widened(old.Document, now.Document) {
		findings = append(findings, Finding{Class: Permissions, Level: change.level, Message: name + ": " + change.text})
	}
	return findings
}

// public finds statements that newly let everybody in.
func public(name string, old, now document) []Finding {
	if len(old.Public()) >= len(now.Public()) {
		return nil
	}
	var findings []Finding
	for _, problem := range now.Public() {
		findings = append(findings, Finding{Class: Exposure, Level: Critical, Message: name + ": " + problem.String()})
	}
	return findings
}

// judgeRemovedDocument: when a policy is removed, its denials are lost, unless the resource
// that they protect is removed as well.
func (w world) judgeRemovedDocument(s eventlog.Step, name string) []Finding {
	if s.Type == endpointPolicyType && !w.goesWith(s) {
		return []Finding{{Class: Permissions, Level: High, Message: name + " is deleted: everything may pass the endpoint"}}
	}
	old := read(s.Old, name)
	if _, store := stateful[s.Type]; store || w.goesWith(s) ||
		!slices.ContainsFunc(old.Statements, func(st iamdoc.Statement) bool { return st.Deny }) {
		return nil
	}
	return []Finding{{
		Class: Permissions, Level: High,
		Message: name + " is deleted with its denials: what they forbade is allowed wherever another policy allows it",
	}}
}
