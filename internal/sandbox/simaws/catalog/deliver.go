package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/policies/iamdoc"
)

// delivers says why a policy refuses a delivery; nil if it allows it under every reading of
// AWS's documents. The source is the ARN of the resource that causes the delivery.
func (c *Call) delivers(d deliveries.Delivery, source string, to held) error {
	return c.calls(d, iamdoc.Principal{Kind: "service", ID: d.Caller(c.Region)}, source, to)
}

// calls is delivers for any caller.
func (c *Call) calls(d deliveries.Delivery, caller iamdoc.Principal, source string, to held) error {
	place := deliveries.Place{
		Account: c.Account, Region: c.Region, Partition: c.Partition, Source: source, Target: to.target,
	}
	for _, reading := range d.Readings {
		keys := d.Request(reading, place)
		for _, action := range d.Actions {
			decision := to.Decide(iamdoc.Request{Caller: caller, Action: action, Resource: to.resource, Keys: keys})
			if !decision.Allowed {
				return refused{d, reading, caller, action, to, decision}
			}
		}
	}
	return nil
}

// refused explains why a policy refuses a delivery, and what would allow it.
type refused struct {
	delivery deliveries.Delivery
	reading  deliveries.Reading
	caller   iamdoc.Principal
	action   string
	to       held
	decision iamdoc.Decision
}

// Error names the statement, the condition key and the fix.
func (r refused) Error() string {
	var why []string
	missing := false
	for _, miss := range r.decision.Missed {
		if len(miss.Sent) == 0 {
			missing = true
			why = append(why,
				fmt.Sprintf("%s asks for %s, which %s not sent", miss.Label, miss.Condition.Written, r.certainty()))
			continue
		}
		why = append(why, fmt.Sprintf("%s asks for another %s than %s",
			miss.Label, miss.Condition.Written, strings.Join(miss.Sent, ", ")))
	}
	fix := fmt.Sprintf("let %s do so in a statement", r.caller.ID)
	switch {
	case r.decision.DeniedBy != "":
		why = []string{r.decision.DeniedBy + " denies it"}
		fix = fmt.Sprintf("leave %s out of the denial", r.caller.ID)
	case missing:
		fix = fmt.Sprintf("give %s a statement of its own without that condition", r.caller.ID)
	case len(why) == 0:
		why = []string{"no statement is about it"}
	}
	if keys := slices.Sorted(maps.Keys(r.reading.Keys)); len(keys) > 0 {
		fix += "; it can be limited by " + strings.Join(keys, ", ")
	}
	return fmt.Sprintf("%s (%s): %s is refused by %s: %s. Fix: %s (%s)",
		r.delivery.Name, r.caller.ID, r.action, r.to.by, strings.Join(why, "; "), fix, strings.Join(r.reading.Sources, " "))
}

// certainty reports whether all pages agree.
func (r refused) certainty() string {
	if len(r.delivery.Readings) > 1 {
		return "maybe is"
	}
	return "is"
}

// refuse words a refusal as AWS does, and adds the reason, which AWS does not give.
func refuse(wording string, why error) error {
	return fmt.Errorf("%w (%w)", Wording(wording), why)
}

// trusts: a service refuses a role that it cannot assume.
func trusts(path string, how deliveries.Delivery, refusal string) Rule {
	return func(c *Call) error {
		for _, name := range prop.Texts(c.Inputs, path) {
			role, ours := c.Find(resourcetypes.Role, "arn", name)
			if !ours {
				continue
			}
			trust := holding("the trust policy of role "+prop.Text(role.Props, "name"), "",
				prop.Text(role.Props, "assumeRolePolicy"))
			if err := c.delivers(how, c.Text("arn"), trust); err != nil {
				return refuse(c.Expand(refusal, nil), err)
			}
		}
		return nil
	}
}

// roleDoes says why a call of one of the stack's roles is refused, by the role's own policies
// or by that of the target. Roles from outside are assumed to be allowed.
func (c *Call) roleDoes(d deliveries.Delivery, roleARN string, to held) error {
	role, ours := c.Find(resourcetypes.Role, "arn", roleARN)
	if !ours {
		return nil
	}
	caller := iamdoc.Principal{Kind: "aws", ID: roleARN}
	if err := c.calls(d, caller, "", c.rolePolicies(role, to.resource).about(to.target)); err != nil {
		return err
	}
	return c.notDenied(d, caller, to)
}

// notDenied says whether the policy of a resource in the same account denies a call that the
// caller's own policies allow.
func (c *Call) notDenied(d deliveries.Delivery, caller iamdoc.Principal, to held) error {
	var denied refused
	if err := c.calls(d, caller, "", to); errors.As(err, &denied) && denied.decision.DeniedBy != "" {
		return err
	}
	return nil
}

// roleUses says why a role cannot use a key of the stack for a target. The key's policy has
// to let the account's policies decide.
func (c *Call) roleUses(d deliveries.Delivery, roleARN, target, key string) error {
	policy, ours := c.keyPolicy(key)
	role, known := c.Find(resourcetypes.Role, "arn", roleARN)
	if !ours || !known {
		return nil
	}
	caller := iamdoc.Principal{Kind: "aws", ID: roleARN}
	return errors.Join(
		c.calls(d, caller, "", policy.about(target)),
		c.calls(d, caller, "", c.rolePolicies(role, policy.resource).about(target)))
}
