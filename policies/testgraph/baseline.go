package testgraph

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/policies/graph"
)

// Baseline is a compliant stack of the shape that the program deploys, each time another copy.
func Baseline(stack string, phase Phase) []*graph.Resource {
	return another(fmt.Sprintf("baseline %s %d", stack, phase), func() []*graph.Resource { return baseline(stack, phase) })
}

func baseline(stack string, phase Phase) []*graph.Resource {
	b := newBuilder(stack, phase)
	root := &graph.Resource{
		URN: b.urn("", "pulumi:pulumi:Stack", "aws-webapp-"+stack), Type: "pulumi:pulumi:Stack", Name: "aws-webapp-" + stack,
		Inputs: resource.PropertyMap{}, Outputs: resource.PropertyMap{},
	}
	b.resources = append(b.resources, root, &graph.Resource{
		URN: b.provider.URN, Type: "pulumi:providers:aws", Name: "aws", Inputs: b.provider.Inputs, Outputs: b.provider.Inputs,
	})
	b.all()
	return b.resources
}

// Large returns a compliant stack with at least the given number of resources: the baseline,
// repeated.
func Large(size int) []*graph.Resource {
	b := newBuilder("prod", Deployed)
	for copies := 0; len(b.resources) < size; copies++ {
		b.suffix = fmt.Sprintf("-%d", copies)
		b.all()
	}
	return b.resources
}

// all adds everything that a stack has.
func (b *builder) all() {
	keys := b.keys()
	net := b.network(keys)
	groups := b.securityGroups(net)
	buckets := b.buckets(keys)
	balancer := b.balancer(net, groups, buckets)
	b.service(net, groups, keys, balancer.groups, b.database(net, groups, keys))
	b.releases(net, groups, keys, balancer)
	b.audit(keys, buckets)
	b.search(net, groups, keys)
	b.registry(keys)
	b.delivery(keys)
	b.rest(keys)
}

type keyring struct{ data, logs, audit *graph.Resource }

func (b *builder) keys() keyring {
	parent := b.component("aws-webapp:encryption:Keys", "keys")
	policy := func(more string) string {
		return `{"Version":"2012-10-17","Statement":[{"Sid":"AccountThroughIAM","Effect":"Allow","Principal":{"AWS":` +
			`"arn:aws:iam::` + account + `:root"},"Action":"kms:*","Resource":"*"}` + more + `]}`
	}
	logs := `,{"Sid":"Logs","Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},` +
		`"Action":["kms:Decrypt",` +
		`"kms:GenerateDataKey*"],"Resource":"*","Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":` +
		`"arn:aws:logs:us-east-1:` + account + `:log-group:*"}}}`
	key := func(name, more string) *graph.Resource {
		return b.add(parent, "aws:kms/key:Key", name, props{
			"enableKeyRotation": true, "policy": policy(more), "deletionWindowInDays": 30, "description": name,
		})
	}
	return keyring{key("keys-data", ""), key("keys-logs", logs), key("keys-audit", logs)}
}

type net struct {
	vpc                   *graph.Resource
	public, app, isolated []*graph.Resource
}

func (b *builder) network(keys keyring) net {
	component := b.component("awsx:ec2:Vpc", "web")
	n := net{vpc: b.add(component, "aws:ec2/vpc:Vpc", "web", props{"cidrBlock": "10.0.0.0/16", "enableDnsSupport": true})}
	n.vpc.Protect = b.stack == "prod"
	gateway := b.add(n.vpc, "aws:ec2/internetGateway:InternetGateway", "web", props{"vpcId": id(n.vpc)})
	for zone := 1; zone <= 2; zone++ {
		public, table := b.subnet(n.vpc, "public", "Public", zone, zone)
		n.public = append(n.public, public)
		b.add(table, "aws:ec2/route:Route", table.Name, props{
			"routeTableId": id(table), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": id(gateway),
		})
		nat := b.add(public, "aws:ec2/natGateway:NatGateway", fmt.Sprintf("web-%d", zone), props{"subnetId": id(public)})
		app, appTable := b.subnet(n.vpc, "app", "Private", zone, zone+2)
		n.app = append(n.app, app)
		b.add(appTable, "aws:ec2/route:Route", appTable.Name, props{
			"routeTableId": id(appTable), "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": id(nat),
		})
		isolated, _ := b.subnet(n.vpc, "db", "Isolated", zone, zone+4)
		n.isolated = append(n.isolated, isolated)
	}
	b.add(nil, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "web-default", props{"vpcId": id(n.vpc)})
	group := b.logGroup("web-flow-logs", "/vpc/web", keys)
	role := b.role("web-flow-logs", "vpc-flow-logs.amazonaws.com")
	b.rolePolicy("web-flow-logs", role, `{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents",`+
		`"logs:DescribeLogStreams"],"Resource":"arn:aws:logs:us-east-1:`+account+`:log-group:/vpc/web:*"}`)
	b.add(nil, "aws:ec2/flowLog:FlowLog", "web", props{
		"vpcId": id(n.vpc), "trafficType": "ALL", "logDestination": arn(group), "iamRoleArn": arn(role),
	})
	return n
}

func (b *builder) subnet(vpc *graph.Resource, tier, kind string, zone, block int) (subnet, table *graph.Resource) {
	logical := fmt.Sprintf("web-%s-%d", tier, zone)
	subnet = b.add(vpc, "aws:ec2/subnet:Subnet", logical, props{
		"vpcId": id(vpc), "cidrBlock": fmt.Sprintf("10.0.%d.0/24", block), "mapPublicIpOnLaunch": false,
		"availabilityZone": "us-east-1" + string("ab"[zone-1]), "tags": props{"Name": logical, "SubnetType": kind},
	})
	subnet.Protect = b.stack == "prod"
	table = b.add(subnet, "aws:ec2/routeTable:RouteTable", logical, props{"vpcId": id(vpc)})
	b.add(table, "aws:ec2/routeTableAssociation:RouteTableAssociation", logical, props{
		"routeTableId": id(table), "subnetId": id(subnet),
	})
	return subnet, table
}

func ids(resources []*graph.Resource) []any {
	list := make([]any, len(resources))
	for i, r := range resources {
		list[i] = id(r)
	}
	return list
}

type groups struct{ alb, app, db, endpoints, search, shipper, tester *graph.Resource }

func (b *builder) securityGroups(n net) groups {
	component := b.component("aws-webapp:network:SecurityGroups", "web")
	group := func(tier string) *graph.Resource {
		return b.add(component, "aws:ec2/securityGroup:SecurityGroup", "web-"+tier, props{
			"vpcId": id(n.vpc), "description": "The " + tier + " tier", "tags": props{"webapp:tier": tier},
		})
	}
	f := groups{
		alb: group("alb"), app: group("app"), db: group("db"), endpoints: group("endpoints"),
		search: group("search"), shipper: group("shipper"), tester: group("tester"),
	}
	rule := func(kind, name string, owner *graph.Resource, port int, peer props) {
		inputs := props{
			"securityGroupId": id(owner), "ipProtocol": "tcp", "fromPort": port, "toPort": port, "description": name,
		}
		for key, value := range peer {
			inputs[key] = value
		}
		b.add(component, "aws:vpc/securityGroup"+kind+"Rule:SecurityGroup"+kind+"Rule", name, inputs)
	}
	world := props{"cidrIpv4": "0.0.0.0/0"}
	to := func(group *graph.Resource) props { return props{"referencedSecurityGroupId": id(group)} }
	rule("Ingress", "alb-from-world-443", f.alb, 443, world)
	rule("Ingress", "alb-from-world-80", f.alb, 80, world)
	rule("Egress", "alb-to-app", f.alb, 8000, to(f.app))
	rule("Ingress", "app-from-alb", f.app, 8000, to(f.alb))
	rule("Egress", "app-to-world", f.app, 443, world)
	rule("Egress", "app-to-db", f.app, 5432, to(f.db))
	rule("Egress", "app-to-endpoints", f.app, 443, to(f.endpoints))
	rule("Egress", "shipper-to-search", f.shipper, 443, to(f.search))
	rule("Egress", "shipper-to-world", f.shipper, 443, world)
	rule("Ingress", "search-from-shipper", f.search, 443, to(f.shipper))
	rule("Ingress", "db-from-app", f.db, 5432, to(f.app))
	rule("Ingress", "endpoints-from-app", f.endpoints, 443, to(f.app))
	rule("Egress", "tester-to-world", f.tester, 443, world)
	rule("Egress", "tester-to-listener", f.tester, 8443, world)
	rule("Ingress", "alb-from-nat", f.alb, 8443, props{"cidrIpv4": "198.51.100.7/32"})
	for _, service := range []string{"ecr.api", "ecr.dkr", "logs", "ssmmessages"} {
		b.add(nil, "aws:ec2/vpcEndpoint:VpcEndpoint", "web-"+service, props{
			"vpcId": id(n.vpc), "serviceName": "com.amazonaws.us-east-1." + service, "vpcEndpointType": "Interface",
			"subnetIds": ids(n.app), "securityGroupIds": []any{id(f.endpoints)},
		})
	}
	return f
}

func (b *builder) logGroup(logical, name string, keys keyring) *graph.Resource {
	return b.add(nil, "aws:cloudwatch/logGroup:LogGroup", logical, props{
		"name": name + b.suffix, "retentionInDays": 30, "kmsKeyId": arn(keys.logs),
	})
}

func (b *builder) role(logical, service string) *graph.Resource {
	condition := ""
	if slices.Contains(deliveries.Guarded(), service) {
		condition = `,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`
	}
	return b.add(nil, "aws:iam/role:Role", logical, props{
		"assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service +
			`"},"Action":"sts:AssumeRole"` + condition + `}]}`,
	})
}

func (b *builder) rolePolicy(logical string, role *graph.Resource, statements string) {
	b.add(nil, "aws:iam/rolePolicy:RolePolicy", logical, props{
		"role": id(role), "policy": `{"Version":"2012-10-17","Statement":[` + statements + `]}`,
	})
}
