// Package catalog is the table of AWS resource types that the simulated provider supports. It
// imports facts about AWS (internal/awsdata) and policies/iamdoc, but neither the provider nor
// the state of the account.
//
// What Terraform's AWS provider knows of a type is generated: which inputs are required, which force a replacement,
// what the provider fills in and what it computes (provider.json, which `make awsplugin-describe` writes from the
// provider itself). Where the simulation knows better, the type says so and why ([Difference]). The rest is one entry
// of plain data a type, in the file of its AWS service: how outputs are shaped, which inputs must name an existing
// resource, what must be unique, and what refuses deletion. What a table cannot say is a [Rule]: a small function that
// words its error as AWS does.
//
// # Adding a resource type
//
// Give the type a row in internal/awsdata/resourcetypes, and an entry in the table of its service here (or start a new
// file, whose init adds its table to tables), with at least:
//
//	resourcetypes.Queue: {
//		Name:    &Name{Max: 80, Chars: sqsChars},       // when Pulumi names it
//		ID:      "https://sqs.{region}.amazonaws.com/{account}/{.name}",
//		Outputs: Outputs{"arn": "arn:{partition}:sqs:{region}:{account}:{.name}", "url": "{id}"},
//		Tags:    true,
//	},
//
// Until `make awsplugin-describe` has been run, the entry has its Schema by hand. Then run the package's tests: they
// say which properties the SDK does not have and which required inputs are missing.
//
// # Templates
//
// Strings in ID, Outputs and error messages are templates. {account}, {region}, {partition} and
// {id} stand for these values; {.name} for an input or output of the resource; {hex17},
// {digits12}, {upper17}, {lower8} and {uuid} for that many generated characters, the same for
// the same placeholder of one resource, different when a label is added: {hex8#eni}. Generated
// values follow from the resource's URN and from how often it has been created, so two runs of
// one program give the same ids.
package catalog
