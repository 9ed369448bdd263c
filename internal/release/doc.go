// Package release deploys the versions that a stack has registered: for every service it compares the version
// that serves with the one that the last update registered, and deploys it if they differ. It creates no
// resources: pulumi up does. It imports internal/bluegreen and internal/verify, but no Pulumi.
//
// Who deploys depends on the service. Under the rolling controller pulumi up has already started the deployment, and a
// release only waits for its end. pulumi up does not deploy a rolling service with a migration, or one that comes
// after others; a release runs the migration and then gives ECS the new version. Under blue/green CodeDeploy gets it;
// if the service is configured so, the new version is tested on the test listener before any request is moved to it.
//
// Everything is decided by AWS's current answers, and nothing is stored between calls: a call after any failure
// continues where the last one stopped.
package release
