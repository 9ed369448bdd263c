package simaws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
)

// Create creates a resource in the cloud; at preview it returns the properties that would be
// known.
func (p *Provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	typ, token, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	if req.GetPreview() {
		outputs, err := marshal(planned(typ, inputs))
		return &pulumirpc.CreateResponse{Properties: outputs}, err
	}
	urn := resource.URN(req.GetUrn())
	var record *cloud.Record
	err = p.perform(ctx, fault.Site{Op: fault.Create, Token: token, Name: urn.Name(), URN: urn}, func() error {
		if err := p.pending(ctx, typ, token, inputs); err != nil {
			return err
		}
		return p.opts.Cloud.Update(func(tx *cloud.Tx) error {
			call := newCall(ctx, &tx.Reader, catalog.Create, typ, token, inputs)
			record = build(call, urn, tx.Created(urn))
			if err := judgeCloud(&tx.Reader, call, record.Key); err != nil {
				return err
			}
			tx.Put(record)
			spawn(tx, call, record)
			return nil
		})
	})
	if err != nil {
		return nil, refusal(err, "creating", token, urn, record)
	}
	outputs, err := marshal(record.Outputs)
	return &pulumirpc.CreateResponse{Id: record.ID, Properties: outputs}, err
}

const (
	// pendingFor is how long a creation waits for what its type's pending rules ask for. AWS takes a minute or two for
	// a NAT gateway, and attaches an internet gateway within a second.
	pendingFor = 3 * time.Second
	pendingGap = 20 * time.Millisecond
)

// pending waits until the rules are met that AWS judges late, or the time is up: then the creation is refused.
func (p *Provider) pending(ctx context.Context, typ *catalog.Type, token string, inputs resource.PropertyMap) error {
	if len(typ.Pending) == 0 {
		return nil
	}
	for end := time.Now().Add(pendingFor); time.Now().Before(end); {
		met := false
		err := p.opts.Cloud.View(func(r *cloud.Reader) error {
			met = obeys(newCall(ctx, r, catalog.Create, typ, token, inputs), typ.Pending) == nil
			return nil
		})
		if err != nil || met {
			return err
		}
		if err := p.wait(ctx, pendingGap); err != nil {
			return err
		}
	}
	return nil
}

// planned returns the properties of a resource to be created, as far as they are known.
func planned(typ *catalog.Type, inputs resource.PropertyMap) resource.PropertyMap {
	outputs := maps.Clone(inputs)
	delete(outputs, defaultsKey)
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	for _, name := range slices.AppendSeq(slices.Clone(typ.Computed), maps.Keys(typ.Outputs)) {
		if _, given := inputs[resource.PropertyKey(name)]; !given {
			outputs[resource.PropertyKey(name)] = unknown
		}
	}
	return outputs
}

// Update changes a resource in the cloud; at preview it returns the properties that would be
// known.
func (p *Provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	typ, token, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	urn := resource.URN(req.GetUrn())
	site := fault.Site{Op: fault.Update, Token: token, Name: urn.Name(), URN: urn, ID: req.GetId()}
	if req.GetPreview() {
		outputs, err := p.plannedUpdate(ctx, typ, site, olds, news)
		if err != nil {
			return nil, err
		}
		properties, err := marshal(outputs)
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	var record *cloud.Record
	err = p.perform(ctx, site, func() error {
		return p.opts.Cloud.Update(func(tx *cloud.Tx) error {
			call := newCall(ctx, &tx.Reader, catalog.Update, typ, token, news)
			before, ok := find(&tx.Reader, call, req.GetId(), olds)
			if !ok {
				return catalog.Wording(call.Expand(notFound(typ, token), map[string]string{"value": req.GetId()}))
			}
			record = rebuild(call, before)
			if err := judgeCloud(&tx.Reader, call, record.Key); err != nil {
				return err
			}
			tx.Put(record)
			spawn(tx, call, record)
			return nil
		})
	})
	if err != nil {
		return nil, refusal(err, "updating", token, urn, record)
	}
	outputs, err := marshal(record.Outputs)
	return &pulumirpc.UpdateResponse{Properties: outputs}, err
}

// plannedUpdate returns the properties of a resource to be updated, as far as they are known:
// outputs stay as they are unless they depend on something that is unknown now.
func (p *Provider) plannedUpdate(
	ctx context.Context, typ *catalog.Type, site fault.Site, olds, news resource.PropertyMap,
) (resource.PropertyMap, error) {
	outputs := planned(typ, news)
	err := p.opts.Cloud.View(func(r *cloud.Reader) error {
		call := newCall(ctx, r, catalog.Update, typ, site.Token, news)
		record, ok := find(r, call, site.ID, olds)
		if !ok {
			return nil // the update itself will say so
		}
		after := rebuild(call, record)
		for name := range outputs {
			v, known := after.Outputs[name]
			switch {
			case !known:
				delete(outputs, name) // AWS gives it with features that the simulation does not have
			case outputs[name].IsComputed() && call.Settled(string(name)):
				outputs[name] = v
			}
		}
		return nil
	})
	return outputs, err
}

// Delete deletes a resource from the cloud. It is no error if the resource is already gone.
func (p *Provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	typ, token, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	state, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	urn := resource.URN(req.GetUrn())
	site := fault.Site{Op: fault.Delete, Token: token, Name: urn.Name(), URN: urn, ID: req.GetId()}
	err = p.perform(ctx, site, func() error {
		return p.opts.Cloud.Update(func(tx *cloud.Tx) error {
			call := newCall(ctx, &tx.Reader, catalog.Delete, typ, token, state)
			record, ok := find(&tx.Reader, call, req.GetId(), state)
			if !ok {
				return nil
			}
			call.ID, call.Old = record.ID, record.Outputs
			if err := judgeDeletion(&tx.Reader, call, record); err != nil {
				return err
			}
			tx.Delete(record)
			return nil
		})
	})
	if err != nil {
		return nil, refusal(err, "deleting", token, urn, nil)
	}
	return &emptypb.Empty{}, nil
}

// Read returns a resource as it is in the cloud, or an empty answer if it is gone.
func (p *Provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	typ, token, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	state, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetInputs())
	if err != nil {
		return nil, err
	}
	urn := resource.URN(req.GetUrn())
	var record *cloud.Record
	site := fault.Site{Op: fault.Read, Token: token, Name: urn.Name(), URN: urn, ID: req.GetId()}
	err = p.perform(ctx, site, func() error {
		return p.opts.Cloud.View(func(r *cloud.Reader) error {
			call := newCall(ctx, r, catalog.Update, typ, token, state)
			record, _ = find(r, call, req.GetId(), state)
			return nil
		})
	})
	if err != nil {
		return nil, refusal(err, "reading", token, urn, nil)
	}
	if record == nil {
		return &pulumirpc.ReadResponse{}, nil
	}
	properties, err := marshal(restore(record.Outputs, state))
	if err != nil {
		return nil, err
	}
	actual, err := marshal(restore(record.Inputs, inputs))
	return &pulumirpc.ReadResponse{Id: record.ID, Properties: properties, Inputs: actual}, err
}

// wait sleeps unless the call or the engine's operation is cancelled.
func (p *Provider) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-p.stopSignal():
		return fmt.Errorf("cancelled while waiting: %w", context.Canceled)
	case <-ctx.Done():
		return ctx.Err()
	}
}
