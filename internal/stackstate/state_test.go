package stackstate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/stackstate"
)

const exported = `{"version": 3, "deployment": {"resources": [
	{"urn": "urn:pulumi:prod::aws-webapp::pulumi:providers:aws::aws", "type": "pulumi:providers:aws", "id": "p",
		"inputs": {"region": "eu-west-1"}},
	{"urn": "urn:pulumi:prod::aws-webapp::aws-webapp:database:Database$aws:rds/instance:Instance::database",
		"type": "aws:rds/instance:Instance", "id": "db-NEW", "protect": true, "outputs": {"port": 5432, "arn": "arn:new"}},
	{"urn": "urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::database", "type": "aws:rds/instance:Instance",
		"id": "db-OLD", "delete": true},
	{"urn": "urn:pulumi:prod::aws-webapp::aws:kms/key:Key::keys-data", "type": "aws:kms/key:Key", "id": "key"}],
	"pending_operations": [{}]}}`

func TestRead(t *testing.T) {
	state, err := stackstate.Read([]byte(exported))
	require.NoError(t, err)
	assert.Equal(t, "eu-west-1", state.Region())
	assert.Equal(t, map[string][]string{"aws:rds/instance:Instance": {"database"}}, state.Protected())
	assert.Equal(t, map[string]bool{"db-NEW": true, "key": true},
		state.IDs("aws:rds/instance:Instance", "aws:kms/key:Key"), "the replaced instance waits for its deletion")
	assert.Len(t, state.Pending, 1)
	database := state.Of("aws:rds/instance:Instance")[0]
	assert.Equal(t, []string{"arn:new", "", ""},
		[]string{database.Text("arn"), database.Text("port"), database.Text("address")}, "a number is not a text")
}

func TestTextsThatAreNoState(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", "Current stack is prod"} {
		_, err := stackstate.Read([]byte(text))
		assert.ErrorContains(t, err,
			"found no JSON of pulumi stack export: write it with pulumi stack export --file state.json", text)
	}
	state, err := stackstate.Read([]byte(`{"deployment": {}}`))
	require.NoError(t, err)
	assert.Empty(t, state.Region())
}
