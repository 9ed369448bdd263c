package resourcetypes

// The tokens of schedules.
const (
	Schedule      = "aws:scheduler/schedule:Schedule"
	ScheduleGroup = "aws:scheduler/scheduleGroup:ScheduleGroup"
)

func init() { register(schedulerServices, schedulerTypes) }

var schedulerServices = []Service{
	{Prefix: "scheduler", Group: "watch", Named: []string{"schedule/", "schedule-group/"}},
}

var schedulerTypes = []Type{
	{
		Token:  Schedule,
		Create: Operation{Name: "scheduler.CreateSchedule"},
		Actions: []Actions{{
			Service: "scheduler", Read: "GetSchedule", Write: "CreateSchedule DeleteSchedule UpdateSchedule",
		}},
	},
	{
		Token:  ScheduleGroup,
		Create: Operation{Name: "scheduler.CreateScheduleGroup"},
		Actions: []Actions{{
			Service: "scheduler", Read: "GetScheduleGroup ListTagsForResource",
			Write: "CreateScheduleGroup DeleteScheduleGroup TagResource UntagResource",
		}},
		Free: "charged as its schedules' starts",
	},
}
