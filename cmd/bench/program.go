package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/stack"
)

// echo answers the program at once: with the inputs, and made-up outputs where the program
// needs them.
type echo struct {
	project   string
	stack     string
	resources atomic.Int64
}

func (e *echo) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	e.resources.Add(1)
	outputs := args.Inputs.Copy()
	for _, key := range []resource.PropertyKey{"arn", "name"} {
		if _, given := outputs[key]; !given {
			outputs[key] = resource.NewProperty("arn:aws:mock:us-east-1:123456789012:" + args.Name)
		}
	}
	switch args.TypeToken {
	case "awsx:ec2:Vpc":
		outputs["vpcId"] = resource.NewProperty("vpc-1")
		outputs["subnets"] = childrenOfVPC(e.project, e.stack, "aws:ec2/subnet:Subnet")
		outputs["routeTables"] = childrenOfVPC(e.project, e.stack, "aws:ec2/routeTable:RouteTable")
	case "aws:rds/instance:Instance":
		outputs["address"] = resource.NewProperty("db.example.us-east-1.rds.amazonaws.com")
		outputs["masterUserSecrets"] = resource.NewProperty([]resource.PropertyValue{
			resource.NewProperty(resource.PropertyMap{"secretArn": resource.NewProperty("arn:aws:secretsmanager:us-east-1:123456789012:secret:db")}),
		})
	case "aws:acm/certificate:Certificate":
		outputs["domainValidationOptions"] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty(resource.PropertyMap{
			"domainName":          args.Inputs["domainName"],
			"resourceRecordName":  resource.NewProperty("_acm.example.com."),
			"resourceRecordType":  resource.NewProperty("CNAME"),
			"resourceRecordValue": resource.NewProperty("_validated.acm-validations.aws."),
		})})
	case "aws:lb/loadBalancer:LoadBalancer":
		outputs["dnsName"] = resource.NewProperty("web.us-east-1.elb.amazonaws.com")
		outputs["zoneId"] = resource.NewProperty("Z35SXDOTRQ7X7K")
		outputs["arnSuffix"] = resource.NewProperty("app/web/1")
	case "aws:lb/targetGroup:TargetGroup":
		outputs["arnSuffix"] = resource.NewProperty("targetgroup/web/1")
	}
	return args.Name + "-id", outputs, nil
}

// vpcChildren are what awsx calls subnets and route tables, in its order.
func vpcChildren() []string {
	const zones = 3
	var names []string
	for zone := range zones {
		for _, tier := range []string{"public", "app", "db"} {
			names = append(names, fmt.Sprintf("network-%s-%d", tier, zone+1))
		}
	}
	return names
}

// childrenOfVPC refers to what awsx makes for the VPC, of a type.
func childrenOfVPC(project, stackName string, typ tokens.Type) resource.PropertyValue {
	var children []resource.PropertyValue
	for _, name := range vpcChildren() {
		children = append(children, resource.MakeCustomResourceReference(
			urn.New(tokens.QName(stackName), tokens.PackageName(project), "", typ, name), resource.ID(name+"-id"), ""))
	}
	return resource.NewProperty(children)
}

// withVPCChildren runs the program after what the VPC's references lead to.
func withVPCChildren(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, name := range vpcChildren() {
			if _, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{VpcId: pulumi.String("vpc-1")}); err != nil {
				return err
			}
			if _, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{VpcId: pulumi.String("vpc-1")}); err != nil {
				return err
			}
		}
		return program(ctx)
	}
}

func (e *echo) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{
		"accountId": resource.NewProperty("123456789012"),
		"partition": resource.NewProperty("aws"),
		"names":     texts("us-east-1a", "us-east-1b", "us-east-1c"),
	}, nil
}

func texts(items ...string) resource.PropertyValue {
	values := make([]resource.PropertyValue, len(items))
	for i, item := range items {
		values[i] = resource.NewProperty(item)
	}
	return resource.NewProperty(values)
}

// program measures the program without an engine.
func (b *bench) program(_ context.Context, r *report) error {
	project, err := workspace.LoadProject(filepath.Join(b.project, "Pulumi.yaml"))
	if err != nil {
		return err
	}
	for _, name := range []string{"staging", "prod"} {
		config, err := stackConfig(b.project, name)
		if err != nil {
			return err
		}
		root, err := filepath.Abs(b.project)
		if err != nil {
			return err
		}
		var samples []sample
		for range 4 * b.repeat {
			mocks := &echo{project: string(project.Name), stack: name}
			started := time.Now()
			program := withVPCChildren(stack.Deploy)
			err := pulumi.RunErr(program, pulumi.WithMocks(mocks.project, name, mocks), func(info *pulumi.RunInfo) {
				info.Config, info.RootDirectory = config, root
			})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			samples = append(samples, sample{wall: time.Since(started), resources: int(mocks.resources.Load())})
		}
		r.programs = append(r.programs, row{name, samples})
	}
	return nil
}

// stackConfig reads a stack file as the engine would hand it to the program.
func stackConfig(root, name string) (map[string]string, error) {
	content, err := os.ReadFile(filepath.Join(root, "Pulumi."+name+".yaml")) //nolint:gosec // a stack file of the project
	if err != nil {
		return nil, err
	}
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, err
	}
	values := make(map[string]string, len(file.Config))
	for key, value := range file.Config {
		if text, ok := value.(string); ok {
			values[key] = text
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		values[key] = string(encoded)
	}
	return values, nil
}
