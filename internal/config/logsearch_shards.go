package config

import (
	"strconv"
	"strings"
)

// IndexPeriod is the span of time whose logs of a service share an index.
type IndexPeriod string

// The periods that lambda/logshipper knows.
const (
	IndexDay   IndexPeriod = "day"
	IndexWeek  IndexPeriod = "week"
	IndexMonth IndexPeriod = "month"
)

// A node takes 1000 shards (Amazon OpenSearch Service developer guide, "Choosing the number of shards":
// versions up to 2.15; the Well-Architected OpenSearch Lens, AOSPERF01-BP01, recommends no more for any).
// From 2.17 on the guide says 1000 for every 16 GiB of heap: it may or may not mean less for a smaller
// heap. More than mostShards is refused; below it, indices of a longer period keep to the stricter
// reading as far as they can.
const (
	mostShards = 1000
	heapShards = 1000.0 / 16
	// The domain has indices of its own, such as the history of index management.
	logsShare = 4.0 / 5
)

// IndexPeriod is the shortest whose shards the nodes surely take, or else a month.
func (l *LogSearch) IndexPeriod(services int) IndexPeriod {
	sure := int(logsShare * min(mostShards, heapShards*heapGiB(l.InstanceType)) * float64(l.InstanceCount))
	for _, period := range []IndexPeriod{IndexDay, IndexWeek} {
		if l.shards(period, l.RetentionDays, services) <= sure {
			return period
		}
	}
	return IndexMonth
}

// mostDays that the nodes can keep logs, in indices of a month each; 3650 at most.
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

// shards of all services' indices, with their copies. An index is deleted once its last event is old
// enough (see lambda/logshipper), while the next one is there already.
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

// heapGiB is half of a node's memory, up to 32 GiB (Well-Architected OpenSearch Lens, AOSPERF01-BP03).
// The memory of a large instance follows from its family (Amazon OpenSearch Service, "Supported instance
// types"), and doubles with each size. A family that is not known counts as general purpose.
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
