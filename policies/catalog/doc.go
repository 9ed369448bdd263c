// Package catalog writes docs/controls.md from the table of controls. The texts are in the
// table, not here. Of this project it imports only policies/control.
package catalog
