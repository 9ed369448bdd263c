package preflight

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	ostypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// DomainName is the name of the log search's domain.
const DomainName NameKind = "domain"

func init() {
	parts = append(parts, part{
		name: "log search", on: func(c *config.Config) bool { return c.LogSearch.Enabled },
		ask: (*Preflight).checkDomain, needs: needs{securityGroups: 2, roles: 2, logPolicies: 1},
	})
}

// domain returns the stack's domain, or nil if there is none.
func (p *Preflight) domain(ctx context.Context) (*ostypes.DomainStatus, error) {
	for _, name := range p.named(DomainName) {
		described, err := opensearch.NewFromConfig(p.AWS).DescribeDomain(ctx, &opensearch.DescribeDomainInput{
			DomainName: aws.String(name.Value),
		})
		if awsapi.Code(err) == "ResourceNotFoundException" {
			continue
		}
		if err != nil {
			return nil, err
		}
		return described.DomainStatus, nil
	}
	return nil, nil
}

// checkDomain asks OpenSearch whether it offers the node type, the number of nodes and the
// volume size.
func (p *Preflight) checkDomain(ctx context.Context) ([]outcome.Finding, error) {
	search := p.Config.LogSearch
	if !search.Enabled {
		return nil, nil
	}
	var findings []outcome.Finding
	if found, err := p.domain(ctx); err != nil {
		return nil, err
	} else if found != nil && !p.deployed() {
		findings = append(findings, outcome.Finding{
			Check: "log search name", Status: outcome.Blocked, Needed: "a free name",
			Found: aws.ToString(found.DomainName) + " already exists outside the stack",
			Fix:   "delete the domain, take it over with pulumi import, or rename the stack",
		})
	}
	finding := outcome.Finding{
		Check: "log search nodes", Status: outcome.OK, Found: "offered",
		Needed: fmt.Sprintf("%d %s, %d GiB each, OpenSearch %s", search.InstanceCount, search.InstanceType, search.VolumeGiB,
			search.EngineVersion),
	}
	client := opensearch.NewFromConfig(p.AWS)
	limits, err := client.DescribeInstanceTypeLimits(ctx, &opensearch.DescribeInstanceTypeLimitsInput{
		EngineVersion: aws.String("OpenSearch_" + search.EngineVersion),
		InstanceType:  ostypes.OpenSearchPartitionInstanceType(search.InstanceType),
	})
	switch code := awsapi.Code(err); {
	case code == "InvalidTypeException" || code == "ValidationException" || code == "LimitExceededException":
		finding.Status, finding.Found = outcome.Blocked, "not offered: "+awsapi.Reason(err)
		finding.Fix = "choose another logSearch.instanceType or logSearch.engineVersion"
		return append(findings, finding), nil
	case err != nil:
		return findings, err
	}
	data := limits.LimitsByRole["data"]
	if count := data.InstanceLimits; count != nil && count.InstanceCountLimits != nil {
		if most := int(count.InstanceCountLimits.MaximumInstanceCount); most > 0 && search.InstanceCount > most {
			finding.Status, finding.Found, finding.Fix = outcome.Blocked, fmt.Sprintf("at most %d nodes",
				most), fmt.Sprintf("lower logSearch.instanceCount to %d", most)
		}
	}
	for _, bound := range []struct {
		limit, word string
		broken      func(int) bool
	}{
		{"MaximumVolumeSize", "most", func(n int) bool { return search.VolumeGiB > n }},
		{"MinimumVolumeSize", "least", func(n int) bool { return search.VolumeGiB < n }},
	} {
		if n, told := volumeLimit(data, bound.limit); told && bound.broken(n) {
			finding.Status, finding.Found = outcome.Blocked, fmt.Sprintf("at %s %d GiB", bound.word, n)
			finding.Fix = fmt.Sprintf("set logSearch.volumeGiB to %d", n)
		}
	}
	return append(findings, finding), nil
}

// volumeLimit returns the limit of gp3 volumes, else that of the volumes that the type
// supports.
func volumeLimit(limits ostypes.Limits, name string) (gib int, told bool) {
	for _, storage := range limits.StorageTypes {
		if aws.ToString(storage.StorageTypeName) != "ebs" {
			continue
		}
		for _, limit := range storage.StorageTypeLimits {
			if aws.ToString(limit.LimitName) != name || len(limit.LimitValues) == 0 {
				continue
			}
			n, err := strconv.Atoi(limit.LimitValues[0])
			if err != nil {
				continue
			}
			gib, told = n, true
			if aws.ToString(storage.StorageSubTypeName) == "gp3" {
				return gib, told
			}
		}
	}
	return gib, told
}
