package trafficshift

// Shift describes how requests move. All at once is a step of 100 percent.
type Shift struct {
	// Percent of the requests that the first step moves. A canary moves the rest in its second step; a linear
	// shift moves this percentage in every step.
	Percent int
	// Minutes between steps.
	Minutes int
	// Linear shifts go on in steps of Percent; a canary moves the rest at once.
	Linear bool
}

// all is the percentage of all requests.
const all = 100

// Total returns the minutes from the first step, which comes at once, to the last. Until then, part of the
// requests goes to the old version.
func (s Shift) Total() int {
	switch {
	case s.Percent <= 0 || s.Percent >= all:
		return 0
	case s.Linear:
		steps := (all + s.Percent - 1) / s.Percent
		return (steps - 1) * s.Minutes
	default:
		return s.Minutes
	}
}

// predefined lists AWS's configurations for the platforms that move requests, by name.
//
// Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
var predefined = map[string]Shift{
	"CodeDeployDefault.ECSAllAtOnce":                       {Percent: all},
	"CodeDeployDefault.ECSCanary10Percent5Minutes":         {Percent: 10, Minutes: 5},
	"CodeDeployDefault.ECSCanary10Percent15Minutes":        {Percent: 10, Minutes: 15},
	"CodeDeployDefault.ECSLinear10PercentEvery1Minutes":    {Percent: 10, Minutes: 1, Linear: true},
	"CodeDeployDefault.ECSLinear10PercentEvery3Minutes":    {Percent: 10, Minutes: 3, Linear: true},
	"CodeDeployDefault.LambdaAllAtOnce":                    {Percent: all},
	"CodeDeployDefault.LambdaCanary10Percent5Minutes":      {Percent: 10, Minutes: 5},
	"CodeDeployDefault.LambdaCanary10Percent10Minutes":     {Percent: 10, Minutes: 10},
	"CodeDeployDefault.LambdaCanary10Percent15Minutes":     {Percent: 10, Minutes: 15},
	"CodeDeployDefault.LambdaCanary10Percent30Minutes":     {Percent: 10, Minutes: 30},
	"CodeDeployDefault.LambdaLinear10PercentEvery1Minute":  {Percent: 10, Minutes: 1, Linear: true},
	"CodeDeployDefault.LambdaLinear10PercentEvery2Minutes": {Percent: 10, Minutes: 2, Linear: true},
	"CodeDeployDefault.LambdaLinear10PercentEvery3Minutes": {Percent: 10, Minutes: 3, Linear: true},
	"CodeDeployDefault.LambdaLinear10PercentEvery10Minutes": {
		Percent: 10, Minutes: 10, Linear: true,
	},
}

// Predefined returns the shift of a configuration that AWS predefines; false for any other.
func Predefined(name string) (Shift, bool) {
	shift, known := predefined[name]
	return shift, known
}
