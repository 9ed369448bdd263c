// Package verify looks whether a deployment has arrived: whether the tasks of a service run
// the requested task definition and image, are healthy behind the load balancer, raise no
// alarm, and answer over TLS.
//
// A service that is stable proves nothing of that: after a rollback it is stable on its old
// version. So whatever is found is compared with what was asked for.
//
// Each look gives a list of checks. A check is passed, waiting (AWS is at it), wrong (not as
// it should be, but that can mend) or failed (AWS has given up). Run looks again until all
// checks are passed, one has failed, one is wrong for longer than its patience, or time is up.
package verify
