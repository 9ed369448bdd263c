package preflight

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"aws-webapp/internal/bluegreen"
)

// Clients of the services that are asked. Each interface stands beside what asks.
type Clients struct {
	AccessAnalyzer AccessAnalyzer
	ACM            ACM
	Backup         Backup
	CloudTrail     CloudTrail
	CloudWatch     CloudWatch
	CodeDeploy     bluegreen.Reader
	ConfigService  ConfigService
	EC2            EC2
	ECR            func(region string) ECR
	ElastiCache    ElastiCache
	GuardDuty      GuardDuty
	IAM            IAM
	KMS            KMS
	Lambda         Lambda
	LoadBalancing  LoadBalancing
	Logs           Logs
	OpenSearch     OpenSearch
	Parameters     Parameters
	Quotas         Quotas
	RDS            RDS
	Route53        Route53
	S3             S3
	Secrets        Secrets
	SecurityHub    SecurityHub
	STS            STS
}

// NewClients makes clients of real services.
func NewClients(cfg aws.Config) Clients {
	return Clients{
		AccessAnalyzer: accessanalyzer.NewFromConfig(cfg),
		ACM:            acm.NewFromConfig(cfg),
		Backup:         backup.NewFromConfig(cfg),
		CloudTrail:     cloudtrail.NewFromConfig(cfg),
		CloudWatch:     cloudwatch.NewFromConfig(cfg),
		CodeDeploy:     codedeploy.NewFromConfig(cfg),
		ConfigService:  configservice.NewFromConfig(cfg),
		EC2:            ec2.NewFromConfig(cfg),
		ECR: func(region string) ECR {
			return ecr.NewFromConfig(cfg, func(o *ecr.Options) { o.Region = region })
		},
		ElastiCache:   elasticache.NewFromConfig(cfg),
		GuardDuty:     guardduty.NewFromConfig(cfg),
		IAM:           iam.NewFromConfig(cfg),
		KMS:           kms.NewFromConfig(cfg),
		Lambda:        lambda.NewFromConfig(cfg),
		LoadBalancing: elb.NewFromConfig(cfg),
		Logs:          cloudwatchlogs.NewFromConfig(cfg),
		OpenSearch:    opensearch.NewFromConfig(cfg),
		Parameters:    ssm.NewFromConfig(cfg),
		Quotas:        servicequotas.NewFromConfig(cfg),
		RDS:           rds.NewFromConfig(cfg),
		Route53:       route53.NewFromConfig(cfg),
		// An emulator has no bucket names in its host names.
		S3:          s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		Secrets:     secretsmanager.NewFromConfig(cfg),
		SecurityHub: securityhub.NewFromConfig(cfg),
		STS:         sts.NewFromConfig(cfg),
	}
}
