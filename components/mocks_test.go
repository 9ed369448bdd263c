package components

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/tests/mockaws"
)

const (
	// unknown is the placeholder in recorded inputs for a value that a preview does not know.
	unknown = "<unknown>"
	// secret is the placeholder in recorded inputs for a secret.
	secret = "<secret>"
)

// recorder stands in for the engine. Pulumi's own mocks drop the outputs that components
// register and the values that are unknown at preview; both matter here.
type recorder struct {
	pulumirpc.UnimplementedResourceMonitorServer
	pulumirpc.UnimplementedEngineServer

	dryRun bool

	mu        sync.Mutex
	resources []*recorded
}

// recorded is a resource as the program registered it.
type recorded struct {
	typ, name, urn, parent string
	// inputs as plain Go values: numbers are float64, see also unknown and secret.
	inputs map[string]any
	// outputs that a component registered, nil if it never did.
	outputs map[string]any
	// request holds the options: Protect, IgnoreChanges, Dependencies, Aliases, ...
	request *pulumirpc.RegisterResourceRequest
}

// deployed runs a program as an update: every output is known in the end.
func deployed(t *testing.T, program pulumi.RunFunc) *recorder {
	t.Helper()
	rec, err := run(t, program, false)
	require.NoError(t, err)
	return rec
}

// previewed runs a program as the preview of a new stack: no resource has outputs yet.
func previewed(t *testing.T, program pulumi.RunFunc) *recorder {
	t.Helper()
	rec, err := run(t, program, true)
	require.NoError(t, err)
	return rec
}

// refused runs a program that must fail before it registers anything.
func refused(t *testing.T, program pulumi.RunFunc) error {
	t.Helper()
	rec, err := run(t, program, false)
	require.Error(t, err)
	require.Len(t, rec.resources, 1, "only the stack itself may be registered")
	return err
}

func run(t *testing.T, program pulumi.RunFunc, dryRun bool) (*recorder, error) {
	t.Helper()
	rec := &recorder{dryRun: dryRun}
	stop := make(chan bool)
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterResourceMonitorServer(s, rec)
			pulumirpc.RegisterEngineServer(s, rec)
			return nil
		},
	})
	require.NoError(t, err)
	address := fmt.Sprintf("127.0.0.1:%d", server.Port)
	err = pulumi.RunErr(program, func(info *pulumi.RunInfo) {
		info.Project, info.Stack, info.DryRun = testScope.Project, testScope.Stack, dryRun
		info.MonitorAddr, info.EngineAddr = address, address
	})
	close(stop)
	require.NoError(t, <-server.Done)
	return rec, err
}

// one returns the only resource of a type and name.
func (r *recorder) one(t *testing.T, typ, name string) *recorded {
	t.Helper()
	var names []string
	for _, found := range r.ofType(typ) {
		if found.name == name {
			return found
		}
		names = append(names, found.name)
	}
	require.Failf(t, "no such resource", "%s %q is not registered; of this type: %q", typ, name, names)
	return nil
}

// ofType returns every resource of a type, sorted by name.
func (r *recorder) ofType(typ string) []*recorded {
	var found []*recorded
	for _, resource := range r.resources {
		if resource.typ == typ {
			found = append(found, resource)
		}
	}
	slices.SortFunc(found, func(a, b *recorded) int { return strings.Compare(a.name, b.name) })
	return found
}

// names returns the names of the resources of a type, sorted.
func (r *recorder) names(typ string) []string {
	found := r.ofType(typ)
	names := make([]string, len(found))
	for i, resource := range found {
		names[i] = resource.name
	}
	return names
}

// keepsContract asserts the house contract for the one component in the program: it registers
// exactly the outputs, and every resource is its child, named after it or, if its priority must
// be unique in AWS, after the priority. A role's name begins with project and stack.
func (r *recorder) keepsContract(t *testing.T, typ, name string, outputs map[string]any) {
	t.Helper()
	component := r.one(t, typ, name)
	assert.Equal(t, outputs, component.outputs, "registered outputs")
	for _, child := range r.resources {
		if child == component || child.typ == "pulumi:pulumi:Stack" {
			continue
		}
		assert.Equalf(t, component.urn, child.parent, "parent of %s %s", child.typ, child.name)
		childName := child.name
		if child.typ == "aws:iam/role:Role" && !strings.HasPrefix(childName, name) {
			childName = strings.TrimPrefix(childName, testScope.NamesBegin())
		}
		own := childName == name || strings.HasPrefix(childName, name+"-")
		assert.Truef(t, own || strings.HasPrefix(child.name, ruleName),
			"%s %s is not named after %s", child.typ, child.name, name)
	}
}

// dependsOn reports whether a resource waits for another, by option or by input.
func (r *recorded) dependsOn(other *recorded) bool {
	return slices.Contains(r.request.GetDependencies(), other.urn)
}

// waitsFor reports whether a resource waits for another, directly or through others.
func (r *recorder) waitsFor(waiting, other *recorded) bool {
	return waiting.dependsOn(other) || slices.ContainsFunc(r.resources, func(between *recorded) bool {
		return waiting.dependsOn(between) && r.waitsFor(between, other)
	})
}

// policy returns a JSON document among the inputs.
func (r *recorded) policy(t *testing.T, input string) policyText {
	t.Helper()
	text, ok := r.inputs[input].(string)
	require.Truef(t, ok, "%s has no %s", r.name, input)
	require.NotEqualf(t, unknown, text, "%s of %s is unknown", input, r.name)
	var document policyText
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	require.Equal(t, "2012-10-17", document.Version)
	return document
}

// policyText is a policy document as AWS reads it.
type policyText struct {
	Version   string
	Statement []map[string]any
}

// sid returns the statement with that Sid, without the Sid.
func (p policyText) sid(t *testing.T, sid string) map[string]any {
	t.Helper()
	for _, statement := range p.Statement {
		if statement["Sid"] == sid {
			found := map[string]any{}
			for key, value := range statement {
				found[key] = value
			}
			delete(found, "Sid")
			return found
		}
	}
	require.Failf(t, "no such statement", "Sid %q is not in %v", sid, p.Statement)
	return nil
}

func (r *recorder) GetDeploymentInfo(context.Context, *emptypb.Empty) (*pulumirpc.DeploymentInfo, error) {
	return &pulumirpc.DeploymentInfo{
		SupportedFeatures: []pulumirpc.ResourceMonitorFeature{
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_SECRETS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_TRANSFORMS,
		},
	}, nil
}

func (r *recorder) RegisterResource(
	_ context.Context, req *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	inputs, err := properties(req.GetObject())
	if err != nil {
		return nil, err
	}
	urn := string(urnIn(req.GetParent(), req.GetType(), req.GetName()))
	r.mu.Lock()
	r.resources = append(r.resources, &recorded{
		typ: req.GetType(), name: req.GetName(), urn: urn, parent: req.GetParent(),
		inputs: plain(inputs), request: req,
	})
	r.mu.Unlock()
	if r.dryRun && req.GetRemote() {
		// The outputs of a remote component are unknown, even if an input has the same name.
		return &pulumirpc.RegisterResourceResponse{Urn: urn}, nil
	}
	if r.dryRun || (!req.GetCustom() && !req.GetRemote()) {
		return &pulumirpc.RegisterResourceResponse{Urn: urn, Object: req.GetObject()}, nil
	}
	object, err := marshalled(computedOutputs(req.GetType(), req.GetName(), inputs))
	if err != nil {
		return nil, err
	}
	return &pulumirpc.RegisterResourceResponse{Urn: urn, Id: mockaws.ID("", req.GetName()), Object: object}, nil
}

func (r *recorder) RegisterResourceOutputs(
	_ context.Context, req *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	outputs, err := properties(req.GetOutputs())
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range r.resources {
		if resource.urn == req.GetUrn() {
			resource.outputs = plain(outputs)
		}
	}
	return &emptypb.Empty{}, nil
}

// Invoke only supports the SDK's query for a resource that another one refers to: components
// call no AWS functions.
func (r *recorder) Invoke(
	_ context.Context, req *pulumirpc.ResourceInvokeRequest,
) (*pulumirpc.ResourceInvokeResponse, error) {
	if req.GetTok() != "pulumi:pulumi:getResource" {
		return nil, fmt.Errorf("the component calls %s: pass what it needs through its args", req.GetTok())
	}
	asked := urn.URN(req.GetArgs().GetFields()["urn"].GetStringValue())
	answer, err := marshalled(resource.PropertyMap{
		"urn":   resource.NewProperty(string(asked)),
		"id":    resource.NewProperty(mockaws.ID(asked.Type(), asked.Name())),
		"state": resource.NewProperty(resource.PropertyMap{}),
	})
	return &pulumirpc.ResourceInvokeResponse{Return: answer}, err
}

func (r *recorder) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (r *recorder) Log(context.Context, *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// urnIn returns the URN that the engine gives a resource: it contains the types of its parents.
func urnIn(parent, typ, name string) urn.URN {
	parentType := tokens.Type("")
	if parent != "" && urn.URN(parent).Type() != resource.RootStackType {
		parentType = urn.URN(parent).QualifiedType()
	}
	return urn.New(tokens.QName(testScope.Stack), tokens.PackageName(testScope.Project), parentType,
		tokens.Type(typ), name)
}

func properties(object *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(object, plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true,
		KeepResources: true,
	})
}

func marshalled(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true,
		KeepResources: true,
	})
}

func plain(properties resource.PropertyMap) map[string]any {
	return properties.MapRepl(nil, func(value resource.PropertyValue) (any, bool) {
		switch {
		case value.IsComputed():
			return unknown, true
		case value.IsSecret():
			return secret, true
		default:
			return nil, false
		}
	})
}
