package main

import (
	"fmt"
	"strings"
	"time"

	"aws-webapp/internal/sandbox/criticalpath"
)

// removedSince is the last commit with the false dependencies that this file lists. The
// figures are what criticalpath says of the state that `sandbox up --stack ...` left there.
const removedSince = "f6480be"

// previewBefore compares with the preview of the last commit whose sandbox let the CLI keep
// its diagnostic logs.
const previewBefore = "In turns with commit " + removedSince + ", where the CLI still wrote its diagnostic logs, on a busy machine: 1.91 s of processor\n" +
	"time and 2.0 s against 2.87 s and 3.0 s (medians of 4)."

// removed is how long the stacks took then.
var removed = map[string]struct{ chain, makespan time.Duration }{
	"staging": {20*time.Minute + 44*time.Second, 20*time.Minute + 44*time.Second},
	"prod":    {20*time.Minute + 44*time.Second, 20*time.Minute + 44*time.Second},
}

// falseDependency is a wait that was not needed.
type falseDependency struct {
	who, why, instead string
	// resource of prod that shows the difference, and when it began to be made before; empty
	// where something else takes longer.
	resource string
	before   time.Duration
}

var falseDependencies = []falseDependency{
	{
		"search domain, database, load balancer, target groups, endpoints, security groups",
		"NAT gateways and the routes through them: awsx's Vpc answers when all of its children are there",
		"VPC, subnets and route tables; gateways and routes are made beside the Vpc",
		"search-domain (SecurityGroup)", 2*time.Minute + 17*time.Second,
	},
	{
		"every service",
		"the whole network and firewall: flow log, alarms of the gateways, default group, rules of clients and of all other services; " +
			"with 50 services the stack had 18 849 dependencies, growing with n^1.98 (TestGrowth prints how many there are now)",
		"the app tier's routes and endpoints with their rules, and the rules of the service's own flows",
		"visitor-book (Service)", 15*time.Minute + 22*time.Second,
	},
	{
		"every log subscription",
		"the whole service, that is the database, the load balancer and the deployment group",
		"the service's log group",
		"", 0,
	},
	{
		"CloudTrail, the delivery channel of AWS Config, access logs of buckets",
		"lifecycle rules and access log of the bucket that they write to",
		"the bucket's policy and what it waits for",
		"audit (Trail)", 18 * time.Second,
	},
}

// writeRemoved compares with the graph of prod.
func writeRemoved(out *strings.Builder, prod criticalpath.Graph) {
	fmt.Fprintf(out, "\n## False dependencies that were removed\n\nCompared with commit %s.\n\n"+
		"| Who | Waited for | Waits for now | For example | Started | Starts |\n|---|---|---|---|---:|---:|\n", removedSince)
	for _, f := range falseDependencies {
		if start, found := prod.Start(f.resource); found {
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |\n", f.who, f.why, f.instead, f.resource, f.before, start)
		} else {
			fmt.Fprintf(out, "| %s | %s | %s | | | |\n", f.who, f.why, f.instead)
		}
	}
	fmt.Fprint(out, "\n`TestReadyAlmostAsSoonAsAWSAllows` fails when a stack's chain or makespan exceeds the target, `TestServicesWaitForTheirOwnWaysAlone`\n"+
		"when a service waits for more than it uses.\n")
}
