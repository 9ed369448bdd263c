package faults_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/cloud"
)

// checkpoint reads the state file of a home.
func checkpoint(t *testing.T, home string) (apitype.VersionedCheckpoint, apitype.CheckpointV3) {
	t.Helper()
	content, err := os.ReadFile(stateFile(home))
	require.NoError(t, err)
	var versioned apitype.VersionedCheckpoint
	require.NoError(t, json.Unmarshal(content, &versioned))
	var state apitype.CheckpointV3
	require.NoError(t, json.Unmarshal(versioned.Checkpoint, &state))
	require.NotNil(t, state.Latest)
	return versioned, state
}

// managedIn returns the ids in the state of a home, by URN.
func managedIn(t *testing.T, home string) map[resource.URN]resource.ID {
	t.Helper()
	_, state := checkpoint(t, home)
	managed := map[resource.URN]resource.ID{}
	for _, r := range state.Latest.Resources {
		if isAWS(r.URN) {
			require.NotContains(t, managed, r.URN, "the state lists it twice")
			managed[r.URN] = r.ID
		}
	}
	return managed
}

// without removes a resource, and all that need it, from a home's state and account: the
// situation after an up that created everything else. A sweep that starts there does not have
// to create two hundred resources to fail at one.
func without(t *testing.T, home string, missing resource.URN) {
	t.Helper()
	versioned, state := checkpoint(t, home)
	gone := map[resource.URN]bool{missing: true}
	kept := state.Latest.Resources[:0]
	// The state lists a resource after everything that it needs.
	for _, r := range state.Latest.Resources {
		if gone[r.URN] || needs(r, gone) {
			gone[r.URN] = true
			continue
		}
		kept = append(kept, r)
	}
	state.Latest.Resources = kept
	var err error
	versioned.Checkpoint, err = json.Marshal(state)
	require.NoError(t, err)
	content, err := json.Marshal(versioned)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(stateFile(home), content, 0o600))
	rewrite(t, home, func(r *cloud.Record) bool { return !gone[r.URN] })
}

// needs reports whether a resource needs one that is gone.
func needs(r apitype.ResourceV3, gone map[resource.URN]bool) bool {
	if gone[r.Parent] || gone[r.DeletedWith] {
		return true
	}
	for _, urn := range r.Dependencies {
		if gone[urn] {
			return true
		}
	}
	for _, urns := range r.PropertyDependencies {
		for _, urn := range urns {
			if gone[urn] {
				return true
			}
		}
	}
	return false
}

// rewrite leaves only the kept resources, and those created along with them, in the account, as
// if the rest had never existed.
func rewrite(t *testing.T, home string, keep func(*cloud.Record) bool) {
	t.Helper()
	before, err := cloud.Open(accountFile(home))
	require.NoError(t, err)
	fresh, err := cloud.Open(accountFile(home) + ".fresh")
	require.NoError(t, err)
	require.NoError(t, before.View(func(r *cloud.Reader) error {
		return fresh.Update(func(tx *cloud.Tx) error {
			tx.SetAccount(r.Account())
			for _, record := range r.All() {
				if record.URN == "" || !keep(record) {
					continue
				}
				tx.Put(record)
				for _, owned := range r.Owned(record) {
					tx.Put(owned)
				}
			}
			return nil
		})
	}))
	require.NoError(t, os.Rename(accountFile(home)+".fresh", accountFile(home)))
}
