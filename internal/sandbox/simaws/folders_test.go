package simaws_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
)

// TestDeliveriesGoIntoTheirFolder lets services into one folder of a bucket: a service that delivers elsewhere
// is refused.
func TestDeliveriesGoIntoTheirFolder(t *testing.T) {
	const channel = "aws:cfg/deliveryChannel:DeliveryChannel"
	for name, deliver := range map[string]func(e *engine, prefix string) error{
		"load balancer": func(e *engine, prefix string) error {
			return e.try(balancer, "x", twoSubnets(props{"accessLogs": optional("prefix", prefix, props{
				"bucket": "${logs.id}", "enabled": true,
			})}))
		},
		"AWS Config": func(e *engine, prefix string) error {
			return e.try(channel, "x", optional("s3KeyPrefix", prefix, props{"s3BucketName": "${logs.id}"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, folder := range []string{"", "web"} {
				for _, prefix := range []string{"", "web", "api"} {
					e := start(t, simaws.Options{}, nil)
					e.vpc()
					e.make(bucket, "logs", nil)
					within := "arn:aws:s3:::" + strings.TrimSuffix("${logs.id}/"+folder, "/") + "/AWSLogs/123456789012/*"
					e.make(bucketPolicy, "bp", props{"bucket": "${logs.id}", "policy": policyOf(
						when("Logs", "logdelivery.elasticloadbalancing.amazonaws.com", `"s3:PutObject"`, within, ""),
						when("Config", "config.amazonaws.com", `"s3:PutObject"`, within, ""),
						when("Look", "config.amazonaws.com", `["s3:GetBucketAcl","s3:ListBucket"]`, "arn:aws:s3:::${logs.id}", ""),
					)})
					e.make("aws:cfg/recorder:Recorder", "rec", props{"roleArn": configRole})
					if err := deliver(e, prefix); folder == prefix {
						require.NoError(t, err, "%q into %q", prefix, folder)
					} else {
						assert.ErrorContains(t, err, "s3:PutObject is refused", "%q into %q", prefix, folder)
					}
				}
			}
		})
	}
}

// optional sets a property that has a value.
func optional(property, value string, inputs props) props {
	if value != "" {
		inputs[property] = value
	}
	return inputs
}

// TestWhatComesAlong: a VPC comes with default resources, which its outputs name. They
// outlive its updates, and are deleted with it.
func TestWhatComesAlong(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	vpc := e.make("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.0.0.0/16"})
	want := map[string]string{}
	for output, token := range map[string]string{
		"defaultSecurityGroupId": "aws:ec2/securityGroup:SecurityGroup", "mainRouteTableId": "aws:ec2/routeTable:RouteTable",
		"defaultNetworkAclId": "aws:ec2/networkAcl:NetworkAcl",
	} {
		want[token] = text(vpc, output)
	}
	assert.Equal(t, text(vpc, "mainRouteTableId"), text(vpc, "defaultRouteTableId"))
	require.NoError(t, e.update("vpc", props{"cidrBlock": "10.0.0.0/16", "tags": props{"a": "b"}}))
	records, err := e.cloud.Records()
	require.NoError(t, err)
	got := map[string]string{}
	for _, record := range records {
		if record.Owner != "" {
			got[record.Token] = record.ID
			assert.Equal(t, vpc.id, record.Outputs["vpcId"].StringValue(), record.Token)
		}
	}
	assert.Equal(t, want, got)
	require.NoError(t, e.remove("vpc"))
	records, err = e.cloud.Records()
	require.NoError(t, err)
	assert.Empty(t, records)
}

func text(m *made, output string) string {
	return m.outputs[resource.PropertyKey(output)].StringValue()
}
