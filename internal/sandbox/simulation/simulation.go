package simulation

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"aws-webapp/internal/sandbox/awsx"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
)

// Simulation is a simulated AWS account for each stack.
type Simulation struct {
	// Faults makes operations fail; nil for none.
	Faults *fault.Plan
	// Account that the credentials belong to; empty for the first that the stack allows.
	Account string
	// Pace is the fraction of the real AWS time that an operation takes; 0 for no time.
	Pace float64
	// Observe is called after every operation; may be nil.
	Observe func(simaws.Operation)
}

// AccountFile is the name of the file of a stack's account in the folder given to Open.
const AccountFile = "account.json"

// Open serves the account that is kept in dir.
func (s Simulation) Open(_ context.Context, dir string) (engine.Connection, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	account, err := cloud.Open(filepath.Join(dir, AccountFile))
	if err != nil {
		return nil, err
	}
	aws, err := simaws.Start(simaws.Options{
		Cloud: account, Account: s.Account, Faults: s.Faults, Pace: s.Pace, Observe: s.Observe,
	})
	if err != nil {
		return nil, err
	}
	components, err := awsx.Start()
	if err != nil {
		return nil, errors.Join(err, aws.Close())
	}
	return &connection{account: account, aws: aws, awsx: components}, nil
}

// connection is a served account.
type connection struct {
	account *cloud.Cloud
	aws     *simaws.Provider
	awsx    *awsx.Provider
}

func (c *connection) Providers() map[string]int {
	return map[string]int{"aws": c.aws.Port(), "awsx": c.awsx.Port()}
}

func (c *connection) Environment() map[string]string { return nil }

func (c *connection) Config() map[string]string { return nil }

func (c *connection) Close() error {
	return errors.Join(c.awsx.Close(), c.aws.Close())
}

// Undelivered returns an error for what AWS would have dropped silently.
func (c *connection) Undelivered() error { return simaws.Undelivered(c.account) }

// Created returns the id of the cloud resource that was last created for a resource of the
// program.
func (c *connection) Created(urn string) (string, bool) {
	records, err := c.account.Records()
	if err != nil {
		return "", false
	}
	for _, record := range slices.Backward(records) {
		if string(record.URN) == urn {
			return record.ID, true
		}
	}
	return "", false
}
