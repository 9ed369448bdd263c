package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const savedQueriesType = "aws-webapp:monitoring:SavedQueries"

// mostQueriedGroups is the number of log groups that Logs Insights searches at once.
const mostQueriedGroups = 50

// SavedQueriesArgs describe [SavedQueries]. A query is left out if there are no log groups for
// it.
type SavedQueriesArgs struct {
	// Scope of the stack.
	Scope Scope
	// ServiceLogGroups of the services. docs/architecture.md describes their lines.
	ServiceLogGroups []string
	// FunctionLogGroups of the stack's own functions.
	FunctionLogGroups []string
	// FlowLogGroup of the VPC, in AWS's default format.
	FlowLogGroup string
	// AuditLogGroup that CloudTrail writes to.
	AuditLogGroup string
	// WAFLogGroup that AWS WAF writes to.
	WAFLogGroup string
	// DatabaseLogGroup of PostgreSQL.
	DatabaseLogGroup string
}

// SavedQueries holds CloudWatch Logs Insights queries for the first questions of the person on
// call. The console shows them in a folder called <project>-<stack>.
type SavedQueries struct {
	pulumi.ResourceState

	// Names of the queries in the console, folder first.
	Names []string

	args SavedQueriesArgs
}

// NewSavedQueries makes [SavedQueries].
func NewSavedQueries(
	ctx *pulumi.Context, name string, args *SavedQueriesArgs, opts ...pulumi.ResourceOption,
) (*SavedQueries, error) {
	q := &SavedQueries{args: given(args)}
	var steps []step
	for _, query := range savedQueries() {
		steps = append(steps, step{"save " + query.name, func(ctx *pulumi.Context, name string) error {
			return q.save(ctx, name+"-"+query.name, query)
		}})
	}
	return construct(ctx, name, q, opts, construction{
		kind: "saved queries", token: savedQueriesType, wrong: check(q.args), steps: steps,
		outputs: func() pulumi.Map { return pulumi.Map{"names": pulumi.ToStringArray(q.Names)} },
	})
}

// save does not need the groups to exist: CloudWatch looks for them when the query runs.
func (q *SavedQueries) save(ctx *pulumi.Context, logical string, query savedQuery) error {
	groups := query.searches(q.args)
	if len(groups) == 0 {
		return nil
	}
	physical := fmt.Sprintf("%s-%s/%s", q.args.Scope.Project, q.args.Scope.Stack, query.name)
	q.Names = append(q.Names, physical)
	_, err := cloudwatch.NewQueryDefinition(ctx, logical, &cloudwatch.QueryDefinitionArgs{
		Name:          pulumi.String(physical),
		LogGroupNames: pulumi.ToStringArray(groups),
		QueryString:   pulumi.String(query.text),
	}, pulumi.Parent(q))
	return err
}
