package resourcetypes

import (
	"cmp"
	"slices"
)

// Service holds what the delivery's roles need to know about an AWS service.
type Service struct {
	// Prefix of the service's IAM actions and ARNs.
	Prefix string
	// Group is the policy of the deploy role that allows changes of the service's resources: network, compute, data or
	// watch. A policy may have 6144 characters. Empty for a service that is only read.
	Group string
	// Linked is the principal whose service-linked role AWS creates when the service is first used in an account.
	Linked string
	// UsesKeys says that the service uses KMS keys on behalf of whoever calls it.
	UsesKeys bool
	// Named lists the kinds of resources whose names begin with the stack's, as the beginning of their ARNs' last part.
	// Unnamed lists patterns of those whose names AWS or Pulumi makes up. With neither, actions are limited to the
	// account.
	Named, Unnamed []string
	// Actions that the program itself and its commands need, beyond those of the resources.
	Actions Actions
	// Tasks are the rights that roles of the stack have to use what the service holds.
	Tasks Tasks
}

// Tasks are rights of the stack's tasks and functions.
type Tasks struct {
	Sid     string
	Actions []string
	// Named lists the kinds of resources, as in [Service]; Below follows the name. Unnamed lists patterns, as there.
	Named   []string
	Below   string
	Unnamed []string
}

// Services returns every service, in the order of their prefixes.
func Services() []Service {
	return slices.SortedFunc(slices.Values(services), func(a, b Service) int { return cmp.Compare(a.Prefix, b.Prefix) })
}

// ServiceOf returns the row of a service; the zero value if it has none.
func ServiceOf(prefix string) Service {
	for _, service := range services {
		if service.Prefix == prefix {
			return service
		}
	}
	return Service{}
}
