"""What moto does not do as AWS does, and the AWS provider trips over.

Each function of GAPS fills one gap, says what breaks without it, and is to be removed once moto
answers by itself: tests/e2e/gaps_test.go fails then.
"""

from . import (
    audit,
    backups,
    containers,
    database,
    deployment,
    functions,
    monitoring,
    network,
    queues,
    storage,
)

GAPS = (
    audit.cloudtrail_deletion_by_arn,
    audit.cloudtrail_logging_by_arn,
    audit.guardduty_features_one_by_one,
    audit.guardduty_tags,
    backups.backup_plans_can_be_changed,
    backups.backup_selections,
    backups.backup_tags_without_slash,
    backups.backup_vault_policy_and_notifications,
    backups.backup_vaults_list_what_they_hold,
    containers.application_autoscaling_policies_replace_their_alarms,
    containers.application_autoscaling_tags,
    containers.ecs_deleted_services_are_not_listed,
    containers.ecs_services_keep_their_settings,
    containers.ecs_services_run_their_tasks,
    database.managed_secrets_stop_rotating,
    database.rds_instances_have_ids_of_their_own,
    database.rds_instances_keep_their_settings,
    database.rds_major_versions_get_a_minor,
    database.rds_parameters_of_the_user,
    deployment.codedeploy_alarms,
    deployment.codedeploy_change_and_delete,
    deployment.codedeploy_dates,
    functions.lambda_functions_are_in_the_network_of_their_subnets,
    functions.lambda_functions_keep_their_settings,
    functions.lambda_invocations_without_docker,
    monitoring.cloudwatch_composite_alarms,
    monitoring.logs_query_definitions,
    network.ec2_deleted_endpoints_are_gone,
    network.ec2_rules_between_groups_are_described,
    network.elbv2_balancers_face_the_internet,
    queues.sqs_queues_describe_their_dead_letters,
    storage.s3_logging_beside_other_statements,
    storage.s3_logging_key_format,
)
