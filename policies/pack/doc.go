// Package pack runs the controls: it speaks the analyzer protocol, applies configuration,
// levels and waivers, and counts what was judged. The controls are in policies/rules, which it
// does not import: the caller passes them.
package pack
