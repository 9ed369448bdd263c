package preflight

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ostypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	r53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	sqtypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Each row is a certificate: its state, its kind, how long it is valid, and whom it is for.
func TestCertificatesAreUsableOrNot(t *testing.T) {
	const issued, imported = acmtypes.CertificateStatusIssued, acmtypes.CertificateTypeImported
	const day = 24 * time.Hour
	names := func(names ...string) []string { return names }
	for _, row := range []struct {
		status acmtypes.CertificateStatus
		kind   acmtypes.CertificateType
		valid  time.Duration // 0 is not told
		names  []string
		want   outcome.Status
		found  string
	}{
		{issued, "", 0, names("www.example.com"), outcome.OK, "www.example.com, ISSUED"},
		{issued, "", 90 * day, names("www.example.com"), outcome.OK, "www.example.com, ISSUED, valid for 90 days"},
		{issued, "", 10 * day, names("www.example.com"), outcome.OK, "www.example.com, ISSUED, valid for 10 days"},
		{issued, imported, 30 * day, names("www.example.com"), outcome.OK, "www.example.com, ISSUED, valid for 30 days"},
		{
			issued, imported, 30*day - 1, names("www.example.com"), outcome.Warning,
			"www.example.com, ISSUED, valid for 29 days",
		},
		{issued, imported, 1, names("www.example.com"), outcome.Warning, "www.example.com, ISSUED, valid for 0 days"},
		{issued, "", -1, names("www.example.com"), outcome.Blocked, "www.example.com, ISSUED, expired"},
		{issued, "", 0, names("example.com", "www.example.com"), outcome.OK, "example.com, ISSUED"},
		{issued, "", 0, names("*.example.com"), outcome.OK, "*.example.com, ISSUED"},
		{issued, "", 0, names("example.com", "*.example.com"), outcome.OK, "example.com, ISSUED"},
		{issued, "", 0, names("example.com"), outcome.Blocked, "example.com, ISSUED"},
		{issued, "", 0, names("*.www.example.com"), outcome.Blocked, "*.www.example.com, ISSUED"},
		{issued, "", 0, names("*.com"), outcome.Blocked, "*.com, ISSUED"},
		{"PENDING_VALIDATION", "", 0, names("www.example.com"), outcome.Blocked, "www.example.com, PENDING_VALIDATION"},
		{"EXPIRED", "", 0, names("www.example.com"), outcome.Blocked, "www.example.com, EXPIRED"},
		{"REVOKED", "", 90 * day, names("www.example.com"), outcome.Blocked, "www.example.com, REVOKED"},
		{"", "", 0, names("www.example.com"), outcome.Blocked, "www.example.com, "},
	} {
		a := newAccount()
		a.certificate = &acmtypes.CertificateDetail{
			Status: row.status, Type: row.kind, DomainName: aws.String(row.names[0]), SubjectAlternativeNames: row.names[1:],
		}
		if row.valid != 0 {
			a.certificate.NotAfter = aws.Time(now.Add(row.valid))
		}
		a.Demand("DescribeCertificate", `"CertificateArn":"`+certificateARN+`"`)
		flight := a.flight(t, func(c *config.Config) {
			givenCertificate(c)
			c.LoadBalancer.HostName = "www.example.com"
		})
		findings, err := flight.checkCertificate(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, row.want, findings[0].Status, row)
		assert.Equal(t, row.found, findings[0].Found)
		assert.Equal(t, row.want == outcome.OK, findings[0].Fix == "", row)
	}
}

// Each row is a record that Route 53 answers with, and whether the stack's names are free nevertheless.
func TestRecordsThatStandInTheWay(t *testing.T) {
	for _, row := range []struct {
		name string
		kind r53types.RRType
		free []bool // www.example.com, *.example.com
	}{
		{"www.example.com.", r53types.RRTypeA, []bool{false, true}},
		{"www.example.com.", r53types.RRTypeAaaa, []bool{true, true}},
		{"www.example.com.", r53types.RRTypeTxt, []bool{true, true}},
		{`\052.example.com.`, r53types.RRTypeA, []bool{true, false}},
		{"zzz.example.com.", r53types.RRTypeA, []bool{true, true}},
	} {
		a := newAccount()
		awsfake.Answer(a.Cloud, func(*route53.ListResourceRecordSetsInput) (*route53.ListResourceRecordSetsOutput, error) {
			return &route53.ListResourceRecordSetsOutput{
				ResourceRecordSets: []r53types.ResourceRecordSet{{Name: aws.String(row.name), Type: row.kind}},
			}, nil
		})
		flight := a.flight(t, func(c *config.Config) {
			c.DNS.Domain, c.DNS.AlternativeNames = "www.example.com", []string{"*.example.com"}
		})
		findings, err := flight.checkHostedZone(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 3)
		assert.Equal(t, outcome.Finding{
			Check: "hosted zone", Status: outcome.OK, Found: "example.com", Needed: "a public zone that holds www.example.com",
		}, findings[0])
		for i, free := range row.free {
			assert.Equal(t, free, findings[i+1].Status == outcome.OK, "%s %s: %s", row.name, row.kind, findings[i+1].Check)
			assert.Equal(t, free, findings[i+1].Found == "free")
		}
	}
	a := newAccount()
	a.zone = "visitors.example.com."
	findings, err := a.flight(t, nil).checkHostedZone(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.OK, findings[0].Status, "the zone's own name")
	a.zone = "example.com.org."
	findings, err = a.flight(t, nil).checkHostedZone(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Blocked, findings[0].Status)
	findings, err = a.flight(t, func(c *config.Config) { c.DNS.Domain = "" }).checkHostedZone(t.Context())
	require.NoError(t, err)
	assert.Empty(t, findings, "no names are asked for")
}

// What OpenSearch tells of its nodes bounds their number and their volumes.
func TestNodesHaveBounds(t *testing.T) {
	storage := func(kind, sub, limit, value string) ostypes.StorageType {
		return ostypes.StorageType{
			StorageTypeName: aws.String(kind), StorageSubTypeName: aws.String(sub),
			StorageTypeLimits: []ostypes.StorageTypeLimit{{LimitName: aws.String(limit), LimitValues: []string{value}}},
		}
	}
	const most = "MaximumVolumeSize"
	for _, row := range []struct {
		types []ostypes.StorageType
		gib   int
		told  bool
	}{
		{nil, 0, false},
		{[]ostypes.StorageType{storage("ebs", "gp3", most, "100")}, 100, true},
		{[]ostypes.StorageType{storage("ebs", "gp2", most, "50"), storage("ebs", "gp3", most, "100")}, 100, true},
		{[]ostypes.StorageType{storage("ebs", "gp3", most, "100"), storage("ebs", "gp2", most, "50")}, 100, true},
		{[]ostypes.StorageType{storage("ebs", "gp2", most, "50")}, 50, true},
		{[]ostypes.StorageType{storage("instance", "gp3", most, "100")}, 0, false},
		{[]ostypes.StorageType{storage("ebs", "gp3", "MaximumIops", "100")}, 0, false},
		{[]ostypes.StorageType{storage("ebs", "gp3", most, "many")}, 0, false},
		{[]ostypes.StorageType{{
			StorageTypeName: aws.String("ebs"), StorageTypeLimits: []ostypes.StorageTypeLimit{{LimitName: aws.String(most)}},
		}}, 0, false},
	} {
		gib, told := volumeLimit(ostypes.Limits{StorageTypes: row.types}, most)
		assert.Equal(t, row.gib, gib)
		assert.Equal(t, row.told, told)
	}
	for _, row := range []struct {
		nodes, gib int
		found      string
		fix        string
	}{
		{80, 10, "offered", ""},
		{81, 10, "at most 80 nodes", "lower logSearch.instanceCount to 80"},
		{80, 9, "at least 10 GiB", "set logSearch.volumeGiB to 10"},
		{1, 1536, "offered", ""},
		{1, 1537, "at most 1536 GiB", "set logSearch.volumeGiB to 1536"},
	} {
		findings, err := newAccount().flight(t, func(c *config.Config) {
			c.LogSearch.InstanceCount, c.LogSearch.VolumeGiB = row.nodes, row.gib
		}).checkDomain(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, []string{row.found, row.fix}, []string{findings[0].Found, findings[0].Fix})
		assert.Equal(t, row.fix == "", findings[0].Status == outcome.OK)
	}
	a := newAccount()
	a.nodes = &ostypes.Limits{InstanceLimits: &ostypes.InstanceLimits{}}
	findings, err := a.flight(t, nil).checkDomain(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.OK, findings[0].Status, "no bounds are told")
	findings, err = a.flight(t, func(c *config.Config) { c.LogSearch.Enabled = false }).checkDomain(t.Context())
	require.NoError(t, err)
	assert.Empty(t, findings)
}

// AWS leaves a hundred executions to functions without a reservation.
func TestReservationsFitOrNot(t *testing.T) {
	for _, row := range []struct {
		unreserved int32
		need       int
		deployed   bool
		want       outcome.Status
		found      string
	}{
		{110, 10, false, outcome.OK, "10 of 1000 can be reserved"},
		{109, 10, false, outcome.Blocked, "9 of 1000 can be reserved"},
		{50, 10, false, outcome.Blocked, "0 of 1000 can be reserved"},
		{100, 10, true, outcome.OK, "0 of 1000 can be reserved"},
	} {
		a := newAccount()
		a.concurrency = row.unreserved
		flight := a.flight(t, func(c *config.Config) { c.LogSearch.MaxConcurrency = row.need })
		if row.deployed {
			flight.vpcs = []string{"vpc-own"}
		}
		findings, err := flight.checkConcurrency(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, row.want, findings[0].Status, row)
		assert.Equal(t, row.found, findings[0].Found)
	}
	for _, change := range []func(*config.Config){
		func(c *config.Config) { c.LogSearch.MaxConcurrency = 0 },
		func(c *config.Config) { c.LogSearch.Enabled, c.LogSearch.MaxConcurrency = false, 10 },
	} {
		findings, err := newAccount().flight(t, change).checkConcurrency(t.Context())
		require.NoError(t, err)
		assert.Empty(t, findings, "nothing is reserved")
	}
}

// Where AWS offers a class of databases, and what the stack needs of it.
func TestClassesAreOfferedOrNot(t *testing.T) {
	in := func(zones ...string) []rdstypes.AvailabilityZone {
		var found []rdstypes.AvailabilityZone
		for _, zone := range zones {
			found = append(found, rdstypes.AvailabilityZone{Name: aws.String("us-east-1" + zone)})
		}
		return found
	}
	for name, row := range map[string]struct {
		option  func(*rdstypes.OrderableDBInstanceOption)
		multiAZ bool
		want    outcome.Status
	}{
		"in two zones":    {func(*rdstypes.OrderableDBInstanceOption) {}, true, outcome.OK},
		"in one, for one": {func(o *rdstypes.OrderableDBInstanceOption) { o.AvailabilityZones = in("c") }, false, outcome.OK},
		"in one, for two": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.AvailabilityZones = in("c") }, true, outcome.Blocked,
		},
		"in others": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.AvailabilityZones = in("d", "e") }, false, outcome.Blocked,
		},
		"without a standby": {func(o *rdstypes.OrderableDBInstanceOption) { o.MultiAZCapable = nil }, true, outcome.Blocked},
		"that needs none":   {func(o *rdstypes.OrderableDBInstanceOption) { o.MultiAZCapable = nil }, false, outcome.OK},
		"without encryption": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.SupportsStorageEncryption = nil }, false, outcome.Blocked,
		},
		"on other volumes": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.StorageType = aws.String("gp2") }, false, outcome.Blocked,
		},
		"as large as it may get": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.MaxStorageSize = aws.Int32(200) }, false, outcome.OK,
		},
		"not so large": {
			func(o *rdstypes.OrderableDBInstanceOption) { o.MaxStorageSize = aws.Int32(199) }, false, outcome.Blocked,
		},
		"of a size not told": {func(o *rdstypes.OrderableDBInstanceOption) { o.MaxStorageSize = nil }, false, outcome.OK},
	} {
		a := newAccount()
		row.option(&a.orderable[0])
		// One that is of no use comes first.
		a.orderable = append([]rdstypes.OrderableDBInstanceOption{{StorageType: aws.String("io1")}}, a.orderable...)
		flight := a.flight(t, func(c *config.Config) { c.Database.MultiAZ = row.multiAZ })
		findings, err := flight.checkDatabaseClass(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, row.want, findings[0].Status, "%s: %v", name, findings[0])
		assert.Equal(t, row.want == outcome.OK, findings[0].Fix == "", name)
	}
	for code, want := range map[string]bool{
		"InvalidParameterCombination": true, "InvalidParameterValue": true, "Other": false,
	} {
		a := newAccount()
		a.Fail("rds:DescribeOrderableDBInstanceOptions", awsfake.Failure(http.StatusBadRequest, code, "x"))
		findings, err := a.flight(t, nil).checkDatabaseClass(t.Context())
		assert.Equal(t, want, err == nil, code)
		assert.Equal(t, want, len(findings) == 1 && findings[0].Status == outcome.Blocked, code)
	}
	a := newAccount()
	a.versions = nil
	flight := a.flight(t, func(c *config.Config) { c.Database.EngineVersion = "17.9" })
	flight.vpcs = []string{"vpc-own"}
	findings, err := flight.checkDatabaseClass(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Warning, findings[0].Status, "an instance that is there keeps its version")
}

// A quota is the account's, else AWS's default, else the usual one; what is used is counted, or the most of an hour.
func TestQuotasAndTheirUse(t *testing.T) {
	q := quotas.Quota{Service: "vpc", Code: "L-1", Limit: 7}
	of := func(value *float64) *sqtypes.ServiceQuota {
		return &sqtypes.ServiceQuota{Value: value, UsageMetric: &sqtypes.MetricInfo{MetricName: aws.String("m")}}
	}
	missing := notFound("NoSuchResourceException")
	for name, row := range map[string]struct {
		applied, standard *sqtypes.ServiceQuota
		err, standardErr  error
		limit             float64
		metric, fails     bool
	}{
		"the account's":            {of(aws.Float64(3)), of(aws.Float64(5)), nil, nil, 3, true, false},
		"AWS's default":            {nil, of(aws.Float64(5)), missing, nil, 5, true, false},
		"without a value":          {of(nil), of(aws.Float64(5)), nil, nil, 5, true, false},
		"without an answer":        {nil, of(aws.Float64(5)), nil, nil, 5, true, false},
		"the usual one":            {nil, nil, missing, missing, 7, false, false},
		"a default of no value":    {nil, of(nil), missing, nil, 7, false, false},
		"no default":               {nil, nil, missing, nil, 7, false, false},
		"an error":                 {nil, nil, notFound("Broken"), nil, 7, false, true},
		"an error of the defaults": {nil, nil, missing, notFound("Broken"), 7, false, true},
	} {
		a := newAccount()
		for _, operation := range []string{"GetServiceQuota", "GetAWSDefaultServiceQuota"} {
			a.Demand(operation, `"ServiceCode":"vpc"`, `"QuotaCode":"L-1"`)
		}
		awsfake.Answer(a.Cloud, func(*servicequotas.GetServiceQuotaInput) (*servicequotas.GetServiceQuotaOutput, error) {
			return &servicequotas.GetServiceQuotaOutput{Quota: row.applied}, row.err
		})
		awsfake.Answer(a.Cloud, func(
			*servicequotas.GetAWSDefaultServiceQuotaInput,
		) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
			return &servicequotas.GetAWSDefaultServiceQuotaOutput{Quota: row.standard}, row.standardErr
		})
		limit, metric, err := a.flight(t, nil).limitOf(t.Context(), q)
		assert.InDelta(t, row.limit, limit, 0, name)
		assert.Equal(t, row.metric, metric != nil, name)
		assert.Equal(t, row.fails, err != nil, name)
	}

	a := newAccount()
	a.Demand("GetMetricStatistics",
		`"Dimensions":[{"Name":"Service","Value":"Fargate"}]`, `"MetricName":"m"`, `"Namespace":"n"`)
	awsfake.Answer(a.Cloud, func(*cloudwatch.GetMetricStatisticsInput) (*cloudwatch.GetMetricStatisticsOutput, error) {
		return &cloudwatch.GetMetricStatisticsOutput{Datapoints: []cwtypes.Datapoint{
			{Maximum: aws.Float64(2)}, {Maximum: aws.Float64(9)}, {Maximum: aws.Float64(3)},
		}}, nil
	})
	used, known, err := a.flight(t, nil).usedOf(t.Context(), quota{}, &sqtypes.MetricInfo{
		MetricNamespace: aws.String("n"), MetricName: aws.String("m"),
		MetricDimensions: map[string]string{"Service": "Fargate"},
	})
	require.NoError(t, err)
	assert.True(t, known)
	assert.InDelta(t, 9, used, 0)
	for _, metric := range []*sqtypes.MetricInfo{nil, {}} {
		used, known, err = a.flight(t, nil).usedOf(t.Context(), quota{}, metric)
		require.NoError(t, err)
		assert.False(t, known)
		assert.Zero(t, used)
	}
}

// Whose key a secret has, and which secrets wait for their end.
func TestSecretsInTheWay(t *testing.T) {
	deleted := func(name string, tags ...smtypes.Tag) smtypes.SecretListEntry {
		return smtypes.SecretListEntry{Name: aws.String(name), DeletedDate: aws.Time(now), Tags: tags}
	}
	tag := func(key, value string) smtypes.Tag {
		return smtypes.Tag{Key: aws.String(key), Value: aws.String(value)}
	}
	for name, row := range map[string]struct {
		secret  smtypes.SecretListEntry
		blocked bool
	}{
		"of the stack's name":   {deleted("aws-webapp-prod-token"), true},
		"of the stack's tags":   {deleted("token", tag("Project", "aws-webapp"), tag("Stack", "prod")), true},
		"of another stack":      {deleted("token", tag("Project", "aws-webapp"), tag("Stack", "staging")), false},
		"of another project":    {deleted("token", tag("Project", "other"), tag("Stack", "prod")), false},
		"of another name":       {deleted("my-aws-webapp-prod-token"), false},
		"that is still in use":  {smtypes.SecretListEntry{Name: aws.String("aws-webapp-prod-token")}, false},
		"of no name and no tag": {deleted(""), false},
	} {
		a := newAccount()
		a.secrets = []smtypes.SecretListEntry{row.secret}
		findings, err := a.flight(t, nil).checkSecrets(t.Context())
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, row.blocked, findings[0].Status == outcome.Blocked, name)
	}
	assert.Equal(t, tokenARN, baseSecret(tokenARN))
	assert.Equal(t, tokenARN, baseSecret(tokenARN+":key:stage:id"))
	assert.Equal(t, "short", baseSecret("short"))
}

// Who answers for an image's configuration may answer anything.
func TestConfigurationsThatTellNoPlatform(t *testing.T) {
	for answer, want := range map[string]string{
		`{"os":"linux","architecture":"amd64"}`: "found, for linux/amd64",
		`{"architecture":"amd64"}`:              "found, for an unknown platform",
		`{`:                                     "found, for an unknown platform", ``: "found, for an unknown platform",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(answer))
		}))
		a := newAccount()
		a.manifest, a.layer = `{"config": {"digest": "sha256:c0ffee"}}`, server.URL
		findings, err := a.flight(t, nil).checkImages(t.Context())
		server.Close()
		require.NoError(t, err)
		assert.Equal(t, want, findings[0].Found)
	}
	for _, url := range []string{"http://127.0.0.1:1/", "://"} {
		a := newAccount()
		a.manifest, a.layer = `{"config": {"digest": "sha256:c0ffee"}}`, url
		findings, err := a.flight(t, nil).checkImages(t.Context())
		require.NoError(t, err)
		assert.Equal(t, outcome.Warning, findings[0].Status)
		assert.NotContains(t, findings[0].Found+findings[0].Fix, url)
	}
	a := newAccount()
	a.manifest = "{"
	findings, err := a.flight(t, nil).checkImages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Unchecked, findings[0].Status)
	a.manifest = `{"manifests": [{"platform": {"os": "linux", "architecture": "arm64"}},
		{"platform": {"os": "linux", "architecture": "amd64"}}, {"platform": {}}]}`
	findings, err = a.flight(t, nil).checkImages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "found, for linux/arm64, linux/amd64", findings[0].Found)
	assert.Equal(t, outcome.OK, findings[0].Status)
}
