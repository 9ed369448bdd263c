// Package rules is the table of controls, grouped by subject in files that read like a table.
// How they are run, configured and reported is in policies/pack. It imports the parts of
// policies on which controls are built and facts about AWS, never the program.
package rules
