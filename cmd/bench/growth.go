package main

import (
	"context"
	"fmt"
	"math"

	"aws-webapp/internal/sandbox/engine"
)

// growthRepeat is how often a preview is measured that only shows how it grows.
const growthRepeat = 3

// growth previews and brings up staging with more and more services.
func (b *bench) growth(ctx context.Context, r *report) error {
	for _, size := range b.sizes {
		home, err := b.home(fmt.Sprintf("growth-%d", size))
		if err != nil {
			return err
		}
		t := target{home: home, stack: "staging", pack: policies, config: withServices(size)}
		preview, err := b.repeated(ctx, fmt.Sprint(size), t, min(growthRepeat, b.repeat))
		if err != nil {
			return fmt.Errorf("%d services: %w", size, err)
		}
		t.pack, t.fast = engine.NoPolicyPack, true
		up, err := b.once(ctx, t, (*engine.Engine).Up)
		if err != nil {
			return fmt.Errorf("%d services: %w", size, err)
		}
		r.growth = append(r.growth, grown{services: size, preview: preview, up: row{samples: []sample{up}}})
	}
	return nil
}

// withServices is the configuration that adds services until there are so many.
func withServices(count int) map[string]string {
	config := map[string]string{}
	for i := 1; i < count; i++ {
		at := fmt.Sprintf("services[%d].", i)
		config[at+"name"] = fmt.Sprintf("service-%d", i)
		config[at+"image"] = "111111111111.dkr.ecr.us-east-1.amazonaws.com/service:1.0.0"
		config[at+"port"] = "8000"
		config[at+"databaseAccess"] = "true"
		config[at+"scaling.max"] = "4"
		config[at+"routing.priority"] = fmt.Sprint(i)
		config[at+"routing.paths[0]"] = fmt.Sprintf("/service-%d/*", i)
	}
	return config
}

// exponent fits seconds = a * resources^k through the points and returns k.
func exponent(resources, seconds []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range resources {
		x, y := math.Log(resources[i]), math.Log(seconds[i])
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	n := float64(len(resources))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
