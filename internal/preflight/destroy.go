package preflight

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// Destroy looks for obstacles to destroying the stack. A key that has to change must be
// deployed first: AWS and Pulumi's state have the values of the last up.
func (p *Preflight) Destroy(ctx context.Context) (*Report, error) {
	return p.run(ctx, "destroy", plan{
		checks: []check{
			{"protection in the stack file", p.checkProtection},
			{"protection in Pulumi's state", p.checkState},
			{"database", p.checkDatabaseProtection},
			{"final snapshot", p.checkFinalSnapshots},
			{"load balancer", p.checkBalancerProtection},
			{"buckets", p.checkBucketsEmpty},
			{"log search", p.checkDomainBusy},
			{"deployments", p.checkDeployments},
			{"backups", p.checkVaults},
		},
		ofStack: []check{{"network interfaces", p.checkInterfaces}},
	})
}

// thenDeploy is the second half of the advice about a key.
const thenDeploy = ", then pulumi up, then destroy"

// flip says how to set a key to a value that prod does not allow.
func (p *Preflight) flip(key, value string) string {
	fix := "set " + key + " to " + value
	if p.Config.Environment == config.Prod {
		fix = "set environment to staging (prod refuses it) and " + key + " to " + value
	}
	return fix + thenDeploy
}

// checkProtection finds the resources that the stack file makes Pulumi protect.
func (p *Preflight) checkProtection(context.Context) ([]outcome.Finding, error) {
	type protection struct {
		name, key, value string
		protected        bool
	}
	var findings []outcome.Finding
	all := []protection{
		{"database", "database.deletionProtection", "false", p.Config.Database.DeletionProtection},
		{"load balancer", "loadBalancer.deletionProtection", "false", p.Config.LoadBalancer.DeletionProtection},
		{"trail's bucket", "storage.forceDestroy", "true", p.Config.AuditTrail.Enabled && !p.Config.Storage.ForceDestroy},
		{"backup vault", "backup.forceDestroy", "true", p.Config.Backup.Enabled && !p.Config.Backup.ForceDestroy},
	}
	for i := range p.Config.FileSystems {
		files := &p.Config.FileSystems[i]
		all = append(all, protection{
			"file system " + files.Name, fmt.Sprintf("fileSystems[%d].deletionProtection", i), "false", files.DeletionProtection,
		})
	}
	for _, one := range all {
		if one.protected {
			findings = append(findings, outcome.Finding{
				Check: "stack file: " + one.name, Status: outcome.Blocked,
				Found: one.key + " is not " + one.value, Needed: one.value,
				Fix: p.flip(one.key, one.value),
			})
		}
	}
	if p.Config.Environment == config.Prod {
		findings = append(findings, outcome.Finding{
			Check: "stack file: application bucket, VPC and subnets", Status: outcome.Blocked,
			Found: "environment is prod, which protects them", Needed: "another environment",
			Fix: "set environment to staging" + thenDeploy,
		})
	}
	if len(findings) == 0 {
		findings = []outcome.Finding{{Check: "stack file", Status: outcome.OK, Found: "protects nothing"}}
	}
	return findings, nil
}

// workloadKeys and deliveryKeys are the keys with which the program no longer protects a resource of a type.
var (
	workloadKeys = map[string]string{
		resourcetypes.BackupVault:  "environment to staging and backup.forceDestroy to true",
		resourcetypes.Subnet:       "environment to staging",
		resourcetypes.VPC:          "environment to staging",
		resourcetypes.LoadBalancer: "loadBalancer.deletionProtection to false",
		resourcetypes.DBInstance:   "database.deletionProtection to false",
		resourcetypes.FileSystem:   "fileSystems[].deletionProtection to false",
		resourcetypes.Bucket:       "environment to staging and storage.forceDestroy to true",
	}
	deliveryKeys = map[string]string{
		resourcetypes.KMSKey: "environment to staging",
		resourcetypes.Bucket: "environment to staging and state.forceDestroy to true",
	}
)

// checkState lists the resources that the last up protected, whatever the stack file says now.
func (p *Preflight) checkState(context.Context) ([]outcome.Finding, error) {
	return p.judgeState(workloadKeys)
}

func (p *Preflight) judgeState(keys map[string]string) ([]outcome.Finding, error) {
	if p.Protected == nil {
		return []outcome.Finding{{
			Check: "Pulumi's state", Status: outcome.Unchecked, Found: "no state given",
			Fix: "pulumi stack export --file state.json, then --state state.json",
		}}, nil
	}
	var findings []outcome.Finding
	for _, kind := range slices.Sorted(maps.Keys(p.Protected)) {
		for _, name := range p.Protected[kind] {
			fix := "pulumi state unprotect"
			if key, known := keys[kind]; known {
				fix = "set " + key + thenDeploy
			}
			findings = append(findings, outcome.Finding{
				Check: "Pulumi's state", Status: outcome.Blocked,
				Found: name + " (" + kind + ") is protected", Needed: "unprotected", Fix: fix,
			})
		}
	}
	if len(findings) == 0 {
		findings = []outcome.Finding{{Check: "Pulumi's state", Status: outcome.OK, Found: "protects nothing"}}
	}
	return findings, nil
}
