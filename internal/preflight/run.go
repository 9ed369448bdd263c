package preflight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Preflight checks one stack before one operation.
type Preflight struct {
	// Project and Stack as in Pulumi.
	Project, Stack string
	// Config of the stack file.
	Config *config.Config
	// Root is the folder of Pulumi.yaml.
	Root string
	// Names computes the physical names of the stack in an account.
	Names func(account, partition string) []Name
	// AWS configures the clients. Each check makes the client that it needs.
	AWS aws.Config
	// GitHub answers questions about a delivery stack's repository; nil without a token.
	GitHub GitHub
	// Protected lists the resources that Pulumi's state protects, by type; nil without a state.
	Protected map[string][]string
	Now       func() time.Time

	account, partition string
	names              []Name
	// vpcs of the stack; empty if it has not been deployed.
	vpcs []string
	// atOnce is the number of checks that run at the same time; 0 means six, few enough not to be throttled.
	atOnce int
}

// s3 has no bucket names in host names if it asks an emulator.
func (p *Preflight) s3() *s3.Client {
	return s3.NewFromConfig(p.AWS, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
}

func (p *Preflight) ecr(region string) *ecr.Client {
	return ecr.NewFromConfig(p.AWS, func(o *ecr.Options) { o.Region = region })
}

// NameKind is the kind of thing that a name belongs to.
type NameKind string

// The kinds of names that are checked.
const (
	// ApplicationName is CodeDeploy's application for the service in the name's role. Its deployment group has the
	// service's name.
	ApplicationName NameKind = "CodeDeploy application"
	BucketName      NameKind = "bucket"
	DatabaseName    NameKind = "database"
	FunctionName    NameKind = "function"
	LogGroupName    NameKind = "log group"
	TrailName       NameKind = "trail"
	OtherName       NameKind = "name"
)

// Name is a physical name of the stack.
type Name struct {
	Kind NameKind
	// Role is the purpose of the name, such as application.
	Role string
	// Value is the name, Full the name without AWS's limit, and Limit that limit.
	Value, Full string
	Limit       int
}

// named returns the names of a kind.
func (p *Preflight) named(kind NameKind) []Name {
	return slices.DeleteFunc(slices.Clone(p.names), func(name Name) bool { return name.Kind != kind })
}

// deployed reports whether the stack exists: then its resources already count as used.
func (p *Preflight) deployed() bool { return len(p.vpcs) > 0 }

// check examines one subject. An error says that AWS could not be asked; findings returned with
// it still count.
type check struct {
	name string
	ask  func(context.Context) ([]outcome.Finding, error)
}

// plan are the checks of an operation.
type plan struct {
	checks []check
	// ofStack are checks that mean something else where the stack is there: they ask nothing while nobody knows
	// whether it is.
	ofStack []check
}

// run runs the checks. The error says that AWS could not be asked at all.
func (p *Preflight) run(ctx context.Context, operation string, plan plan) (*Report, error) {
	identity, err := sts.NewFromConfig(p.AWS).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("find out whose credentials these are: %w", err)
	}
	p.account, p.partition = aws.ToString(identity.Account), partitionOf(aws.ToString(identity.Arn))
	report := &Report{Operation: operation, Stack: p.Stack, Account: p.account, Region: p.Config.AWS.Region}
	account := p.checkAccount(aws.ToString(identity.Arn))
	report.Findings = append(report.Findings, account)
	if account.Status == outcome.Blocked {
		// The contents of another account say nothing about the stack's account.
		return report, nil
	}
	p.names = p.Names(p.account, p.partition)
	checks := slices.Clone(plan.checks)
	if len(plan.ofStack) > 0 {
		err := p.findVPCs(ctx)
		for _, one := range plan.ofStack {
			if err != nil {
				report.Findings = append(report.Findings, unchecked(one.name, err))
				continue
			}
			checks = append(checks, one)
		}
	}
	results := make([][]outcome.Finding, len(checks))
	group, ctx := errgroup.WithContext(ctx)
	const standard = 6
	group.SetLimit(cmp.Or(p.atOnce, standard))
	for i, one := range checks {
		group.Go(func() error {
			findings, err := one.ask(ctx)
			if err != nil {
				findings = append(findings, unchecked(one.name, err))
			}
			results[i] = findings
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, findings := range results {
		report.Findings = append(report.Findings, findings...)
	}
	return report, nil
}

// partitionOf returns the partition of an ARN, such as aws or aws-cn.
func partitionOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 1 && parts[1] != "" {
		return parts[1]
	}
	return "aws"
}

// unchecked returns a finding that says what is missing for the check.
func unchecked(name string, err error) outcome.Finding {
	if action, denied := awsapi.Denied(err); denied {
		return outcome.Finding{Check: name, Status: outcome.Unchecked, Found: "no permission", Fix: "needs " + action}
	}
	return outcome.Finding{Check: name, Status: outcome.Unchecked, Found: awsapi.Reason(err)}
}

func (p *Preflight) checkAccount(arn string) outcome.Finding {
	finding := outcome.Finding{
		Check: "account", Status: outcome.OK, Found: p.account + " as " + arn[strings.LastIndex(arn, ":")+1:],
		Needed: strings.Join(p.Config.AWS.AllowedAccountIDs, " or "),
	}
	if !slices.Contains(p.Config.AWS.AllowedAccountIDs, p.account) {
		finding.Status = outcome.Blocked
		finding.Fix = "use credentials of " + finding.Needed + ", or correct aws.allowedAccountIds"
	}
	return finding
}

// findVPCs finds the stack's VPCs by its tags.
func (p *Preflight) findVPCs(ctx context.Context) error {
	found, err := p.allVPCs(ctx,
		ec2types.Filter{Name: aws.String("tag:Project"), Values: []string{p.Project}},
		ec2types.Filter{Name: aws.String("tag:Stack"), Values: []string{p.Stack}})
	if err != nil {
		return err
	}
	for i := range found {
		p.vpcs = append(p.vpcs, aws.ToString(found[i].VpcId))
	}
	return nil
}

// own reports whether tags are those of the stack.
func (p *Preflight) own(tags map[string]string) bool {
	return tags["Project"] == p.Project && tags["Stack"] == p.Stack
}
