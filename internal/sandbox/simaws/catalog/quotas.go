package catalog

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// Limited describes how AWS counts one quota, and its error when the quota would be exceeded.
type Limited struct {
	// Quota that is counted.
	Quota quotas.Quota
	// Tokens of the types whose resources count, and whose creation and update AWS checks.
	Tokens []string
	// Share returns a key: resources with the same key share the quota. Nil means all of the region;
	// an empty key means that the quota does not apply to the resource.
	Share func(c *Call, props resource.PropertyMap) string
	// Alone says that each resource has the whole quota for itself.
	Alone bool
	// Everywhere says that the quota applies to the whole account, not per region.
	Everywhere bool
	// Size returns the amount of the quota that a resource takes; nil means 1.
	Size func(c *Call, props resource.PropertyMap) int
	// Items returns what the resource takes of the quota if several resources may share items: each
	// distinct item counts once. It replaces Size.
	Items func(c *Call, props resource.PropertyMap) []string
	// Error is the template of the refusal; {limit} and {size} stand for the numbers.
	Error string
}

// AllLimited returns every quota that the simulation counts. The result is shared.
var AllLimited = sync.OnceValue(func() []Limited {
	return slices.Concat(identityQuotas, computeQuotas, balancerQuotas, networkQuotas, monitoringQuotas, documentQuotas)
})

// limitedBy returns the quotas that a resource of the type counts towards.
var limitedBy = sync.OnceValue(func() map[string][]Limited {
	byToken := map[string][]Limited{}
	for _, one := range AllLimited() {
		for _, token := range one.Tokens {
			byToken[token] = append(byToken[token], one)
		}
	}
	return byToken
})

// JudgeQuotas refuses a creation or an update that would exceed any quota.
func JudgeQuotas(c *Call) error {
	for _, one := range limitedBy()[c.Token] {
		if err := one.Judge(c); err != nil {
			return err
		}
	}
	return nil
}

// Judge refuses a creation or an update that would exceed the quota.
func (l Limited) Judge(c *Call) error {
	share := ""
	if l.Share != nil {
		if share = l.Share(c, c.Inputs); share == "" {
			return nil
		}
	}
	items := map[string]bool{}
	size := l.add(c, items, c.Inputs)
	if !l.Alone {
		for _, token := range l.Tokens {
			for _, other := range c.List(token) {
				if token == c.Token && c.is(other) || !l.Everywhere && other.Region != c.Region ||
					l.Share != nil && l.Share(c, other.Props) != share {
					continue
				}
				size += l.add(c, items, other.Props)
			}
		}
	}
	if size <= l.Quota.Limit {
		return nil
	}
	return Wording(c.Expand(l.Error, map[string]string{
		"limit": strconv.Itoa(l.Quota.Limit), "size": strconv.Itoa(size),
	}))
}

// add returns how much more of the quota one more resource takes.
func (l Limited) add(c *Call, items map[string]bool, props resource.PropertyMap) int {
	switch {
	case l.Size != nil:
		return l.Size(c, props)
	case l.Items == nil:
		return 1
	}
	before := len(items)
	for _, item := range l.Items(c, props) {
		items[item] = true
	}
	return len(items) - before
}

// by shares a quota between the resources with the same value of a property.
func by(property string) func(*Call, resource.PropertyMap) string {
	return func(_ *Call, props resource.PropertyMap) string { return prop.Text(props, property) }
}

// each counts the values at the paths.
func each(paths ...string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		count := 0
		for _, path := range paths {
			count += len(prop.Values(props, path))
		}
		return count
	}
}

// bytesOf counts the bytes of a string.
func bytesOf(property string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int { return len(prop.Text(props, property)) }
}

// inkOf counts the characters of a policy that are not white space.
func inkOf(property string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		return len([]rune(strings.Join(strings.Fields(prop.Text(props, property)), "")))
	}
}
