package diagram

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli/clitest"
)

func exported(t *testing.T, resources string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"deployment": {"resources": [`+resources+`]}}`), 0o600))
	return file
}

const network = `
	{"urn": "urn:pulumi:prod::p::aws:ec2/vpc:Vpc::network", "type": "aws:ec2/vpc:Vpc",
		"inputs": {"cidrBlock": "10.9.0.0/16"}},
	{"urn": "urn:pulumi:prod::p::aws:ec2/subnet:Subnet::network-app-1", "type": "aws:ec2/subnet:Subnet",
		"inputs": {"cidrBlock": "10.9.1.0/24", "availabilityZone": "eu-west-1a"}}`

func TestAnExportedStackIsDrawn(t *testing.T) {
	result := clitest.Call(t, New(), "--stack", "prod", "--file", exported(t, network))
	require.NoError(t, result.Error)
	assert.Empty(t, result.Err)
	assert.Contains(t, result.Out, "VPC 10.9.0.0/16")
	assert.NoError(t, xml.NewDecoder(strings.NewReader(result.Out)).Decode(&struct{ XMLName xml.Name }{}))
}

func TestAStackIsDrawnForATerminal(t *testing.T) {
	group := `,
	{"urn": "urn:pulumi:prod::p::aws:ec2/securityGroup:SecurityGroup::network-app-reports", "id": "sg-1",
		"type": "aws:ec2/securityGroup:SecurityGroup"}`
	result := clitest.Call(t, New(), "--stack", "prod", "--text", "--file", exported(t, network+group))
	require.NoError(t, result.Error)
	assert.Contains(t, result.Out, "┌─ App tier · no way out ─")
	assert.Contains(t, result.Out, "│ Reports ")
	for line := range strings.Lines(result.Out) {
		assert.LessOrEqualf(t, utf8.RuneCountInString(line), len("\n")+80, "%s", line)
	}
}

func TestWhatCannotBeDrawnIsSaid(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.json")
	require.NoError(t, os.WriteFile(empty, []byte("{}"), 0o600))
	bucket := `{"urn": "urn:pulumi:state::p::aws:s3/bucketV2:BucketV2::b", "type": "aws:s3/bucketV2:BucketV2"}`
	for file, message := range map[string]string{
		"missing.json":      "--file: open missing.json",
		empty:               "--file: found no resources: expected the output of pulumi stack export",
		exported(t, bucket): `stack "state" has no network`,
	} {
		result := clitest.Call(t, New(), "--stack", "prod", "--file", file)
		require.ErrorContains(t, result.Error, message)
		assert.Empty(t, result.Out)
	}
}
