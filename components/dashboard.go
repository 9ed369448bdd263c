package components

import (
	"fmt"
	"net/url"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const dashboardType = "aws-webapp:monitoring:Dashboard"

// DashboardService is a service whose tasks the dashboard shows.
type DashboardService struct {
	// Name of the service, as a heading.
	Name string
	// ECSName is the name that ECS knows it by.
	ECSName pulumi.StringInput
	// LogGroupName of its output. If empty, the page shows no logs of the service.
	LogGroupName string
}

// DashboardSearch is a search domain with the function that ships logs to it.
type DashboardSearch struct {
	// DomainName of the domain, FunctionName of the function and DeadLetterQueueName of the queue
	// for undelivered events.
	DomainName, FunctionName, DeadLetterQueueName string
}

// DashboardRow shows one part of the stack. The part makes it itself: see [Cache.DashboardRow].
type DashboardRow struct{ tiles []tile }

// DashboardArgs describe a [Dashboard].
type DashboardArgs struct {
	// Scope of the stack.
	Scope Scope
	// LoadBalancerSuffix is the last part of the load balancer's ARN, as metrics name it.
	LoadBalancerSuffix pulumi.StringInput
	// ClusterName of the services.
	ClusterName pulumi.StringInput
	// Services, one row each.
	Services []DashboardService
	// DatabaseIdentifier of the instance.
	DatabaseIdentifier pulumi.StringInput
	// Rows of further parts of the stack, below the database's.
	Rows []DashboardRow
	// Search is shown unless it is nil.
	Search *DashboardSearch
	// AlarmNames of the alarms whose state is shown at the top of the page.
	AlarmNames []string
}

// Dashboard is the one CloudWatch page to open first: alarms, traffic, errors, latency, tasks,
// database, search and logs. AWS gives each account three dashboards of 50 metrics per month free of
// charge.
type Dashboard struct {
	pulumi.ResourceState

	// URL of the page in the AWS console.
	URL string

	args DashboardArgs
}

// NewDashboard makes a [Dashboard].
func NewDashboard(
	ctx *pulumi.Context, name string, args *DashboardArgs, opts ...pulumi.ResourceOption,
) (*Dashboard, error) {
	d := &Dashboard{args: given(args)}
	return construct(ctx, name, d, opts, construction{
		kind: "dashboard", token: dashboardType, wrong: check(d.args),
		steps: []step{
			{"create page", d.createPage},
		},
		outputs: func() pulumi.Map { return pulumi.Map{"url": pulumi.String(d.URL)} },
	})
}

func (d *Dashboard) createPage(ctx *pulumi.Context, name string) error {
	scope := d.args.Scope
	pageName := scope.Name(NameDashboard, name)
	if _, err := cloudwatch.NewDashboard(ctx, name, &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(pageName),
		DashboardBody: pulumi.JSONMarshal(struct {
			Widgets []widget `json:"widgets"`
		}{d.widgets()}),
	}, pulumi.Parent(d)); err != nil {
		return err
	}
	d.URL = fmt.Sprintf("https://%s.%s/cloudwatch/home?region=%s#dashboards/dashboard/%s",
		scope.Region, scope.consoleHost(), scope.Region, url.PathEscape(pageName))
	return nil
}
