package risk

import (
	"fmt"
	"slices"

	"aws-webapp/policies/prop"
)

// judgeAppSpec judges what the next deployment by CodeDeploy does to a service. Its properties are the ECS
// service's own:
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
func judgeAppSpec(old, now prop.Value) []Finding {
	before, known := old.JSON()
	after, knownToo := now.JSON()
	if known != prop.Yes || knownToo != prop.Yes || before.Absent() || after.Absent() {
		return nil
	}
	service := func(spec prop.Value) prop.Value { return spec.Dig("Resources", "TargetService", "Properties") }
	var findings []Finding
	public := func(spec prop.Value) prop.Truth {
		return service(spec).Dig("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp").Is("ENABLED")
	}
	if public(after) == prop.Yes && public(before) != prop.Yes {
		findings = append(
			findings,
			Finding{
				Class:   Exposure,
				Level:   High,
				Message: "the next deployment gives tasks public addresses (AssignPublicIp: ENABLED)",
			},
		)
	}
	findings = append(
		findings,
		judgeCapacity(service(before).Get("CapacityProviderStrategy"), service(after).Get("CapacityProviderStrategy"))...)
	hooks := func(spec prop.Value) []string {
		var names []string
		all, _ := spec.Get("Hooks").List()
		for _, hook := range all {
			fields, _ := hook.Fields()
			names = append(names, fields...)
		}
		return names
	}
	for _, hook := range hooks(before) {
		if !slices.Contains(hooks(after), hook) {
			findings = append(findings, Finding{
				Class: Release, Level: High, Message: fmt.Sprintf("the hook %s is removed: new versions are no longer "+
					"tested at that point", hook),
			})
		}
	}
	return findings
}

// judgeCapacity finds services all of whose further tasks run on Spot, which AWS may stop at two minutes' notice:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
func judgeCapacity(old, now prop.Value) []Finding {
	if !spotOnly(now) || spotOnly(old) {
		return nil
	}
	return []Finding{
		{
			Class:   Release,
			Level:   Medium,
			Message: "all tasks above the base run on Spot: AWS may stop them at two minutes' notice, all at once",
		},
	}
}

func spotOnly(strategy prop.Value) bool {
	providers, _ := strategy.List()
	spot, other := false, false
	for _, provider := range providers {
		weight, _ := provider.GetFold("weight").Number()
		isSpot := provider.GetFold("capacityProvider").Is("FARGATE_SPOT") == prop.Yes
		spot, other = spot || isSpot && weight > 0, other || !isSpot && weight > 0
	}
	return spot && !other
}
