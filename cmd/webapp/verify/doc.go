// Package verify has the commands that look at what is deployed, and change nothing: verify says whether a deployment has
// arrived, which a pipeline cannot tell from one that ended (after a rollback the service is stable, on its old version),
// and alerts whether anybody hears of the alarms.
package verify
