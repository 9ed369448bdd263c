package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The last value that fits and the first that does not, for the rules that compare several keys. A row without a key
// is right.
func TestBordersOfComparisons(t *testing.T) {
	const one = "services[0]."
	both := func(changes ...edits) edits {
		all := edits{}
		for _, some := range changes {
			for key, value := range some {
				all[key] = value
			}
		}
		return all
	}
	lock := func(rest string) edits { return edits{"backup.lock": `{"mode": "governance", ` + rest + `}`} }
	percent := func(most, least, tasks string) edits {
		return edits{
			one + "deployment.maximumPercent": most, one + "deployment.minimumHealthyPercent": least,
			one + "scaling.min": tasks,
		}
	}
	routing := func(paths, hosts string) edits {
		return edits{one + "routing.paths": paths, one + "routing.hosts": hosts}
	}
	windows := func(part, key, daily, weekly string) edits {
		return edits{part + "." + key: jsonOf(daily), part + ".maintenanceWindow": jsonOf(weekly)}
	}
	name := func(length int) string {
		return strings.Repeat("a", 40) + "." + strings.Repeat("b", length-len("..example.com")-40) + ".example.com"
	}
	for _, row := range []struct {
		changes edits
		wrong   string
	}{
		{edits{"backup.monthlyRetentionDays": "0"}, ""},
		{edits{"backup.monthlyRetentionDays": "1"}, "backup.monthlyRetentionDays"},
		{edits{"backup.monthlyRetentionDays": "35"}, "backup.monthlyRetentionDays"},
		{edits{"backup.monthlyRetentionDays": "36"}, ""},
		{lock(`"minRetentionDays": 35`), ""},
		{lock(`"minRetentionDays": 36`), "backup.lock.minRetentionDays"},
		{lock(`"maxRetentionDays": 35`), ""},
		{lock(`"maxRetentionDays": 34`), "backup.lock.maxRetentionDays"},
		{lock(`"maxRetentionDays": 1`), "backup.lock.maxRetentionDays"},
		{both(lock(`"maxRetentionDays": 40`), edits{"backup.monthlyRetentionDays": "40"}), ""},
		{
			both(lock(`"maxRetentionDays": 39`), edits{"backup.monthlyRetentionDays": "40"}),
			"backup.lock.maxRetentionDays",
		},
		{
			both(lock(`"minRetentionDays": 7`), edits{"backup.continuous": "true", "database.backupRetentionDays": "7"}), "",
		},
		{
			both(lock(`"minRetentionDays": 8`), edits{"backup.continuous": "true", "database.backupRetentionDays": "7"}),
			"backup.lock.minRetentionDays",
		},
		{both(lock(`"minRetentionDays": 8`), edits{"database.backupRetentionDays": "7"}), ""},
		{edits{"backup.lock": `{"mode": "compliance", "irreversible": true, "graceDays": 3}`}, ""},
		{edits{"backup.lock": `{"mode": "compliance", "irreversible": true}`}, "backup.lock.graceDays"},
		{edits{"backup.lock": `{"mode": "governance", "graceDays": 3}`}, "backup.lock.mode"},
		{edits{"database.allocatedStorageGiB": "100", "database.maxAllocatedStorageGiB": "110"}, ""},
		{
			edits{"database.allocatedStorageGiB": "100", "database.maxAllocatedStorageGiB": "109"},
			"database.maxAllocatedStorageGiB",
		},
		{edits{"database.allocatedStorageGiB": "21", "database.maxAllocatedStorageGiB": "24"}, ""},
		{
			edits{"database.allocatedStorageGiB": "21", "database.maxAllocatedStorageGiB": "23"},
			"database.maxAllocatedStorageGiB",
		},
		{windows("database", "backupWindow", "03:00-03:30", "sun:04:30-sun:05:00"), ""},
		{windows("database", "backupWindow", "03:00-03:29", "sun:04:30-sun:05:00"), "database.backupWindow"},
		{windows("database", "backupWindow", "03:00-03:30", "sun:04:30-sun:04:59"), "database.maintenanceWindow"},
		{
			both(windows("database", "backupWindow", "10:00-10:30", "sun:10:30-mon:10:00"), edits{"backup.enabled": "false"}),
			"",
		},
		{
			both(windows("database", "backupWindow", "10:00-10:30", "sun:10:30-mon:10:31"), edits{"backup.enabled": "false"}),
			"database.maintenanceWindow",
		},
		{windows("cache", "snapshotWindow", "02:00-03:00", "sun:03:00-sun:04:00"), ""},
		{windows("cache", "snapshotWindow", "02:00-02:59", "sun:03:00-sun:04:00"), "cache.snapshotWindow"},
		{windows("cache", "snapshotWindow", "02:00-03:00", "sun:03:00-sun:03:59"), "cache.maintenanceWindow"},
		{edits{one + "deployment.controller": `"blue-green"`, one + "scaling.requestsPerTarget": "1"}, ""},
		{
			edits{one + "scaling": `{"min": 2, "max": 2, "cpuPercent": 10, "memoryPercent": 0, "responseMilliseconds": 10}`}, "",
		},
		{
			edits{one + "scaling": `{"min": 2, "max": 2, "cpuPercent": 0, "memoryPercent": 10, "responseMilliseconds": 10}`}, "",
		},
		{
			edits{one + "scaling": `{"min": 2, "max": 2, "cpuPercent": 0, "memoryPercent": 0, "responseMilliseconds": 10}`},
			one + "scaling.responseMilliseconds",
		},
		{edits{one + "containerCheck.command": `["a"]`, one + "containerCheck.timeoutSeconds": "29"}, ""},
		{
			edits{one + "containerCheck.command": `["a"]`, one + "containerCheck.timeoutSeconds": "30"},
			one + "containerCheck.timeoutSeconds",
		},
		{edits{one + "containerCheck.command": `["check", "CMD"]`}, ""},
		{edits{one + "containerCheck.command": `["CMD", "check"]`}, one + "containerCheck.command[0]"},
		{edits{one + "containerCheck.command": `["CMD-SHELL", "check"]`}, one + "containerCheck.command[0]"},
		{edits{one + "containerCheck.command": `["NONE"]`}, one + "containerCheck.command[0]"},
		{edits{one + "healthCheck.timeoutSeconds": "29"}, ""},
		{edits{one + "healthCheck.timeoutSeconds": "30"}, one + "healthCheck.timeoutSeconds"},
		{edits{one + "tmp.sizeMiB": "1023"}, ""},
		{edits{one + "tmp.sizeMiB": "1024"}, one + "tmp.sizeMiB"},
		{queued(edits{"services[1].queue.retentionDays": "1", "services[1].queue.ageMinutes": "1439"}), ""},
		{
			queued(edits{"services[1].queue.retentionDays": "1", "services[1].queue.ageMinutes": "1440"}),
			"services[1].queue.ageMinutes",
		},
		{queued(edits{"services[1].scaling.min": "0", "services[1].desiredCount": "0"}), ""},
		{worker(edits{"services[1].scaling.min": "1", "services[1].desiredCount": "1"}), ""},
		{edits{one + "desiredCount": "1"}, one + "desiredCount"},
		{edits{one + "desiredCount": "10"}, ""},
		{edits{one + "desiredCount": "11"}, one + "desiredCount"},
		{edits{one + "capacity.fargateBase": "10"}, ""},
		{edits{one + "capacity.fargateBase": "11"}, one + "capacity.fargateBase"},
		{edits{one + "capacity.fargateWeight": "0"}, one + "capacity.fargateWeight"},
		{edits{one + "capacity": `{"fargateWeight": 0, "spotWeight": 1}`}, ""},
		{edits{one + "scaling": `{"min": 2, "max": 2, "cpuPercent": 0, "memoryPercent": 0}`}, ""},
		{edits{one + "scaling": `{"min": 2, "max": 3, "cpuPercent": 0, "memoryPercent": 0}`}, one + "scaling.cpuPercent"},
		{edits{one + "scaling": `{"min": 2, "max": 3, "cpuPercent": 10, "memoryPercent": 0}`}, ""},
		{edits{one + "scaling": `{"min": 2, "max": 3, "cpuPercent": 0, "memoryPercent": 10}`}, ""},
		{
			edits{one + "scaling": `{"min": 2, "max": 3, "cpuPercent": 0, "memoryPercent": 0, "requestsPerTarget": 1}`}, "",
		},
		{edits{one + "scaling": `{"min": 3, "max": 2}`}, one + "scaling.min"},
		{percent("150", "50", "2"), ""},
		{percent("150", "100", "2"), ""},
		{percent("149", "51", "2"), one + "deployment.maximumPercent"},
		{percent("149", "50", "2"), ""},
		{percent("200", "100", "1"), ""},
		{percent("199", "100", "1"), one + "deployment.maximumPercent"},
		{percent("199", "1", "1"), one + "deployment.maximumPercent"},
		{percent("100", "0", "1"), ""},
		{percent("199", "100", "0"), one + "deployment.maximumPercent"},
		{edits{"network.availabilityZones": `["eu-west-1a"]`}, "network.availabilityZones"},
		{edits{"network.availabilityZones": `["eu-west-1a", "eu-west-1b"]`}, ""},
		{edits{"network.availabilityZones": zonesTo('f')}, ""},
		{edits{"network.availabilityZones": zonesTo('g')}, "network.availabilityZones"},
		{edits{"logSearch": `{"enabled": true, "instanceCount": 1}`}, "logSearch.instanceCount"},
		{edits{"logSearch": `{"enabled": true, "instanceCount": 1, "zoneAwareness": false}`}, ""},
		{edits{"logSearch": `{"enabled": true, "instanceCount": 4}`}, ""},
		{edits{"logSearch": `{"enabled": true, "instanceCount": 3}`}, "logSearch.instanceCount"},
		{
			edits{"logSearch": `{"enabled": true, "instanceCount": 3}`, "network.availabilityZones": zonesTo('c')}, "",
		},
		{
			edits{"logSearch": `{"enabled": true, "instanceCount": 5}`, "network.availabilityZones": zonesTo('c')},
			"logSearch.instanceCount",
		},
		{edits{"loadBalancer.testPort": "80"}, "loadBalancer.testPort"},
		{edits{"loadBalancer.testPort": "443"}, "loadBalancer.testPort"},
		{edits{"loadBalancer.testPort": "81"}, ""},
		{edits{"loadBalancer.testPort": "444"}, ""},
		{edits{"dns.domain": jsonOf(name(64)), one + "routing.hosts": "[]"}, ""},
		{edits{"dns.domain": jsonOf(name(65)), one + "routing.hosts": "[]"}, "dns.domain"},
		{routing(`["/a", "/b", "/c"]`, `["a.example.com", "b.example.com"]`), ""},
		{routing(`["/a", "/b", "/c"]`, `["a.example.com", "b.example.com", "c.example.com"]`), one + "routing.paths"},
		{routing(`["/*/?/*", "/?"]`, `["*.example.com"]`), ""},
		{routing(`["/*/?/*", "/?*"]`, `["*.example.com"]`), one + "routing.paths"},
		{routing(`[]`, `[]`), one + "routing.paths"},
		{routing(`[]`, `["a.example.com"]`), ""},
	} {
		_, err := Parse(project, valuesOf(t, stagingStack, row.changes))
		var errs Errors
		errors.As(err, &errs)
		want := []string{}
		if row.wrong != "" {
			want = append(want, "aws-webapp:"+row.wrong)
		}
		assert.Equal(t, want, keysOfErrors(errs), "%v: %v", row.changes, err)
	}
}

// zonesTo lists the zones of the region from a to a letter.
func zonesTo(last rune) string {
	var zones []string
	for letter := 'a'; letter <= last; letter++ {
		zones = append(zones, "eu-west-1"+string(letter))
	}
	return jsonOf(zones)
}
