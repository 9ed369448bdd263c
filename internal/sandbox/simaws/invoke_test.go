package simaws_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/sdksource"
)

func (e *engine) invoke(token string, args props) (resource.PropertyMap, error) {
	e.t.Helper()
	filled, _ := e.fill(args).(props)
	response, err := e.client.Invoke(e.t.Context(), &pulumirpc.InvokeRequest{
		Tok: token, Args: e.marshal(resource.NewPropertyMapFromMap(filled)),
	})
	if err != nil {
		return nil, err
	}
	return e.unmarshal(response.GetReturn()), nil
}

// questions has arguments for every function that it can answer.
var questions = map[string]props{
	"aws:ecs/getService:getService": {"serviceName": "web", "clusterArn": "${cluster.arn}"},
}

// notAsked are arguments that an answer repeats only where they are given.
var notAsked = map[string]bool{
	"allAvailabilityZones": true, "excludeNames": true, "excludeZoneIds": true, "filters": true, "state": true,
	"taskDefinition": true, // of a service that has one
}

// TestAnswersAreTheSDKs proves that every function exists in the SDK and that it answers
// with the properties of the SDK's result, all of them.
func TestAnswersAreTheSDKs(t *testing.T) {
	for _, token := range simaws.FunctionTokens() {
		t.Run(token, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.make(cluster, "cluster", props{"name": "c"})
			e.make(service, "service", props{
				"name": "web", "cluster": "${cluster.arn}", "desiredCount": 2,
			})
			sdk, err := sdksource.ReadFunction(token)
			require.NoError(t, err)
			require.Equal(t, token, sdk.Token)
			require.NotEmpty(t, sdk.Result)
			got, err := e.invoke(token, questions[token])
			require.NoError(t, err)
			for name := range got {
				assert.Contains(t, sdk.Result, string(name))
			}
			for name := range sdk.Result {
				_, answered := got[resource.PropertyKey(name)]
				assert.True(t, answered || notAsked[name], name)
			}
			assert.NotEmpty(t, got["id"].StringValue())
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name, token string
		args        props
		property    string
		want        any
	}{
		{"account", "aws:index/getCallerIdentity:getCallerIdentity", nil, "accountId", "123456789012"},
		{"partition", "aws:index/getPartition:getPartition", nil, "partition", "aws"},
		{
			"zones", "aws:index/getAvailabilityZones:getAvailabilityZones",
			props{"state": "available", "filters": []any{
				props{"name": "opt-in-status", "values": []any{"opt-in-not-required"}},
			}},
			"names",
			[]any{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"},
		},
		{
			"one zone", "aws:index/getAvailabilityZones:getAvailabilityZones",
			props{"filters": []any{props{"name": "zone-name", "values": []any{"us-east-1b"}}}},
			"zoneIds",
			[]any{"use1-az2"},
		},
		{
			"fewer zones", "aws:index/getAvailabilityZones:getAvailabilityZones",
			props{"excludeNames": []any{"us-east-1a", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"}},
			"names",
			[]any{"us-east-1b"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			got, err := e.invoke(tc.token, tc.args)
			require.NoError(t, err)
			assert.Equal(t, tc.want, got[resource.PropertyKey(tc.property)].Mappable())
		})
	}
}

// TestZonesAreFiltered: EC2 API reference, DescribeAvailabilityZones. A filter that the simulation lacks keeps all.
func TestZonesAreFiltered(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	zones := func(args props) int {
		got, err := e.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", args)
		require.NoError(t, err)
		return len(got["names"].ArrayValue())
	}
	filter := func(name, value string) props {
		return props{"filters": []any{props{"name": name, "values": []any{value}}}}
	}
	for name, value := range map[string]string{
		"region-name": "us-east-1", "group-name": "us-east-1", "opt-in-status": "opt-in-not-required",
		"zone-type": "availability-zone", "state": "available",
	} {
		assert.Equal(t, 6, zones(filter(name, value)), name)
		assert.Zero(t, zones(filter(name, "x")), name)
	}
	assert.Equal(t, 1, zones(filter("zone-id", "use1-az2")))
	assert.Equal(t, 6, zones(filter("message", "x")))
	assert.Equal(t, 5, zones(props{"excludeZoneIds": []any{"use1-az2"}}))
}

// TestServiceOfItsCluster: services of two clusters may have one name.
func TestServiceOfItsCluster(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	for i, name := range []string{"one", "two"} {
		e.make(cluster, name, props{"name": name})
		e.make(service, name+"-web", props{"name": "web", "cluster": "${" + name + ".arn}", "desiredCount": i + 1})
	}
	e.make(service, "other", props{"name": "other", "cluster": "${two.arn}", "desiredCount": 3})
	for i, name := range []string{"one", "two"} {
		got, err := e.invoke("aws:ecs/getService:getService", props{
			"serviceName": "web", "clusterArn": "${" + name + ".arn}",
		})
		require.NoError(t, err)
		assert.InDelta(t, i+1, got["desiredCount"].NumberValue(), 0)
		assert.Equal(t, e.made[name].id, got["clusterArn"].StringValue())
		assert.Equal(t, e.made[name+"-web"].id, got["arn"].StringValue())
	}
	_, err := e.invoke("aws:ecs/getService:getService", props{"serviceName": "other", "clusterArn": "${one.arn}"})
	require.ErrorContains(t, err, "api error ServiceNotFoundException: The service other was not found.")
}

// TestPartitions: AWS General Reference, and the provider's data source of the partition.
func TestPartitions(t *testing.T) {
	for region, want := range map[string][3]string{
		"us-east-1":     {"aws", "amazonaws.com", "com.amazonaws"},
		"cn-north-1":    {"aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"},
		"us-gov-west-1": {"aws-us-gov", "amazonaws.com", "com.amazonaws"},
	} {
		e := start(t, simaws.Options{}, props{"region": region})
		got, err := e.invoke("aws:index/getPartition:getPartition", nil)
		require.NoError(t, err)
		assert.Equal(t, props{
			"id": want[0], "partition": want[0], "dnsSuffix": want[1], "reverseDnsPrefix": want[2],
		}, got.Mappable())
		got, err = e.invoke("aws:index/getCallerIdentity:getCallerIdentity", nil)
		require.NoError(t, err)
		assert.Regexp(t, `^arn:`+want[0]+`:sts::123456789012:assumed-role/\w+/\w+$`, got["arn"].StringValue())
		assert.Regexp(t, `^AROA[A-Z0-9]{17}:\w+$`, got["userId"].StringValue())
	}
}

func TestRefusedQuestions(t *testing.T) {
	for _, tc := range []struct {
		name, token string
		args        props
		want        string
	}{
		{
			"unknown function", "aws:ec2/getAmi:getAmi", nil,
			"add it to the table of functions in internal/sandbox/simaws/invoke.go",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			_, err := e.invoke(tc.token, tc.args)
			require.ErrorContains(t, err, tc.want)
		})
	}
}
