package rules

import (
	"fmt"
	"path"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func tierParams() []control.Param {
	return []control.Param{
		{
			Name: "tierTags", Kind: control.Texts, Default: []string{"webapp:tier", "Tier", "Role"},
			Doc: "Tags that name a security group's tier, the first one that is set counts. Without one, what has the " +
				"group tells: a load balancer, services or machines, a database, a cache.",
		},
		{
			Name: "tierNames", Kind: control.Texts,
			Default: tierNames,
			Check:   checkTierName,
			Doc:     "Tiers of groups that nothing has yet, as tier=pattern of the logical name; the first match counts.",
		},
	}
}

var tierNames = []string{"alb=*balancer*", "alb=*alb*", "app=*app*", "db=*db*", "endpoints=*endpoint*"}

func checkTierName(text string) error {
	tier, pattern, ok := strings.Cut(text, "=")
	if _, err := path.Match(pattern, ""); !ok || tier == "" || err != nil {
		return fmt.Errorf("%q: write it as tier=pattern, such as alb=*alb*", text)
	}
	return nil
}

// tierOf returns the tier of a security group. Tiers are named in messages, so a tag that is
// marked secret does not count.
func tierOf(c control.Case, group *graph.Resource) string {
	for _, tag := range c.Params.Texts("tierTags") {
		value := group.Get("tags", tag)
		if text, ok := value.Text(); ok && text != "" && !value.Secret() {
			return strings.ToLower(text)
		}
	}
	if tier := tierOfOwners(c.Graph, group); tier != "" {
		return tier
	}
	for _, rule := range c.Params.Texts("tierNames") {
		tier, pattern, _ := strings.Cut(rule, "=")
		if matched, err := path.Match(pattern, strings.ToLower(group.Name)); err == nil && matched {
			return tier
		}
	}
	return ""
}

// tierOwner is a type of resources whose security groups are a tier; the path names them.
type tierOwner struct {
	tier, typeToken string
	path            []string
}

var tierOwners = []tierOwner{
	{"alb", loadBalancerType, []string{"securityGroups"}},
	{appTier, ecsServiceType, []string{"networkConfiguration", "securityGroups"}},
	{appTier, scheduleType, append(taskNetwork(scheduleType), "securityGroups")},
	{appTier, launchTemplateType, []string{"vpcSecurityGroupIds"}},
	{dbTier, dbInstanceType, []string{"vpcSecurityGroupIds"}},
	{dbTier, dbClusterType, []string{"vpcSecurityGroupIds"}},
}

// tierOfOwners returns the tier of a group by the resources that have it, if they are of one
// kind.
func tierOfOwners(g *graph.Graph, group *graph.Resource) string {
	found := ""
	for _, kind := range tierOwners {
		if exists(g.Referrers(group, kind.typeToken, kind.path...), anything) != prop.Yes {
			continue
		}
		if found != "" && found != kind.tier {
			return ""
		}
		found = kind.tier
	}
	return found
}
