// Package attach serves Pulumi resource providers in this process, for an engine that attaches
// to them instead of starting plugins. It knows nothing of AWS and imports nothing of this
// project.
package attach
