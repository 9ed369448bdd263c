package deployments

import "slices"

// watchStarts records each version that ECS may have to start again, for a rollback or because a task ended, but
// could not. These are the versions of all sets, and the version that a rolling service goes back to.
func (c *Cloud) watchStarts(s *service) {
	needed := []*definition{s.completed}
	if s.options.BlueGreen {
		needed = nil
	}
	for _, one := range s.sets {
		if !one.ending && one.rollout != "FAILED" {
			needed = append(needed, one.definition)
		}
	}
	for _, one := range needed {
		wrong := one.arn + " may be needed and is INACTIVE"
		if one.inactive && !slices.Contains(c.wrong, wrong) {
			c.wrong = append(c.wrong, wrong)
		}
	}
}

// Wrong lists everything that was wrong at any moment, even if it did no harm.
func (c *Cloud) Wrong() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.wrong)
}
