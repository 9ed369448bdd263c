package config

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRegionsOfOnePartition compares the pattern with the partitions of the pinned AWS SDK.
func TestRegionsOfOnePartition(t *testing.T) {
	const sdk = "github.com/aws/aws-sdk-go-v2"
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", sdk).Output()
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(
		strings.TrimSpace(string(folder)), "internal", "endpoints", "awsrulesfn", "partitions.json",
	))
	require.NoError(t, err)
	var known struct {
		Partitions []struct {
			ID      string              `json:"id"`
			Regions map[string]struct{} `json:"regions"`
		} `json:"partitions"`
	}
	require.NoError(t, json.Unmarshal(content, &known))
	require.Greater(t, len(known.Partitions), 5)
	for _, partition := range known.Partitions {
		for region := range partition.Regions {
			if strings.HasSuffix(region, "-global") {
				continue // stands for services without regions
			}
			assert.Equal(t, partition.ID == "aws", isRegion(region), region)
			assert.Equal(t, partition.ID == "aws", whyNoRegion(region) == "", "%s: the message names no partition", region)
		}
	}
}
