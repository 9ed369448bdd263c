package deployments

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// deploy implements UpdateService for a service under the controller ECS.
func (s *service) deploy(version *definition) error {
	const most = 5
	if len(s.sets) >= most {
		return &types.InvalidParameterException{
			Message: aws.String("5 active deployments exist, unable to create new deployment."),
		}
	}
	if version.inactive {
		return &types.ClientException{Message: aws.String("TaskDefinition is inactive")}
	}
	for _, one := range s.sets {
		one.primary = false
	}
	next := s.add(version)
	next.primary, next.rollout, next.watched = true, types.DeploymentRolloutStateInProgress, !s.alarm.on()
	return nil
}

// roll advances the newest deployment.
func (s *service) roll() {
	newest := s.primary()
	if newest.rollout != types.DeploymentRolloutStateInProgress {
		return
	}
	const threshold = 3 // the least of the circuit breaker
	switch {
	case newest.failures >= threshold:
		s.goBack(newest, "ECS deployment circuit breaker: tasks failed to start.", "ECS deployment circuit breaker: ")
		return
	case newest.watched && s.alarm.on():
		s.goBack(newest, "ECS deployment alarms: alarm detected.", "ECS deployment alarms: ")
		return
	}
	others := slices.ContainsFunc(s.tasks, func(one *task) bool { return one.runs() && one.set != newest })
	if others || s.healthy(newest) < s.desired {
		newest.steady = time.Time{}
		return
	}
	if newest.steady.IsZero() {
		newest.steady = time.Now()
	}
	// Afterwards ECS watches the alarms for a time that AWS computes and does not document.
	const bake = 3 * time.Minute
	if newest.watched && time.Since(newest.steady) < bake {
		return
	}
	newest.rollout, newest.reason = types.DeploymentRolloutStateCompleted, "ECS deployment "+newest.id+" completed."
	s.completed = newest.definition
	s.sets = []*set{newest}
}

// goBack fails a deployment and starts the last completed version again. Tasks of it that still run stay.
func (s *service) goBack(from *set, why, who string) {
	from.rollout, from.reason, from.primary = types.DeploymentRolloutStateFailed, why, false
	var to *set
	for _, one := range s.sets {
		if one.rollout == types.DeploymentRolloutStateCompleted {
			to = one
		}
	}
	reason := who + "rolling back to the last completed deployment."
	if to != nil {
		reason = who + "rolling back to deploymentId " + to.id + "."
	}
	if to == nil || s.cloud.doubts.RollbackIsNew {
		next := s.add(s.completed)
		if to != nil {
			// Tasks that already run are not started again.
			for _, one := range s.tasks {
				if one.set == to {
					one.set = next
				}
			}
			to.ending = true
		}
		to = next
	}
	to.primary, to.rollout, to.reason, to.steady = true, types.DeploymentRolloutStateInProgress, reason, time.Time{}
}
