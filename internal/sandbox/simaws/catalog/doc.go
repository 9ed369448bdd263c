// Package catalog is the table of AWS resource types that the simulated provider knows.
//
// Each type is one entry of plain data, in the file of its AWS service: which inputs are
// required, which force a replacement, what the provider fills in, which outputs AWS
// computes and how they are shaped, which inputs must name an existing resource, what
// must be unique, and what refuses deletion. The facts come from the pinned Pulumi SDK
// (required inputs, property names: proved by a test against its source) and from the
// Terraform AWS provider that it wraps (ForceNew, proved against the provider's schema;
// Default). What a table cannot say is a [Rule]: a small function that words its error as AWS does.
//
// # Adding a resource type
//
// Add an entry to the table in the file of its service (or start a new file and add its
// table to the list in registry.go), with at least:
//
//	"aws:sqs/queue:Queue": {
//		Required: nil,                                  // what NewQueue insists on
//		Replace:  []string{"name", "fifoQueue"},        // ForceNew in the Terraform schema
//		Name:     &Name{Max: 80, Chars: sqsChars},      // when Pulumi names it
//		ID:       "https://sqs.{region}.amazonaws.com/{account}/{.name}",
//		Outputs:  Outputs{"arn": "arn:{partition}:sqs:{region}:{account}:{.name}", "url": "{id}"},
//		Tags:     true,
//	},
//
// then run the package's tests: they say which properties the SDK does not have and
// which required inputs are missing.
//
// # Templates
//
// Strings in ID, Outputs and error messages are templates. {account}, {region},
// {partition} and {id} stand for what they say; {.name} for an input or output of the
// resource; {hex17}, {digits12}, {upper17}, {lower8} and {uuid} for that many generated
// characters, the same for the same placeholder of one resource, different when a label
// is added: {hex8#eni}. Generated values follow from the resource's URN and from how
// often it has been created, so two runs of one program give the same ids.
package catalog
