package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// unique is something that two stacks cannot both have. Physical names contain project and stack and cannot clash;
// these are the exceptions.
type unique struct {
	key string
	// of lists what a stack claims, as a message names it.
	of func(*sibling) []string
	// reach is the scope in which it must be unique.
	reach reach
	// allowed and fix are those of the error.
	allowed, fix string
}

// reach is the scope in which a name must be unique.
type reach int

const (
	inRegion  reach = iota // of one account
	inAccount              // in all regions
	everywhere
)

// sibling is a stack file beside another: one of the two is set.
type sibling struct {
	stack    string
	workload *Config
	delivery *Delivery
}

func (s *sibling) aws() *AWS {
	if s.delivery != nil {
		return &s.delivery.AWS
	}
	return &s.workload.AWS
}

// workloads applies only to workload stacks.
func workloads(of func(*Config) []string) func(*sibling) []string {
	return func(s *sibling) []string {
		if s.workload == nil {
			return nil
		}
		return of(s.workload)
	}
}

func deliveries(of func(*Delivery) []string) func(*sibling) []string {
	return func(s *sibling) []string {
		if s.delivery == nil {
			return nil
		}
		return of(s.delivery)
	}
}

// claim returns something that a stack claims if a key is set.
type claim struct {
	set  bool
	name string
}

func claimed(claims ...claim) []string {
	var names []string
	for _, c := range claims {
		if c.set {
			names = append(names, c.name)
		}
	}
	return names
}

var uniques = []unique{
	{
		"accountBaseline", workloads(func(c *Config) []string {
			b := c.AccountBaseline
			return claimed(claim{b.EBSEncryption, "ebsEncryption"}, claim{b.AccessAnalyzer, "accessAnalyzer"},
				claim{b.GuardDuty, "guardDuty"}, claim{b.ConfigRecorder, "configRecorder"}, claim{b.SecurityHub, "securityHub"})
		}),
		inRegion, "one owner an account and region", "remove it from accountBaseline in one of the two files",
	},
	{
		// IAM has no regions, and S3 keeps this setting for the account.
		"accountBaseline", workloads(func(c *Config) []string {
			b := c.AccountBaseline
			return claimed(claim{b.S3PublicAccessBlock, "s3PublicAccessBlock"}, claim{b.PasswordPolicy, "passwordPolicy"})
		}),
		inAccount, "one owner an account", "remove it from accountBaseline in one of the two files",
	},
	{
		"logging.servicePrefix", workloads(func(c *Config) []string {
			var groups []string
			for _, unit := range c.Units() {
				groups = append(groups, "log group "+c.Logging.ServicePrefix+"/"+unit.Name)
			}
			return groups
		}),
		inRegion, "a log group for each service and job of an account and region",
		"set logging.servicePrefix in one of the two files, such as /ecs-staging, or rename the service",
	},
	{
		"logSearch.serviceLinkedRole", workloads(func(c *Config) []string {
			return claimed(claim{c.LogSearch.Enabled && c.LogSearch.ServiceLinkedRole, "OpenSearch's role"})
		}),
		inAccount, "true in one stack of an account", "set it to false in the file of the stack that is deployed later",
	},
	{
		"accountBaseline.configServiceLinkedRole", workloads(func(c *Config) []string {
			b := c.AccountBaseline
			return claimed(claim{b.ConfigRecorder && b.ConfigServiceLinkedRole, "AWS Config's role"})
		}),
		inAccount, "true in one stack of an account", "set it to false in the file of the stack that is deployed later",
	},
	{
		"dns.domain", workloads(func(c *Config) []string {
			var names []string
			for _, name := range append([]string{c.DNS.Domain}, c.DNS.AlternativeNames...) {
				if c.DNS.Domain != "" {
					names = append(names, "record "+name+" of zone "+c.DNS.HostedZoneID)
				}
			}
			return names
		}),
		everywhere, "names of its own for each stack", "change dns.domain or dns.alternativeNames in one of the two files",
	},
	{
		"registry.name", deliveries(func(d *Delivery) []string { return []string{"repository " + d.Registry.Name} }),
		inRegion, "a repository for each name in an account and region", "rename it in one of the two files",
	},
	{
		"github.createProvider", deliveries(func(d *Delivery) []string {
			own := !d.Foreign(d.Staging) || !d.Foreign(d.Production)
			return claimed(claim{d.GitHub.CreateProvider && own, "GitHub's OIDC provider"})
		}),
		inAccount, "true in one stack of an account", "set it to false in the file of the stack that is deployed later",
	},
}

// CheckSiblings refuses claims that another stack file in the folder makes, too: AWS would refuse the second stack,
// or the two would undo each other's settings in every update. It also refuses permissions that the delivery stack's
// boundary would take away. It skips files that cannot be read, which their own
// stack reports, and those with endpoints of an emulator, which are in no account.
func CheckSiblings(folder, project, stack string, c *Config) error {
	return checkSiblings(folder, project, stack, &sibling{stack: stack, workload: c})
}

// CheckDeliverySiblings is [CheckSiblings] for a delivery stack.
func CheckDeliverySiblings(folder, project, stack string, d *Delivery) error {
	return checkSiblings(folder, project, stack, &sibling{stack: stack, delivery: d})
}

func checkSiblings(folder, project, stack string, own *sibling) error {
	files, err := filepath.Glob(filepath.Join(folder, "Pulumi.*.yaml"))
	if err != nil {
		return fmt.Errorf("look for other stack files: %w", err)
	}
	var errs Errors
	for _, file := range files {
		name := filepath.Base(file)
		if name == "Pulumi."+stack+".yaml" {
			continue
		}
		if other := readSibling(filepath.Join(folder, "Pulumi.yaml"), file); other != nil {
			other.stack = strings.TrimSuffix(strings.TrimPrefix(name, "Pulumi."), ".yaml")
			errs = append(errs, own.meets(other, root(project), name)...)
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return errs.Sorted()
}

// readSibling reads a stack file of either kind, or returns nil.
func readSibling(projectFile, file string) *sibling {
	if c, err := LoadFile(projectFile, file); err == nil {
		return &sibling{workload: c}
	}
	if d, err := LoadDeliveryFile(projectFile, file); err == nil {
		return &sibling{delivery: d}
	}
	return nil
}

// loses reports a permission that the boundary of one stack takes from the other.
func (s *sibling) loses(other *sibling) *Error {
	switch {
	case s.workload != nil && other.delivery != nil:
		return swallowed(s.workload, s.stack, other.delivery)
	case s.delivery != nil && other.workload != nil:
		return swallowed(other.workload, other.stack, s.delivery)
	}
	return nil
}

// meets reports the claims that two stacks share, and what one of them takes from the other.
func (s *sibling) meets(other *sibling, at path, file string) Errors {
	if len(s.aws().Endpoints)+len(other.aws().Endpoints) > 0 {
		return nil
	}
	var errs Errors
	if lost := s.loses(other); lost != nil {
		lost.Key = string(at) + lost.Key
		errs = append(errs, lost)
	}
	for _, rule := range uniques {
		place, shared := s.place(other, rule.reach)
		if !shared {
			continue
		}
		theirs := rule.of(other)
		var both []string
		for _, name := range rule.of(s) {
			if slices.Contains(theirs, name) {
				both = append(both, name)
			}
		}
		if len(both) > 0 {
			errs = append(errs, &Error{
				Key:     string(at) + rule.key,
				Found:   strings.Join(both, ", ") + place + ", which " + file + " has, too",
				Allowed: rule.allowed,
				Fix:     rule.fix,
			})
		}
	}
	return errs
}

// place returns the account, or account and region, that two stacks share.
func (s *sibling) place(other *sibling, far reach) (text string, shared bool) {
	if far == everywhere {
		return "", true
	}
	for _, account := range s.aws().AllowedAccountIDs {
		if !slices.Contains(other.aws().AllowedAccountIDs, account) {
			continue
		}
		if far == inAccount {
			return " of account " + account, true
		}
		return " of account " + account + " in " + s.aws().Region, s.aws().Region == other.aws().Region
	}
	return "", false
}
