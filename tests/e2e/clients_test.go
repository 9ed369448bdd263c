//go:build e2e

package e2e

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/stretchr/testify/require"
)

// clients holds a client of every service that the tests look at.
type clients struct {
	acm        *acm.Client
	autoscale  *applicationautoscaling.Client
	backup     *backup.Client
	trails     *cloudtrail.Client
	cloudwatch *cloudwatch.Client // of 2024: the newer ones speak CBOR, moto 5.2.1 does not
	logs       *cloudwatchlogs.Client
	codedeploy *codedeploy.Client
	ec2        *ec2.Client
	ecs        *ecs.Client
	elb        *elb.Client
	events     *eventbridge.Client
	guardduty  *guardduty.Client
	iam        *iam.Client
	kms        *kms.Client
	lambda     *lambda.Client
	opensearch *opensearch.Client
	rds        *rds.Client
	route53    *route53.Client
	s3         *s3.Client
	secrets    *secretsmanager.Client
	sns        *sns.Client
	sqs        *sqs.Client
	waf        *wafv2.Client
}

func newClients(config aws.Config) clients {
	return clients{
		acm:        acm.NewFromConfig(config),
		autoscale:  applicationautoscaling.NewFromConfig(config),
		backup:     backup.NewFromConfig(config),
		trails:     cloudtrail.NewFromConfig(config),
		cloudwatch: cloudwatch.NewFromConfig(config),
		logs:       cloudwatchlogs.NewFromConfig(config),
		codedeploy: codedeploy.NewFromConfig(config),
		ec2:        ec2.NewFromConfig(config),
		ecs:        ecs.NewFromConfig(config),
		elb:        elb.NewFromConfig(config),
		events:     eventbridge.NewFromConfig(config),
		guardduty:  guardduty.NewFromConfig(config),
		iam:        iam.NewFromConfig(config),
		kms:        kms.NewFromConfig(config),
		lambda:     lambda.NewFromConfig(config),
		opensearch: opensearch.NewFromConfig(config),
		rds:        rds.NewFromConfig(config),
		route53:    route53.NewFromConfig(config),
		s3:         s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		secrets:    secretsmanager.NewFromConfig(config),
		sns:        sns.NewFromConfig(config),
		sqs:        sqs.NewFromConfig(config),
		waf:        wafv2.NewFromConfig(config),
	}
}

// got returns what a call answers and fails the test if it fails.
func got[T any](answer T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		require.NoError(t, err)
		return answer
	}
}

// only returns the single element of a list.
func only[T any](t *testing.T, list []T) T {
	t.Helper()
	require.Len(t, list, 1)
	return list[0]
}

// filter selects by one value, as most calls of EC2 do.
func filter(name string, values ...string) ec2types.Filter {
	return ec2types.Filter{Name: aws.String(name), Values: values}
}

// pairs reads a list of keys and values, such as tags or attributes.
func pairs[T any](list []T, pair func(T) (key, value *string)) map[string]string {
	read := make(map[string]string, len(list))
	for _, element := range list {
		key, value := pair(element)
		read[aws.ToString(key)] = aws.ToString(value)
	}
	return read
}

// each maps a list.
func each[T, V any](list []T, value func(T) V) []V {
	mapped := make([]V, len(list))
	for i, element := range list {
		mapped[i] = value(element)
	}
	return mapped
}
