// Package verify checks whether a deployment has arrived: whether the tasks of a service run
// the requested task definition and image, are healthy behind the load balancer, raise no
// alarm, and answer over TLS. It only reads: internal/release deploys.
//
// A stable service proves none of that: after a rollback it is stable on its old version. So
// everything found is compared with what was requested.
//
// Each look gives a list of checks. A check is passed, waiting (AWS is working on it), wrong
// (not as requested, but it may recover) or failed (AWS has given up). Run looks again until
// all checks have passed, one has failed, one has been wrong for longer than its patience, or
// time is up.
package verify
