package sdkschema_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/sdkschema"
	"aws-webapp/policies/testgraph"
	"aws-webapp/tests/golden"
)

// nodeAt is the folder that -update of answered.txt reads.
var nodeAt = flag.String("node", "", "where the Node.js SDK of the pinned version is unpacked")

const header = `# Properties that a program may leave out and that the AWS provider then answers by itself (Optional
# and Computed), of the services that the controls judge.
# Source: the type declarations of the npm package @pulumi/aws %s, read on %s:
#   npm pack @pulumi/aws@%[1]s && tar xzf pulumi-aws-%[1]s.tgz
#   go test ./policies/sdkschema -run Answered -update -node $PWD/package
`

// judged returns the types of all controls, except the one for tags, which judges everything
// that has tags, and the types of the program.
func judged(sdk *sdkschema.Schema) []string {
	var types []string
	for _, c := range rules.All() {
		for _, t := range c.Types {
			if c.Name != "required-tags" && !strings.HasSuffix(t, "*") {
				types = append(types, t)
			}
		}
	}
	for _, r := range testgraph.Program("prod", testgraph.Deployed) {
		if _, there := sdk.Types[r.Type]; there {
			types = append(types, r.Type)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// neighbours returns all types of the judged services: a control for one more of them then seldom
// needs a new table.
func neighbours(sdk *sdkschema.Schema) []string {
	services := map[string]bool{}
	for _, t := range judged(sdk) {
		services[graph.ServiceOf(t)] = true
	}
	var types []string
	for t := range sdk.Types {
		if services[graph.ServiceOf(t)] {
			types = append(types, t)
		}
	}
	return types
}

// The table agrees with the pinned Go SDK as far as that has the facts.
func TestAnsweredIsOfThePinnedSDK(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	sdk, err := sdkschema.Load(dir)
	require.NoError(t, err)
	_, version, _ := strings.Cut(dir, "@v")
	version, _, _ = strings.Cut(version, "/")
	if golden.Updating() {
		found, err := sdkschema.ReadNode(*nodeAt, neighbours(sdk))
		require.NoError(t, err)
		content := sdkschema.FormatAnswered(fmt.Sprintf(header, version, time.Now().UTC().Format(time.DateOnly)), found)
		require.NoError(t, os.WriteFile("answered.txt", []byte(content), 0o644))
		return
	}
	text, err := os.ReadFile("answered.txt")
	require.NoError(t, err)
	assert.Contains(t, string(text), "npm package @pulumi/aws "+version+",",
		"of another version: do as the file's head says")
	table, compared := sdkschema.Answered(), 0
	for _, token := range judged(sdk) {
		assert.Contains(t, table, token, "update the table")
		for _, property := range sdk.Inputs(token) {
			answers, simple := sdk.Answers(token, property)
			if !simple {
				continue
			}
			compared++
			_, listed := table[token][property]
			assert.Equal(t, answers, listed, "%s %s: update the table", token, property)
		}
	}
	assert.Greater(t, compared, 500)
	assert.Equal(t, sdkschema.Text, table["aws:rds/instance:Instance"]["dbSubnetGroupName"])
	assert.Equal(t, sdkschema.List, table["aws:rds/instance:Instance"]["vpcSecurityGroupIds"])
	assert.Equal(t, sdkschema.Text, table["aws:opensearch/domain:Domain"]["domainEndpointOptions.tlsSecurityPolicy"])
}
