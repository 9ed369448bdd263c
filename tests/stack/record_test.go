package stack_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/stack"
	"aws-webapp/tests/fixtures"
)

const project = "aws-webapp"

// recorded is one resource that the program registered.
type recorded struct {
	typ, name, parent string
	provider          string
	custom            bool
	inputs            resource.PropertyMap
	// dependencies are the keys of what it waits for, by input or by option.
	dependencies []string
	// sources are the keys of what each input comes from.
	sources map[resource.PropertyKey][]string
	// outputs that the recorder answered with.
	outputs resource.PropertyMap
	// request holds the options: Protect, IgnoreChanges, Aliases, ...
	request *pulumirpc.RegisterResourceRequest
}

func (r recorded) key() string { return r.typ + "::" + r.name }

// keyOf shortens a URN to what tells resources of one stack apart.
func keyOf(of string) string {
	return string(urn.URN(of).Type()) + "::" + urn.URN(of).Name()
}

// keysOfURNs are the keys of resources, sorted.
func keysOfURNs(urns []string) []string {
	keys := make([]string, len(urns))
	for i := range urns {
		keys[i] = keyOf(urns[i])
	}
	slices.Sort(keys)
	return keys
}

// recorder stands in for the engine and for AWS: it keeps what is registered and
// answers with outputs of the right shape.
type recorder struct {
	stack string
	// project and file are those of the fixtures unless they are given.
	project, file string
	// deployed is what the stack has deployed before, by URN; see internal/deployed.
	deployed resource.PropertyMap

	mu        sync.Mutex
	resources []recorded
	// outputs of the stack, as the inputs of a resource.
	outputs recorded
}

func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	switch args.TypeToken {
	case routeTableType:
		return args.Name + "-id", args.Inputs, nil
	case subnetType:
		return "subnet-" + args.Name, args.Inputs, nil
	}
	entry := recorded{
		typ: args.TypeToken, name: args.Name, provider: args.Provider, custom: args.Custom, inputs: args.Inputs,
		request: args.RegisterRPC, sources: map[resource.PropertyKey][]string{},
	}
	if parent := entry.request.GetParent(); parent != "" {
		entry.parent = keyOf(parent)
	}
	entry.dependencies = keysOfURNs(entry.request.GetDependencies())
	for input, from := range entry.request.GetPropertyDependencies() {
		entry.sources[resource.PropertyKey(input)] = keysOfURNs(from.GetUrns())
	}
	outputs := outputsOf(r.stack, args)
	entry.outputs = outputs
	r.mu.Lock()
	defer r.mu.Unlock()
	if args.TypeToken == outputsType {
		r.outputs = entry
		return "", nil, nil
	}
	r.resources = append(r.resources, entry)
	return args.Name + "-id", outputs, nil
}

// outputsOf are a resource's inputs and what AWS adds, of the right shape.
func outputsOf(stack string, args pulumi.MockResourceArgs) resource.PropertyMap {
	outputs := args.Inputs.Copy()
	set := func(key, value string) {
		if _, ok := outputs[resource.PropertyKey(key)]; !ok {
			outputs[resource.PropertyKey(key)] = resource.NewProperty(value)
		}
	}
	set("arn", "arn:aws:mock:us-east-1:123456789012:"+args.Name)
	set("name", args.Name)
	switch args.TypeToken {
	case "awsx:ec2:Vpc":
		set("vpcId", "vpc-1")
		outputs["subnets"] = childrenOfVPC(stack, args, subnetType)
		outputs["routeTables"] = childrenOfVPC(stack, args, routeTableType)
	case "aws:ec2/eip:Eip":
		set("allocationId", "eipalloc-"+args.Name)
	case "aws:rds/instance:Instance":
		set("address", "db.example.us-east-1.rds.amazonaws.com")
		set("endpoint", "db.example.us-east-1.rds.amazonaws.com:5432")
		outputs["masterUserSecrets"] = resource.NewProperty([]resource.PropertyValue{
			resource.NewProperty(resource.PropertyMap{
				"secretArn": resource.NewProperty("arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"),
			}),
		})
	case "aws:acm/certificate:Certificate":
		outputs["domainValidationOptions"] = validationOptions(args.Inputs)
	case "aws:lb/loadBalancer:LoadBalancer":
		set("arnSuffix", "app/web/1")
		set("dnsName", "web.us-east-1.elb.amazonaws.com")
		set("zoneId", "Z35SXDOTRQ7X7K")
	case "aws:sqs/queue:Queue":
		set("url", "https://sqs.us-east-1.amazonaws.com/123456789012/"+args.Name)
	case "aws:opensearch/domain:Domain":
		set("endpoint", "vpc-search.us-east-1.es.amazonaws.com")
	case "aws:lb/targetGroup:TargetGroup":
		set("arnSuffix", "targetgroup/"+args.Name+"/1")
	}
	return outputs
}

func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if strings.HasPrefix(args.Token, "aws:") && !strings.Contains(args.Provider, ownProvider) {
		return nil, fmt.Errorf("the program calls %s with provider %q: give it its own", args.Token, args.Provider)
	}
	switch args.Token {
	case "pulumi:pulumi:readStackResourceOutputs":
		return resource.PropertyMap{"outputs": resource.NewProperty(r.deployed)}, nil
	case "aws:index/getCallerIdentity:getCallerIdentity":
		return resource.PropertyMap{"accountId": resource.NewProperty("123456789012")}, nil
	case "aws:index/getPartition:getPartition":
		return resource.PropertyMap{"partition": resource.NewProperty("aws")}, nil
	case "aws:index/getAvailabilityZones:getAvailabilityZones":
		return resource.PropertyMap{"names": stringList("us-east-1c", "us-east-1a", "us-east-1b", "us-east-1d")}, nil
	case "aws:ecs/getService:getService":
		return resource.PropertyMap{"taskDefinition": resource.NewProperty("")}, nil
	}
	return nil, fmt.Errorf("the program calls %s: teach the recorder its answer", args.Token)
}

// validationOptions are the records that ACM asks for, one a name on the certificate.
func validationOptions(inputs resource.PropertyMap) resource.PropertyValue {
	names := []resource.PropertyValue{inputs["domainName"]}
	if others, ok := inputs["subjectAlternativeNames"]; ok {
		names = append(names, others.ArrayValue()...)
	}
	options := make([]resource.PropertyValue, len(names))
	for i, name := range names {
		options[i] = resource.NewProperty(resource.PropertyMap{
			"domainName":          name,
			"resourceRecordName":  resource.NewProperty("_acm." + name.StringValue() + "."),
			"resourceRecordType":  resource.NewProperty("CNAME"),
			"resourceRecordValue": resource.NewProperty("_validated.acm-validations.aws."),
		})
	}
	return resource.NewProperty(options)
}

const (
	// ownProvider is the one that the program makes.
	ownProvider = "::pulumi:providers:aws::aws::"
	// outputsType stands for the stack's outputs, which Pulumi's mocks do not show.
	outputsType    = "test:stack:Outputs"
	routeTableType = "aws:ec2/routeTable:RouteTable"
	subnetType     = "aws:ec2/subnet:Subnet"
)

// mostZones that a stack file may name.
const mostZones = 6

// vpcChildren are what awsx calls subnets and route tables, in its order.
func vpcChildren(vpc string, zones int) []string {
	var names []string
	for zone := range zones {
		for _, tier := range []string{"public", "app", "db"} {
			names = append(names, fmt.Sprintf("%s-%s-%d", vpc, tier, zone+1))
		}
	}
	return names
}

// childrenOfVPC refers to what awsx makes for the VPC, of a type.
func childrenOfVPC(stack string, vpc pulumi.MockResourceArgs, typ tokens.Type) resource.PropertyValue {
	var children []resource.PropertyValue
	for _, name := range vpcChildren(vpc.Name, len(vpc.Inputs["availabilityZoneNames"].ArrayValue())) {
		children = append(children, resource.MakeCustomResourceReference(
			urn.New(tokens.QName(stack), project, "", typ, name), resource.ID(name+"-id"), ""))
	}
	return resource.NewProperty(children)
}

// withSurroundings runs the program after what the VPC's children would be, for its references to
// lead somewhere, and shows the recorder its outputs.
func withSurroundings(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, name := range vpcChildren("network", mostZones) {
			table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{VpcId: pulumi.String("vpc")})
			if err != nil {
				return err
			}
			subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{VpcId: pulumi.String("vpc")})
			if err != nil {
				return err
			}
			// Registration goes on in the background, and references must not overtake it.
			registered := make(chan struct{})
			pulumi.All(table.ID(), subnet.ID()).ApplyT(func(ids []any) []any {
				close(registered)
				return ids
			})
			<-registered
		}
		if err := program(ctx); err != nil {
			return err
		}
		var outputs pulumi.ResourceState
		return ctx.RegisterComponentResourceV2(outputsType, "outputs", pulumi.Map(ctx.GetCurrentExportMap()), &outputs)
	}
}

func stringList(items ...string) resource.PropertyValue {
	values := make([]resource.PropertyValue, len(items))
	for i, item := range items {
		values[i] = resource.NewProperty(item)
	}
	return resource.NewProperty(values)
}

// packagedRoot is a project whose functions have been built: the graph shows neither their
// code nor where it lies.
func packagedRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	packages := filepath.Join(root, "dist", "lambda")
	require.NoError(t, os.MkdirAll(packages, 0o750))
	for _, function := range []string{"deploymenttest", "logshipper", "rotationrelay"} {
		require.NoError(t, os.WriteFile(filepath.Join(packages, function+".zip"), []byte(function), 0o600))
	}
	return root
}

// deploy is what the program makes of a stack's file.
func deploy(t *testing.T, stackName string) []recorded {
	t.Helper()
	return graphOf(t, stackName).resources
}

// deployWith runs the program with other values.
func deployWith(t *testing.T, stackName string, change func(values map[string]string)) []recorded {
	t.Helper()
	resources, err := deployIn(t, packagedRoot(t), stackName, change)
	require.NoError(t, err)
	return resources
}

// replaced is the change that gives keys of the project other values.
func replaced(keys map[string]string) func(map[string]string) {
	return func(values map[string]string) {
		for key, value := range keys {
			values[project+":"+key] = value
		}
	}
}

// deployIn runs the program in a project's folder and returns how that ended.
func deployIn(t *testing.T, root, stackName string, change func(values map[string]string)) ([]recorded, error) {
	t.Helper()
	rec := &recorder{stack: stackName}
	err := rec.run(t, root, change)
	return rec.resources, err
}

// run runs the program with a changed stack file.
func (r *recorder) run(t *testing.T, root string, change func(values map[string]string)) error {
	t.Helper()
	if r.file == "" {
		r.project, r.file = project, fixtures.StackFile(t, r.stack)
	}
	config := fileConfig(t, r.file)
	change(config)
	mocks := pulumi.WithMocks(r.project, r.stack, r)
	return pulumi.RunErr(withSurroundings(stack.Deploy), mocks, func(info *pulumi.RunInfo) {
		info.RootDirectory = root
		info.Config = config
	})
}

// stackConfig is a stack's file as the engine would hand it to the program.
func stackConfig(t *testing.T, stackName string) map[string]string {
	t.Helper()
	return fileConfig(t, fixtures.StackFile(t, stackName))
}

func fileConfig(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var read struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(content, &read))
	values := make(map[string]string, len(read.Config))
	for key, value := range read.Config {
		if text, ok := value.(string); ok {
			values[key] = text
			continue
		}
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		values[key] = string(encoded)
	}
	return values
}
