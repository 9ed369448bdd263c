package config

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
)

// Monitoring is the alert topic and the alarm thresholds.
type Monitoring struct {
	// Subscriptions of the alert topic. Prod demands one.
	Subscriptions []Subscription `json:"subscriptions"`
	// Thresholds of the alarms.
	Thresholds Thresholds `json:"thresholds"`
	// Probe is a function that asks for each service's address every minute, with an alarm when nobody gets an answer
	// and one on the days that the certificate has left. It asks from the internet where loadBalancer.ingressCidrs lets
	// everybody in, and otherwise from the app subnets: through the NAT gateways, which are let in for it, or as a
	// neighbour of an internal load balancer. Without NAT nothing can ask an internet-facing one that lets only some
	// in. It also tells of subscriptions that nobody confirmed, and of a password that is not rotated. Default true.
	Probe bool `json:"probe"`
	// HeartbeatSecretARN is the secret in Secrets Manager whose value is the https:// URL of a watcher outside of AWS,
	// such as healthchecks.io, which calls somebody when nothing asks for the URL for a quarter of an hour. The probe
	// does so every five minutes after a message through the alert topic has come back to it: nothing inside the
	// account can say that its messages no longer arrive. AWS's own key has to encrypt the secret; where a delivery
	// stack makes the roles, its name begins with the project's and a slash, such as aws-webapp/watcher. Default none.
	HeartbeatSecretARN string `json:"heartbeatSecretArn" optional:"true" allowed:"<Secrets Manager ARN>"`
	// MonthlyBudget is what the stack may cost in a month, in USD, 0 to 1000000. The topic hears when four fifths of it
	// are spent, when all is, and when AWS forecasts more. It counts what has the tag Stack of this stack, which an
	// administrator of the account that pays has to activate as a cost allocation tag; until then the budget stays at 0.
	// Default 0, no budget.
	MonthlyBudget int `json:"monthlyBudget" allowed:"0 to 1000000"`
	// Findings is the least severity of findings of GuardDuty and Security Hub that go to the topic: medium, high,
	// critical, or none. Those of IAM Access Analyzer, which have no severity, always go with them. They are the
	// account's: where several stacks share one, let one of them report. Security Hub tells of a finding again and
	// again until its workflow status is no longer NEW. Default high.
	Findings string `json:"findings" allowed:"none, medium, high, critical"`
}

func (m *Monitoring) defaults() {
	*m = Monitoring{
		Probe:    true,
		Findings: "high",
		Thresholds: Thresholds{
			ClientErrorPercent:         10,
			ServerErrors:               5,
			LatencyMilliseconds:        1000,
			ServiceCPUPercent:          85,
			ServiceMemoryPercent:       85,
			DatabaseCPUPercent:         80,
			DatabaseFreeStoragePercent: 5,
			DatabaseFreeMemoryPercent:  5,
			DatabaseConnectionPercent:  80,
		},
	}
}

func (m *Monitoring) validate(v *validation, at path) {
	v.inProd(len(m.Subscriptions) == 0, at.key("subscriptions"),
		"nothing", "one subscription or more in prod", "add one, such as protocol: email, endpoint: oncall@example.com")
	v.distinct(at.key("subscriptions"), m.Subscriptions)
	if watcher := at.key("heartbeatSecretArn"); m.HeartbeatSecretARN != "" && v.sound(watcher) {
		v.regional(watcher, "a secret", m.HeartbeatSecretARN)
		if !m.Probe {
			v.add(watcher, "a watcher", "none where monitoring.probe is false, which sends the signs of life",
				"set monitoring.probe to true, or remove the key")
		}
		if v.config != nil && v.config.ProbeFrom() == ProbeInside && v.config.Network.NAT == NATNone {
			v.add(watcher, "a watcher", "none with network.nat none where the probe asks from the app subnets",
				"set network.nat to single or per-az, or remove the key: the probe has no way to the watcher")
		}
	}
}

// distinct refuses a subscription that a topic already has.
func (v *validation) distinct(at path, subscriptions []Subscription) {
	seen := map[Subscription]path{}
	for i, subscription := range subscriptions {
		entry := at.index(i)
		if first, taken := seen[subscription]; taken {
			v.add(entry.key("endpoint"), "the endpoint of "+string(first), "each subscription once", "remove one of them")
			continue
		}
		seen[subscription] = entry
	}
}

// Subscription of a topic.
type Subscription struct {
	// Protocol is email, https, sqs or lambda. Required.
	Protocol string `json:"protocol" required:"true" allowed:"email, https, sqs, lambda"`
	// Endpoint is the address, https:// URL or ARN. Required. Messages never show it: the
	// address of a paging service often holds a key.
	Endpoint string `json:"endpoint" required:"true" sensitive:"true" allowed:"<subscription endpoint>"`
}

func (s *Subscription) validate(v *validation, at path) {
	endpoint := at.key("endpoint")
	switch s.Protocol {
	case "email":
		if !isEmail(s.Endpoint) {
			v.add(endpoint, "no mail address", "a mail address for protocol email", "write it like oncall@example.com")
		}
	case "https":
		if !isPlainHTTPS(s.Endpoint) {
			v.add(endpoint, "no such URL", "an https:// URL without user and password for protocol https",
				"write it like https://alerts.example.com/aws")
		}
	case "sqs", "lambda":
		if !subscriptionARNs[s.Protocol].MatchString(s.Endpoint) {
			v.add(endpoint, "no such ARN", "the ARN of a standard queue or of a function for protocol "+s.Protocol,
				"copy the ARN from the console, or change protocol")
			return
		}
		v.regional(endpoint, "an ARN", s.Endpoint)
	}
}

// subscriptionARNs by protocol. A standard topic does not deliver to FIFO queues.
var subscriptionARNs = map[string]*regexp.Regexp{
	"sqs": regexp.MustCompile(`^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$`),
	"lambda": regexp.MustCompile(`^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,` +
		`128})?$`),
}

func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && strings.Contains(text[strings.LastIndex(text, "@"):], ".")
}

func isPlainHTTPS(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Host != "" && address.User == nil
}

// Thresholds of the alarms.
type Thresholds struct {
	// ClientErrorPercent is the share of 4XX among all answers in a minute with 100 requests or more, 1 to 100.
	// Default 10.
	ClientErrorPercent int `json:"clientErrorPercent" allowed:"1 to 100"`
	// ServerErrors is the sum of a service's, or the load balancer's own, 5XX answers
	// in a minute, 1 to 1000000. Default 5.
	ServerErrors int `json:"serverErrors" allowed:"1 to 1000000"`
	// LatencyMilliseconds is the 95th percentile of the answers' time in a minute with 20 requests or more, 1 to 600000.
	// Default 1000.
	LatencyMilliseconds int `json:"latencyMilliseconds" allowed:"1 to 600000"`
	// ServiceCPUPercent is the share of the tasks' CPU, 1 to 100. Default 85.
	ServiceCPUPercent int `json:"serviceCpuPercent" allowed:"1 to 100"`
	// ServiceMemoryPercent is the share of the tasks' memory, 1 to 100. Default 85.
	ServiceMemoryPercent int `json:"serviceMemoryPercent" allowed:"1 to 100"`
	// DatabaseCPUPercent of the instance, 1 to 100. Default 80.
	DatabaseCPUPercent int `json:"databaseCpuPercent" allowed:"1 to 100"`
	// DatabaseFreeStoragePercent of the volume below which the alarm goes off, 1 to 50. Default 5: below 10, RDS makes
	// the volume larger by itself, as far as database.maxAllocatedStorageGiB allows.
	DatabaseFreeStoragePercent int `json:"databaseFreeStoragePercent" allowed:"1 to 50"`
	// DatabaseFreeMemoryPercent of the instance class's memory below which the alarm goes off, 1 to 50. Default 5.
	DatabaseFreeMemoryPercent int `json:"databaseFreeMemoryPercent" allowed:"1 to 50"`
	// DatabaseConnectionPercent of the connections that the database accepts, 1 to 100. Default 80.
	DatabaseConnectionPercent int `json:"databaseConnectionPercent" allowed:"1 to 100"`
}

// AllSubscriptions is the number of the topic's subscriptions, with the probe's own if it sends signs of life.
func (m *Monitoring) AllSubscriptions() int {
	if m.HeartbeatSecretARN != "" {
		return len(m.Subscriptions) + 1
	}
	return len(m.Subscriptions)
}
