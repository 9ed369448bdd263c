// Package statelock says who holds the lock of a stack's state, and frees one whose holder is dead. Pulumi keeps such
// locks as files beside the state; `pulumi cancel` deletes all of them, whoever holds them, without a look. Sources:
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/diy/lock.go (the file, and where it is)
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/diy/backend.go (CancelCurrentUpdate)
package statelock
