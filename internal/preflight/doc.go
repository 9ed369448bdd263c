// Package preflight looks for obstacles to a stack's up or destroy before anything is started:
// half an hour into a deployment is a bad time to learn of a quota.
//
// It reads the stack file, asks AWS, and changes nothing. Each check returns findings: what was
// found, what is needed, and the configuration key or the step that closes the gap. A check
// without the permission that it needs says so; that is not a failure. The package imports
// internal/config, internal/awsapi and facts about AWS, but not components.
package preflight
