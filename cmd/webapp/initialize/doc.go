// Package initialize is the command webapp init: it asks a team about its application and writes the team's stack
// files. What it writes is in internal/initialize.
package initialize
