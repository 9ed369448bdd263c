package simaws_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
)

// step is one resource to create before the one under test.
type step struct {
	token, name string
	inputs      props
}

const (
	bucket       = "aws:s3/bucketV2:BucketV2"
	bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy"
	role         = "aws:iam/role:Role"
	key          = "aws:kms/key:Key"
	group        = "aws:cloudwatch/logGroup:LogGroup"
	balancer     = "aws:lb/loadBalancer:LoadBalancer"
	targets      = "aws:lb/targetGroup:TargetGroup"
	listener     = "aws:lb/listener:Listener"
	service      = "aws:ecs/service:Service"
	task         = "aws:ecs/taskDefinition:TaskDefinition"
	cluster      = "aws:ecs/cluster:Cluster"
	subnet       = "aws:ec2/subnet:Subnet"
	ingress      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	function     = "aws:lambda/function:Function"
	vault        = "aws:backup/vault:Vault"
	vaultLock    = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	backupPlan   = "aws:backup/plan:Plan"
)

// planOf returns a backup plan with one rule, into the vault "v".
func planOf(rule props) props {
	all := props{"ruleName": "daily", "targetVaultName": "${v.name}"}
	for name, v := range rule {
		all[name] = v
	}
	return props{"rules": []any{all}}
}

func rule(more props) props {
	return withProperties(props{
		"securityGroupId": "${sg.id}", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
		"cidrIpv4": "0.0.0.0/0",
	}, more)
}

func twoSubnets(more props) props {
	return withProperties(props{"subnets": []any{"${a.id}", "${b.id}"}}, more)
}

// forward returns a listener on port 80 of the balancer "lb" for the target group "tg".
func forward() props { return forwardFrom("lb") }

// forwardFrom returns the same of another balancer.
func forwardFrom(balancer string) props {
	return props{
		"loadBalancerArn": "${" + balancer + ".id}", "port": 80, "protocol": "HTTP",
		"defaultActions": []any{props{"type": "forward", "targetGroupArn": "${tg.id}"}},
	}
}

// taskOf returns a task with the role "r".
func taskOf() props {
	return props{
		"family": "web", "executionRoleArn": "${r.arn}",
		"containerDefinitions": `[{"name":"web","image":"nginx"}]`,
	}
}

// lowPort returns a task of a user that listens on port 80, if every user may listen from a port on; "" sets nothing.
func lowPort(from string) props {
	controls := ""
	if from != "" {
		controls = `,"systemControls":[{"namespace":"net.ipv4.ip_unprivileged_port_start","value":"` + from + `"}]`
	}
	definition := taskOf()
	definition["containerDefinitions"] = `[{"name":"web","image":"nginx","user":"65532",` +
		`"portMappings":[{"containerPort":80}]` + controls + `}]`
	return definition
}

// aclOf returns a web ACL with one of AWS's groups and overrides of rules in it.
func aclOf(group string, overridden ...string) props {
	var overrides []any
	for _, rule := range overridden {
		overrides = append(overrides, props{"name": rule, "actionToUse": props{"count": props{}}})
	}
	return props{
		"scope": "REGIONAL", "defaultAction": props{"allow": props{}}, "visibilityConfig": props{},
		"rules": []any{props{"name": group, "priority": 0, "statement": props{"managedRuleGroupStatement": props{
			"vendorName": "AWS", "name": group, "ruleActionOverrides": overrides,
		}}}},
	}
}

const pipeline = "aws:codepipeline/pipeline:Pipeline"

func pipelineRole() step {
	return step{role, "pr", props{"assumeRolePolicy": trust("codepipeline.amazonaws.com")}}
}

func pipelineOf(kind string, stages ...any) props {
	return props{
		"roleArn": "${pr.arn}", "pipelineType": kind, "stages": stages,
		"artifactStores": []any{props{"type": "S3", "location": "artifacts"}},
		"triggers":       []any{props{"providerType": "CodeStarSourceConnection"}},
	}
}

func sourceStage() props {
	return props{"name": "Source", "actions": []any{props{
		"name": "source", "category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1",
		"outputArtifacts": []any{"source"},
	}}}
}

func buildStage(input string) props {
	return props{"name": "Build", "actions": []any{props{
		"name": "build", "category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1",
		"inputArtifacts": []any{input},
	}}}
}

// elevenPolicies attaches one more policy to a role than its quota has.
func elevenPolicies() []step {
	steps := []step{pipelineRole()}
	for i := range 11 {
		steps = append(steps, step{"aws:iam/rolePolicyAttachment:RolePolicyAttachment", fmt.Sprintf("p%d", i), props{
			"role": "${pr.name}", "policyArn": fmt.Sprintf("arn:aws:iam::aws:policy/Some%d", i),
		}})
	}
	return steps
}

// TestAWSRefuses runs the steps in a VPC with two subnets, a gateway and a security group, and
// expects the last step to be refused.
func TestAWSRefuses(t *testing.T) {
	logPolicy := func(principal, action string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + principal +
			`"},"Action":"` + action + `","Resource":"*"}]}`
	}
	for _, tc := range []struct {
		name  string
		steps []step
		want  string
	}{
		{
			"pipeline of one stage",
			[]step{pipelineRole(), {pipeline, "x", pipelineOf("V2", sourceStage())}},
			"InvalidStructureException: Pipeline has 1 stage(s). There should be a minimum of 2 stages in a pipeline",
		},
		{
			"artifact that nobody makes",
			[]step{pipelineRole(), {pipeline, "x", pipelineOf("V2", sourceStage(), buildStage("image"))}},
			"InvalidActionDeclarationException: Input Artifact Bundle image in action build is not an output artifact of a " +
				"previous action",
		},
		{
			"source in a later stage",
			[]step{pipelineRole(), {pipeline, "x", pipelineOf("V2", sourceStage(), sourceStage())}},
			"InvalidStructureException: Source actions may only be in the first stage",
		},
		{
			"trigger of an old pipeline",
			[]step{pipelineRole(), {pipeline, "x", pipelineOf("V1", sourceStage(), buildStage("source"))}},
			"InvalidStructureException: Pipeline type V1 does not support triggers",
		},
		{
			"web ACL with a group that AWS does not have",
			[]step{{"aws:wafv2/webAcl:WebAcl", "x", aclOf("AWSManagedRulesCommonRulesSet")}},
			"WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist",
		},
		{
			"override of a rule that AWS does not have",
			[]step{{"aws:wafv2/webAcl:WebAcl", "x", aclOf("AWSManagedRulesLinuxRuleSet", "LFI_BODY")}},
			"ignores it: AWSManagedRulesLinuxRuleSet has no such rule, but LFI_HEADER, LFI_QUERYSTRING, LFI_URIPATH",
		},
		{
			"eleventh policy of a role", elevenPolicies(), "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10",
		},
		{
			"subnet of a missing VPC",
			[]step{{subnet, "x", props{"vpcId": "vpc-1", "cidrBlock": "10.0.9.0/24"}}},
			"InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist",
		},
		{
			"subnet outside of its VPC",
			[]step{{subnet, "x", props{"vpcId": "${vpc.id}", "cidrBlock": "10.1.0.0/24"}}},
			"InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.",
		},
		{
			"overlapping subnet",
			[]step{{subnet, "x", props{"vpcId": "${vpc.id}", "cidrBlock": "10.0.1.128/25"}}},
			"InvalidSubnet.Conflict: The CIDR '10.0.1.128/25' conflicts with another subnet",
		},
		{
			"subnet in a foreign zone",
			[]step{{subnet, "x", props{"vpcId": "${vpc.id}", "cidrBlock": "10.0.9.0/24", "availabilityZone": "eu-west-1a"}}},
			"Value (eu-west-1a) for parameter availabilityZone is invalid",
		},
		{
			"second gateway",
			[]step{{"aws:ec2/internetGateway:InternetGateway", "x", props{"vpcId": "${vpc.id}"}}},
			"Resource.AlreadyAssociated",
		},
		{"NAT without a gateway", []step{
			{"aws:ec2/vpc:Vpc", "closed", props{"cidrBlock": "10.9.0.0/16"}},
			{subnet, "s", props{"vpcId": "${closed.id}", "cidrBlock": "10.9.0.0/24"}},
			{"aws:ec2/eip:Eip", "eip", nil},
			{"aws:ec2/natGateway:NatGateway", "x", props{"subnetId": "${s.id}", "allocationId": "${eip.id}"}},
		}, "Gateway.NotAttached"},
		{"address used twice", []step{
			{"aws:ec2/eip:Eip", "eip", nil},
			{"aws:ec2/natGateway:NatGateway", "n", props{"subnetId": "${a.id}", "allocationId": "${eip.id}"}},
			{"aws:ec2/natGateway:NatGateway", "x", props{"subnetId": "${b.id}", "allocationId": "${eip.id}"}},
		}, "Resource.AlreadyAssociated: Elastic IP address"},
		{"route twice", []step{
			{"aws:ec2/routeTable:RouteTable", "rt", props{"vpcId": "${vpc.id}"}},
			{"aws:ec2/route:Route", "r", props{
				"routeTableId": "${rt.id}", "destinationCidrBlock": "0.0.0.0/0",
				"gatewayId": "${igw.id}",
			}},
			{"aws:ec2/route:Route", "x", props{
				"routeTableId": "${rt.id}", "destinationCidrBlock": "0.0.0.0/0",
				"gatewayId": "${igw.id}",
			}},
		}, "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
		{
			"same rule twice",
			[]step{{ingress, "r", rule(nil)}, {ingress, "x", rule(nil)}},
			`InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, tcp, from port: 443, to port: 443, ALLOW" ` +
				`already exists`,
		},
		{
			"rule from a missing group",
			[]step{{ingress, "x", props{
				"securityGroupId": "${sg.id}", "ipProtocol": "tcp",
				"referencedSecurityGroupId": "sg-1",
			}}},
			"InvalidGroup.NotFound: The security group 'sg-1' does not exist",
		},
		{"two endpoints with one name", []step{
			{"aws:ec2/vpcEndpoint:VpcEndpoint", "e", props{
				"vpcId": "${vpc.id}", "serviceName": "com.amazonaws.us-east-1.logs",
				"vpcEndpointType": "Interface", "privateDnsEnabled": true,
			}},
			{"aws:ec2/vpcEndpoint:VpcEndpoint", "x", props{
				"vpcId": "${vpc.id}", "serviceName": "com.amazonaws.us-east-1.logs",
				"vpcEndpointType": "Interface", "privateDnsEnabled": true,
			}},
		}, "conflicting DNS domain for logs.us-east-1.amazonaws.com"},
		{"group of another VPC", []step{
			{"aws:ec2/vpc:Vpc", "other", props{"cidrBlock": "10.9.0.0/16"}},
			{"aws:ec2/securityGroup:SecurityGroup", "foreign", props{"vpcId": "${other.id}"}},
			{balancer, "x", twoSubnets(props{"securityGroups": []any{"${foreign.id}"}})},
		}, "does not exist in VPC"},
		{
			"balancer in one zone",
			[]step{{balancer, "x", props{"subnets": []any{"${a.id}"}}}},
			"At least two subnets in two different Availability Zones must be specified",
		},
		{"balancer that cannot log", []step{
			{bucket, "logs", nil},
			{balancer, "x", twoSubnets(props{"accessLogs": props{"bucket": "${logs.id}", "enabled": true}})},
		}, "Access Denied for bucket"},
		{"balancer that logs into KMS", []step{
			{bucket, "logs", nil},
			{
				bucketPolicy, "p",
				props{"bucket": "${logs.id}", "policy": logPolicy("logdelivery.elasticloadbalancing.amazonaws.com",
					"s3:PutObject")},
			},
			{"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "k", props{
				"bucket": "${logs.id}",
				"rules":  []any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "aws:kms"}}},
			}},
			{balancer, "x", twoSubnets(props{"accessLogs": props{"bucket": "${logs.id}", "enabled": true}})},
		}, "Access Denied for bucket"},
		{
			"same balancer name",
			[]step{{balancer, "lb", twoSubnets(props{"name": "web"})}, {balancer, "x", twoSubnets(props{"name": "web"})}},
			"DuplicateLoadBalancerName",
		},
		{
			"port taken",
			[]step{
				{balancer, "lb", twoSubnets(nil)},
				{targets, "tg", props{"vpcId": "${vpc.id}"}},
				{listener, "l", forward()},
				{listener, "x", forward()},
			},
			"DuplicateListener: A listener already exists on this port",
		},
		{"TLS without a certificate", []step{{balancer, "lb", twoSubnets(nil)}, {listener, "x", props{
			"loadBalancerArn": "${lb.id}", "port": 443,
			"protocol": "HTTPS", "defaultActions": []any{props{"type": "fixed-response"}},
		}}}, "A certificate must be specified for HTTPS"},
		{"status of HTTP for gRPC", []step{{targets, "x", props{
			"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "GRPC",
			"healthCheck": props{"path": "/a.B/C", "matcher": "200"},
		}}}, "GRPC code '200' must be within the range [0-99]"},
		{"code of gRPC for HTTP", []step{{targets, "x", props{
			"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "HTTP1",
			"healthCheck": props{"path": "/", "matcher": "0-5"},
		}}}, "HTTP code '0-5' must be within the range [200-499]"},
		{
			"matcher that is a word",
			[]step{{targets, "x", props{"vpcId": "${vpc.id}", "healthCheck": props{"matcher": "any"}}}},
			"Health check matcher 'any' must be a list or a range of codes",
		},
		{
			"matcher without a code",
			[]step{{targets, "x", props{"vpcId": "${vpc.id}", "healthCheck": props{"matcher": "-"}}}},
			"Health check matcher '-' must be a list or a range of codes",
		},
		{
			"gRPC without TLS",
			[]step{
				{balancer, "lb", twoSubnets(nil)},
				{targets, "tg", props{"vpcId": "${vpc.id}"}},
				{targets, "grpc", props{
					"vpcId": "${vpc.id}", "protocol": "HTTP", "protocolVersion": "GRPC",
					"healthCheck": props{"path": "/a.B/C", "matcher": "0"},
				}},
				{listener, "l", forward()},
				{"aws:lb/listenerRule:ListenerRule", "x", props{
					"listenerArn": "${l.id}", "priority": 1,
					"conditions": []any{props{"pathPattern": props{"values": []any{"/*"}}}},
					"actions":    []any{props{"type": "forward", "targetGroupArn": "${grpc.id}"}},
				}},
			},
			"Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'",
		},
		{"target group of two load balancers", []step{
			{balancer, "lb", twoSubnets(nil)},
			{balancer, "lb2", twoSubnets(nil)},
			{targets, "tg", props{"vpcId": "${vpc.id}"}},
			{listener, "l", forward()},
			{listener, "x", forwardFrom("lb2")},
		}, "TargetGroupAssociationLimit: The following target groups cannot be associated with more than one"},
		{"rule for the target group of another load balancer", []step{
			{balancer, "lb", twoSubnets(nil)},
			{balancer, "lb2", twoSubnets(nil)},
			{targets, "tg", props{"vpcId": "${vpc.id}"}},
			{targets, "tg2", props{"vpcId": "${vpc.id}"}},
			{listener, "l", forward()},
			{listener, "l2", props{
				"loadBalancerArn": "${lb2.id}", "port": 80, "protocol": "HTTP",
				"defaultActions": []any{props{"type": "forward", "targetGroupArn": "${tg2.id}"}},
			}},
			{"aws:lb/listenerRule:ListenerRule", "x", props{
				"listenerArn": "${l2.id}", "priority": 1,
				"conditions": []any{props{"pathPattern": props{"values": []any{"/*"}}}},
				"actions":    []any{props{"type": "forward", "targetGroupArn": "${tg.id}"}},
			}},
		}, "TargetGroupAssociationLimit"},
		{"CloudFront's list for two ports", []step{
			{ingress, "r", rule(props{"cidrIpv4": nil, "prefixListId": "pl-3b927c52"})},
			{ingress, "x", rule(props{"cidrIpv4": nil, "prefixListId": "pl-3b927c52", "fromPort": 80, "toPort": 80})},
		}, "RulesPerSecurityGroupLimitExceeded"},
		{"certificate not issued", []step{
			{balancer, "lb", twoSubnets(nil)},
			{"aws:acm/certificate:Certificate", "c", props{"domainName": "example.com", "validationMethod": "DNS"}},
			{listener, "x", props{
				"loadBalancerArn": "${lb.id}", "port": 443, "protocol": "HTTPS", "certificateArn": "${c.id}",
				"defaultActions": []any{props{"type": "fixed-response"}},
			}},
		}, "UnsupportedCertificate"},
		{"validation without the record", []step{
			{"aws:acm/certificate:Certificate", "c", props{"domainName": "example.com", "validationMethod": "DNS"}},
			{"aws:acm/certificateValidation:CertificateValidation", "x", props{"certificateArn": "${c.id}"}},
		}, "PENDING_VALIDATION: the DNS record"},
		{"record twice", []step{
			{"aws:route53/record:Record", "r", props{"zoneId": "Z1", "name": "www.example.com.", "type": "A"}},
			{"aws:route53/record:Record", "x", props{"zoneId": "Z1", "name": "www.example.com", "type": "A"}},
		}, "InvalidChangeBatch"},
		{
			"role name taken",
			[]step{
				{role, "r", props{"name": "web", "assumeRolePolicy": "{}"}},
				{role, "x", props{"name": "web", "assumeRolePolicy": "{}"}},
			},
			"EntityAlreadyExists: Role with name web already exists.",
		},
		{
			"policy for a role that is missing",
			[]step{{bucket, "b", nil}, {bucketPolicy, "x", props{
				"bucket": "${b.id}",
				"policy": `{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ghost"},` +
					`"Action":"s3:*","Resource":"*"}}`,
			}}},
			"MalformedPolicy: Invalid principal in policy",
		},
		{
			"key nobody could manage",
			[]step{{key, "x", props{"policy": logPolicy("logs.us-east-1.amazonaws.com", "kms:*")}}},
			"will not allow you to update the key policy",
		},
		{
			"log group with a key that is not for logs",
			[]step{{key, "k", nil}, {group, "x", props{"kmsKeyId": "${k.arn}"}}},
			"is not allowed to be used with Arn 'arn:aws:logs:us-east-1:123456789012:log-group:x-",
		},
		{
			"log group name taken",
			[]step{{group, "g", props{"name": "/app"}}, {group, "x", props{"name": "/app"}}},
			"ResourceAlreadyExistsException",
		},
		{
			"trail into a bucket without its policy",
			[]step{{bucket, "b", nil}, {"aws:cloudtrail/trail:Trail", "x", props{"s3BucketName": "${b.id}"}}},
			"InsufficientS3BucketPolicyException",
		},
		{
			"task with a role for something else",
			[]step{{role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")}}, {task, "x", taskOf()}},
			"ECS was unable to assume the role",
		},
		{
			"service that listens as another user on a port of root",
			[]step{
				{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
				{task, "t", lowPort("")},
				{service, "x", props{"name": "x", "taskDefinition": "${t.arn}"}},
			},
			"bind() to 0.0.0.0:80 failed (13: Permission denied)",
		},
		{
			"service for which the port is open from another number on",
			[]step{
				{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
				{task, "t", lowPort("81")},
				{service, "x", props{"name": "x", "taskDefinition": "${t.arn}"}},
			},
			"bind() to 0.0.0.0:80 failed (13: Permission denied)",
		},
		{"service whose load balancer names another container", []step{
			{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
			{task, "t", lowPort("80")},
			{service, "x", props{"name": "x", "taskDefinition": "${t.arn}", "loadBalancers": []any{
				props{"elbName": "e", "containerName": "nginx", "containerPort": 80},
			}}},
		}, "The container nginx does not exist in the task definition."},
		{"service that names its task by family, and another container", []step{
			{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
			{task, "t", lowPort("80")},
			{service, "x", props{"name": "x", "taskDefinition": "web", "loadBalancers": []any{
				props{"elbName": "e", "containerName": "nginx", "containerPort": 80},
			}}},
		}, "The container nginx does not exist in the task definition."},
		{"service whose load balancer names another port", []step{
			{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
			{task, "t", lowPort("80")},
			{service, "x", props{"name": "x", "taskDefinition": "${t.arn}", "loadBalancers": []any{
				props{"elbName": "e", "containerName": "web", "containerPort": 81},
			}}},
		}, "The container web did not have a container port 81 defined."},
		{"service whose target group has no listener", []step{
			{targets, "tg", props{"vpcId": "${vpc.id}"}},
			{
				service, "x",
				props{"loadBalancers": []any{props{"targetGroupArn": "${tg.id}", "containerName": "web", "containerPort": 80}}},
			},
		}, "does not have an associated load balancer"},
		{
			"service in a missing subnet",
			[]step{{service, "x", props{"networkConfiguration": props{"subnets": []any{"subnet-1"}}}}},
			"InvalidSubnetID.NotFound: The subnet ID 'subnet-1' does not exist",
		},
		{
			"service that forgives the checks of no load balancer",
			[]step{{service, "x", props{"healthCheckGracePeriodSeconds": 60}}},
			"InvalidParameterException: Health check grace period is only valid for services configured to use load balancers",
		},
		{
			"scaling of a missing service",
			[]step{{"aws:appautoscaling/target:Target", "x", props{
				"serviceNamespace": "ecs",
				"resourceId":       "service/web/web", "scalableDimension": "ecs:service:DesiredCount", "minCapacity": 1,
				"maxCapacity": 2,
			}}},
			"ECS service doesn't exist: service/web/web",
		},
		{"scaling policy without a target", []step{{"aws:appautoscaling/policy:Policy", "x", props{
			"serviceNamespace": "ecs",
			"resourceId":       "service/web/web", "scalableDimension": "ecs:service:DesiredCount",
		}}}, "No scalable target registered"},
		{"schedule with an hour that no day has", []step{
			{"aws:backup/vault:Vault", "v", props{"name": "vault"}},
			{"aws:backup/plan:Plan", "x", props{"name": "plan", "rules": []any{props{
				"ruleName": "daily", "targetVaultName": "${v.name}", "schedule": "cron(0 25 ? * * *)",
			}}}},
		}, `Invalid schedule expression: cron(0 25 ? * * *) (hours is "25": allowed are 0 to 23)`},
		{"CodeDeploy for a rolling service", []step{
			{"aws:codedeploy/application:Application", "app", props{"computePlatform": "ECS"}},
			{cluster, "c", props{"name": "c"}},
			{service, "s", props{"name": "s", "cluster": "${c.id}"}},
			{role, "r", props{"assumeRolePolicy": trust("codedeploy.amazonaws.com")}},
			{"aws:codedeploy/deploymentGroup:DeploymentGroup", "x", props{
				"appName": "${app.name}", "deploymentGroupName": "g",
				"serviceRoleArn": "${r.arn}", "ecsService": props{"clusterName": "c", "serviceName": "s"},
			}},
		}, "must be configured for a CODE_DEPLOY deployment controller"},
		{
			"database in one zone",
			[]step{{"aws:rds/subnetGroup:SubnetGroup", "x", props{"subnetIds": []any{"${a.id}"}}}},
			"DBSubnetGroupDoesNotCoverEnoughAZs",
		},
		{"parameters of another version", []step{
			{"aws:rds/parameterGroup:ParameterGroup", "pg", props{"family": "postgres15"}},
			{"aws:rds/instance:Instance", "x", props{
				"engine": "postgres", "engineVersion": "16", "instanceClass": "c", "parameterGroupName": "${pg.id}",
			}},
		}, "Please use a Parameter Group with DBParameterGroupFamily postgres16"},
		{"retired minor version of PostgreSQL", []step{
			{"aws:rds/instance:Instance", "x", props{"engine": "postgres", "engineVersion": "16.10", "instanceClass": "c"}},
		}, "InvalidParameterCombination: Cannot find version 16.10 for postgres"},
		{"PostgreSQL past its standard support, without Extended Support", []step{
			{"aws:rds/instance:Instance", "x", props{
				"engine": "postgres", "engineVersion": "13", "instanceClass": "c",
				"engineLifecycleSupport": "open-source-rds-extended-support-disabled",
			}},
		}, "Cannot find version 13"},
		{"subscription before the permission", []step{
			{role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")}},
			{function, "f", props{"role": "${r.arn}", "imageUri": "i"}},
			{group, "g", nil},
			{
				"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "x",
				props{"logGroup": "${g.name}", "filterPattern": "", "destinationArn": "${f.arn}"},
			},
		}, "Could not execute the lambda function"},
		{
			"domain that may not log",
			[]step{{group, "g", nil}, {"aws:opensearch/domain:Domain", "x", props{
				"logPublishingOptions": []any{props{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "${g.arn}"}},
			}}},
			"does not grant sufficient permissions for Amazon OpenSearch Service",
		},
		{"domain in too few zones", []step{{"aws:opensearch/domain:Domain", "x", props{
			"clusterConfig": props{"zoneAwarenessEnabled": true},
			"vpcOptions":    props{"subnetIds": []any{"${a.id}"}},
		}}}, "exactly 2 subnet(s) for 2 Availability Zone(s), found 1"},
		{"rotation function for a managed secret", []step{
			{role, "r", props{"assumeRolePolicy": trust("lambda.amazonaws.com")}},
			{function, "f", props{"role": "${r.arn}", "imageUri": "i"}},
			{"aws:secretsmanager/secret:Secret", "s", props{"name": "rds!db-1"}},
			{"aws:secretsmanager/secretRotation:SecretRotation", "x", props{
				"secretId": "${s.id}", "rotationRules": props{},
				"rotationLambdaArn": "${f.arn}",
			}},
		}, "You can't specify a rotation function for a managed secret"},
		{
			"lifecycle of versions without versions",
			[]step{{bucket, "b", nil}, {
				"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "x",
				props{"bucket": "${b.id}", "rules": []any{props{"noncurrentVersionExpiration": props{"noncurrentDays": 30}}}},
			}},
			"versioning is not enabled",
		},
		{
			"second detector",
			[]step{{"aws:guardduty/detector:Detector", "d", nil}, {"aws:guardduty/detector:Detector", "x", nil}},
			"a detector already exists",
		},
		{
			"composite of an alarm to come",
			[]step{{
				"aws:cloudwatch/compositeAlarm:CompositeAlarm", "x",
				props{"alarmName": "x", "alarmRule": `ALARM("later") OR ALARM("sooner")`},
			}},
			"AlarmRule must not contain alarms that do not exist: later",
		},
		{
			"dashboard without a query",
			[]step{{"aws:cloudwatch/dashboard:Dashboard", "x", props{
				"dashboardName": "x",
				"dashboardBody": `{"widgets":[{"type":"log","width":24,"properties":{"region":"us-east-1"}}]}`,
			}}},
			"widget 0 (log) should have a region and a query",
		},
		{
			"dashboard wider than the page",
			[]step{{"aws:cloudwatch/dashboard:Dashboard", "x", props{
				"dashboardName": "x", "dashboardBody": `{"widgets":[{"type":"text","x":12,"width":24,"properties":{}}]}`,
			}}},
			"should not reach beyond column 24",
		},
		{
			"backups that begin within half an hour",
			[]step{{vault, "v", nil}, {backupPlan, "x", planOf(props{"startWindow": 30})}},
			"minimum value is 60 minutes",
		},
		{
			"backups that end as they begin",
			[]step{{vault, "v", nil}, {backupPlan, "x", planOf(props{"startWindow": 60, "completionWindow": 100})}},
			"at least 60 minutes greater than StartWindowMinutes",
		},
		{
			"backups that are cold for a month",
			[]step{
				{vault, "v", nil},
				{backupPlan, "x", planOf(props{"lifecycle": props{"coldStorageAfter": 30, "deleteAfter": 60}})},
			},
			"cannot be less than 90 days apart",
		},
		{
			"continuous backups of two months",
			[]step{
				{vault, "v", nil},
				{backupPlan, "x", planOf(props{"enableContinuousBackup": true, "lifecycle": props{"deleteAfter": 60}})},
			},
			"must be between 1 and 35",
		},
		{
			"backups into a missing vault",
			[]step{{backupPlan, "x", props{"rules": []any{props{"ruleName": "daily", "targetVaultName": "nowhere"}}}}},
			"Backup vault nowhere does not exist",
		},
		{
			"lock for good at once",
			[]step{{vault, "v", nil}, {vaultLock, "x", props{"backupVaultName": "${v.name}", "changeableForDays": 2}}},
			"ChangeableForDays must be between 3 and 36500",
		},
		{
			"lock that takes nothing",
			[]step{
				{vault, "v", nil},
				{vaultLock, "x", props{"backupVaultName": "${v.name}", "minRetentionDays": 8, "maxRetentionDays": 7}},
			},
			"MaxRetentionDays must not be less than MinRetentionDays",
		},
		{"backups by a role of another service", []step{
			{vault, "v", nil},
			{backupPlan, "p", planOf(nil)},
			{role, "r", props{"assumeRolePolicy": trust("ecs.amazonaws.com")}},
			{"aws:backup/selection:Selection", "x", props{"planId": "${p.id}", "iamRoleArn": "${r.arn}"}},
		}, "IAM Role cannot be assumed by AWS Backup"},
		{
			"delivery channel without a recorder",
			[]step{{bucket, "b", nil}, {"aws:cfg/deliveryChannel:DeliveryChannel", "x", props{"s3BucketName": "${b.id}"}}},
			"NoAvailableConfigurationRecorderException",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			e.vpc()
			last := len(tc.steps) - 1
			for _, s := range tc.steps[:last] {
				e.make(s.token, s.name, s.inputs)
			}
			require.ErrorContains(t, e.try(tc.steps[last].token, tc.steps[last].name, tc.steps[last].inputs), tc.want)
		})
	}
}

// TestPortsOfRoot: who may listen on which port. A container without a user is root's.
func TestPortsOfRoot(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	for i, tc := range []struct {
		user    string
		port    int
		control string
		binds   bool
	}{
		{"", 80, "", true},
		{"0", 80, "", true},
		{"root", 80, "", true},
		{"0:65532", 80, "", true},
		{"65532:0", 80, "", false},
		{"web", 1023, "", false},
		{"web", 1024, "", true},
		{"web", 80, `{"namespace":"net.ipv4.ip_unprivileged_port_start","value":"80"}`, true},
		{"web", 80, `{"namespace":"net.ipv4.ip_unprivileged_port_start","value":"low"}`, false},
		{"web", 80, `{"namespace":"net.core.somaxconn","value":"80"}`, false},
	} {
		e.make(task, "t", props{"family": fmt.Sprint("t", i), "containerDefinitions": fmt.Sprintf(
			`[{"name":"web","image":"nginx","user":%q,"portMappings":[{"containerPort":%d}],"systemControls":[%s]}]`,
			tc.user, tc.port, tc.control)})
		err := e.try(service, "s", props{"name": fmt.Sprint("s", i), "taskDefinition": "${t.arn}"})
		if tc.binds {
			assert.NoError(t, err, "%v", tc)
		} else {
			assert.ErrorContains(t, err, fmt.Sprintf("bind() to 0.0.0.0:%d failed", tc.port), "%v", tc)
		}
	}
}

// TestAWSAccepts is the other side: once the missing part exists, the same step is accepted.
func TestAWSAccepts(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.vpc()
	for _, s := range []step{
		{
			key, "k",
			props{"policy": `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},` +
				`"Action":"kms:*","Resource":"*"},` +
				`{"Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},"Action":["kms:Encrypt*",` +
				`"kms:Decrypt*","kms:GenerateDataKey*"],"Resource":"*"}]}`},
		},
		{group, "g", props{"kmsKeyId": "${k.arn}"}},
		{bucket, "logs", nil},
		{
			bucketPolicy, "p",
			props{
				"bucket": "${logs.id}",
				"policy": `{"Statement":[{"Effect":"Allow",` +
					`"Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},` +
					`"Action":"s3:PutObject","Resource":"*"},{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},` +
					`"Action":["s3:GetBucketAcl","s3:PutObject"],"Resource":"*"}]}`,
			},
		},
		{balancer, "lb", twoSubnets(props{"accessLogs": props{"bucket": "${logs.id}", "enabled": true}})},
		{balancer, "theirs", twoSubnets(props{"accessLogs": props{"bucket": "elsewhere", "enabled": true}})},
		{"aws:cloudtrail/trail:Trail", "trail", props{"s3BucketName": "${logs.id}"}},
		{targets, "tg", props{"vpcId": "${vpc.id}"}},
		{listener, "l", forward()},
		{role, "r", props{"assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
		{task, "t", lowPort("80")},
		{cluster, "c", props{"name": "c"}},
		{service, "s", props{"name": "s", "cluster": "${c.arn}", "taskDefinition": "${t.arn}", "loadBalancers": []any{
			props{"targetGroupArn": "${tg.arn}", "containerName": "web", "containerPort": 80},
		}}},
		{service, "external", props{"deploymentController": props{"type": "EXTERNAL"}, "loadBalancers": []any{
			props{"targetGroupArn": "${tg.arn}", "containerName": "web", "containerPort": 80},
		}}},
		{"aws:appautoscaling/target:Target", "st", props{
			"serviceNamespace": "ecs", "resourceId": "service/c/s",
			"scalableDimension": "ecs:service:DesiredCount", "minCapacity": 1, "maxCapacity": 2,
		}},
		{"aws:appautoscaling/policy:Policy", "sp", props{
			"serviceNamespace": "ecs", "resourceId": "service/c/s",
			"scalableDimension": "ecs:service:DesiredCount",
		}},
		{service, "bg", props{"name": "bg", "cluster": "${c.arn}", "deploymentController": props{"type": "CODE_DEPLOY"}}},
		{"aws:codedeploy/application:Application", "app", props{"computePlatform": "ECS"}},
		{role, "dr", props{"assumeRolePolicy": trust("codedeploy.amazonaws.com")}},
		{"aws:codedeploy/deploymentGroup:DeploymentGroup", "dg", props{
			"appName": "${app.name}", "deploymentGroupName": "g", "serviceRoleArn": "${dr.arn}",
			"ecsService": props{"clusterName": "c", "serviceName": "bg"},
		}},
		{role, "lr", props{"assumeRolePolicy": trust("lambda.amazonaws.com")}},
		{function, "f", props{"role": "${lr.arn}", "imageUri": "i"}},
		{"aws:lambda/permission:Permission", "fp", props{
			"function": "${f.name}", "action": "lambda:InvokeFunction",
			"principal": "logs.amazonaws.com", "sourceArn": "${g.arn}:*", "sourceAccount": "123456789012",
		}},
		{
			"aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "sf",
			props{"logGroup": "${g.name}", "filterPattern": "", "destinationArn": "${f.arn}"},
		},
		{"aws:acm/certificate:Certificate", "cert", props{"domainName": "example.com", "validationMethod": "DNS"}},
		{"aws:iam/rolePolicyAttachment:RolePolicyAttachment", "managed", props{
			"role":      "${r.name}",
			"policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
		}},
		{listener, "foreign", props{
			"loadBalancerArn": "${lb.id}", "port": 443, "protocol": "HTTPS", "defaultActions": []any{
				props{"type": "fixed-response"},
			},
			"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000",
		}},
	} {
		e.make(s.token, s.name, s.inputs)
	}
	assert.Equal(t, []any{"example.com"}, e.made["cert"].outputs["subjectAlternativeNames"].Mappable())
	assert.Equal(t, "ECS", e.made["dg"].outputs["computePlatform"].StringValue())
	option := e.made["cert"].outputs["domainValidationOptions"].ArrayValue()[0].ObjectValue()
	assert.Equal(t, "example.com", option["domainName"].StringValue())
	assert.Regexp(t, `^_[0-9a-f]{32}\.example\.com\.$`, option["resourceRecordName"].StringValue())
	assert.Equal(t, "CNAME", option["resourceRecordType"].StringValue())
	assert.Regexp(t, `^_[0-9a-f]{32}\.acm-validations\.aws\.$`, option["resourceRecordValue"].StringValue())
	e.make("aws:route53/record:Record", "proof", props{
		"zoneId": "Z1", "type": "CNAME", "name": option["resourceRecordName"].StringValue(),
	})
	e.make("aws:acm/certificateValidation:CertificateValidation", "valid", props{"certificateArn": "${cert.id}"})
	e.make(listener, "tls", props{
		"loadBalancerArn": "${lb.id}", "port": 8443, "protocol": "HTTPS", "certificateArn": "${valid.certificateArn}",
		"defaultActions": []any{props{"type": "forward", "targetGroupArn": "${tg.id}"}},
	})
}
