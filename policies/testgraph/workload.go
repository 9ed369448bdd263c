package testgraph

import (
	"fmt"

	"aws-webapp/policies/graph"
)

type buckets struct{ logs, app, audit *graph.Resource }

func (b *builder) buckets(keys keyring) buckets {
	logs := b.bucket("logs", nil, nil)
	return buckets{
		logs:  logs,
		app:   b.bucket("app", keys.data, logs),
		audit: b.bucket("audit", keys.audit, logs),
	}
}

// bucket adds a bucket with its companions. Without a key it is one for log delivery.
func (b *builder) bucket(name string, key, logs *graph.Resource) *graph.Resource {
	bucket := b.add(nil, "aws:s3/bucketV2:BucketV2", name,
		props{"bucket": "aws-webapp-" + b.stack + "-" + name + b.suffix})
	companion := func(kind, token string, more props) {
		inputs := props{"bucket": ref{to: bucket, output: "bucket"}}
		for k, v := range more {
			inputs[k] = v
		}
		b.add(bucket, "aws:s3/"+token+":"+kind, name, inputs)
	}
	companion("BucketPublicAccessBlock", "bucketPublicAccessBlock", props{
		"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
	})
	companion("BucketOwnershipControls", "bucketOwnershipControls",
		props{"rule": props{"objectOwnership": "BucketOwnerEnforced"}})
	companion("BucketVersioningV2", "bucketVersioningV2", props{"versioningConfiguration": props{"status": "Enabled"}})
	companion("BucketLifecycleConfigurationV2", "bucketLifecycleConfigurationV2", props{
		"rules": []any{
			props{"id": "expire", "status": "Enabled"},
			props{"id": "abort", "status": "Enabled", "abortIncompleteMultipartUpload": props{"daysAfterInitiation": 7}},
		},
	})
	byDefault, algorithm := props{"sseAlgorithm": "AES256"}, "AES256"
	if key != nil {
		byDefault, algorithm = props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": arn(key)}, "aws:kms"
	}
	companion("BucketServerSideEncryptionConfigurationV2", "bucketServerSideEncryptionConfigurationV2", props{
		"rules": []any{props{"applyServerSideEncryptionByDefault": byDefault}},
	})
	if logs != nil {
		companion("BucketLoggingV2", "bucketLoggingV2", props{
			"targetBucket": ref{to: logs, output: "bucket"}, "targetPrefix": name + "/",
		})
	}
	companion("BucketPolicy", "bucketPolicy", props{"policy": bucketPolicy("aws-webapp-"+b.stack+"-"+name, algorithm)})
	return bucket
}

func bucketPolicy(bucket, algorithm string) string {
	return fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*",`+
			`"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},`+
			`{"Sid":"Encryption","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::%[1]s/*",`+
			`"Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"%[2]s"}}},`+
			`{"Sid":"Delivery","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject",`+
			`"Resource":"arn:aws:s3:::%[1]s/*","Condition":{"StringEquals":{"aws:SourceAccount":"`+account+`"}}}]}`,
		bucket, algorithm)
}

// balancer is a load balancer's listeners by name, and its target groups.
type balancer struct {
	listeners map[string]*graph.Resource
	groups    []*graph.Resource
}

func (b *builder) balancer(n net, f groups, s buckets) balancer {
	lb := b.add(nil, "aws:lb/loadBalancer:LoadBalancer", "alb", props{
		"loadBalancerType": "application", "internal": false, "subnets": ids(n.public), "securityGroups": []any{id(f.alb)},
		"dropInvalidHeaderFields": true, "desyncMitigationMode": "strictest", "enableDeletionProtection": b.stack == "prod",
		"accessLogs":     props{"bucket": ref{to: s.logs, output: "bucket"}, "enabled": true},
		"connectionLogs": props{"bucket": ref{to: s.logs, output: "bucket"}, "enabled": true},
	})
	var groups []*graph.Resource
	for _, colour := range []string{"blue", "green"} {
		groups = append(groups, b.add(nil, "aws:lb/targetGroup:TargetGroup", "app-"+colour, props{
			"port": 8000, "protocol": "HTTPS", "targetType": "ip", "vpcId": id(n.vpc),
			"healthCheck": props{"path": "/health", "interval": 30},
		}))
	}
	forward := []any{props{"type": "forward", "targetGroupArn": arn(groups[0])}}
	listeners := map[string]*graph.Resource{}
	for name, port := range map[string]int{"https": 443, "test": 8443} {
		listeners[name] = b.add(nil, "aws:lb/listener:Listener", name, props{
			"loadBalancerArn": arn(lb), "port": port, "protocol": "HTTPS",
			"sslPolicy":      "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
			"certificateArn": "arn:aws:acm:us-east-1:" + account + ":certificate/one", "defaultActions": forward,
		})
	}
	b.add(nil, "aws:lb/listener:Listener", "http", props{
		"loadBalancerArn": arn(lb), "port": 80, "protocol": "HTTP",
		"defaultActions": []any{
			props{"type": "redirect", "redirect": props{"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}},
		},
	})
	b.add(nil, "aws:wafv2/webAclAssociation:WebAclAssociation", "alb", props{
		"resourceArn": arn(lb), "webAclArn": "arn:aws:wafv2:us-east-1:" + account + ":regional/webacl/one",
	})
	return balancer{listeners, groups}
}

func (b *builder) database(n net, f groups, keys keyring) *graph.Resource {
	subnets := b.add(nil, "aws:rds/subnetGroup:SubnetGroup", "db", props{"subnetIds": ids(n.isolated)})
	parameters := b.add(nil, "aws:rds/parameterGroup:ParameterGroup", "db", props{
		"family": "postgres17", "parameters": []any{
			props{"name": "rds.force_ssl", "value": "1"},
			props{"name": "log_statement", "value": "ddl"},
			props{"name": "log_min_duration_statement", "value": "500"},
		},
	})
	monitoring := b.role("db-monitoring", "monitoring.rds.amazonaws.com")
	b.add(nil, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "db-monitoring", props{
		"role": id(monitoring), "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
	})
	return b.add(nil, "aws:rds/instance:Instance", "db", props{
		"engine": "postgres", "engineVersion": "17", "instanceClass": "db.t3.small", "allocatedStorage": 20,
		"dbSubnetGroupName": name(subnets), "parameterGroupName": name(parameters), "vpcSecurityGroupIds": []any{id(f.db)},
		"publiclyAccessible": false, "storageEncrypted": true, "kmsKeyId": arn(keys.data), "multiAz": b.stack == "prod",
		"monitoringInterval": 60, "monitoringRoleArn": arn(monitoring), "deletionProtection": b.stack == "prod",
		"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}, "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 7, "autoMinorVersionUpgrade": true, "copyTagsToSnapshot": true,
		"username":                   "visitorbook_owner",
		"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": arn(keys.data), "manageMasterUserPassword": true,
		"masterUserSecretKmsKeyId": arn(keys.data),
	})
}

const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func (b *builder) service(n net, f groups, keys keyring, targets []*graph.Resource, database *graph.Resource) {
	cluster := b.add(nil, "aws:ecs/cluster:Cluster", "cluster", props{
		"settings": []any{props{"name": "containerInsights", "value": "enabled"}},
		"configuration": props{"executeCommandConfiguration": props{
			"kmsKeyId": arn(keys.logs), "logging": "OVERRIDE",
			"logConfiguration": props{"cloudWatchEncryptionEnabled": true, "cloudWatchLogGroupName": "/ecs/exec"},
		}},
	})
	b.logGroup("visitor-book", "/ecs/visitor-book", keys)
	execution, task := b.role("visitor-book-execution", "ecs-tasks.amazonaws.com"),
		b.role("visitor-book-task", "ecs-tasks.amazonaws.com")
	b.rolePolicy("visitor-book-execution", execution,
		`{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},`+
			`{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-east-1:`+
			account+
			`:log-group:/ecs/visitor-book:*"}`)
	b.rolePolicy("visitor-book-task", task,
		`{"Effect":"Allow","Action":["ssmmessages:CreateControlChannel","ssmmessages:OpenDataChannel"],"Resource":"*"},`+
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::aws-webapp-app/*"}`)
	definition := b.add(nil, "aws:ecs/taskDefinition:TaskDefinition", "visitor-book", props{
		"family": "visitor-book", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"}, "cpu": "512",
		"memory":           "1024",
		"executionRoleArn": arn(execution), "taskRoleArn": arn(task),
		"containerDefinitions": `[{"name":"visitor-book","image":"` + account +
			`.dkr.ecr.us-east-1.amazonaws.com/visitor-book` + digest +
			`","essential":true,"user":"65532:65532","readonlyRootFilesystem":true,"portMappings":[{"containerPort":8000}],` +
			`"environment":[{"name":"DATABASE_URL","value":"postgresql://app@db.internal:5432/app?sslmode=require"}],` +
			`"secrets":[{"name":"PGPASSWORD","valueFrom":"arn:aws:secretsmanager:us-east-1:` + account +
			`:secret:db:password::"}],` +
			`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/visitor-book"}}}]`,
	})
	depend(definition, "containerDefinitions", database)
	failing := b.add(nil, "aws:cloudwatch/metricAlarm:MetricAlarm", "visitor-book-5xx", props{
		"metricName": "HTTPCode_Target_5XX_Count", "alarmActions": []any{"arn:aws:sns:us-east-1:" + account + ":app-alerts"},
	})
	b.add(nil, "aws:ecs/service:Service", "visitor-book", props{
		"cluster": arn(cluster), "taskDefinition": arn(definition), "desiredCount": 2,
		"networkConfiguration":     props{"subnets": ids(n.app), "securityGroups": []any{id(f.app)}, "assignPublicIp": false},
		"deploymentCircuitBreaker": props{"enable": true, "rollback": true},
		"alarms":                   props{"enable": true, "rollback": true, "alarmNames": []any{name(failing)}},
		"loadBalancers": []any{
			props{"targetGroupArn": arn(targets[0]), "containerName": "visitor-book", "containerPort": 8000},
		},
	})
	b.add(nil, "aws:secretsmanager/secretRotation:SecretRotation", "db", props{
		"secretId": "arn:aws:secretsmanager:us-east-1:" + account + ":secret:rds!db-1", "rotationRules": props{
			"automaticallyAfterDays": 30,
		},
	})
}
