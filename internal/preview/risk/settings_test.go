package risk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/preview/eventlog"
)

func TestExposure(t *testing.T) {
	const (
		database = "aws:rds/instance:Instance"
		block    = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
		balancer = "aws:lb/loadBalancer:LoadBalancer"
		url      = "aws:lambda/functionUrl:FunctionUrl"
	)
	closed := props{
		"bucket": "b", "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		"restrictPublicBuckets": true,
	}
	for name, tc := range map[string]struct {
		steps []eventlog.Step
		want  []string
	}{
		"database": {[]eventlog.Step{step(eventlog.OpUpdate, database, "a", props{},
			props{"publiclyAccessible": true})}, []string{"exposure critical: it gets a public address " +
			"(publiclyAccessible: true)"}},
		"database that was public": {[]eventlog.Step{step(eventlog.OpUpdate, database, "a",
			props{"publiclyAccessible": true}, props{"publiclyAccessible": true})}, []string{}},
		"database, perhaps": {[]eventlog.Step{step(eventlog.OpUpdate, database, "a", props{},
			props{"publiclyAccessible": unknown})}, []string{"? unknown low: known only after the deployment: " +
			"publiclyAccessible: perhaps it gets a public address"}},
		"block with a hole": {
			[]eventlog.Step{step(eventlog.OpUpdate, block, "a", closed, with(closed, "blockPublicPolicy", false))},
			[]string{"exposure critical: the bucket may be made public (blockPublicPolicy: false)"},
		},
		"block without a setting": {
			[]eventlog.Step{
				step(eventlog.OpCreate, block, "a", nil, props{
					"blockPublicAcls": true, "blockPublicPolicy": true,
					"ignorePublicAcls": true,
				}),
			}, []string{"exposure critical: the bucket may be made public (no restrictPublicBuckets)"},
		},
		"block removed": {
			[]eventlog.Step{step(eventlog.OpDelete, block, "a", closed, nil)},
			[]string{"exposure critical: is deleted: the bucket may be made public"},
		},
		"block removed with bucket": {
			[]eventlog.Step{step(eventlog.OpDelete, block, "a", closed, nil), step(eventlog.OpDelete, "aws:s3/bucketV2:BucketV2",
				"b", props{"id": "b"}, nil)},
			[]string{"data-loss critical: is deleted: with it goes the bucket's objects and their versions; AWS refuses " +
				"unless it is empty"},
		},
		"balancer turned around": {
			[]eventlog.Step{step(eventlog.OpReplace, balancer, "a", props{"internal": true}, props{"internal": false})},
			[]string{"exposure high: the load balancer faces the internet (internal: false)"},
		},
		"new balancer": {
			[]eventlog.Step{step(eventlog.OpCreate, balancer, "a", nil, props{})},
			[]string{"exposure medium: the load balancer faces the internet (no internal)"},
		},
		"internal balancer": {
			[]eventlog.Step{step(eventlog.OpCreate, balancer, "a", nil, props{"internal": true})},
			[]string{},
		},
		"function URL": {
			[]eventlog.Step{step(eventlog.OpCreate, url, "a", nil, props{"authorizationType": "NONE"})},
			[]string{"exposure critical: everybody who knows the URL may call the function (authorizationType: NONE)"},
		},
		"function URL with IAM": {
			[]eventlog.Step{step(eventlog.OpCreate, url, "a", nil, props{"authorizationType": "AWS_IAM"})}, []string{},
		},
		"domain out of the VPC": {
			[]eventlog.Step{
				step(eventlog.OpReplace, "aws:opensearch/domain:Domain", "a", props{"vpcOptions": props{"subnetIds": []any{"s"}}},
					props{}),
			}, []string{
				"data-loss critical: is replaced: the new one starts empty, with the old one goes the domain's indices: logs " +
					"that were shipped to it can no longer be searched",
				"exposure critical: the domain's endpoint is on the internet (no vpcOptions)",
			},
		},
		"tasks": {
			[]eventlog.Step{
				step(eventlog.OpUpdate, "aws:ecs/service:Service", "a", props{},
					props{"networkConfiguration": props{"assignPublicIp": true}}),
			}, []string{"exposure high: tasks get public addresses (assignPublicIp: true)"},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, findings(t, tc.steps...)) })
	}
}

func TestProtection(t *testing.T) {
	const database, trail = "aws:rds/instance:Instance", "aws:cloudtrail/trail:Trail"
	change := func(token string, old, now props) []string {
		return findings(t, step(eventlog.OpUpdate, token, "a", old, now))
	}
	unprotected := step(eventlog.OpUpdate, "aws:a/a:A", "a", props{}, props{})
	unprotected.Unprotected = true
	assert.Equal(t, []string{"protection high: protect is removed: the next deployment may delete or replace it"},
		findings(t, unprotected))
	assert.Equal(t, []string{
		"protection high: deletionProtection: true → false: AWS no longer refuses to delete it",
		"protection high: skipFinalSnapshot: nothing → true: no final snapshot is taken when it is deleted",
		"protection high: backupRetentionPeriod: 14 → 7: older backups are deleted",
		"protection medium: multiAz: true → nothing: the outage of a zone takes the database down",
	}, change(database, props{"deletionProtection": true, "backupRetentionPeriod": 14, "multiAz": true},
		props{"skipFinalSnapshot": true, "deletionProtection": false, "backupRetentionPeriod": 7}))
	assert.Empty(t, change(database, props{"backupRetentionPeriod": 7},
		props{"backupRetentionPeriod": 14, "deletionProtection": true}))
	assert.Equal(t, []string{"? unknown low: known only after the deployment: backupRetentionPeriod: perhaps older " +
		"backups are deleted"},
		change(database, props{"backupRetentionPeriod": 7}, props{"backupRetentionPeriod": unknown}))
	assert.Equal(t, []string{"protection critical: enableLogging: true → false: API calls are no longer recorded"},
		change(trail, props{"enableLogging": true}, props{"enableLogging": false}))
	assert.Equal(t, []string{"protection critical: protocol: HTTPS → HTTP: traffic is no longer encrypted"},
		change("aws:lb/listener:Listener", props{"protocol": "HTTPS"}, props{"protocol": "HTTP"}))
	assert.Equal(t, []string{"protection high: is deleted: the secret is no longer rotated"},
		findings(t, step(eventlog.OpDelete, "aws:secretsmanager/secretRotation:SecretRotation", "a",
			props{"secretId": "s"}, nil)))
	assert.Equal(t, []string{"data-loss critical: is deleted: with it goes the secret's value and its versions"},
		findings(t,
			step(eventlog.OpDelete, "aws:secretsmanager/secretRotation:SecretRotation", "a", props{"secretId": "s"}, nil),
			step(eventlog.OpDelete, "aws:secretsmanager/secret:Secret", "s", props{"id": "s"}, nil)),
		"what is gone need not be rotated")
}
