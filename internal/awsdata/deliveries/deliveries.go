package deliveries

import (
	"maps"
	"slices"
	"strings"
)

// Delivery is one kind of call.
type Delivery struct {
	// Name of the delivery in messages, such as "EventBridge publishes to a topic".
	Name string
	// Service that calls, as policies name it; {region} stands for the region. Empty if the call
	// is made with a role.
	Service string
	// Actions lists actions that all have to be allowed.
	Actions []string
	// Readings of the sources, at least one.
	Readings []Reading
}

// Reading is one way to understand AWS's documentation of a delivery.
type Reading struct {
	// Keys of the request with their values. {account}, {region} and {partition} stand for these
	// values, {source} for the ARN of the resource that causes the call, {target} for that of the
	// resource on which the call is made.
	Keys map[string]string
	// Sources of the reading: addresses of pages, or other evidence.
	Sources []string
}

// The condition keys by which a service states on whose behalf it calls.
const (
	SourceARN     = "aws:SourceArn"
	SourceAccount = "aws:SourceAccount"
)

// Place holds the parts of which the values of a request are made.
type Place struct {
	Account, Region, Partition, Source, Target string
}

// Caller returns the name of the service in a region.
func (d Delivery) Caller(region string) string {
	return strings.ReplaceAll(d.Service, "{region}", region)
}

// Request returns the condition keys of a call from a place, including those that every call
// has: AWS's services call over TLS and identify themselves as AWS services.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (d Delivery) Request(r Reading, p Place) map[string][]string {
	fill := strings.NewReplacer("{account}", p.Account, "{region}", p.Region, "{partition}", p.Partition,
		"{source}", p.Source, "{target}", p.Target)
	keys := map[string][]string{"aws:SecureTransport": {"true"}, "aws:PrincipalIsAWSService": {"false"}}
	if d.Service != "" {
		keys["aws:PrincipalIsAWSService"] = []string{"true"}
		keys["aws:PrincipalServiceName"] = []string{d.Caller(p.Region)}
	}
	for key, value := range r.Keys {
		keys[key] = []string{fill.Replace(value)}
	}
	return keys
}

// Sends reports whether a delivery has a condition key under every reading.
func (d Delivery) Sends(key string) bool {
	return !slices.ContainsFunc(d.Readings, func(r Reading) bool {
		sent := slices.Collect(maps.Keys(r.Keys))
		return !slices.ContainsFunc(sent, func(other string) bool { return strings.EqualFold(other, key) })
	})
}

// By returns the deliveries that a service makes with an action, matched by a function since a
// policy may name actions by pattern.
func By(service string, action func(string) bool) []Delivery {
	var found []Delivery
	for _, d := range All() {
		// logs.us-east-1.amazonaws.com stands for logs.{region}.amazonaws.com.
		before, after, regional := strings.Cut(d.Service, "{region}")
		same := d.Service == service || regional && strings.HasPrefix(service, before) && strings.HasSuffix(service, after)
		if same && slices.ContainsFunc(d.Actions, action) {
			found = append(found, d)
		}
	}
	return found
}

// All returns the whole table, without the calls that are made with roles.
func All() []Delivery { return slices.Concat(trusts, listed) }

var listed []Delivery

// row adds a delivery to the table.
func row(d Delivery) Delivery {
	listed = append(listed, d)
	return d
}
