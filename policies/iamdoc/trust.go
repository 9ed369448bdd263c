package iamdoc

import (
	"slices"
	"strings"
)

// Trust finds what is wrong with a role's trust policy: it must name who may assume the role.
// guarded lists the services that may act for others: for them the policy must name the
// resource or account (the confused deputy).
func (d Document) Trust(own, guarded []string) []Problem {
	found := d.Public()
	for _, s := range d.Statements {
		if s.Deny {
			continue
		}
		if len(s.NotActions) > 0 || slices.ContainsFunc(s.Actions, wholeService) {
			found = append(found, Problem{s.Label, "allows every way of assuming the role: name the one action"})
		}
		if s.NotPrincipal {
			continue // the principals are those that are not trusted
		}
		for _, p := range s.Principals {
			found = append(found, d.trusts(s, p, own, guarded)...)
		}
	}
	return found
}

// Accounts returns the accounts of all principals that the document names.
func (d Document) Accounts() []string {
	var found []string
	for _, s := range d.Statements {
		for _, p := range s.Principals {
			found = append(found, p.Account())
		}
	}
	return found
}

func (d Document) trusts(s Statement, p Principal, own, guarded []string) []Problem {
	switch {
	case p.Kind == "service" && slices.Contains(guarded, strings.ToLower(p.ID)):
		if !s.narrowedBy("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "sts:ExternalId") {
			return []Problem{d.problem(s, "trusts a service without saying for which resource",
				"trusts %s without aws:SourceArn or aws:SourceAccount, so that it could be used for somebody else", p.ID)}
		}
	case p.Kind == "federated" && strings.Contains(p.ID, ":oidc-provider/"):
		return d.trustsOIDC(s, p)
	case p.Kind == "federated":
		audience := p.ID + ":aud"
		if strings.Contains(p.ID, ":saml-provider/") {
			audience = "saml:aud"
		}
		if !s.narrowedBy(audience) {
			return []Problem{{s.Label, "trusts an identity provider without fixing the audience (aud)"}}
		}
	case p.Kind == "aws" && !p.anybody():
		account := p.Account()
		if account == "" || slices.Contains(own, account) {
			return nil
		}
		if !s.narrowedBy("sts:ExternalId", "aws:PrincipalOrgID") {
			return []Problem{d.problem(s, "trusts another account without an external id",
				"trusts account %s without sts:ExternalId or aws:PrincipalOrgID", account)}
		}
	}
	return nil
}

// trustsOIDC requires the token's audience and a subject that names more than an organisation.
func (d Document) trustsOIDC(s Statement, p Principal) []Problem {
	_, issuer, _ := strings.Cut(p.ID, ":oidc-provider/")
	var found []Problem
	if !s.narrowedBy(issuer + ":aud") {
		found = append(found, Problem{s.Label, "trusts an OIDC provider without fixing the token's audience (aud)"})
	}
	subject := slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.Key == strings.ToLower(issuer)+":sub" && c.Narrow() &&
			!slices.ContainsFunc(c.Values, func(subject string) bool { return !preciseSubject(issuer, subject) })
	})
	if !subject && !s.preciseClaims(issuer) {
		found = append(found, Problem{
			s.Label,
			"trusts an OIDC provider without naming the repository and branch or environment in the token's subject (sub)",
		})
	}
	return found
}
