package awsx

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/sandbox/attach"
)

// Version is the version of the provider that this one stands in for: that of the Go SDK
// in go.mod.
const Version = "2.22.0"

// VpcToken is the only component that is implemented.
const VpcToken = "awsx:ec2:Vpc"

// Provider is a running stand-in.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	*attach.Server
}

// session holds the connection back to the engine that attached.
type session struct{ engine *grpc.ClientConn }

// Start serves the stand-in on a free port of this machine.
func Start() (*Provider, error) {
	p := &Provider{}
	server, err := attach.Serve(p, func() any { return &session{} })
	if err != nil {
		return nil, fmt.Errorf("start the awsx stand-in: %w", err)
	}
	p.Server = server
	return p, nil
}

// Attach remembers the engine, which takes log messages.
func (p *Provider) Attach(ctx context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	s, ok := attach.SessionOf(ctx).(*session)
	if !ok || req.GetAddress() == "" {
		return &emptypb.Empty{}, nil
	}
	conn, err := grpc.NewClient(req.GetAddress(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("connect to the engine: %w", err)
	}
	s.engine = conn
	return &emptypb.Empty{}, nil
}

// GetPluginInfo returns the version.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// Cancel has nothing to cancel.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// CheckConfig accepts everything: the provider has no configuration.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// DiffConfig finds no difference.
func (p *Provider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

// Configure accepts everything.
func (p *Provider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true,
		SupportsPreview: true,
	}, nil
}

// Construct constructs a component.
func (p *Provider) Construct(
	ctx context.Context, req *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	s, ok := attach.SessionOf(ctx).(*session)
	if !ok {
		s = &session{}
	}
	return provider.Construct(ctx, req, s.engine,
		func(pctx *pulumi.Context, typ, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption,
		) (*provider.ConstructResult, error) {
			if typ != VpcToken {
				return nil, fmt.Errorf("the awsx stand-in knows %s only, not %s: use the raw aws resources, or add the "+
					"component to internal/sandbox/awsx", VpcToken, typ)
			}
			args, err := parseArgs(inputs)
			if err != nil {
				return nil, fmt.Errorf("%s %q: %w", typ, name, err)
			}
			vpc, err := construct(pctx, name, args, opts)
			if err != nil {
				return nil, fmt.Errorf("%s %q: %w", typ, name, err)
			}
			return provider.NewConstructResult(vpc)
		})
}
