// Package components holds the building blocks of the stack: one component resource per
// subject, each in its own file with its test beside it. Which components a stack has is
// decided in internal/stack. The package imports neither internal (except facts about AWS,
// internal/awsdata) nor policies.
//
// # The house contract
//
// NewX(ctx, name, args, opts...) makes a component. The constructor copies its arguments,
// checks them, registers the component, creates the children in small steps that read like a
// table of contents, and registers its outputs.
//
//   - Components do not validate values of a stack file: package config has done so, and each
//     range stands only in its tags and rules. A component checks the [Scope], and that no
//     input is nil unless its field says optional:"true"; it reports all mistakes at once.
//     Beyond that it checks what only it can know: names that it makes itself, and lists that
//     it walks side by side.
//   - Plain Go types decide which resources exist and how they are named; pulumi inputs carry
//     only values that come from other resources.
//   - The caller's options go only to the component. Children get it as their Parent, and with
//     it the provider.
//   - A child's logical name is <component>-<role>. Pulumi appends a random suffix to make the
//     physical name: a replacement can then be created before its predecessor is deleted.
//     Physical names are only fixed where AWS or another part of the stack must know them
//     beforehand, and then come from [Scope.Name].
//   - Components never read configuration and never import each other's arguments.
//   - Errors say which component and which step: network "web": create flow log: ...
//
// Names and policies are computed from the [Scope] wherever that is safe, so that a
// preview shows them in full.
package components
