package preflight

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/config"
)

// The policies in docs/operations.md grant exactly the actions that the command calls.
// sts:GetCallerIdentity needs no permission.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	// In this account every call is made, including those that need an existing resource.
	full := newAccount()
	full.gateways, full.detector = []string{"us-east-1a"}, map[string]string{}
	full.orderable = nil
	full.manifest, full.layer = `{"config": {"digest": "sha256:c0ffee"}}`, "http://127.0.0.1:1/"
	full.certificate = &acmtypes.CertificateDetail{Status: acmtypes.CertificateStatusIssued}
	full.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN), KmsKeyId: aws.String("alias/mine")}}
	_, err = full.flight(t, func(c *config.Config) {
		readsToken(c)
		c.Services[0].Secrets["PARAMETER"] = "arn:aws:ssm:us-east-1:222222222222:parameter/p"
		c.LogSearch.MaxConcurrency = 1
		hasBudget(c)
		c.LoadBalancer.IngressPrefixLists = []string{"pl-3b927c52"}
	}).Up(t.Context())
	require.NoError(t, err)
	_, err = full.flight(t, givenCertificate).Up(t.Context())
	require.NoError(t, err)
	_, err = full.flight(t, nil).UpDelivery(t.Context(), delivery)
	require.NoError(t, err)
	assert.Equal(t, called(full), awsfake.Documented(t, "### Permissions of preflight before up\n"))

	doomed := newDoomed()
	doomed.target = cdtypes.TargetStatusSucceeded
	_, err = doomed.flight(t, unprotected).Destroy(t.Context())
	require.NoError(t, err)
	_, err = doomed.flight(t, nil).DestroyDelivery(t.Context(), delivery)
	require.NoError(t, err)
	assert.Equal(t, called(doomed), awsfake.Documented(t, "### Permissions of preflight before destroy\n"))
}

func called(a *account) []string {
	return slices.DeleteFunc(a.Actions(), func(action string) bool { return action == "sts:GetCallerIdentity" })
}
