package simaws_test

import (
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

const providerURN = "urn:pulumi:dev::project::pulumi:providers:aws::aws"

func TestPartitionsByRegion(t *testing.T) {
	for region, partition := range map[string]string{
		"eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov",
	} {
		e := start(t, simaws.Options{}, props{"region": region})
		arn := e.make("aws:sqs/queue:Queue", "q", nil).outputs["arn"].StringValue()
		assert.Regexp(t, "^arn:"+partition+":sqs:"+region+":", arn)
	}
}

func TestAccounts(t *testing.T) {
	for _, tc := range []struct {
		name    string
		account string
		config  props
		want    string
		refused string
	}{
		{
			name: "the first allowed one", config: props{"allowedAccountIds": []any{"111122223333", "444455556666"}},
			want: "111122223333",
		},
		{name: "as SDKs send it", config: props{"allowedAccountIds": `["111122223333"]`}, want: "111122223333"},
		{name: "any", want: simaws.DefaultAccount},
		{
			name: "given and allowed", account: "444455556666", config: props{"allowedAccountIds": []any{"444455556666"}},
			want: "444455556666",
		},
		{
			name: "given and not allowed", account: "999999999999", config: props{"allowedAccountIds": []any{"111122223333"}},
			refused: "AWS account ID not allowed: 999999999999 (the stack allows 111122223333)",
		},
		{
			name: "forbidden", account: "999999999999", config: props{"forbiddenAccountIds": []any{"999999999999"}},
			refused: "AWS account ID not allowed: 999999999999 (the stack forbids it)",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			c, err := cloud.Open(filepath.Join(t.TempDir(), "c"))
			require.NoError(t, err)
			provider, err := simaws.Start(simaws.Options{Cloud: c, Account: tc.account})
			require.NoError(t, err)
			defer provider.Close() //nolint:errcheck // the test is over
			e.port = provider.Port()
			e.client = e.connect()
			_, err = e.configure(e.client, tc.config)
			if tc.refused != "" {
				require.ErrorContains(t, err, tc.refused)
				return
			}
			require.NoError(t, err)
			queue := e.make("aws:sqs/queue:Queue", "q", nil)
			assert.Contains(t, queue.outputs["arn"].StringValue(), ":"+tc.want+":")
		})
	}
}

func TestAccountOfACloudStays(t *testing.T) {
	e := start(t, simaws.Options{}, props{"allowedAccountIds": []any{"111122223333"}})
	_, err := e.configure(e.connect(), props{"allowedAccountIds": []any{"444455556666"}})
	require.ErrorContains(t, err, "AWS account ID not allowed: 111122223333")
}

func TestAnAccountIsWrittenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cloud.jsonl")
	c, err := cloud.Open(path)
	require.NoError(t, err)
	e := start(t, simaws.Options{Cloud: c, Account: "111122223333"}, nil)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = e.configure(e.connect(), nil)
	require.NoError(t, err)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotEmpty(t, before)
	assert.Equal(t, string(before), string(after))
}

func TestEveryConnectionIsAProviderOfItsOwn(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	west := *e
	west.client = e.connect()
	_, err := west.configure(west.client,
		props{"region": "eu-west-1", "defaultTags": props{"tags": props{"where": "west"}}})
	require.NoError(t, err)
	here, there := e.make("aws:sqs/queue:Queue", "here", nil), west.make("aws:sqs/queue:Queue", "there", nil)
	assert.Contains(t, here.outputs["arn"].StringValue(), ":us-east-1:")
	assert.Contains(t, there.outputs["arn"].StringValue(), ":eu-west-1:")
	assert.NotContains(t, here.outputs, resource.PropertyKey("tags"))
	assert.Contains(t, there.outputs, resource.PropertyKey("tags"))
}

func TestCheckConfig(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	for _, tc := range []struct {
		name   string
		config props
		want   string
	}{
		{"good", props{"region": "ap-southeast-2", "allowedAccountIds": []any{"111122223333"}}, ""},
		{"no region", props{}, "missing region"},
		{"bad region", props{"region": "us-east-1a"}, `"us-east-1a" is no AWS region`},
		{"bad account", props{"region": "us-east-1", "allowedAccountIds": []any{"1234"}}, `"1234" is no AWS account id`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response, err := e.client.CheckConfig(t.Context(), &pulumirpc.CheckRequest{
				Urn: providerURN, News: e.marshal(resource.NewPropertyMapFromMap(tc.config)),
			})
			require.NoError(t, err)
			reasons := ""
			for _, f := range response.GetFailures() {
				reasons += f.GetReason()
			}
			assert.Equal(t, tc.want == "", reasons == "", reasons)
			assert.Contains(t, reasons, tc.want)
		})
	}
}

func TestDiffConfig(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	diff := func(olds, news props) *pulumirpc.DiffResponse {
		response, err := e.client.DiffConfig(t.Context(), &pulumirpc.DiffRequest{
			Urn: providerURN, OldInputs: e.marshal(resource.NewPropertyMapFromMap(olds)),
			News: e.marshal(resource.NewPropertyMapFromMap(news)),
		})
		require.NoError(t, err)
		return response
	}
	same := diff(props{"region": "us-east-1"}, props{"region": "us-east-1"})
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, same.GetChanges())
	tags := diff(props{"region": "us-east-1"}, props{"region": "us-east-1", "maxRetries": 3})
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_SOME, tags.GetChanges())
	assert.Empty(t, tags.GetReplaces())
	moved := diff(props{"region": "us-east-1"}, props{"region": "us-east-2"})
	assert.Equal(t, []string{"region"}, moved.GetReplaces())
}
