// Package sdksource reads facts from the source of the pinned Pulumi AWS SDK. Only tests use
// it, to check the simulation's tables.
package sdksource
