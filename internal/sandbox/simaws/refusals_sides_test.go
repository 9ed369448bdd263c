package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// TestBothSidesOfRules: what a rule refuses, and what it takes in its place.
func TestBothSidesOfRules(t *testing.T) {
	stage := func(name string, actions ...any) props { return props{"name": name, "actions": actions} }
	action := func(order int, in, out []any) props {
		return props{
			"name": "a", "category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1", "runOrder": order,
			"inputArtifacts": in, "outputArtifacts": out,
		}
	}
	grpc := props{
		"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "GRPC", "healthCheck": props{"matcher": "0"},
	}
	forwards := func(listener, targets string) props {
		return props{
			"listenerArn": "${" + listener + ".arn}",
			"actions":     []any{props{"type": "forward", "targetGroupArn": "${" + targets + ".arn}"}},
			"conditions":  []any{props{"pathPattern": props{"values": []any{"/*"}}}},
		}
	}
	fixed := func(protocol string, port int) props {
		return props{
			"loadBalancerArn": "${lb.arn}", "port": port, "protocol": protocol,
			"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c",
			"defaultActions": []any{props{"type": "fixed-response"}},
		}
	}
	database := props{"engine": "postgres", "instanceClass": "c"}
	rotation := func(function string) props {
		return props{"secretId": "${s.id}", "rotationRules": props{}, "rotationLambdaArn": function}
	}
	lockedKey := props{"policy": policyOf(when("Logs", "logs.us-east-1.amazonaws.com", `"kms:*"`, "*", ""))}
	vendor := func(name string) props {
		acl := aclOf("Group")
		acl["rules"].([]any)[0].(props)["statement"].(props)["managedRuleGroupStatement"].(props)["vendorName"] = name
		return acl
	}
	trail := func(prefix string) props {
		return props{"name": "audit", "s3BucketName": "${b.id}", "s3KeyPrefix": prefix}
	}
	old := props{"rules": []any{props{"noncurrentVersionExpiration": props{"noncurrentDays": 1}}}}
	sender := func(role string) props {
		return props{"role": role, "imageUri": "i", "deadLetterConfig": props{"targetArn": "${q.arn}"}}
	}
	lambda := trust("lambda.amazonaws.com")
	for _, tc := range []struct {
		before          []step
		token           string
		refused, taken  props
		want            string
		refusedNotTaken []step
	}{
		{
			[]step{pipelineRole()},
			pipeline,
			pipelineOf("V2", sourceStage(), stage("B", action(1, nil, []any{"source"}))),
			pipelineOf("V2", sourceStage(), stage("B", action(2, []any{"b"}, nil), action(1, []any{"source"}, []any{"b"}))),
			"Output Artifact Bundle source in action a is not unique",
			nil,
		},
		{
			[]step{
				{balancer, "lb", twoSubnets(nil)},
				{targets, "grpc", grpc},
				{listener, "plain", fixed("HTTP", 80)},
				{listener, "tls", fixed("HTTPS", 443)},
			},
			resourcetypes.ListenerRule, forwards("plain", "grpc"), forwards("tls", "grpc"),
			"Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'", nil,
		},
		{
			[]step{
				{balancer, "lb", twoSubnets(nil)},
				{targets, "http1", props{"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "HTTP1"}},
				{targets, "http2", props{"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "HTTP2"}},
				{listener, "plain", fixed("HTTP", 80)},
			},
			resourcetypes.ListenerRule, forwards("plain", "http2"), forwards("plain", "http1"),
			"Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'HTTP2'", nil,
		},
		{
			[]step{
				{role, "r", props{"assumeRolePolicy": lambda}},
				{function, "f", props{"role": "${r.arn}", "imageUri": "i"}},
				{"aws:secretsmanager/secret:Secret", "s", nil},
			}, resourcetypes.SecretRotation, rotation(""), rotation("${f.arn}"), "No Lambda rotation function ARN", nil,
		},
		{
			nil, key, lockedKey, withProperties(lockedKey, props{"bypassPolicyLockoutSafetyCheck": true}),
			"will not allow you to update the key policy", nil,
		},
		{nil, resourcetypes.WebACL, vendor("AWS"), vendor("Fortinet"), "WAFNonexistentItemException", nil},
		{
			[]step{{bucket, "b", nil}, {bucketPolicy, "bp", props{"bucket": "${b.id}", "policy": policyOf(
				when("Check", "cloudtrail.amazonaws.com", `"s3:GetBucketAcl"`, "arn:aws:s3:::${b.id}", ""),
				when("Write", "cloudtrail.amazonaws.com", `"s3:PutObject"`, "arn:aws:s3:::${b.id}/p/AWSLogs/123456789012/*", ""),
			)}}}, auditTrail, trail(""), trail("p"), "s3:PutObject is refused", nil,
		},
		{
			[]step{
				{bucket, "b", nil},
				{bucket, "versioned", nil},
				{resourcetypes.BucketVersioning, "v", props{
					"bucket": "${versioned.id}", "versioningConfiguration": props{"status": "Enabled"},
				}},
			},
			resourcetypes.BucketLifecycle, withProperties(old, props{"bucket": "${b.id}"}),
			withProperties(old, props{"bucket": "${versioned.id}"}), "versioning is not enabled", nil,
		},
		{
			[]step{
				{resourcetypes.Queue, "q", nil},
				{role, "mute", props{"assumeRolePolicy": lambda}},
				{role, "r", props{"assumeRolePolicy": lambda}},
				{rolePolicy, "rp", props{
					"role": "${r.name}", "policy": policyOf(when("Send", "", `"sqs:SendMessage"`, "${q.arn}", "")),
				}},
			},
			function, sender("${mute.arn}"), sender("${r.arn}"),
			"does not have permissions to call SendMessage on SQS", nil,
		},
		{
			nil, resourcetypes.SecurityStandard,
			props{"standardsArn": "s"},
			props{"standardsArn": "s"},
			"Account 123456789012 is not subscribed to AWS Security Hub",
			[]step{{resourcetypes.SecurityHub, "hub", nil}},
		},
		{
			[]step{{resourcetypes.ConfigRecorder, "rec", props{"roleArn": configRole}}},
			resourcetypes.ConfigRecorderStatus,
			props{"name": "${rec.name}", "isEnabled": true},
			props{"name": "${rec.name}", "isEnabled": true},
			"Delivery channel is not available",
			[]step{{resourcetypes.ConfigDeliveryChannel, "channel", props{"s3BucketName": "theirs"}}},
		},
	} {
		e := start(t, simaws.Options{}, nil)
		e.vpc()
		for _, s := range tc.before {
			e.make(s.token, s.name, s.inputs)
		}
		assert.ErrorContains(t, e.try(tc.token, "x", tc.refused), tc.want)
		for _, s := range tc.refusedNotTaken {
			e.make(s.token, s.name, s.inputs)
		}
		assert.NoError(t, e.try(tc.token, "y", tc.taken), tc.want)
	}
	e := start(t, simaws.Options{}, nil)
	for name, more := range map[string]props{
		"kept": {"skipFinalSnapshot": false}, "skipped": {"skipFinalSnapshot": true},
		"named": {"finalSnapshotIdentifier": "last"},
	} {
		e.make(resourcetypes.DBInstance, name, withProperties(database, more))
	}
	require.ErrorContains(t, e.remove("kept"), "FinalDBSnapshotIdentifier is required")
	require.NoError(t, e.remove("skipped"))
	require.NoError(t, e.remove("named"))
}

// TestWhatIsGoneIsMissed: a key and a provider of identities that the stack has deleted; those of others are there.
func TestWhatIsGoneIsMissed(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(key, "k", nil)
	gone := e.made["k"].outputs["arn"].StringValue()
	require.NoError(t, e.remove("k"))
	require.ErrorContains(t, e.try(group, "g", props{"kmsKeyId": gone}), "does not exist")
	require.NoError(t, e.try(group, "g", props{"kmsKeyId": "arn:aws:kms:us-east-1:999999999999:key/k"}))

	e.make(resourcetypes.OIDCProvider, "o", props{"url": "https://id.example.com", "clientIdLists": []any{"sts"}})
	federated := func(arn string) props {
		return props{"assumeRolePolicy": policyOf(`{"Effect":"Allow","Principal":{"Federated":"` + arn +
			`"},"Action":"sts:AssumeRoleWithWebIdentity"}`)}
	}
	ours := e.made["o"].outputs["arn"].StringValue()
	require.NoError(t, e.try(role, "a", federated(ours)))
	require.NoError(t, e.remove("o"))
	require.ErrorContains(t, e.try(role, "b", federated(ours)), `Invalid principal in policy: "Federated":"`+ours+`"`)
	require.NoError(t, e.try(role, "c", federated(ours+".other")), "that of another stack")
}

// TestPrioritiesFollow: the provider takes the next one of the listener.
func TestPrioritiesFollow(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	e.make(balancer, "lb", twoSubnets(nil))
	for port, name := range []string{"one", "two"} {
		e.make(listener, name, props{
			"loadBalancerArn": "${lb.arn}", "port": port + 80, "protocol": "HTTP",
			"defaultActions": []any{props{"type": "fixed-response"}},
		})
	}
	for i, tc := range []struct {
		listener string
		given    any
		want     float64
	}{{"one", nil, 1}, {"one", 7, 7}, {"one", nil, 8}, {"two", nil, 1}} {
		rule := props{
			"listenerArn": "${" + tc.listener + ".arn}", "actions": []any{props{"type": "fixed-response"}},
			"conditions": []any{props{"pathPattern": props{"values": []any{"/*"}}}},
		}
		if tc.given != nil {
			rule["priority"] = tc.given
		}
		name := string(rune('a' + i))
		assert.InDelta(t, tc.want, e.make(resourcetypes.ListenerRule, name, rule).outputs["priority"].NumberValue(), 0)
		require.NoError(t, e.update(name, withProperties(rule, props{"tags": props{"a": "b"}})))
		assert.InDelta(t, tc.want, e.made[name].outputs["priority"].NumberValue(), 0, "it keeps its own")
	}
}
