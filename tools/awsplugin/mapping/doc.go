// Package mapping holds the names under which the plugin serves the AWS provider's resources
// and functions: the same that the Pulumi AWS SDK asks for. What follows from the Terraform
// schema by rule (camel case, plurals, single nested blocks) is left to the bridge; only what
// deviates is listed.
//
// The package has no dependencies, so that its test does not need the provider built.
package mapping
