package preflight

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ostypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

func TestAnAccountThatIsReady(t *testing.T) {
	a := newAccount()
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, notOK(report))
	assert.Greater(t, report.Count(outcome.OK), 30)
	for _, call := range a.Calls() {
		assert.True(t, awsapi.Reads(call.Operation), call.Operation)
	}
}

// notOK returns what somebody has to look at, and what says less than it should.
func notOK(report *Report) (found []row) {
	for _, r := range rows(report.Findings) {
		text := strings.Join([]string{r.check, r.found, r.needed}, "|")
		if r.status != outcome.OK || r.check == "" || r.found == "" || broken.MatchString(text) {
			found = append(found, r)
		}
	}
	return found
}

// broken matches a text in which a value is missing.
var broken = regexp.MustCompile(`%!|(^|\|) | (\||$)| {2}|<nil>|\[\]`)

// row of the table that preflight prints.
type row struct {
	check               string
	status              outcome.Status
	found, needed, todo string
}

func rows(findings []outcome.Finding) []row {
	var rows []row
	for _, f := range findings {
		rows = append(rows, row{f.Check, f.Status, f.Found, f.Needed, f.Fix})
	}
	return rows
}

const certificateARN = "arn:aws:acm:us-east-1:222222222222:certificate/1"

func givenCertificate(c *config.Config) {
	c.DNS = config.DNS{}
	c.LoadBalancer.CertificateARN, c.LoadBalancer.HostName = certificateARN, "example.com"
}

const (
	tokenARN = "arn:aws:secretsmanager:us-east-1:222222222222:secret:token-AbCdEf"
	keyARN   = "arn:aws:kms:us-east-1:222222222222:key/"
)

func readsToken(c *config.Config) {
	c.Services[0].Secrets = map[string]string{"TOKEN": tokenARN + ":key::"}
}

func TestSecretsThatTasksMayDecrypt(t *testing.T) {
	for name, test := range map[string]struct {
		key  string
		keys []string
	}{
		"AWS's own key":          {"", nil},
		"AWS's own key by alias": {"alias/aws/secretsmanager", nil},
		"the stack's data key":   {keyARN + "data", nil},
		"a key that is named":    {keyARN + "mine", []string{keyARN + "mine"}},
		"its alias":              {"alias/mine", []string{keyARN + "mine"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount()
			a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN)}}
			if test.key != "" {
				a.secrets[0].KmsKeyId = aws.String(test.key)
			}
			report, err := a.flight(t, func(c *config.Config) {
				readsToken(c)
				c.Services[0].SecretKeyARNs = test.keys
				if strings.HasPrefix(name, "AWS") {
					c.Monitoring.HeartbeatSecretARN = tokenARN
				}
			}).Up(t.Context())
			require.NoError(t, err)
			assert.Contains(t, report.Findings, outcome.Finding{
				Check: "secrets", Status: outcome.OK, Found: "all exist and can be decrypted, none is waiting for deletion",
			})
		})
	}
}

// Each case is an account or a stack file with one mistake.
func TestWhatStopsAnUp(t *testing.T) {
	for name, test := range map[string]struct {
		account func(*account)
		config  func(*config.Config)
		want    []row
	}{
		"a region that is not enabled": {
			account: func(a *account) { a.regions["us-east-1"] = "not-opted-in" },
			want: []row{{
				"region", outcome.Blocked, "us-east-1, not-opted-in", "an enabled region",
				"enable the region in the account's settings, or choose another aws.region",
			}},
		},
		"a region that does not exist": {
			account: func(a *account) { delete(a.regions, "us-east-1") },
			want:    []row{{"region", outcome.Blocked, "us-east-1 does not exist", "an enabled region", "correct aws.region"}},
		},
		"too few zones": {
			account: func(a *account) { a.zones = a.zones[:2] },
			want: []row{{
				"zones", outcome.Blocked, "us-east-1a, us-east-1b", "3 zones",
				"lower network.availabilityZoneCount to 2, or choose another aws.region",
			}},
		},
		"a zone that is gone": {
			config: func(c *config.Config) { c.Network.AvailabilityZones = []string{"us-east-1a", "us-east-1e"} },
			want: []row{{
				"zones", outcome.Blocked, "us-east-1a, us-east-1b, us-east-1c", "us-east-1a, us-east-1e",
				"remove us-east-1e from network.availabilityZones",
			}},
		},
		"a zone without Fargate": {
			account: func(a *account) { a.zoneIDs = map[string]string{"us-east-1b": "apne1-az3"} },
			config:  func(c *config.Config) { c.Network.AvailabilityZones = []string{"us-east-1a", "us-east-1b"} },
			want: []row{{
				"zones", outcome.Blocked, "us-east-1a, us-east-1c", "us-east-1a, us-east-1b",
				"remove us-east-1b from network.availabilityZones",
			}},
		},
		"an endpoint that is not in every zone": {
			account: func(a *account) {
				a.endpointZones = map[string][]string{"com.amazonaws.us-east-1.logs": {"us-east-1a", "us-east-1c"}}
			},
			want: []row{{
				"endpoint logs", outcome.Blocked, "us-east-1a, us-east-1c", "us-east-1a, us-east-1b, us-east-1c",
				"name zones without us-east-1b in network.availabilityZones, or take logs out of network.interfaceEndpoints",
			}},
		},
		"an endpoint that the region does not have": {
			account: func(a *account) { a.endpointZones = map[string][]string{"com.amazonaws.us-east-1.logs": nil} },
			want: []row{{
				"endpoint logs", outcome.Blocked, "no such service in us-east-1", "us-east-1a, us-east-1b, us-east-1c",
				"take logs out of network.interfaceEndpoints",
			}},
		},
		"no VPC left": {
			account: func(a *account) { a.vpcs = make([]ec2types.Vpc, 5) },
			want: []row{{
				"quota: VPCs", outcome.Blocked, "5 of 5 used", "1",
				"request 6 or more: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE " +
					"--desired-value 6",
			}},
		},
		"too few addresses": {
			account: func(a *account) { a.addresses = 3 },
			want: []row{{
				"quota: Elastic IPs", outcome.Blocked, "3 of 5 used", "3",
				"request 6 or more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 " +
					"--desired-value 6",
			}},
		},
		"a zone full of gateways": {
			account: func(a *account) {
				a.gateways = []string{"us-east-1a", "us-east-1b", "us-east-1a", "us-east-1a", "us-east-1a", "us-east-1a"}
			},
			want: []row{{
				"quota: NAT gateways in a zone", outcome.Blocked, "5 of 5 used", "1",
				"request 6 or more: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-FE5A380F " +
					"--desired-value 6",
			}},
		},
		"more rules than a group takes": {
			config: func(c *config.Config) { c.LoadBalancer.IngressCIDRs = make([]string, 31) },
			want: []row{{
				"quota: rules of a security group in one direction", outcome.Blocked, "limit 60", "62",
				"request 62 or more: aws service-quotas request-service-quota-increase --service-code vpc " +
					"--quota-code L-0EA8095F --desired-value 62",
			}},
		},
		"Fargate's quota of a new account": {
			account: func(a *account) { a.quotas["L-3032A538"], a.usage["L-3032A538"] = 6, 1.5 },
			want: []row{{
				"quota: Fargate vCPU", outcome.Blocked, "1.5 of 6 used", "10",
				"request 11.5 or more: aws service-quotas request-service-quota-increase --service-code fargate --quota-code " +
					"L-3032A538 --desired-value 12",
			}},
		},
		"a quota that nobody may see": {
			account: func(a *account) {
				a.Deny("servicequotas:GetServiceQuota")
				a.vpcs = make([]ec2types.Vpc, 5)
			},
			config: func(c *config.Config) {
				c.Services[0].Scaling.Max, c.Cache.Enabled = 3, true
				c.Network.InterfaceEndpoints = []string{"logs", "kms"}
			},
			want: []row{
				{
					"quota: VPCs", outcome.Warning, "5 of 5 used (AWS's usual default)", "1",
					"look up the account's quota L-F678F1CE (needs servicequotas:GetServiceQuota)",
				},
				{
					"quota: internet gateways", outcome.Unchecked, "1 of 5 used (AWS's usual default)", "1",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: Elastic IPs", outcome.Unchecked, "0 of 5 used (AWS's usual default)", "3",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: NAT gateways in a zone", outcome.Unchecked, "0 of 5 used (AWS's usual default)", "1",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: interface endpoints of a VPC", outcome.Unchecked, "limit 50 (AWS's usual default)", "2",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: security groups", outcome.Unchecked, "1 of 2500 used (AWS's usual default)", "8",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: rules of a security group in one direction", outcome.Unchecked, "limit 60 (AWS's usual default)", "5",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: Fargate vCPU", outcome.Unchecked, "limit 6, usage unknown (AWS's usual default)", "3",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: KMS keys", outcome.Unchecked, "limit 100000, usage unknown (AWS's usual default)", "3",
					"needs servicequotas:GetServiceQuota",
				},
				{
					"quota: cache nodes", outcome.Unchecked, "4 of 300 used (AWS's usual default)", "2",
					"needs servicequotas:GetServiceQuota",
				},
			},
		},
		"no load balancer left": {
			account: func(a *account) { a.limits["application-load-balancers"] = "1"; a.balancers = []string{"arn:1"} },
			want: []row{{
				"quota: load balancers", outcome.Blocked, "1 of 1 used", "1",
				"request 2 or more: aws service-quotas " +
					"request-service-quota-increase --service-code elasticloadbalancing --quota-code L-53DA6B97 --desired-value 2",
			}},
		},
		"more target groups than a load balancer takes": {
			account: func(a *account) { a.limits["target-groups-per-application-load-balancer"] = "1" },
			want: []row{{
				"quota: target groups of a load balancer", outcome.Blocked, "limit 1", "2",
				"AWS gives no account more than 100: remove what is not used, or take services out of the stack",
			}},
		},
		"more tasks than a load balancer takes": {
			account: func(a *account) { a.limits["targets-per-application-load-balancer"] = "3" },
			want: []row{{
				"quota: targets of a load balancer", outcome.Blocked, "limit 3", "20",
				"request 20 or more: aws service-quotas " +
					"request-service-quota-increase --service-code elasticloadbalancing --quota-code L-7E6692B2 " +
					"--desired-value 20, or take services out of the stack",
			}},
		},
		"more rules than a load balancer takes": {
			account: func(a *account) { a.limits["rules-per-application-load-balancer"] = "1" },
			want: []row{{
				"quota: rules of a load balancer", outcome.Blocked, "limit 1", "2",
				"request 2 or more: aws service-quotas " +
					"request-service-quota-increase --service-code elasticloadbalancing --quota-code L-7EED9B64 " +
					"--desired-value 2, or take services out of the stack",
			}},
		},
		"no role left": {
			account: func(a *account) { a.summary["Roles"] = 995 },
			want: []row{{
				"quota: roles", outcome.Blocked, "995 of 1000 used", "14",
				"request 1009 or more: aws service-quotas " +
					"request-service-quota-increase --service-code iam --quota-code L-FE177D64 --desired-value 1009",
			}},
		},
		"no log policy left": {
			account: func(a *account) { a.logPolicies = 10 },
			want: []row{{
				"quota: resource policies of CloudWatch Logs", outcome.Blocked, "10 of 10 used", "2",
				"AWS gives no account more than 10: remove what is not used",
			}},
		},
		"no room for the database to grow": {
			account: func(a *account) { a.rdsQuotas["AllocatedStorage"] = [2]int64{900, 1000} },
			want: []row{{
				"quota: database storage, GiB", outcome.Blocked, "900 of 1000 used", "200",
				"request 1100 or more: aws service-quotas " +
					"request-service-quota-increase --service-code rds --quota-code L-7ADDB58A --desired-value 1100",
			}},
		},
		"a version that AWS makes no more": {
			config: func(c *config.Config) { c.Database.EngineVersion = "17.8" },
			want: []row{{
				"database class", outcome.Blocked, "AWS offers no new instance with PostgreSQL 17.8",
				"db.t3.small with PostgreSQL 17.8 on gp3",
				`set database.engineVersion to "17", or to one of 17.7, 17.9`,
			}},
		},
		"a major version that AWS does not make": {
			account: func(a *account) { a.versions = nil },
			want: []row{{
				"database class", outcome.Blocked, "AWS offers no new instance with PostgreSQL 17",
				"db.t3.small with PostgreSQL 17 on gp3",
				"set database.engineVersion to a major version that AWS supports",
			}},
		},
		"a minor version that AWS makes": {
			config: func(c *config.Config) { c.Database.EngineVersion = "17.7" },
		},
		"a class in one of the stack's zones": {
			account: func(a *account) { a.orderable[0].AvailabilityZones = a.orderable[0].AvailabilityZones[1:] },
			want: []row{{
				"database class", outcome.Blocked, "17 is PostgreSQL 17.9, offered in zones b",
				"db.t3.small with PostgreSQL 17 on gp3 in 2 zones of us-east-1a, us-east-1b, us-east-1c",
				"choose another database.instanceClass, or name such zones in network.availabilityZones before the first " +
					"deployment",
			}},
		},
		"a class that the region has not": {
			account: func(a *account) { a.orderable = nil },
			want: []row{{
				"database class", outcome.Blocked, "not offered in us-east-1", "db.t3.small with PostgreSQL 17 on gp3",
				"choose another database.instanceClass",
			}},
		},
		"a class without a standby": {
			account: func(a *account) { a.orderable[0].MultiAZCapable = aws.Bool(false) },
			want: []row{{
				"database class", outcome.Blocked, "offered without gp3, encryption or Multi-AZ",
				"db.t3.small with PostgreSQL 17 on gp3",
				"choose another database.instanceClass",
			}},
		},
		"a volume that may grow too far": {
			account: func(a *account) { a.orderable[0].MaxStorageSize = aws.Int32(100) },
			want: []row{{
				"database class", outcome.Blocked, "at most 100 GiB", "db.t3.small with PostgreSQL 17 on gp3",
				"lower database.maxAllocatedStorageGiB to 100",
			}},
		},
		"a database that somebody left": {
			account: func(a *account) {
				a.instance = &rdstypes.DBInstance{DBInstanceIdentifier: aws.String("prod-database")}
			},
			want: []row{{
				"database name", outcome.Blocked, "prod-database already exists outside the stack", "a free name",
				"delete the instance, take it over with pulumi import, or rename the stack",
			}},
		},
		"a cache that somebody left": {
			account: func(a *account) { a.cacheGroup = true },
			config:  func(c *config.Config) { c.Cache.Enabled = true },
			want: []row{{
				"cache name", outcome.Blocked, "prod-cache is there, without the stack", "a free name",
				"delete the replication group, take it over with pulumi import, or rename the stack",
			}},
		},
		"a version of Valkey that the region has not": {
			account: func(a *account) { a.cacheVersions = 0 },
			config:  func(c *config.Config) { c.Cache.Enabled = true },
			want: []row{{
				"cache version", outcome.Blocked, "not offered in us-east-1", "Valkey 8.1", "choose another cache.engineVersion",
			}},
		},
		"a node type that nobody sells": {
			account: func(a *account) { a.cacheOfferings = 0 },
			config:  func(c *config.Config) { c.Cache.Enabled = true },
			want: []row{{
				"cache node type", outcome.Warning, "AWS sells none in advance in us-east-1", "cache.t4g.small",
				"it may not have the type: choose another cache.nodeType if the update fails",
			}},
		},
		"as many cache nodes as AWS gives": {
			account: func(a *account) { a.cacheNodes = 299 },
			config:  func(c *config.Config) { c.Cache.Enabled = true },
			want: []row{{
				"quota: cache nodes", outcome.Blocked, "299 of 300 used", "2",
				"request 301 or more: aws service-quotas request-service-quota-increase --service-code elasticache " +
					"--quota-code L-DFE45DF3 --desired-value 301",
			}},
		},
		"a cache that finds all that it needs": {
			config: func(c *config.Config) { c.Cache.Enabled = true },
		},
		"a domain that somebody left": {
			account: func(a *account) { a.domain = &ostypes.DomainStatus{DomainName: aws.String("prod-search")} },
			want: []row{{
				"log search name", outcome.Blocked, "prod-search already exists outside the stack", "a free name",
				"delete the domain, take it over with pulumi import, or rename the stack",
			}},
		},
		"nodes of an unknown type": {
			account: func(a *account) { a.nodes = nil },
			want: []row{{
				"log search nodes", outcome.Blocked, "not offered: InvalidTypeException: no such instance type",
				"2 r6g.large.search, 100 GiB each, OpenSearch 2.19",
				"choose another logSearch.instanceType or logSearch.engineVersion",
			}},
		},
		"volumes that a node does not take": {
			config: func(c *config.Config) { c.LogSearch.VolumeGiB = 2000 },
			want: []row{{
				"log search nodes", outcome.Blocked, "at most 1536 GiB", "2 r6g.large.search, 2000 GiB each, OpenSearch 2.19",
				"set logSearch.volumeGiB to 1536",
			}},
		},
		"a reservation that leaves nothing": {
			account: func(a *account) { a.concurrency = 105 },
			config:  func(c *config.Config) { c.LogSearch.MaxConcurrency = 10 },
			want: []row{{
				"function concurrency", outcome.Blocked, "5 of 1000 can be reserved", "10",
				"lower logSearch.maxConcurrency to 5 (0 for no reservation), or request more concurrent executions",
			}},
		},
		"five trails": {
			account: func(a *account) { a.trails = []string{"a", "b", "c", "d", "organization"} },
			want: []row{{
				"quota: trails", outcome.Blocked, "5 of 5 used", "1",
				"set auditTrail.enabled to false if one of them covers the account, or delete one",
			}},
		},
		"a trail that somebody left": {
			account: func(a *account) { a.trails = []string{"prod-trail"} },
			want: []row{{
				"trail name", outcome.Blocked, "prod-trail already exists outside the stack", "a free name",
				"delete the trail, or take it over with pulumi import",
			}},
		},
		"OpenSearch's role is there": {
			account: func(a *account) { a.roles["AWSServiceRoleForAmazonOpenSearchService"] = map[string]string{} },
			want: []row{{
				"role of OpenSearch", outcome.Blocked, "already exists, made by somebody else", "serviceLinkedRole true",
				"set logSearch.serviceLinkedRole to false",
			}},
		},
		"under its former name": {
			account: func(a *account) { a.roles["AWSServiceRoleForAmazonElasticsearchService"] = map[string]string{} },
			want: []row{{
				"role of OpenSearch", outcome.Blocked, "already exists, made by somebody else", "serviceLinkedRole true",
				"set logSearch.serviceLinkedRole to false",
			}},
		},
		"OpenSearch's role is not there": {
			config: func(c *config.Config) { c.LogSearch.ServiceLinkedRole = false },
			want: []row{{
				"role of OpenSearch", outcome.Blocked, "does not exist, and no stack creates it", "serviceLinkedRole false",
				"set logSearch.serviceLinkedRole to true in one stack of the account",
			}},
		},
		"AWS Config's role is there": {
			account: func(a *account) { a.roles["AWSServiceRoleForConfig"] = map[string]string{} },
			want: []row{{
				"role of AWS Config", outcome.Blocked, "already exists, made by somebody else", "configServiceLinkedRole true",
				"set accountBaseline.configServiceLinkedRole to false",
			}},
		},
		"AWS Config's role is not there": {
			config: func(c *config.Config) { c.AccountBaseline.ConfigServiceLinkedRole = false },
			want: []row{{
				"role of AWS Config", outcome.Blocked, "does not exist, and no stack creates it", "configServiceLinkedRole false",
				"set accountBaseline.configServiceLinkedRole to true in one stack of the account",
			}},
		},
		"roles of a new account": {
			account: func(a *account) { delete(a.roles, "AWSServiceRoleForECS"); delete(a.roles, "AWSServiceRoleForRDS") },
			want: []row{{
				"service-linked roles", outcome.Warning, "do not exist yet: AWSServiceRoleForECS, AWSServiceRoleForRDS", "",
				"nothing if the caller has iam:CreateServiceLinkedRole: AWS makes them on first use",
			}},
		},
		"no zone": {
			account: func(a *account) { a.zone = "" },
			want: []row{{
				"hosted zone", outcome.Blocked, "no zone Z0123456789PROD00000 in the account",
				"a public zone that holds visitors.example.com", "correct dns.hostedZoneId",
			}},
		},
		"a zone of another name": {
			account: func(a *account) { a.zone = "itors.example.com." },
			want: []row{{
				"hosted zone", outcome.Blocked, "itors.example.com", "a public zone that holds visitors.example.com",
				"correct dns.domain or dns.hostedZoneId",
			}},
		},
		"a private zone": {
			account: func(a *account) { a.private = true },
			want: []row{{
				"hosted zone", outcome.Blocked, "example.com, a private zone", "a public zone that holds visitors.example.com",
				"correct dns.hostedZoneId",
			}},
		},
		"a record of another": {
			account: func(a *account) { a.records = []string{"visitors.example.com"} },
			want: []row{{
				"record visitors.example.com", outcome.Blocked, "an A record already exists outside the stack", "",
				"delete the record when the stack may take over, or choose another dns.domain",
			}},
		},
		"a certificate that waits": {
			account: func(a *account) {
				a.certificate = &acmtypes.CertificateDetail{
					DomainName: aws.String("example.com"),
					Status:     acmtypes.CertificateStatusPendingValidation,
				}
			},
			config: givenCertificate,
			want: []row{{
				"certificate", outcome.Blocked, "example.com, PENDING_VALIDATION", "an issued certificate in us-east-1",
				"add the validation records that ACM shows to the domain's DNS",
			}},
		},
		"a certificate that has expired": {
			account: func(a *account) {
				a.certificate = &acmtypes.CertificateDetail{
					DomainName: aws.String("example.com"), Status: acmtypes.CertificateStatusIssued,
					NotAfter: aws.Time(now.Add(-time.Hour)),
				}
			},
			config: givenCertificate,
			want: []row{{
				"certificate", outcome.Blocked, "example.com, ISSUED, expired", "an issued certificate in us-east-1",
				"import its successor, or correct loadBalancer.certificateArn",
			}},
		},
		"a certificate for another name": {
			account: func(a *account) {
				a.certificate = &acmtypes.CertificateDetail{
					DomainName: aws.String("example.com"), SubjectAlternativeNames: []string{"*.example.com"},
					Status: acmtypes.CertificateStatusIssued,
				}
			},
			config: func(c *config.Config) {
				givenCertificate(c)
				c.LoadBalancer.HostName = "www.beta.example.com"
			},
			want: []row{{
				"certificate", outcome.Blocked, "example.com, ISSUED", "a certificate for www.beta.example.com",
				"correct loadBalancer.hostName or loadBalancer.certificateArn",
			}},
		},
		"an imported certificate near its end": {
			account: func(a *account) {
				a.certificate = &acmtypes.CertificateDetail{
					DomainName: aws.String("example.com"), Status: acmtypes.CertificateStatusIssued,
					Type:     acmtypes.CertificateTypeImported,
					NotAfter: aws.Time(now.Add(10*24*time.Hour + time.Minute)),
				}
			},
			config: givenCertificate,
			want: []row{{
				"certificate", outcome.Warning, "example.com, ISSUED, valid for 10 days", "an issued certificate in us-east-1",
				"import its successor: ACM does not renew imported certificates",
			}},
		},
		"no certificate": {
			config: givenCertificate,
			want: []row{{
				"certificate", outcome.Blocked, "no such certificate in the account and region",
				"an issued certificate in us-east-1",
				"correct loadBalancer.certificateArn",
			}},
		},
		"an image that was not pushed": {
			account: func(a *account) { a.images = nil },
			want: []row{{
				"image of visitor-book", outcome.Blocked, "the repository has no such image",
				"visitor-book@sha256:9f86d081884c for linux/amd64",
				"push the image, or correct services[0].image",
			}},
		},
		"no repository": {
			account: func(a *account) {
				a.Fail("ecr:DescribeImages", awsfake.Failure(http.StatusBadRequest, "RepositoryNotFoundException", "none"))
			},
			want: []row{{
				"image of visitor-book", outcome.Blocked, "no repository visitor-book",
				"visitor-book@sha256:9f86d081884c for linux/amd64",
				"deploy the delivery stack, or create the repository, and push an image",
			}},
		},
		"an image for another machine": {
			config: func(c *config.Config) { c.Services[0].Architecture = config.ARM64 },
			want: []row{{
				"image of visitor-book", outcome.Blocked, "found, for linux/amd64",
				"visitor-book@sha256:9f86d081884c for linux/arm64",
				"build it for linux/arm64, or change services[0].architecture",
			}},
		},
		"an image that ECR does not keep": {
			config: func(c *config.Config) { c.Services[0].Image = "public.ecr.aws/nginx/nginx:1.29.1" },
			want: []row{{
				"image of visitor-book", outcome.Unchecked, "not in a private ECR registry", "nginx:1.29.1 for linux/amd64", "",
			}},
		},
		"a bucket that somebody left": {
			account: func(a *account) { a.buckets["prod-application-222222222222"] = false },
			want: []row{{
				"bucket application", outcome.Blocked, "prod-application-222222222222 already exists outside the stack", "",
				"delete the bucket, or take it over with pulumi import",
			}},
		},
		"a bucket of somebody else": {
			account: func(a *account) { a.Deny("s3:ListBucket") },
			want: []row{{
				"bucket application", outcome.Unchecked,
				"prod-application-222222222222 belongs to another account, or there is no permission", "",
				"needs s3:ListBucket; if the bucket is another's, rename the stack",
			}},
		},
		"a log group that a service made anew": {
			account: func(a *account) { a.groups = []string{"/ecs/visitor-book-other", "/ecs/visitor-book"} },
			want: []row{{
				"log group visitor-book", outcome.Blocked, "/ecs/visitor-book already exists outside the stack", "",
				"keep what is in it, then: aws logs delete-log-group --log-group-name /ecs/visitor-book",
			}},
		},
		"a secret that waits for its end": {
			account: func(a *account) {
				a.secrets = []smtypes.SecretListEntry{
					{Name: aws.String("aws-webapp-prod-token"), DeletedDate: aws.Time(now)}, {
						Name:        aws.String("other"),
						DeletedDate: aws.Time(now),
					},
				}
			},
			want: []row{{
				"secret", outcome.Blocked, "aws-webapp-prod-token is scheduled for deletion", "a free name",
				"aws secretsmanager delete-secret --force-delete-without-recovery --secret-id aws-webapp-prod-token",
			}},
		},
		"a secret that a service is to read": {
			config: func(c *config.Config) {
				c.Services[0].Secrets = map[string]string{
					"TOKEN": "arn:aws:secretsmanager:us-east-1:222222222222:secret:token-AbCdEf:key::",
					"PARAM": "arn:aws:ssm:us-east-1:222222222222:parameter/p",
					"NAMED": "/web/named",
				}
			},
			want: []row{{
				"secret of visitor-book", outcome.Blocked, "no parameter for NAMED", "one that exists",
				"create it, or correct services[0].secrets.NAMED",
			}, {
				"secret of visitor-book", outcome.Blocked, "no parameter for PARAM", "one that exists",
				"create it, or correct services[0].secrets.PARAM",
			}, {
				"secret of visitor-book", outcome.Blocked, "no secret for TOKEN", "one that exists",
				"create it, or correct services[0].secrets.TOKEN",
			}},
		},
		"a watcher whose secret is not there": {
			config: func(c *config.Config) { c.Monitoring.HeartbeatSecretARN = tokenARN },
			want: []row{{
				"secret of the watcher", outcome.Blocked, "no secret " + tokenARN, "one that exists",
				"create it with the watcher's URL as its value, or correct monitoring.heartbeatSecretArn",
			}},
		},
		"a watcher whose secret has a key of ours": {
			account: func(a *account) {
				a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN), KmsKeyId: aws.String("alias/mine")}}
			},
			config: func(c *config.Config) { c.Monitoring.HeartbeatSecretARN = tokenARN },
			want: []row{{
				"secret of the watcher", outcome.Blocked, "it is encrypted with alias/mine",
				"aws/secretsmanager, which needs no permission",
				"aws secretsmanager update-secret --kms-key-id alias/aws/secretsmanager --secret-id " + tokenARN,
			}},
		},
		"a parameter whose key tasks may not use": {
			account: func(a *account) {
				a.parameters = []ssmtypes.ParameterMetadata{
					{Name: aws.String("/web/open")},
					{Name: aws.String("aws"), KeyId: aws.String("alias/aws/ssm")},
					{Name: aws.String("/web/token"), KeyId: aws.String("alias/mine")},
				}
			},
			config: func(c *config.Config) {
				const parameter = "arn:aws:ssm:us-east-1:222222222222:parameter/"
				c.Services[0].Secrets = map[string]string{
					"OPEN": parameter + "web/open", "AWS": parameter + "aws", "TOKEN": parameter + "web/token",
				}
			},
			want: []row{{
				"secret of visitor-book", outcome.Blocked, "TOKEN is encrypted with " + keyARN + "mine", "a key that tasks may use",
				"add the key to services[0].secretKeyArns",
			}},
		},
		"a secret whose key tasks may not use": {
			account: func(a *account) {
				a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN), KmsKeyId: aws.String("alias/mine")}}
			},
			config: readsToken,
			want: []row{{
				"secret of visitor-book", outcome.Blocked, "TOKEN is encrypted with " + keyARN + "mine", "a key that tasks may use",
				"add the key to services[0].secretKeyArns",
			}},
		},
		"a secret whose key tasks may not use, and no stack yet": {
			account: func(a *account) {
				a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN), KmsKeyId: aws.String("alias/mine")}}
				a.noDataKey = true
			},
			config: readsToken,
			want: []row{{
				"secret of visitor-book", outcome.Blocked, "TOKEN is encrypted with " + keyARN + "mine", "a key that tasks may use",
				"add the key to services[0].secretKeyArns",
			}},
		},
		"a secret of another account": {
			config: func(c *config.Config) {
				c.Services[0].Secrets = map[string]string{"TOKEN": strings.Replace(tokenARN, "222222222222", "999999999999", 1)}
			},
		},
		"images of jobs and sidecars that nobody has pushed": {
			config: func(c *config.Config) {
				registry, _, _ := strings.Cut(c.Services[0].Image, "@")
				c.Services[0].Sidecars = []config.Sidecar{{Name: "proxy", Image: registry + ":proxy"}}
				c.Jobs = []config.Job{{Name: "report", Schedule: "at(2026-03-01T09:30:00)"}}
				c.Jobs[0].Image = registry + ":report"
			},
			want: []row{{
				"image of report", outcome.Blocked, "the repository has no such image", "visitor-book:report for linux/amd64",
				"push the image, or correct jobs[0].image",
			}, {
				"image of proxy beside visitor-book", outcome.Blocked, "the repository has no such image",
				"visitor-book:proxy for linux/amd64", "push the image, or correct services[0].sidecars[0].image",
			}, {
				"schedule of report", outcome.Blocked, "never fires again", "at(2026-03-01T09:30:00)",
				"remove the schedule, or give it a time in the future",
			}},
		},
		"keys of secrets that cannot decrypt": {
			account: func(a *account) { a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN)}} },
			config: func(c *config.Config) {
				readsToken(c)
				c.Services[0].SecretKeyARNs = []string{
					keyARN + "mine", keyARN + "gone", keyARN + "off", "arn:aws:kms:us-east-1:999999999999:key/gone",
				}
			},
			want: []row{{
				"key of visitor-book", outcome.Blocked, "no key " + keyARN + "gone", "a KMS key that is enabled",
				"correct services[0].secretKeyArns, or enable the key",
			}, {
				"key of visitor-book", outcome.Blocked, keyARN + "off is PendingDeletion", "a KMS key that is enabled",
				"correct services[0].secretKeyArns, or enable the key",
			}},
		},
		"a budget whose tag nobody has activated": {
			account: func(a *account) {
				a.costTags = []cetypes.CostAllocationTag{costTag(cetypes.CostAllocationTagStatusInactive)}
			},
			config: hasBudget,
			want: []row{{
				"budget's tag", outcome.Warning, "Stack is not active",
				"an active cost allocation tag, or the budget stays at 0", "in the account that pays: aws ce " +
					"update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=Stack,Status=Active",
			}},
		},
		"a budget in an account that has not paid for the tag yet": {
			account: func(a *account) { a.costTags = nil },
			config:  hasBudget,
			want: []row{{
				"budget's tag", outcome.Warning, "Stack has not been seen in a bill yet",
				"an active cost allocation tag, or the budget stays at 0",
				"a day after the first up, in the account that pays: aws ce update-cost-allocation-tags-status " +
					"--cost-allocation-tags-status TagKey=Stack,Status=Active",
			}},
		},
		"a budget in an account for which another one pays": {
			account: func(a *account) {
				a.Fail("ce:ListCostAllocationTags", awsfake.Failure(http.StatusBadRequest, "AccessDeniedException",
					"Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags."))
			},
			config: hasBudget,
			want: []row{{
				"budget's tag", outcome.Unchecked, "this account does not pay, and may not look",
				"an active cost allocation tag", "in the account that pays: aws ce list-cost-allocation-tags --tag-keys Stack",
			}},
		},
		"a budget, and no right to look at its tag": {
			account: func(a *account) { a.Deny("ce:ListCostAllocationTags") },
			config:  hasBudget,
			want: []row{{
				"budget's tag", outcome.Unchecked, "no permission", "an active cost allocation tag",
				"needs ce:ListCostAllocationTags",
			}},
		},
		"GuardDuty is on": {
			account: func(a *account) { a.detector = map[string]string{"Project": "other"} },
			want: []row{{
				"baseline: guardDuty", outcome.Blocked, "detector 12ab, made by somebody else", "",
				"set accountBaseline.guardDuty to false, or take it over with pulumi import",
			}},
		},
		"Config records": {
			account: func(a *account) { a.recorder = true },
			want: []row{{
				"baseline: configRecorder", outcome.Blocked, "recorder default, made by somebody else", "",
				"set accountBaseline.configRecorder to false, or take it over with pulumi import",
			}},
		},
		"Security Hub is on": {
			account: func(a *account) { a.hub = true },
			want: []row{{
				"baseline: securityHub", outcome.Blocked, "Security Hub is on, made by somebody else", "",
				"set accountBaseline.securityHub to false, or take it over with pulumi import",
			}},
		},
		"an analyzer": {
			account: func(a *account) { a.analyzer = map[string]string{} },
			want: []row{{
				"baseline: accessAnalyzer", outcome.Blocked, "analyzer external, made by somebody else", "",
				"set accountBaseline.accessAnalyzer to false, or take it over with pulumi import",
			}},
		},
		"a permission that is missing": {
			account: func(a *account) { a.Deny("cloudtrail:DescribeTrails") },
			want:    []row{{"trails", outcome.Unchecked, "no permission", "", "needs cloudtrail:DescribeTrails"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount()
			if test.account != nil {
				test.account(a)
			}
			report, err := a.flight(t, test.config).Up(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, notOK(report))
		})
	}
}

// The stack's own resources do not conflict, and count once.
func TestASecondUpNeedsNothingMore(t *testing.T) {
	a := newAccount()
	a.vpcs, a.addresses = make([]ec2types.Vpc, 4), 5
	a.deployed()
	a.instance = &rdstypes.DBInstance{
		DBInstanceIdentifier: aws.String("prod-database"), Engine: aws.String("postgres"), EngineVersion: aws.String("17.9"),
	}
	a.domain = &ostypes.DomainStatus{DomainName: aws.String("prod-search")}
	a.trails = []string{"a", "b", "c", "d", "prod-trail"}
	a.roles["AWSServiceRoleForAmazonOpenSearchService"], a.roles["AWSServiceRoleForConfig"] = ownTags, ownTags
	a.detector, a.analyzer, a.recorder, a.hub = ownTags, ownTags, true, true
	a.records, a.groups = []string{"visitors.example.com"}, []string{"/ecs/visitor-book"}
	a.buckets["prod-application-222222222222"] = true
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, notOK(report))
}

func TestAnotherAccountIsNotLookedAt(t *testing.T) {
	a := newAccount()
	a.id = "999999999999"
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{{
		"account", outcome.Blocked, "999999999999 as assumed-role/deploy/ci", "222222222222",
		"use credentials of 222222222222, or correct aws.allowedAccountIds",
	}}, rows(report.Findings))
	assert.Equal(t, []string{"sts:GetCallerIdentity"}, a.Actions())
}

func TestWithoutCredentialsThereIsNoReport(t *testing.T) {
	a := newAccount()
	a.Fail("sts:GetCallerIdentity",
		awsfake.Failure(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired"))
	_, err := a.flight(t, nil).Up(t.Context())
	assert.ErrorContains(t, err, "find out whose credentials these are")
}

func TestEveryPermissionMayBeMissing(t *testing.T) {
	reference := newAccount()
	_, err := reference.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	for _, action := range reference.Actions() {
		if action == "sts:GetCallerIdentity" {
			continue
		}
		t.Run(action, func(t *testing.T) {
			a := newAccount()
			a.Deny(action)
			report, err := a.flight(t, nil).Up(t.Context())
			require.NoError(t, err)
			assert.Zero(t, report.Count(outcome.Blocked), notOK(report))
			assert.Contains(t, fixes(report), action, "the report names the permission")
		})
	}
}

// fixes returns everything that a report says about problems.
func fixes(report *Report) string {
	text := ""
	for _, finding := range report.Findings {
		text += finding.Found + " " + finding.Fix + "\n"
	}
	return text
}

func TestPlatformOfASingleImage(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		status outcome.Status
		found  string
	}{
		"its own": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"os": "linux", "architecture": "amd64"}`))
		}, outcome.OK, "found, for linux/amd64"},
		"another": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"os": "linux", "architecture": "arm64"}`))
		}, outcome.Blocked, "found, for linux/arm64"},
		"nobody answers": {
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, outcome.Warning,
			"found, for an unknown platform",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			defer server.Close()
			a := newAccount()
			a.manifest, a.layer = `{"config": {"digest": "sha256:c0ffee"}}`, server.URL
			findings, err := a.flight(t, nil).checkImages(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.status, findings[0].Status)
			assert.Equal(t, test.found, findings[0].Found)
		})
	}
}

func TestPackages(t *testing.T) {
	flight := newAccount().flight(t, nil)
	zip := filepath.Join(flight.Root, "dist", "lambda", "logshipper.zip")
	require.NoError(t, os.Chtimes(zip, now.Add(-2*time.Hour), now.Add(-2*time.Hour)))
	findings, err := flight.checkPackages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{{
		"function logshipper", outcome.Warning, "built 2026-03-01 08:00:00", "dist/lambda/logshipper.zip",
		"make lambda: main.go has changed since",
	}}, rows(findings))
	require.NoError(t, os.Remove(zip))
	findings, err = flight.checkPackages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{{
		"function logshipper", outcome.Blocked, "not built", "dist/lambda/logshipper.zip",
		"make lambda",
	}}, rows(findings))
}

func TestNamesThatAreCutAreShown(t *testing.T) {
	flight := &Preflight{names: []Name{
		{
			Role: "log search", Value: "aws-webapp-a-long-na-1a2b3c", Full: "aws-webapp-a-long-name-of-a-stack-search",
			Limit: 28,
		},
		{Role: "bucket", Value: "prod", Full: "PROD", Limit: 63},
	}}
	findings, err := flight.checkNameLengths(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{
		{"names", outcome.OK, "2 names within AWS's limits", "", ""},
		{
			"name of log search", outcome.Warning, "aws-webapp-a-long-na-1a2b3c, cut from 40 characters", "at most 28",
			"nothing, or shorten the stack's name before the first deployment",
		},
	}, rows(findings))
}

func TestNeeds(t *testing.T) {
	service := func(change func(*config.Service)) config.Service {
		s := config.DefaultService()
		s.CPU, s.Scaling.Max, s.Capacity = 1024, 10, config.Capacity{FargateBase: 2, FargateWeight: 1, SpotWeight: 3}
		change(&s)
		return s
	}
	for name, test := range map[string]struct {
		service       config.Service
		fargate, spot int
	}{
		"rolling doubles":   {service(func(*config.Service) {}), 2 + 5, 14},
		"rolling by a half": {service(func(s *config.Service) { s.Deployment.MaximumPercent = 150 }), 2 + 4, 10},
		"blue/green doubles": {service(func(s *config.Service) {
			s.Deployment.Controller = config.BlueGreen
			s.Deployment.MaximumPercent = 100
		}), 2 + 5, 14},
		"no spot":               {service(func(s *config.Service) { s.Capacity.SpotWeight = 0 }), 20, 0},
		"a base above the most": {service(func(s *config.Service) { s.Capacity.FargateBase = 30 }), 20, 0},
	} {
		t.Run(name, func(t *testing.T) {
			fargate, spot := tasksOf(&test.service)
			assert.Equal(t, []int{test.fargate, test.spot}, []int{fargate, spot})
			small, large := test.service, test.service
			small.CPU, large.CPU = 512, 4096
			n := needsOf(&config.Config{
				Services: []config.Service{small, large},
				Network:  config.Network{NAT: config.NATSingle},
			})
			const vCPU = 0.5 + 4
			assert.InDelta(t, vCPU*float64(test.fargate), n.fargate, 0)
			assert.InDelta(t, vCPU*float64(test.spot), n.spot, 0)
			assert.Equal(t, 2*(test.fargate+test.spot), n.tasks)
			assert.Equal(t, 1, n.gateways)
		})
	}
}

func TestTheStackIsFoundByItsTags(t *testing.T) {
	a := newAccount()
	_, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	var filters []string
	for _, call := range a.Calls() {
		if in, ok := call.Input.(*ec2.DescribeVpcsInput); ok {
			for _, filter := range in.Filters {
				filters = append(filters, *filter.Name+"="+filter.Values[0])
			}
		}
	}
	assert.Equal(t, []string{"tag:Project=aws-webapp", "tag:Stack=prod"}, filters)
}
