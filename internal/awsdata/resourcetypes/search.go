package resourcetypes

import (
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// SearchDomain is the token of the search domain.
const SearchDomain = "aws:opensearch/domain:Domain"

func init() { register(searchServices, searchTypes) }

var searchServices = []Service{
	{
		Prefix: "es", Group: "data", Linked: "opensearchservice.amazonaws.com", UsesKeys: true,
		Named: []string{"domain/"}, Actions: Actions{Read: "DescribeInstanceTypeLimits"},
		Tasks: Tasks{
			Sid: "SearchLogs", Actions: []string{"es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"},
			Named: []string{"domain/"}, Below: "/*",
		},
	},
}

var searchTypes = []Type{
	{
		Token:  SearchDomain,
		Create: Operation{Name: "opensearch.CreateDomain"},
		Actions: []Actions{
			{
				Service: "es",
				Read: "DescribeDomain DescribeDomainChangeProgress DescribeDomainConfig GetCompatibleVersions " +
					"GetUpgradeStatus ListTags",
				Write: "AddTags CreateDomain DeleteDomain RemoveTags UpdateDomainConfig UpgradeDomain",
			},
		},
		Loss:      Loss{Critical, "the domain's indices: logs that were shipped to it can no longer be searched"},
		Documents: []string{"accessPolicies"},
		Versions:  []Version{{"engineVersion", endoflife.OpenSearch}},
		Times: Times{
			Create: 18 * time.Minute, Update: 20 * time.Minute, Delete: 12 * time.Minute,
			// The shorter the domain takes, the more the waits of others show in the whole.
			Source: "wait: opensearch/wait.go 10 min delay (hashicorp/terraform-provider-aws issue 45244); estimate: " +
				"15 to 30 min, " +
				"an hour in bad times (issue 33897 of the same)",
		},
	},
}
