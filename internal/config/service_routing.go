package config

import (
	"regexp"
	"slices"
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
	// Container is the sidecar that listens on the service's Port, for the load balancer. Default the service's own
	// container.
	Container string `json:"container" optional:"true" allowed:"<service name>"`
	// Rules select further requests for the service, each with a priority of its own. At most 20. Not with blue-green:
	// CodeDeploy would have to move all of them at once. Default none.
	Rules []RoutingRule `json:"rules" count:"0 to 20"`
}

// Priorities of the service's rules, its own first.
func (r *Routing) Priorities() []int {
	priorities := []int{r.Priority}
	for _, rule := range r.Rules {
		priorities = append(priorities, rule.Priority)
	}
	return priorities
}

// RoutingRule selects further requests for a service: those that match each of paths, hosts and headers that it has.
type RoutingRule struct {
	// Priority of the listener rule, 1 to 25000, unique among all services; the lowest is tried first. Required.
	Priority int `json:"priority" required:"true" allowed:"1 to 25000"`
	// Paths such as /* or /api/*; with Hosts and the values of Headers at most 5 in all.
	Paths []string `json:"paths" allowed:"<path pattern>"`
	// Hosts such as app.example.com or *.example.com.
	Hosts []string `json:"hosts" allowed:"<host pattern>"`
	// Headers that a request has to have, each of them. At most 5.
	Headers []RoutingHeader `json:"headers" count:"0 to 5"`
}

// RoutingHeader is a header of requests with one of some values.
type RoutingHeader struct {
	// Name of the header, 1 to 40 characters. Host is among the rule's Hosts instead. Required.
	Name string `json:"name" required:"true" allowed:"<header name>"`
	// Values of which one has to match, with wildcards * and ?. 1 to 3, as AWS counts evaluations.
	Values []string `json:"values" count:"1 to 3" allowed:"<header value>"`
}

func init() {
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html
	formats["header name"] = patterned("1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~", "X-Tenant",
		"^[A-Za-z0-9!#$%&'+.^_`|~-]{1,40}$")
	formats["header value"] = patterned("1 to 128 visible characters and inner spaces", "beta*",
		`^[!-~]([ -~]{0,126}[!-~])?$`)
}

// values of the rule's conditions.
func (r *RoutingRule) values() []string {
	values := slices.Concat(r.Paths, r.Hosts)
	for _, header := range r.Headers {
		values = append(values, header.Values...)
	}
	return values
}

func (r *RoutingRule) validate(v *validation, at path) {
	for i, header := range r.Headers {
		if name := at.key("headers").index(i).key("name"); strings.EqualFold(header.Name, "host") {
			v.add(name, quote(header.Name), "headers other than Host", "set hosts of the same rule")
		}
	}
	validateConditions(v, at.key("paths"), r.values(), "nothing", "paths, hosts and headers",
		`set one of them, such as paths ["/*"]`)
}

// validateConditions refuses more values and wildcards than a rule may have, and none at all.
func validateConditions(v *validation, at path, values []string, none, what, fix string) {
	one := strings.NewReplacer(" and ", " or ", "paths", "path", "hosts", "host", "headers", "header").Replace(what)
	all := strings.Join(values, "")
	wildcards := strings.Count(all, "*") + strings.Count(all, "?")
	switch {
	case len(values) == 0:
		v.add(at, none, "1 to 5 "+what, fix)
	case len(values) > quotas.RuleConditionValues.Limit:
		v.add(at, plural.Of(len(values), one, what), "1 to 5 "+what+" together",
			"join paths with wildcards, or split the service")
	case wildcards > mostRuleWildcards:
		v.add(at, plural.Of(wildcards, "wildcard"), "at most 5 wildcards in the "+what+" together",
			"write some of them out")
	}
}

// check refuses a web service's routing that AWS does not accept as a rule.
func (r *Routing) check(v *validation, at path) {
	if priority := at.key("priority"); r.Priority == 0 {
		v.add(priority, "nothing", "1 to 25000", "set it: the lowest priority is tried first")
	}
	validateConditions(v, at.key("paths"), slices.Concat(r.Paths, r.Hosts), "neither paths nor hosts", "paths and hosts",
		`set paths, such as ["/*"] for every request`)
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
	// Path that answers 200 when the task can serve, of gRPC a method. Default /health.
	Path string `json:"path" allowed:"<URL path>"`
	// IntervalSeconds between checks, 5 to 300. Default 30.
	IntervalSeconds int `json:"intervalSeconds" allowed:"5 to 300"`
	// TimeoutSeconds of a check, 2 to 120, below the interval. Default 5.
	TimeoutSeconds int `json:"timeoutSeconds" allowed:"2 to 120"`
	// HealthyThreshold of successes in a row, 2 to 10. Default 2.
	HealthyThreshold int `json:"healthyThreshold" allowed:"2 to 10"`
	// UnhealthyThreshold of failures in a row, 2 to 10. Default 2.
	UnhealthyThreshold int `json:"unhealthyThreshold" allowed:"2 to 10"`
	// Matcher of status codes from 200 to 499, such as 200, 200,204 or 200-299, of gRPC of its codes from 0 to 99, in
	// quotes. Default 200.
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
