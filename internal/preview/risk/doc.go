// Package risk says what a change could break before it is made. It reads only the event log of
// a preview and calls nobody.
//
// It compares each resource before and after a step of a preview, and finds data that would be
// lost, containers that would run the code of others or with more privileges, security groups and
// IAM policies that would allow more than before, resources that would be reachable from the
// internet, releases that would reach everybody unchecked, and protection that would be gone.
// Values that a preview cannot know are named, but are not a risk by themselves: they may be
// unchanged.
//
// The policy pack says what must never be; this package says what is worth a second look. So it
// compares with the current state, and accepts things that a pack would forbid if nobody has
// changed them.
package risk
