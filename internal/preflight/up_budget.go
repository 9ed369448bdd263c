package preflight

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// budgetTag is the tag by which the budget tells what the stack costs.
const budgetTag = "Stack"

func init() {
	parts = append(parts, part{
		name: "budget's tag", on: func(c *config.Config) bool { return c.Monitoring.MonthlyBudget > 0 },
		ask: (*Preflight).checkBudgetTag,
	})
}

// checkBudgetTag asks whether the budget will count anything. AWS charges $0.01 for the call:
// https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
func (p *Preflight) checkBudgetTag(ctx context.Context) ([]outcome.Finding, error) {
	const activate = "in the account that pays: aws ce update-cost-allocation-tags-status " +
		"--cost-allocation-tags-status TagKey=" + budgetTag + ",Status=Active"
	finding := outcome.Finding{
		Check: "budget's tag", Status: outcome.Warning, Needed: "an active cost allocation tag, or the budget stays at 0",
	}
	in := &costexplorer.ListCostAllocationTagsInput{
		TagKeys: []string{budgetTag}, Type: cetypes.CostAllocationTagTypeUserDefined,
	}
	tags, err := awsapi.All(ctx, costexplorer.NewListCostAllocationTagsPaginator(costexplorer.NewFromConfig(p.AWS), in),
		func(page *costexplorer.ListCostAllocationTagsOutput) []cetypes.CostAllocationTag {
			return page.CostAllocationTags
		})
	if _, denied := awsapi.Denied(err); denied {
		// Also an administrator of another account of the organization is refused, with an own message:
		// https://github.com/hashicorp/terraform-provider-aws/issues/37636
		finding = unchecked(finding.Check, err)
		finding.Needed = "an active cost allocation tag"
		if strings.Contains(err.Error(), "Linked account") {
			finding.Found = "this account does not pay, and may not look"
			finding.Fix = "in the account that pays: aws ce list-cost-allocation-tags --tag-keys " + budgetTag
		}
		return []outcome.Finding{finding}, nil
	}
	if err != nil {
		return nil, err
	}
	finding.Found, finding.Fix = budgetTag+" has not been seen in a bill yet", "a day after the first up, "+activate
	for _, tag := range tags {
		if aws.ToString(tag.TagKey) != budgetTag {
			continue
		}
		if tag.Status == cetypes.CostAllocationTagStatusActive {
			return []outcome.Finding{{Check: finding.Check, Status: outcome.OK, Found: budgetTag + " is active"}}, nil
		}
		finding.Found, finding.Fix = budgetTag+" is not active", activate
	}
	return []outcome.Finding{finding}, nil
}
