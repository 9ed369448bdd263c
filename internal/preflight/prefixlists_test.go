package preflight

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/prefixlists"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

const (
	cloudFrontID = "pl-3b927c52"
	officesID    = "pl-0123456789abcdef0"
	sixID        = "pl-0123456789abcdef6"
)

// lists are CloudFront's, whose number of entries EC2 does not say, and two of the account.
func lists() []ec2types.ManagedPrefixList {
	return []ec2types.ManagedPrefixList{
		{
			PrefixListId: aws.String(cloudFrontID), PrefixListName: aws.String(prefixlists.CloudFrontName),
			AddressFamily: aws.String("IPv4"),
		},
		{
			PrefixListId: aws.String(officesID), PrefixListName: aws.String("offices"),
			AddressFamily: aws.String("IPv4"), MaxEntries: aws.Int32(30),
		},
		{
			PrefixListId: aws.String(sixID), PrefixListName: aws.String("six"),
			AddressFamily: aws.String("IPv6"), MaxEntries: aws.Int32(2),
		},
	}
}

func findingOf(t *testing.T, report *Report, name string) outcome.Finding {
	t.Helper()
	for _, finding := range report.Findings {
		if finding.Check == name {
			return finding
		}
	}
	require.Fail(t, "no finding "+name)
	return outcome.Finding{}
}

func TestPrefixListsAreThereAndOfIPv4(t *testing.T) {
	a := newAccount()
	a.lists = lists()
	report, err := a.flight(t, func(c *config.Config) {
		c.LoadBalancer.IngressCIDRs, c.LoadBalancer.IngressPrefixLists = nil, []string{officesID, "pl-01234567"}
		c.Services[0].Egress = []config.Egress{
			{To: sixID, Port: 25, Protocol: "tcp"},
			{To: officesID, Port: 22, Protocol: "tcp"},
			{To: "203.0.113.0/24", Port: 22, Protocol: "tcp"},
		}
	}).Up(t.Context())
	require.NoError(t, err)
	for id, want := range map[string]outcome.Finding{
		officesID: {Status: outcome.OK, Found: "offices, counts for 30 rules"},
		sixID: {
			Status: outcome.Blocked, Found: "six, of IPv6",
			Fix: "name a list of IPv4: the stack has no IPv6 addresses",
		},
		"pl-01234567": {
			Status: outcome.Blocked, Found: "no such list in us-east-1",
			Fix: "name one of those that aws ec2 describe-managed-prefix-lists shows",
		},
	} {
		want.Check, want.Needed = "prefix list "+id, "a list of IPv4 addresses"
		assert.Equal(t, want, findingOf(t, report, want.Check))
	}
}

// A list counts for as many rules of a group as it may have entries; AWS's for what the documentation says.
func TestPrefixListsTakeRules(t *testing.T) {
	check := "quota: " + quotas.GroupRules.Name
	for name, row := range map[string]struct {
		ingress []string
		from    []string
		egress  string
		needed  string
		status  outcome.Status
	}{
		"CloudFront":             {[]string{cloudFrontID}, nil, "", "55", outcome.OK},
		"CloudFront and offices": {[]string{cloudFrontID, officesID}, nil, "", "85", outcome.Blocked},
		"blocks beside it":       {[]string{cloudFrontID}, []string{"198.51.100.0/24", "10.0.0.0/8"}, "", "59", outcome.OK},
		"a way out":              {nil, []string{"0.0.0.0/0"}, officesID, "32", outcome.OK},
	} {
		a := newAccount()
		a.lists = lists()
		report, err := a.flight(t, func(c *config.Config) {
			c.LoadBalancer.IngressPrefixLists, c.LoadBalancer.IngressCIDRs = row.ingress, row.from
			c.LoadBalancer.TestIngressCIDRs, c.Services[0].Deployment.TestPaths = nil, nil
			if row.egress != "" {
				c.Services[0].Egress = []config.Egress{{To: row.egress, Port: 22, Protocol: "tcp"}}
			}
		}).Up(t.Context())
		require.NoError(t, err)
		found := findingOf(t, report, check)
		assert.Equal(t, []any{row.needed, row.status}, []any{found.Needed, found.Status}, name)
	}
}

// What lets the probe and the tests of versions in counts, too: a gateway each, where they have no group of their own,
// or the function's group.
func TestFunctionsThatAskTheLoadBalancerTakeRules(t *testing.T) {
	c := &config.Config{Services: []config.Service{{Kind: config.Web}}}
	c.Monitoring.Probe, c.Network.NAT, c.Network.AvailabilityZoneCount = true, config.NATPerAZ, 3
	c.LoadBalancer.IngressCIDRs = []string{"198.51.100.0/24"}
	c.Services[0].Deployment.TestPaths = []string{"/"}
	assert.Equal(t, 2, needsOf(c).securityGroupRules, "they have another group")
	c.Monitoring.Probe = false
	assert.Equal(t, 2+3, needsOf(c).securityGroupRules)
	c.LoadBalancer.Scheme = config.SchemeInternal
	assert.Equal(t, 2+1, needsOf(c).securityGroupRules)
	c.Monitoring.Probe = true
	assert.Equal(t, 2+1+1, needsOf(c).securityGroupRules)
}
