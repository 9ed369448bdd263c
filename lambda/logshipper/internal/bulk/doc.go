// Package bulk delivers documents through the _bulk API: in requests of bounded size. Until its
// time is used up, it sends again only those that failed and may still succeed.
//
// Documents are created, never overwritten: one that is there already (status 409) is a delivery
// whose answer got lost, and counts as delivered.
package bulk
