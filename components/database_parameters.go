package components

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const forceSSLParameter = "rds.force_ssl"

// When a parameter takes effect.
const (
	applyNow      = "immediate"
	applyAtReboot = "pending-reboot"
)

// rebootParameters lists parameters that are only read when the server starts: RDS refuses to
// apply them immediately. (RDS User Guide, "RDS for PostgreSQL DB instance parameter list", and
// PostgreSQL's parameters that "can only be set at server start".)
//
// rds.force_ssl could be applied immediately. But since PostgreSQL 15 its default is 1, and RDS
// reports a parameter that equals its default as pending a reboot: any other method would show
// up as a change after every refresh.
var rebootParameters = wordSet(`
	autovacuum_freeze_max_age autovacuum_max_workers autovacuum_multixact_freeze_max_age cron.database_name
	cron.max_running_jobs huge_pages logging_collector max_connections max_files_per_process max_locks_per_transaction
	max_logical_replication_workers max_pred_locks_per_transaction max_prepared_transactions max_replication_slots
	max_wal_senders max_worker_processes min_dynamic_shared_memory old_snapshot_threshold pg_prewarm.autoprewarm
	pg_stat_statements.max rds.force_ssl rds.logical_replication rds.restrict_password_commands shared_buffers
	shared_preload_libraries ssl superuser_reserved_connections temp_file_limit track_activity_query_size
	track_commit_timestamp wal_buffers`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// family returns the family of parameter groups for the engine version.
func (a DatabaseArgs) family() string {
	major, _, _ := strings.Cut(a.EngineVersion, ".")
	return databaseEngine + major
}

// parameters returns the entries of the group: the program's own, overridden by the caller's.
//
// log_statement=ddl also logs CREATE and ALTER ROLE. When setting a password by hand, let the
// client hash it first, as psql's \password does.
func (a DatabaseArgs) parameters() map[string]string {
	parameters := map[string]string{
		"log_connections":            "1",
		"log_disconnections":         "1",
		"log_min_duration_statement": strconv.Itoa(a.LogMinDurationMilliseconds),
		"log_statement":              "ddl",
	}
	maps.Copy(parameters, a.Parameters)
	parameters[forceSSLParameter] = "1"
	return parameters
}

// createParameterGroup puts the family into the name: the group of a new major version exists
// beside the old one, which is deleted once the instance no longer uses it.
func (d *Database) createParameterGroup(ctx *pulumi.Context, name string) (err error) {
	family := d.args.family()
	parameters := d.args.parameters()
	var entries rds.ParameterGroupParameterArray
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		method := applyNow
		if rebootParameters[parameter] {
			method = applyAtReboot
		}
		entries = append(entries, rds.ParameterGroupParameterArgs{
			Name:        pulumi.String(parameter),
			Value:       pulumi.String(parameters[parameter]),
			ApplyMethod: pulumi.String(method),
		})
	}
	logical := autoNamed(NameParameterGroup, name+nameSeparator+family)
	d.parameterGroup, err = rds.NewParameterGroup(ctx, logical, &rds.ParameterGroupArgs{
		Description: pulumi.String("Parameters of " + d.Identifier),
		Family:      pulumi.String(family),
		Parameters:  entries,
		Tags:        named(logical),
	}, pulumi.Parent(d))
	return err
}
