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
}

func (m *Monitoring) defaults() {
	*m = Monitoring{
		Thresholds: Thresholds{
			ClientErrors:           10,
			ServerErrors:           5,
			LatencyMilliseconds:    1000,
			ServiceCPUPercent:      85,
			ServiceMemoryPercent:   85,
			DatabaseCPUPercent:     80,
			DatabaseFreeStorageMiB: 4096,
			DatabaseFreeMemoryMiB:  128,
			DatabaseConnections:    150,
		},
	}
}

func (m *Monitoring) validate(v *validation, at path) {
	v.inProd(len(m.Subscriptions) == 0, at.key("subscriptions"),
		"nothing", "one subscription or more in prod", "add one, such as protocol: email, endpoint: oncall@example.com")
	v.distinct(at.key("subscriptions"), m.Subscriptions)
	threshold := at.key("thresholds").key("databaseFreeStorageMiB")
	size := v.config.Database.AllocatedStorageGiB
	if free := m.Thresholds.DatabaseFreeStorageMiB; size > 0 && free >= size*1024 {
		v.add(threshold, show(free), "less than the "+show(size*1024)+" MiB of database.allocatedStorageGiB",
			"lower it: the alarm would never end")
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
	if !v.sound(at.key("protocol"), endpoint) {
		return
	}
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
	"sqs":    regexp.MustCompile(`^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$`),
	"lambda": regexp.MustCompile(`^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$`),
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
	// ClientErrors is the sum of the load balancer's 4XX answers in a minute, 1 to 1000000. Default 10.
	ClientErrors int `json:"clientErrors" allowed:"1 to 1000000"`
	// ServerErrors is the sum of a service's, or the load balancer's own, 5XX answers
	// in a minute, 1 to 1000000. Default 5.
	ServerErrors int `json:"serverErrors" allowed:"1 to 1000000"`
	// LatencyMilliseconds is the 95th percentile of the answers' time, 1 to 600000. Default 1000.
	LatencyMilliseconds int `json:"latencyMilliseconds" allowed:"1 to 600000"`
	// ServiceCPUPercent is the share of the tasks' CPU, 1 to 100. Default 85.
	ServiceCPUPercent int `json:"serviceCpuPercent" allowed:"1 to 100"`
	// ServiceMemoryPercent is the share of the tasks' memory, 1 to 100. Default 85.
	ServiceMemoryPercent int `json:"serviceMemoryPercent" allowed:"1 to 100"`
	// DatabaseCPUPercent of the instance, 1 to 100. Default 80.
	DatabaseCPUPercent int `json:"databaseCpuPercent" allowed:"1 to 100"`
	// DatabaseFreeStorageMiB below which the alarm goes off, 1 to 67108864 and below the volume's
	// size. Default 4096.
	DatabaseFreeStorageMiB int `json:"databaseFreeStorageMiB" allowed:"1 to 67108864"`
	// DatabaseFreeMemoryMiB below which the alarm goes off, 1 to 1048576. Default 128.
	DatabaseFreeMemoryMiB int `json:"databaseFreeMemoryMiB" allowed:"1 to 1048576"`
	// DatabaseConnections at the same time, 1 to 262143. Default 150; a db.t3.small allows
	// about 180.
	DatabaseConnections int `json:"databaseConnections" allowed:"1 to 262143"`
}
