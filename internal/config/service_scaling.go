package config

// Scaling bounds and targets of a service's autoscaling.
type Scaling struct {
	// Min tasks, 0 to 5000. Default 2; prod demands 2.
	Min int `json:"min" allowed:"0 to 5000"`
	// Max tasks, 1 to 5000. Default 10.
	Max int `json:"max" allowed:"1 to 5000"`
	// CPUPercent is a target, 10 to 95, 0 for off. Default 70.
	CPUPercent int `json:"cpuPercent" allowed:"0, 10 to 95"`
	// MemoryPercent is a target, 10 to 95, 0 for off. Default 80.
	MemoryPercent int `json:"memoryPercent" allowed:"0, 10 to 95"`
	// RequestsPerTarget is a target per minute, 1 to 10000000, 0 for off. Default 0.
	RequestsPerTarget int `json:"requestsPerTarget" allowed:"0, 1 to 10000000"`
	// ResponseMilliseconds within which nine in ten requests are to be answered: above it tasks are added, 10 to 60000,
	// 0 for off. It removes none, so that another target has to be set, too. Default 0.
	ResponseMilliseconds int `json:"responseMilliseconds" allowed:"0, 10 to 60000"`
	// ScaleInCooldownSeconds after which tasks may be removed again, 0 to 3600. Default 60.
	ScaleInCooldownSeconds int `json:"scaleInCooldownSeconds" allowed:"0 to 3600"`
	// ScaleOutCooldownSeconds after which tasks may be added again, 0 to 3600. Default 60.
	ScaleOutCooldownSeconds int `json:"scaleOutCooldownSeconds" allowed:"0 to 3600"`
	// Schedules change the bounds at set times.
	Schedules []Schedule `json:"schedules"`
}

func (s *Scaling) validate(v *validation, at path) {
	bounds(v, at, s.Min, s.Max)
	if s.Min < s.Max && s.CPUPercent == 0 && s.MemoryPercent == 0 && s.RequestsPerTarget == 0 && len(s.Schedules) == 0 {
		v.add(at.key("cpuPercent"), "0, like every other target", "a target or a schedule while min is below max",
			"set cpuPercent, memoryPercent, requestsPerTarget or schedules, or make min and max equal")
	}
	if s.ResponseMilliseconds > 0 && s.CPUPercent == 0 && s.MemoryPercent == 0 && s.RequestsPerTarget == 0 {
		v.add(at.key("responseMilliseconds"), show(s.ResponseMilliseconds), "0 without another target",
			"set cpuPercent, memoryPercent or requestsPerTarget, too: response time adds tasks, and nothing would remove them")
	}
	names := map[string]path{}
	for i, schedule := range s.Schedules {
		name := at.key("schedules").index(i).key("name")
		if first, taken := names[schedule.Name]; taken {
			v.add(name, quote(schedule.Name), "a name that no other schedule of the service has", "rename one: "+string(first)+
				" has it too")
			continue
		}
		names[schedule.Name] = name
	}
}

// bounds refuses a range whose minimum is above its maximum.
func bounds(v *validation, at path, least, most int) {
	if v.sound(at.key("max")) && least > most {
		v.add(at.key("min"), show(least), "at most max, "+show(most), "lower min, or raise max")
	}
}

// Schedule changes the bounds of autoscaling at set times.
type Schedule struct {
	// Name, unique in the service, 1 to 64 letters, digits and _ . -. Required.
	Name string `json:"name" required:"true" allowed:"<schedule name>"`
	// Expression at(...), rate(...) or cron(...) as Application Auto Scaling accepts it, such as
	// cron(0 22 ? * MON-FRI *): minutes, hours, day of month, month, day of week and year, one of
	// the days a question mark. Preflight says when it fires next. Required.
	Expression string `json:"expression" required:"true" allowed:"<schedule expression>"`
	// Timezone of the expression, an IANA name. Default UTC.
	Timezone string `json:"timezone" allowed:"<time zone>"`
	// Min tasks from then on, 0 to 5000. Required.
	Min int `json:"min" required:"true" allowed:"0 to 5000"`
	// Max tasks from then on, 1 to 5000. Required.
	Max int `json:"max" required:"true" allowed:"1 to 5000"`
}

func (s *Schedule) defaults() { s.Timezone = "UTC" }

func (s *Schedule) validate(v *validation, at path) {
	bounds(v, at, s.Min, s.Max)
}

// Capacity splits a service's tasks between Fargate and Fargate Spot.
type Capacity struct {
	// FargateBase tasks always run on Fargate, 0 to 5000 and at most scaling.max. Default 2.
	FargateBase int `json:"fargateBase" allowed:"0 to 5000"`
	// FargateWeight of the tasks above the base, 0 to 1000. Default 1.
	FargateWeight int `json:"fargateWeight" allowed:"0 to 1000"`
	// SpotWeight of the tasks above the base, 0 to 1000. Default 0.
	SpotWeight int `json:"spotWeight" allowed:"0 to 1000"`
}

func (c *Capacity) validate(v *validation, at path) {
	if c.FargateWeight == 0 && c.SpotWeight == 0 {
		v.add(at.key("fargateWeight"), "0, like spotWeight", "a weight above 0 in fargateWeight or spotWeight",
			"set fargateWeight to 1")
	}
}
