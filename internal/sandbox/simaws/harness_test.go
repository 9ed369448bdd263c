package simaws_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

// props are plain properties; strings may contain ${name.property} of a resource created
// before.
type props = map[string]any

// withProperties returns inputs with others among them; nil removes one.
func withProperties(inputs, others props) props {
	all := maps.Clone(inputs)
	for name, value := range others {
		if value == nil {
			delete(all, name)
			continue
		}
		all[name] = value
	}
	return all
}

// engine plays the part of the Pulumi engine against its own provider.
type engine struct {
	t      *testing.T
	cloud  *cloud.Cloud
	port   int
	client pulumirpc.ResourceProviderClient
	made   map[string]*made
}

// made is a resource as in the engine's state.
type made struct {
	token, id       string
	inputs, outputs resource.PropertyMap
}

var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// start starts a provider and configures it for us-east-1 with more configuration.
func start(t *testing.T, opts simaws.Options, config props) *engine {
	t.Helper()
	if opts.Cloud == nil {
		c, err := cloud.Open(filepath.Join(t.TempDir(), "cloud.jsonl"))
		require.NoError(t, err)
		opts.Cloud = c
	}
	provider, err := simaws.Start(opts)
	require.NoError(t, err)
	e := &engine{t: t, cloud: opts.Cloud, port: provider.Port(), made: map[string]*made{}}
	t.Cleanup(func() { require.NoError(t, provider.Close()) })
	e.client = e.connect()
	_, err = e.configure(e.client, config)
	require.NoError(t, err)
	return e
}

// connect opens a further connection, as the engine does for every provider instance.
func (e *engine) connect() pulumirpc.ResourceProviderClient {
	e.t.Helper()
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", e.port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(e.t, err)
	e.t.Cleanup(func() { require.NoError(e.t, conn.Close()) })
	return pulumirpc.NewResourceProviderClient(conn)
}

func (e *engine) configure(
	client pulumirpc.ResourceProviderClient, config props,
) (*pulumirpc.ConfigureResponse, error) {
	all := resource.NewPropertyMapFromMap(config)
	if _, set := all["region"]; !set {
		all["region"] = resource.NewStringProperty("us-east-1")
	}
	return client.Configure(e.t.Context(), &pulumirpc.ConfigureRequest{Args: e.marshal(all)})
}

func (e *engine) marshal(m resource.PropertyMap) *structpb.Struct {
	e.t.Helper()
	s, err := plugin.MarshalProperties(m, wire)
	require.NoError(e.t, err)
	return s
}

func (e *engine) unmarshal(s *structpb.Struct) resource.PropertyMap {
	e.t.Helper()
	m, err := plugin.UnmarshalProperties(s, wire)
	require.NoError(e.t, err)
	return m
}

func urnOf(token, name string) string { return "urn:pulumi:dev::project::" + token + "::" + name }

var reference = regexp.MustCompile(`\$\{(\w[\w-]*)\.(\w+)\}`)

// fill replaces the references in a value.
func (e *engine) fill(v any) any {
	switch v := v.(type) {
	case string:
		return reference.ReplaceAllStringFunc(v, func(found string) string {
			m := reference.FindStringSubmatch(found)
			target := e.made[m[1]]
			require.NotNil(e.t, target, "%s has not been made", m[1])
			if m[2] == "id" {
				return target.id
			}
			return target.outputs[resource.PropertyKey(m[2])].StringValue()
		})
	case []any:
		filled := make([]any, 0, len(v))
		for _, element := range v {
			filled = append(filled, e.fill(element))
		}
		return filled
	case props:
		filled := props{}
		for name, member := range v {
			filled[name] = e.fill(member)
		}
		return filled
	default:
		return v
	}
}

// check runs Check and returns the checked inputs and the failures.
func (e *engine) check(token, name string, inputs resource.PropertyMap) (resource.PropertyMap, []string, error) {
	e.t.Helper()
	request := &pulumirpc.CheckRequest{Urn: urnOf(token, name), News: e.marshal(inputs)}
	if before := e.made[name]; before != nil {
		request.Olds = e.marshal(before.inputs)
	}
	response, err := e.client.Check(e.t.Context(), request)
	if err != nil {
		return nil, nil, err
	}
	var failures []string
	for _, f := range response.GetFailures() {
		failures = append(failures, f.GetProperty()+": "+f.GetReason())
	}
	return e.unmarshal(response.GetInputs()), failures, nil
}

// try checks and creates a resource and returns the error of either.
func (e *engine) try(token, name string, inputs props) error {
	e.t.Helper()
	filled, _ := e.fill(inputs).(props)
	err := e.tryMap(token, name, resource.NewPropertyMapFromMap(filled))
	worded(e.t, err)
	return err
}

func (e *engine) tryMap(token, name string, inputs resource.PropertyMap) error {
	e.t.Helper()
	checked, failures, err := e.check(token, name, inputs)
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("%s", failures)
	}
	response, err := e.client.Create(e.t.Context(), &pulumirpc.CreateRequest{
		Urn: urnOf(token, name), Properties: e.marshal(checked),
	})
	if err != nil {
		return err
	}
	e.made[name] = &made{
		token: token, id: response.GetId(), inputs: checked,
		outputs: e.unmarshal(response.GetProperties()),
	}
	return nil
}

// make creates a resource.
func (e *engine) make(token, name string, inputs props) *made {
	e.t.Helper()
	require.NoError(e.t, e.try(token, name, inputs), "%s %s", token, name)
	return e.made[name]
}

// diff checks new inputs against a resource.
func (e *engine) diff(name string, inputs props) *pulumirpc.DiffResponse {
	e.t.Helper()
	m := e.made[name]
	filled, _ := e.fill(inputs).(props)
	checked, failures, err := e.check(m.token, name, resource.NewPropertyMapFromMap(filled))
	require.NoError(e.t, err)
	require.Empty(e.t, failures)
	response, err := e.client.Diff(e.t.Context(), &pulumirpc.DiffRequest{
		Urn: urnOf(m.token, name), Id: m.id, OldInputs: e.marshal(m.inputs), Olds: e.marshal(m.outputs),
		News: e.marshal(checked),
	})
	require.NoError(e.t, err)
	return response
}

// update changes a resource.
func (e *engine) update(name string, inputs props) error {
	e.t.Helper()
	m := e.made[name]
	filled, _ := e.fill(inputs).(props)
	checked, failures, err := e.check(m.token, name, resource.NewPropertyMapFromMap(filled))
	require.NoError(e.t, err)
	require.Empty(e.t, failures)
	response, err := e.client.Update(e.t.Context(), &pulumirpc.UpdateRequest{
		Urn: urnOf(m.token, name), Id: m.id, OldInputs: e.marshal(m.inputs), Olds: e.marshal(m.outputs),
		News: e.marshal(checked),
	})
	if err != nil {
		worded(e.t, err)
		return err
	}
	m.inputs, m.outputs = checked, e.unmarshal(response.GetProperties())
	return nil
}

// remove deletes a resource.
func (e *engine) remove(name string) error {
	e.t.Helper()
	m := e.made[name]
	_, err := e.client.Delete(e.t.Context(), &pulumirpc.DeleteRequest{
		Urn: urnOf(m.token, name), Id: m.id, Properties: e.marshal(m.outputs),
	})
	worded(e.t, err)
	return err
}

// read reads a resource; id is "" if it is gone.
func (e *engine) read(name string) *made {
	e.t.Helper()
	m := e.made[name]
	response, err := e.client.Read(e.t.Context(), &pulumirpc.ReadRequest{
		Urn: urnOf(m.token, name), Id: m.id, Properties: e.marshal(m.outputs), Inputs: e.marshal(m.inputs),
	})
	require.NoError(e.t, err)
	return &made{
		token: m.token, id: response.GetId(),
		inputs: e.unmarshal(response.GetInputs()), outputs: e.unmarshal(response.GetProperties()),
	}
}

// vpc makes a VPC "vpc" with an internet gateway "igw", the subnets "a" and "b" in two
// zones and the security group "sg".
func (e *engine) vpc() {
	e.t.Helper()
	e.make("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.0.0.0/16"})
	e.make("aws:ec2/internetGateway:InternetGateway", "igw", props{"vpcId": "${vpc.id}"})
	for zone, block := range map[string]string{"a": "10.0.1.0/24", "b": "10.0.2.0/24"} {
		e.make("aws:ec2/subnet:Subnet", zone, props{
			"vpcId": "${vpc.id}", "cidrBlock": block, "availabilityZone": "us-east-1" + zone,
		})
	}
	e.make("aws:ec2/securityGroup:SecurityGroup", "sg", props{"vpcId": "${vpc.id}"})
}

// trust returns the trust policy of a role for a service.
func trust(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service +
		`"},"Action":"sts:AssumeRole"}]}`
}
