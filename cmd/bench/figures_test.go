package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExponent(t *testing.T) {
	assert.InDelta(t, 1, exponent([]float64{100, 200, 400}, []float64{3, 6, 12}), 1e-9)
	assert.InDelta(t, 2, exponent([]float64{1, 10}, []float64{1, 100}), 1e-9)
}

func TestHighWater(t *testing.T) {
	assert.EqualValues(t, 123904*1024, highWater("Name:\tpulumi\nVmHWM:\t  123904 kB\nVmRSS:\t 100 kB\n"))
	assert.Zero(t, highWater("Name:\tpulumi\nState:\tZ (zombie)\n"))
}

func TestEveryAddedServiceIsRoutedApart(t *testing.T) {
	config := withServices(3)
	assert.Len(t, config, 14)
	assert.Equal(t, "1", config["services[1].routing.priority"])
	assert.Equal(t, "/service-2/*", config["services[2].routing.paths[0]"])
}
