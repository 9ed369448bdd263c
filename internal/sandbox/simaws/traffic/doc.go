// Package traffic finds the service of a simulated account that would answer a request, or the
// reason why none would. It follows the request through the load balancer's rules and target
// groups to the tasks, and checks whether those can be reached, can reach what they need, and
// could be started again. It only reads package cloud; only [Shift] changes it.
//
// The tasks of a service are those of its record: under the ECS controller an update that
// waits for the steady state ends with the new tasks serving and the old ones gone; under
// CODE_DEPLOY they stay as they were created until [Shift].
package traffic
