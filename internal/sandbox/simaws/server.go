package simaws

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/sandbox/attach"
	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
)

// Options configure a provider.
type Options struct {
	// Cloud is the account that the provider works on.
	Cloud *cloud.Cloud
	// Account is the account that the credentials belong to. If it is empty, the cloud becomes the
	// first account that the stack allows.
	Account string
	// Faults makes operations fail; nil for none.
	Faults *fault.Plan
	// Pace is the fraction of AWS's time that an operation takes here: 0 for none, 1 for real
	// time, 0.001 for a millisecond per second.
	Pace float64
	// Observe is called after every creation, update and deletion; may be nil. It is called from
	// several goroutines.
	Observe func(Operation)
}

// Operation is a creation, an update or a deletion that was attempted.
type Operation struct {
	// Op is the kind.
	Op fault.Op
	// URN and ID name the resource.
	URN resource.URN
	ID  string
	// Start and End are the times here, Modelled is the time that AWS takes.
	Start, End time.Time
	Modelled   time.Duration
	// Err is the error of a failed operation, or nil.
	Err error
}

// Provider is a running simulated provider.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	*attach.Server
	opts Options

	// stopping is closed when the engine asks to cancel operations under way.
	stopping chan struct{}
	stopOnce *sync.Once
	mu       sync.Mutex
}

// Start serves a provider on a free port of this machine.
func Start(opts Options) (*Provider, error) {
	if opts.Cloud == nil {
		return nil, errors.New("start the simulated AWS provider: no cloud given")
	}
	p := &Provider{opts: opts}
	p.arm()
	server, err := attach.Serve(p, func() any { return &session{} })
	if err != nil {
		return nil, fmt.Errorf("start the simulated AWS provider: %w", err)
	}
	p.Server = server
	return p, nil
}

// arm makes a fresh stop signal; the engine of the next operation gets its own.
func (p *Provider) arm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopping, p.stopOnce = make(chan struct{}), &sync.Once{}
}

func (p *Provider) stopSignal() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopping
}

// Cancel ends the waits of operations under way.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.mu.Lock()
	stop, once := p.stopping, p.stopOnce
	p.mu.Unlock()
	once.Do(func() { close(stop) })
	return &emptypb.Empty{}, nil
}

// Attach is called by the engine when it connects. It does nothing.
func (p *Provider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// GetPluginInfo returns the version.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: catalog.FromProvider().Version}, nil
}

func sessionOf(ctx context.Context) *session {
	if s, ok := attach.SessionOf(ctx).(*session); ok {
		return s
	}
	return &session{}
}
