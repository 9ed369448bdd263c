package preflight

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/outcome"
)

// How AWS says that there is nothing of the kind; any other error says that nobody could look.
func TestErrorsThatSayThereIsNone(t *testing.T) {
	up := func(t *testing.T, a *account) (*Report, error) { return a.flight(t, givenCertificate).Up(t.Context()) }
	named := func(t *testing.T, a *account) (*Report, error) { return a.flight(t, nil).Up(t.Context()) }
	down := func(t *testing.T, a *account) (*Report, error) {
		p := a.flight(t, unprotected)
		p.Protected = map[string][]string{}
		return p.Destroy(t.Context())
	}
	for action, row := range map[string]struct {
		codes []string
		run   func(*testing.T, *account) (*Report, error)
		check string
	}{
		"es:DescribeInstanceTypeLimits": {
			[]string{"InvalidTypeException", "ValidationException", "LimitExceededException"}, up, "log search nodes",
		},
		"es:DescribeDomain":       {[]string{"ResourceNotFoundException"}, down, "log search"},
		"rds:DescribeDBInstances": {[]string{"DBInstanceNotFound", "DBInstanceNotFoundFault"}, down, "database"},
		"route53:GetHostedZone":   {[]string{"NoSuchHostedZone", "InvalidInput"}, named, "hosted zone"},
		"acm:DescribeCertificate": {[]string{"ResourceNotFoundException"}, up, "certificate"},
		"securityhub:DescribeHub": {
			[]string{"InvalidAccessException", "ResourceNotFoundException"}, up, "baseline: securityHub",
		},
		"iam:GetRole":           {[]string{"NoSuchEntity", "NoSuchEntityException"}, up, "role of OpenSearch"},
		"s3:ListBucketVersions": {[]string{"NoSuchBucket"}, down, "bucket application"},
		"ecr:DescribeImages": {
			[]string{"ImageNotFoundException", "RepositoryNotFoundException"}, up, "image of visitor-book",
		},
		"codedeploy:ListDeployments": {
			[]string{"ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"}, down, "deployments",
		},
	} {
		for _, code := range append(row.codes, "AnyOtherException") {
			a := newAccount()
			for range 3 { // several checks may ask
				a.Fail(action, awsfake.Failure(http.StatusBadRequest, code, "none"))
			}
			report, err := row.run(t, a)
			require.NoError(t, err)
			looked := true
			about := false
			for _, finding := range report.Findings {
				if finding.Status == outcome.Unchecked && strings.Contains(finding.Found, "AnyOtherException") {
					looked = false
				}
				about = about || finding.Check == row.check && finding.Status != outcome.Unchecked
			}
			other := code == "AnyOtherException"
			assert.Equal(t, !other, looked, "%s: %s", action, code)
			assert.True(t, about || other || row.check == "log search", "%s: %s: %v", action, code, notOK(report))
		}
	}
}

// The words of the statuses, which programs read.
func TestStatusesAreWords(t *testing.T) {
	report := &Report{Findings: []outcome.Finding{
		{
			Check: "a", Status: outcome.OK,
		}, {Check: "b", Status: outcome.Warning}, {Check: "c", Status: outcome.Blocked}, {
			Check: "d", Status: outcome.Unchecked,
		},
	}}
	var text bytes.Buffer
	require.NoError(t, cli.PrintJSON(&text, report))
	var read struct {
		Findings []struct{ Status string }
	}
	require.NoError(t, json.Unmarshal(text.Bytes(), &read))
	var words []string
	for _, finding := range read.Findings {
		words = append(words, finding.Status)
	}
	assert.Equal(t, []string{"ok", "warning", "blocked", "not checked"}, words)
	assert.Equal(t, "1 blocked, 1 warning, 1 not checked, 1 ok", report.summary())
}

// told are the findings of a report, a line each.
func told(report *Report) []string {
	var lines []string
	for _, finding := range report.Findings {
		line := string(finding.Status) + " | " + finding.Check + " | " + finding.Found
		for _, more := range []string{finding.Needed, finding.Fix} {
			if more != "" {
				line += " | " + more
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// What an operation finds where nothing is in its way, but for what depends on the stack file: each line is read by
// people, and none says more than it knows.
func TestWhatIsToldWhereAllIsWell(t *testing.T) {
	a := newAccount()
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Subset(t, told(report), strings.Split(strings.TrimSpace(readyForUp), "\n"))
	for name, row := range map[string]struct {
		a    *account
		told string
	}{"a stack": {newDoomed(), readyForDestroy}, "nothing": {newAccount(), nothingToDestroy}} {
		p := row.a.flight(t, unprotected)
		p.Protected = map[string][]string{}
		report, err = p.Destroy(t.Context())
		require.NoError(t, err)
		assert.Subset(t, told(report), strings.Split(strings.TrimSpace(row.told), "\n"), name)
	}
}

const readyForUp = `
ok | account | 222222222222 as assumed-role/deploy/ci | 222222222222
ok | region | us-east-1, opt-in-not-required | an enabled region
ok | zones | us-east-1a, us-east-1b, us-east-1c | 3 zones
ok | function logshipper | built 2026-03-01 09:59:00 | dist/lambda/logshipper.zip
ok | names | 6 names within AWS's limits
ok | secrets | all exist and can be decrypted, none is waiting for deletion
ok | role of OpenSearch | does not exist; the stack creates it | serviceLinkedRole true
ok | role of AWS Config | does not exist; the stack creates it | configServiceLinkedRole true
ok | service-linked roles | all exist
ok | image of visitor-book | found, for linux/amd64 | visitor-book@sha256:9f86d081884c for linux/amd64
ok | baseline: guardDuty | free
ok | baseline: accessAnalyzer | free
ok | bucket application | free
ok | log group visitor-book | free
ok | quota: VPCs | 0 of 5 used | 1
ok | quota: internet gateways | 1 of 5 used | 1
ok | quota: NAT gateways in a zone | 0 of 5 used | 1
ok | quota: KMS keys | limit 100000, usage unknown | 3
ok | quota: load balancers | 0 of 50 used | 1
ok | quota: database instances | 3 of 40 used | 1
ok | quota: database parameter groups | 1 of 50 used | 1
ok | quota: database subnet groups | 1 of 50 used | 1
ok | quota: resource policies of CloudWatch Logs | 0 of 10 used | 2
ok | quota: trails | 0 of 5 used | 1
ok | hosted zone | example.com | a public zone that holds visitors.example.com
ok | record visitors.example.com | free
ok | baseline: configRecorder | free
ok | baseline: securityHub | free
`

const readyForDestroy = `
ok | account | 222222222222 as assumed-role/deploy/ci | 222222222222
ok | stack file | protects nothing
ok | Pulumi's state | protects nothing
ok | database | prod-database is available
ok | final snapshot | this instance has none yet | a free name
ok | load balancer | 1 load balancer of the stack
ok | bucket application | empty
ok | log search | prod-search is idle; destroy deletes its indices
ok | deployments | none by CodeDeploy
ok | network interfaces | only those of the stack and of AWS's services | none but the stack's
`

const nothingToDestroy = `
ok | database | does not exist
ok | load balancer | 0 load balancers of the stack
ok | bucket application | does not exist
ok | network interfaces | the stack has no VPC
`
