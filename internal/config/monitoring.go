package config

// Monitoring is the alert topic and the alarm thresholds.
type Monitoring struct {
	// Subscriptions of the alert topic. Prod demands one.
	Subscriptions []Subscription `json:"subscriptions"`
	// Thresholds of the alarms.
	Thresholds Thresholds `json:"thresholds"`
}

// Subscription of the alert topic.
type Subscription struct {
	// Protocol is email, https, sqs or lambda. Required.
	Protocol string `json:"protocol"`
	// Endpoint is the address, https:// URL or ARN. Required.
	Endpoint string `json:"endpoint"`
}

// Thresholds of the alarms. Percentages are 1 to 100.
type Thresholds struct {
	// ClientErrors is the sum of the load balancer's 4XX answers in a minute. Default 10.
	ClientErrors int `json:"clientErrors"`
	// ServerErrors is the sum of a service's, or the load balancer's own, 5XX answers
	// in a minute. Default 5.
	ServerErrors int `json:"serverErrors"`
	// LatencyMilliseconds is the 95th percentile of the answers' time. Default 1000.
	LatencyMilliseconds int `json:"latencyMilliseconds"`
	// ServiceCPUPercent. Default 85.
	ServiceCPUPercent int `json:"serviceCpuPercent"`
	// ServiceMemoryPercent. Default 85.
	ServiceMemoryPercent int `json:"serviceMemoryPercent"`
	// DatabaseCPUPercent. Default 80.
	DatabaseCPUPercent int `json:"databaseCpuPercent"`
	// DatabaseFreeStorageMiB. Default 4096.
	DatabaseFreeStorageMiB int `json:"databaseFreeStorageMiB"`
	// DatabaseFreeMemoryMiB. Default 128.
	DatabaseFreeMemoryMiB int `json:"databaseFreeMemoryMiB"`
	// DatabaseConnections. Default 150 (a db.t3.small allows about 180).
	DatabaseConnections int `json:"databaseConnections"`
}
