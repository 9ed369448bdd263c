package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const logSearchType = "aws-webapp:logsearch:LogSearch"

// LogSearch makes log groups searchable: an OpenSearch domain inside the VPC, a function that
// ships each group's events to its own indices, a queue for events that it cannot deliver, and
// a function that prepares the domain (index template, retention, roles, its own logs).
//
// The domain's master is the role of the preparing function, and there is no internal user:
// OpenSearch Service accepts a master by ARN only while the internal user database is off. It
// accepts a master by name only with the password in the request, which would put the password
// into the state. People sign in with the roles of ReaderRoleARNs.
type LogSearch struct {
	pulumi.ResourceState

	// DomainName and DomainARN of the OpenSearch domain.
	DomainName, DomainARN string
	// Endpoint is the domain's host name inside the VPC, DashboardsURL the address where people
	// search.
	Endpoint, DashboardsURL pulumi.StringOutput
	// FunctionName of the function that ships the logs, and FunctionLogGroups of both
	// functions' own logs.
	FunctionName      string
	FunctionLogGroups []string
	// DeadLetterQueueName and DeadLetterQueueURL of the queue for undelivered events.
	DeadLetterQueueName string
	DeadLetterQueueURL  pulumi.StringOutput
	alarms
	// SetupFunctionName is the function that prepares the domain.
	SetupFunctionName string

	args LogSearchArgs
	// codeHash changes with the functions' code.
	codeHash string

	domainGroup, functionGroup *ec2.SecurityGroup
	// network holds the security group rules that the functions need to reach anything.
	network       []pulumi.Resource
	domainLogs    []*cloudwatch.LogGroup
	domain        *opensearch.Domain
	beforeDomain  []pulumi.Resource
	queue         *sqs.Queue
	shipper       searchFunction
	setup         searchFunction
	setupComplete *lambda.Invocation
}

// searchFunction is one of the two functions under construction.
type searchFunction struct {
	role     *iam.Role
	logGroup *cloudwatch.LogGroup
	// before lists resources that must exist before the function can run.
	before   []pulumi.Resource
	function *lambda.Function
}

// NewLogSearch makes a [LogSearch].
func NewLogSearch(
	ctx *pulumi.Context, name string, args *LogSearchArgs, opts ...pulumi.ResourceOption,
) (*LogSearch, error) {
	s := &LogSearch{args: given(args)}
	s.setNames(name)
	return construct(ctx, name, s, opts, construction{
		kind: "log search", token: logSearchType, wrong: s.validate(),
		steps: []step{
			{"create security groups", s.createSecurityGroups},
			{"create service-linked role", s.createServiceLinkedRole},
			{"create dead-letter queue", s.createQueue},
			{"create roles", s.createRoles},
			{"publish the domain's logs", s.createDomainLogs},
			{"create domain", s.createDomain},
			{"create functions", s.createFunctions},
			{"keep what Lambda gives up on", s.keepUndelivered},
			{"prepare the domain", s.prepareDomain},
			{"subscribe to log groups", s.subscribe},
			{"create alarms", s.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"domainName":          pulumi.String(s.DomainName),
				"domainArn":           pulumi.String(s.DomainARN),
				"endpoint":            s.Endpoint,
				"dashboardsUrl":       s.DashboardsURL,
				"functionName":        pulumi.String(s.FunctionName),
				"deadLetterQueueName": pulumi.String(s.DeadLetterQueueName),
				"deadLetterQueueUrl":  s.DeadLetterQueueURL,
			}
		},
	})
}

// setNames fixes names that policies use before the resources exist: domain and functions name
// each other.
func (s *LogSearch) setNames(name string) {
	scope := s.args.Scope
	s.DomainName = scope.Name(NameOpenSearch, name)
	s.DomainARN = scope.ARN("es", "domain/"+s.DomainName)
	s.FunctionName = scope.Name(NameLambda, "LogsToOpenSearch")
	s.SetupFunctionName = scope.Name(NameLambda, "LogsToOpenSearch", "setup")
	s.FunctionLogGroups = []string{functionLogGroup(s.FunctionName), functionLogGroup(s.SetupFunctionName)}
	s.DeadLetterQueueName = scope.Name(NameQueue, name, "dead-letters")
}

// queueARN returns the ARN of the dead-letter queue.
func (s *LogSearch) queueARN() string {
	return s.args.Scope.ARN("sqs", s.DeadLetterQueueName)
}

// roleARN returns the ARN of a function's role, which has the function's name.
func (s *LogSearch) roleARN(function string) string {
	return s.args.Scope.GlobalARN("iam", "role/"+s.roleName(function))
}

// roleName returns the name of a function's role. It never has to be shortened: functions and
// roles have the same limit.
func (s *LogSearch) roleName(function string) string {
	return shorten(function, NameIAMRole, NameIAMRole.max)
}
