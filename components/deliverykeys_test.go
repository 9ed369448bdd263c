package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func deliveryKeysProgram(ctx *pulumi.Context) error {
	_, err := NewDeliveryKeys(ctx, "keys", &DeliveryKeysArgs{
		Scope: testScope, DeletionWindowDays: 30, Protect: true,
		StateUsers: []AccountRoles{{
			AccountID: "222222222222",
			RoleARNs:  []string{"arn:aws:iam::222222222222:role/deploy", "arn:aws:iam::222222222222:role/preview"},
		}},
	})
	return err
}

func TestDeliveryKeysOneEachDomain(t *testing.T) {
	rec := deployed(t, deliveryKeysProgram)
	rec.keepsContract(t, deliveryKeysType, "keys", map[string]any{
		"stateArn":     arnOf("aws:kms/key:Key", "keys-state"),
		"artifactsArn": arnOf("aws:kms/key:Key", "keys-artifacts"),
		"logsArn":      arnOf("aws:kms/key:Key", "keys-logs"),
	})
	for domain, protected := range map[string]bool{"state": true, "artifacts": false, "logs": false} {
		key := rec.one(t, "aws:kms/key:Key", "keys-"+domain)
		assert.Equal(t, true, key.inputs["enableKeyRotation"], domain)
		assert.Equal(t, protected, key.request.GetProtect(), domain)
		assert.Equal(t, "alias/aws-webapp-prod-"+domain, rec.one(t, "aws:kms/alias:Alias", "keys-"+domain).inputs["name"])
	}
}

// The principal is the account, since the roles may not exist yet; a condition restricts it to
// the roles.
func TestStateKeyLetsForeignRolesInByName(t *testing.T) {
	rec := previewed(t, deliveryKeysProgram)
	state := rec.one(t, "aws:kms/key:Key", "keys-state").policy(t, "policy")
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Resource": "*",
		"Action":    []any{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"},
		"Principal": map[string]any{"AWS": "arn:aws:iam::222222222222:root"},
		"Condition": map[string]any{"ArnEquals": map[string]any{"aws:PrincipalArn": []any{
			"arn:aws:iam::222222222222:role/deploy", "arn:aws:iam::222222222222:role/preview",
		}}},
	}, state.sid(t, "StateOf222222222222"))
	for _, domain := range []string{"artifacts", "logs"} {
		for _, statement := range rec.one(t, "aws:kms/key:Key", "keys-"+domain).policy(t, "policy").Statement {
			assert.NotContains(t, statement["Principal"], "222222222222", domain)
		}
	}
}
