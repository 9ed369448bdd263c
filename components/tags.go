package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// TierTag marks a security group with its place in the flow matrix: alb, app, db or endpoints.
// The policy pack uses it to judge the flows.
const TierTag = "webapp:tier"

// named returns the tag that the AWS console shows as a resource's name.
func named(name string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(name)}
}
