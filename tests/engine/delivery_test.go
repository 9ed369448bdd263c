package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownStaging puts staging into the delivery stack's account, where the stack makes the roles'
// policies itself and the policy pack judges them.
var ownStaging = map[string]string{
	"aws-webapp:staging.accountId": "333333333333", "aws-webapp:staging.deployRoleArn": "",
	"aws-webapp:staging.previewRoleArn": "",
}

// disposable is a delivery stack that may be destroyed, as its documentation says.
var disposable = map[string]string{
	"aws-webapp:environment": "staging", "aws-webapp:state.forceDestroy": "true",
	"aws-webapp:registry.forceDelete": "true",
}

func TestDeliverySatisfiesThePolicies(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]map[string]string{"three accounts": nil, "staging in its own": ownStaging} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: "delivery", pack: policies, packConfig: packConfig(t, "delivery"), config: config})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			assert.Empty(t, result.Violations)
			s.requireNoOrphans()
			for output, want := range map[string]string{
				"stateBackendUrl": "s3://aws-webapp-delivery-state-333333333333-us-east-1?region=us-east-1",
				"repositoryUrl":   "333333333333.dkr.ecr.us-east-1.amazonaws.com/visitor-book",
				"pipelineName":    "aws-webapp-delivery-visitor-book",
			} {
				assert.Equal(t, want, result.Outputs[output], output)
			}
			assert.Contains(t, result.Outputs["secretsProvider"], "awskms:///arn:aws:kms:us-east-1:333333333333:key/")

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}

func TestDeliveryIsDestroyedInTwoSteps(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "delivery"})
	before := s.exists()
	_, err := s.Destroy(t.Context())
	require.ErrorContains(t, err, "protect")
	assert.Equal(t, before, s.exists(), "a refused destroy deletes nothing")

	unprotected := s.again(setup{config: disposable})
	_, err = unprotected.Up(t.Context())
	require.NoError(t, err)
	_, err = unprotected.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, unprotected.exists())
}

// Roles of a workload that a deploy role deploys have the boundary, and are changed, not
// replaced, to get it.
func TestBoundaryIsPutOnRolesInPlace(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging", config: map[string]string{
		"aws-webapp:aws.permissionsBoundaryArn": "arn:aws:iam::111111111111:policy/aws-webapp-delivery-boundary",
	}})
	result, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, steps(result))
	for _, step := range steps(result) {
		assert.Regexp(t, `^update Role \S+ \[permissionsBoundary\]$`, step)
	}
}
