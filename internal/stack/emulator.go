package stack

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// useEmulator points the provider at an AWS emulator, which has no credentials, instance
// metadata or virtual-hosted buckets.
func useEmulator(project string, args *aws.ProviderArgs, endpoints map[string]string) error {
	services := aws.ProviderEndpointArgs{}
	fields := endpointFields(&services)
	for _, service := range slices.Sorted(maps.Keys(endpoints)) {
		field, ok := fields[service]
		if !ok {
			return fmt.Errorf("%s:aws.endpoints: found the service %q, which the AWS provider does not know: "+
				"allowed are the provider's names such as ec2, elbv2 or iam; correct the name", project, service)
		}
		field.Set(reflect.ValueOf(pulumi.String(endpoints[service])))
	}
	args.Endpoints = aws.ProviderEndpointArray{services}
	args.AccessKey = pulumi.String("emulator")
	args.SecretKey = pulumi.String("emulator")
	args.SkipCredentialsValidation = pulumi.Bool(true)
	args.SkipMetadataApiCheck = pulumi.Bool(true)
	args.S3UsePathStyle = pulumi.Bool(true)
	return nil
}

// endpointFields returns the endpoints that the provider accepts, by service.
func endpointFields(services *aws.ProviderEndpointArgs) map[string]reflect.Value {
	value := reflect.ValueOf(services).Elem()
	fields := make(map[string]reflect.Value, value.NumField())
	for i := range value.NumField() {
		fields[value.Type().Field(i).Tag.Get("pulumi")] = value.Field(i)
	}
	return fields
}
