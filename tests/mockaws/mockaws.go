package mockaws

import (
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Account that the program is in.
const Account = "123456789012"

// Types of resources.
const (
	Certificate = "aws:acm/certificate:Certificate"
	RouteTable  = "aws:ec2/routeTable:RouteTable"
	Subnet      = "aws:ec2/subnet:Subnet"
	VPC         = "awsx:ec2:Vpc"
)

// accessPoint of a file system, which has its name.
const accessPoint = "aws:efs/accessPoint:AccessPoint"

// added returns the outputs that AWS adds to the inputs of a type, by logical name, besides
// ARN, ID and name.
var added = map[tokens.Type]func(name string) map[string]any{
	"aws:ec2/eip:Eip": func(name string) map[string]any {
		number := name[strings.LastIndexByte(name, '-')+1:]
		return map[string]any{"allocationId": "eipalloc-" + name, "publicIp": "203.0.113." + number}
	},
	"aws:kms/key:Key": func(name string) map[string]any {
		return map[string]any{"keyId": name + "-id"}
	},
	"aws:lb/loadBalancer:LoadBalancer": func(name string) map[string]any {
		return map[string]any{
			"arnSuffix": "app/" + name + "/50dc6c495c0c9188",
			"dnsName":   name + "-123456789.us-east-1.elb.amazonaws.com",
			"zoneId":    "Z35SXDOTRQ7X7K",
		}
	},
	"aws:lb/targetGroup:TargetGroup": func(name string) map[string]any {
		return map[string]any{"arnSuffix": "targetgroup/" + name + "/943f017f100becff"}
	},
	"aws:elasticache/replicationGroup:ReplicationGroup": func(name string) map[string]any {
		return map[string]any{
			"primaryEndpointAddress": "master." + name + ".abcdef.use1.cache.amazonaws.com",
			"memberClusters":         []any{name + "-001", name + "-002"},
		}
	},
	"aws:opensearch/domain:Domain": func(name string) map[string]any {
		return map[string]any{"endpoint": "vpc-" + name + ".us-east-1.es.amazonaws.com"}
	},
	"aws:sqs/queue:Queue": func(name string) map[string]any {
		return map[string]any{"url": "https://sqs.us-east-1.amazonaws.com/" + Account + "/" + name}
	},
	"aws:rds/instance:Instance": func(string) map[string]any {
		return map[string]any{
			"address":  "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com",
			"endpoint": "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com:5432",
			"port":     5432,
			"masterUserSecrets": []any{map[string]any{
				"secretArn": "arn:aws:secretsmanager:us-east-1:" + Account + ":secret:rds!db-1",
			}},
		}
	},
}

// Added returns the outputs that AWS adds to the inputs of a resource, besides ARN, ID and name. For a VPC see
// [VPCOutputs].
func Added(typ tokens.Type, name string, inputs resource.PropertyMap) resource.PropertyMap {
	if typ == Certificate {
		return resource.PropertyMap{"domainValidationOptions": validationOptions(inputs)}
	}
	if add, known := added[typ]; known {
		return resource.NewPropertyMapFromMap(add(name))
	}
	return resource.PropertyMap{}
}

// Outputs returns the outputs of a resource of a stack: its inputs and what AWS adds.
func Outputs(project, stack string, args pulumi.MockResourceArgs) resource.PropertyMap {
	outputs := resource.NewPropertyMapFromMap(map[string]any{
		"arn": "arn:aws:mock:us-east-1:" + Account + ":" + args.Name, "name": args.Name,
	})
	maps.Copy(outputs, args.Inputs)
	if args.TypeToken == VPC {
		zones := len(args.Inputs["availabilityZoneNames"].ArrayValue())
		maps.Copy(outputs, VPCOutputs(project, stack, args.Name, zones))
	}
	maps.Copy(outputs, Added(tokens.Type(args.TypeToken), args.Name, args.Inputs))
	return outputs
}

// ID of a resource. Subnets and route tables of a VPC have the same names, and so have a file system and its access
// point.
func ID(typ tokens.Type, name string) string {
	if typ == Subnet {
		return "subnet-" + name
	}
	if typ == accessPoint {
		return "fsap-" + name
	}
	return name + "-id"
}

// validationOptions returns the records that ACM asks for, one per name on the certificate.
func validationOptions(inputs resource.PropertyMap) resource.PropertyValue {
	names := []resource.PropertyValue{inputs["domainName"]}
	if others, given := inputs["subjectAlternativeNames"]; given {
		names = append(names, others.ArrayValue()...)
	}
	options := make([]resource.PropertyValue, len(names))
	for i, name := range names {
		options[i] = resource.NewProperty(resource.PropertyMap{
			"domainName":          name,
			"resourceRecordName":  resource.NewProperty("_acm." + name.StringValue() + "."),
			"resourceRecordType":  resource.NewProperty("CNAME"),
			"resourceRecordValue": resource.NewProperty("_validated.acm-validations.aws."),
		})
	}
	return resource.NewProperty(options)
}

// Call answers a function of the provider, or of Pulumi, that the program calls. Nothing else is deployed in the
// account.
func Call(token string) (resource.PropertyMap, error) {
	answers := map[string]map[string]any{
		"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": Account},
		"aws:index/getPartition:getPartition":           {"partition": "aws"},
		"aws:index/getAvailabilityZones:getAvailabilityZones": {
			"names": []any{"us-east-1c", "us-east-1a", "us-east-1b", "us-east-1d"},
		},
		"aws:ecs/getService:getService": {"taskDefinition": ""},
	}
	answer, known := answers[token]
	if !known {
		return nil, fmt.Errorf("the program calls %s: give mockaws the answer", token)
	}
	return resource.NewPropertyMapFromMap(answer), nil
}

// VPCOutputs returns awsx's outputs for a VPC of a stack in this many zones: references to the resources of
// [WithVPCChildren].
func VPCOutputs(project, stack, vpc string, zones int) resource.PropertyMap {
	children := func(typ tokens.Type) resource.PropertyValue {
		var found []resource.PropertyValue
		for _, name := range vpcChildren(vpc, zones) {
			child := urn.New(tokens.QName(stack), tokens.PackageName(project), "", typ, name)
			found = append(found, resource.MakeCustomResourceReference(child, resource.ID(ID(typ, name)), ""))
		}
		return resource.NewProperty(found)
	}
	return resource.PropertyMap{
		"vpcId": resource.NewProperty("vpc-1"), "subnets": children(Subnet), "routeTables": children(RouteTable),
	}
}

// vpcChildren returns awsx's names of subnets and route tables, in its order.
func vpcChildren(vpc string, zones int) []string {
	var names []string
	for zone := range zones {
		for _, tier := range []string{"public", "app", "db"} {
			names = append(names, fmt.Sprintf("%s-%s-%d", vpc, tier, zone+1))
		}
	}
	return names
}

// mostZones is the number of zones that a stack file may name.
const mostZones = 6

// WithVPCChildren registers the VPC's children and then runs the program, so that its references to them
// resolve.
func WithVPCChildren(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, name := range vpcChildren("network", mostZones) {
			table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{VpcId: pulumi.String("vpc")})
			if err != nil {
				return err
			}
			subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{VpcId: pulumi.String("vpc")})
			if err != nil {
				return err
			}
			// Registration goes on in the background, and references must not overtake it.
			registered := make(chan struct{})
			pulumi.All(table.ID(), subnet.ID()).ApplyT(func(ids []any) []any {
				close(registered)
				return ids
			})
			<-registered
		}
		return program(ctx)
	}
}
