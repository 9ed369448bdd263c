// Package verify has the commands that look at what is deployed, and change nothing: verify says whether a deployment
// has arrived (after a rollback a service is stable, too, on its old version), and alerts whether anybody hears of the
// alarms.
package verify
