package diagram

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	rt "aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/plural"
)

// Places of parts within a tier: those that requests reach first.
const (
	rankEntry = iota
	rankService
	rankJob
	rankStore
	rankFunction
	rankSearch
	rankOther
	rankEndpoints
)

// portrait of a resource, as its box shows it.
type portrait struct {
	rank  int
	class string
	of    func(s *stack, r *resource, members []*resource) (title string, details []string)
}

// portraits of the types that can be said more of than their name. The first that a part has speaks for it.
var portraits = []struct {
	typ string
	portrait
}{
	{rt.LoadBalancer, portrait{rankEntry, "entry", loadBalancer}},
	{rt.ECSService, portrait{rankService, "service", service}},
	{rt.Schedule, portrait{rankJob, "service", scheduled}},
	{rt.DBInstance, portrait{rankStore, "database", database}},
	{rt.CacheGroup, portrait{rankStore, "cache", cache}},
	{rt.FileSystemMountTarget, portrait{rankStore, "store", files}},
	{rt.SearchDomain, portrait{rankSearch, "search", search}},
	{rt.Function, portrait{rankFunction, "function", function}},
	{rt.VPCEndpoint, portrait{rankEndpoints, "endpoints", endpoints}},
}

func (s *stack) describe(p *part, members []*resource) {
	for _, known := range portraits {
		at := slices.IndexFunc(members, func(m *resource) bool { return m.typ == known.typ })
		if at < 0 {
			continue
		}
		p.rank, p.class = known.rank, known.class
		p.title, p.details = known.of(s, members[at], members)
		return
	}
	p.rank, p.class = rankOther, "other"
	if len(members) == 0 { // tasks that somebody else starts name their group only then
		_, name, found := strings.Cut(p.group.name, "-app-")
		if !found {
			name = p.group.name
		}
		p.title = words(name)
		for _, task := range s.ofType(rt.TaskDefinition) {
			if task.name == name && strings.Contains(task.parent, ":Job::") {
				p.rank, p.class, p.title = rankJob, "service", name
				p.details = append([]string{"job, run by hand"}, sidecars(task)...)
			}
		}
		return
	}
	p.title, p.details = words(members[0].name), []string{kind(members[0].typ)}
}

func loadBalancer(s *stack, r *resource, _ []*resource) (string, []string) {
	details := []string{"HTTPS"}
	if s.has(rt.WebACLAssociation) {
		details = append(details, "WAF")
	}
	if r.flag("internal") {
		details = append(details, "internal")
	}
	return "Load balancer", []string{strings.Join(details, " · ")}
}

func service(s *stack, r *resource, _ []*resource) (string, []string) {
	tasks := fmt.Sprintf("%d tasks", r.number("desiredCount"))
	if target := s.sibling(r, rt.ScalableTarget); target.inputs != nil {
		tasks = fmt.Sprintf("%d–%d tasks", target.number("minCapacity"), target.number("maxCapacity"))
	}
	how := "rolling"
	if r.text("deploymentController", "type") == "CODE_DEPLOY" {
		how = "blue/green"
	}
	if slices.Contains(r.texts(), "FARGATE_SPOT") {
		how += " · Spot"
	}
	details := []string{tasks + " · " + how}
	switch {
	case len(r.list("serviceConnectConfiguration", "services")) > 0:
		details = append(details, "internal, by name")
	case len(r.list("loadBalancers")) == 0:
		details = append(details, "worker")
	}
	return r.name, append(details, sidecars(s.sibling(r, rt.TaskDefinition))...)
}

func scheduled(s *stack, r *resource, _ []*resource) (string, []string) {
	details := []string{"job, " + r.text("scheduleExpression")}
	if zone := r.text("scheduleExpressionTimezone"); zone != "" && zone != "UTC" {
		details = append(details, zone)
	}
	return r.name, append(details, sidecars(s.sibling(r, rt.TaskDefinition))...)
}

// sidecars of a task are its containers but for the one that is called like it.
func sidecars(task *resource) []string {
	var containers []struct{ Name string }
	if json.Unmarshal([]byte(task.text("containerDefinitions")), &containers) != nil {
		return nil // not readable: a secret, or not known before an update
	}
	var names []string
	for _, container := range containers {
		if container.Name != task.name {
			names = append(names, container.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"with " + strings.Join(names, ", ")}
}

// named is an engine as people call it.
func named(engine string) string {
	if engine == "postgres" {
		return "PostgreSQL"
	}
	return words(engine)
}

func database(_ *stack, r *resource, _ []*resource) (string, []string) {
	zones := "one zone"
	if r.flag("multiAz") {
		zones = "Multi-AZ"
	}
	return named(r.text("engine")) + " " + r.text("engineVersion"), []string{r.text("instanceClass") + " · " + zones}
}

func cache(_ *stack, r *resource, _ []*resource) (string, []string) {
	nodes := max(1, r.number("numCacheClusters"))
	return named(r.text("engine")), []string{fmt.Sprintf("%d × %s", nodes, r.text("nodeType"))}
}

// files are a file system: of its parts, the mount targets are in the network, one in each zone.
func files(_ *stack, r *resource, members []*resource) (string, []string) {
	name := r.name[:max(0, strings.LastIndexByte(r.name, '-'))]
	return words(name), []string{fmt.Sprintf("EFS, %s", plural.Of(len(members), "zone"))}
}

func search(_ *stack, r *resource, _ []*resource) (string, []string) {
	return "OpenSearch", []string{fmt.Sprintf("%d × %s", max(1, r.number("clusterConfig", "instanceCount")),
		strings.TrimSuffix(r.text("clusterConfig", "instanceType"), ".search"))}
}

func function(_ *stack, _ *resource, members []*resource) (string, []string) {
	members = slices.DeleteFunc(slices.Clone(members), func(m *resource) bool { return m.typ != rt.Function })
	shown := members[len(members)-1]
	if len(members) == 1 {
		return words(shown.name), []string{"Lambda function"}
	}
	return words(shown.name), []string{fmt.Sprintf("%d Lambda functions", len(members))}
}

func endpoints(s *stack, _ *resource, members []*resource) (string, []string) {
	text := fmt.Sprintf("%d AWS services", len(members))
	for _, other := range s.ofType(rt.VPCEndpoint) {
		if other.text("vpcEndpointType") == "Gateway" {
			service := other.text("serviceName")
			text += ", " + strings.ToUpper(service[strings.LastIndexByte(service, '.')+1:])
		}
	}
	return "VPC endpoints", []string{text}
}
