package attach_test

import (
	"context"
	"fmt"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"aws-webapp/internal/sandbox/attach"
)

// counter counts the calls over a connection.
type counter struct {
	pulumirpc.UnimplementedResourceProviderServer
}

func (counter) GetPluginInfo(ctx context.Context, _ *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	calls, ok := attach.SessionOf(ctx).(*int)
	if !ok {
		return nil, fmt.Errorf("no session")
	}
	*calls++
	return &pulumirpc.PluginInfo{Version: fmt.Sprint(*calls)}, nil
}

func TestEveryConnectionHasASession(t *testing.T) {
	server, err := attach.Serve(counter{}, func() any { return new(int) })
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	for range 2 {
		conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()),
			grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		defer conn.Close() //nolint:errcheck // the test is over
		for call := 1; call <= 3; call++ {
			info, err := pulumirpc.NewResourceProviderClient(conn).GetPluginInfo(t.Context(), &emptypb.Empty{})
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint(call), info.GetVersion())
		}
	}
}

func TestNoSessionOutsideOfACall(t *testing.T) {
	assert.Nil(t, attach.SessionOf(t.Context()))
}

func TestValue(t *testing.T) {
	assert.Equal(t, "aws:1234,awsx:5678", attach.Value(map[string]int{"awsx": 5678, "aws": 1234}))
	assert.Empty(t, attach.Value(nil))
}
