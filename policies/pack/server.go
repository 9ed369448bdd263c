package pack

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// server extends the SDK's analyzer server by the two calls that it ignores, and the one whose
// configuration schemas it cannot send.
type server struct {
	pulumirpc.AnalyzerServer
	pack *Pack
}

// NewServer returns the pack as a gRPC service.
func NewServer(p *Pack) pulumirpc.AnalyzerServer {
	return &server{AnalyzerServer: plugin.NewAnalyzerServer(schemaless{p.Analyzer()}), pack: p}
}

// schemaless hides the configuration schemas from the SDK's server, which panics on them in
// 3.259.0: it passes a named map type to structpb, which does not support it.
type schemaless struct {
	plugin.Analyzer
}

// GetAnalyzerInfo returns the analyzer's description without schemas.
func (s schemaless) GetAnalyzerInfo(ctx context.Context) (plugin.AnalyzerInfo, error) {
	info, err := s.Analyzer.GetAnalyzerInfo(ctx)
	for i := range info.Policies {
		info.Policies[i].ConfigSchema = nil
	}
	return info, err
}

// GetAnalyzerInfo describes the controls together with their configuration schemas.
func (s *server) GetAnalyzerInfo(ctx context.Context, in *emptypb.Empty) (*pulumirpc.AnalyzerInfo, error) {
	info, err := s.AnalyzerServer.GetAnalyzerInfo(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, policy := range info.Policies {
		properties := map[string]any{}
		for key, value := range schema(s.pack.byName[policy.Name]) {
			properties[key] = map[string]any(value)
		}
		converted, err := structpb.NewStruct(properties)
		if err != nil {
			return nil, fmt.Errorf("configuration schema of %s: %w", policy.Name, err)
		}
		policy.ConfigSchema = &pulumirpc.PolicyConfigSchema{Properties: converted}
	}
	return info, nil
}

// ConfigureStack receives the stack to judge. Secret configuration is not kept.
func (s *server) ConfigureStack(
	_ context.Context, in *pulumirpc.AnalyzerStackConfigureRequest,
) (*pulumirpc.AnalyzerStackConfigureResponse, error) {
	stack := Stack{
		Project: in.GetProject(), Name: in.GetStack(), DryRun: in.GetDryRun(), Config: map[string]string{},
	}
	for key, value := range in.GetConfig() {
		if !slices.Contains(in.GetConfigSecretKeys(), key) {
			stack.Config[key] = value
		}
	}
	s.pack.ConfigureStack(stack)
	return &pulumirpc.AnalyzerStackConfigureResponse{}, nil
}

// Serve runs the pack as a plugin: it listens on a port that the kernel chooses, writes the
// port as the first line of out, and returns when ctx ends.
func Serve(ctx context.Context, p *Pack, out io.Writer) error {
	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(srv *grpc.Server) error {
			pulumirpc.RegisterAnalyzerServer(srv, NewServer(p))
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("start the policy pack: %w", err)
	}
	if _, err := fmt.Fprintf(out, "%d\n", handle.Port); err != nil {
		return fmt.Errorf("tell the engine the policy pack's port: %w", err)
	}
	if err := <-handle.Done; err != nil {
		return fmt.Errorf("serve the policy pack: %w", err)
	}
	return nil
}
