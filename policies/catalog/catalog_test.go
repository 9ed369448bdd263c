package catalog_test

import (
	"path/filepath"
	"testing"

	"aws-webapp/policies/rules"
	"aws-webapp/tests/golden"
)

func TestThePageIsUpToDate(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "controls.md")
	golden.Equal(t, page, string(markdown(rules.All())), "go test ./policies/catalog -update")
}
