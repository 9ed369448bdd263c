package initialize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func shop() *Answers {
	return &Answers{
		Project: "shop", Region: "eu-west-1", Owner: "sales", Repository: "acme/shop", ProdAccount: "222233334444",
		Image: "222233334444.dkr.ecr.eu-west-1.amazonaws.com/shop" + digest, Domain: "shop.example.com",
		HostedZone: "Z0123456789SHOP00000", Alerts: "ops@acme.example", Port: "3000", HealthPath: "/up",
	}
}

func threeAccounts() *Answers {
	a := shop()
	a.StagingAccount, a.DeliveryAccount = "111122223333", "333344445555"
	a.StagingImage = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.3"
	a.HostedZone, a.Certificate = "", "arn:aws:acm:eu-west-1:222233334444:certificate/11111111-2222-3333-4444-555555555555"
	a.StagingDomain, a.StagingHostedZone = "shop.staging.example.org", "Z0123456789STAG00000"
	return a
}

// shipped is a folder with the stack files of the tests and a document that names the project.
func shipped(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	files, err := filepath.Glob(fixtures.File(t, "Pulumi*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(root, filepath.Base(file)), content, 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(root, "docs"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "docs", "delivery.md"),
		[]byte("create-policy --policy-name aws-webapp-delivery-boundary"), 0o600))
	return root
}

// written are the files of complete answers, and where they are.
func written(t *testing.T, a *Answers) (files map[string][]byte, root string) {
	t.Helper()
	require.Empty(t, a.Complete())
	root = shipped(t)
	files, err := Files(root, a)
	require.NoError(t, err)
	for file, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, file), content, 0o600))
	}
	return files, root
}

func load(t *testing.T, root, stack string) *config.Config {
	t.Helper()
	cfg, err := config.LoadFile(filepath.Join(root, projectFile), filepath.Join(root, "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	return cfg
}

func loadDelivery(t *testing.T, root string) *config.Delivery {
	t.Helper()
	cfg, err := config.LoadDeliveryFile(filepath.Join(root, projectFile), filepath.Join(root, "Pulumi.delivery.yaml"))
	require.NoError(t, err)
	return cfg
}

func TestOneAccount(t *testing.T) {
	_, root := written(t, shop())
	prod, staging := load(t, root, "prod"), load(t, root, "staging")
	for stack, cfg := range map[string]*config.Config{"prod": prod, "staging": staging} {
		assert.Equal(t, []string{"222233334444"}, cfg.AWS.AllowedAccountIDs, stack)
		assert.Equal(t, "eu-west-1", cfg.AWS.Region, stack)
		assert.Equal(t, "sales", cfg.Tags.Owner, stack)
		assert.Equal(t, "sales", cfg.Tags.CostCenter, stack)
		assert.Equal(t, "github.com/acme/shop", cfg.Tags.Repository, stack)
		assert.Equal(t, "shop", cfg.Database.Name, stack)
		assert.Equal(t, "shop_owner", cfg.Database.Username, stack)
		assert.Equal(t, "ops@acme.example", cfg.Monitoring.Subscriptions[0].Endpoint, stack)
		require.Len(t, cfg.Services, 1)
		assert.Equal(t, "shop", cfg.Services[0].Name, stack)
		assert.Equal(t, 3000, cfg.Services[0].Port, stack)
		assert.Equal(t, "/up", cfg.Services[0].HealthCheck.Path, stack)
		assert.Equal(t, "Z0123456789SHOP00000", cfg.DNS.HostedZoneID, stack)
		assert.Equal(t, "222233334444.dkr.ecr.eu-west-1.amazonaws.com/shop"+digest, cfg.Services[0].Image, stack)
	}
	assert.Equal(t, "shop.example.com", prod.DNS.Domain)
	assert.Equal(t, "staging.shop.example.com", staging.DNS.Domain)
	assert.Equal(t, []string{"/up", "/"}, prod.Services[0].Deployment.TestPaths)
	// What an account has once, one of the stacks owns.
	assert.NotEqual(t, prod.Logging.ServicePrefix, staging.Logging.ServicePrefix)
	assert.True(t, staging.LogSearch.ServiceLinkedRole && !prod.LogSearch.ServiceLinkedRole, "staging comes first")
	assert.True(t, prod.AccountBaseline.GuardDuty)
	assert.False(t, staging.AccountBaseline.EBSEncryption)

	delivery := loadDelivery(t, root)
	assert.Equal(t, "222233334444", delivery.Staging.AccountID)
	assert.Empty(t, delivery.Production.DeployRoleARN, "the stack makes the role")
	assert.Equal(t, "https://shop.example.com", delivery.Production.URL)
	assert.Equal(t, "acme/shop", delivery.GitHub.Repository)
	assert.Equal(t, "shop", delivery.Registry.Name)
	assert.Equal(t, "shop", delivery.Pipeline.Service)
}

func TestThreeAccounts(t *testing.T) {
	files, root := written(t, threeAccounts())
	prod, staging := load(t, root, "prod"), load(t, root, "staging")
	assert.Empty(t, prod.DNS.Domain)
	assert.Equal(t, "shop.example.com", prod.LoadBalancer.HostName)
	assert.Contains(t, prod.LoadBalancer.CertificateARN, "certificate/11111111")
	assert.Equal(t, "shop.staging.example.org", staging.DNS.Domain)
	assert.Empty(t, staging.LoadBalancer.CertificateARN)
	assert.Equal(t, "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.3", staging.Services[0].Image)
	assert.True(t, prod.LogSearch.ServiceLinkedRole && staging.LogSearch.ServiceLinkedRole, "one in each account")
	assert.True(t, staging.AccountBaseline.EBSEncryption)
	delivery := loadDelivery(t, root)
	assert.Equal(t, []string{"333344445555"}, delivery.AWS.AllowedAccountIDs)
	assert.Equal(t, "arn:aws:iam::111122223333:role/shop-delivery-deploy", delivery.Staging.DeployRoleARN)
	assert.Equal(t, "arn:aws:iam::222233334444:role/shop-delivery-preview", delivery.Production.PreviewRoleARN)
	assert.Equal(t, "create-policy --policy-name shop-delivery-boundary", string(files["docs/delivery.md"]))
}

// What nobody was asked about stays, comments included; and a second run with the same answers changes nothing.
func TestTheRestStays(t *testing.T) {
	before, err := os.ReadFile(filepath.Join(shipped(t), "Pulumi.prod.yaml"))
	require.NoError(t, err)
	files, root := written(t, shop())
	after := string(files["Pulumi.prod.yaml"])
	for line := range strings.Lines(string(before)) {
		if strings.Contains(line, "#") {
			assert.Contains(t, after, strings.TrimSpace(line))
		}
	}
	assert.Contains(t, after, `allowedAccountIds: ["222233334444"]`)
	assert.NotContains(t, after, "aws-webapp:")
	complete := shop()
	complete.Complete()
	again, err := Files(root, complete)
	require.NoError(t, err)
	assert.Equal(t, after, string(again["Pulumi.prod.yaml"]))
	assert.Equal(t, string(files["Pulumi.local.yaml"]), string(again["Pulumi.local.yaml"]))
}

// Each answer that the program would refuse is named by its key, all of them at once.
func TestBadAnswersAreNamed(t *testing.T) {
	a := shop()
	a.Region, a.Image, a.Port, a.HostedZone, a.ProdAccount = "mars-1", "shop:latest", "http", "", "12"
	a.Complete()
	_, err := Files(shipped(t), a)
	for _, key := range []string{
		"Pulumi.prod.yaml", "shop:aws.region", "shop:aws.allowedAccountIds[0]", "shop:services[0].port",
		"Pulumi.staging.yaml", "Pulumi.delivery.yaml",
	} {
		assert.ErrorContains(t, err, key)
	}
}

func TestMissingAnswers(t *testing.T) {
	a := &Answers{}
	missing := a.Complete()
	assert.Equal(t, []string{
		"project", "region", "prod-account", "owner", "repository", "image", "domain", "alerts",
	}, missing)
}

func TestDatabaseName(t *testing.T) {
	for service, want := range map[string]string{
		"shop": "shop", "web-shop": "webshop", "4you": "you", "123": "application",
	} {
		assert.Equal(t, want, (&Answers{Service: service}).database(), service)
	}
}
