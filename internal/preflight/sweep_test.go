package preflight

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/config"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/outcome"
)

// askedForAll makes of an account and a stack file some that leave no check out.
func askedForAll(a *account) func(*config.Config) {
	a.gateways, a.detector, a.balancers = []string{"us-east-1a", "us-east-1b"}, ownTags, append(a.balancers, "arn:1")
	a.secrets = []smtypes.SecretListEntry{{ARN: aws.String(tokenARN), KmsKeyId: aws.String("alias/mine")}}
	return func(c *config.Config) {
		readsToken(c)
		c.Services[0].Secrets["PARAMETER"] = "arn:aws:ssm:us-east-1:222222222222:parameter/p"
		c.Services[0].SecretKeyARNs, c.Monitoring.HeartbeatSecretARN = []string{keyARN + "other"}, tokenARN
		c.LogSearch.MaxConcurrency = 1
		c.Cache.Enabled = true
		hasBudget(c)
	}
}

// Whichever call fails, the report says so, and otherwise is the same as without the failure. The failure makes
// nothing pass and blocks nothing.
func TestACallThatFailsIsNoFinding(t *testing.T) {
	delivery, err := deliveryOf(t, deliveryFile)
	require.NoError(t, err)
	flight := func(t *testing.T, a *account, change func(*config.Config)) *Preflight {
		p := a.flight(t, change)
		p.Protected = map[string][]string{}
		p.GitHub = repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example/aws-webapp"}}
		p.atOnce = 1 // so that the nth call is the same one each time
		return p
	}
	for name, prepare := range map[string]func(*testing.T) (*account, func() (*Report, error)){
		"the first up": func(t *testing.T) (*account, func() (*Report, error)) {
			a := newAccount()
			p := flight(t, a, askedForAll(a))
			return a, func() (*Report, error) { return p.Up(t.Context()) }
		},
		"a later up": func(t *testing.T) (*account, func() (*Report, error)) {
			a := newAccount()
			a.deployed()
			a.instance = &rdstypes.DBInstance{
				DBInstanceIdentifier: aws.String("prod-database"), EngineVersion: aws.String("17.9"),
			}
			a.buckets["prod-application-222222222222"] = true
			a.groups, a.records = []string{"/ecs/visitor-book"}, []string{"visitors.example.com"}
			a.trails = []string{"prod-trail"}
			a.recorder, a.hub = true, true
			a.certificate = nil
			p := flight(t, a, givenCertificate)
			return a, func() (*Report, error) { return p.Up(t.Context()) }
		},
		"a destroy": func(t *testing.T) (*account, func() (*Report, error)) {
			a := newDoomed()
			a.target = cdtypes.TargetStatusSucceeded
			p := flight(t, a, unprotected)
			return a, func() (*Report, error) { return p.Destroy(t.Context()) }
		},
		"an up of the delivery stack": func(t *testing.T) (*account, func() (*Report, error)) {
			a := newAccount()
			p := flight(t, a, nil)
			p.Config = delivery.Workload()
			return a, func() (*Report, error) { return p.UpDelivery(t.Context(), delivery) }
		},
		"a destroy of the delivery stack": func(t *testing.T) (*account, func() (*Report, error)) {
			a := newAccount()
			p := flight(t, a, nil)
			p.Config = delivery.Workload()
			return a, func() (*Report, error) { return p.DestroyDelivery(t.Context(), delivery) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			var reference []outcome.Finding
			awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
				a, run := prepare(t)
				a.FailCall(n)
				report, err := run()
				failed := a.Failed()
				switch {
				case failed == nil:
					require.NoError(t, err)
					assert.Zero(t, report.Count(outcome.Unchecked), notOK(report))
					reference = report.Findings
				case failed.Operation == "GetCallerIdentity":
					assert.ErrorContains(t, err, failed.Operation)
				default:
					require.NoError(t, err)
					said := false
					for _, finding := range report.Findings {
						says := finding.Status != outcome.OK && strings.Contains(finding.Found+finding.Fix, "this call fails")
						said = said || says
						if finding.Status != outcome.Unchecked && !says {
							assert.Contains(t, reference, finding, "after %s failed", failed.Operation)
						}
					}
					assert.True(t, said, "%s failed, and nobody says so: %v", failed.Operation, report.Findings)
				}
				return a.Cloud
			})
		})
	}
}
