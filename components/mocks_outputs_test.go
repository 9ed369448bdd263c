package components

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"aws-webapp/tests/mockaws"
)

// awsOutputs replaces computed outputs of a type in a test. A function gets the resource's logical name.
var awsOutputs = map[string]func(name string) map[string]any{}

// computedOutputs returns a resource's inputs and what AWS adds: for every type an ARN and, if
// the program gives none, a name with Pulumi's random suffix.
func computedOutputs(typ, name string, inputs resource.PropertyMap) resource.PropertyMap {
	outputs := resource.NewPropertyMapFromMap(map[string]any{
		"arn":  arnOf(typ, name),
		"name": name + "-1234567",
	})
	maps.Copy(outputs, inputs)
	if typ == mockaws.VPC {
		maps.Copy(outputs, vpcOutputs(name))
	}
	maps.Copy(outputs, mockaws.Added(tokens.Type(typ), name, inputs))
	if added, ok := awsOutputs[typ]; ok {
		maps.Copy(outputs, resource.NewPropertyMapFromMap(added(name)))
	}
	return outputs
}

// vpcOutputs are those of a VPC in two zones.
func vpcOutputs(name string) resource.PropertyMap {
	return mockaws.VPCOutputs(testScope.Project, testScope.Stack, name, 2)
}

// arnOf returns the ARN of a resource. Only its service and name are as in AWS.
func arnOf(typ, name string) string {
	service, _, _ := strings.Cut(string(tokens.Type(typ).Module().Name()), "/")
	return testScope.ARN(service, name)
}
