package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The period of an index is the shortest with which the nodes can certainly hold all shards: AWS says
// 1000 per node, and 1000 for every 16 GiB of heap.
func TestIndicesFitTheNodes(t *testing.T) {
	tests := map[string]struct {
		instanceType               string
		nodes, retention, services int
		period                     IndexPeriod
		shards, mostDays           int
	}{
		"prod as it ships":          {"r6g.large.search", 2, 30, 1, IndexDay, 62, 3650},
		"staging as it ships":       {"t3.small.search", 1, 14, 1, IndexDay, 15, 3650},
		"the most services":         {"r6g.large.search", 2, 30, 50, IndexWeek, 700, 390},
		"the most on a small node":  {"t3.small.search", 1, 14, 50, IndexMonth, 150, 390},
		"ten years":                 {"r6g.large.search", 2, 3650, 1, IndexMonth, 266, 3650},
		"a year of many":            {"r6g.xlarge.search", 4, 365, 20, IndexWeek, 2160, 2182},
		"more than there are":       {"r6g.large.search", 2, 3650, 7, IndexMonth, 1862, 3134},
		"more nodes":                {"r6g.large.search", 4, 3650, 7, IndexMonth, 1862, 3650},
		"a type of another century": {"z9.metal.search", 2, 30, 1, IndexDay, 62, 3650},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			search := LogSearch{InstanceType: test.instanceType, InstanceCount: test.nodes, RetentionDays: test.retention}

			period := search.IndexPeriod(test.services)

			assert.Equal(t, test.period, period)
			assert.Equal(t, test.shards, search.shards(period, test.retention, test.services))
			assert.Equal(t, test.mostDays, search.mostDays(test.services))
		})
	}
}

func TestHeapOfInstanceTypes(t *testing.T) {
	for instanceType, gib := range map[string]float64{
		"t3.small.search": 1, "t3.medium.search": 2, "m6g.large.search": 4, "c6g.large.search": 2, "r6g.large.search": 8,
		"r6g.xlarge.search": 16, "r7g.2xlarge.search": 32, "r6g.12xlarge.search": 32, "or1.medium.search": 4,
		"i3.large.search": 8, "im4gn.large.search": 4,
		"or2.large.search": 8, "om2.large.search": 4, "oi2.large.search": 8, "m7g.xlarge.search": 8, "x9.large.search": 4,
	} {
		assert.InDelta(t, gib, heapGiB(instanceType), 0, instanceType)
	}
}
