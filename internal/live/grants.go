package live

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// unconfirmed stands for the ARN of a subscription that waits for its confirmation, or was never confirmed, or
// one that was taken away: it gets nothing. Source:
// https://aws.amazon.com/about-aws/whats-new/2023/05/amazon-sns-automatic-deletion-unconfirmed-subscriptions/
var unconfirmed = map[string]bool{"PendingConfirmation": true, "Deleted": true}

// subscriptions finds who gets the messages of the stack's topics without the stack's doing. Addresses are not shown:
// they may contain a key.
func (l *Looker) subscriptions(ctx context.Context) (strays []Stray, err error) {
	ours := l.state.IDs(resourcetypes.TopicSubscription)
	for _, topic := range l.state.Of(resourcetypes.Topic) {
		pages := sns.NewListSubscriptionsByTopicPaginator(l.sns, &sns.ListSubscriptionsByTopicInput{
			TopicArn: aws.String(topic.ID),
		})
		all, err := awsapi.All(ctx, pages,
			func(page *sns.ListSubscriptionsByTopicOutput) []snstypes.Subscription { return page.Subscriptions })
		if gone(err) {
			continue
		}
		if err != nil {
			return strays, fmt.Errorf("look at the subscriptions of %s: %w", topic.ID, err)
		}
		for _, one := range all {
			if arn := aws.ToString(one.SubscriptionArn); !ours[arn] && !unconfirmed[arn] {
				strays = append(strays, Stray{
					ID:   arn,
					What: "subscription to topic " + topic.Text("name"), Detail: "by " + aws.ToString(one.Protocol) + ", " + arn,
					Undo: l.command("sns", "unsubscribe", "--subscription-arn", arn),
					undo: func(ctx context.Context) error {
						_, err := l.sns.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: aws.String(arn)})
						return err
					},
				})
			}
		}
	}
	return strays, nil
}

// statements finds who may invoke the stack's functions without the stack's doing.
func (l *Looker) statements(ctx context.Context) (strays []Stray, err error) {
	ours := map[string]bool{}
	for _, one := range l.state.Of(resourcetypes.FunctionPermission) {
		ours[one.Text("function")+"/"+one.ID] = true // the id of a permission is that of its statement
	}
	for _, function := range l.state.Of(resourcetypes.Function) {
		out, err := l.lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String(function.ID)})
		if gone(err) {
			continue // no policy at all
		}
		if err != nil {
			return strays, fmt.Errorf("look at the policy of function %s: %w", function.ID, err)
		}
		var policy struct {
			Statement []struct {
				Sid       string
				Principal any
			}
		}
		if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &policy); err != nil {
			return strays, fmt.Errorf("read the policy of function %s: %w", function.ID, err)
		}
		for _, one := range policy.Statement {
			id := function.ID + "/" + one.Sid
			if ours[id] {
				continue
			}
			who, err := json.Marshal(one.Principal)
			if err != nil {
				return strays, err
			}
			strays = append(strays, Stray{
				ID:   id,
				What: "statement " + one.Sid + " of function " + function.ID, Detail: "lets " + string(who) + " invoke it",
				Undo: l.command("lambda", "remove-permission", "--function-name", function.ID, "--statement-id", one.Sid),
				undo: func(ctx context.Context) error {
					_, err := l.lambda.RemovePermission(ctx, &lambda.RemovePermissionInput{
						FunctionName: aws.String(function.ID), StatementId: aws.String(one.Sid),
					})
					return err
				},
			})
		}
	}
	return strays, nil
}

// rolePolicies finds rights of the stack's roles that the stack has not given.
func (l *Looker) rolePolicies(ctx context.Context) (strays []Stray, err error) {
	inline := l.state.IDs(resourcetypes.RolePolicy) // role:policy
	attached := map[string]bool{}
	for _, one := range l.state.Of(resourcetypes.RolePolicyAttachment) {
		attached[one.Text("role")+" "+one.Text("policyArn")] = true
	}
	for _, role := range l.state.Of(resourcetypes.Role) {
		name := aws.String(role.ID)
		names, err := awsapi.All(ctx, iam.NewListRolePoliciesPaginator(l.iam, &iam.ListRolePoliciesInput{RoleName: name}),
			func(page *iam.ListRolePoliciesOutput) []string { return page.PolicyNames })
		if gone(err) {
			continue
		}
		if err != nil {
			return strays, fmt.Errorf("look at the policies of role %s: %w", role.ID, err)
		}
		for _, policy := range names {
			if !inline[role.ID+":"+policy] {
				strays = append(strays, Stray{
					ID:   role.ID + "/" + policy,
					What: "policy " + policy + " of role " + role.ID, Detail: "in the role itself",
					Undo: l.command("iam", "delete-role-policy", "--role-name", role.ID, "--policy-name", policy),
					undo: func(ctx context.Context) error {
						_, err := l.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{
							RoleName: name, PolicyName: aws.String(policy),
						})
						return err
					},
				})
			}
		}
		managed, err := awsapi.All(ctx,
			iam.NewListAttachedRolePoliciesPaginator(l.iam, &iam.ListAttachedRolePoliciesInput{RoleName: name}),
			func(page *iam.ListAttachedRolePoliciesOutput) []iamtypes.AttachedPolicy { return page.AttachedPolicies })
		if err != nil {
			return strays, fmt.Errorf("look at the policies of role %s: %w", role.ID, err)
		}
		for _, policy := range managed {
			if arn := aws.ToString(policy.PolicyArn); !attached[role.ID+" "+arn] {
				strays = append(strays, Stray{
					ID:   role.ID + "/" + arn,
					What: "policy " + aws.ToString(policy.PolicyName) + " of role " + role.ID, Detail: "attached, " + arn,
					Undo: l.command("iam", "detach-role-policy", "--role-name", role.ID, "--policy-arn", arn),
					undo: func(ctx context.Context) error {
						_, err := l.iam.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: policy.PolicyArn})
						return err
					},
				})
			}
		}
	}
	return strays, nil
}
