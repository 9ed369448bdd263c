package iamdoc

import (
	"slices"
	"strings"
	"sync"

	"aws-webapp/internal/awsdata/authorization"
)

// offence is an action that must not be allowed on every resource.
type offence struct {
	// action in lower case, or the pattern of a whole service.
	action string
	// why gives a further reason besides changing something; may be empty.
	why string
	// opens says that it returns credentials.
	opens bool
}

// judged caches the result of offences by action or pattern: policies repeat themselves.
var judged sync.Map

// offences returns those actions matching an action or a pattern in lower case that must not be allowed
// on every resource: actions that change something and have resource types, by AWS's access levels;
// actions of one of the families; and actions that AWS does not have.
func offences(pattern string) []offence {
	if found, ok := judged.Load(pattern); ok {
		return found.([]offence)
	}
	var found []offence
	if wholeService(pattern) {
		found = []offence{{action: pattern}}
	} else {
		actions := expand(pattern)
		for _, a := range actions {
			if o, bad := judge(a); bad {
				if o.why == "" && len(actions) > 1 {
					o.why = "it names " + a.Name
				}
				found = append(found, o)
			}
		}
		if len(actions) == 0 {
			found = []offence{{
				action: pattern,
				why: "AWS's reference does not know such an action, so that it counts as one that writes (" +
					authorization.Source() + ")",
			}}
		}
	}
	judged.Store(pattern, found)
	return found
}

// expand returns the actions that match an action, or a pattern of one service; both in lower
// case.
func expand(pattern string) []*authorization.Action {
	service, name, _ := strings.Cut(pattern, ":")
	if !strings.ContainsAny(name, "*?") {
		if a, known := authorization.Of(pattern); known {
			return []*authorization.Action{&a}
		}
		return nil
	}
	var found []*authorization.Action
	for _, a := range authorization.Actions(service) {
		if Match(pattern, strings.ToLower(a.Name)) {
			found = append(found, a)
		}
	}
	return found
}

func judge(a *authorization.Action) (offence, bool) {
	o := offence{action: strings.ToLower(a.Name)}
	for _, f := range families {
		concerned := a.Level.Reads() || f == &credentials || f == &data && len(a.Resources) == 0
		if concerned && f.has(o.action) {
			o.why, o.opens = a.Name+" "+f.does, f == &credentials
			return o, true
		}
	}
	return o, !a.Level.Reads() && len(a.Resources) > 0
}

// TellsOnly reports whether an action, or all actions matching a pattern, only describe resources: they
// change nothing and read none of their content.
func TellsOnly(action string) bool {
	action = strings.ToLower(action)
	return len(offences(action)) == 0 &&
		!slices.ContainsFunc(expand(action), func(a *authorization.Action) bool { return !a.Level.Reads() })
}

// launchers lists actions that start something with a role that is passed to it, in addition to those
// that need iam:PassRole by AWS's reference.
//
// Source: "Grant a user permissions to pass a role to an AWS service" in the IAM user guide, and those of the services.
var launchers = []string{
	"ecs:createservice", "ecs:updateservice", "ecs:registertaskdefinition", "codebuild:createproject",
	"codebuild:updateproject", "codepipeline:createpipeline", "codepipeline:updatepipeline", "cloudformation:createstack",
	"cloudformation:updatestack", "cloudformation:createchangeset", "glue:createjob", "glue:updatejob",
	"glue:createdevendpoint", "datapipeline:createpipeline",
}

// launcher returns an action that the document allows and that accepts a role, or "".
func (d Document) launcher() string {
	for _, action := range launchers {
		if d.allows(action) {
			return action
		}
	}
	for _, s := range d.Statements {
		for _, pattern := range s.Actions {
			for _, a := range expand(pattern) {
				if action := strings.ToLower(a.Name); slices.Contains(a.Dependents, "iam:PassRole") && d.allows(action) {
					return action
				}
			}
		}
	}
	return ""
}

// narrowing lists condition keys that replace the missing resource, by service. The empty
// service applies to all.
var narrowing = map[string][]string{
	"":                        {"aws:ResourceTag/"},
	"cloudwatch":              {"cloudwatch:namespace"},
	"ec2":                     {"ec2:Vpc", "ec2:Subnet", "ec2:VpcID", "ec2:AuthorizedService", "ec2:ResourceTag/"},
	"ecs":                     {"ecs:cluster", "ecs:service", "ecs:task-definition"},
	"elasticloadbalancing":    {"elasticloadbalancing:ResourceTag/"},
	"application-autoscaling": {"application-autoscaling:service-namespace"},
	"iam":                     {"iam:AWSServiceName"},
	"logs":                    {"logs:LogGeneratingResourceArns"},
	"redshift-data":           {"redshift-data:statement-owner-iam-userid"},
}

// keyUses lists actions that use a key or let others use it. A condition on a tag is not enough
// for them: anybody who may tag keys could use any.
var keyUses = []string{
	"kms:decrypt", "kms:reencryptfrom", "kms:reencryptto", "kms:encrypt", "kms:generatedatakey", "kms:generatedatakeypair",
	"kms:sign",
	"kms:creategrant", "kms:putkeypolicy", "kms:derivesharedsecret",
}

// narrowed reports whether a condition replaces the missing resource. None does for reading
// secrets and granting permissions. Keys can be named by their aliases, since a policy is often
// written before the key has an id.
func (s Statement) narrowed(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	switch service {
	case "kms":
		uses := slices.ContainsFunc(keyUses, func(use string) bool { return Match(action, use) })
		return s.narrowedBy("kms:ResourceAliases") ||
			(!uses || s.throughServices()) && s.narrowedBy("aws:ResourceTag/", "aws:RequestTag/")
	case "secretsmanager", "sts":
		return false
	case "iam":
		return Match("iam:createservicelinkedrole", action) && s.narrowedBy(narrowing["iam"]...)
	default:
		return s.narrowedBy(narrowing[""]...) || s.narrowedBy(narrowing[service]...)
	}
}

// throughServices reports whether keys are only used through AWS's services, which do not give
// anything out.
func (s Statement) throughServices() bool {
	return s.narrowedBy("kms:ViaService") || slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Operator == "bool" && c.Key == "kms:grantisforawsresource" && slices.Equal(c.Values, []string{"true"})
	})
}

// withinAccount reports whether a statement allows an action, other than one that opens secrets,
// keys, sessions or permissions, only in named accounts: by a condition, or by the account in each
// ARN.
func (s Statement) withinAccount(action string) bool {
	return !opensOthers(action) && s.inNamedAccounts()
}

// explained reports whether a statement gives a reason for allowing an action on every resource, unless the action
// opens secrets, keys, sessions or permissions.
func (s Statement) explained(action string) bool {
	return s.Reasoned && len(s.NotResources) == 0 && !opensOthers(action)
}

// opensOthers reports whether a service's actions open secrets, keys, sessions and permissions.
func opensOthers(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	return slices.Contains([]string{"iam", "kms", "secretsmanager", "sts"}, service)
}

func (s Statement) inNamedAccounts() bool {
	return s.narrowedBy("aws:ResourceAccount") || len(s.Resources) > 0 && !slices.ContainsFunc(s.Resources, AnyAccount)
}
