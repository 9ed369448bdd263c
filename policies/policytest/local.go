package policytest

import (
	"context"
	"fmt"
	"path"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Local is a session with a pack in this process: coverage sees what it does. There is nothing to close.
func Local(pack pulumirpc.AnalyzerServer) *Session {
	return &Session{Client: pulumirpc.NewAnalyzerClient(local{pack})}
}

// local calls a server without a connection.
type local struct{ server pulumirpc.AnalyzerServer }

// Invoke hands a copy of the request to the server, and copies what it answers.
func (l local) Invoke(ctx context.Context, method string, request, reply any, _ ...grpc.CallOption) error {
	for _, m := range pulumirpc.Analyzer_ServiceDesc.Methods {
		if m.MethodName != path.Base(method) {
			continue
		}
		answer, err := m.Handler(l.server, ctx, func(received any) error { return copyTo(received, request) }, nil)
		if err != nil {
			return err
		}
		return copyTo(reply, answer)
	}
	return status.Errorf(codes.Unimplemented, "the analyzer has no method %s", method)
}

func copyTo(to, from any) error {
	target, ok := to.(proto.Message)
	source, alsoOK := from.(proto.Message)
	if !ok || !alsoOK {
		return fmt.Errorf("%T or %T is not a message", to, from)
	}
	proto.Merge(target, source)
	return nil
}

// NewStream has nothing to open: an analyzer has no streams.
func (local) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "the analyzer has no streams")
}
