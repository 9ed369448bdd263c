// Package deliveries is the table of the calls that AWS's services make between the resources
// of these stacks: which service calls, which actions, and with which condition keys. A policy
// that requires a key which the service does not send refuses every call, mostly silently.
//
// Where the sources of a fact disagree or say nothing, a delivery has a [Reading] for each
// possibility, and a policy has to work under all of them.
package deliveries
