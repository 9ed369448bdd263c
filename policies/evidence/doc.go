// Package evidence defines the record that the pack writes of a run: every control, every
// verdict and every waiver. Package report turns it into reports. It imports nothing of this
// project.
package evidence
