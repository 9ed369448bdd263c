// Package sdkschema reads resource types and their properties from the source of the pinned
// pulumi-aws SDK. Only tests use it, to prove that the controls name things that exist. It
// imports nothing of this project.
package sdkschema
