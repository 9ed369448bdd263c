package simaws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
)

// lostError says that the work was done and the answer did not arrive.
type lostError struct{}

func (lostError) Error() string {
	return "RequestError: send request failed, caused by: connection reset by peer (the response was lost)"
}

// unreadyError says that the work was done and the resource did not become ready.
type unreadyError struct{ reason string }

func (e unreadyError) Error() string { return e.reason }

// perform runs an operation with the effects of the fault plan, and in the time that it takes.
func (p *Provider) perform(ctx context.Context, site fault.Site, work func() error) (err error) {
	op := Operation{Op: site.Op, URN: site.URN, ID: site.ID, Start: time.Now(), Modelled: modelled(site)}
	if p.opts.Observe != nil && site.Op != fault.Read {
		defer func() {
			op.End, op.Err = time.Now(), err
			p.opts.Observe(op)
		}()
	}
	effect := p.opts.Faults.At(site)
	if err := p.wait(ctx, effect.Delay); err != nil {
		return err
	}
	if effect.Hook != nil {
		effect.Hook(site)
	}
	if effect.Err != nil {
		return effect.Err
	}
	if effect.Throttled > sessionOf(ctx).place().retries {
		return catalog.Errorf("ThrottlingException", "Rate exceeded (retry quota of %d exhausted)",
			sessionOf(ctx).place().retries)
	}
	if err := work(); err != nil {
		return err
	}
	if err := p.wait(ctx, time.Duration(float64(op.Modelled)*p.opts.Pace)); err != nil {
		return unreadyError{err.Error()}
	}
	switch {
	case effect.Lost:
		return lostError{}
	case effect.Unready != "" && site.Op != fault.Delete && site.Op != fault.Read:
		return unreadyError{effect.Unready}
	case effect.Unready != "":
		return errors.New(effect.Unready)
	default:
		return nil
	}
}

// modelled returns the time that AWS takes for the operation.
func modelled(site fault.Site) time.Duration {
	times := resourcetypes.TimesOf(site.Token)
	switch site.Op {
	case fault.Create:
		return times.Create
	case fault.Update:
		return times.Update
	case fault.Delete:
		return times.Delete
	default:
		return 0
	}
}

// refusal words an error for the engine. A resource that exists but is not ready is
// reported with its id and properties, so that Pulumi keeps track of it.
func refusal(err error, doing, token string, urn resource.URN, record *cloud.Record) error {
	text := fmt.Sprintf("%s %s %q: %s", doing, token, urn.Name(), err)
	var unready unreadyError
	if !errors.As(err, &unready) || record == nil {
		return status.Error(codes.Unknown, text)
	}
	properties, marshalErr := marshal(record.Outputs)
	if marshalErr != nil {
		return errors.Join(err, marshalErr)
	}
	detailed, detailErr := status.New(codes.Unknown, text).WithDetails(&pulumirpc.ErrorResourceInitFailed{
		Id: record.ID, Properties: properties, Reasons: []string{text},
	})
	if detailErr != nil {
		return errors.Join(err, detailErr)
	}
	return detailed.Err()
}
