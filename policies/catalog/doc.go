// Package catalog holds tests alone: they write docs/controls.md from the table of controls, and compare the ids that
// the controls claim with their sources.
package catalog
