package config

import (
	"strconv"
	"strings"
)

// IndexPeriod is the time span of the logs of a service in one index.
type IndexPeriod string

// The periods that lambda/logshipper supports.
const (
	IndexDay   IndexPeriod = "day"
	IndexWeek  IndexPeriod = "week"
	IndexMonth IndexPeriod = "month"
)

// A node holds 1000 shards (Amazon OpenSearch Service developer guide, "Choosing the number of shards":
// versions up to 2.15; the Well-Architected OpenSearch Lens, AOSPERF01-BP01, recommends no more for any).
// From 2.17 on the guide says 1000 for every 16 GiB of heap: it may or may not mean less for a smaller
// heap. More than mostShards is refused; below that, longer index periods keep to the stricter reading as
// far as possible.
const (
	mostShards = 1000
	heapShards = 1000.0 / 16
	// The rest is for the domain's own indices, such as the history of index management.
	logsShare = 4.0 / 5
)

// IndexPeriod returns the shortest period with which the nodes can certainly hold all shards,
// or else a month.
func (l *LogSearch) IndexPeriod(services int) IndexPeriod {
	sure := int(logsShare * min(mostShards, heapShards*heapGiB(l.InstanceType)) * float64(l.InstanceCount))
	for _, period := range []IndexPeriod{IndexDay, IndexWeek} {
		if l.shards(period, l.RetentionDays, services) <= sure {
			return period
		}
	}
	return IndexMonth
}

// mostDays returns the number of days for which the nodes can keep logs, in monthly indices;
// 3650 at most.
func (l *LogSearch) mostDays(services int) int {
	const longest = 3650
	room := int(logsShare * mostShards * float64(l.InstanceCount))
	for days := longest; days > 0; days-- {
		if l.shards(IndexMonth, days, services) <= room {
			return days
		}
	}
	return 0
}

// shards returns the number of shards of all services' indices, with their copies. An index is
// deleted once its last event is old enough (see lambda/logshipper), when the next one already
// exists.
func (l *LogSearch) shards(period IndexPeriod, retentionDays, services int) int {
	copies := 2
	if l.InstanceCount == 1 {
		copies = 1
	}
	shortest, longest := 1, 1
	switch period {
	case IndexWeek:
		shortest, longest = 7, 7
	case IndexMonth:
		shortest, longest = 28, 31
	case IndexDay:
	}
	kept := retentionDays + longest - 1
	return services * copies * ((kept+shortest-1)/shortest + 1)
}

// heapGiB returns half of a node's memory, up to 32 GiB (Well-Architected OpenSearch Lens,
// AOSPERF01-BP03). The memory of a large instance follows from its family (Amazon OpenSearch Service,
// "Supported instance types"), and doubles with each size. An unknown family counts as general purpose.
func heapGiB(instanceType string) float64 {
	const mostHeap, generalPurpose = 32, 8
	family, rest, _ := strings.Cut(instanceType, ".")
	size, _, _ := strings.Cut(rest, ".")
	memory := map[string]float64{"t": 8, "m": 8, "c": 4, "r": 16, "or": 16, "om": 8, "oi": 16, "i": 16, "im": 8}
	large, known := memory[family[:strings.IndexAny(family+"0", "0123456789")]]
	if !known {
		large = generalPurpose
	}
	return min(mostHeap, large*sizeFactor(size)/2)
}

// sizeFactor compares a size with large.
func sizeFactor(size string) float64 {
	switch size {
	case "micro":
		return 1.0 / 8
	case "small":
		return 1.0 / 4
	case "medium":
		return 1.0 / 2
	}
	if times, ok := strings.CutSuffix(size, "xlarge"); ok {
		if n, err := strconv.Atoi(times); err == nil {
			return float64(2 * n)
		}
		return 2
	}
	return 1
}
