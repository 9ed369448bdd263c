package deployed

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Stack holds the resources in the state after the stack's last update.
type Stack struct {
	byType map[string][]Resource
}

// New returns a stack with these resources, by their types.
func New(resources map[string][]Resource) *Stack { return &Stack{byType: resources} }

// Resource is one resource of the state.
type Resource struct {
	// Name is the logical name.
	Name string
	// Outputs holds those of the resource's inputs and outputs that the type outputs names. Numbers are
	// float64.
	Outputs map[string]any
}

// function is built into the engine and needs no provider:
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/builtins.go
const function = "pulumi:pulumi:readStackResourceOutputs"

// question and answer are the function's argument and result.
type question struct {
	StackName string `pulumi:"stackName"`
}

type answer struct {
	Outputs map[string]struct {
		Type    string  `pulumi:"type"`
		Outputs outputs `pulumi:"outputs"`
	} `pulumi:"outputs"`
}

// outputs names the outputs that are read, of resources of any type. Reading all of them would fail:
// after a refresh a function's code is only a hash, without the path of an archive, and the SDK
// rejects an answer that contains one
// (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/pulumi/rpc.go, unmarshalPropertyValue).
type outputs struct {
	ARN                  any `pulumi:"arn"`
	AvailabilityZone     any `pulumi:"availabilityZone"`
	CIDRBlock            any `pulumi:"cidrBlock"`
	CIDRIPv4             any `pulumi:"cidrIpv4"`
	Conditions           any `pulumi:"conditions"`
	ContainerDefinitions any `pulumi:"containerDefinitions"`
	DBName               any `pulumi:"dbName"`
	DeletionProtection   any `pulumi:"deletionProtection"`
	DeploymentController any `pulumi:"deploymentController"`
	EngineVersionActual  any `pulumi:"engineVersionActual"`
	FromPort             any `pulumi:"fromPort"`
	ID                   any `pulumi:"id"`
	Internal             any `pulumi:"internal"`
	IPProtocol           any `pulumi:"ipProtocol"`
	ListenerARN          any `pulumi:"listenerArn"`
	LoadBalancers        any `pulumi:"loadBalancers"`
	Name                 any `pulumi:"name"`
	NetworkConfiguration any `pulumi:"networkConfiguration"`
	Policy               any `pulumi:"policy"`
	Port                 any `pulumi:"port"`
	PrefixListID         any `pulumi:"prefixListId"`
	PosixUser            any `pulumi:"posixUser"`
	Priority             any `pulumi:"priority"`
	Protocol             any `pulumi:"protocol"`
	ProtocolVersion      any `pulumi:"protocolVersion"`
	Role                 any `pulumi:"role"`
	RootDirectory        any `pulumi:"rootDirectory"`
	SecurityGroupID      any `pulumi:"securityGroupId"`
	ServiceConnect       any `pulumi:"serviceConnectConfiguration"`
	SubnetID             any `pulumi:"subnetId"`
	SubnetIDs            any `pulumi:"subnetIds"`
	Subnets              any `pulumi:"subnets"`
	Tags                 any `pulumi:"tags"`
	TaskRoleARN          any `pulumi:"taskRoleArn"`
	Username             any `pulumi:"username"`
	VPCConfig            any `pulumi:"vpcConfig"`
	VPCOptions           any `pulumi:"vpcOptions"`
}

// byName returns the outputs that a resource has.
func (o outputs) byName() map[string]any {
	named := map[string]any{}
	fields := reflect.ValueOf(o)
	for i := range fields.NumField() {
		if value := fields.Field(i); !value.IsNil() {
			named[fields.Type().Field(i).Tag.Get("pulumi")] = value.Interface()
		}
	}
	return named
}

// Reads reports whether an output is one of those that are read.
func Reads(output string) bool {
	fields := reflect.VisibleFields(reflect.TypeFor[outputs]())
	return slices.ContainsFunc(fields, func(f reflect.StructField) bool { return f.Tag.Get("pulumi") == output })
}

type answerOutput struct{ *pulumi.OutputState }

func (answerOutput) ElementType() reflect.Type { return reflect.TypeFor[answer]() }

// Read reads the state of the running stack. A stack that was never deployed is empty.
func Read(ctx *pulumi.Context) (*Stack, error) {
	// The plain Invoke refuses an answer with a secret in it, and a state may hold some.
	name := fmt.Sprintf("%s/%s/%s", ctx.Organization(), ctx.Project(), ctx.Stack())
	output := ctx.InvokeOutput(function, question{StackName: name}, answerOutput{}, pulumi.InvokeOutputOptions{})
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), output)
	if err != nil {
		return nil, fmt.Errorf("read what the stack has deployed: %w", err)
	}
	was := &Stack{byType: map[string][]Resource{}}
	found, _ := result.Value.(answer)
	for name, r := range found.Outputs {
		entry := Resource{Name: urn.URN(name).Name(), Outputs: r.Outputs.byName()}
		was.byType[r.Type] = append(was.byType[r.Type], entry)
	}
	for _, resources := range was.byType {
		slices.SortFunc(resources, func(a, b Resource) int { return strings.Compare(a.Name, b.Name) })
	}
	return was, nil
}

// Of lists the resources of a type, sorted by name.
func (s *Stack) Of(token string) []Resource { return s.byType[token] }

// Find returns the resource of a type by its logical name.
func (s *Stack) Find(token, name string) (Resource, bool) {
	for _, r := range s.byType[token] {
		if r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}

// Text returns an output that is a string, or "" if there is none.
func (r Resource) Text(output string) string {
	text, _ := r.Outputs[output].(string)
	return text
}

// Number returns an output that is a number, or 0 if there is none.
func (r Resource) Number(output string) float64 {
	n, _ := r.Outputs[output].(float64)
	return n
}

// Mentioning lists the types of the resources that have a string among their outputs, such as the
// id of their subnet.
func (s *Stack) Mentioning(text string) []string {
	var tokens []string
	for token, resources := range s.byType {
		if slices.ContainsFunc(resources, func(r Resource) bool { return mentions(r.Outputs, text) }) {
			tokens = append(tokens, token)
		}
	}
	slices.Sort(tokens)
	return tokens
}

func mentions(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, func(element any) bool { return mentions(element, text) })
	case map[string]any:
		for _, element := range v {
			if mentions(element, text) {
				return true
			}
		}
	}
	return false
}
