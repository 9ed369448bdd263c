package simaws_test

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// TestGroupsBelongToTheirVPC puts a security group of another VPC where a resource of this one uses groups.
func TestGroupsBelongToTheirVPC(t *testing.T) {
	for token, inputs := range map[string]func(group string) props{
		balancer: func(group string) props { return twoSubnets(props{"securityGroups": []any{group}}) },
		resourcetypes.VPCEndpoint: func(group string) props {
			return props{
				"vpcId": "${vpc.id}", "serviceName": "com.amazonaws.us-east-1.logs", "vpcEndpointType": "Interface",
				"subnetIds": []any{"${a.id}"}, "securityGroupIds": []any{group},
			}
		},
		resourcetypes.DBInstance: func(group string) props {
			return props{
				"engine": "postgres", "instanceClass": "c", "dbSubnetGroupName": "${db.name}", "vpcSecurityGroupIds": []any{group},
			}
		},
		resourcetypes.CacheGroup: func(group string) props {
			return props{
				"description": "Cache", "subnetGroupName": "${cache.name}", "securityGroupIds": []any{group},
				"replicationGroupId": "c", "engine": "valkey",
			}
		},
	} {
		e := start(t, simaws.Options{}, nil)
		e.vpc()
		both := []any{"${a.id}", "${b.id}"}
		e.make(resourcetypes.DBSubnetGroup, "db", props{"subnetIds": both})
		e.make(resourcetypes.CacheSubnetGroup, "cache", props{"subnetIds": both})
		e.make(resourcetypes.VPC, "vpc2", props{"cidrBlock": "10.1.0.0/16"})
		e.make(resourcetypes.SecurityGroup, "sg2", props{"vpcId": "${vpc2.id}"})
		assert.ErrorContains(t, e.try(token, "x", inputs("${sg2.id}")), "api error InvalidGroup.NotFound: The security "+
			"group '"+e.made["sg2"].id+"' does not exist in VPC '"+e.made["vpc"].id+"'", token)
		require.NoError(t, e.try(token, "x", inputs("${sg.id}")), token)
	}
}

// TestEndpointsClaimTheirName: a VPC has one endpoint with the private name of a service.
func TestEndpointsClaimTheirName(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	endpoint := func(vpc, service string, private bool) props {
		return props{
			"vpcId": "${" + vpc + ".id}", "serviceName": "com.amazonaws.us-east-1." + service, "privateDnsEnabled": private,
			"vpcEndpointType": "Interface", "subnetIds": []any{"${a.id}", "${b.id}"},
		}
	}
	first := e.make(resourcetypes.VPCEndpoint, "first", endpoint("vpc", "ecr.api", true))
	assert.ErrorContains(t, e.try(resourcetypes.VPCEndpoint, "x", endpoint("vpc", "ecr.api", true)),
		"api error InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain "+
			"for api.ecr.us-east-1.amazonaws.com in the VPC "+e.made["vpc"].id)
	e.make(resourcetypes.VPC, "vpc2", props{"cidrBlock": "10.1.0.0/16"})
	e.make(resourcetypes.VPCEndpoint, "elsewhere", endpoint("vpc2", "ecr.api", true))
	e.make(resourcetypes.VPCEndpoint, "another", endpoint("vpc", "ecr.dkr", true))
	e.make(resourcetypes.VPCEndpoint, "nameless", endpoint("vpc", "ecr.api", false))
	require.NoError(t, e.update("first", endpoint("vpc", "ecr.api", true)), "it does not clash with itself")

	interfaces := first.outputs["networkInterfaceIds"].ArrayValue()
	require.Len(t, interfaces, 2)
	assert.Regexp(t, `^eni-[0-9a-f]{17}$`, interfaces[0].StringValue())
	assert.NotEqual(t, interfaces[0], interfaces[1])
	names := first.outputs["dnsEntries"].ArrayValue()
	require.Len(t, names, 2)
	assert.Regexp(t, `^vpce-[0-9a-f]{17}-[a-z0-9]{8}\.api\.ecr\.us-east-1\.vpce\.amazonaws\.com$`,
		names[0].ObjectValue()["dnsName"].StringValue())
	assert.Equal(t, "api.ecr.us-east-1.amazonaws.com", names[1].ObjectValue()["dnsName"].StringValue())
	assert.Regexp(t, `^Z[A-Z0-9]{13}$`, names[0].ObjectValue()["hostedZoneId"].StringValue())
	assert.Regexp(t, `^Z[A-Z0-9]{20}$`, names[1].ObjectValue()["hostedZoneId"].StringValue())
	assert.NotContains(t, first.outputs, "prefixListId")

	gateway := e.make(resourcetypes.VPCEndpoint, "s3", props{
		"vpcId": "${vpc.id}", "serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway",
	})
	assert.Regexp(t, `^pl-[0-9a-f]{8}$`, gateway.outputs["prefixListId"].StringValue())
	assert.Empty(t, gateway.outputs["dnsEntries"].ArrayValue())
}

// TestWaysOut: public NAT gateways and load balancers need an internet gateway, which stays as long as they are there.
func TestWaysOut(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(resourcetypes.VPC, "closed", props{"cidrBlock": "10.1.0.0/16"})
	for name, zone := range map[string]string{"c": "10.1.1.0/24", "d": "10.1.2.0/24"} {
		e.make(subnet, name, props{"vpcId": "${closed.id}", "cidrBlock": zone, "availabilityZone": "us-east-1" + name})
	}
	e.make(resourcetypes.ElasticIP, "address", nil)
	nat := func(subnet string) props { return props{"subnetId": subnet, "allocationId": "${address.id}"} }
	assert.ErrorContains(t, e.try(resourcetypes.NATGateway, "x", nat("${c.id}")),
		"api error Gateway.NotAttached: Network "+e.made["closed"].id+" has no Internet gateway attached")
	e.make(resourcetypes.NATGateway, "private", props{"subnetId": "${c.id}", "connectivityType": "private"})
	balanced := props{"subnets": []any{"${c.id}", "${d.id}"}}
	assert.ErrorContains(t, e.try(balancer, "x", balanced),
		"api error InvalidSubnet: VPC "+e.made["closed"].id+" has no internet gateway")
	balanced["internal"] = true
	inside := e.make(balancer, "inside", balanced)
	assert.Regexp(t, `^internal-inside-[0-9a-f]{7}-\d{10}\.us-east-1\.elb\.amazonaws\.com$`,
		inside.outputs["dnsName"].StringValue())

	made := e.make(resourcetypes.NATGateway, "nat", nat("${a.id}"))
	assert.Regexp(t, `^10\.0\.1\.([5-9]|1[0-2])$`, made.outputs["privateIp"].StringValue())
	assert.Equal(t, e.made["address"].outputs["publicIp"], made.outputs["publicIp"])
	mapped := "api error DependencyViolation: Network " + e.made["vpc"].id + " has some mapped public address(es). " +
		"Please unmap those public address(es) before detaching the gateway."
	assert.ErrorContains(t, e.remove("igw"), mapped)
	assert.ErrorContains(t, e.remove("address"), "api error InvalidIPAddress.InUse: The address with allocation id ["+
		e.made["address"].id+"] is in use. (it is still used by nat (NatGateway))")
	require.NoError(t, e.remove("nat"))
	e.make(balancer, "lb", twoSubnets(nil))
	assert.ErrorContains(t, e.remove("igw"), mapped)
	require.NoError(t, e.remove("lb"))
	e.make(balancer, "within", twoSubnets(props{"internal": true}))
	require.NoError(t, e.remove("igw"), "nothing of the VPC has a public address")
}

// The official awsx does not let a NAT gateway wait for the internet gateway, which is attached while the NAT gateway
// is pending.
func TestANATGatewayWaitsForTheInternetGateway(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(resourcetypes.VPC, "late", props{"cidrBlock": "10.1.0.0/16"})
	e.make(subnet, "c", props{"vpcId": "${late.id}", "cidrBlock": "10.1.1.0/24"})
	e.make(resourcetypes.ElasticIP, "address", nil)
	nat, _, err := e.check(resourcetypes.NATGateway, "nat", resource.NewPropertyMapFromMap(
		e.fill(props{"subnetId": "${c.id}", "allocationId": "${address.id}"}).(props)))
	require.NoError(t, err)
	made := make(chan error)
	go func() {
		_, err := e.client.Create(t.Context(), &pulumirpc.CreateRequest{
			Urn: urnOf(resourcetypes.NATGateway, "nat"), Properties: e.marshal(nat),
		})
		made <- err
	}()
	select {
	case err := <-made:
		require.Fail(t, "the NAT gateway did not wait", "%v", err)
	case <-time.After(100 * time.Millisecond):
	}
	e.make(resourcetypes.InternetGateway, "igw", props{"vpcId": "${late.id}"})
	there := time.Now()
	require.NoError(t, <-made)
	assert.Less(t, time.Since(there), 2*time.Second, "it waits no longer than it must")
}

// TestLogGroupsAreThere: flow logs and logs of the firewall name their group by its ARN, with or without ":*".
func TestLogGroupsAreThere(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(group, "g", props{"name": "aws-waf-logs-g"})
	const nowhere = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-nowhere"
	flow := func(destination string) props {
		return props{
			"vpcId": "${vpc.id}", "trafficType": "ALL", "logDestinationType": "cloud-watch-logs", "logDestination": destination,
		}
	}
	assert.ErrorContains(t, e.try(resourcetypes.FlowLog, "x", flow(nowhere)),
		"api error InvalidParameter: LogDestination: "+nowhere+" does not exist")
	e.make(resourcetypes.FlowLog, "flow", flow("${g.arn}:*"))
	other := flow("${g.arn}")
	other["trafficType"] = "REJECT"
	e.make(resourcetypes.FlowLog, "rejected", other)
	e.make(resourcetypes.FlowLog, "bucket", props{
		"vpcId": "${vpc.id}", "trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::logs",
	})

	e.make(resourcetypes.WebACL, "acl", props{
		"scope": "REGIONAL", "defaultAction": props{"allow": props{}}, "visibilityConfig": props{},
	})
	waf := func(destination string) props {
		return props{"resourceArn": "${acl.arn}", "logDestinationConfigs": []any{destination}}
	}
	assert.ErrorContains(t, e.try(resourcetypes.WebACLLogging, "x", waf(nowhere)),
		"api error WAFLogDestinationPermissionIssueException: Unable to deliver logs to the configured destination. You "+
			"might need to grant log delivery permissions for the destination: "+nowhere)
	e.make(resourcetypes.WebACLLogging, "logging", waf("${g.arn}:*"))
	e.make(resourcetypes.WebACLLogging, "elsewhere", waf("arn:aws:s3:::aws-waf-logs-b"))
}
