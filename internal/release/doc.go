// Package release brings to the users of a stack what the stack has registered: for every service it compares the
// version that serves with the one that the last update registered, and deploys what differs.
//
// Who deploys depends on the service. Under the rolling controller pulumi up has started the deployment already, and
// there is only its end to wait for. A rolling service with a migration, or one that comes after others, is left alone
// by pulumi up; here its migration runs, and then ECS gets the new version. Under blue/green CodeDeploy gets it, and
// where the service asks for that, the new version is tried on the test listener before anybody is moved to it.
//
// Everything is decided by what AWS says at the moment, and nothing is remembered from one call to the next, so that a
// call after any failure goes on where the last one stopped.
package release
