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

// Limited is how AWS counts one quota, and what it says when the quota would be exceeded.
type Limited struct {
	// Quota that is counted.
	Quota quotas.Quota
	// Tokens of the types whose resources count, and at whose creation and update AWS looks.
	Tokens []string
	// Share says with which other resources a resource shares the quota: all those of the same text.
	// Nil means all of the region; an empty text means that the quota does not concern the resource.
	Share func(c *Call, props resource.PropertyMap) string
	// Alone says that each resource has the whole quota for itself.
	Alone bool
	// Everywhere says that the quota is the account's and not the region's.
	Everywhere bool
	// Size is how much of the quota a resource takes; nil means 1.
	Size func(c *Call, props resource.PropertyMap) int
	// Items are what the resource takes of the quota where several resources may take the same: each
	// different one counts once. It stands in place of Size.
	Items func(c *Call, props resource.PropertyMap) []string
	// Error is the template of the refusal; {limit} and {size} stand for the numbers.
	Error string
}

// AllLimited returns every quota that the simulation counts. The result is shared.
var AllLimited = sync.OnceValue(func() []Limited {
	return slices.Concat(identityQuotas, computeQuotas, balancerQuotas, networkQuotas, monitoringQuotas, documentQuotas)
})

// limitedBy are the quotas that a resource of the type counts towards.
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

// add is how much more of the quota is taken with one more resource.
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

// each takes as much of a quota as the paths lead to values.
func each(paths ...string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		count := 0
		for _, path := range paths {
			count += len(prop.Values(props, path))
		}
		return count
	}
}

// bytesOf takes as much of a quota as a text has bytes.
func bytesOf(property string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int { return len(prop.Text(props, property)) }
}

// inkOf takes as much of a quota as a policy has characters that are no white space.
func inkOf(property string) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		return len([]rune(strings.Join(strings.Fields(prop.Text(props, property)), "")))
	}
}
