package config

import (
	"fmt"

	"aws-webapp/internal/plural"
	"aws-webapp/internal/rotation/patience"
)

// validatePatience refuses a deployment that keeps CodeDeploy busy for longer than the function that follows a
// rotation keeps trying: old tasks would keep a password that the database refuses.
func (s *Service) validatePatience(v *validation, at path) {
	d, wait := s.Deployment, at.key("terminationWaitMinutes")
	if d.Controller != BlueGreen || !s.DatabaseAccess || !v.sound(wait, at.key("trafficShift")) {
		return
	}
	shift := patience.ShiftMinutes(d.TrafficShift)
	if most := patience.WaitMinutes - shift; d.TerminationWaitMinutes > most {
		v.add(wait, show(d.TerminationWaitMinutes), fmt.Sprintf("0 to %d with databaseAccess and a shift of %s", most,
			plural.Of(shift, "minute")),
			"lower it: the function that brings a rotated password to the tasks waits for no longer")
	}
}
