package preflight

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/prefixlists"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

func init() {
	parts = append(parts, part{
		name: "prefix lists", on: func(c *config.Config) bool { return len(listsOf(c)) > 0 },
		ask: (*Preflight).checkPrefixLists,
	})
}

// listsOf are the prefix lists that the stack's rules name, each once.
func listsOf(c *config.Config) []string {
	lists := slices.Clone(c.LoadBalancer.IngressPrefixLists)
	var ways []config.Egress
	for _, unit := range c.Units() {
		ways = append(ways, unit.Egress...)
	}
	for i := range c.Services {
		ways = append(ways, c.Services[i].Previous.Egress...)
	}
	for _, way := range ways {
		if prefixlists.IsID(way.To) {
			lists = append(lists, way.To)
		}
	}
	slices.Sort(lists)
	return slices.Compact(lists)
}

// prefixList as EC2 describes it.
type prefixList ec2types.ManagedPrefixList

// weight is the number of rules that a rule with the list counts for. EC2 names no number of entries for AWS's own.
func (l prefixList) weight() int {
	return max(int(aws.ToInt32(l.MaxEntries)), prefixlists.Weight(aws.ToString(l.PrefixListName)), 1)
}

// prefixLists are those of the stack's rules that the account can use, by id.
func (p *Preflight) prefixLists(ctx context.Context) (map[string]prefixList, error) {
	ids := listsOf(p.Config)
	if len(ids) == 0 {
		return nil, nil
	}
	// Ids in a filter that are not there are no error.
	listed, err := awsapi.All(ctx, ec2.NewDescribeManagedPrefixListsPaginator(ec2.NewFromConfig(p.AWS),
		&ec2.DescribeManagedPrefixListsInput{
			Filters: []ec2types.Filter{{Name: aws.String("prefix-list-id"), Values: ids}},
		}), func(page *ec2.DescribeManagedPrefixListsOutput) []ec2types.ManagedPrefixList { return page.PrefixLists })
	if err != nil {
		return nil, err
	}
	found := map[string]prefixList{}
	for i := range listed {
		found[aws.ToString(listed[i].PrefixListId)] = prefixList(listed[i])
	}
	return found, nil
}

// checkPrefixLists asks whether the lists are there, and hold addresses of the kind that the stack has.
func (p *Preflight) checkPrefixLists(ctx context.Context) ([]outcome.Finding, error) {
	found, err := p.prefixLists(ctx)
	if err != nil {
		return nil, err
	}
	var findings []outcome.Finding
	for _, id := range listsOf(p.Config) {
		finding := outcome.Finding{Check: "prefix list " + id, Status: outcome.Blocked, Needed: "a list of IPv4 addresses"}
		list, there := found[id]
		switch {
		case !there:
			finding.Found = "no such list in " + p.Config.AWS.Region
			finding.Fix = "name one of those that aws ec2 describe-managed-prefix-lists shows"
		case aws.ToString(list.AddressFamily) != "IPv4":
			finding.Found = fmt.Sprintf("%s, of %s", aws.ToString(list.PrefixListName), aws.ToString(list.AddressFamily))
			finding.Fix = "name a list of IPv4: the stack has no IPv6 addresses"
		default:
			finding.Status = outcome.OK
			finding.Found = fmt.Sprintf("%s, counts for %s", aws.ToString(list.PrefixListName),
				plural.Of(list.weight(), "rule"))
		}
		findings = append(findings, finding)
	}
	return findings, nil
}
