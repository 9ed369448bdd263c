package deployments

import "slices"

// watchStarts notes a version that ECS may have to start again, be it for a rollback or because a task ended, and
// that it could not: tasks of every set that is there, and of what a rolling service goes back to.
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

// Wrong is what was wrong at some moment, whatever came of it.
func (c *Cloud) Wrong() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.wrong)
}
