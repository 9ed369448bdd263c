package components

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const securityGroupsType = "aws-webapp:network:SecurityGroups"

const (
	httpPort     = 80
	httpsPort    = 443
	postgresPort = 5432
)

const everywhere = "0.0.0.0/0"

// The security groups. Each service has its own app group.
const (
	albGroup = "alb"
	appGroup = "app"
	dbGroup  = "db"
	// callersGroup is a second group of the load balancer.
	callersGroup = "callers"
)

// SecurityGroupsService is a service's place in the flow matrix.
type SecurityGroupsService struct {
	// Name of the service.
	Name string
	// Ports on which the load balancer reaches its tasks: one, and that of an earlier version that still runs.
	Ports []int
	// Calls are the ways to other services.
	Calls []SecurityGroupsCall
	// DatabaseAccess opens the way to the database.
	DatabaseAccess bool
	// Stores are the names of the other stores that it uses.
	Stores []string
	// Egress are further ways out of its tasks.
	Egress []SecurityGroupsEgress
}

// SecurityGroupsCall is a way to the tasks of another service.
type SecurityGroupsCall struct {
	// Service that is called, and the port that its tasks listen on.
	Service string
	Port    int
}

// SecurityGroupsEgress is a way out of a service's tasks.
type SecurityGroupsEgress struct {
	// To is a CIDR block or the id of a prefix list.
	To   string
	Port int
	// Protocol is tcp or udp.
	Protocol string
	// Reason says what it is for. It becomes a tag of the rule.
	Reason string
	// Previous says that only an earlier version needs it, which becomes a tag, too.
	Previous bool
}

// SecurityGroupsStore is a data store beside the database. It has a group of its own, into which the services lead that
// use it, and out of which nothing does.
type SecurityGroupsStore struct {
	// Name of its group, Tier of the group if it is not the name, and Title that begins the group's description.
	Name, Tier, Title string
	// Protocol that it speaks, as descriptions name it, on Port.
	Protocol string
	Port     int
}

// SecurityGroupsArgs describe a [SecurityGroups].
type SecurityGroupsArgs struct {
	// VPCID of the network.
	VPCID pulumi.StringInput
	// IngressCIDRs may reach the load balancer on ports 80 and 443.
	IngressCIDRs []string
	// IngressPrefixLists may reach it on port 443: one of them may count for most of a group's rules.
	IngressPrefixLists []string
	// TestPort of the blue/green test listener, and TestIngressCIDRs that may reach it; an empty
	// list lets nobody in.
	TestPort         int
	TestIngressCIDRs []string
	// Callers asks for a second group of the load balancer, for the stack's own functions that come by NAT gateways: a
	// prefix list leaves the first one few rules.
	Callers bool
	// Services behind the load balancer.
	Services []SecurityGroupsService
	// Stores beside the database.
	Stores []SecurityGroupsStore
}

// SecurityGroups holds the workload's security groups and the table of flows between them. A flow
// that is not in the table is not possible.
type SecurityGroups struct {
	pulumi.ResourceState

	// LoadBalancerGroupID and DatabaseGroupID are the groups at the two ends.
	LoadBalancerGroupID, DatabaseGroupID pulumi.StringOutput
	// CallersGroupID is the load balancer's for the stack's functions: the second one, or else the first.
	CallersGroupID pulumi.StringOutput
	// StoreGroupIDs by name of the store.
	StoreGroupIDs map[string]pulumi.StringOutput
	// ServiceGroupIDs by name of the service.
	ServiceGroupIDs map[string]pulumi.StringOutput
	// ServiceReady holds the rules, at both ends, of the flows from and to each service, by
	// its name. Without them its tasks can neither start nor be checked.
	ServiceReady map[string][]pulumi.Resource

	args   SecurityGroupsArgs
	groups map[string]*ec2.SecurityGroup
}

// NewSecurityGroups makes a [SecurityGroups].
func NewSecurityGroups(
	ctx *pulumi.Context, name string, args *SecurityGroupsArgs, opts ...pulumi.ResourceOption,
) (*SecurityGroups, error) {
	f := &SecurityGroups{
		args:            given(args),
		groups:          map[string]*ec2.SecurityGroup{},
		StoreGroupIDs:   map[string]pulumi.StringOutput{},
		ServiceGroupIDs: map[string]pulumi.StringOutput{},
		ServiceReady:    map[string][]pulumi.Resource{},
	}
	return construct(ctx, name, f, opts, construction{
		kind: "security groups", token: securityGroupsType, wrong: check(f.args),
		steps: []step{
			{"create groups", f.createGroups},
			{"create rules", f.createRules},
		},
		outputs: func() pulumi.Map {
			serviceGroups := pulumi.StringMap{}
			for service, id := range f.ServiceGroupIDs {
				serviceGroups[service] = id
			}
			return pulumi.Map{
				"loadBalancerGroupId": f.LoadBalancerGroupID,
				"databaseGroupId":     f.DatabaseGroupID,
				"serviceGroupIds":     serviceGroups,
			}
		},
	})
}

func (f *SecurityGroups) createGroups(ctx *pulumi.Context, name string) error {
	if err := f.createGroup(ctx, name, albGroup, albGroup, "Load balancer: HTTP and HTTPS in, services out."); err != nil {
		return err
	}
	f.LoadBalancerGroupID = f.groups[albGroup].ID().ToStringOutput()
	f.CallersGroupID = f.LoadBalancerGroupID
	if f.args.Callers {
		const description = "Load balancer: functions of the stack in."
		if err := f.createGroup(ctx, name, callersGroup, callersGroup, description); err != nil {
			return err
		}
		f.CallersGroupID = f.groups[callersGroup].ID().ToStringOutput()
	}
	for _, service := range f.args.Services {
		group := serviceGroup(service.Name)
		if err := f.createGroup(ctx, name, group, appGroup, "Tasks of "+service.Name+
			": load balancer in, HTTPS and database out."); err != nil {
			return err
		}
		f.ServiceGroupIDs[service.Name] = f.groups[group].ID().ToStringOutput()
	}
	if err := f.createGroup(ctx, name, dbGroup, dbGroup, "Database: PostgreSQL in, nothing out."); err != nil {
		return err
	}
	f.DatabaseGroupID = f.groups[dbGroup].ID().ToStringOutput()
	for _, store := range f.args.Stores {
		description := store.Title + ": " + store.Protocol + " in, nothing out."
		if err := f.createGroup(ctx, name, store.Name, cmp.Or(store.Tier, store.Name), description); err != nil {
			return err
		}
		f.StoreGroupIDs[store.Name] = f.groups[store.Name].ID().ToStringOutput()
	}
	return nil
}

// createGroup makes a group without rules. AWS replaces a group whose description changes,
// and a group in use cannot be deleted: leave descriptions as they are.
func (f *SecurityGroups) createGroup(ctx *pulumi.Context, name, group, tier, description string) error {
	logical := name + "-" + group
	created, err := ec2.NewSecurityGroup(ctx, logical, &ec2.SecurityGroupArgs{
		VpcId:       f.args.VPCID,
		Description: pulumi.String(description),
		Tags:        pulumi.StringMap{"Name": pulumi.String(logical), TierTag: pulumi.String(tier)},
	}, pulumi.Parent(f))
	if err != nil {
		return fmt.Errorf("%s: %w", group, err)
	}
	f.groups[group] = created
	return nil
}

func serviceGroup(service string) string {
	return appGroup + "-" + service
}
