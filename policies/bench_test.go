package main

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// BenchmarkResource measures the time of all controls together for one resource of the program,
// without decoding. It uses processor time, which does not depend on the load of the machine.
func BenchmarkResource(b *testing.B) {
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(b, err)
	resources := testgraph.Program("prod", testgraph.Deployed)
	before := cpuTime()
	for b.Loop() {
		for _, r := range resources {
			p.JudgeResource(r)
		}
	}
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(b.N*len(resources)), "cpu-µs/resource")
}

// BenchmarkResourceOverGRPC measures the same through the built executable, as the engine waits
// for it: repairing and judging, with encoding and decoding on both ends.
func BenchmarkResourceOverGRPC(b *testing.B) {
	file, err := executable()
	require.NoError(b, err)
	session, err := policytest.Start(b.Context(), file)
	require.NoError(b, err)
	defer func() { _ = session.Close() }()
	require.NoError(b, session.Configure(b.Context(), prodStack, nil))
	resources := testgraph.Program("prod", testgraph.Deployed)
	for b.Loop() {
		for _, r := range resources {
			request, err := policytest.Request(r)
			require.NoError(b, err)
			_, err = session.Client.Remediate(b.Context(), request)
			require.NoError(b, err)
			_, err = session.Client.Analyze(b.Context(), request)
			require.NoError(b, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(resources)), "µs/resource")
}

// BenchmarkStack measures the time for the whole stack once all resources exist.
func BenchmarkStack(b *testing.B) {
	for _, size := range []int{100, 1000, 10000} {
		resources := testgraph.Large(size)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p, err := pack.New(pack.Options{Controls: rules.All()})
			require.NoError(b, err)
			before := cpuTime()
			for b.Loop() {
				_, err := p.JudgeStack(resources)
				require.NoError(b, err)
			}
			b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(b.N*len(resources)), "cpu-µs/resource")
		})
	}
}

// BenchmarkStartUp measures the time until the executable answers.
func BenchmarkStartUp(b *testing.B) {
	file, err := executable()
	require.NoError(b, err)
	var total time.Duration
	for b.Loop() {
		session, err := policytest.Start(b.Context(), file)
		require.NoError(b, err)
		total += session.Started
		_ = session.Close()
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N), "ms/start")
}

// Time depends on the machine; the number of properties that are read does not. Ten times the
// resources may take at most 10^1.1 times the reads. Work that reads nothing shows in processor
// time, which only has to stay well below the square.
func TestTheWorkGrowsWithTheStackAndNotWithItsSquare(t *testing.T) {
	work := func(resources []*graph.Resource) (reads, time float64) {
		before := cpuTime()
		p, err := pack.New(pack.Options{Controls: rules.All()})
		require.NoError(t, err)
		count := 0
		for _, r := range resources {
			r.Observer = func(string, string) { count++ }
			p.JudgeResource(r)
		}
		_, err = p.JudgeStack(resources)
		require.NoError(t, err)
		return float64(count), float64(cpuTime() - before)
	}
	small, large := testgraph.Large(1000), testgraph.Large(10000)
	exponent := func(more, less float64) float64 {
		return math.Log(more/less) / math.Log(float64(len(large))/float64(len(small)))
	}
	_, _ = work(small) // what is made once does not count
	fewReads, little := work(small)
	manyReads, much := work(large)
	assert.LessOrEqual(t, exponent(manyReads, fewReads), 1.1)
	assert.LessOrEqual(t, exponent(much, little), 1.6)
}

func TestALargeStackPasses(t *testing.T) {
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(t, err)
	resources := testgraph.Large(1000)
	for _, r := range resources {
		for _, j := range p.JudgeResource(r) {
			assert.False(t, j.Violation(), "%s %s", j.Control, j.Reasons)
		}
	}
	whole, err := p.JudgeStack(resources)
	require.NoError(t, err)
	for _, j := range whole {
		assert.False(t, j.Violation(), "%s %s", j.Control, j.Reasons)
	}
}
