package config

import (
	"fmt"

	"aws-webapp/internal/plural"
)

// LogSearch is the OpenSearch domain to which the logs of all services are shipped.
type LogSearch struct {
	// Enabled creates the domain and ships logs to it. Default true.
	Enabled bool `json:"enabled"`
	// EngineVersion of OpenSearch. A domain can be raised, never lowered. Default 2.19.
	EngineVersion string `json:"engineVersion" allowed:"<OpenSearch version>"`
	// InstanceType of the data nodes. Default r6g.large.search.
	InstanceType string `json:"instanceType" allowed:"<OpenSearch instance type>"`
	// InstanceCount of data nodes, 1 to 80. Default 2.
	InstanceCount int `json:"instanceCount" allowed:"1 to 80"`
	// VolumeGiB is the size of each node's gp3 volume, 10 to 24576; the instance type may allow
	// less. An alarm goes off when a quarter is left. Default 100.
	VolumeGiB int `json:"volumeGiB" allowed:"10 to 24576"`
	// ZoneAwareness spreads the nodes over zones: three if their number is a multiple of
	// three and the network has as many, else two. Default true.
	ZoneAwareness bool `json:"zoneAwareness"`
	// OffPeakStartHour is the hour in UTC, 0 to 23, at which the ten hours begin in which AWS
	// updates the domain. Default 22.
	OffPeakStartHour int `json:"offPeakStartHour" allowed:"0 to 23"`
	// RetentionDays is the least number of days that logs can be searched, 1 to 3650; many days of
	// many services need more nodes, see the error. Each service has an index per day, or per week
	// or month if the nodes would otherwise have too many shards; an index is deleted as a whole.
	// Default 30.
	RetentionDays int `json:"retentionDays" allowed:"1 to 3650"`
	// ReaderRoleARNs lists IAM roles that may search and use Dashboards, at most 3072 characters
	// together with administratorRoleArns. Default nobody.
	ReaderRoleARNs []string `json:"readerRoleArns" allowed:"<role ARN>"`
	// AdministratorRoleARNs lists IAM roles that may change everything in the domain, such as to mend an index or to
	// give readers fewer indices. Default nobody.
	AdministratorRoleARNs []string `json:"administratorRoleArns" allowed:"<role ARN>"`
	// ReaderCIDRs may reach the domain on port 443, such as those of a VPN. Default nobody.
	ReaderCIDRs []string `json:"readerCidrs" allowed:"<CIDR block>"`
	// MaxConcurrency of the shipping function, 0 to 1000; reserved from the account's concurrency,
	// 0 for only the account's limit. Default 0.
	MaxConcurrency int `json:"maxConcurrency" allowed:"0 to 1000"`
	// ServiceLinkedRole creates the role with which OpenSearch attaches domains to VPCs. An
	// account has only one: set it in one stack, or in none if the account already has the role.
	// Default false.
	ServiceLinkedRole bool `json:"serviceLinkedRole"`
}

func (l *LogSearch) defaults() {
	*l = LogSearch{
		Enabled:          true,
		EngineVersion:    "2.19",
		InstanceType:     "r6g.large.search",
		InstanceCount:    2,
		VolumeGiB:        100,
		ZoneAwareness:    true,
		OffPeakStartHour: 22,
		RetentionDays:    30,
	}
}

func (l *LogSearch) validate(v *validation, at path) {
	const two, three = 2, 3
	l.validateReaders(v, at)
	count := at.key("instanceCount")
	if l.ZoneAwareness && l.InstanceCount%two != 0 &&
		(l.InstanceCount%three != 0 || v.config.Network.Zones() < three) {
		v.add(count, show(l.InstanceCount), "with logSearch.zoneAwareness a multiple of two, or of three with three zones",
			"add or remove a node, or set zoneAwareness to false")
	}
	if days, services := at.key("retentionDays"), len(v.config.Units()); l.Enabled && v.sound(count) {
		if most := l.mostDays(services); l.RetentionDays > most {
			v.add(days, show(l.RetentionDays),
				fmt.Sprintf("at most %d with %s and %s: a node takes %d shards, four fifths of them for logs",
					most, plural.Of(l.InstanceCount, "node"), plural.Of(services, "service or job", "services and jobs"), mostShards),
				"lower it, or raise logSearch.instanceCount")
		}
	}
	for i, block := range l.ReaderCIDRs {
		if block == "0.0.0.0/0" {
			v.add(at.key("readerCidrs").index(i), quote(block), "a block smaller than the internet",
				"name the network that people search from, such as 10.8.0.0/16")
		}
	}
}
