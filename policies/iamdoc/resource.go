package iamdoc

import (
	"regexp"
	"slices"
	"strings"

	"aws-webapp/policies/prop"
)

// callers lists condition keys that identify the caller: with one of them, a statement about
// everybody is about certain callers after all.
//
// Source: "AWS global condition context keys" in the IAM user guide,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var callers = []string{
	"aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:PrincipalArn",
	"aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceVpce", "aws:SourceVpc",
	"aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "kms:CallerAccount", "aws:userid",
	"s3:DataAccessPointAccount",
}

// Public finds statements that allow something to everybody.
func (d Document) Public() []Problem {
	var found []Problem
	for _, s := range d.Statements {
		if s.Deny || s.narrowedBy(callers...) {
			continue
		}
		if s.NotPrincipal {
			found = append(found, Problem{s.Label, "allows everybody but a few (NotPrincipal with Allow)"})
			continue
		}
		if slices.ContainsFunc(s.Principals, Principal.anybody) {
			found = append(found, Problem{s.Label, "allows everybody"})
		}
	}
	return found
}

func (p Principal) anybody() bool {
	return strings.Trim(p.ID, "*") == "" && p.ID != "" || p.Kind == "aws" && strings.HasPrefix(p.ID, "arn:") &&
		strings.Contains(p.accountField(), "*")
}

func (p Principal) accountField() string {
	const account, fields = 4, 6
	if parts := strings.SplitN(p.ID, ":", fields); len(parts) == fields {
		return parts[account]
	}
	return ""
}

var accountPattern = regexp.MustCompile(`^\d{12}$`)

// Account returns the account of an AWS principal, or "".
func (p Principal) Account() string {
	switch {
	case p.Kind != "aws":
		return ""
	case accountPattern.MatchString(p.ID):
		return p.ID
	default:
		return p.accountField()
	}
}

// Foreign reports whether the principal is known to be of an account that is not in the list.
func (p Principal) Foreign(own []string) bool { return foreign(p.Account(), own) }

// foreign leaves out accounts of AWS itself, such as that of CloudFront's origin access
// identities.
//
// Source: "Restrict access to an Amazon S3 origin" in the CloudFront developer guide.
func foreign(account string, own []string) bool {
	return !slices.Contains([]string{"", "aws", "cloudfront"}, account) && !strings.Contains(account, "*") &&
		!slices.Contains(own, account)
}

// Foreign finds statements that allow something to accounts which are not in the list.
func (d Document) Foreign(own []string) []Problem {
	var found []Problem
	for _, s := range d.Statements {
		if s.Deny || s.NotPrincipal {
			continue
		}
		for _, account := range s.accounts() {
			if foreign(account, own) {
				found = append(found, d.problem(s, "allows another account", "allows account %s, which is not one of ours",
					account))
			}
		}
		if slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.Kind == "canonicaluser" }) {
			found = append(found, Problem{s.Label, "allows a canonical user id, which does not tell its account: name a role"})
		}
	}
	return found
}

// accounts returns the accounts that a statement is about: those of its principals and, if these
// are everybody or a service that acts for others, the ones that its conditions leave.
func (s Statement) accounts() []string {
	var found []string
	for _, p := range s.Principals {
		found = append(found, p.Account())
	}
	if !slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.anybody() || p.Kind == "service" }) {
		return found
	}
	for _, c := range s.Conditions {
		for _, value := range c.Values {
			switch {
			case !c.Narrow():
			case c.Key == "aws:principalaccount", c.Key == "kms:calleraccount", c.Key == "aws:sourceaccount":
				found = append(found, value)
			case c.Key == "aws:principalarn", c.Key == "aws:sourcearn":
				found = append(found, Principal{Kind: "aws", ID: value}.Account())
			}
		}
	}
	return found
}

// Denies answers whether a statement denies an action to everybody on all the resources that
// match, under the given condition. Further conditions weaken a denial, so there must be none
// except those that besides accepts.
func (d Document) Denies(
	action, resource string, when func(Condition) bool, besides ...func(Condition) bool,
) prop.Truth {
	action = strings.ToLower(action)
	for _, s := range d.Statements {
		if !s.Deny || s.NotPrincipal || !slices.ContainsFunc(s.Principals, Principal.anybody) || !s.covers(action) {
			continue
		}
		if !s.about(resource) || !s.onlyWhen(when, besides) {
			continue
		}
		return prop.Yes
	}
	if d.Partial {
		return prop.Maybe
	}
	return prop.No
}

// onlyWhen reports whether the statement applies under the condition, with no other condition
// that weakens it.
func (s Statement) onlyWhen(when func(Condition) bool, besides []func(Condition) bool) bool {
	rest := slices.DeleteFunc(slices.Clone(s.Conditions), when)
	return len(rest) < len(s.Conditions) && !slices.ContainsFunc(rest, func(c Condition) bool {
		return !slices.ContainsFunc(besides, func(may func(Condition) bool) bool { return may(c) })
	})
}

// about reports whether the statement covers a kind of resource: the objects of a bucket
// ("/*"), the bucket itself (""), or whatever the document is attached to ("*").
func (s Statement) about(kind string) bool {
	return slices.ContainsFunc(s.Resources, func(r string) bool {
		switch kind {
		case "/*":
			return everyObject(r)
		case "":
			return r == "*" || !strings.Contains(r, "/")
		default:
			return true
		}
	})
}

// everyObject reports whether a resource is all objects of a bucket, not only those below a
// prefix.
func everyObject(resource string) bool {
	bucket, _, _ := strings.Cut(resource, "/")
	return Match(resource, bucket+"/*")
}

// InsecureTransport is the condition that the caller does not use TLS.
func InsecureTransport(c Condition) bool {
	return (c.Operator == "bool" || c.Operator == "boolifexists") && c.Key == "aws:securetransport" &&
		len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false")
}
