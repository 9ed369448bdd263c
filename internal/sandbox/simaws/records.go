package simaws

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

func newCall(
	ctx context.Context, r *cloud.Reader, op catalog.Op, typ *catalog.Type, token string, inputs resource.PropertyMap,
) *catalog.Call {
	where := sessionOf(ctx).place()
	return &catalog.Call{
		World: world{r}, Op: op, Type: typ, Token: token, Inputs: inputs,
		Account: where.account, Region: where.region, Partition: where.partition,
	}
}

// keyOf returns the key of the call's resource in the cloud.
func keyOf(call *catalog.Call) string {
	if call.Type.Key == "" {
		return call.ID
	}
	return call.Expand(call.Type.Key, nil)
}

// build makes the record of a new resource.
func build(call *catalog.Call, urn resource.URN, generation int) *cloud.Record {
	call.Seed = seedOf(urn, generation)
	call.ResolveID()
	outputs := call.Resolve()
	return &cloud.Record{
		Token: call.Token, ID: call.ID, Key: keyOf(call), URN: urn, Region: call.Region,
		Generation: generation, Inputs: call.Inputs, Outputs: outputs,
	}
}

// rebuild makes the record of a resource after an update. Its identity stays.
func rebuild(call *catalog.Call, before *cloud.Record) *cloud.Record {
	call.ID, call.Old = before.ID, before.Outputs
	call.Revision = before.Revision + 1
	call.Seed = seedOf(before.URN, before.Generation)
	after := before.Clone()
	after.Revision = call.Revision
	after.Inputs, after.Outputs = call.Inputs, call.Resolve()
	return after
}

// find returns the record of a resource that Pulumi knows by id and state.
func find(r *cloud.Reader, call *catalog.Call, id string, state resource.PropertyMap) (*cloud.Record, bool) {
	key := id
	if call.Type.Key != "" && len(state) > 0 {
		known := &catalog.Call{World: call.World, Type: call.Type, ID: id, Inputs: state}
		key = keyOf(known)
	}
	if record, ok := r.Get(call.Token, key); ok {
		return record, true
	}
	// An import only has the id.
	return r.Find(call.Token, "id", id)
}

// spawn creates the resources that AWS creates along with another, and deletes those that no
// longer belong to it.
func spawn(tx *cloud.Tx, call *catalog.Call, owner *cloud.Record) {
	wanted := map[string]bool{}
	for _, s := range call.Type.Spawns {
		id := call.Text(s.ID)
		if id == "" {
			continue
		}
		props := (&catalog.Call{
			World: call.World, Type: &catalog.Type{Outputs: s.Outputs}, ID: call.ID, Account: call.Account,
			Region: call.Region, Partition: call.Partition, Seed: call.Seed, Inputs: owner.Outputs,
		}).Spawned()
		wanted[s.Token+id] = true
		tx.PutOwned(owner, &cloud.Record{Token: s.Token, ID: id, Region: call.Region, Inputs: props, Outputs: props})
	}
	for _, owned := range tx.Owned(owner) {
		if !wanted[owned.Token+owned.ID] {
			tx.Delete(owned)
		}
	}
}

func notFound(typ *catalog.Type, token string) string {
	if typ.NotFound != "" {
		return typ.NotFound
	}
	return "ResourceNotFoundException: " + token + " '{value}' does not exist"
}
