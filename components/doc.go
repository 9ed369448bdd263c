// Package components holds the building blocks of the stack: one component resource
// per subject, each in a file of its own with its test beside it.
//
// # The house contract
//
// A component is made by NewX(ctx, name, args, opts...). The constructor copies its
// arguments, checks them, registers the component, creates the children in small steps
// that read like a table of contents, and registers its outputs.
//
//   - Components do not judge what a stack file says: package config has read it, and its
//     tags and rules are the only place of each range. A component checks the [Scope] and
//     that no input is nil, all at once, unless its field says optional:"true". Beyond that
//     it checks what nobody else knows: names that it makes itself, and lists that it walks
//     side by side.
//   - Plain Go types decide which resources exist and what they are called; pulumi
//     inputs carry only values that come from other resources.
//   - The caller's options go to the component alone. Children get its Parent, and with
//     it the provider.
//   - A child's logical name is <component>-<role>. Pulumi appends a random suffix to
//     make the physical name, so that a replacement can be created before its
//     predecessor is deleted. Physical names are fixed only where AWS or another part
//     of the stack must know them beforehand, and then come from [Scope.Name].
//   - Components never read configuration and never import each other's arguments.
//   - Errors say which component and which step: network "web": create flow log: ...
//
// Names and policies are computed from the [Scope] wherever that is safe, so that a
// preview shows them in full.
package components
