package catalogue_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/catalogue"
	"aws-webapp/policies/rules"
)

var update = flag.Bool("update", false, "rewrite docs/controls.md")

func TestThePageIsUpToDate(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "controls.md")
	want := catalogue.Markdown(rules.All())
	if *update {
		require.NoError(t, os.WriteFile(page, want, 0o644))
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go test ./policies/catalogue -update")
}
