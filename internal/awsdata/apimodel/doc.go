// Package apimodel holds the limits that AWS's published API models put on the inputs of the
// resources that the stacks make: lengths, patterns, ranges, enumerations. They are generated, see
// [Source]. Limits that the models do not have are in package quotas.
package apimodel
