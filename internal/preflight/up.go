package preflight

import "context"

// Up looks for obstacles to creating or changing the stack.
func (p *Preflight) Up(ctx context.Context) (*Report, error) {
	return p.run(ctx, "up", plan{
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
			{"cache", p.checkCache},
			{"log search", p.checkDomain},
			{"function concurrency", p.checkConcurrency},
			{"trails", p.checkTrails},
			{"hosted zone", p.checkHostedZone},
			{"Config", p.checkConfigRecorder},
			{"Security Hub", p.checkSecurityHub},
		},
	})
}
