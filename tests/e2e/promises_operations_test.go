//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// newPassword is the label whose move Secrets Manager reports.
const newPassword = "AWSCURRENT"

// A successful rotation reaches the function, and events on which the function fails are not
// lost; a failed rotation reaches the person on call.
func checkRotationRelay(t *testing.T, d *deployment) {
	rules := got(d.events.ListRules(t.Context(), nil))(t).Rules
	targets := map[string]string{}
	for _, rule := range rules {
		pattern := aws.ToString(rule.EventPattern)
		for _, event := range []string{newPassword, "RotationFailed"} {
			if !strings.Contains(pattern, event) {
				continue
			}
			assert.Contains(t, pattern, d.output(t, "databaseSecretArn"), "the rule matches other secrets")
			answer := got(d.events.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: rule.Name}))(t)
			target := only(t, answer.Targets)
			targets[event] = *target.Arn
			if event == newPassword {
				require.NotNil(t, target.DeadLetterConfig, "an event that cannot be delivered is lost")
				assert.Contains(t, *target.DeadLetterConfig.Arn, ":sqs:")
				require.NotNil(t, target.RetryPolicy)
			}
		}
	}
	require.Len(t, targets, 2)
	assert.Equal(t, d.output(t, "alertTopicArn"), targets["RotationFailed"])
	function := targets[newPassword]
	require.Contains(t, function, ":function:")
	policy := *got(d.lambda.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: &function}))(t).Policy
	invokers := 0
	for _, s := range statements(t, policy) {
		assert.True(t, s.serves())
		assert.NotEmpty(t, s.Condition, "any rule of any account may invoke the function")
		invokers++
	}
	assert.Equal(t, 1, invokers)
}

// What is backed up, where to and for how long, and who is notified of a failed backup.
func checkBackup(t *testing.T, d *deployment) {
	cfg, name := d.cfg.Backup, d.fixed("backup")
	plans := got(d.backup.ListBackupPlans(t.Context(), &backup.ListBackupPlansInput{}))(t).BackupPlansList
	if !cfg.Enabled {
		assert.Empty(t, plans)
		return
	}
	id := only(t, plans).BackupPlanId
	plan := got(d.backup.GetBackupPlan(t.Context(), &backup.GetBackupPlanInput{BackupPlanId: id}))(t).BackupPlan
	days := map[string]int64{}
	for _, rule := range plan.Rules {
		assert.Equal(t, name, *rule.TargetBackupVaultName)
		require.NotNil(t, rule.Lifecycle, "%s keeps backups for ever", *rule.RuleName)
		days[*rule.RuleName] = *rule.Lifecycle.DeleteAfterDays
	}
	want := map[string]int64{"daily": int64(cfg.RetentionDays)}
	if cfg.MonthlyRetentionDays > 0 {
		want["monthly"] = int64(cfg.MonthlyRetentionDays)
	}
	assert.Equal(t, want, days)

	selected := only(t,
		got(d.backup.ListBackupSelections(t.Context(), &backup.ListBackupSelectionsInput{BackupPlanId: id}))(
			t).BackupSelectionsList)
	selection := got(d.backup.GetBackupSelection(t.Context(),
		&backup.GetBackupSelectionInput{BackupPlanId: id, SelectionId: selected.SelectionId}))(t).BackupSelection
	assert.Equal(t, []string{*d.instance(t).DBInstanceArn}, selection.Resources)

	vault := got(d.backup.DescribeBackupVault(t.Context(), &backup.DescribeBackupVaultInput{BackupVaultName: &name}))(t)
	assert.Equal(t, d.key(t, "data"), *vault.EncryptionKeyArn)
	locked := cfg.Lock.Mode != config.LockNone
	assert.Equal(t, locked, aws.ToBool(vault.Locked))
	if locked {
		assert.EqualValues(t, cfg.Lock.MinRetentionDays, *vault.MinRetentionDays)
		assert.Nil(t, vault.LockDate, "nobody could ever lift the lock again")
	}
	failed := d.fixed("backup-failed")
	target := only(t, got(d.events.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: &failed}))(
		t).Targets)
	assert.Equal(t, d.output(t, "alertTopicArn"), *target.Arn)
}

// The queries that an operator needs are saved, for log groups that exist.
func checkQueries(t *testing.T, d *deployment) {
	definitions := got(d.logs.DescribeQueryDefinitions(t.Context(), &cloudwatchlogs.DescribeQueryDefinitionsInput{}))(
		t).QueryDefinitions
	require.Greater(t, len(definitions), 5)
	groups := d.logGroups(t)
	for _, definition := range definitions {
		assert.NotEmpty(t, *definition.QueryString, *definition.Name)
		require.NotEmpty(t, definition.LogGroupNames, *definition.Name)
		for _, group := range definition.LogGroupNames {
			assert.Contains(t, groups, group, *definition.Name)
		}
	}
}

func checkLogSearch(t *testing.T, d *deployment) {
	name := d.fixed("search")
	answer, err := d.opensearch.DescribeDomain(t.Context(), &opensearch.DescribeDomainInput{DomainName: &name})
	if !d.cfg.LogSearch.Enabled {
		assert.Error(t, err, "no log search was asked for")
		return
	}
	require.NoError(t, err)
	domain, cfg := answer.DomainStatus, d.cfg.LogSearch
	assert.Equal(t, "OpenSearch_"+cfg.EngineVersion, *domain.EngineVersion)
	assert.EqualValues(t, cfg.InstanceType, domain.ClusterConfig.InstanceType)
	assert.EqualValues(t, cfg.InstanceCount, *domain.ClusterConfig.InstanceCount)
	assert.EqualValues(t, cfg.VolumeGiB, *domain.EBSOptions.VolumeSize)
	assert.Equal(t, opensearchtypes.VolumeTypeGp3, domain.EBSOptions.VolumeType)
	assert.True(t, *domain.NodeToNodeEncryptionOptions.Enabled)
	assert.True(t, *domain.EncryptionAtRestOptions.Enabled)
	assert.True(t, *domain.DomainEndpointOptions.EnforceHTTPS)
	assert.Contains(t, string(domain.DomainEndpointOptions.TLSSecurityPolicy), "1-2")
	assert.True(t, *domain.AdvancedSecurityOptions.Enabled)
	assert.Subset(t, subnetIDs(d.subnets(t)[app]), domain.VPCOptions.SubnetIds)

	log := "/ecs/" + d.main().Name
	filters := got(d.logs.DescribeSubscriptionFilters(t.Context(), &cloudwatchlogs.DescribeSubscriptionFiltersInput{
		LogGroupName: &log,
	}))(t)
	assert.Contains(t, *only(t, filters.SubscriptionFilters).DestinationArn, d.output(t, "logSearch", "functionName"))
}

// Everything has tags that name its owner.
func checkTags(t *testing.T, d *deployment) {
	want := map[string]string{
		"Project": "aws-webapp", "Stack": d.name, "Environment": string(d.cfg.Environment),
		"Owner": d.cfg.Tags.Owner, "CostCenter": d.cfg.Tags.CostCenter, "Repository": d.cfg.Tags.Repository,
	}
	for _, tier := range d.subnets(t) {
		for _, subnet := range tier {
			assert.Subset(t, tags(subnet.Tags), want, "what awsx makes")
		}
	}
	tagged := got(d.rds.ListTagsForResource(t.Context(), &rds.ListTagsForResourceInput{
		ResourceName: d.instance(t).DBInstanceArn,
	}))(t).TagList
	assert.Subset(t, pairs(tagged, func(tag rdstypes.Tag) (key, value *string) { return tag.Key, tag.Value }), want,
		"what the program makes")
}
