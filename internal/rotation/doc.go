// Package rotation brings a rotated password to running tasks: ECS reads secrets when a task starts and never again,
// so every service that uses the secret gets new tasks. The Lambda function lambda/rotationrelay runs it; the
// resources around that function are in components. It imports internal/bluegreen, internal/clock and other light
// packages, never Pulumi.
//
// A service whose tasks can no longer reach the database answers 5XX, and its alarm goes on. So alarms must not stop
// the replacement. CodeDeploy gets a deployment that overrides them and moves all requests at once. If ECS takes a
// rolling deployment back because of an alarm, the next deployment starts while the alarm is on, and ECS ignores
// alarms that are on at the start.
package rotation
