package preflight

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// What a stack does not have, nobody asks about, and the report does not mention.
func TestWhatAStackDoesNotHaveIsNotAskedAbout(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*config.Config)
		calls  []string // that are made with the feature alone
		checks []string
	}{
		"trail": {
			func(c *config.Config) { c.AuditTrail.Enabled = false }, []string{"DescribeTrails"}, []string{"quota: trails"},
		},
		"GuardDuty": {
			func(c *config.Config) { c.AccountBaseline.GuardDuty = false },
			[]string{"ListDetectors"},
			[]string{"baseline: guardDuty"},
		},
		"recorder": {
			func(c *config.Config) { c.AccountBaseline.ConfigRecorder = false },
			[]string{"DescribeConfigurationRecorders"},
			[]string{"baseline: configRecorder", "role of AWS Config"},
		},
		"Security Hub": {
			func(c *config.Config) { c.AccountBaseline.SecurityHub = false },
			[]string{"DescribeHub"},
			[]string{"baseline: securityHub"},
		},
		"analyzer": {
			func(c *config.Config) { c.AccountBaseline.AccessAnalyzer = false },
			[]string{"ListAnalyzers"},
			[]string{"baseline: accessAnalyzer"},
		},
		"endpoints": {
			func(c *config.Config) { c.Network.InterfaceEndpoints = nil },
			[]string{"DescribeVpcEndpointServices"},
			[]string{"endpoint logs"},
		},
		"search": {
			func(c *config.Config) { c.LogSearch.Enabled = false },
			[]string{"DescribeInstanceTypeLimits", "GetAccountSettings"},
			[]string{"log search nodes", "role of OpenSearch", "function concurrency"},
		},
		"cache": {
			func(c *config.Config) { c.Cache.Enabled = false },
			[]string{"DescribeCacheEngineVersions", "DescribeReservedCacheNodesOfferings", "DescribeCacheClusters"},
			[]string{"cache version", "cache node type", "quota: cache nodes"},
		},
		"budget": {
			func(c *config.Config) { c.Monitoring.MonthlyBudget = 0 },
			[]string{"ListCostAllocationTags"},
			[]string{"budget's tag"},
		},
	} {
		look := func(change func(*config.Config)) (calls, checks []string) {
			a := newAccount()
			report, err := a.flight(t, func(c *config.Config) {
				c.Cache.Enabled, c.LogSearch.MaxConcurrency = true, 1
				c.Network.InterfaceEndpoints = []string{"logs"}
				hasBudget(c)
				change(c)
			}).Up(t.Context())
			require.NoError(t, err)
			for _, call := range a.Calls() {
				calls = append(calls, call.Operation)
			}
			for _, finding := range report.Findings {
				checks = append(checks, finding.Check)
			}
			return calls, checks
		}
		calls, checks := look(func(*config.Config) {})
		assert.Subset(t, calls, row.calls, name)
		assert.Subset(t, checks, row.checks, name)
		calls, checks = look(row.change)
		for _, call := range row.calls {
			assert.NotContains(t, calls, call, name)
		}
		for _, check := range row.checks {
			assert.NotContains(t, checks, check, name)
		}
	}
}

// A check that AWS refuses has the name under which it is told otherwise.
func TestChecksThatAreRefusedHaveTheirNames(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	for action, row := range map[string]struct {
		check string
		run   func(*Preflight) (*Report, error)
	}{
		"ec2:DescribeRegions": {"region", func(p *Preflight) (*Report, error) { return p.UpDelivery(t.Context(), delivery) }},
		"ecr:DescribeRepositories": {
			"registry", func(p *Preflight) (*Report, error) { return p.UpDelivery(t.Context(), delivery) },
		},
		"iam:ListOpenIDConnectProviders": {
			"GitHub", func(p *Preflight) (*Report, error) { return p.UpDelivery(t.Context(), delivery) },
		},
		"ecr:DescribeImages": {
			"registry", func(p *Preflight) (*Report, error) { return p.DestroyDelivery(t.Context(), delivery) },
		},
	} {
		a := newAccount()
		a.Deny(action)
		p := a.flight(t, nil)
		p.Config, p.Protected = delivery.Workload(), map[string][]string{}
		report, err := row.run(p)
		require.NoError(t, err)
		assert.Contains(t, report.Findings, outcome.Finding{
			Check: row.check, Status: outcome.Unchecked, Found: "no permission", Fix: "needs " + action,
		})
	}
}

// Where a caller may ask nothing, each check is named with what it needs. What depends on whether the stack is there is
// not asked while nobody knows.
func TestWhatCannotBeCheckedIsNamed(t *testing.T) {
	reference := newAccount()
	_, err := reference.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	first := []string{
		"region: ec2:DescribeRegions", "zones: ec2:DescribeAvailabilityZones",
		"endpoint services: ec2:DescribeAvailabilityZones", "secrets: secretsmanager:ListSecrets",
		"service-linked roles: iam:GetRole", "image of visitor-book: ecr:DescribeImages",
		"GuardDuty: guardduty:ListDetectors", "Access Analyzer: access-analyzer:ListAnalyzers",
	}
	ofStack := []string{
		"bucket names", "log groups", "schedules", "quotas", "load balancer limits", "database limits", "roles",
		"log policies", "database name", "database changes", "database class", "function concurrency", "trails",
		"hosted zone", "Config", "Security Hub", "log search",
	}
	for i := range ofStack {
		ofStack[i] += ": ec2:DescribeVpcs"
	}
	known := []string{
		"log groups: logs:DescribeLogGroups", "load balancer limits: elasticloadbalancing:DescribeAccountLimits",
		"database limits: rds:DescribeAccountAttributes", "roles: iam:GetAccountSummary",
		"log policies: logs:DescribeResourcePolicies", "database name: rds:DescribeDBInstances",
		"database changes: rds:DescribeDBInstances", "database class: rds:DescribeDBEngineVersions",
		"trails: cloudtrail:DescribeTrails", "hosted zone: route53:GetHostedZone",
		"Config: config:DescribeConfigurationRecorders", "Security Hub: securityhub:DescribeHub",
		"log search: es:DescribeDomain",
	}
	for _, spared := range []string{"", "ec2:DescribeVpcs"} {
		a := newAccount()
		for _, action := range reference.Actions() {
			if action != "sts:GetCallerIdentity" && action != spared {
				a.Deny(action)
			}
		}
		report, err := a.flight(t, nil).Up(t.Context())
		require.NoError(t, err)
		var named []string
		for _, finding := range report.Findings {
			if action, needs := strings.CutPrefix(finding.Fix, "needs "); needs && !strings.HasPrefix(finding.Check, "quota: ") {
				assert.Equal(t, outcome.Unchecked, finding.Status)
				action, _, _ = strings.Cut(action, ";")
				named = append(named, finding.Check+": "+action)
			}
		}
		want := slices.Concat(ofStack, first)
		if spared != "" {
			want = slices.Concat(first, []string{"bucket application: s3:ListBucket"}, known)
		}
		assert.Equal(t, want, named)
	}
}

// Whoever interrupts gets no report, which would lack what was not asked any more.
func TestAnInterruptedLookIsNoReport(t *testing.T) {
	a := newAccount()
	p := a.flight(t, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	awsfake.Answer(a.Cloud, func(*ec2.DescribeRegionsInput) (*ec2.DescribeRegionsOutput, error) {
		interrupt()
		return nil, context.Canceled
	})
	report, err := p.Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, report)
}

// An image whose platform nobody tells is a warning that says which one is needed.
func TestImagesOfPlatforms(t *testing.T) {
	for architecture, platform := range map[config.Architecture]string{
		config.X8664: "linux/amd64", config.ARM64: "linux/arm64",
	} {
		a := newAccount()
		find := func(manifest string) row {
			a.manifest = manifest
			p := a.flight(t, func(c *config.Config) { c.Services[0].Architecture = architecture })
			findings, err := p.checkImages(t.Context())
			require.NoError(t, err)
			return rows(findings)[0]
		}
		needed := "visitor-book@sha256:9f86d081884c for " + platform
		assert.Equal(t, row{
			"image of visitor-book", outcome.Warning, "found, for an unknown platform", needed,
			"make sure that it is built for " + platform,
		}, find(`{}`))
		assert.Equal(t, row{
			"image of visitor-book", outcome.Blocked, "found, for linux/s390x, windows/amd64", needed,
			"build it for " + platform + ", or change services[0].architecture",
		}, find(`{"manifests":[{"platform":{"os":"linux","architecture":"s390x"}},`+
			`{"platform":{"os":"windows","architecture":"amd64"}}]}`))
		os, machine, _ := strings.Cut(platform, "/")
		assert.Equal(t, row{
			"image of visitor-book", outcome.OK, "found, for " + platform, needed, "",
		}, find(`{"manifests":[{"platform":{"os":"`+os+`","architecture":"`+machine+`"}}]}`))
	}
	missing := newAccount()
	missing.images = nil
	findings, err := missing.flight(t, func(c *config.Config) { c.Services[0].Image = "nginx:1" }).checkImages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Unchecked, findings[0].Status)
	assert.Equal(t, "not in a private ECR registry", findings[0].Found)
	// The configuration of an image is not trusted to be small.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat(" ", mostConfig+1) + `{"os":"linux","architecture":"amd64"}`))
	}))
	defer server.Close()
	a := newAccount()
	a.manifest, a.layer = `{"config": {"digest": "sha256:c0ffee"}}`, server.URL
	findings, err = a.flight(t, nil).checkImages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Warning, findings[0].Status)
}

// Of gateways whose subnets are gone, none is in a zone.
func TestGatewaysWithoutSubnets(t *testing.T) {
	a := newAccount()
	p := a.flight(t, nil)
	count := func() float64 {
		n, err := p.countGateways(t.Context())
		require.NoError(t, err)
		return n
	}
	assert.Zero(t, count())
	a.gateways = []string{"us-east-1a"}
	assert.InDelta(t, 1, count(), 0)
	a.gateways = []string{"us-east-1a", "us-east-1b", "us-east-1b"}
	assert.InDelta(t, 2, count(), 0)
	awsfake.Answer(a.Cloud, func(*ec2.DescribeSubnetsInput) (*ec2.DescribeSubnetsOutput, error) {
		return &ec2.DescribeSubnetsOutput{}, nil
	})
	assert.Zero(t, count())
}

// Parameters /a and a have the same ARN; a name with a slash in it has to begin with one.
func TestNamesOfParameters(t *testing.T) {
	for arn, want := range map[string][]string{
		"arn:aws:ssm:us-east-1:222222222222:parameter/token":     {"/token", "token"},
		"arn:aws:ssm:us-east-1:222222222222:parameter/app/token": {"/app/token"},
	} {
		a := newAccount()
		var asked []string
		var answer []ssmtypes.ParameterMetadata
		awsfake.Answer(a.Cloud, func(in *ssm.DescribeParametersInput) (*ssm.DescribeParametersOutput, error) {
			asked = in.ParameterFilters[0].Values
			return &ssm.DescribeParametersOutput{Parameters: answer}, nil
		})
		p := a.flight(t, nil)
		key, there, err := p.parameterKey(t.Context(), arn)
		require.NoError(t, err)
		assert.Equal(t, []any{"", false}, []any{key, there})
		assert.Equal(t, want, asked)
		answer = []ssmtypes.ParameterMetadata{{KeyId: aws.String("alias/a")}}
		key, there, err = p.parameterKey(t.Context(), arn)
		require.NoError(t, err)
		assert.Equal(t, []any{"alias/a", true}, []any{key, there})
		a.Deny("ssm:DescribeParameters")
		_, there, err = p.parameterKey(t.Context(), arn)
		require.Error(t, err)
		assert.False(t, there)
	}
}

// What a delivery stack's file may not say.
func TestDeliveryFilesThatAreWrong(t *testing.T) {
	const good = `config:
  aws-webapp:kind: delivery
  aws-webapp:aws: {region: us-east-1, allowedAccountIds: ["1"]}
  aws-webapp:registry: {name: a}
`
	found, err := deliveryOf(t, good)
	require.NoError(t, err)
	assert.Equal(t, "a", found.Registry.Name)
	for old, wrong := range map[string]string{
		`{region: us-east-1, allowedAccountIds: ["1"]}`: "[]", "region: us-east-1, ": "", `["1"]`: "[]", "{name: a}": "{}",
	} {
		broken, err := deliveryOf(t, strings.Replace(good, old, wrong, 1))
		require.Error(t, err, old)
		assert.Nil(t, broken)
	}
	workload, err := deliveryOf(t, strings.Replace(good, "kind: delivery", "kind: workload", 1))
	require.NoError(t, err)
	assert.Nil(t, workload)
	none, err := ReadDelivery("aws-webapp", filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Nil(t, none)
	yes, no := true, false
	for _, row := range []struct {
		staging, production string
		create              *bool
		want                bool
	}{
		{"1", "2", nil, true},
		{"2", "1", nil, true},
		{"2", "3", nil, false},
		{"1", "2", &yes, true},
		{"1", "2", &no, false},
		{"2", "3", &yes, false},
	} {
		found.Staging.AccountID, found.Production.AccountID = row.staging, row.production
		found.GitHub.CreateProvider = row.create
		assert.Equal(t, row.want, found.makesProvider(), row)
	}
}

// RDS may refuse to tell its versions, whether a major or a minor one is asked for.
func TestVersionsThatNobodyTells(t *testing.T) {
	for _, version := range []string{"17", "17.7"} {
		a := newAccount()
		a.Deny("rds:DescribeDBEngineVersions")
		p := a.flight(t, func(c *config.Config) { c.Database.EngineVersion = version })
		findings, err := p.checkDatabaseClass(t.Context())
		require.Error(t, err, version)
		assert.Empty(t, findings)
	}
	a := newAccount()
	a.versions = nil
	p := a.flight(t, func(c *config.Config) { c.Database.EngineVersion = "17.7" })
	for deployed, want := range map[bool]outcome.Status{false: outcome.Blocked, true: outcome.Warning} {
		if p.vpcs = nil; deployed {
			p.vpcs = []string{"vpc-own"}
		}
		findings, err := p.checkDatabaseClass(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, findings[0].Status, "AWS keeps what runs")
	}
}

// The database's changes are those of an instance that the stack has; its name is taken by one that it has not.
func TestDatabasesOfTheStackAndOfOthers(t *testing.T) {
	for _, row := range []struct{ there, deployed, free, changes bool }{
		{false, false, true, false}, {false, true, true, false}, {true, false, false, false}, {true, true, true, true},
	} {
		a := newAccount()
		if row.there {
			a.instance = &rdstypes.DBInstance{
				DBInstanceIdentifier: aws.String("prod-database"), EngineVersion: aws.String("17.9"),
				DBName: aws.String("visitorbook"), MasterUsername: aws.String("visitorbook_owner"),
			}
		}
		p := a.flight(t, nil)
		p.names = p.Names(accountID, "aws")
		if row.deployed {
			p.vpcs = []string{"vpc-own"}
		}
		findings, err := p.checkDatabaseFree(t.Context())
		require.NoError(t, err)
		assert.Equal(t, row.free, len(findings) == 0, row)
		findings, err = p.checkDatabaseChanges(t.Context())
		require.NoError(t, err)
		assert.Equal(t, row.changes, len(findings) == 1, row)
		a.Deny("rds:DescribeDBInstances")
		_, err = p.checkDatabaseFree(t.Context())
		require.Error(t, err)
		_, err = p.checkDatabaseChanges(t.Context())
		require.Error(t, err)
	}
}

// A zip is as old as its source, or older than some file of it, tests apart.
func TestSourcesThatAreNewer(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, at time.Time) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	write("main.go", now)
	write("internal/deep.go", now)
	write("main_test.go", now.Add(time.Hour))
	write("README.md", now.Add(time.Hour))
	for name, at := range map[string]time.Time{"": now, "deep.go": now.Add(time.Second), "main.go": now.Add(time.Second)} {
		if name != "" {
			path := name
			if name == "deep.go" {
				path = "internal/deep.go"
			}
			write("main.go", now)
			write("internal/deep.go", now)
			write(path, at)
		}
		newer, err := newerSource(folder, now)
		require.NoError(t, err)
		if name == "" {
			assert.Contains(t, []string{"", "deep.go", "main.go"}, newer)
			continue
		}
		assert.Equal(t, name, newer)
	}
	write("main.go", now)
	write("internal/deep.go", now)
	newer, err := newerSource(folder, now)
	require.NoError(t, err)
	assert.Empty(t, newer)
	_, err = newerSource(filepath.Join(folder, "none"), now)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Limits that a service itself tells: the stack's need fits into what is left, to the last one, and is nothing where
// the stack has it.
func TestNeedsAndLimits(t *testing.T) {
	p := newAccount().flight(t, nil)
	for _, row := range []struct {
		used, limit, need int
		deployed          bool
		want              outcome.Status
		needed            string
	}{
		{3, 5, 2, false, outcome.OK, "2"},
		{4, 5, 2, false, outcome.Blocked, "2"},
		{5, 5, 2, true, outcome.OK, "2, which the stack has"},
		{6, 5, 2, true, outcome.Blocked, "2, which the stack has"},
		{0, 0, 0, false, outcome.OK, "0"},
	} {
		if p.vpcs = nil; row.deployed {
			p.vpcs = []string{"vpc-own"}
		}
		finding := p.limited(quotas.Roles, row.used, row.limit, row.need)
		assert.Equal(t, []any{row.want, row.needed}, []any{finding.Status, finding.Needed}, row)
		assert.Equal(t, row.want == outcome.Blocked, finding.Fix != "")
	}
	names := slices.Collect(func(yield func(string) bool) {
		for _, kind := range []NameKind{
			ApplicationName, BucketName, CacheName, DatabaseName, DomainName, FunctionName, LogGroupName, TrailName, OtherName,
		} {
			if !yield(string(kind)) {
				return
			}
		}
	})
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), 9, "each is a kind of its own")
}
