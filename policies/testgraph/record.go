package testgraph

import (
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/sdkschema"
)

// Recording describes a program to run without engine and cloud.
type Recording struct {
	// Project and Stack that it runs as.
	Project, Stack string
	// Config is the stack's configuration.
	Config map[string]string
	// Phase says whether AWS has answered yet.
	Phase Phase
	// Call answers a function of a provider. By default the answer is empty.
	Call func(token string, args resource.PropertyMap) (resource.PropertyMap, error)
	// Outputs returns the outputs that a provider adds by itself, by type of resource, besides the
	// id and the ARN.
	Outputs map[string]func(name string, inputs resource.PropertyMap) resource.PropertyMap
}

// Record runs a program and returns its resources as the engine sends them to the pack.
func Record(r Recording, program pulumi.RunFunc) ([]*graph.Resource, error) {
	rec := &recorder{Recording: r, providers: map[string]*graph.Provider{}}
	err := pulumi.RunErr(program, pulumi.WithMocks(r.Project, r.Stack, rec), func(info *pulumi.RunInfo) {
		info.DryRun, info.Config = r.Phase == Preview, r.Config
	})
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", r.Project, err)
	}
	return rec.resources, nil
}

// recorder stands in for the engine.
type recorder struct {
	Recording

	mu        sync.Mutex
	resources []*graph.Resource
	// providers by their URN.
	providers map[string]*graph.Provider
}

// providerPrefix is the prefix of the types of provider resources.
const providerPrefix = "pulumi:providers:"

var recordedForm = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

// NewResource records a resource.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	read := &graph.Resource{Type: args.TypeToken, Name: args.Name, PropertyDependencies: map[string][]string{}}
	inputs, provider := args.Inputs, args.Provider
	if rpc := args.RegisterRPC; rpc != nil {
		var err error
		if inputs, err = plugin.UnmarshalProperties(rpc.GetObject(), recordedForm); err != nil {
			return "", nil, err
		}
		read.Parent, read.Dependencies, provider = rpc.GetParent(), rpc.GetDependencies(), rpc.GetProvider()
		read.Protect = rpc.GetProtect()
		for key, dependencies := range rpc.GetPropertyDependencies() {
			read.PropertyDependencies[key] = dependencies.GetUrns()
		}
		read.Inputs = inputs
	} else if rpc := args.ReadRPC; rpc != nil {
		read.Parent, provider = rpc.GetParent(), rpc.GetProvider()
	}
	read.URN = r.urn(read)
	id, outputs := r.answer(args, inputs)
	read.Outputs = outputs

	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.HasPrefix(args.TypeToken, providerPrefix) {
		r.providers[read.URN] = &graph.Provider{URN: read.URN, Name: args.Name, Inputs: inputs}
		return id, inputs, nil
	}
	if args.Custom || args.ReadRPC != nil {
		read.Provider = r.providerOf(args.TypeToken, provider)
	}
	r.resources = append(r.resources, read)
	known := resource.PropertyMap{}
	for key, value := range outputs {
		if !value.ContainsUnknowns() {
			known[key] = value
		}
	}
	return id, known, nil
}

func (r *recorder) urn(of *graph.Resource) string {
	var parent tokens.Type
	if urn := resource.URN(of.Parent); urn.IsValid() && urn.QualifiedType() != resource.RootStackType {
		parent = urn.QualifiedType()
	}
	project := tokens.PackageName(r.Project)
	return string(resource.NewURN(tokens.QName(r.Stack), project, parent, tokens.Type(of.Type), of.Name))
}

// providerOf returns the provider that a resource names, or else the default provider of its
// package, which the engine creates.
func (r *recorder) providerOf(typeToken, reference string) *graph.Provider {
	if at := strings.LastIndex(reference, "::"); at >= 0 {
		reference = reference[:at]
	}
	pkg, _, _ := strings.Cut(typeToken, ":")
	if known := r.providers[reference]; known != nil {
		return known
	}
	inputs := resource.PropertyMap{}
	for key, value := range r.Config {
		if name, ok := strings.CutPrefix(key, pkg+":"); ok {
			inputs[resource.PropertyKey(name)] = resource.NewStringProperty(value)
		}
	}
	const name = "default"
	urn := resource.NewURN(tokens.QName(r.Stack), tokens.PackageName(r.Project), "", tokens.Type(providerPrefix+pkg), name)
	return &graph.Provider{URN: string(urn), Name: name, Inputs: inputs}
}

// answer returns the id and the outputs of a resource: its inputs, and what AWS adds.
func (r *recorder) answer(args pulumi.MockResourceArgs, inputs resource.PropertyMap) (string, resource.PropertyMap) {
	outputs := inputs.Copy()
	if args.RegisterRPC != nil && !args.Custom {
		return "", outputs
	}
	_, simple, _ := strings.Cut(args.TypeToken[strings.LastIndex(args.TypeToken, "/")+1:], ":")
	own := resource.PropertyMap{}
	// A resource that is only read exists already.
	answered := r.Phase == Deployed || args.ReadRPC != nil
	for path, kind := range sdkschema.Answered()[args.TypeToken] {
		if !strings.Contains(path, ".") && !answered {
			own[resource.PropertyKey(path)] = unknown()
		} else if path == "name" && kind == sdkschema.Text {
			own["name"] = resource.NewStringProperty(args.Name + "-3f9a1c2")
		}
	}
	id := args.ID
	if id == "" && answered {
		id = args.Name + "-" + strings.ToLower(simple)
	}
	if answered {
		own["id"] = resource.NewStringProperty(id)
		own["arn"] = resource.NewStringProperty(fmt.Sprintf("arn:aws:%s:eu-west-1:%s:%s/%s",
			graph.ServiceOf(args.TypeToken), account, strings.ToLower(simple), args.Name))
	} else {
		own["id"], own["arn"] = unknown(), unknown()
	}
	if more := r.Outputs[args.TypeToken]; more != nil && answered {
		for key, value := range more(args.Name, inputs) {
			own[key] = value
		}
	}
	for key, value := range own {
		if _, declared := outputs[key]; !declared {
			outputs[key] = value
		}
	}
	return id, outputs
}

// Call answers a function of a provider.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if r.Recording.Call == nil {
		return resource.PropertyMap{}, nil
	}
	return r.Recording.Call(args.Token, args.Args)
}
