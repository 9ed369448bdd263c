package preflight

import (
	"context"

	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Up looks for obstacles to creating or changing the stack.
func (p *Preflight) Up(ctx context.Context) (*Report, error) {
	up := plan{
		checks: []check{
			{"region", p.checkRegion},
			{"zones", p.checkZones},
			{"endpoint services", p.checkEndpointServices},
			{"functions", p.checkPackages},
			{"names", p.checkNameLengths},
			{"secrets", p.checkSecrets},
			{"service-linked roles", p.checkServiceRoles},
			{"certificate", p.checkCertificate},
			{"images", p.checkImages},
			{"GuardDuty", p.checkGuardDuty},
			{"Access Analyzer", p.checkAccessAnalyzer},
		},
		ofStack: []check{
			{"bucket names", p.checkBucketsFree},
			{"log groups", p.checkLogGroupsFree},
			{"schedules", p.checkSchedules},
			{"quotas", p.checkQuotas},
			{"load balancer limits", p.checkBalancerLimits},
			{"database limits", p.checkDatabaseLimits},
			{"roles", p.checkRoles},
			{"log policies", p.checkLogPolicies},
			{"database name", p.checkDatabaseFree},
			{"database changes", p.checkDatabaseChanges},
			{"database class", p.checkDatabaseClass},
			{"function concurrency", p.checkConcurrency},
			{"trails", p.checkTrails},
			{"hosted zone", p.checkHostedZone},
			{"Config", p.checkConfigRecorder},
			{"Security Hub", p.checkSecurityHub},
		},
	}
	for _, part := range parts {
		if part.on(p.Config) {
			up.ofStack = append(up.ofStack, check{part.name, func(ctx context.Context) ([]outcome.Finding, error) {
				return part.ask(p, ctx)
			}})
		}
	}
	return p.run(ctx, "up", up)
}

// part is an optional part of the stack. Its file registers it in parts.
type part struct {
	name string
	on   func(*config.Config) bool
	// ask looks for obstacles to an up; needs counts what the part takes of the account's quotas.
	ask   func(*Preflight, context.Context) ([]outcome.Finding, error)
	needs needs
}

var parts []part
