package policytest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/policies/graph"
)

// Build compiles the pack to a file.
func Build(ctx context.Context, dir, file string) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", file, ".") //nolint:gosec // the caller's own paths
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the pack: %w\n%s", err, out)
	}
	return nil
}

// Session is a running pack.
type Session struct {
	// Client speaks to the pack.
	Client pulumirpc.AnalyzerClient
	// Info is the pack's description of its policies.
	Info *pulumirpc.AnalyzerInfo
	// Started is the time that the process took until it listened.
	Started time.Duration

	process *exec.Cmd
	conn    *grpc.ClientConn
}

// Stack describes a stack as the engine does to the pack.
type Stack struct {
	// Name and Project of the stack.
	Name, Project string
	// Config is the stack's configuration.
	Config map[string]string
	// Preview says that nothing is deployed.
	Preview bool
}

// Policy is the configuration of one policy.
type Policy struct {
	// Level of the policy; not used unless Set.
	Level pulumirpc.EnforcementLevel
	// Set says that Level is given.
	Set bool
	// Properties are its parameters.
	Properties map[string]any
}

// Start runs a built pack with additional environment variables.
func Start(ctx context.Context, file string, env ...string) (*Session, error) {
	began := time.Now()
	process := exec.CommandContext(ctx, file, "127.0.0.1:0")
	process.Env = append(os.Environ(), env...)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start the pack: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read the pack's port: %w", err)
	}
	port, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return nil, fmt.Errorf("the pack's first line is not a port: %w", err)
	}
	const largest = 400 << 20
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largest), grpc.MaxCallSendMsgSize(largest)))
	if err != nil {
		return nil, fmt.Errorf("connect to the pack: %w", err)
	}
	s := &Session{Client: pulumirpc.NewAnalyzerClient(conn), process: process, conn: conn}
	if _, err := s.Client.GetPluginInfo(ctx, &emptypb.Empty{}, grpc.WaitForReady(true)); err != nil {
		return nil, fmt.Errorf("ask the pack for its version: %w", err)
	}
	s.Started = time.Since(began)
	return s, nil
}

// Close ends the process.
func (s *Session) Close() error {
	_ = s.conn.Close()
	if err := s.process.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return s.process.Wait()
}

// Configure tells the pack its stack and the policies' configuration, merged with the
// advertised levels as the engine does it.
func (s *Session) Configure(ctx context.Context, stack Stack, config map[string]Policy) error {
	dir := "."
	if _, err := s.Client.Handshake(ctx, &pulumirpc.AnalyzerHandshakeRequest{
		EngineAddress: "127.0.0.1:0", RootDirectory: &dir, ProgramDirectory: &dir,
	}); err != nil {
		return err
	}
	if _, err := s.Client.ConfigureStack(ctx, &pulumirpc.AnalyzerStackConfigureRequest{
		Stack: stack.Name, Project: stack.Project, Config: stack.Config, DryRun: stack.Preview,
	}); err != nil {
		return err
	}
	info, err := s.Client.GetAnalyzerInfo(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}
	s.Info = info
	request := &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{}}
	for _, policy := range info.GetPolicies() {
		request.PolicyConfig[policy.GetName()] = &pulumirpc.PolicyConfig{EnforcementLevel: policy.GetEnforcementLevel()}
	}
	for name, policy := range config {
		properties, err := structpb.NewStruct(policy.Properties)
		if err != nil {
			return err
		}
		merged := &pulumirpc.PolicyConfig{Properties: properties, EnforcementLevel: policy.Level}
		if known := request.PolicyConfig[name]; known != nil && !policy.Set {
			merged.EnforcementLevel = known.EnforcementLevel
		}
		request.PolicyConfig[name] = merged
	}
	_, err = s.Client.Configure(ctx, request)
	return err
}

// Outcome is the pack's answer about a stack.
type Outcome struct {
	// Diagnostics of resources and of the stack.
	Diagnostics []*pulumirpc.AnalyzeDiagnostic
	// Remediations by URN.
	Remediations map[string][]*pulumirpc.Remediation
}

// ByPolicy counts the diagnostics of each policy.
func (o Outcome) ByPolicy(levels ...pulumirpc.EnforcementLevel) map[string]int {
	found := map[string]int{}
	for _, d := range o.Diagnostics {
		for _, level := range levels {
			if d.GetEnforcementLevel() == level {
				found[d.GetPolicyName()]++
			}
		}
	}
	return found
}

// Run judges a stack: every resource by its inputs, then all of them by their outputs. Like the
// engine, which handles independent resources in parallel, it does not wait for one resource
// before it sends the next.
func (s *Session) Run(ctx context.Context, resources []*graph.Resource) (Outcome, error) {
	const atOnce = 8
	judged, errs := make([]single, len(resources)), make([]error, len(resources))
	var group sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, r := range resources {
		slots <- struct{}{}
		group.Go(func() {
			judged[i], errs[i] = s.resource(ctx, r)
			<-slots
		})
	}
	group.Wait()
	outcome := Outcome{Remediations: map[string][]*pulumirpc.Remediation{}}
	if err := errors.Join(errs...); err != nil {
		return outcome, err
	}
	stack := &pulumirpc.AnalyzeStackRequest{}
	for i, r := range resources {
		if len(judged[i].remediations) > 0 {
			outcome.Remediations[r.URN] = judged[i].remediations
		}
		outcome.Diagnostics = append(outcome.Diagnostics, judged[i].diagnostics...)
		whole, err := stackResource(r)
		if err != nil {
			return outcome, err
		}
		stack.Resources = append(stack.Resources, whole)
	}
	analyzed, err := s.Client.AnalyzeStack(ctx, stack)
	if err != nil {
		return outcome, fmt.Errorf("analyze the stack: %w", err)
	}
	outcome.Diagnostics = append(outcome.Diagnostics, analyzed.GetDiagnostics()...)
	return outcome, nil
}

// single is the pack's answer about one resource.
type single struct {
	diagnostics  []*pulumirpc.AnalyzeDiagnostic
	remediations []*pulumirpc.Remediation
}

func (s *Session) resource(ctx context.Context, r *graph.Resource) (single, error) {
	if r.Inputs == nil {
		// A resource that the program only reads is not analyzed by itself.
		return single{}, nil
	}
	request, err := Request(r)
	if err != nil {
		return single{}, err
	}
	remediated, err := s.Client.Remediate(ctx, request)
	if err != nil {
		return single{}, fmt.Errorf("remediate %s: %w", r.URN, err)
	}
	for _, remediation := range remediated.GetRemediations() {
		request.Properties = remediation.GetProperties()
	}
	analyzed, err := s.Client.Analyze(ctx, request)
	if err != nil {
		return single{}, fmt.Errorf("analyze %s: %w", r.URN, err)
	}
	return single{analyzed.GetDiagnostics(), remediated.GetRemediations()}, nil
}

var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// Request returns a resource in the form in which the engine sends it to be analyzed or
// remediated.
func Request(r *graph.Resource) (*pulumirpc.AnalyzeRequest, error) {
	properties, err := plugin.MarshalProperties(r.Inputs, wire)
	if err != nil {
		return nil, err
	}
	provider, err := providerOf(r)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AnalyzeRequest{
		Urn: r.URN, Type: r.Type, Name: r.Name, Properties: properties, Provider: provider,
		Options: &pulumirpc.AnalyzerResourceOptions{Parent: r.Parent, Protect: r.Protect},
	}, nil
}

func providerOf(r *graph.Resource) (*pulumirpc.AnalyzerProviderResource, error) {
	if r.Provider == nil {
		return nil, nil
	}
	inputs, err := plugin.MarshalProperties(r.Provider.Inputs, wire)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AnalyzerProviderResource{
		Urn: r.Provider.URN, Type: "pulumi:providers:aws", Name: r.Provider.Name, Properties: inputs,
	}, nil
}

func stackResource(r *graph.Resource) (*pulumirpc.AnalyzerResource, error) {
	outputs := r.Outputs
	if outputs == nil {
		outputs = resource.PropertyMap{}
	}
	properties, err := plugin.MarshalProperties(outputs, wire)
	if err != nil {
		return nil, err
	}
	provider, err := providerOf(r)
	if err != nil {
		return nil, err
	}
	dependencies := map[string]*pulumirpc.AnalyzerPropertyDependencies{}
	for key, urns := range maps.All(r.PropertyDependencies) {
		dependencies[key] = &pulumirpc.AnalyzerPropertyDependencies{Urns: urns}
	}
	return &pulumirpc.AnalyzerResource{
		Urn: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Properties: properties, Provider: provider,
		Dependencies: r.Dependencies, PropertyDependencies: dependencies,
		Options: &pulumirpc.AnalyzerResourceOptions{Parent: r.Parent, Protect: r.Protect},
	}, nil
}

var _ io.Closer = (*Session)(nil)
