//go:build e2e

package e2e

import (
	"context"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// gap is an answer of moto that differs from AWS's, and that internal/sandbox/moto/gaps
// corrects: the call returns an error if the gap is open. Calls share a server and must not
// affect each other.
type gap struct {
	name string
	call func(context.Context, clients) error
}

var gaps = []gap{
	{"application_autoscaling_policies_replace_their_alarms", changeScalingPolicy},
	{"application_autoscaling_tags", tagScalableTarget},
	{"backup_plans_can_be_changed", changeBackupPlan},
	{"backup_selections", selectForBackup},
	{"backup_tags_without_slash", readBackupTags},
	{"backup_vault_policy_and_notifications", guardVault},
	{"backup_vaults_list_what_they_hold", listRecoveryPoints},
	{"cloudtrail_deletion_by_arn", deleteTrailByARN},
	{"cloudtrail_logging_by_arn", startLoggingByARN},
	{"cloudwatch_composite_alarms", putCompositeAlarm},
	{"codedeploy_alarms", readDeploymentAlarms},
	{"codedeploy_change_and_delete", changeDeploymentGroup},
	{"codedeploy_dates", readApplication},
	{"ec2_deleted_endpoints_are_gone", deleteEndpoint},
	{"ec2_rules_between_groups_are_described", readRuleDescription},
	{"ecs_deleted_services_are_not_listed", listServicesAfterDeletion},
	{"ecs_services_keep_their_settings", readServiceSettings},
	{"ecs_services_run_their_tasks", runTasks},
	{"elbv2_balancers_face_the_internet", readScheme},
	{"guardduty_features_one_by_one", setFeatures},
	{"guardduty_tags", tagDetector},
	{"lambda_functions_are_in_the_network_of_their_subnets", readFunctionNetwork},
	{"lambda_functions_keep_their_settings", readFunctionSettings},
	{"lambda_invocations_without_docker", invokeFunction},
	{"logs_query_definitions", saveQuery},
	{"managed_secrets_stop_rotating", stopRotation},
	{"rds_instances_keep_their_settings", readInstanceSettings},
	{"rds_instances_have_ids_of_their_own", tellInstancesApart},
	{"rds_major_versions_get_a_minor", readMinorVersion},
	{"rds_parameters_of_the_user", readParameters},
	{"s3_logging_beside_other_statements", logBesideDenial},
	{"s3_logging_key_format", readLogFormat},
	{"sqs_queues_describe_their_dead_letters", readRedrivePolicies},
}

func TestGapsAreFilled(t *testing.T) {
	c := newClients(startMoto(t).config())
	for _, g := range gaps {
		t.Run(g.name, func(t *testing.T) { assert.NoError(t, g.call(t.Context(), c)) })
	}
}

// TestGapsAreNeeded fails when a newer moto answers by itself.
func TestGapsAreNeeded(t *testing.T) {
	config := startMoto(t, moto.Plain()).config()
	config.RetryMaxAttempts = 1
	c := newClients(config)
	for _, g := range gaps {
		t.Run(g.name, func(t *testing.T) {
			assert.Error(t, g.call(t.Context(), c), "moto fills this gap itself now: remove it from internal/sandbox/moto/gaps")
		})
	}
}

func TestEveryGapIsTested(t *testing.T) {
	list, err := os.ReadFile(repository(t, "internal", "sandbox", "moto", "gaps", "__init__.py"))
	require.NoError(t, err)
	var filled []string
	for _, match := range regexp.MustCompile(`(?m)^ {4}\w+\.(\w+),$`).FindAllSubmatch(list, -1) {
		filled = append(filled, string(match[1]))
	}
	assert.ElementsMatch(t, each(gaps, func(g gap) string { return g.name }), filled)
}
