package emulation

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fork renames the project, which changes the prefix of its keys.
func TestTheZoneIsFoundInAnyProject(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"Pulumi.yaml":          "name: shop\nruntime: go\n",
		"Pulumi.prod.yaml":     "config:\n  shop:dns:\n    domain: shop.example.com\n    hostedZoneId: Z1\n",
		"Pulumi.delivery.yaml": "config:\n  shop:kind: delivery\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	zone, err := readGiven(folder, "prod")
	require.NoError(t, err)
	assert.Equal(t, givenZone{Domain: "shop.example.com", HostedZoneID: "Z1"}, zone)
	zone, err = readGiven(folder, "delivery")
	require.NoError(t, err)
	assert.Empty(t, zone)
}
