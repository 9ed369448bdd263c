package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simulation"
)

func TestAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	s := fresh(t, setup{stack: "prod", cloud: simulation.Simulation{Account: "999999999999"}})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "AWS account ID not allowed: 999999999999 (the stack allows 222222222222)")
	assert.Empty(t, s.exists())
}
