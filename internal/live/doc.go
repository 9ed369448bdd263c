// Package live finds what was added to a stack by hand, and that neither Pulumi's refresh nor its next update removes:
// a rule of a security group, a route, a subscription to a topic, a statement of a function's policy, or a policy of a
// role is a resource of its own, and Pulumi looks at those in its state alone. It compares the account with the state,
// and names the command that undoes each.
package live
