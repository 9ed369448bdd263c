package components

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxRuleValues is how many values AWS takes in the conditions of a listener rule.
const maxRuleValues = 5

var (
	serviceNamePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$`)
	nonRootPattern     = regexp.MustCompile(`^[1-9][0-9]*(:[0-9]+)?$`)
	secretARNPattern   = regexp.MustCompile(`^arn:[^:]+:(secretsmanager:[^:]+:\d{12}:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?|ssm:[^:]+:\d{12}:parameter/[^:]+)$`)
)

// errorList collects what is wrong with arguments.
type errorList []error

func (l *errorList) addf(when bool, format string, values ...any) {
	if when {
		*l = append(*l, fmt.Errorf(format, values...))
	}
}

func (l *errorList) outside(name string, value, least, most int) {
	l.addf(value < least || value > most, "%s is %d: allowed are %d to %d", name, value, least, most)
}

func (a ServiceArgs) validate() error {
	errs := errorList{a.Scope.validate()}
	errs.addf(!serviceNamePattern.MatchString(a.Name), "Name is %q: allowed are 1 to 24 of a-z, 0-9 and inner hyphens", a.Name)
	errs.addf(a.ClusterName == "", "ClusterName is empty: give the cluster's")
	for _, input := range []struct {
		name    string
		missing bool
	}{
		{"ClusterARN", a.ClusterARN == nil},
		{"VPCID", a.VPCID == nil},
		{"SubnetIDs", a.SubnetIDs == nil},
		{"SecurityGroupID", a.SecurityGroupID == nil},
		{"LoadBalancerSuffix", a.LoadBalancerSuffix == nil},
		{"HTTPSListenerARN", a.HTTPSListenerARN == nil},
		{"Logs.KeyARN", a.Logs.KeyARN == nil},
		{"Alarms.TopicARN", a.Alarms.TopicARN == nil},
	} {
		errs.addf(input.missing, "%s is missing: give it", input.name)
	}
	needsDataKey := a.Database != nil || a.Bucket != nil || len(a.Container.Secrets) > 0
	errs.addf(needsDataKey && a.DataKeyARN == nil, "DataKeyARN is missing: secrets and the bucket are encrypted with it")
	errs.addf(!strings.HasPrefix(a.Logs.Prefix, "/"), "Logs.Prefix is %q: let it begin with a slash, such as /ecs", a.Logs.Prefix)
	a.Container.validate(&errs, a.reservedVariables())
	a.validateAccess(&errs)
	a.Routing.validate(&errs)
	a.HealthCheck.validate(&errs)
	a.validateDeployment(&errs)
	a.validateScaling(&errs)
	errs.outside("Alarms.CPUPercent", a.Alarms.CPUPercent, 1, 100)
	errs.outside("Alarms.MemoryPercent", a.Alarms.MemoryPercent, 1, 100)
	errs.addf(a.Alarms.ServerErrors < 0, "Alarms.ServerErrors is %d: give at least 0", a.Alarms.ServerErrors)
	return errors.Join(errs...)
}

// reservedVariables are set by the component.
func (a ServiceArgs) reservedVariables() []string {
	var names []string
	if a.Database != nil {
		names = append(names, databaseURLVariable, databaseUserVariable, databasePasswordVariable)
	}
	if a.Bucket != nil {
		names = append(names, bucketVariable)
	}
	return names
}

func (c ServiceContainer) validate(errs *errorList, reserved []string) {
	errs.addf(c.Image == "", "Container.Image is empty: give an image reference")
	errs.outside("Container.Port", c.Port, 1024, 65535)
	errs.addf(c.TmpMiB <= 0 || c.MemoryMiB > 0 && c.TmpMiB >= c.MemoryMiB,
		"Container.TmpMiB is %d: give a size below MemoryMiB, %d", c.TmpMiB, c.MemoryMiB)
	errs.addf(c.CPU <= 0 || c.MemoryMiB <= 0, "Container has %d CPU units and %d MiB: give a pair that Fargate offers, such as 512 and 1024", c.CPU, c.MemoryMiB)
	errs.addf(c.Architecture != "X86_64" && c.Architecture != "ARM64", "Container.Architecture is %q: allowed are X86_64 and ARM64", c.Architecture)
	errs.addf(!nonRootPattern.MatchString(c.User), "Container.User is %q: give a numeric uid or uid:gid that is not root's", c.User)
	for _, name := range reserved {
		_, plain := c.Environment[name]
		_, secret := c.Secrets[name]
		errs.addf(plain || secret, "Container sets %s, which the component sets: leave it out", name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		_, twice := c.Environment[name]
		errs.addf(twice, "Container has %s in Environment and in Secrets: leave one out", name)
		errs.addf(!secretARNPattern.MatchString(c.Secrets[name]), "Container.Secrets[%s] is no ARN of a Secrets Manager secret or an SSM parameter: give one", name)
	}
}

func (a ServiceArgs) validateAccess(errs *errorList) {
	if db := a.Database; db != nil {
		errs.addf(db.Host == nil || db.SecretARN == nil || db.Name == "" || db.Username == "", "Database is incomplete: give Host, Name, Username and SecretARN")
		errs.outside("Database.Port", db.Port, 1, 65535)
		errs.addf(db.SSLMode != "require" && db.SSLMode != "verify-full", "Database.SSLMode is %q: allowed are require and verify-full", db.SSLMode)
	}
	errs.addf(a.Bucket != nil && a.Bucket.Name == "", "Bucket.Name is empty: give the bucket's")
	errs.addf(a.Exec != nil && (a.Exec.LogGroupName == "" || a.Exec.KeyARN == nil), "Exec is incomplete: give LogGroupName and KeyARN")
}

func (r ServiceRouting) validate(errs *errorList) {
	errs.outside("Routing.Priority", r.Priority, 1, standbyPriorities)
	values := len(r.Paths) + len(r.Hosts)
	errs.addf(values < 1 || values > maxRuleValues, "Routing has %d paths and hosts: give 1 to %d", values, maxRuleValues)
}

func (h ServiceHealthCheck) validate(errs *errorList) {
	errs.addf(!strings.HasPrefix(h.Path, "/"), "HealthCheck.Path is %q: let it begin with a slash", h.Path)
	errs.addf(h.Matcher == "", "HealthCheck.Matcher is empty: give status codes such as 200")
	errs.outside("HealthCheck.IntervalSeconds", h.IntervalSeconds, 5, 300)
	errs.outside("HealthCheck.TimeoutSeconds", h.TimeoutSeconds, 2, 120)
	errs.addf(h.TimeoutSeconds >= h.IntervalSeconds, "HealthCheck.TimeoutSeconds is %d: keep it below the interval of %d", h.TimeoutSeconds, h.IntervalSeconds)
	errs.outside("HealthCheck.HealthyThreshold", h.HealthyThreshold, 2, 10)
	errs.outside("HealthCheck.UnhealthyThreshold", h.UnhealthyThreshold, 2, 10)
	errs.outside("HealthCheck.DeregistrationDelaySeconds", h.DeregistrationDelaySeconds, 0, 3600)
	if h.SlowStartSeconds != 0 {
		errs.outside("HealthCheck.SlowStartSeconds", h.SlowStartSeconds, 30, 900)
	}
}

func (a ServiceArgs) validateDeployment(errs *errorList) {
	d := a.Deployment
	errs.addf(d.Controller != Rolling && d.Controller != BlueGreen, "Deployment.Controller is %q: allowed are rolling and blue-green", d.Controller)
	if d.Controller == BlueGreen {
		errs.addf(a.TestListenerARN == nil, "TestListenerARN is missing: blue/green tries a new version out on it")
		errs.addf(d.TrafficShift == "", "Deployment.TrafficShift is empty: name a configuration such as CodeDeployDefault.ECSCanary10Percent5Minutes")
		errs.outside("Deployment.TerminationWaitMinutes", d.TerminationWaitMinutes, 0, 2880)
	} else {
		errs.outside("Deployment.MaximumPercent", d.MaximumPercent, 100, 200)
		errs.outside("Deployment.MinimumHealthyPercent", d.MinimumHealthyPercent, 0, 100)
		errs.addf(d.MaximumPercent == 100 && d.MinimumHealthyPercent == 100,
			"Deployment.MaximumPercent and MinimumHealthyPercent are both 100: ECS could replace no task, raise one or lower the other")
	}
	errs.addf(d.GracePeriodSeconds < 0, "Deployment.GracePeriodSeconds is %d: give at least 0", d.GracePeriodSeconds)
	errs.addf(d.WaitMinutes < 0, "Deployment.WaitMinutes is %d: give at least 0", d.WaitMinutes)
	c := a.Capacity
	errs.addf(c.FargateBase < 0, "Capacity.FargateBase is %d: give at least 0", c.FargateBase)
	errs.outside("Capacity.FargateWeight", c.FargateWeight, 0, 1000)
	errs.outside("Capacity.SpotWeight", c.SpotWeight, 0, 1000)
	errs.addf(c.FargateWeight == 0 && c.SpotWeight == 0, "Capacity has no weight: give FargateWeight or SpotWeight")
}

func (a ServiceArgs) validateScaling(errs *errorList) {
	s := a.Scaling
	bounds := func(name string, low, high int) {
		errs.addf(low < 0 || high < 1 || low > high, "%s runs from %d to %d tasks: give a range upwards", name, low, high)
	}
	bounds("Scaling", s.Min, s.Max)
	errs.addf(a.DesiredCount < s.Min || a.DesiredCount > s.Max, "DesiredCount is %d: keep it within Scaling's %d to %d", a.DesiredCount, s.Min, s.Max)
	errs.outside("Scaling.CPUPercent", s.CPUPercent, 0, 100)
	errs.outside("Scaling.MemoryPercent", s.MemoryPercent, 0, 100)
	errs.addf(s.RequestsPerTarget < 0, "Scaling.RequestsPerTarget is %d: give at least 0", s.RequestsPerTarget)
	errs.addf(s.RequestsPerTarget > 0 && a.Deployment.Controller == BlueGreen,
		"Scaling.RequestsPerTarget does not go with blue/green, whose target group changes: aim at CPU or memory")
	errs.addf(s.ScaleInCooldownSeconds < 0 || s.ScaleOutCooldownSeconds < 0, "Scaling has a cooldown below 0: give seconds")
	seen := map[string]bool{}
	for _, schedule := range s.Schedules {
		errs.addf(schedule.Name == "" || seen[schedule.Name], "Scaling.Schedules has the name %q empty or twice: give each its own", schedule.Name)
		seen[schedule.Name] = true
		errs.addf(schedule.Expression == "", "schedule %q has no expression: give at(...), rate(...) or cron(...)", schedule.Name)
		bounds(fmt.Sprintf("schedule %q", schedule.Name), schedule.Min, schedule.Max)
	}
}
