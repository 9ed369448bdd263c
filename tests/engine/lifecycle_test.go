package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/fixtures"
)

func TestUpSatisfiesThePolicies(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"staging", "prod"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: name, pack: policies, packConfig: packConfig(t, name)})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			assert.Contains(t, result.Outputs["url"], "https://")
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			s.requireNoOrphans()
		})
	}
}

// The pack by itself only advises prod to have a web application firewall; its configuration for the stack insists.
// policyargs.Of passes that configuration, and so does every way of delivery.
func TestTheConfigurationOfProdInsists(t *testing.T) {
	t.Parallel()
	lax := map[string]string{"aws-webapp:loadBalancer.waf.enabled": "false", "aws-webapp:network.interfaceEndpoints": "[]"}
	mandatory := func(configuration string) []string {
		s := fresh(t, setup{stack: "prod", pack: policies, packConfig: configuration, config: lax})
		result, err := s.Preview(t.Context())
		require.Equal(t, configuration != "", err != nil, "%v", err)
		found := []string{}
		for _, violation := range result.Violations {
			if violation.Mandatory() {
				found = append(found, violation.Policy)
			}
		}
		return found
	}
	assert.Empty(t, mandatory(""))
	assert.Subset(t, mandatory(packConfig(t, "prod")), []string{"lb-waf-attached", "vpc-endpoints-present"})
}

func TestPreviewAfterUpChangesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"staging", "prod"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			processes := 0
			s := deployed(t, setup{stack: name, started: func(*os.Process) { processes++ }})
			result, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(result))
			assert.Greater(t, result.Unchanged, 100)
			assert.Equal(t, 1, processes, "each start of the CLI takes a quarter of a second")
			assert.FileExists(t, filepath.Join(s.home, "home", "logs"), "the CLI's own logs take a third of its time")
		})
	}
}

func TestTheUsersFilesAreOnlyRead(t *testing.T) {
	t.Parallel()
	files := []string{"Pulumi.yaml", "Pulumi.staging.yaml"}
	before := map[string]os.FileInfo{}
	for _, file := range files {
		info, err := os.Stat(fixtures.File(t, file))
		require.NoError(t, err)
		before[file] = info
	}
	s := deployed(t, setup{stack: "staging", config: map[string]string{"aws-webapp:logging.retentionDays": "7"}})
	_, err := s.Up(t.Context())
	require.NoError(t, err)
	for _, file := range files {
		info, err := os.Stat(fixtures.File(t, file))
		require.NoError(t, err)
		assert.Equal(t, before[file].ModTime(), info.ModTime(), file)
	}
}

func TestStagingIsDestroyedToNothing(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging"})
	_, err := s.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s.exists())
	state, err := s.State()
	require.NoError(t, err)
	assert.Empty(t, state.Resources)
}

func TestProdRefusesToBeDestroyed(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "prod"})
	before := s.exists()
	_, err := s.Destroy(t.Context())
	require.ErrorContains(t, err, "protect")
	assert.Equal(t, before, s.exists(), "a refused destroy deletes nothing")

	unprotected := s.again(setup{config: map[string]string{
		"aws-webapp:environment":                     "staging",
		"aws-webapp:database.deletionProtection":     "false",
		"aws-webapp:loadBalancer.deletionProtection": "false",
		"aws-webapp:storage.forceDestroy":            "true",
		"aws-webapp:backup.forceDestroy":             "true",
	}})
	_, err = unprotected.Up(t.Context())
	require.NoError(t, err)
	vault := unprotected.find("aws:backup/vault:Vault", "backup")
	require.NoError(t, unprotected.account().Edit(vault.Token, vault.ID, func(p props) {
		p["recoveryPoints"] = resource.NewNumberProperty(35)
	}))
	_, err = unprotected.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, unprotected.exists())
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging"})
	clean, err := s.Refresh(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(clean), "nothing has drifted")

	database := s.find("aws:rds/instance:Instance", "database")
	require.NoError(t, s.account().Edit(database.Token, database.ID, func(p props) {
		p["backupRetentionPeriod"] = resource.NewNumberProperty(1)
	}))
	topic := s.find("aws:sns/topicSubscription:TopicSubscription", "app-alerts-email-e909e8")
	require.NoError(t, s.account().Remove(topic.Token, topic.ID))

	drifted, err := s.Refresh(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"delete TopicSubscription app-alerts-email-e909e8",
		"update Instance database [backupRetentionPeriod]",
	}, steps(drifted))

	repair, err := s.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"create TopicSubscription app-alerts-email-e909e8",
		"update Instance database [backupRetentionPeriod]",
	}, steps(repair))
	s.requireNoOrphans()
}

func TestPublicSubnetsAssignNoAddresses(t *testing.T) {
	t.Parallel()
	// awsx switches it on; the network's transform must reach the children of its component.
	s := deployed(t, setup{stack: "staging"})
	records, err := s.account().Records()
	require.NoError(t, err)
	subnets := 0
	for _, r := range records {
		if r.Token == "aws:ec2/subnet:Subnet" {
			subnets++
			assert.False(t, r.Outputs["mapPublicIpOnLaunch"].BoolValue(), r.Label())
		}
	}
	assert.Equal(t, 6, subnets)
}
