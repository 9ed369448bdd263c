package components

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// awsOutputs is what AWS adds to the inputs of a type, by logical name.
var awsOutputs = map[string]func(name string) map[string]any{
	"awsx:ec2:Vpc": func(name string) map[string]any {
		return map[string]any{
			"vpcId":       "vpc-1",
			"subnets":     childrenOfVPC(subnetToken, name),
			"routeTables": childrenOfVPC("aws:ec2/routeTable:RouteTable", name),
		}
	},
	"aws:ec2/eip:Eip": func(name string) map[string]any {
		return map[string]any{"allocationId": "eipalloc-" + name}
	},
	"aws:kms/key:Key": func(name string) map[string]any {
		return map[string]any{"keyId": idOf(name)}
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
	"aws:opensearch/domain:Domain": func(name string) map[string]any {
		return map[string]any{"endpoint": "vpc-" + name + ".us-east-1.es.amazonaws.com"}
	},
	"aws:sqs/queue:Queue": func(name string) map[string]any {
		return map[string]any{"url": "https://sqs.us-east-1.amazonaws.com/123456789012/" + name}
	},
	"aws:rds/instance:Instance": func(string) map[string]any {
		return map[string]any{
			"address":  "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com",
			"endpoint": "db.cg034hpkmmjt.us-east-1.rds.amazonaws.com:5432",
			"port":     5432,
			"masterUserSecrets": []any{map[string]any{
				"secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-5f3f0b4e",
			}},
		}
	},
}

// computedOutputs are a resource's inputs and what AWS adds: for every type an ARN and,
// where the program gives none, a name with Pulumi's random suffix.
func computedOutputs(typ, name string, inputs resource.PropertyMap) resource.PropertyMap {
	outputs := resource.NewPropertyMapFromMap(map[string]any{
		"arn":  arnOf(typ, name),
		"name": name + "-1234567",
	})
	maps.Copy(outputs, inputs)
	if added, ok := awsOutputs[typ]; ok {
		maps.Copy(outputs, resource.NewPropertyMapFromMap(added(name)))
	}
	return outputs
}

// arnOf is the ARN that a resource gets, service and name alone being as AWS would have it.
func arnOf(typ, name string) string {
	service, _, _ := strings.Cut(string(tokens.Type(typ).Module().Name()), "/")
	return testScope.ARN(service, name)
}

// idOf is the ID that a resource gets.
func idOf(name string) string {
	return name + "-id"
}

const subnetToken = "aws:ec2/subnet:Subnet"

// childrenOfVPC refers to what awsx makes in two zones, of a type and in its order.
func childrenOfVPC(typ, vpc string) []any {
	var children []any
	for _, name := range []string{"public-1", "app-1", "db-1", "public-2", "app-2", "db-2"} {
		child := urnIn("", typ, vpc+"-"+name)
		children = append(children, resource.MakeCustomResourceReference(child, resource.ID(childIDOf(child)), ""))
	}
	return children
}

// childIDOf tells the subnets from the route tables, which have the same names.
func childIDOf(child urn.URN) string {
	if child.Type() == subnetToken {
		return "subnet-" + child.Name()
	}
	return idOf(child.Name())
}
