package config

import (
	"regexp"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/internal/plural"
)

// Permission lets the application do more than what the other keys give it: a statement of its task role's policy. It
// is Actions on Resources, or one of Bucket, Queue, Topic, Table, Mail, Model and Role, which stands for both. A KMS
// key that encrypts one of these, other than AWS's own, needs an entry of its own.
type Permission struct {
	// Actions by AWS's names, such as sqs:SendMessage, at most 20. In a name * stands for any text.
	Actions []string `json:"actions" count:"0 to 20" allowed:"<action>"`
	// Resources by ARN, at most 20, with * for any text, or * alone for actions for which AWS has no resources. Each has
	// to fit one of the actions, and each action one of them.
	Resources []string `json:"resources" count:"0 to 20" allowed:"<resource>"`
	// Bucket whose objects the application reads or writes, by name. Optional.
	Bucket string `json:"bucket" optional:"true" allowed:"<bucket of permissions>"`
	// Queue of SQS that it receives from (read) or sends to (write), by name or ARN. Optional.
	Queue string `json:"queue" optional:"true" allowed:"<queue>"`
	// Topic of SNS that it publishes to, by name or ARN. Optional.
	Topic string `json:"topic" optional:"true" allowed:"<topic>"`
	// Table of DynamoDB whose items it reads, with those of its indexes, or writes, by name or ARN. Optional.
	Table string `json:"table" optional:"true" allowed:"<table>"`
	// Mail is the domain or address that it sends mail from by SES, in the stack's region. Optional.
	Mail string `json:"mail" optional:"true" allowed:"<mail identity>"`
	// Model of Bedrock that it asks, by the id of the model or of an inference profile, in the stack's region. Optional.
	Model string `json:"model" optional:"true" allowed:"<model>"`
	// Role that it assumes, of this or another account; the role has to trust the task role. Optional.
	Role string `json:"role" optional:"true" allowed:"<role ARN>"`
	// Access to Bucket, Queue or Table, which need it: read, write or read-write.
	Access string `json:"access" optional:"true" allowed:"read, write, read-write"`
	// Reason for a * in an action, or for naming every resource of a kind, 10 to 256 characters. It becomes the
	// statement's Sid, for which the policy pack lets it pass. Optional.
	Reason string `json:"reason" optional:"true" allowed:"<reason>"`
}

const (
	actionsReference = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
	// shortestSid is the least number of a reason's letters and digits that a Sid can hold.
	shortestSid = 10
)

// openers lists the services whose actions open keys, secrets and roles: every resource has to be named.
var openers = []string{"kms", "secretsmanager", "sts"}

func (p *Permission) validate(v *validation, at path) {
	actions, resources, reason := at.key("actions"), at.key("resources"), at.key("reason")
	if !v.sound(actions, resources, reason) {
		return
	}
	if letters := notInSid.ReplaceAllString(p.Reason, ""); p.Reason != "" && len(letters) < shortestSid {
		v.add(reason, quote(p.Reason), "a reason with 10 letters of a to z and digits or more",
			"write it in English: IAM takes no other letters in the name of a statement")
	}
	if forms := p.forms(); len(forms) > 0 {
		p.validateForm(v, at, forms)
		return
	}
	for key, list := range map[path][]string{actions: p.Actions, resources: p.Resources} {
		if len(list) == 0 {
			v.add(key, "nothing", "1 to 20 entries, or one of bucket, queue, topic, table, mail, model and role",
				"set it, or what the application uses by one of those")
		}
	}
	if !v.sound(actions, resources) {
		return
	}
	if access := at.key("access"); p.Access != "" {
		v.add(access, quote(p.Access), "nothing with actions", "remove it: it is for bucket, queue and table")
	}
	standsFor := make([][]*authorization.Action, len(p.Actions))
	for i, action := range p.Actions {
		if !v.sound(actions.index(i)) {
			return
		}
		standsFor[i] = p.validateAction(v, at, actions.index(i), action)
		if standsFor[i] == nil {
			return
		}
	}
	for i, resource := range p.Resources {
		if v.sound(resources.index(i)) {
			p.validateResource(v, at, resources.index(i), resource, standsFor)
		}
	}
	for i := range p.Resources {
		if !v.sound(resources.index(i)) {
			return
		}
	}
	for i, action := range p.Actions {
		idle := !slices.ContainsFunc(p.Resources, func(r string) bool { fits, _ := fitsAny(standsFor[i], r); return fits })
		if example := exampleOf(standsFor[i]); idle && example != "" {
			v.add(actions.index(i), quote(action), "actions on one of resources",
				"add a resource like "+example+", or give the action an entry of its own")
		}
	}
}

// notInSid are the characters that a Sid must not have. Source: "IAM JSON policy elements: Sid",
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var notInSid = regexp.MustCompile(`[^A-Za-z0-9]`)

// validateAction returns what an action stands for, or nil if it is refused.
func (p *Permission) validateAction(v *validation, at, entry path, action string) []*authorization.Action {
	service, name, _ := strings.Cut(action, ":")
	found := authorization.Matching(action)
	granting := slices.IndexFunc(found, func(a *authorization.Action) bool { return a.Level == authorization.Permissions })
	switch {
	case service == "iam":
		v.add(entry, quote(action), "actions of other services than IAM", "remove it: applications change no permissions")
	case strings.Trim(name, "*?") == "":
		v.add(entry, quote(action), "less than all actions of a service", "list the actions that the application needs")
	case len(found) == 0:
		var names []string
		for _, a := range authorization.Actions(service) {
			names = append(names, a.Name)
		}
		fix := "look it up in " + actionsReference
		if near := closest(action, names); near != "" {
			fix = "did you mean " + near + "?"
		}
		v.add(entry, quote(action), "actions that AWS has", fix)
	case granting >= 0:
		v.add(entry, quote(action), "actions that grant nothing to others",
			"remove it, or list single actions: AWS says that "+found[granting].Name+" manages permissions")
	case strings.ContainsAny(name, "*?") && p.Reason == "":
		v.add(at.key("reason"), "nothing",
			"a reason for "+quote(action)+", which stands for "+plural.Of(len(found), "action"),
			"set it, or list the actions that the application needs")
	default:
		return found
	}
	return nil
}

// validateResource checks a resource against what the actions stand for.
func (p *Permission) validateResource(v *validation, at, entry path, resource string,
	actions [][]*authorization.Action,
) {
	fits, every := false, resource == "*"
	for _, found := range actions {
		fitsThis, all := fitsAny(found, resource)
		fits, every = fits || fitsThis, every || all
	}
	all := slices.Concat(actions...)
	example := exampleOf(all)
	switch {
	case example == "" && resource != "*":
		v.add(entry, quote(resource), `"*" alone`, "set it: AWS has no resources for "+all[0].Name)
	case example == "": // nothing else is possible
	case !fits && resource != "*":
		v.add(entry, quote(resource), "a resource of one of the actions", "write it like "+example)
	case every && slices.ContainsFunc(p.Actions, opens):
		v.add(entry, quote(resource), "single keys, secrets and roles", "name each by its ARN, even with a reason")
	case every && p.Reason == "":
		v.add(at.key("reason"), "nothing", "a reason for "+quote(resource)+", which names every resource of a kind",
			"set it, or name the resources that the application uses")
	}
}

// exampleOf returns the shortest pattern of the ARNs that fit one of the actions, or "" if they have no resources.
func exampleOf(actions []*authorization.Action) string {
	example := ""
	for _, a := range actions {
		for _, kind := range a.Resources {
			if example == "" || len(kind.ARN) < len(example) {
				example = kind.ARN
			}
		}
	}
	return example
}

func opens(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	return slices.Contains(openers, service)
}

// fitsAny reports whether a resource fits one of the actions, and whether it names all of a kind.
func fitsAny(actions []*authorization.Action, resource string) (fits, every bool) {
	for _, a := range actions {
		if resource == "*" {
			return true, true
		}
		for _, kind := range a.Resources {
			if this, all := kind.Fits(resource); this {
				fits, every = true, every || all
			}
		}
	}
	return fits, every
}

// beyond returns the first action and resource of permissions that no statement of others allows, or "".
func beyond(asked, allowed []Permission) (action, resource string) {
	for _, p := range asked {
		for _, action := range p.Actions {
			for _, resource := range p.Resources {
				within := slices.ContainsFunc(allowed, func(a Permission) bool {
					return slices.ContainsFunc(a.Actions, func(pattern string) bool {
						return stands(strings.ToLower(pattern), strings.ToLower(action))
					}) && slices.ContainsFunc(a.Resources, func(pattern string) bool { return stands(pattern, resource) })
				})
				if !within {
					return action, resource
				}
			}
		}
	}
	return "", ""
}

// stands reports whether a pattern of IAM's covers a text, which may be a pattern, too.
func stands(pattern, text string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + expression + "$").MatchString(text)
}

// swallowed reports a permission of a workload's services that the boundary of its roles, which the delivery stack
// makes, would take away without a word.
func swallowed(c *Config, stack string, d *Delivery) *Error {
	for _, target := range []struct {
		key string
		Target
	}{{"staging", d.Staging}, {"production", d.Production}} {
		if target.Stack != stack || c.AWS.PermissionsBoundaryARN == "" {
			continue
		}
		for _, unit := range c.Units() {
			action, resource := beyond(expanded(unit.Permissions, c.AWS.Region, target.AccountID),
				expanded(target.TaskPermissions, d.AWS.Region, target.AccountID))
			if action != "" {
				return &Error{
					Key:     target.key + ".taskPermissions",
					Found:   "nothing that lets " + unit.Name + " of stack " + stack + " use " + action + " on " + resource,
					Allowed: "all that the permissions of services and jobs ask for",
					Fix: "add the entry to the delivery stack's file and deploy that stack first: aws.permissionsBoundaryArn " +
						"names its boundary, which denies the rest",
				}
			}
		}
	}
	return nil
}
