package preflight

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ostypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/config"
	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/tests/fixtures"
)

// newDoomed returns the account and the stack file of a stack that can be destroyed.
func newDoomed() *account {
	a := newAccount()
	a.deployed()
	a.instance = &rdstypes.DBInstance{
		DBInstanceIdentifier: aws.String("prod-database"),
		DBInstanceStatus:     aws.String("available"), DeletionProtection: aws.Bool(false),
		InstanceCreateTime: aws.Time(now.Add(-time.Hour)),
	}
	a.domain = &ostypes.DomainStatus{DomainName: aws.String("prod-search")}
	a.buckets["prod-application-222222222222"] = false
	a.balancers, a.balancerProtection = []string{
		"arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/own/web-1234567/1",
	}, "false"
	a.interfaces = []ec2types.NetworkInterface{
		{Description: aws.String("ELB app/web/1"), RequesterManaged: aws.Bool(true)},
		{Description: aws.String("arn:aws:ecs:us-east-1:222222222222:attachment/1")},
		{InterfaceType: ec2types.NetworkInterfaceTypeNatGateway, Description: aws.String("Interface for NAT Gateway nat-1")},
	}
	return a
}

// answerDeployments answers with CodeDeploy's application, and with an active deployment if a test gives its
// target a state.
func (a *account) answerDeployments() {
	awsfake.Answer(a.Cloud, func(*codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
		if len(a.vpcs) == 0 {
			return nil, &cdtypes.ApplicationDoesNotExistException{}
		}
		if a.target == "" {
			return &codedeploy.ListDeploymentsOutput{}, nil
		}
		return &codedeploy.ListDeploymentsOutput{Deployments: []string{"d-1"}}, nil
	})
	awsfake.Answer(a.Cloud, func(*codedeploy.BatchGetDeploymentsInput) (*codedeploy.BatchGetDeploymentsOutput, error) {
		return &codedeploy.BatchGetDeploymentsOutput{DeploymentsInfo: []cdtypes.DeploymentInfo{{
			DeploymentId: aws.String("d-1"), Status: cdtypes.DeploymentStatusInProgress,
		}}}, nil
	})
	awsfake.Answer(a.Cloud, func(*codedeploy.ListDeploymentTargetsInput) (*codedeploy.ListDeploymentTargetsOutput, error) {
		return &codedeploy.ListDeploymentTargetsOutput{TargetIds: []string{"app:visitor-book"}}, nil
	})
	awsfake.Answer(a.Cloud, func(
		*codedeploy.BatchGetDeploymentTargetsInput,
	) (*codedeploy.BatchGetDeploymentTargetsOutput, error) {
		return &codedeploy.BatchGetDeploymentTargetsOutput{DeploymentTargets: []cdtypes.DeploymentTarget{{
			EcsTarget: &cdtypes.ECSTarget{Status: a.target},
		}}}, nil
	})
}

func unprotected(c *config.Config) {
	c.Environment = config.Staging
	c.Database.DeletionProtection, c.LoadBalancer.DeletionProtection = false, false
	c.AuditTrail.Enabled, c.Backup.Enabled = false, false // which protect what they keep
}

func TestAStackThatNothingKeeps(t *testing.T) {
	a := newDoomed()
	flight := a.flight(t, unprotected)
	flight.Protected = map[string][]string{}
	report, err := flight.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, notOK(report))
	for _, call := range a.Calls() {
		assert.True(t, awsapi.Reads(call.Operation), call.Operation)
	}
}

// A database that runs or is stopped can go with a final snapshot; one that is busy cannot.
func TestStatesOfADatabaseThatGoes(t *testing.T) {
	for status, waits := range map[string]bool{
		"available": false, "stopped": false, "stopping": true, "modifying": true, "backing-up": true, "failed": true,
	} {
		a := newDoomed()
		a.instance.DBInstanceStatus = aws.String(status)
		report, err := a.flight(t, unprotected).Destroy(t.Context())
		require.NoError(t, err)
		findings := slices.DeleteFunc(report.Findings, func(f outcome.Finding) bool { return f.Check != "database" })
		want := []row{{"database", outcome.OK, "prod-database is " + status, "", ""}}
		if waits {
			want = append(want, row{
				"database", outcome.Warning, "prod-database is " + status, "available",
				"wait until it is available: RDS takes a final snapshot only then",
			})
		}
		assert.Equal(t, want, rows(findings))
	}
}

// Each case is a stack with one obstacle to its destruction.
func TestWhatStopsADestroy(t *testing.T) {
	for name, test := range map[string]struct {
		account func(*account)
		config  func(*config.Config)
		state   map[string][]string
		want    []row
	}{
		"the stack file": {
			config: func(c *config.Config) { c.Database.DeletionProtection, c.LoadBalancer.DeletionProtection = true, true },
			want: []row{
				{
					"stack file: database", outcome.Blocked, "database.deletionProtection is not false", "false",
					"set database.deletionProtection to false, then pulumi up, then destroy",
				},
				{
					"stack file: load balancer", outcome.Blocked, "loadBalancer.deletionProtection is not false", "false",
					"set loadBalancer.deletionProtection to false, then pulumi up, then destroy",
				},
			},
		},
		"a file system": {
			config: func(c *config.Config) {
				c.FileSystems = []config.FileSystem{{Name: "scratch"}, {Name: "media", DeletionProtection: true}}
			},
			want: []row{{
				"stack file: file system media", outcome.Blocked, "fileSystems[1].deletionProtection is not false", "false",
				"set fileSystems[1].deletionProtection to false, then pulumi up, then destroy",
			}},
		},
		"the trail's bucket": {
			config: func(c *config.Config) { c.AuditTrail.Enabled = true },
			want: []row{{
				"stack file: trail's bucket", outcome.Blocked, "storage.forceDestroy is not true", "true",
				"set storage.forceDestroy to true, then pulumi up, then destroy",
			}},
		},
		"the backup vault": {
			config: func(c *config.Config) { c.Backup.Enabled = true },
			want: []row{{
				"stack file: backup vault", outcome.Blocked, "backup.forceDestroy is not true", "true",
				"set backup.forceDestroy to true, then pulumi up, then destroy",
			}},
		},
		"both may go": {
			config: func(c *config.Config) {
				c.AuditTrail.Enabled, c.Backup.Enabled = true, true
				c.Storage.ForceDestroy, c.Backup.ForceDestroy = true, true
			},
		},
		"recovery points that may go": {
			config: func(c *config.Config) { c.Backup.ForceDestroy = true },
			account: func(a *account) {
				a.vaults = []backuptypes.BackupVaultListMember{
					{BackupVaultName: aws.String("aws-webapp-prod-backup"), NumberOfRecoveryPoints: 2},
					{BackupVaultName: aws.String("aws-webapp-prod-empty"), Locked: aws.Bool(true)},
				}
			},
			want: []row{{
				"backup vault", outcome.Warning, "aws-webapp-prod-backup has 2 recovery points, which destroy deletes", "",
				"copy what is needed to another vault; backup.forceDestroy has to be deployed",
			}},
		},
		"prod": {
			config: func(c *config.Config) { c.Environment = config.Prod },
			want: []row{{
				"stack file: application bucket, VPC and subnets", outcome.Blocked,
				"environment is prod, which protects them", "another environment",
				"set environment to staging, then pulumi up, then destroy",
			}},
		},
		"Pulumi's state": {
			state: map[string][]string{"aws:rds/instance:Instance": {"database"}, "aws:other:Thing": {"thing"}},
			want: []row{
				{
					"Pulumi's state", outcome.Blocked, "thing (aws:other:Thing) is protected", "unprotected",
					"pulumi state unprotect",
				},
				{
					"Pulumi's state", outcome.Blocked, "database (aws:rds/instance:Instance) is protected", "unprotected",
					"set database.deletionProtection to false, then pulumi up, then destroy",
				},
			},
		},
		"RDS": {
			account: func(a *account) { a.instance.DeletionProtection = aws.Bool(true) },
			want: []row{{
				"database", outcome.Blocked, "prod-database has deletion protection", "none",
				"set database.deletionProtection to false, then pulumi up, then destroy",
			}},
		},
		"RDS at work": {
			account: func(a *account) { a.instance.DBInstanceStatus = aws.String("backing-up") },
			want: []row{{
				"database", outcome.Warning, "prod-database is backing-up", "available",
				"wait until it is available: RDS takes a final snapshot only then",
			}},
		},
		"a deployment that moves requests": {
			account: func(a *account) { a.target = cdtypes.TargetStatusInProgress },
			want: []row{{
				"deployment of visitor-book", outcome.Blocked, "d-1 is moving requests", "none",
				"wait until it has ended, or aws deploy stop-deployment --deployment-id d-1",
			}},
		},
		"a deployment that keeps the old tasks": {
			account: func(a *account) { a.target = cdtypes.TargetStatusSucceeded },
			want: []row{{
				"deployment of visitor-book", outcome.Blocked, "d-1 is keeping the old tasks", "none",
				"aws deploy continue-deployment --deployment-wait-type TERMINATION_WAIT --deployment-id d-1",
			}},
		},
		"no final snapshot": {
			config: func(c *config.Config) { c.Database.FinalSnapshot = false },
			want: []row{{
				"final snapshot", outcome.Warning, "database.finalSnapshot is false: the data will be lost", "",
				"set database.finalSnapshot to true, then pulumi up, then destroy, if the data is to be kept",
			}},
		},
		"a final snapshot of an earlier try": {
			account: func(a *account) {
				a.snapshots = []rdstypes.DBSnapshot{
					{DBSnapshotIdentifier: aws.String("prod-database-final-02"), SnapshotCreateTime: aws.Time(now)},
					{DBSnapshotIdentifier: aws.String("by-hand"), SnapshotCreateTime: aws.Time(now)},
					{
						DBSnapshotIdentifier: aws.String("prod-database-final-01"),
						SnapshotCreateTime:   aws.Time(now.Add(-2 * time.Hour)),
					},
				}
			},
			want: []row{{
				"final snapshot", outcome.Blocked, "prod-database-final-02 already exists", "a free name",
				"an earlier destroy took it and then failed: copy it under another name if you need it, then delete it",
			}},
		},
		"the load balancer": {
			account: func(a *account) {
				a.balancerProtection = "true"
				a.balancers = append(a.balancers, "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/app/other/1")
			},
			want: []row{{
				"load balancer", outcome.Blocked, "web-1234567 has deletion protection", "none",
				"set loadBalancer.deletionProtection to false, then pulumi up, then destroy",
			}},
		},
		"objects": {
			account: func(a *account) { a.buckets["prod-application-222222222222"] = true },
			want: []row{{
				"bucket application", outcome.Blocked, "prod-application-222222222222 has objects",
				"empty, or storage.forceDestroy",
				"set storage.forceDestroy to true, then pulumi up, then destroy",
			}},
		},
		"objects in prod": {
			account: func(a *account) { a.buckets["prod-application-222222222222"] = true },
			config:  func(c *config.Config) { c.Environment = config.Prod },
			want: []row{
				{
					"stack file: application bucket, VPC and subnets", outcome.Blocked,
					"environment is prod, which protects them", "another environment",
					"set environment to staging, then pulumi up, then destroy",
				},
				{
					"bucket application", outcome.Blocked, "prod-application-222222222222 has objects",
					"empty, or storage.forceDestroy",
					"set environment to staging (prod refuses it) and storage.forceDestroy to true, then pulumi up, then destroy",
				},
			},
		},
		"objects that may go": {
			account: func(a *account) { a.buckets["prod-application-222222222222"] = true },
			config:  func(c *config.Config) { c.Storage.ForceDestroy = true },
			want: []row{{
				"bucket application", outcome.Warning, "prod-application-222222222222 has objects, which destroy deletes", "",
				"copy what is needed; storage.forceDestroy has to be deployed",
			}},
		},
		"a domain at work": {
			account: func(a *account) { a.domain.Processing = aws.Bool(true) },
			want: []row{{
				"log search", outcome.Warning, "prod-search is being changed", "an idle domain",
				"wait: AWS deletes the domain only after the change, which may take hours",
			}},
		},
		"recovery points": {
			account: func(a *account) {
				a.vaults = []backuptypes.BackupVaultListMember{
					{BackupVaultName: aws.String("Default"), NumberOfRecoveryPoints: 9},
					{BackupVaultName: aws.String("aws-webapp-prod-backup"), NumberOfRecoveryPoints: 1},
				}
			},
			want: []row{{
				"backup vault", outcome.Blocked, "aws-webapp-prod-backup has 1 recovery point", "",
				"delete the recovery points that nobody needs, or copy them to another vault",
			}},
		},
		"a vault that is locked for good": {
			account: func(a *account) {
				a.vaults = []backuptypes.BackupVaultListMember{{
					BackupVaultName: aws.String("aws-webapp-prod-backup"), NumberOfRecoveryPoints: 3, Locked: aws.Bool(true),
					LockDate: aws.Time(now.Add(-time.Hour)), MinRetentionDays: aws.Int64(35),
				}}
			},
			want: []row{{
				"backup vault", outcome.Blocked, "aws-webapp-prod-backup is locked, with 3 recovery points", "",
				"wait until they expire (35 days at least): nobody can delete them before",
			}},
		},
		"a lock without a date": { // of governance: it can be removed at any time
			account: func(a *account) {
				a.vaults = []backuptypes.BackupVaultListMember{{
					BackupVaultName: aws.String("aws-webapp-prod-backup"), NumberOfRecoveryPoints: 1, Locked: aws.Bool(true),
				}}
			},
			config: func(c *config.Config) { c.Backup.ForceDestroy = true },
			want: []row{{
				"backup vault", outcome.Blocked, "aws-webapp-prod-backup is locked, with 1 recovery point", "",
				"remove the lock while it can be removed: " +
					"aws backup delete-backup-vault-lock-configuration --backup-vault-name aws-webapp-prod-backup",
			}},
		},
		"a lock that can still be removed": {
			account: func(a *account) {
				a.vaults = []backuptypes.BackupVaultListMember{{
					BackupVaultName: aws.String("aws-webapp-prod-backup"), NumberOfRecoveryPoints: 3,
					Locked: aws.Bool(true), LockDate: aws.Time(now.Add(time.Hour)),
				}}
			},
			want: []row{{
				"backup vault", outcome.Blocked, "aws-webapp-prod-backup is locked, with 3 recovery points", "",
				"remove the lock while it can be removed: aws backup delete-backup-vault-lock-configuration --backup-vault-name " +
					"aws-webapp-prod-backup",
			}},
		},
		"functions in the VPC": {
			account: func(a *account) {
				a.interfaces = append(a.interfaces, ec2types.NetworkInterface{InterfaceType: ec2types.NetworkInterfaceTypeLambda})
			},
			want: []row{{
				"functions in the VPC", outcome.Warning, "1 network interface", "",
				"allow time: AWS removes them up to 40 minutes after the functions, and their security group only then",
			}},
		},
		"strangers in the VPC": {
			account: func(a *account) {
				a.interfaces = append(a.interfaces,
					ec2types.NetworkInterface{
						NetworkInterfaceId: aws.String("eni-1"),
						Attachment:         &ec2types.NetworkInterfaceAttachment{InstanceId: aws.String("i-1")},
					},
					ec2types.NetworkInterface{NetworkInterfaceId: aws.String("eni-2"), Description: aws.String("bastion")})
			},
			want: []row{{
				"network interfaces", outcome.Blocked, "eni-1 of instance i-1, eni-2 (bastion)", "none but the stack's",
				"first delete what uses them: AWS deletes no subnet or security group in use",
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newDoomed()
			if test.account != nil {
				test.account(a)
			}
			flight := a.flight(t, func(c *config.Config) {
				unprotected(c)
				if test.config != nil {
					test.config(c)
				}
			})
			flight.Protected = test.state
			if test.state == nil {
				flight.Protected = map[string][]string{}
			}
			report, err := flight.Destroy(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, notOK(report))
		})
	}
}

func TestNothingIsThereToDestroy(t *testing.T) {
	flight := newAccount().flight(t, unprotected)
	report, err := flight.Destroy(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{{
		"Pulumi's state", outcome.Unchecked, "no state given", "",
		"pulumi stack export --file state.json, then --state state.json",
	}}, notOK(report))
}

func TestEveryPermissionForDestroyMayBeMissing(t *testing.T) {
	reference := newDoomed()
	_, err := reference.flight(t, unprotected).Destroy(t.Context())
	require.NoError(t, err)
	for _, action := range reference.Actions() {
		if action == "sts:GetCallerIdentity" {
			continue
		}
		t.Run(action, func(t *testing.T) {
			a := newDoomed()
			a.Deny(action)
			report, err := a.flight(t, unprotected).Destroy(t.Context())
			require.NoError(t, err)
			assert.Zero(t, report.Count(outcome.Blocked), notOK(report))
			assert.Contains(t, fixes(report), action)
		})
	}
}

const deliveryFile = `
config:
  aws-webapp:kind: delivery
  aws-webapp:environment: prod
  aws-webapp:aws: {region: us-east-1, allowedAccountIds: ["222222222222"]}
  aws-webapp:registry: {name: visitor-book}
  aws-webapp:github: {repository: example/aws-webapp, subjectPrefix: "repo:example@12/aws-webapp@345"}
  aws-webapp:staging: {accountId: "111111111111"}
  aws-webapp:production: {accountId: "222222222222"}
`

func deliveryOf(t *testing.T, text string) (*Delivery, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Pulumi.delivery.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return ReadDelivery("aws-webapp", file)
}

func TestDeliveryStacks(t *testing.T) {
	destroyed := func(change func(*Delivery)) func(*account, *Delivery) {
		return func(_ *account, d *Delivery) { change(d) }
	}
	for name, test := range map[string]struct {
		change func(*account, *Delivery)
		want   []row
	}{
		"a new account": {func(a *account, _ *Delivery) { a.images = nil }, nil},
		"a repository": {
			func(a *account, _ *Delivery) { a.images, a.repositories = nil, []string{"visitor-book"} },
			[]row{{
				"registry", outcome.Warning, "visitor-book already exists", "",
				"nothing if this stack made it; otherwise take it over with pulumi import, or choose another registry.name",
			}},
		},
		"an identity provider": {
			func(a *account, _ *Delivery) {
				a.images, a.identityProviders = nil, []string{"accounts.google.com", "token.actions.githubusercontent.com"}
			},
			[]row{{
				"GitHub", outcome.Warning, "the account has the identity provider token.actions.githubusercontent.com", "",
				"nothing if this stack made it; otherwise take it over with pulumi import: an account can have only one",
			}},
		},
		"images, before a destroy": {
			destroyed(func(*Delivery) {}),
			[]row{{
				"registry", outcome.Blocked, "visitor-book has images", "empty, or registry.forceDelete",
				"set environment to staging (prod refuses it) and registry.forceDelete to true, then pulumi up, then destroy",
			}},
		},
		"images, before a destroy of staging": {
			destroyed(func(d *Delivery) { d.Environment = config.Staging }),
			[]row{{
				"registry", outcome.Blocked, "visitor-book has images", "empty, or registry.forceDelete",
				"set registry.forceDelete to true, then pulumi up, then destroy",
			}},
		},
		"images that a destroy deletes": {
			destroyed(func(d *Delivery) { d.Registry.ForceDelete = true }),
			[]row{{
				"registry", outcome.Warning, "visitor-book has images, which destroy deletes", "",
				"copy what is needed; registry.forceDelete has to be deployed",
			}},
		},
		"no repository": {
			func(a *account, _ *Delivery) {
				a.Fail("ecr:DescribeImages", awsfake.Failure(http.StatusBadRequest, "RepositoryNotFoundException", "none"))
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount()
			delivery, err := deliveryOf(t, deliveryFile)
			require.NoError(t, err)
			test.change(a, delivery)
			flight := a.flight(t, nil)
			flight.Config, flight.Protected = delivery.Workload(), map[string][]string{}
			flight.GitHub = repositoryNamed{subject: githubapi.Subject{Default: true, Prefix: "repo:example/aws-webapp"}}
			before, err := flight.UpDelivery(t.Context(), delivery)
			require.NoError(t, err)
			after, err := flight.DestroyDelivery(t.Context(), delivery)
			require.NoError(t, err)
			assert.Equal(t, test.want, append(notOK(before), notOK(after)...))
		})
	}
}

func TestReadDelivery(t *testing.T) {
	other, err := ReadDelivery("aws-webapp", fixtures.StackFile(t, "prod"))
	require.NoError(t, err)
	assert.Nil(t, other, "a workload's")
	_, err = deliveryOf(t, "config: {aws-webapp:kind: delivery}")
	assert.ErrorContains(t, err, "found no aws.region, aws.allowedAccountIds or registry.name: set them")
	_, err = deliveryOf(t, "config: [")
	assert.Error(t, err)
}

func TestTheReportEndsWithWhatStopsTheOperation(t *testing.T) {
	report := &Report{Operation: "up", Stack: "prod", Account: accountID, Region: "us-east-1", Findings: []outcome.Finding{
		{Check: "zones", Status: outcome.Blocked, Found: "two", Needed: "3", Fix: "lower it"},
		{Check: "region", Status: outcome.OK, Found: "us-east-1"},
		{Check: "trails", Status: outcome.Unchecked, Found: "no permission", Fix: "needs cloudtrail:DescribeTrails"},
	}}
	var text, encoded bytes.Buffer
	report.Print(&text, 100)
	assert.Equal(t, `STATUS       CHECK   FOUND          NEEDED  FIX
ok           region  us-east-1
not checked  trails  no permission          needs cloudtrail:DescribeTrails
blocked      zones   two            3       lower it

up of prod in account 222222222222, us-east-1: 1 blocked, 1 not checked, 1 ok
`, text.String())
	require.NoError(t, cli.PrintJSON(&encoded, report))
	assert.JSONEq(t, `{"operation": "up", "stack": "prod", "account": "222222222222", "region": "us-east-1", "findings": [
		{"check": "zones", "status": "blocked", "found": "two", "needed": "3", "fix": "lower it"},
		{"check": "region", "status": "ok", "found": "us-east-1"},
		{"check": "trails", "status": "not checked", "found": "no permission", "fix": "needs cloudtrail:DescribeTrails"}
	]}`, encoded.String())
	report.Findings = report.Findings[1:]
	text.Reset()
	report.Print(&text, 100)
	assert.Contains(t, text.String(), "found nothing that would stop it (1 not checked, 1 ok)")
}

func TestAnOutageOfOneServiceIsNoBlocker(t *testing.T) {
	a := newAccount()
	outage := awsfake.Failure(http.StatusServiceUnavailable, "ServiceUnavailable", "come back later")
	a.Fail("rds:DescribeAccountAttributes", outage, outage, outage)
	report, err := a.flight(t, nil).Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []row{{"database limits", outcome.Unchecked, "ServiceUnavailable: come back later", "", ""}},
		notOK(report))
}
