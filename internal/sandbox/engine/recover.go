package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// pendingCreates returns the creations that a killed run left unfinished.
func (e *Engine) pendingCreates() ([]apitype.OperationV2, error) {
	state, err := e.State()
	if err != nil || state == nil {
		return nil, err
	}
	return slices.DeleteFunc(state.PendingOperations, func(o apitype.OperationV2) bool {
		return o.Type != apitype.OperationTypeCreating
	}), nil
}

// warnOfPending warns that a refresh should come before an update.
func (e *Engine) warnOfPending() error {
	pending, err := e.pendingCreates()
	if err == nil && len(pending) > 0 {
		fmt.Fprintf(e.options.Progress, "An earlier run was interrupted while it created %d resources: refresh takes over "+
			"what the cloud has of them.\n", len(pending))
	}
	return err
}

// takeOver adds resources to the state that a killed run created but had no time to record.
// Without a sandbox an operator looks the ids up in the console and edits the state or deletes
// the resources; here the cloud knows them.
func (e *Engine) takeOver(ctx context.Context) error {
	pending, err := e.pendingCreates()
	finder, ok := e.cloud.(Finder)
	if err != nil || len(pending) == 0 || !ok {
		return err
	}
	exported, err := e.stack.Export(ctx)
	if err != nil {
		return fmt.Errorf("take over what a killed run created: %w", err)
	}
	var state apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &state); err != nil {
		return fmt.Errorf("take over what a killed run created: %w", err)
	}
	if adopt(&state, finder) == 0 {
		return nil
	}
	if exported.Deployment, err = json.Marshal(state); err != nil {
		return err
	}
	if err := e.stack.Import(ctx, exported); err != nil {
		return fmt.Errorf("take over what a killed run created: %w", err)
	}
	return nil
}

// adopt turns unfinished creations that the cloud has finished into resources of the state, and
// returns their number.
func adopt(state *apitype.DeploymentV3, finder Finder) int {
	adopted := 0
	state.PendingOperations = slices.DeleteFunc(state.PendingOperations, func(o apitype.OperationV2) bool {
		id, found := finder.Created(string(o.Resource.URN))
		if o.Type != apitype.OperationTypeCreating || !found || holds(state, o.Resource.URN, id) {
			return false
		}
		o.Resource.ID = resource.ID(id)
		at := slices.IndexFunc(state.Resources, func(r apitype.ResourceV3) bool {
			return r.URN == o.Resource.URN && !r.Delete
		})
		if at < 0 {
			state.Resources = append(state.Resources, o.Resource)
		} else {
			// A replacement: the old resource has yet to be deleted. The new one takes its place, before
			// everything that depends on it.
			state.Resources[at].Delete = true
			state.Resources = slices.Insert(state.Resources, at, o.Resource)
		}
		adopted++
		return true
	})
	return adopted
}

// holds reports whether the state already has the resource: then the cloud created nothing
// since.
func holds(state *apitype.DeploymentV3, urn resource.URN, id string) bool {
	return slices.ContainsFunc(state.Resources, func(r apitype.ResourceV3) bool {
		return r.URN == urn && r.ID.String() == id
	})
}
