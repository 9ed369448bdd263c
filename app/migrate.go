package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrationLock is the advisory lock that lets one task at a time migrate. The number is
// arbitrary; another one would not exclude tasks of older versions.
const migrationLock = 0x7669736974 // "visit"

// migration is a step of the schema. Steps are never changed once deployed, and each leaves the
// schema usable for the version before: during a deployment both run.
type migration struct {
	version int
	name    string
	sql     string
}

// loadMigrations lists the steps in order. Files are called NNNN_name.sql, from 0001 on, without
// a gap.
func loadMigrations(files fs.FS) ([]migration, error) {
	paths, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]migration, len(paths))
	for i, path := range paths { // Glob sorts
		name := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: found number %q, expected %04d: number the files without a gap", path,
				number, i+1)
		}
		sql, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		steps[i] = migration{version, name, string(sql)}
	}
	return steps, nil
}

// migrate brings the schema up to date, in one transaction: all steps or none. Tasks that start
// together wait for one another and then find nothing to do. A schema that is newer than this
// version is left alone: that is a rollback.
func migrate(ctx context.Context, conn *pgx.Conn, steps []migration, events *slog.Logger) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin the migration: %w", err)
	}
	defer tx.Rollback(ctx) //nolint:errcheck // after a commit it has nothing to undo, else the first error counts
	for _, statement := range []string{
		// A step may take longer than a request, but must not hang behind somebody's lock.
		"SET LOCAL statement_timeout = '60s'",
		"SET LOCAL lock_timeout = '30s'",
		fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrationLock),
		`CREATE TABLE IF NOT EXISTS schema_migrations (
		   version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return fmt.Errorf("prepare the migration: %w", err)
		}
	}
	var current int
	if err := tx.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM schema_migrations").Scan(&current); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	for _, step := range steps[min(current, len(steps)):] {
		if _, err := tx.Exec(ctx, step.sql); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", step.version,
			step.name); err != nil {
			return fmt.Errorf("record migration %s: %w", step.name, err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit the migration: %w", err)
	}
	events.Info("schema_ready", slog.Int("from", current), slog.Int("to", max(current, len(steps))),
		slog.Int("known", len(steps)))
	return nil
}
