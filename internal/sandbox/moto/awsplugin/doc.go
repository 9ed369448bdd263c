// Package awsplugin makes the AWS provider plugin available to the Pulumi engine: the official
// one if it can be downloaded, else one built from Go modules (tools/awsplugin), which is the
// same provider in an older version.
package awsplugin
