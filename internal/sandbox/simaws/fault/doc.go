// Package fault makes the simulated cloud fail on request: the Nth operation that
// matches a rule is refused, delayed, throttled, leaves a half-made resource behind, or
// succeeds without its answer arriving.
//
//	plan := fault.NewPlan(
//		fault.Rule{Op: fault.Create, Token: "aws:rds/instance:Instance", Effect: fault.Refuse(
//			"InsufficientDBInstanceCapacity", "try another availability zone")},
//		fault.Rule{Op: fault.Delete, Name: "web-*", Skip: 2, Effect: fault.LoseAnswer()},
//	)
//
// A rule fires once unless Times says otherwise. [Plan.Fired] returns what fired, so a test can
// prove that its fault happened, and [Plan.Pending] the rules that never did. The package knows
// nothing of resource types.
package fault
