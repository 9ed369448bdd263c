package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const (
	dataKey        = "arn:aws:kms:us-east-1:123456789012:key/data"
	databaseSecret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf"
	httpsListener  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/https"
	testListener   = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/test"
	digestImage    = "123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book@sha256:" +
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

// testServiceArgs returns the arguments of a rolling service that uses every feature.
func testServiceArgs() ServiceArgs {
	return ServiceArgs{
		TaskArgs:        testTaskArgs(),
		EndpointArgs:    testEndpointArgs(),
		ClusterName:     "aws-webapp-prod-web",
		ClusterARN:      pulumi.String("arn:aws:ecs:us-east-1:123456789012:cluster/aws-webapp-prod-web"),
		SubnetIDs:       pulumi.ToStringArray([]string{"subnet-app-1", "subnet-app-2"}),
		SecurityGroupID: pulumi.String("sg-app"),
		DesiredCount:    3,
		Deployment: ServiceDeployment{
			Controller: Rolling, MaximumPercent: 200, MinimumHealthyPercent: 100, GracePeriodSeconds: 60, WaitMinutes: 15,
			TrafficShift: "CodeDeployDefault.ECSCanary10Percent5Minutes", TerminationWaitMinutes: 90,
		},
		Scaling: ServiceScaling{
			Min: 2, Max: 10, CPUPercent: 70, MemoryPercent: 80, RequestsPerTarget: 500,
			ScaleInCooldownSeconds: 120, ScaleOutCooldownSeconds: 60,
		},
		Alarms: ServiceAlarms{TopicARN: pulumi.String(topicARN), CPUPercent: 85, MemoryPercent: 90},
	}
}

func testTaskArgs() TaskArgs {
	return TaskArgs{
		Scope:      testScope,
		Name:       "visitor-book",
		DataKeyARN: pulumi.String(dataKey),
		Capacity:   ServiceCapacity{FargateBase: 2, FargateWeight: 1, SpotWeight: 3},
		Container: ServiceContainer{
			Image:        digestImage,
			Port:         8000,
			CPU:          512,
			MemoryMiB:    1024,
			TmpMiB:       128,
			Architecture: "X86_64",
			User:         "65532:65532",
			Environment:  map[string]string{"LOG_LEVEL": "info", "APP_NAME": "Visitor book"},
			Secrets: map[string]string{
				"SIGNING_KEY": "arn:aws:secretsmanager:us-east-1:123456789012:secret:signing-AbCdEf:key::",
				"API_TOKEN":   "arn:aws:ssm:us-east-1:123456789012:parameter/web/api-token",
			},
		},
		Database: &ServiceDatabase{
			Host: pulumi.String("db.example.us-east-1.rds.amazonaws.com"), Port: 5432,
			Name: "visitorbook", Username: "visitorbook_owner", SSLMode: "verify-full",
			SecretARN: pulumi.String(databaseSecret),
		},
		Bucket: &ServiceBucket{Name: "app-bucket", Write: true},
		Exec:   &ServiceExec{LogGroupName: "/ecs-exec/aws-webapp-prod-web", KeyARN: pulumi.String(logsKey)},
		Logs:   ServiceLogs{Prefix: "/ecs", RetentionDays: 30, KeyARN: pulumi.String(logsKey)},
	}
}

func testEndpointArgs() *EndpointArgs {
	return &EndpointArgs{
		VPCID:              pulumi.String("vpc-1"),
		LoadBalancerSuffix: pulumi.String(balancerSuffix),
		HTTPSListenerARN:   pulumi.String(httpsListener),
		TestListenerARN:    pulumi.String(testListener),
		ServerErrors:       5,
		ProtocolVersion:    "HTTP1",
		Routing: ServiceRouting{
			Priority: 100, Paths: []string{"/*"}, Hosts: []string{"app.example.com", "*.app.example.com"},
		},
		HealthCheck: ServiceHealthCheck{
			Path: "/health", Matcher: "200", IntervalSeconds: 30, TimeoutSeconds: 5,
			HealthyThreshold: 2, UnhealthyThreshold: 3, DeregistrationDelaySeconds: 45,
		},
	}
}

func testBlueGreenArgs() ServiceArgs {
	args := testServiceArgs()
	args.Deployment.Controller = BlueGreen
	args.Scaling.RequestsPerTarget = 0
	return args
}

// testPlainArgs returns the arguments of a service that needs only the load balancer.
func testPlainArgs() ServiceArgs {
	args := testServiceArgs()
	args.Container.Image = "public.ecr.aws/nginx/nginx-unprivileged:1.29"
	args.Container.Environment, args.Container.Secrets = nil, nil
	args.Database, args.Bucket, args.Exec = nil, nil, nil
	args.Capacity.SpotWeight = 0
	return args
}

func serviceProgram(args *ServiceArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewService(ctx, "visitor-book", args)
		return err
	}
}

func TestServiceKeepsTheContract(t *testing.T) {
	args := testServiceArgs()
	deployed(t, serviceProgram(&args)).keepsContract(t, serviceType, "visitor-book", map[string]any{
		"name":                  "visitor-book",
		"clusterName":           "aws-webapp-prod-web",
		"logGroupName":          "/ecs/visitor-book",
		"taskFamily":            "aws-webapp-prod-visitor-book",
		"taskDefinitionArn":     "arn:aws:ecs:us-east-1:123456789012:visitor-book",
		"executionRoleArn":      "arn:aws:iam:us-east-1:123456789012:aws-webapp-prod-visitor-book-execution",
		"taskRoleArn":           "arn:aws:iam:us-east-1:123456789012:aws-webapp-prod-visitor-book-task",
		"codeDeployApplication": "",
		"codeDeployGroup":       "",
		"appSpec":               "",
	})
}

func TestServiceLogGroup(t *testing.T) {
	args := testServiceArgs()
	assert.Equal(t, map[string]any{
		"name":            "/ecs/visitor-book",
		"retentionInDays": 30.0,
		"kmsKeyId":        logsKey,
	}, deployed(t, serviceProgram(&args)).one(t, "aws:cloudwatch/logGroup:LogGroup", "visitor-book").inputs)
}

// The tokens are part of every resource's identity: a new one replaces everything below it.
func TestTypeTokensStay(t *testing.T) {
	assert.Equal(t, "aws-webapp:service:Service", serviceType)
	assert.Equal(t, "aws-webapp:service:Cluster", clusterType)
	assert.Equal(t, "aws-webapp:loadbalancer:LoadBalancer", loadBalancerType)
}
