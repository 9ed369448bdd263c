package components

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const budgetType = "aws-webapp:monitoring:Budget"

// budgetsPrincipal tells the topic of budgets.
const budgetsPrincipal = "budgets.amazonaws.com"

// BudgetArgs describe a [Budget].
type BudgetArgs struct {
	// Scope of the stack.
	Scope Scope
	// MonthlyUSD that the stack may cost, above 0.
	MonthlyUSD int
	// TopicARN hears of what is spent.
	TopicARN pulumi.StringInput
}

// Budget tells the topic when the stack costs more than it should. It counts what has the stack's tag, as soon as that
// is a cost allocation tag of the account that pays.
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html
type Budget struct {
	pulumi.ResourceState

	// Name of the budget.
	Name string

	args BudgetArgs
}

// NewBudget makes a [Budget].
func NewBudget(ctx *pulumi.Context, name string, args *BudgetArgs, opts ...pulumi.ResourceOption) (*Budget, error) {
	b := &Budget{args: given(args)}
	b.Name = b.args.Scope.Name(NameBudget, name)
	return construct(ctx, name, b, opts, construction{
		kind: "budget", token: budgetType, wrong: check(b.args),
		steps:   []step{{"create budget", b.createBudget}},
		outputs: func() pulumi.Map { return pulumi.Map{"name": pulumi.String(b.Name)} },
	})
}

// createBudget asks for messages at shares of the budget: what is spent, and what AWS forecasts for the month's end,
// which it does after about five weeks of use.
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html
func (b *Budget) createBudget(ctx *pulumi.Context, name string) error {
	const most, whole = 80, 100
	above := func(kind string, percent float64) budgets.BudgetNotificationArgs {
		return budgets.BudgetNotificationArgs{
			ComparisonOperator: pulumi.String("GREATER_THAN"), NotificationType: pulumi.String(kind),
			Threshold: pulumi.Float64(percent), ThresholdType: pulumi.String("PERCENTAGE"),
			SubscriberSnsTopicArns: pulumi.StringArray{b.args.TopicARN},
		}
	}
	_, err := budgets.NewBudget(ctx, name, &budgets.BudgetArgs{
		Name:        pulumi.String(b.Name),
		BudgetType:  pulumi.String("COST"),
		TimeUnit:    pulumi.String("MONTHLY"),
		LimitAmount: pulumi.String(strconv.Itoa(b.args.MonthlyUSD)),
		LimitUnit:   pulumi.String("USD"),
		CostFilters: budgets.BudgetCostFilterArray{budgets.BudgetCostFilterArgs{
			Name: pulumi.String("TagKeyValue"), Values: pulumi.StringArray{pulumi.String("user:Stack$" + b.args.Scope.Stack)},
		}},
		Notifications: budgets.BudgetNotificationArray{
			above("ACTUAL", most), above("ACTUAL", whole), above("FORECASTED", whole),
		},
		Tags: named(b.Name),
	}, pulumi.Parent(b))
	return err
}
