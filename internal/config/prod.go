package config

// inProd refuses a value in prod, where it would lose data, availability or confidentiality. Two zones and a TLS
// certificate are required in every environment.
func (v *validation) inProd(broken bool, at path, found, allowed, fix string) {
	if broken && *v.environment == Prod {
		v.add(at, found, allowed, fix)
	}
}

const (
	prodImages    = "in prod a digest, or a tag that names one version for good"
	prodImagesFix = "name the image by digest, such as ...@sha256:<64 hex digits>, or by a full version such as :1.4.2"
)

// fewestProdTasks is the number of tasks that survives the loss of one task or zone.
const fewestProdTasks = 2

func (s *Service) validateProd(v *validation, at path) {
	if *v.environment != Prod {
		return
	}
	for _, count := range []struct {
		at    path
		tasks int
	}{
		{at.key("desiredCount"), s.DesiredCount},
		{at.key("scaling").key("min"), s.Scaling.Min},
	} {
		s.fewestTasks(v, count.at, count.tasks)
	}
	for i, schedule := range s.Scaling.Schedules {
		s.fewestTasks(v, at.key("scaling").key("schedules").index(i).key("min"), schedule.Min)
	}
	if s.Capacity.SpotWeight > 0 && s.Capacity.FargateBase < fewestProdTasks {
		v.add(at.key("capacity").key("fargateBase"), show(s.Capacity.FargateBase), "2 or more in prod with a spotWeight",
			"set 2 or more: AWS may stop all Spot tasks at once")
	}
}

// fewestTasks refuses a number with which the loss of a task is an outage. Work of a worker waits meanwhile, and an
// internal tool may be missed, which may be good enough: then the stack file says why.
func (s *Service) fewestTasks(v *validation, at path, tasks int) {
	switch {
	case tasks >= fewestProdTasks || s.Kind != Web && s.OneTaskReason != "":
	case s.Kind == Worker:
		v.add(at, show(tasks), "2 or more in prod, or a oneTaskReason",
			"set 2 or more, or say in oneTaskReason why the work may wait while the only task is replaced")
	case s.Kind == Internal:
		v.add(at, show(tasks), "2 or more in prod, or a oneTaskReason",
			"set 2 or more, or say in oneTaskReason why those who call it can do without it while the only task is replaced")
	default:
		v.add(at, show(tasks), "2 or more in prod", "set 2 or more, so that losing a task or a zone causes no outage")
	}
}
