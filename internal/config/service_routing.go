package config

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/plural"
)

// mostRuleWildcards is the number of wildcards that AWS accepts in the conditions of one listener
// rule (Elastic Load Balancing, "Condition types for listener rules").
const mostRuleWildcards = 5

// Routing selects the requests that a service answers: those that match a path and a host, if
// given. At least one of the two is needed.
type Routing struct {
	// Priority of the listener rule, 0 to 25000, unique; the lowest is tried first. A web service needs one of 1 or
	// more. AWS's other 25000 are used for the rules that answer while these are changed. Default 0.
	Priority int `json:"priority" allowed:"0 to 25000"`
	// Paths such as /* or /api/*; with Hosts at most 5 in all, as AWS counts.
	Paths []string `json:"paths" allowed:"<path pattern>"`
	// Hosts such as app.example.com or *.example.com.
	Hosts []string `json:"hosts" allowed:"<host pattern>"`
}

// check refuses a web service's routing that AWS does not accept as a rule.
func (r *Routing) check(v *validation, at path) {
	if priority := at.key("priority"); r.Priority == 0 && v.sound(priority) {
		v.add(priority, "nothing", "1 to 25000", "set it: the lowest priority is tried first")
	}
	values := len(r.Paths) + len(r.Hosts)
	switch {
	case values == 0:
		v.add(at.key("paths"), "neither paths nor hosts", "1 to 5 paths and hosts",
			`set paths, such as ["/*"] for every request`)
	case values > quotas.RuleConditionValues.Limit:
		v.add(at.key("paths"), plural.Of(values, "path or host", "paths and hosts"), "1 to 5 paths and hosts together",
			"join paths with wildcards, or split the service")
	default:
		all := strings.Join(r.Paths, "") + strings.Join(r.Hosts, "")
		if wildcards := strings.Count(all, "*") + strings.Count(all, "?"); wildcards > mostRuleWildcards {
			v.add(at.key("paths"), plural.Of(wildcards, "wildcard"), "at most 5 wildcards in the paths and hosts together",
				"write some of them out")
		}
	}
}

// Probe returns an address at which a client can see that the service works. host is empty for
// that of the load balancer; path is that of the health check if clients reach it, else the
// beginning of the first path of the service's rule.
func (s *Service) Probe() (host, path string) {
	for _, pattern := range s.Routing.Hosts {
		if !strings.ContainsAny(pattern, "*?") {
			host = pattern
			break
		}
	}
	path = s.HealthCheck.Path
	if len(s.Routing.Paths) == 0 {
		return host, path
	}
	for _, pattern := range s.Routing.Paths {
		if matchesPath(pattern, path) {
			return host, path
		}
	}
	first, _, _ := strings.Cut(s.Routing.Paths[0], "*")
	return host, strings.ReplaceAll(first, "?", "-")
}

// matchesPath reports whether a rule's pattern, in which * stands for any text and ? for one
// character, matches a path.
func matchesPath(pattern, path string) bool {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	matched, err := regexp.MatchString("^(?:"+expression+")$", path)
	return err == nil && matched
}

// HealthCheck of a target group.
type HealthCheck struct {
	// Port to check, 0 to 65535, 0 for the service's own. Default 0.
	Port int `json:"port" allowed:"0 to 65535"`
	// Path that answers 200 when the task can serve. Default /health.
	Path string `json:"path" allowed:"<URL path>"`
	// IntervalSeconds between checks, 5 to 300. Default 30.
	IntervalSeconds int `json:"intervalSeconds" allowed:"5 to 300"`
	// TimeoutSeconds of a check, 2 to 120, below the interval. Default 5.
	TimeoutSeconds int `json:"timeoutSeconds" allowed:"2 to 120"`
	// HealthyThreshold of successes in a row, 2 to 10. Default 2.
	HealthyThreshold int `json:"healthyThreshold" allowed:"2 to 10"`
	// UnhealthyThreshold of failures in a row, 2 to 10. Default 2.
	UnhealthyThreshold int `json:"unhealthyThreshold" allowed:"2 to 10"`
	// Matcher of status codes from 200 to 499, such as 200, 200,204 or 200-299, in quotes.
	// Default 200.
	Matcher string `json:"matcher" allowed:"<status codes>"`
	// DeregistrationDelaySeconds that a leaving task may finish its requests, 0 to 3600. Default 30.
	DeregistrationDelaySeconds int `json:"deregistrationDelaySeconds" allowed:"0 to 3600"`
	// SlowStartSeconds in which a new task's share of requests rises to the full one, 30 to 900, 0
	// for off. Default 0.
	SlowStartSeconds int `json:"slowStartSeconds" allowed:"0, 30 to 900"`
}

func (h *HealthCheck) validate(v *validation, at path) {
	timeout := at.key("timeoutSeconds")
	if v.sound(at.key("intervalSeconds")) && h.TimeoutSeconds >= h.IntervalSeconds {
		v.add(timeout, show(h.TimeoutSeconds), "less than intervalSeconds, "+show(h.IntervalSeconds),
			"lower it, or raise intervalSeconds")
	}
}
