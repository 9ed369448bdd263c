package rules

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

// riskyPorts lists the ports of FSBP EC2.19 together with the administration ports of CIS.
var riskyPorts = []int{
	20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 6379, 8080, 8088,
	8888, 9200, 9300, 11211, 27017,
}

func securityGroups() []*control.Control {
	const subject = "Security groups"
	present := []string{"ecurityGroup"}
	return []*control.Control{
		{
			Name: "sg-world-only-to-alb", Subject: subject, IDs: control.ParseIDs("EC2.18+ N:EC23~ K260~"),
			Beyond:   "EC23 and CKV_AWS_260 let the world reach nothing, not even a load balancer",
			Title:    "The world reaches only the load balancer's group, and only on the web ports",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: sgRuleTypes, Present: present,
			Risk: "Everything that is open to the world is attacked",
			Fix:  "let callers come in through the load balancer; reference its security group instead of an address block",
			Params: append(tierParams(), control.Param{
				Name: "ports", Kind: control.Ports, Default: []int{80, 443}, Doc: "Ports that may be open to the world.",
			}, control.Param{
				Name: "tiers", Kind: control.Texts, Default: []string{"alb"}, Doc: "Tiers that may be open to the world.",
			}),
			Judge: judgeWorldIngress,
		},
		{
			Name: "sg-no-risky-port-from-world", Subject: subject,
			IDs:      control.ParseIDs("EC2.19+ EC2.53+ EC2.54+ C5.2+ C5.3+ K24+ K25+"),
			Title:    "No administration or database port is open to the world",
			Severity: control.Critical, Levels: mandatory, Types: sgRuleTypes, Present: present,
			Risk: "These ports give a shell or the data, and are scanned within minutes",
			Fix:  "remove the rule; use ECS exec or a session manager for access",
			Params: []control.Param{{
				Name: "ports", Kind: control.Ports, Default: riskyPorts, Doc: "Ports that must never be open to the world.",
			}},
			Judge: func(c in) control.Result {
				return eachRule(c, prop.Yes, func(r sgRule) control.Result {
					return control.Want(r.fromAnywhere().And(r.span.hasAny(c.Params.Ports("ports"))).Not(),
						"%s opens %s to the world", r.where, r.span)
				})
			},
		},
		{
			Name: "sg-no-all-protocol-ingress", Subject: subject, IDs: control.ParseIDs("K277+"),
			Title:    "No rule lets all protocols in",
			Severity: control.High, Levels: mandatory, Types: sgRuleTypes, Present: present,
			Risk: "A rule without a protocol opens ports that nobody thought of",
			Fix:  "name the protocol and the port", Here: "in the flow table of the security groups",
			Link: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
			Judge: func(c in) control.Result {
				return eachRule(c, prop.Yes, func(r sgRule) control.Result {
					return control.Want(r.span.everyProtocol().Not(), "%s lets all protocols in", r.where)
				})
			},
		},
		{
			Name: "sg-no-all-port-egress", Subject: subject, IDs: control.ParseIDs("K382+ T0104~"),
			Beyond:   "Trivy wants no rule that lets traffic out to the world, not even to port 443",
			Title:    "No rule lets traffic out to all ports",
			Severity: control.High, Levels: mandatory, Types: sgRuleTypes, Present: present,
			Risk: "Whoever takes over a task can send data anywhere by any protocol",
			Fix:  "name the protocol and the port", Here: "in the flow table of the security groups",
			Link: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
			Judge: func(c in) control.Result {
				return eachRule(c, prop.No, func(r sgRule) control.Result {
					return control.Want(r.span.everyPort().Not(), "%s lets traffic out to all ports", r.where)
				})
			},
		},
		{
			Name: "sg-flow-matrix", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Security groups allow exactly the flows of the matrix",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: append([]string{sgType}, standalone...), Present: present,
			Risk: "An extra flow is a way around the tiers, a missing one is an outage",
			Fix: "add or remove the rule, or agree on the flow and add its line to the parameter flows of this policy, " +
				"in the pack's configuration for the stack; a way out of a service's tasks to one port outside of the stack " +
				"may say what it is for in the rule's tag " + reasonTag,
			Here: "services[].egress",
			Own:  true,
			Link: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
			Params: append(tierParams(), control.Param{
				Name: "flows", Kind: control.Texts, Default: []string{},
				Check: func(text string) error {
					_, err := parseFlow(text)
					return err
				},
				Doc: "Flows that are allowed beside the matrix, as \"from -> to protocol ports\", with \"optional\" at the end " +
					"of those that need not be there. Ends are tiers, `internet`, `block` or `prefix-list`; ports are numbers, " +
					"ranges or one of the words `" + strings.Join(slices.Sorted(maps.Keys(symbols)), "`, `") + "`: what those " +
					"of the stack listen on, `test` being the load balancer's listener for tests of CodeDeploy. A line of the " +
					"matrix with \"optional\" behind it makes that one optional. The matrix: `" +
					strings.Join(defaultFlows, "`, `") + "`.",
			}),
			Judge: func(c in) control.Result {
				if c.Type != sgType {
					return judgeRuleOfOthers(c)
				}
				return judgeFlows(c)
			},
		},
		{
			Name: "sg-descriptions", Subject: subject, IDs: control.ParseIDs("N:EC27+ K23+"),
			Title:    "Security groups and their rules are described",
			Severity: control.Low, Levels: advisory, Types: sgRuleTypes, Present: present,
			Risk:  "A rule whose purpose nobody knows is never removed",
			Fix:   "give the rule a description; never edit the one of a group, which replaces it",
			Link:  "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
			Judge: judgeDescriptions,
		},
		{
			Name: "sg-used", Subject: subject, IDs: control.ParseIDs("K2:5"),
			Title:    "Every security group is attached to something",
			Severity: control.Low, Levels: advisory, Scope: control.PerStack,
			Types: []string{sgType}, Present: present,
			Risk:  "A group that protects nothing is attached to something by mistake later",
			Fix:   "attach the group, or delete it",
			Here:  "the groups of the operator's task and of jobs without a schedule are attached when those run: waive them",
			Link:  "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
			Judge: judgeUsed,
		},
		{
			Name: "sg-rules-not-mixed", Subject: subject, IDs: control.ParseIDs("guard"),
			Title:    "A security group's rules are declared in one way only",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack,
			Types: []string{sgType, sgRuleType}, Present: present,
			Risk:  "Inline and standalone rules remove each other on every second deployment",
			Fix:   "declare standalone vpc ingress and egress rules only",
			Link:  "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/",
			Judge: judgeMixed,
		},
	}
}

// eachRule judges the rules that a resource declares in one direction.
func eachRule(c in, ingress prop.Truth, judge func(sgRule) control.Result) control.Result {
	results := []control.Result{}
	for _, r := range rulesDeclaredBy(c.Resource) {
		switch r.ingress {
		case ingress:
			results = append(results, judge(r))
		case prop.Maybe:
			results = append(results, control.Doubt("cannot tell yet whether %s lets traffic in or out", r.where))
		default: // a rule of the other direction
		}
	}
	return control.All(results...)
}

func judgeWorldIngress(c in) control.Result {
	owners := ownersOf(c.Graph, c.Resource)
	web := owners.All(func(group *graph.Resource) prop.Truth {
		return prop.Known(slices.Contains(c.Params.Texts("tiers"), tierOf(c, group)))
	})
	return eachRule(c, prop.Yes, func(r sgRule) control.Result {
		world := r.fromAnywhere().Or(r.fromOpenList(c.Graph))
		if world == prop.No {
			return control.Passed()
		}
		fine := r.span.onlyFrom("tcp", c.Params.Ports("ports")).And(web)
		results := []control.Result{control.Want(world.Not().Or(fine), "%s opens %s to the world", r.where, r.span)}
		if world == prop.Yes {
			results = append(results, control.All(frontedOnly(c, owners)...))
		}
		return control.All(results...)
	})
}

// attachments lists the types to which a group is attached, and by which property. Load
// balancers are not among them: they may be open to the internet.
var attachments = []struct {
	typeToken string
	path      []string
}{
	{ecsServiceType, append(taskNetwork(ecsServiceType), "securityGroups")},
	{scheduleType, append(taskNetwork(scheduleType), "securityGroups")},
	{dbInstanceType, []string{"vpcSecurityGroupIds"}},
	{dbClusterType, []string{"vpcSecurityGroupIds"}},
	{searchDomainType, []string{"vpcOptions", "securityGroupIds"}},
	{functionType, []string{"vpcConfig", "securityGroupIds"}},
	{machineType, []string{"vpcSecurityGroupIds"}},
	{launchTemplateType, []string{"vpcSecurityGroupIds"}},
	{vpcEndpointType, []string{"securityGroupIds"}},
}

// frontedOnly finds resources other than load balancers behind a group that is open to the
// internet, whatever its tag says.
func frontedOnly(c in, owners graph.Link) []control.Result {
	var results []control.Result
	for _, group := range owners.To {
		for _, a := range attachments {
			for _, attached := range c.Graph.Referrers(group, a.typeToken, a.path...) {
				results = append(results, control.Want(attached.Sure.And(owners.Has(group)).Not(),
					"security group %s is open to the world and attached to %s, which is not a load balancer",
					group.Name, attached.Name))
			}
		}
	}
	return results
}

func judgeDescriptions(c in) control.Result {
	var results []control.Result
	if c.Type == sgType {
		results = append(results, control.Want(described(c.Get("description")),
			"security group %s has no description", c.Name))
	}
	for _, r := range rulesDeclaredBy(c.Resource) {
		results = append(results, control.Want(described(r.description), "%s has no description", r.where))
	}
	return control.All(results...)
}

// described answers whether there is a description other than the provider's default.
func described(v prop.Value) prop.Truth {
	return v.IsSet().And(v.Is("Managed by Pulumi", "Managed by Terraform", "").Not())
}

func judgeUsed(c in) control.Result {
	for _, dependent := range c.Graph.Dependents(c.Resource) {
		switch dependent.Type {
		case sgRuleType, sgIngressType, sgEgressType, sgType:
		default:
			if dependent.Provider != nil {
				return control.Passed()
			}
		}
	}
	return control.Failed("security group %s is attached to nothing", c.Name)
}

// judgeRuleOfOthers judges a rule of a security group that is not in the stack: only the group's
// own stack knows its other rules and what it protects.
func judgeRuleOfOthers(c in) control.Result {
	owners := ownersOf(c.Graph, c.Resource)
	return alone(c, []string{sgType, defaultSGType}, "securityGroupId", func() control.Result {
		if owners.Outside {
			return control.Elsewhere(
				"rule %s is for a security group of another stack, which alone knows its tier and other rules", c.Name)
		}
		return control.Doubt("cannot tell yet which security group rule %s is for", c.Name)
	})
}

// judgeMixedOfOthers judges a rule of the old kind for a group that is not in the stack: the
// stack's other rules for the same group have to be of the old kind, too.
func judgeMixedOfOthers(c in) control.Result {
	newer := graph.Memo(c.Graph, "groups with vpc rules", func() map[string]bool {
		found := map[string]bool{}
		for _, r := range c.Graph.OfType(sgIngressType, sgEgressType) {
			if id, ok := r.Get("securityGroupId").Text(); ok {
				found[id] = true
			}
		}
		return found
	})
	return alone(c, []string{sgType, defaultSGType}, "securityGroupId", func() control.Result {
		id, _ := c.Get("securityGroupId").Text()
		return control.Want(prop.Known(!newer[id]).And(prop.Outside),
			"the security group of rule %s has both SecurityGroupRule resources and others", c.Name)
	})
}

func judgeMixed(c in) control.Result {
	if c.Type == sgRuleType {
		return judgeMixedOfOthers(c)
	}
	var ways []string
	for _, way := range []struct {
		name  string
		types []string
	}{
		{"SecurityGroupRule resources", []string{sgRuleType}},
		{"vpc ingress and egress rules", []string{sgIngressType, sgEgressType}},
	} {
		for _, t := range way.types {
			if exists(c.Graph.Referrers(c.Resource, t, "securityGroupId"), anything) == prop.Yes {
				ways = append(ways, way.name)
				break
			}
		}
	}
	inline := c.Get("ingress").IsEmpty().And(c.Get("egress").IsEmpty()).Not()
	switch {
	case len(ways) > 1:
		return control.Failed("security group %s has both %s and %s", c.Name, ways[0], ways[1])
	case len(ways) == 0, c.Inputs == nil:
		// Without the declaration, the provider's answer cannot be distinguished from inline rules.
		return control.Passed()
	default:
		return control.Want(inline.Not(), "security group %s has both %s and inline rules", c.Name, ways[0])
	}
}
