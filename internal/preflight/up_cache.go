package preflight

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	ectypes "github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

const (
	cacheEngine = "valkey"

	// CacheName is the name of a replication group.
	CacheName NameKind = "cache"
)

// cacheNodes of a region. The code comes from a public list of `aws service-quotas list-service-quotas`.
var cacheNodes = quotas.Quota{
	Name: "cache nodes", Limit: 300, Raisable: true, Service: "elasticache", Code: "L-DFE45DF3",
	Source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html",
}

func init() {
	parts = append(parts, part{
		name: "cache", on: func(c *config.Config) bool { return c.Cache.Enabled }, ask: (*Preflight).checkCache,
		needs: needs{securityGroups: 1, logPolicies: 1},
	})
}

// checkCache asks for the name, the engine's version, the node type and room for the nodes.
func (p *Preflight) checkCache(ctx context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, ask := range []func(context.Context) ([]outcome.Finding, error){
		p.checkCacheFree, p.checkCacheVersion, p.checkCacheNodeType, p.checkCacheNodes,
	} {
		found, err := ask(ctx)
		findings = append(findings, found...)
		if err != nil {
			return findings, err
		}
	}
	return findings, nil
}

func (p *Preflight) checkCacheFree(ctx context.Context) ([]outcome.Finding, error) {
	for _, name := range p.named(CacheName) {
		_, err := elasticache.NewFromConfig(p.AWS).DescribeReplicationGroups(ctx, &elasticache.DescribeReplicationGroupsInput{
			ReplicationGroupId: aws.String(name.Value),
		})
		switch {
		case awsapi.Code(err) == "ReplicationGroupNotFoundFault":
		case err != nil:
			return nil, err
		case !p.deployed():
			return []outcome.Finding{{
				Check: "cache name", Status: outcome.Blocked, Found: name.Value + " is there, without the stack",
				Needed: "a free name",
				Fix:    "delete the replication group, take it over with pulumi import, or rename the stack",
			}}, nil
		}
	}
	return nil, nil
}

func (p *Preflight) checkCacheVersion(ctx context.Context) ([]outcome.Finding, error) {
	version := p.Config.Cache.EngineVersion
	finding := outcome.Finding{Check: "cache version", Status: outcome.OK, Found: "offered", Needed: "Valkey " + version}
	input := &elasticache.DescribeCacheEngineVersionsInput{
		Engine: aws.String(cacheEngine), EngineVersion: aws.String(version),
	}
	versions, err := awsapi.All(ctx,
		elasticache.NewDescribeCacheEngineVersionsPaginator(elasticache.NewFromConfig(p.AWS), input),
		func(page *elasticache.DescribeCacheEngineVersionsOutput) []ectypes.CacheEngineVersion {
			return page.CacheEngineVersions
		})
	if err != nil && awsapi.Code(err) != "InvalidParameterValue" {
		return nil, err
	}
	if len(versions) == 0 {
		finding.Status, finding.Found = outcome.Blocked, "not offered in "+p.Config.AWS.Region
		finding.Fix = "choose another cache.engineVersion"
	}
	return []outcome.Finding{finding}, nil
}

// checkCacheNodeType asks for reserved nodes: ElastiCache has no list of the types that a region has, and sells in
// advance what it has.
func (p *Preflight) checkCacheNodeType(ctx context.Context) ([]outcome.Finding, error) {
	node := p.Config.Cache.NodeType
	finding := outcome.Finding{Check: "cache node type", Status: outcome.OK, Found: "offered", Needed: node}
	offerings, err := awsapi.All(ctx,
		elasticache.NewDescribeReservedCacheNodesOfferingsPaginator(elasticache.NewFromConfig(p.AWS),
			&elasticache.DescribeReservedCacheNodesOfferingsInput{CacheNodeType: aws.String(node)}),
		func(page *elasticache.DescribeReservedCacheNodesOfferingsOutput) []ectypes.ReservedCacheNodesOffering {
			return page.ReservedCacheNodesOfferings
		})
	if err != nil {
		return nil, err
	}
	if len(offerings) == 0 {
		finding.Status, finding.Found = outcome.Warning, "AWS sells none in advance in "+p.Config.AWS.Region
		finding.Fix = "it may not have the type: choose another cache.nodeType if the update fails"
	}
	return []outcome.Finding{finding}, nil
}

func (p *Preflight) checkCacheNodes(ctx context.Context) ([]outcome.Finding, error) {
	return []outcome.Finding{p.checkQuota(ctx, quota{
		Quota: cacheNodes, need: float64(p.Config.Cache.Nodes), used: p.countCacheNodes,
	})}, nil
}

func (p *Preflight) countCacheNodes(ctx context.Context) (float64, error) {
	clusters, err := awsapi.All(ctx,
		elasticache.NewDescribeCacheClustersPaginator(elasticache.NewFromConfig(p.AWS),
			&elasticache.DescribeCacheClustersInput{}),
		func(page *elasticache.DescribeCacheClustersOutput) []ectypes.CacheCluster { return page.CacheClusters })
	if err != nil {
		return 0, fmt.Errorf("count cache nodes: %w", err)
	}
	nodes := 0
	for i := range clusters {
		nodes += int(aws.ToInt32(clusters[i].NumCacheNodes))
	}
	return float64(nodes), nil
}
