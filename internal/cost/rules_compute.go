package cost

import (
	"fmt"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.ECSService] = (*estimator).service
	prices[resourcetypes.ECSCluster] = (*estimator).cluster
	prices[resourcetypes.Function] = (*estimator).function
}

// capacity counts the tasks on each kind of capacity.
type capacity struct{ onDemand, spot float64 }

// split distributes tasks as ECS does: the base first, the others by weight.
func split(tasks float64, strategies []any) capacity {
	var placed capacity
	var weights float64
	put := func(provider string, count float64) {
		if provider == "FARGATE_SPOT" {
			placed.spot += count
		} else {
			placed.onDemand += count
		}
	}
	read := func(strategy any) *Resource {
		inputs, _ := strategy.(map[string]any)
		return &Resource{Inputs: inputs}
	}
	left := tasks
	for _, strategy := range strategies {
		s := read(strategy)
		base := min(left, s.number("base"))
		put(s.text("capacityProvider"), base)
		left -= base
		weights += s.number("weight")
	}
	if weights == 0 {
		put("FARGATE", left)
		return placed
	}
	for _, strategy := range strategies {
		s := read(strategy)
		put(s.text("capacityProvider"), left*s.number("weight")/weights)
	}
	return placed
}

// includedStorageGB of a Fargate task.
const includedStorageGB = 20

func (e *estimator) service(r *Resource) {
	task := e.graph.sibling(r, resourcetypes.TaskDefinition)
	if task == nil {
		e.errs = append(e.errs,
			fmt.Errorf("service %s: found no task definition in its component: the size of its tasks is not known", r.Name()))
		return
	}
	cpu, errCPU := strconv.ParseFloat(task.text("cpu"), 64)
	memory, errMemory := strconv.ParseFloat(task.text("memory"), 64)
	if errCPU != nil || errMemory != nil {
		e.errs = append(e.errs, fmt.Errorf("service %s: found cpu %q and memory %q, expected numbers", r.Name(),
			task.text("cpu"), task.text("memory")))
		return
	}
	least, most := e.bounds(r)
	strategies, _ := r.list("capacityProviderStrategies")
	low, high := split(least, strategies), split(most, strategies)
	architecture := "x86"
	if task.object("runtimePlatform").text("cpuArchitecture") == "ARM64" {
		architecture = "arm"
	}
	const unitsPerVCPU, mibPerGB = 1024, 1024
	hours := e.usage.HoursPerMonth
	storage := max(0, task.object("ephemeralStorage").number("sizeInGib")-includedStorageGB)
	for _, kind := range []struct {
		name      string
		low, high float64
		share     float64
	}{
		{"", low.onDemand, high.onDemand, 0},
		{" on Spot", low.spot, high.spot, e.usd("fargate.spot-share")},
	} {
		if kind.high == 0 {
			continue
		}
		tasks := fmt.Sprintf("%s to %s tasks%s", decimal(kind.low), decimal(kind.high), kind.name)
		e.add(r, charge{
			what: tasks + ": vCPU", price: "fargate." + architecture + ".vcpu", share: kind.share,
			quantity: kind.low * cpu / unitsPerVCPU * hours, max: kind.high * cpu / unitsPerVCPU * hours,
		})
		e.add(r, charge{
			what: tasks + ": memory", price: "fargate." + architecture + ".gb", share: kind.share,
			quantity: kind.low * memory / mibPerGB * hours, max: kind.high * memory / mibPerGB * hours,
		})
		e.add(r, charge{
			what: tasks + ": storage", price: "fargate.storage", quantity: kind.low * storage * hours,
			max: kind.high * storage * hours,
		})
	}
}

// decimal prints a number without trailing zeros.
func decimal(value float64) string { return strconv.FormatFloat(round(value, 2), 'f', -1, 64) }

// bounds returns the limits of a service's tasks: those of autoscaling, or the desired count.
func (e *estimator) bounds(r *Resource) (least, most float64) {
	for _, target := range e.graph.ofType(resourcetypes.ScalableTarget) {
		if target.Parent == r.Parent || strings.HasSuffix(target.text("resourceId"), "/"+r.text("name")) {
			return target.number("minCapacity"), target.number("maxCapacity")
		}
	}
	return r.number("desiredCount"), r.number("desiredCount")
}

func (e *estimator) spotServices() (names []string) {
	for _, r := range e.graph.ofType(resourcetypes.ECSService) {
		strategies, _ := r.list("capacityProviderStrategies")
		if _, most := e.bounds(r); split(most, strategies).spot > 0 {
			names = append(names, r.Name())
		}
	}
	return names
}

func (e *estimator) cluster(r *Resource) {
	settings, _ := r.list("settings")
	for _, setting := range settings {
		inputs, _ := setting.(map[string]any)
		if inputs["name"] != "containerInsights" {
			continue
		}
		price := map[any]string{"enabled": "metric.custom", "enhanced": "metric.insights"}[inputs["value"]]
		if price == "" {
			return // disabled
		}
		services := float64(len(e.graph.ofType(resourcetypes.ECSService)))
		e.add(r, charge{
			what: "Container Insights metrics", price: price,
			quantity: e.usage.InsightsMetricsPerCluster + services*e.usage.InsightsMetricsPerService,
		})
	}
}

func (e *estimator) function(r *Resource) {
	architecture := "x86"
	if list, _ := r.list("architectures"); len(list) > 0 && list[0] == "arm64" {
		architecture = "arm"
	}
	const defaultMiB, mibPerGB = 128, 1024
	memory := r.number("memorySize")
	if memory == 0 {
		memory = defaultMiB
	}
	calls := e.usage.FunctionCallsMillion * million
	e.add(r, charge{what: "calls", price: "lambda.request", quantity: calls})
	e.add(r, charge{
		what: "duration", price: "lambda." + architecture + ".gbs",
		quantity: calls * e.usage.FunctionSeconds * memory / mibPerGB,
	})
}
