package components

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/awsdata/prefixlists"
)

// ReasonTag holds the reason for a rule that a service asks for. The policy pack wants it for ways out that are not in
// its matrix.
const ReasonTag = "webapp:reason"

// PreviousTag marks a way out that only an earlier version of a service needs.
const PreviousTag = "webapp:previous"

// flow is one row of the table: "from" may open connections to "to" on port. An end is a security
// group, with a slash a CIDR block, or the id of a prefix list.
type flow struct {
	from, to    string
	port        int
	description string
	// service that the flow is for; empty for the load balancer's clients.
	service string
	// protocol is tcp or udp; empty for tcp.
	protocol string
	// reason of a flow that a service asks for, and whether only its earlier version does.
	reason   string
	previous bool
}

// flows is the whole table. A flow between two groups needs a rule on each.
func (a SecurityGroupsArgs) flows() []flow {
	var table []flow
	for _, block := range a.IngressCIDRs {
		table = append(
			table,
			flow{from: block, to: albGroup, port: httpsPort, description: "HTTPS from clients"},
			flow{from: block, to: albGroup, port: httpPort, description: "HTTP from clients, redirected to HTTPS"},
		)
	}
	for _, list := range a.IngressPrefixLists {
		table = append(table, flow{from: list, to: albGroup, port: httpsPort, description: "HTTPS from clients"})
	}
	for _, block := range a.TestIngressCIDRs {
		table = append(table, flow{
			from: block, to: albGroup, port: a.TestPort,
			description: "Tests of a version that has no traffic yet",
		})
	}
	for _, service := range a.Services {
		group := serviceGroup(service.Name)
		add := func(from, to string, port int, description string) {
			table = append(table, flow{from: from, to: to, port: port, description: description, service: service.Name})
		}
		for _, port := range service.Ports {
			add(albGroup, group, port, "Requests and health checks for "+service.Name)
		}
		add(group, everywhere, httpsPort, "HTTPS from "+service.Name+" to AWS and other APIs")
		if service.DatabaseAccess {
			add(group, dbGroup, postgresPort, "PostgreSQL from "+service.Name)
		}
		for _, call := range service.Calls {
			add(group, serviceGroup(call.Service), call.Port, "Calls of "+call.Service+" from "+service.Name)
		}
		for _, way := range service.Egress {
			table = append(table, flow{
				from: group, to: way.To, port: way.Port, service: service.Name, protocol: way.Protocol, reason: way.Reason,
				previous:    way.Previous,
				description: fmt.Sprintf("Port %d of %s from %s", way.Port, way.To, service.Name),
			})
		}
		for _, store := range a.Stores {
			if slices.Contains(service.Stores, store.Name) {
				add(group, store.Name, store.Port, store.Protocol+" from "+service.Name)
			}
		}
	}
	return table
}

func (f *SecurityGroups) createRules(ctx *pulumi.Context, name string) error {
	for _, row := range f.args.flows() {
		if err := f.createEgress(ctx, name, row); err != nil {
			return fmt.Errorf("%s to %s: %w", row.from, row.to, err)
		}
		if err := f.createIngress(ctx, name, row); err != nil {
			return fmt.Errorf("%s from %s: %w", row.to, row.from, err)
		}
	}
	return nil
}

func (f *SecurityGroups) createEgress(ctx *pulumi.Context, name string, row flow) error {
	from, ok := f.groups[row.from]
	if !ok {
		return nil
	}
	logical := fmt.Sprintf("%s-%s-to-%s-%d", name, row.from, ruleLabel(row.to), row.port)
	protocol, tags := cmp.Or(row.protocol, "tcp"), named(logical)
	if protocol != "tcp" {
		logical += "-" + protocol
		tags = named(logical)
	}
	if row.reason != "" {
		tags[ReasonTag] = pulumi.String(row.reason)
	}
	if row.previous {
		tags[PreviousTag] = pulumi.String("true")
	}
	to := f.peer(row.to)
	rule, err := vpc.NewSecurityGroupEgressRule(ctx, logical, &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           from.ID(),
		Description:               pulumi.String(row.description),
		IpProtocol:                pulumi.String(protocol),
		FromPort:                  pulumi.Int(row.port),
		ToPort:                    pulumi.Int(row.port),
		CidrIpv4:                  to.cidr,
		PrefixListId:              to.list,
		ReferencedSecurityGroupId: to.group,
		Tags:                      tags,
	}, pulumi.Parent(f))
	if err != nil {
		return err
	}
	f.keep(row, rule)
	return nil
}

func (f *SecurityGroups) createIngress(ctx *pulumi.Context, name string, row flow) error {
	to, ok := f.groups[row.to]
	if !ok {
		return nil
	}
	logical := fmt.Sprintf("%s-%s-from-%s-%d", name, row.to, ruleLabel(row.from), row.port)
	from := f.peer(row.from)
	rule, err := vpc.NewSecurityGroupIngressRule(ctx, logical, &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           to.ID(),
		Description:               pulumi.String(row.description),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(row.port),
		ToPort:                    pulumi.Int(row.port),
		CidrIpv4:                  from.cidr,
		PrefixListId:              from.list,
		ReferencedSecurityGroupId: from.group,
		Tags:                      named(logical),
	}, pulumi.Parent(f))
	if err != nil {
		return err
	}
	f.keep(row, rule)
	return nil
}

// keep records which service a rule belongs to.
func (f *SecurityGroups) keep(row flow, rule pulumi.Resource) {
	if row.service != "" {
		f.ServiceReady[row.service] = append(f.ServiceReady[row.service], rule)
	}
}

// peer is the other end of a rule, of which one is set.
type peer struct{ cidr, list, group pulumi.StringPtrInput }

func (f *SecurityGroups) peer(end string) peer {
	switch g, ok := f.groups[end]; {
	case ok:
		return peer{group: g.ID()}
	case prefixlists.IsID(end):
		return peer{list: pulumi.String(end)}
	}
	return peer{cidr: pulumi.String(end)}
}

// ruleLabel returns an end as part of a logical name.
func ruleLabel(end string) string {
	if end == everywhere {
		return "anywhere"
	}
	return strings.ReplaceAll(end, "/", "_")
}
