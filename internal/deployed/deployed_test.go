package deployed_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/deployed"
)

// state answers for the engine.
type state struct {
	outputs resource.PropertyMap
	err     error
	asked   []string
}

func (s *state) NewResource(pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", nil, errors.New("reading the state makes no resource")
}

func (s *state) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	s.asked = append(s.asked, args.Token+" "+args.Args["stackName"].StringValue())
	return resource.PropertyMap{"outputs": resource.NewProperty(s.outputs)}, s.err
}

func read(t *testing.T, s *state) (was *deployed.Stack, err error) {
	t.Helper()
	runErr := pulumi.RunErr(func(ctx *pulumi.Context) error {
		was, err = deployed.Read(ctx)
		return nil
	}, pulumi.WithMocks("shop", "prod", s))
	require.NoError(t, runErr)
	return was, err
}

func entry(token string, outputs resource.PropertyMap) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{
		"type": resource.NewProperty(token), "outputs": resource.NewProperty(outputs),
	})
}

func TestReadFindsResourcesByTypeAndName(t *testing.T) {
	t.Parallel()
	const (
		vpc    = "urn:pulumi:prod::shop::web:network:Network$awsx:ec2:Vpc"
		subnet = "aws:ec2/subnet:Subnet"
	)
	s := &state{outputs: resource.PropertyMap{
		vpc + "$aws:ec2/subnet:Subnet::b": entry(subnet, resource.PropertyMap{
			"cidrBlock": resource.NewProperty("10.0.2.0/24"),
		}),
		vpc + "$aws:ec2/subnet:Subnet::a": entry(subnet, resource.PropertyMap{
			"cidrBlock": resource.NewProperty("10.0.1.0/24"),
		}),
		"urn:pulumi:prod::shop::aws:rds/instance:Instance::a": entry("aws:rds/instance:Instance", resource.PropertyMap{
			"port": resource.NewProperty(5432.0), "username": resource.MakeSecret(resource.NewProperty("owner")),
		}),
	}}
	was, err := read(t, s)
	require.NoError(t, err)
	assert.Equal(t, []string{"pulumi:pulumi:readStackResourceOutputs organization/shop/prod"}, s.asked)

	subnets := was.Of(subnet)
	require.Len(t, subnets, 2)
	assert.Equal(t, "a", subnets[0].Name, "sorted by name, not by URN")
	assert.Equal(t, "10.0.2.0/24", subnets[1].Text("cidrBlock"))

	database, ok := was.Find("aws:rds/instance:Instance", "a")
	require.True(t, ok)
	assert.InDelta(t, 5432, database.Number("port"), 0)
	assert.Empty(t, database.Text("port"))
	_, ok = was.Find("aws:rds/instance:Instance", "b")
	assert.False(t, ok)
}

// After a refresh the state has only a hash of a function's code.
func TestCodeWithoutAPlaceIsNotRead(t *testing.T) {
	t.Parallel()
	code := resource.NewProperty(&archive.Archive{Sig: archive.ArchiveSig, Hash: "4f2a"})
	was, err := read(t, &state{outputs: resource.PropertyMap{
		"urn:pulumi:prod::shop::aws:lambda/function:Function::relay": entry("aws:lambda/function:Function",
			resource.PropertyMap{"code": code, "arn": resource.NewProperty("arn:aws:lambda:...")}),
	}})
	require.NoError(t, err)
	relay, ok := was.Find("aws:lambda/function:Function", "relay")
	require.True(t, ok)
	assert.Equal(t, map[string]any{"arn": "arn:aws:lambda:..."}, relay.Outputs)
}

func TestMentioning(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:prod::shop::"
	was, err := read(t, &state{outputs: resource.PropertyMap{
		urn + "aws:ec2/subnet:Subnet::a": entry("aws:ec2/subnet:Subnet", resource.PropertyMap{
			"id": resource.NewProperty("subnet-1"),
		}),
		urn + "aws:lb/loadBalancer:LoadBalancer::a": entry("aws:lb/loadBalancer:LoadBalancer", resource.PropertyMap{
			"subnets": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("subnet-1")}),
		}),
		urn + "aws:lambda/function:Function::a": entry("aws:lambda/function:Function", resource.PropertyMap{
			"vpcConfig": resource.NewProperty(resource.PropertyMap{
				"subnetIds": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("subnet-10")}),
			}),
		}),
		urn + "aws:ecs/service:Service::a": entry("aws:ecs/service:Service", resource.PropertyMap{
			"networkConfiguration": resource.NewProperty(resource.PropertyMap{
				"subnets": resource.NewProperty([]resource.PropertyValue{resource.NewProperty("subnet-1")}),
			}),
		}),
	}})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"aws:ec2/subnet:Subnet", "aws:ecs/service:Service", "aws:lb/loadBalancer:LoadBalancer",
	}, was.Mentioning("subnet-1"))
	assert.Empty(t, was.Mentioning("subnet-2"))
}

func TestANewStackIsEmpty(t *testing.T) {
	t.Parallel()
	was, err := read(t, &state{})
	require.NoError(t, err)
	assert.Empty(t, was.Of("aws:ec2/subnet:Subnet"))
}

func TestStateThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	_, err := read(t, &state{err: errors.New("no such stack")})
	require.ErrorContains(t, err, "read what the stack has deployed: ")
	require.ErrorContains(t, err, "no such stack")
}
