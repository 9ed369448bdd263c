// Package risk says what a change could break before it is made.
//
// It judges every step of a preview by what is known of the resource before and after: data
// that would be lost, containers that would run the code of others or with more rights, security
// groups and IAM policies that would allow more than they did, resources that would be reachable
// from the internet, releases that would reach everybody unchecked, protection that would be gone.
// What preview cannot know is named and is no risk by itself: it may be as it was.
//
// The policy pack says what must never be; this package says what is worth a second look. It
// therefore compares with what is there, and lets pass what a pack would forbid but nobody
// has changed.
package risk
