// Package config reads a stack's configuration once, fills in the defaults and refuses values
// that AWS, or the rules of the stack's environment, would not accept. It creates nothing and
// calls nobody: it imports only internal/cidr, internal/rotation/patience and facts about AWS
// (internal/awsdata).
//
// Every key is a structured object per subject below the project's namespace, for
// example
//
//	config:
//	  aws-webapp:network:
//	    availabilityZoneCount: 3
//	    nat: per-az
//
// A key that is left out, or has no value, gets the value of [Defaults]. A list or map replaces
// the default as a whole. An unknown key, a value of the wrong type and a value outside its
// range are errors; all of them are reported together ([Errors]), each with its key path, what
// was found, what is allowed and how to fix it.
//
// Pulumi secrets (pulumi config set --secret) are refused: secrets belong into Secrets Manager
// or the SSM parameter store, and the configuration names their ARNs.
//
// The fields' tags hold the rules that concern a single value:
//
//   - allowed lists values and ranges ("0, 30 to 900"), or names a format in angle
//     brackets ("<CIDR block>"); in lists and maps it concerns each value
//   - keys does the same for the keys of a map
//   - count is the number of entries of a list or map
//   - required:"true" refuses a missing key, optional:"true" lets a text be empty
//   - repeat:"true" allows equal values in a list
//   - wholeNumber:"true" allows writing a text as a number without a fraction
//   - sensitive:"true" keeps the value out of messages
//
// Rules that compare values, and those of production, are in the validate method of the struct that holds them, and
// so are defaults in its defaults method. A subject is one file.
//
// A stack file describes a workload ([Config]) or the delivery of one ([Delivery]); the key
// kind says which. A key of the other kind is an error that says so.
package config
