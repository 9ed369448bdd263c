package initialize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/tests/fixtures"
)

// project is a folder with the stack files of the tests.
func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS(fixtures.Stacks(t))))
	return root
}

// Answers to the questions in their order. An empty line takes the default; where there is none, the question comes
// again.
var answers = []string{
	"", "shop", "eu-west-1", "222233334444", "", "", "sales", "", "acme/shop", "",
	"222233334444.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.3", "", "3000", "", "shop.example.com", "Z0123456789SHOP00000",
	"", "", "", "", "ops@acme.example",
}

func TestAsks(t *testing.T) {
	root := project(t)
	result := clitest.CallWith(t, strings.Join(answers, "\n")+"\n", New(), "--root", root)
	require.NoError(t, result.Error, result.Err)
	assert.Contains(t, result.Out,
		"wrote Pulumi.delivery.yaml, Pulumi.local.yaml, Pulumi.prod.yaml, Pulumi.staging.yaml, Pulumi.yaml\n")
	assert.Contains(t, result.Out, "make up STACK=staging")
	assert.Equal(t, 2, strings.Count(result.Err, "name of the project"), "it takes no empty name")
	assert.Contains(t, result.Err, "AWS account of staging [222233334444]: ")
	assert.Contains(t, result.Err, "domain of staging [staging.shop.example.com]: ")
	prod, err := os.ReadFile(filepath.Join(root, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(prod), "shop:dns:\n    domain: shop.example.com\n")

	again := clitest.CallWith(t, strings.Join(answers, "\n")+"\n", New(), "--root", root)
	require.NoError(t, again.Error)
	assert.Contains(t, again.Out, "every file is already as the answers say")
}

func flags(root string, more ...string) []string {
	return append([]string{
		"--root", root, "--project", "shop", "--region", "eu-west-1", "--prod-account", "222233334444", "--owner", "sales",
		"--repository", "acme/shop", "--image", "222233334444.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.3",
		"--domain", "shop.example.com", "--alerts", "ops@acme.example",
	}, more...)
}

// Nothing is written in a dry run, without an answer that is needed, and where the program would refuse a file.
func TestWritesNothing(t *testing.T) {
	root := project(t)
	before, err := os.ReadFile(filepath.Join(root, "Pulumi.prod.yaml"))
	require.NoError(t, err)

	dry := clitest.Call(t, New(), flags(root, "--hosted-zone", "Z0123456789SHOP00000", "--dry-run")...)
	require.NoError(t, dry.Error, dry.Err)
	assert.Contains(t, dry.Out, "would write Pulumi.delivery.yaml, ")

	refused := clitest.CallWith(t, "\n\n\n\n\n\n\n\n\n\n\n", New(), flags(root)...)
	require.ErrorContains(t, refused.Error, "nothing was written, because the program would refuse it")
	require.ErrorContains(t, refused.Error, "shop:dns.hostedZoneId: found nothing")
	assert.Equal(t, cli.ExitFailed, refused.Code())

	missing := clitest.Call(t, New(), "--root", root, "--project", "shop")
	require.ErrorContains(t, missing.Error, "no answer for --region, --prod-account, --owner, ")
	assert.Equal(t, cli.ExitUsage, missing.Code())

	after, err := os.ReadFile(filepath.Join(root, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}
