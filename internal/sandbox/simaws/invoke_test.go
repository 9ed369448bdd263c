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

// questions asks every function something that it can answer.
var questions = map[string]props{
	"aws:index/getServicePrincipal:getServicePrincipal": {"serviceName": "s3"},
	"aws:ec2/getManagedPrefixList:getManagedPrefixList": {"name": "com.amazonaws.us-east-1.s3"},
	"aws:route53/getZone:getZone":                       {"name": "example.com"},
	"aws:rds/getEngineVersion:getEngineVersion":         {"engine": "postgres", "version": "16"},
	"aws:ecr/getImage:getImage":                         {"repositoryName": "web", "imageTag": "v1"},
	"aws:ecr/getRepository:getRepository":               {"name": "web"},
	"aws:ecs/getService:getService":                     {"serviceName": "web", "clusterArn": "${cluster.arn}"},
	"aws:kms/getAlias:getAlias":                         {"name": "alias/aws/s3"},
	"aws:kms/getKey:getKey":                             {"keyId": "${key.arn}"},
	"aws:acm/getCertificate:getCertificate":             {"domain": "example.com"},
	"aws:iam/getPolicyDocument:getPolicyDocument":       {"statements": []any{props{"actions": []any{"s3:*"}}}},
	"aws:iam/getRole:getRole":                           {"name": "${role.name}"},
	"aws:sns/getTopic:getTopic":                         {"name": "${topic.name}"},
}

// TestAnswersAreTheSDKs proves that every function exists in the SDK and that it answers
// with the properties of the SDK's result.
func TestAnswersAreTheSDKs(t *testing.T) {
	for _, token := range simaws.FunctionTokens() {
		t.Run(token, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.make(key, "key", nil)
			e.make(role, "role", props{"assumeRolePolicy": "{}"})
			e.make("aws:sns/topic:Topic", "topic", nil)
			e.make(cluster, "cluster", props{"name": "c"})
			e.make(service, "service", props{"name": "web", "cluster": "${cluster.arn}"})
			sdk, err := sdksource.ReadFunction(token)
			require.NoError(t, err)
			require.Equal(t, token, sdk.Token)
			require.NotEmpty(t, sdk.Result)
			got, err := e.invoke(token, questions[token])
			require.NoError(t, err)
			for name := range got {
				assert.Contains(t, sdk.Result, string(name))
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
		{"region", "aws:index/getRegion:getRegion", nil, "name", "us-east-1"},
		{"partition", "aws:index/getPartition:getPartition", nil, "partition", "aws"},
		{
			"zones", "aws:index/getAvailabilityZones:getAvailabilityZones",
			props{"state": "available", "filters": []any{props{"name": "opt-in-status", "values": []any{"opt-in-not-required"}}}},
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
		{"load balancer logs", "aws:elb/getServiceAccount:getServiceAccount", nil, "arn", "arn:aws:iam::127311923021:root"},
		{"existing zone", "aws:route53/getZone:getZone", props{"name": "own.example.com"}, "name", "own.example.com"},
		{"engine", "aws:rds/getEngineVersion:getEngineVersion", props{"engine": "postgres", "version": "16"}, "parameterGroupFamily", "postgres16"},
		{"tags", "aws:index/getDefaultTags:getDefaultTags", nil, "tags", props{"owner": "web"}},
		{"policy", "aws:iam/getPolicyDocument:getPolicyDocument", props{"statements": []any{props{
			"sid": "Read", "actions": []any{"s3:GetObject", "s3:ListBucket"}, "resources": []any{"arn:x"},
			"principals": []any{props{"type": "Service", "identifiers": []any{"a.amazonaws.com"}}},
			"conditions": []any{props{"test": "StringEquals", "variable": "aws:x", "values": []any{"1"}}},
		}}}, "minifiedJson", `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],` +
			`"Resource":"arn:x","Principal":{"Service":"a.amazonaws.com"},"Condition":{"StringEquals":{"aws:x":"1"}}}]}`},
		{
			"policy for all", "aws:iam/getPolicyDocument:getPolicyDocument",
			props{"statements": []any{props{
				"effect":     "Deny",
				"principals": []any{props{"type": "*", "identifiers": []any{"*"}}},
			}}},
			"minifiedJson",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*"}]}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, props{"defaultTags": props{"tags": props{"owner": "web"}}})
			got, err := e.invoke(tc.token, tc.args)
			require.NoError(t, err)
			assert.Equal(t, tc.want, got[resource.PropertyKey(tc.property)].Mappable())
		})
	}
}

func TestZoneOfTheStack(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	zone := e.make("aws:route53/zone:Zone", "z", props{"name": "example.com"})
	got, err := e.invoke("aws:route53/getZone:getZone", props{"name": "example.com."})
	require.NoError(t, err)
	assert.Equal(t, zone.id, got["zoneId"].StringValue())
}

func TestRefusedQuestions(t *testing.T) {
	for _, tc := range []struct {
		name, token string
		args        props
		want        string
	}{
		{"unknown function", "aws:ec2/getAmi:getAmi", nil, "add it to the table of functions in internal/sandbox/simaws/invoke.go"},
		{"missing alias", "aws:kms/getAlias:getAlias", props{"name": "alias/mine"}, "NotFoundException: Alias arn:aws:kms"},
		{"missing key", "aws:kms/getKey:getKey", props{"keyId": "k"}, "Key 'k' does not exist"},
		{"missing role", "aws:iam/getRole:getRole", props{"name": "r"}, "NoSuchEntity"},
		{"missing topic", "aws:sns/getTopic:getTopic", props{"name": "t"}, "no SNS topic is named t"},
		{"missing prefix list", "aws:ec2/getManagedPrefixList:getManagedPrefixList", props{"name": "x"}, "InvalidPrefixListID.NotFound"},
		{"nameless zone", "aws:route53/getZone:getZone", nil, "one of name and zoneId must be set"},
		{"young region", "aws:elb/getServiceAccount:getServiceAccount", props{"region": "il-central-1"}, "name the service"},
		{"merged policies", "aws:iam/getPolicyDocument:getPolicyDocument", props{"sourceJson": "{}"}, `"sourceJson" is not supported`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			_, err := e.invoke(tc.token, tc.args)
			require.ErrorContains(t, err, tc.want)
		})
	}
}
