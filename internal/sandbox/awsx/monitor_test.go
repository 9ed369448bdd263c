package awsx_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/internal/sandbox/awsx"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

const (
	stackURN         = "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev"
	explicitProvider = "urn:pulumi:dev::project::pulumi:providers:aws::aws::11111111-1111-4111-8111-111111111111"
)

var wire = plugin.MarshalOptions{KeepSecrets: true, KeepResources: true, KeepOutputValues: true, KeepUnknowns: true}

// registration is one resource as a state file would hold it, with the ids of others
// replaced by <type::name>.
type registration struct {
	token, name, parent, provider string
	dependencies                  []string
	inputs                        map[string]any
}

// monitor plays the engine: it takes registrations and has the simulated AWS check and
// create them.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer
	t          *testing.T
	address    string
	aws        pulumirpc.ResourceProviderClient
	awsx       pulumirpc.ResourceProviderClient
	mu         sync.Mutex
	registered []registration
	// named maps ids to <type::name>, ids the other way round.
	named, ids map[string]string
}

func startMonitor(t *testing.T) *monitor {
	t.Helper()
	account, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.jsonl"))
	require.NoError(t, err)
	aws, err := simaws.Start(simaws.Options{Cloud: account})
	require.NoError(t, err)
	standIn, err := awsx.Start()
	require.NoError(t, err)
	m := &monitor{t: t, named: map[string]string{}, ids: map[string]string{}}
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(s *grpc.Server) error {
		pulumirpc.RegisterResourceMonitorServer(s, m)
		return nil
	}})
	require.NoError(t, err)
	m.address = fmt.Sprintf("127.0.0.1:%d", handle.Port)
	m.aws, m.awsx = dial(t, aws.Port()), dial(t, standIn.Port())
	t.Cleanup(func() {
		cancel <- true
		require.NoError(t, <-handle.Done)
		require.NoError(t, standIn.Close())
		require.NoError(t, aws.Close())
	})
	_, err = m.aws.Configure(t.Context(), &pulumirpc.ConfigureRequest{
		Args: &structpb.Struct{Fields: map[string]*structpb.Value{
			"region": structpb.NewStringValue("us-east-1"),
		}},
	})
	require.NoError(t, err)
	return m
}

func dial(t *testing.T, port int) pulumirpc.ResourceProviderClient {
	t.Helper()
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return pulumirpc.NewResourceProviderClient(conn)
}

// construct asks the stand-in for a Vpc "web" and returns its outputs.
func (m *monitor) construct(args map[string]any) (map[string]any, error) {
	return m.constructType(awsx.VpcToken, args)
}

func (m *monitor) constructType(token string, args map[string]any) (map[string]any, error) {
	m.t.Helper()
	inputs, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(args), wire)
	require.NoError(m.t, err)
	response, err := m.awsx.Construct(m.t.Context(), &pulumirpc.ConstructRequest{
		Project: "project", Stack: "dev", Type: token, Name: "web", Parent: stackURN, Inputs: inputs, Parallel: 16,
		MonitorEndpoint: m.address, Providers: map[string]string{"aws": explicitProvider},
	})
	if err != nil {
		return nil, err
	}
	state, err := plugin.UnmarshalProperties(response.GetState(), plugin.MarshalOptions{KeepResources: true})
	require.NoError(m.t, err)
	return state.Mappable(), nil
}

// id returns the id of a registered resource.
func (m *monitor) id(token, name string) string { return m.ids[token+"::"+name] }

// SupportsFeature always says yes: the engine in go.mod supports everything that the SDK asks
// for.
func (m *monitor) SupportsFeature(
	context.Context, *pulumirpc.SupportsFeatureRequest,
) (*pulumirpc.SupportsFeatureResponse, error) {
	return &pulumirpc.SupportsFeatureResponse{HasSupport: true}, nil
}

// RegisterResourceOutputs does nothing: the recordings have no outputs.
func (m *monitor) RegisterResourceOutputs(
	context.Context, *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RegisterResource checks, creates and records a custom resource.
func (m *monitor) RegisterResource(
	ctx context.Context, req *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	own := "urn:pulumi:dev::project::" + req.GetType() + "::" + req.GetName()
	r := registration{
		token: req.GetType(), name: req.GetName(), parent: m.nameOf(req.GetParent()),
		provider: req.GetProviders()["aws"], inputs: map[string]any{},
	}
	if req.GetProvider() != "" {
		r.provider = req.GetProvider()
	}
	for _, dependency := range req.GetDependencies() {
		r.dependencies = append(r.dependencies, m.nameOf(dependency))
	}
	if !req.GetCustom() {
		m.note(r)
		return &pulumirpc.RegisterResourceResponse{Urn: own}, nil
	}
	object, err := plugin.UnmarshalProperties(req.GetObject(), plugin.MarshalOptions{})
	if err != nil {
		return nil, err
	}
	news, err := plugin.MarshalProperties(object, wire)
	if err != nil {
		return nil, err
	}
	checked, err := m.aws.Check(ctx, &pulumirpc.CheckRequest{Urn: own, News: news})
	if err != nil || len(checked.GetFailures()) > 0 {
		return nil, fmt.Errorf("check %s: %w %v", own, err, checked.GetFailures())
	}
	created, err := m.aws.Create(ctx, &pulumirpc.CreateRequest{Urn: own, Properties: checked.GetInputs()})
	if err != nil {
		return nil, err
	}
	inputs, err := plugin.UnmarshalProperties(checked.GetInputs(), wire)
	if err != nil {
		return nil, err
	}
	// The recordings contain neither the provider's internal notes nor the copy of the tags.
	delete(inputs, "__defaults")
	delete(inputs, "tagsAll")
	m.mu.Lock()
	m.named[created.GetId()] = "<" + r.token + "::" + r.name + ">"
	m.ids[r.token+"::"+r.name] = created.GetId()
	for name, v := range inputs.Mappable() {
		r.inputs[name] = m.anonymous(v)
	}
	m.mu.Unlock()
	m.note(r)
	return &pulumirpc.RegisterResourceResponse{Urn: own, Id: created.GetId(), Object: created.GetProperties()}, nil
}

func (m *monitor) note(r registration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registered = append(m.registered, r)
}

// anonymous replaces the id of another resource by its name.
func (m *monitor) anonymous(v any) any {
	if id, ok := v.(string); ok && m.named[id] != "" {
		return m.named[id]
	}
	return v
}

// nameOf turns a URN into type::name.
func (m *monitor) nameOf(urn string) string {
	parts := strings.Split(urn, "::")
	if strings.Contains(urn, "pulumi:pulumi:Stack") {
		return "the stack"
	}
	return parts[len(parts)-2] + "::" + parts[len(parts)-1]
}

var awsModule = regexp.MustCompile(`aws:ec2/\w+:`)

// short drops the module of type tokens.
func short(text string) string {
	return strings.ReplaceAll(awsModule.ReplaceAllString(text, ""), "awsx:ec2:", "awsx:")
}
