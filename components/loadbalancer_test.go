package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	topicARN       = "arn:aws:sns:us-east-1:123456789012:aws-webapp-prod-app-alerts"
	certificateARN = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
	tlsPolicy      = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
	balancerSuffix = "app/web/50dc6c495c0c9188"
)

func testLoadBalancerArgs() LoadBalancerArgs {
	return LoadBalancerArgs{
		Scope:              testScope,
		SubnetIDs:          pulumi.ToStringArray([]string{"subnet-public-1", "subnet-public-2"}),
		SecurityGroupIDs:   pulumi.ToStringArray([]string{"sg-alb"}),
		LogBucket:          pulumi.String("log-bucket"),
		CertificateARN:     certificateARN,
		HostName:           "www.example.org",
		DesyncMitigation:   "defensive",
		SSLPolicy:          tlsPolicy,
		TestPort:           8443,
		IdleTimeoutSeconds: 60,
		DeletionProtection: true,
		Alarms: LoadBalancerAlarms{
			TopicARN: pulumi.String(topicARN), ClientErrorPercent: 10, ServerErrors: 5, LatencyMilliseconds: 1500,
		},
	}
}

func loadBalancerProgram(args *LoadBalancerArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewLoadBalancer(ctx, "web", args)
		return err
	}
}

func TestLoadBalancerKeepsTheContract(t *testing.T) {
	args := testLoadBalancerArgs()
	deployed(t, loadBalancerProgram(&args)).keepsContract(t, loadBalancerType, "web", map[string]any{
		"arn":              "arn:aws:lb:us-east-1:123456789012:web",
		"arnSuffix":        balancerSuffix,
		"dnsName":          "web-123456789.us-east-1.elb.amazonaws.com",
		"zoneId":           "Z35SXDOTRQ7X7K",
		"url":              "https://www.example.org",
		"httpsListenerArn": "arn:aws:lb:us-east-1:123456789012:web-https",
		"testListenerArn":  "arn:aws:lb:us-east-1:123456789012:web-test",
		"webAclArn":        "",
	})
}

// Clients inside of the network reach private addresses, and those of a prefix list only HTTPS.
func TestInternalLoadBalancerWithoutRedirect(t *testing.T) {
	args := testLoadBalancerArgs()
	public := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, false, public.one(t, "aws:lb/loadBalancer:LoadBalancer", "web").inputs["internal"])
	assert.Equal(t, []string{"web-http", "web-https", "web-test"}, public.names("aws:lb/listener:Listener"))

	args.Internal, args.HTTPSOnly = true, true
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, true, rec.one(t, "aws:lb/loadBalancer:LoadBalancer", "web").inputs["internal"])
	assert.Equal(t, []string{"web-https", "web-test"}, rec.names("aws:lb/listener:Listener"))
}

func TestLoadBalancerSettings(t *testing.T) {
	args := testLoadBalancerArgs()
	balancer := previewed(t, loadBalancerProgram(&args)).one(t, "aws:lb/loadBalancer:LoadBalancer", "web")
	assert.Equal(t, map[string]any{
		"loadBalancerType":         "application",
		"internal":                 false,
		"ipAddressType":            "ipv4",
		"subnets":                  []any{"subnet-public-1", "subnet-public-2"},
		"securityGroups":           []any{"sg-alb"},
		"accessLogs":               map[string]any{"enabled": true, "bucket": "log-bucket", "prefix": "alb-access"},
		"connectionLogs":           map[string]any{"enabled": true, "bucket": "log-bucket", "prefix": "alb-connections"},
		"desyncMitigationMode":     "defensive",
		"dropInvalidHeaderFields":  true,
		"enableHttp2":              true,
		"idleTimeout":              60.0,
		"preserveHostHeader":       true,
		"xffHeaderProcessingMode":  "append",
		"enableWafFailOpen":        false,
		"enableDeletionProtection": true,
		"tags":                     map[string]any{"Name": "web"},
	}, balancer.inputs)
	assert.True(t, balancer.request.GetProtect(), "Pulumi refuses to delete it, too")
}

func TestLoadBalancerWithoutDeletionProtection(t *testing.T) {
	args := testLoadBalancerArgs()
	args.DeletionProtection = false
	balancer := deployed(t, loadBalancerProgram(&args)).one(t, "aws:lb/loadBalancer:LoadBalancer", "web")
	assert.Equal(t, false, balancer.inputs["enableDeletionProtection"])
	assert.False(t, balancer.request.GetProtect())
}

// AWS writes a test object into the bucket when logging is switched on.
func TestLoadBalancerWaitsForTheBucketPolicy(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		policy, err := s3.NewBucketPolicy(ctx, "logs", &s3.BucketPolicyArgs{
			Bucket: pulumi.String("log-bucket"), Policy: pulumi.String("{}"),
		})
		if err != nil {
			return err
		}
		args := testLoadBalancerArgs()
		args.LogBucketPolicy = []pulumi.Resource{policy}
		_, err = NewLoadBalancer(ctx, "web", &args)
		return err
	})
	policy := rec.one(t, "aws:s3/bucketPolicy:BucketPolicy", "logs")
	assert.True(t, rec.one(t, "aws:lb/loadBalancer:LoadBalancer", "web").dependsOn(policy))
}

func TestLoadBalancerListeners(t *testing.T) {
	args := testLoadBalancerArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	https := func(name string, port float64) map[string]any {
		return map[string]any{
			"loadBalancerArn": "arn:aws:lb:us-east-1:123456789012:web",
			"port":            port,
			"protocol":        "HTTPS",
			"sslPolicy":       tlsPolicy,
			"certificateArn":  certificateARN,
			"defaultActions": []any{map[string]any{
				"type":          "fixed-response",
				"fixedResponse": map[string]any{"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
			}},
			"routingHttpResponseServerEnabled":                      false,
			"routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=31536000",
			"tags": map[string]any{"Name": name},
		}
	}
	for name, want := range map[string]map[string]any{
		"web-http": {
			"loadBalancerArn": "arn:aws:lb:us-east-1:123456789012:web",
			"port":            80.0,
			"protocol":        "HTTP",
			"defaultActions": []any{map[string]any{
				"type":     "redirect",
				"redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
			}},
			"routingHttpResponseServerEnabled": false,
			"tags":                             map[string]any{"Name": "web-http"},
		},
		"web-https": https("web-https", 443),
		"web-test":  https("web-test", 8443),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, want, rec.one(t, "aws:lb/listener:Listener", name).inputs)
		})
	}
}

func TestLoadBalancerWithoutTestListener(t *testing.T) {
	args := testLoadBalancerArgs()
	args.TestPort = 0
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, []string{"web-http", "web-https"}, rec.names("aws:lb/listener:Listener"))
	assert.Equal(t, "", rec.one(t, loadBalancerType, "web").outputs["testListenerArn"])
}

func TestLoadBalancerNameFitsAWS(t *testing.T) {
	args := testLoadBalancerArgs()
	rec := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewLoadBalancer(ctx, "the-public-entry-point-of-everything", &args)
		return err
	})
	assert.Equal(t, []string{"the-public-entry-d98562"}, rec.names("aws:lb/loadBalancer:LoadBalancer"),
		"with Pulumi's suffix of 8 it has to fit into 32")
}

func TestLoadBalancerAlarms(t *testing.T) {
	args := testLoadBalancerArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	balancer := map[string]any{"LoadBalancer": balancerSuffix}
	of := func(id, metric, statistic string) map[string]any {
		return map[string]any{
			"id": id, "returnData": false,
			"metric": map[string]any{
				"namespace": "AWS/ApplicationELB", "metricName": metric, "dimensions": balancer, "stat": statistic, "period": 60.0,
			},
		}
	}
	for name, want := range map[string]map[string]any{
		"web-4xx": {
			"metricQueries": []any{
				map[string]any{
					"id": "e1", "label": "4XX answers, %", "returnData": true,
					"expression": "IF(SUM([m1, m3]) >= 100, 100 * SUM([m1, m2]) / SUM([m1, m3]), 0)",
				},
				of("m1", "HTTPCode_ELB_4XX_Count", "Sum"),
				of("m2", "HTTPCode_Target_4XX_Count", "Sum"),
				of("m3", "RequestCount", "Sum"),
			},
			"evaluationPeriods": 2.0, "threshold": 10.0,
		},
		"web-5xx": {
			"namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_ELB_5XX_Count", "statistic": "Sum", "period": 60.0,
			"dimensions": balancer, "evaluationPeriods": 2.0, "threshold": 5.0,
		},
		"web-latency": {
			"metricQueries": []any{
				map[string]any{
					"id": "e1", "label": "95th percentile of the answers' time", "expression": "IF(m2 >= 20, m1, 0)",
					"returnData": true,
				},
				of("m1", "TargetResponseTime", "p95"),
				of("m2", "RequestCount", "Sum"),
			},
			"evaluationPeriods": 5.0, "datapointsToAlarm": 3.0, "threshold": 1.5,
		},
		"web-rejected": {
			"namespace": "AWS/ApplicationELB", "metricName": "RejectedConnectionCount", "statistic": "Sum", "period": 60.0,
			"dimensions": balancer, "evaluationPeriods": 1.0, "threshold": 0.0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			assertAlarm(t, rec, name, want, "GreaterThanThreshold", "notBreaching")
		})
	}
	assert.Len(t, rec.ofType("aws:cloudwatch/metricAlarm:MetricAlarm"), 4)
}

// assertAlarm compares an alarm's own properties and those that all alarms share.
func assertAlarm(t *testing.T, rec *recorder, name string, want map[string]any, comparison, missing string) {
	t.Helper()
	inputs := rec.one(t, "aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs
	assert.NotEmpty(t, inputs["alarmDescription"], "whoever is woken up wants to know why")
	assert.Equal(t, comparison, inputs["comparisonOperator"])
	assert.Equal(t, missing, inputs["treatMissingData"])
	// What means an outage is part of one alarm for all, which notifies.
	for _, actions := range []string{"alarmActions", "okActions"} {
		if strings.HasPrefix(inputs["alarmDescription"].(string), "Page: ") {
			assert.NotContains(t, inputs, actions)
		} else {
			assert.Equal(t, []any{topicARN}, inputs[actions])
		}
	}
	particular := map[string]any{}
	for _, key := range []string{
		"namespace", "metricName", "statistic", "extendedStatistic", "period", "dimensions", "metricQueries",
		"evaluationPeriods", "datapointsToAlarm", "threshold",
	} {
		if value, ok := inputs[key]; ok {
			particular[key] = value
		}
	}
	assert.Equal(t, want, particular)
}
