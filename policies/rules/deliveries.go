package rules

import (
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// servicesDeliver returns the controls about the calls of AWS's services in
// internal/awsdata/deliveries.
func servicesDeliver() []*control.Control {
	return []*control.Control{{
		Name: "service-conditions-sent", Subject: "Whole stack", IDs: control.ParseIDs("house"),
		Title:    "Statements for AWS services ask only for condition keys that the service sends",
		Severity: control.High, Levels: mandatory, Optional: true, OnUnknown: control.Disabled,
		Types: append([]string{
			topicPolicyType, topicType, queuePolicyType, queueType, bucketPolicyType, keyPolicyType, logsPolicyType, iamRoleType,
		}, allKeys...),
		Risk: "AWS refuses what the statement was meant to allow: alarms, events and logs are lost silently",
		Fix:  "give the service a statement of its own, without the condition or with one on a key that it sends",
		Link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
		Judge: func(c in) control.Result {
			property := "policy"
			switch c.Type {
			case iamRoleType:
				property = "assumeRolePolicy"
			case logsPolicyType:
				property = "policyDocument"
			}
			if c.Get(property).IsSet() == prop.No {
				return control.Skip()
			}
			return judgeDocument(c, "the policy of "+c.Name, c.Get(property), unsent)
		},
	}}
}

// unsent finds services that no statement of the document lets in, because each requires a key
// that the service does not send, or perhaps does not.
func unsent(doc iamdoc.Document) []iamdoc.Problem {
	var found []iamdoc.Problem
	judged := map[string]bool{}
	for _, s := range doc.Statements {
		for _, p := range s.Principals {
			if s.Deny || s.NotPrincipal || p.Kind != "service" {
				continue
			}
			for _, d := range deliveries.By(p.ID, s.Covers) {
				for _, action := range d.Actions {
					if pair := p.ID + " " + action; s.Covers(action) && !judged[pair] {
						judged[pair] = true
						found = append(found, refusals(doc, p, action)...)
					}
				}
			}
		}
	}
	return slices.Compact(found)
}

// refusals returns the conditions that keep a service from an action in every kind of delivery.
func refusals(doc iamdoc.Document, service iamdoc.Principal, action string) []iamdoc.Problem {
	var found []iamdoc.Problem
	for _, d := range deliveries.By(service.ID, func(a string) bool { return strings.EqualFold(a, action) }) {
		label, key := refusal(doc, service, action, d)
		if key == "" {
			return nil
		}
		found = append(found, iamdoc.Problem{
			Where: label, What: fmt.Sprintf("asks for %s, which %s does not surely send when %s", key, service.ID, d.Name),
		})
	}
	return found[:min(1, len(found))]
}

// refusal returns the statement and the key because of which a delivery fails under one of its
// readings.
func refusal(doc iamdoc.Document, service iamdoc.Principal, action string, d deliveries.Delivery) (label, key string) {
	for _, reading := range d.Readings {
		passes := false
		for _, s := range doc.Statements {
			if s.Deny || !slices.Contains(s.Principals, service) || !s.Covers(action) {
				continue
			}
			missing := s.Needs(d.Request(reading, deliveries.Place{}))
			if passes = missing == ""; passes {
				break
			}
			label, key = s.Label, missing
		}
		if !passes {
			return label, key
		}
	}
	return "", ""
}
