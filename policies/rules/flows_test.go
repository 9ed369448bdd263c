package rules

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// town is a stack of three tiers: each rule as owner, direction, other end, protocol and ports.
type town map[string]string

func small() town {
	return town{
		"alb in world 80": "tcp 80", "alb in world 443": "tcp 443", "alb out app": "tcp 8000", "app in alb": "tcp 8000",
		"app out world": "tcp 443", "app out db": "tcp 5432", "db in app": "tcp 5432",
	}
}

// says returns what the control says of a group of the town.
func (rules town) says(tier string, flows ...string) control.Result {
	all := []*graph.Resource{
		build(made{loadBalancerType, "lb", p{"securityGroups": []any{"alb"}}}),
		build(made{listenerType, "http", p{"loadBalancerArn": "lb", "port": 80}}),
		build(made{listenerType, "https", p{"loadBalancerArn": "lb", "port": 443}}),
		build(made{ecsServiceType, "web", p{
			"networkConfiguration": p{"securityGroups": []any{"app"}}, "taskDefinition": "task",
			"loadBalancers": []any{p{"containerName": "web", "containerPort": 8000}},
		}}),
		build(made{dbInstanceType, "data", p{"engine": "postgres", "vpcSecurityGroupIds": []any{"db"}}}),
		build(made{subnetType, "sub-db", p{"cidrBlock": "10.0.9.0/24", "tags": p{"SubnetType": "Isolated"}}}),
	}
	task := build(made{ecsTaskType, "task", p{"containerDefinitions": unknownText}})
	task.PropertyDependencies = map[string][]string{"containerDefinitions": {all[4].URN}}
	all = append(all, task)
	var judged *graph.Resource
	for _, name := range []string{"alb", "app", "db", "other", "db2"} {
		group := build(made{sgType, name, p{"tags": p{"webapp:tier": strings.TrimSuffix(name, "2")}}})
		if all = append(all, group); name == tier {
			judged = group
		}
	}
	for name, span := range rules {
		words := strings.Fields(name)
		protocol, ports, _ := strings.Cut(span, " ")
		from, to, several := strings.Cut(ports, "-")
		if !several {
			to = from
		}
		inputs := p{"securityGroupId": words[0], "ipProtocol": protocol, "fromPort": from, "toPort": to}
		switch words[2] {
		case "world":
			inputs["cidrIpv4"] = "0.0.0.0/0"
		case "list":
			inputs["prefixListId"] = "pl-1"
		case "unknown":
			inputs["cidrIpv4"] = unknownText
		default:
			if strings.Contains(words[2], "/") {
				inputs["cidrIpv4"] = words[2]
			} else {
				inputs["referencedSecurityGroupId"] = words[2]
			}
		}
		if len(words) > 3 && words[3] == "reasoned" {
			inputs["tags"] = p{reasonTag: "mail of the provider"}
		}
		typeToken := map[string]string{"in": sgIngressType, "out": sgEgressType}[words[1]]
		all = append(all, build(made{typeToken, strings.ReplaceAll(name, " ", "-"), inputs}))
	}
	params := control.Defaults(tierParams())
	params["flows"] = flows
	return judgeFlows(in{Resource: judged, Graph: graph.New(all), Params: params})
}

// with returns the town with other rules; those that are empty go.
func (rules town) with(changes town) town {
	changed := maps.Clone(rules)
	for name, span := range changes {
		if changed[name] = span; span == "" {
			delete(changed, name)
		}
	}
	return changed
}

// Each flow has its rules at both ends, and no rule is without a flow.
func TestFlowsBetweenGroups(t *testing.T) {
	for _, tier := range []string{"alb", "app", "db", "other"} {
		assert.Equal(t, passes, small().says(tier).Verdict(), "%s: %v", tier, small().says(tier))
	}
	const extra = ", which is not in the matrix: remove it or, if it is meant, add %q to the parameter flows of " +
		"sg-flow-matrix"
	proposing := func(text, line string) string { return text + strings.Replace(extra, "%q", `"`+line+`"`, 1) }
	for _, c := range []struct {
		changes town
		tier    string
		want    string
		flows   []string
	}{
		{
			town{"alb in world 80": ""},
			"alb",
			"the security group does not let internet in on tcp 80, which the matrix requires", nil,
		},
		{
			town{"alb in world 443": ""},
			"alb",
			"the security group does not let internet in on tcp 443, which the matrix requires", nil,
		},
		{
			town{"app in alb": ""},
			"app", "the security group does not let alb in on tcp 8000, which the matrix requires|" +
				"the security group does not let in alb on tcp 8000, which rule alb-out-app counts on",
			nil,
		},
		{
			town{"app out db": ""},
			"app", "the security group has no way out to db on tcp 5432, which the matrix requires|" +
				"the security group has no way out to db on tcp 5432, which rule db-in-app counts on",
			nil,
		},
		{
			town{"app out db": "", "app out db2": "tcp 5432"},
			"app", proposing("rule app-out-db2 allows tcp 5432 to db", "app -> db tcp 5432 optional") + "|" +
				"the security group has no way out to db on tcp 5432, which the matrix requires|" +
				"the security group has no way out to db on tcp 5432, which rule db-in-app counts on",
			nil,
		},
		{
			town{"app out world": ""},
			"app",
			"the security group has no way out to internet on tcp 443, which the matrix requires", nil,
		},
		{
			town{"alb out app": ""},
			"alb",
			"the security group has no way out to app on tcp 8000, which rule app-in-alb counts on", nil,
		},
		{
			town{"db in app": ""},
			"db", "the security group does not let in app on tcp 5432, which rule app-out-db counts on",
			nil,
		},
		{town{"db in alb": "tcp 5432"}, "db", proposing("rule db-in-alb allows tcp 5432 from alb",
			"alb -> db tcp 5432 optional"), nil},
		{
			town{"db out world": "tcp 443"},
			"db",
			proposing("rule db-out-world allows tcp 443 to internet", "db -> internet tcp 443 optional"), nil,
		},
		{
			town{"app in 10.0.9.0/25": "tcp 8000"},
			"app",
			proposing("rule app-in-10.0.9.0/25 allows tcp 8000 from db", "db -> app tcp 8000 optional"), nil,
		},
		{
			town{"app in 10.0.8.0/24": "tcp 8000"},
			"app",
			proposing("rule app-in-10.0.8.0/24 allows tcp 8000 from block", "block -> app tcp 8000 optional"), nil,
		},
		{
			town{"app in list": "tcp 8000"},
			"app",
			proposing("rule app-in-list allows tcp 8000 from prefix-list", "prefix-list -> app tcp 8000 optional"), nil,
		},
		{
			town{"app in sg-1": "tcp 8000"},
			"app",
			"rule app-in-sg-1 allows tcp 8000 from a security group outside the stack, which is not in the matrix", nil,
		},
		{town{"app in unknown": "tcp 8000"}, "app", "cannot tell yet whom rule app-in-unknown is about", nil},
		{town{"app out list": "tcp 443"}, "app", "", nil},
		{town{"app out 10.1.0.0/16": "tcp 443"}, "app", "", nil},
		{town{"app out world reasoned": "tcp 587"}, "app", "", nil},
		{town{"app out list reasoned": "tcp 587"}, "app", "", nil},
		{
			town{"app out world reasoned": "tcp 587-588"},
			"app",
			proposing("rule app-out-world-reasoned allows tcp 587-588 to internet", "app -> internet tcp 587-588 optional"),
			nil,
		},
		{
			town{"alb out world reasoned": "tcp 587"},
			"alb",
			proposing("rule alb-out-world-reasoned allows tcp 587 to internet", "alb -> internet tcp 587 optional"), nil,
		},
		{
			town{"app out other reasoned": "tcp 587"},
			"app",
			proposing("rule app-out-other-reasoned allows tcp 587 to other", "app -> other tcp 587 optional"), nil,
		},
		{town{"db in alb": "tcp 5432", "alb out db": "tcp 5432"}, "db", "", []string{"alb -> db tcp 5432 optional"}},
		{town{"db in alb": "tcp 5432"}, "db", "", []string{"alb -> db tcp 5000-6000 optional"}},
		{
			town{"db in alb": "udp 5432"},
			"db", proposing("rule db-in-alb allows udp 5432 from alb",
				"alb -> db udp 5432 optional"),
			[]string{"alb -> db tcp 5432 optional"},
		},
		{
			nil, "db", "the security group does not let other in on tcp 9, which the matrix requires",
			[]string{"other -> db tcp 9"},
		},
		{nil, "db", "", []string{"nobody -> db tcp 9"}},
		{
			nil, "other", "the security group has no way out to db on tcp 9, which the matrix requires",
			[]string{"other -> db tcp 9"},
		},
	} {
		result := small().with(c.changes).says(c.tier, c.flows...)
		var want []string
		if c.want != "" {
			want = strings.Split(c.want, "|")
		}
		assert.Equal(t, want, append(result.Problems, result.Doubts...), "%v", c.changes)
	}
}
