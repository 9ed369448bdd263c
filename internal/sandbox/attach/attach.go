package attach

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// EnvVar is the variable that tells the engine which providers to attach to.
const EnvVar = "PULUMI_DEBUG_PROVIDERS"

// Server serves one provider.
type Server struct {
	port   int
	cancel chan bool
	done   <-chan error
}

// Serve serves a provider on a free port of this machine. All instances of a provider in one
// program attach to the same port, each over its own connection. Every connection gets a value
// made by session, which [SessionOf] returns.
func Serve(provider pulumirpc.ResourceProviderServer, session func() any) (*Server, error) {
	s := &Server{cancel: make(chan bool)}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: s.cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, provider)
			return nil
		},
		Options: []grpc.ServerOption{grpc.StatsHandler(connections{session})},
	})
	if err != nil {
		return nil, fmt.Errorf("serve a provider: %w", err)
	}
	s.port, s.done = handle.Port, handle.Done
	return s, nil
}

// Port returns the port that the provider listens on.
func (s *Server) Port() int { return s.port }

// Close stops serving once the calls under way have ended.
func (s *Server) Close() error {
	s.cancel <- true
	close(s.cancel)
	return <-s.done
}

// Value is the value of [EnvVar] that attaches the packages to the ports.
func Value(ports map[string]int) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(ports)) {
		pairs = append(pairs, fmt.Sprintf("%s:%d", name, ports[name]))
	}
	return strings.Join(pairs, ",")
}

type sessionKey struct{}

// SessionOf returns the value of the connection over which a call came, or nil if the call did
// not come over a connection.
func SessionOf(ctx context.Context) any { return ctx.Value(sessionKey{}) }

// connections makes the sessions.
type connections struct{ session func() any }

// TagConn makes the session of a new connection.
func (c connections) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return context.WithValue(ctx, sessionKey{}, c.session())
}

// HandleConn does nothing.
func (connections) HandleConn(context.Context, stats.ConnStats) {}

// TagRPC does nothing: a call inherits its connection's context.
func (connections) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC does nothing.
func (connections) HandleRPC(context.Context, stats.RPCStats) {}
