package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const deliveryKeysType = "aws-webapp:encryption:DeliveryKeys"

// DeliveryKeysArgs describe [DeliveryKeys].
type DeliveryKeysArgs struct {
	// Scope of the stack.
	Scope Scope
	// DeletionWindowDays that a deleted key can be brought back.
	DeletionWindowDays int
	// Protect makes Pulumi refuse to delete the state key: without it the secrets in every stack's
	// state would be lost.
	Protect bool
	// StateUsers lists the roles of other accounts that use the state key. Roles of this account
	// use it through their policies.
	StateUsers []AccountRoles
}

// AccountRoles are roles of another account.
type AccountRoles struct {
	// AccountID has 12 digits.
	AccountID string
	// RoleARNs of the roles. They need not exist yet.
	RoleARNs []string
}

// DeliveryKeys holds the customer managed KMS keys of a delivery stack. They are separate:
// access to build logs gives access neither to images nor to states.
type DeliveryKeys struct {
	pulumi.ResourceState

	// StateARN is the key of the states and of the secrets in them.
	StateARN pulumi.StringOutput
	// ArtifactsARN is the key of images and of the pipeline's artifacts.
	ArtifactsARN pulumi.StringOutput
	// LogsARN is the key of log groups and notifications.
	LogsARN pulumi.StringOutput

	args DeliveryKeysArgs
}

// NewDeliveryKeys makes [DeliveryKeys].
func NewDeliveryKeys(
	ctx *pulumi.Context, name string, args *DeliveryKeysArgs, opts ...pulumi.ResourceOption,
) (*DeliveryKeys, error) {
	k := &DeliveryKeys{args: given(args)}
	key := func(role, description string, arn *pulumi.StringOutput, protect bool, use ...statement) step {
		return keySpec{
			scope: k.args.Scope, role: role, description: description,
			deletionWindowDays: k.args.DeletionWindowDays, protect: protect, use: use,
		}.step(k, arn)
	}
	ofLogs := append([]statement{logGroupUse(k.args.Scope)}, alertUse(k.args.Scope)...)
	return construct(ctx, name, k, opts, construction{
		kind: "delivery keys", token: deliveryKeysType, wrong: check(k.args),
		steps: []step{
			key("state", "States of all stacks and the secrets in them", &k.StateARN, k.args.Protect, k.stateUse()...),
			key("artifacts", "Images and artifacts of the pipeline", &k.ArtifactsARN, false),
			key("logs", "Log groups of builds, and notifications", &k.LogsARN, false, ofLogs...),
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"stateArn":     k.StateARN,
				"artifactsArn": k.ArtifactsARN,
				"logsArn":      k.LogsARN,
			}
		},
	})
}

// stateUse returns statements that let roles of other accounts encrypt and decrypt.
func (k *DeliveryKeys) stateUse() []statement {
	statements := make([]statement, len(k.args.StateUsers))
	for i, user := range k.args.StateUsers {
		statements[i] = statement{
			Sid:       "StateOf" + user.AccountID,
			Effect:    "Allow",
			Principal: map[string]any{"AWS": k.args.Scope.in(user.AccountID).rootARN()},
			Action:    stateKeyActions,
			Resource:  "*",
			Condition: user.alone(),
		}
	}
	return statements
}

// stateKeyActions lists the actions to encrypt and decrypt a state and the secrets in it.
var stateKeyActions = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"}

// alone restricts a statement about an account to these roles. AWS refuses a policy whose
// principals do not exist. But the roles of the other account trust roles of this one, so one
// side has to come first: a condition, unlike a principal, may name a role that does not exist
// yet.
func (a AccountRoles) alone() conditions {
	return conditions{"ArnEquals": {"aws:PrincipalArn": a.RoleARNs}}
}
