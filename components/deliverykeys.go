package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const deliveryKeysType = "aws-webapp:encryption:DeliveryKeys"

// DeliveryKeysArgs describe [DeliveryKeys].
type DeliveryKeysArgs struct {
	// Scope of the stack.
	Scope Scope
	// DeletionWindowDays that a deleted key can be brought back.
	DeletionWindowDays int
	// Protect makes Pulumi refuse to delete the state key: with it the secrets in every
	// stack's state would be gone.
	Protect bool
	// StateUsers are the roles of other accounts that use the state key. The account's own
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

// DeliveryKeys are the customer managed KMS keys of a delivery stack: whoever may read build
// logs can neither read images nor states.
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
func NewDeliveryKeys(ctx *pulumi.Context, name string, args *DeliveryKeysArgs, opts ...pulumi.ResourceOption) (*DeliveryKeys, error) {
	k := &DeliveryKeys{}
	if args != nil {
		k.args = *args
	}
	if err := check(k.args); err != nil {
		return nil, fmt.Errorf("delivery keys %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(deliveryKeysType, name, k, opts...); err != nil {
		return nil, fmt.Errorf("delivery keys %q: register: %w", name, err)
	}
	for _, domain := range []struct {
		role, description string
		arn               *pulumi.StringOutput
		protect           bool
		use               []statement
	}{
		{"state", "States of all stacks and the secrets in them", &k.StateARN, k.args.Protect, k.stateUse()},
		{"artifacts", "Images and artifacts of the pipeline", &k.ArtifactsARN, false, nil},
		{
			"logs", "Log groups of builds, and notifications", &k.LogsARN, false,
			append([]statement{logGroupUse(k.args.Scope)}, alertUse(k.args.Scope)...),
		},
	} {
		arn, err := newKey(ctx, k, keySpec{
			scope: k.args.Scope, logical: name + "-" + domain.role, role: domain.role, description: domain.description,
			deletionWindowDays: k.args.DeletionWindowDays, protect: domain.protect, use: domain.use,
		})
		if err != nil {
			return nil, fmt.Errorf("delivery keys %q: create %s key: %w", name, domain.role, err)
		}
		*domain.arn = arn
	}
	if err := ctx.RegisterResourceOutputs(k, pulumi.Map{
		"stateArn":     k.StateARN,
		"artifactsArn": k.ArtifactsARN,
		"logsArn":      k.LogsARN,
	}); err != nil {
		return nil, fmt.Errorf("delivery keys %q: register outputs: %w", name, err)
	}
	return k, nil
}

// stateUse lets roles of other accounts encrypt and decrypt.
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

// stateKeyActions encrypt and decrypt secrets in a state, and the state itself.
var stateKeyActions = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"}

// alone keeps a statement about an account to its roles. AWS refuses a policy whose
// principals do not exist, but the roles of another account trust this one's, and one of
// the two has to be first: a condition may name what is still to come.
func (a AccountRoles) alone() conditions {
	return conditions{"ArnEquals": {"aws:PrincipalArn": a.RoleARNs}}
}
