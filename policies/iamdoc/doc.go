// Package iamdoc reads IAM policy documents and finds out what they allow. It knows nothing of
// stacks or of where a document comes from: the controls in policies/rules do. Of this project
// it imports only policies/prop and facts about AWS.
//
// It understands single values and lists, NotAction, NotResource and NotPrincipal,
// wildcards anywhere in a name, names in any case, conditions, denials, and statements
// that together allow what none of them allows alone.
package iamdoc
