package cost

import (
	"fmt"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.ECSService] = (*estimator).service
	prices[resourcetypes.Schedule] = (*estimator).schedule
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

// taskSize is what a task is charged for.
type taskSize struct {
	vcpu, gb, storageGB float64
	architecture        string
}

// sizeOf returns the size of the tasks that a resource runs; false if it is not known, which is an error.
func (e *estimator) sizeOf(kind string, r *Resource) (size taskSize, known bool) {
	task := e.graph.sibling(r, resourcetypes.TaskDefinition)
	if task == nil {
		const unknown = "%s %s: found no task definition in its component: the size of its tasks is not known"
		e.errs = append(e.errs, fmt.Errorf(unknown, kind, r.Name()))
		return size, false
	}
	cpu, errCPU := strconv.ParseFloat(task.text("cpu"), 64)
	memory, errMemory := strconv.ParseFloat(task.text("memory"), 64)
	if errCPU != nil || errMemory != nil {
		e.errs = append(e.errs, fmt.Errorf("%s %s: found cpu %q and memory %q, expected numbers", kind, r.Name(),
			task.text("cpu"), task.text("memory")))
		return size, false
	}
	const unitsPerVCPU, mibPerGB = 1024, 1024
	size = taskSize{cpu / unitsPerVCPU, memory / mibPerGB, 0, "x86"}
	if task.object("runtimePlatform").text("cpuArchitecture") == "ARM64" {
		size.architecture = "arm"
	}
	size.storageGB = max(0, task.object("ephemeralStorage").number("sizeInGib")-includedStorageGB)
	return size, true
}

// schedule is charged as the tasks that it starts: 14 million starts a month are free (Amazon EventBridge pricing,
// "EventBridge Scheduler", https://aws.amazon.com/eventbridge/pricing/).
func (e *estimator) schedule(r *Resource) {
	size, known := e.sizeOf("schedule", r)
	if !known {
		return
	}
	hours := e.usage.JobHours
	e.add(r, charge{what: "runs: vCPU", price: "fargate." + size.architecture + ".vcpu", quantity: size.vcpu * hours})
	e.add(r, charge{what: "runs: memory", price: "fargate." + size.architecture + ".gb", quantity: size.gb * hours})
	e.add(r, charge{what: "runs: storage", price: "fargate.storage", quantity: size.storageGB * hours})
}

func (e *estimator) service(r *Resource) {
	size, known := e.sizeOf("service", r)
	if !known {
		return
	}
	least, most := e.bounds(r)
	strategies, _ := r.list("capacityProviderStrategies")
	low, high := split(least, strategies), split(most, strategies)
	hours := e.usage.HoursPerMonth
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
			what: tasks + ": vCPU", price: "fargate." + size.architecture + ".vcpu", share: kind.share,
			quantity: kind.low * size.vcpu * hours, max: kind.high * size.vcpu * hours,
		})
		e.add(r, charge{
			what: tasks + ": memory", price: "fargate." + size.architecture + ".gb", share: kind.share,
			quantity: kind.low * size.gb * hours, max: kind.high * size.gb * hours,
		})
		e.add(r, charge{
			what: tasks + ": storage", price: "fargate.storage", quantity: kind.low * size.storageGB * hours,
			max: kind.high * size.storageGB * hours,
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
